"""Texts of articles made ready for a page: cut to what is shown, original beside translation, names marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from urllib.parse import urlsplit

MOST_CHARACTERS = 8_000
"""Of a text, however long its words are."""
OPENING_WORDS, MOST_WORDS = 60, 600
_LONG_PARAGRAPH = 700
_REACH = 160

CONTROLS = {c: " " for c in (*range(32), *range(127, 160), 0x2028, 0x2029, 0xFFFE, 0xFFFF) if chr(c) not in "\n\t"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_SENTENCE_END = re.compile(r"[.!?…][\"»”’)]{0,2}\s")


@dataclass(frozen=True)
class Piece:
    """A part of a text; `type` is that of the entity it names, empty where it names none."""

    text: str
    type: str = ""


@dataclass(frozen=True)
class Pair:
    """A paragraph in its own language and in English, each None where there is none."""

    original: str | None
    english: tuple[Piece, ...] | None


@dataclass(frozen=True)
class SideBySide:
    """What is shown of a text.

    Attributes:
        opening: the paragraphs shown at once.
        rest: those shown when asked for.
        rest_words: how many words they have.
        complete: whether that is the whole text.
    """

    opening: Sequence[Pair]
    rest: Sequence[Pair]
    rest_words: int
    complete: bool


def plain(text: str | None, most: int = 300) -> str:
    """Text on one line, without the characters that a page may not hold, cut to `most` characters."""
    shown = " ".join((text or "")[: 4 * most].translate(CONTROLS).split())
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def link(uri: str | None) -> str:
    """The URI where a reader may follow it: an address of the web; else empty."""
    if not uri or len(uri) > 2000 or not uri.isprintable() or " " in uri:
        return ""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    return uri if parts.scheme in {"http", "https"} and parts.hostname and not parts.username else ""


def language_tag(language: str) -> str:
    """The tag for a `lang` attribute; empty, which says that it is not known, where it is `und` or no tag."""
    return language if language != "und" and _LANGUAGE.fullmatch(language) else ""


def side_by_side(text: str | None, english: str | None, entities: Iterable[Mapping[str, Any]]) -> SideBySide:
    """A text and its translation, paragraph by paragraph.

    Args:
        text: the text in its own language; None where it is English.
        english: the English text; None where there is none.
        entities: rows of `entities`, whose spans are offsets in `english`.
    """
    left, right = ((each or "")[:MOST_CHARACTERS].translate(CONTROLS) for each in (text, english))
    spans = _spans(right, entities)
    pairs, counts = [], []
    for a, b in zip_longest(_paragraphs(left), _paragraphs(right)):
        parts = max(-(-(end - start) // _LONG_PARAGRAPH) for start, end in (a or (0, 1), b or (0, 1)))
        for here, there in zip_longest(_split(left, a, parts), _split(right, b, parts)):
            original = left[slice(*here)] if here else None
            pairs.append(Pair(original, tuple(_marked(right, there, spans)) if there else None))
            counts.append(max(_words(left, here), _words(right, there)))
    shown = _until(counts, OPENING_WORDS)
    most = _until(counts, MOST_WORDS)
    whole = most == len(pairs) and all(len(each or "") <= MOST_CHARACTERS for each in (text, english))
    return SideBySide(pairs[:shown], pairs[shown:most], sum(counts[shown:most]), whole)


def _words(text: str, part: tuple[int, int] | None) -> int:
    """How many words a part has, a very long one counted as several."""
    if part is None:
        return 0
    shown = text[slice(*part)]
    return max(len(shown.split()), len(shown) // 12)


def _until(counts: Sequence[int], words: int) -> int:
    """How many of the paragraphs it takes to have so many words."""
    total = 0
    for i, count in enumerate(counts):
        if total >= words:
            return i
        total += count
    return len(counts)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = text.find("\n\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            yield start, end
        start = end + 2


def _split(text: str, paragraph: tuple[int, int] | None, parts: int) -> Iterator[tuple[int, int]]:
    """A long paragraph in so many parts of about one length, at the end of a sentence where one is near."""
    if paragraph is None:
        return
    start, end = paragraph
    length = end - start
    begin = start
    for i in range(1, parts):
        aim = start + length * i // parts
        near = range(max(begin + 1, aim - _REACH), min(end, aim + _REACH))
        if not near:
            continue
        ends = [near.start + match.end() for match in _SENTENCE_END.finditer(text[near.start : near.stop])]
        ends = ends or [c + 1 for c in near if text[c].isspace()] or [aim]
        cut = min(ends, key=lambda place: abs(place - aim))
        yield begin, cut
        begin = cut
    yield begin, end


def _spans(text: str, entities: Iterable[Mapping[str, Any]]) -> list[tuple[int, int, str]]:
    """Where names are, earliest first, none within another; places where the text holds another name are left out."""
    found = [
        (span["start"], span["end"], entity["type"])
        for entity in entities
        for span in entity["spans"]
        if 0 <= span["start"] < span["end"] <= len(text)
        and text[span["start"] : span["end"]] in (entity["surface_forms"] or ())
    ]
    kept: list[tuple[int, int, str]] = []
    for span in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _marked(text: str, part: tuple[int, int], spans: Sequence[tuple[int, int, str]]) -> Iterator[Piece]:
    start, end = part
    here = start
    for i in range(bisect_left(spans, (start, 0, "")), len(spans)):
        first, last, type_ = spans[i]
        if last > end:
            break
        if first > here:
            yield Piece(text[here:first])
        yield Piece(text[first:last], type_)
        here = last
    if here < end:
        yield Piece(text[here:end])
