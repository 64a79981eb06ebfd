"""The port every translation engine implements, and the choice of engines from the settings."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from babelwire import settings
from babelwire.errors import UsageError

LOCAL = ("firefox", "apertium")
"""Engines that run on this machine without a server, the best first."""
NAMES = (*LOCAL, "libretranslate", "google", "deepl", "microsoft", "mymemory")


class EngineError(UsageError):
    """An engine is not installed or does not start. The message says what to install or to try."""


@dataclass(frozen=True)
class Translated:
    """A finished segment and how many of its words the engine did not know (0 where it cannot tell)."""

    text: str
    unknown_words: int = 0

    def __str__(self) -> str:
        return self.text


class Engine(Protocol):
    """Translates segments (sentences). One engine may be shared between threads."""

    name: str
    sends_text_away: bool
    keeps_placeholders: bool
    """Invented words come back as they are, so that a glossary can protect its terms with them."""

    @property
    def version(self) -> str:
        """What decides the result, for `translation_engine`: `3.8.3 via cat`."""

    def can(self, source: str, target: str) -> bool:
        """Whether it translates from `source` to `target` (BCP 47 tags)."""

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated | None]:
        """The segments translated, as many and in the order given; None is a segment that failed.

        Raises:
            TryLater: a service does not answer, or refuses for now.
            EngineError: the engine does not start.
        """

    def close(self) -> None:
        """Ends what the engine started. It starts again when it is used again."""


def engines(chosen: settings.Translation) -> tuple[Engine, ...]:
    """The engines the settings ask for, in order of preference.

    `auto` is every local engine that is installed, never one that sends text away; `none` is none.

    Raises:
        UsageError: there is no engine of that name, or (EngineError) it is named but not installed.
    """
    if chosen.engine == "none":
        return ()
    if chosen.engine == "auto":
        found = (_installed(name, chosen) for name in LOCAL)
        return tuple(engine for engine in found if engine is not None)
    names = list(dict.fromkeys(name.strip() for name in chosen.engine.split(",")))
    for name in names:
        if name not in NAMES:
            raise UsageError(
                f"There is no translation engine {name!r}. Set translation.engine to auto, none, or one or more of "
                f"{', '.join(NAMES)}, separated by commas."
            )
    return tuple(_make(name, chosen) for name in names)


def choose(chosen: settings.Translation) -> Engine | None:
    """The first of `engines`, or None. Raises what it raises."""
    return next(iter(engines(chosen)), None)


def _installed(name: str, chosen: settings.Translation) -> Engine | None:
    try:
        return _make(name, chosen)
    except EngineError:
        return None


def _make(name: str, chosen: settings.Translation) -> Engine:
    try:
        module = importlib.import_module(f"babelwire.translation.{name}")
    except ImportError as error:
        raise EngineError(
            f"The translation engine {name} needs {error.name}, which is not installed. "
            "Run: pip install -r requirements.lock"
        ) from error
    engine: Engine
    if name == "apertium":
        engine = module.Apertium(pivots=chosen.pivots, timeout_seconds=chosen.timeout_seconds)
    elif name == "firefox":
        engine = module.Firefox.from_settings(chosen)
    else:
        engine = module.from_settings(chosen)
    return engine
