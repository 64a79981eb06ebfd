"""What belongs to a model: its files with their sizes and digests, as `manifest.json` names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from babelwire.errors import BabelwireError

MANIFEST = "manifest.json"
MOST_BYTES = 8 << 20
"""A longer manifest or catalogue is not read."""

_MOST_FILE_BYTES = 1 << 30
_KINDS = ("model", "lex", "vocab", "srcvocab", "trgvocab")

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(gt=0, le=_MOST_FILE_BYTES)]


class ModelError(BabelwireError):
    """A model is not there, is damaged or cannot be fetched. The message names the file and the remedy."""


class ModelFile(BaseModel, frozen=True):
    """One file: a plain name, its bytes and its SHA-256."""

    name: str = Field(pattern=rf"^(?:{'|'.join(_KINDS)})\.[A-Za-z0-9._-]{{1,100}}$")
    size: Size
    sha256: Sha256

    @property
    def kind(self) -> str:
        """`model`, `lex`, `vocab`, `srcvocab` or `trgvocab`: the name's first part."""
        return self.name.partition(".")[0]


class Manifest(BaseModel, frozen=True):
    """What belongs to the model of a language pair; stored beside its files as `manifest.json`."""

    pair: str
    version: str = Field("", max_length=50)
    files: tuple[ModelFile, ...] = Field(max_length=len(_KINDS))

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        kinds = [file.kind for file in self.files]
        if len(set(kinds)) < len(kinds):
            raise ValueError("it has two files of one kind")
        if "model" not in kinds or not ("vocab" in kinds or {"srcvocab", "trgvocab"} <= set(kinds)):
            raise ValueError("it needs a model and a vocab file, or a srcvocab and a trgvocab file")
        return self

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Download:
    """A file as it is transferred: where it lies, its size and SHA-256 there, and whether that is zstd."""

    file: ModelFile
    location: str
    size: int
    sha256: str
    packed: bool = False


@dataclass(frozen=True)
class Offer:
    """The model that a source has for a pair."""

    manifest: Manifest
    downloads: tuple[Download, ...]


def parse_manifest(said: bytes, pair: str, where: str) -> Manifest:
    """The manifest of a pair.

    Raises:
        ModelError: it is not JSON, names a file that no model has, or is another pair's.
    """
    try:
        if len(said) > MOST_BYTES:
            raise ModelError(f"The manifest {where} is too large to be one.")
        manifest = Manifest.model_validate_json(said)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ModelError(f"The manifest {where} is not valid ({place}: {first['msg']}).") from problem
    if manifest.pair != pair:
        raise ModelError(f"The manifest {where} belongs to {manifest.pair!r}, not to {pair}.")
    return manifest


def split_pair(pair: str) -> tuple[str, str]:
    """`it-en` as `it` and `en`.

    Raises:
        ModelError: it is not written like that.
    """
    language = "[a-z]{2,3}(?:-[A-Z][a-z]{3})?"
    found = re.fullmatch(f"({language})-({language})", pair)
    if not found:
        raise ModelError(f"{pair!r} is not a pair of languages. Write it like it-en.")
    return found[1], found[2]
