"""The port every translation engine implements, and the choice of one from the settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from babelwire import settings
from babelwire.errors import UsageError

NAMES = ("apertium", "google")


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


def choose(chosen: settings.Translation) -> Engine | None:
    """The engine the settings ask for: `auto` is the best local one that is installed, `none` is None.

    Returns None too where `auto` finds no local engine: it never takes one that sends text away.

    Raises:
        UsageError: there is no engine of that name, or (EngineError) it is named but not installed.
    """
    from babelwire.translation import apertium  # noqa: PLC0415  (an engine is imported when it is wanted)

    if chosen.engine == "none":
        return None
    if chosen.engine == "auto":
        try:
            return apertium.Apertium(pivots=chosen.pivots, timeout_seconds=chosen.timeout_seconds)
        except EngineError:
            return None
    if chosen.engine == "apertium":
        return apertium.Apertium(pivots=chosen.pivots, timeout_seconds=chosen.timeout_seconds)
    if chosen.engine == "google":
        from babelwire.translation import google  # noqa: PLC0415

        return google.Google(timeout_seconds=chosen.timeout_seconds)
    raise UsageError(
        f"There is no translation engine {chosen.engine!r}. Set translation.engine to auto, {', '.join(NAMES)} or none."
    )
