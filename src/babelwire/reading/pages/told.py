"""The body that a web page shows, checked against the text that it gives for machines (JSON-LD `articleBody`)."""

from __future__ import annotations

import re
from collections.abc import Callable

from babelwire.reading.markup import is_marked_up, paragraphs

_LETTERS = re.compile(r"[\W_]+")
_WHOLE = 0.8
_COVERED = 0.9
_ENOUGH = 400
_LONG = 60
_EDGE = 40
_LONGEST_CROSSHEAD = 90


def as_told(told: str, shown: list[str], probable: Callable[[], list[str]]) -> list[str] | None:
    """The paragraphs of the article where `told` is all of it; None where it is only a part, or something else.

    Args:
        told: plain text or HTML, with or without paragraphs.
        shown: the paragraphs that the page shows.
        probable: gives more of them, asked where `shown` lacks some of `told`.
    """
    parts = paragraphs(told) if is_marked_up(told) else [part.strip() for part in told.split("\n") if part.strip()]
    whole = _letters(" ".join(parts))
    known = [p for p in shown if _is_in(p, whole)]
    if len(whole) < _ENOUGH or len(whole) < _WHOLE * _size(shown) or 2 * _size(known) < _size(shown):
        return None
    shows: list[Callable[[], list[str]]] = [lambda: shown, probable]
    for show in shows:
        found = show()
        kept = [_is_in(p, whole) for p in found]
        if sum(len(_letters(p)) for p, k in zip(found, kept, strict=True) if k) >= _COVERED * len(whole):
            return [p for at, p in enumerate(found) if kept[at] or _is_crosshead(p, kept[:at], kept[at + 1 :])]
    return [" ".join(part.split()) for part in parts] if len(parts) > 2 else None


def _is_in(paragraph: str, whole: str) -> bool:
    letters = _letters(paragraph)
    return letters in whole or (len(letters) > _LONG and (letters[:_EDGE] in whole or letters[-_EDGE:] in whole))


def _is_crosshead(paragraph: str, before: list[bool], after: list[bool]) -> bool:
    return len(paragraph) <= _LONGEST_CROSSHEAD and before[-1:] == [True] and after[:1] == [True]


def _size(shown: list[str]) -> int:
    return sum(len(_letters(paragraph)) for paragraph in shown)


def _letters(text: str) -> str:
    return _LETTERS.sub("", text.casefold())
