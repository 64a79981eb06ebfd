"""Firefox's translation models on this machine through fxtranslate: neural, without a network, one model for each pair."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, Self

from babelwire import settings
from babelwire.errors import UsageError
from babelwire.translation.engine import EngineError, Translated
from babelwire.translation.model_manifest import ModelError
from babelwire.translation.models import installed_pairs, list_models, models_folder, read_manifest, read_model

INSTALL = "pip install fxtranslate"
_FETCH = "Fetch one with: babelwire models pull it-en"

# fxtranslate drops silently what is longer than a model can take, and does not say how long that is. Firefox gives its
# models 128 pieces of words at once; an Italian piece has four to five letters.
_LONGEST = 400
_BREAKS = ("; ", ": ", ", ", " ")


class Native(Protocol):
    """What is used of `fxtranslate.Translator`."""

    def translate(self, text: str, /) -> str:
        """One sentence translated."""


class Firefox:
    """The engine. A model is verified and loaded with its first translation, once for each process.

    Args:
        folder: the folder of models.
        load: makes a translator of a model's files by kind; fxtranslate's unless a test gives its own.

    Raises:
        EngineError: fxtranslate is not installed, or no model is in the folder.
    """

    name = "firefox"
    sends_text_away = False
    keeps_placeholders = False

    def __init__(self, *, folder: Path, load: Callable[[Mapping[str, bytes]], Native] | None = None) -> None:
        if load is None and find_spec("fxtranslate") is None:
            raise EngineError(f"fxtranslate is not installed. Install it with: {INSTALL}")
        self._pairs = installed_pairs(folder)
        if not self._pairs:
            damaged = [model.problem for model in list_models(folder) if model.problem]
            raise EngineError(damaged[0] if damaged else f"No model is in {folder}. {_FETCH}")
        self._folder = folder
        self._load = load or load_native
        self._version = f"{_package_version()} with {_digest(self._pairs, folder)}"
        self._lock = threading.Lock()
        self._loaded: dict[str, Native] = {}

    @classmethod
    def from_settings(cls, how: settings.Translation) -> Self:
        """The engine with the folder of the settings."""
        return cls(folder=models_folder(how.models))

    @property
    def version(self) -> str:
        """fxtranslate's version and a digest of the models that are installed."""
        return self._version

    def can(self, source: str, target: str) -> bool:
        """Whether the model of the pair is installed."""
        return f"{source}-{target}" in self._pairs

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated | None]:
        """The segments translated, in order. None: the model failed over this segment or said nothing.

        Raises:
            UsageError: the model of the pair is not installed.
            EngineError: a file of the model is damaged, or fxtranslate does not take it.
        """
        if not self.can(source, target):
            raise UsageError(
                f"No model from {source} to {target} is in {self._folder}. "
                f"Fetch it with: babelwire models pull {source}-{target}"
            )
        native = self._native(f"{source}-{target}")
        return [_segment(native, text) for text in texts]

    def close(self) -> None:
        """Frees the models."""
        with self._lock:
            self._loaded.clear()

    def _native(self, pair: str) -> Native:
        with self._lock:
            if pair not in self._loaded:
                try:
                    self._loaded[pair] = self._load(read_model(pair, self._folder))
                except ModelError as problem:
                    raise EngineError(str(problem)) from problem
            return self._loaded[pair]


def load_native(files: Mapping[str, bytes]) -> Native:
    """fxtranslate's translator of a model.

    The files must have been verified: a damaged one can end the process, which no exception handler prevents.

    Raises:
        EngineError: fxtranslate is not installed or does not take the model.
    """
    try:
        translator = import_module("fxtranslate").Translator
    except ImportError as problem:
        raise EngineError(f"fxtranslate cannot be loaded ({problem}). Install it with: {INSTALL}") from problem
    vocab = files.get("vocab", b"")
    try:
        loaded: Native = translator(
            files["model"], files.get("srcvocab", vocab), files.get("trgvocab", vocab), files.get("lex")
        )
    except BaseException as problem:
        if not _is_native(problem):
            raise
        raise EngineError(
            f"fxtranslate does not take the model ({problem}). Fetch the model again or install another fxtranslate."
        ) from problem
    return loaded


def _segment(native: Native, text: str) -> Translated | None:
    parts: list[str] = []
    for core, gap in _cut(text):
        if any(c.isalpha() for c in core):
            translated = _part(native, core)
            if not translated:
                return None
            parts += (translated, gap)
        else:
            parts += (core, gap)
    return Translated("".join(parts))


def _part(native: Native, text: str) -> str | None:
    try:
        return native.translate(text).strip()
    except BaseException as problem:
        if not _is_native(problem):
            raise
        return None


def _is_native(problem: BaseException) -> bool:
    """Whether it came out of the library. A panic in Rust is no `Exception`, and its class cannot be imported."""
    return isinstance(problem, (ValueError, RuntimeError)) or type(problem).__name__ == "PanicException"


def _cut(text: str) -> list[tuple[str, str]]:
    """Pieces that a model can take, each with the white space after it; long ones end at a comma or a space."""
    core = text.strip()
    before, _, after = text.partition(core) if core else (text, "", "")
    pieces = [("", before)]
    while len(core) > _LONGEST:
        ends = (
            core.rfind(mark, _LONGEST // 2, _LONGEST) + len(mark)
            for mark in _BREAKS
            if mark in core[_LONGEST // 2 : _LONGEST]
        )
        end = next(ends, _LONGEST)
        piece, rest = core[:end].rstrip(), core[end:].lstrip()
        pieces.append((piece, core[len(piece) : len(core) - len(rest)]))
        core = rest
    return [*pieces, (core, after)]


def _digest(pairs: Sequence[str], folder: Path) -> str:
    digests = [f"{pair} {file.sha256}" for pair in pairs for file in read_manifest(pair, folder).files]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:12]


def _package_version() -> str:
    try:
        return version("fxtranslate")
    except PackageNotFoundError:
        return "unknown version"
