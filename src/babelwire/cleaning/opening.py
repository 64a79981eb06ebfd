"""What stands above the first sentence of the body: headline, standfirst, byline, date and dateline."""

from __future__ import annotations

import unicodedata

import regex

from babelwire.cleaning import dates, people
from babelwire.cleaning.agencies import AGENCY
from babelwire.cleaning.boilerplate import is_caption
from babelwire.cleaning.draft import Draft

LONGEST_HEADLINE = 160
"""Characters of a headline, and of a standfirst."""

_FEWEST_WORDS = 4
"""Of a standfirst: fewer are the name of a section, a country or an office."""

_LOOK = 200
_LINES = 8
_ENDS = regex.compile(r"[.;,:…](?:[\"'»”’)\]]*)$|[!?][\"»”]$")
_PLACE = r"\p{Lu}[\p{L}'’.]*(?:[ /-](?:\p{L}{1,3}\s)?\p{Lu}[\p{L}'’.]*){0,3}"
_PLACES = rf"{_PLACE}(?:,\s{_PLACE})?"
_CAPITALS = r"\p{Lu}[\p{Lu}'’.]{1,}(?:[ /-]\p{Lu}[\p{Lu}'’.]+){0,3}"
_ANYONE = r"\([\p{L}\d][^()]{1,50}\)"
_AGENCY = rf"\((?:{AGENCY}|\p{{Lu}}[\p{{Lu}}/ -]{{1,40}})\)"
_DATE = rf"(?:\p{{L}}{{3,10}},?\s)?(?P<date>{dates.DATE})"
_DASH = r"\s?(?:\.?[-–—_]{1,2}\s|(?:[–—]{1,2}|--)(?=[\p{Lu}\"«“]))"
_CLOCK = r"[0-2]\d[:.][0-5]\d"
_DATELINES = tuple(
    regex.compile(pattern)
    for pattern in (
        rf"(?P<dateline>{_AGENCY}(?:{_DASH}|\s){_PLACES},\s{_DATE}(?:\s{_CLOCK})?){_DASH}",
        rf"(?P<dateline>{_PLACES},\s{_DATE}(?:\s{_CLOCK})?{_DASH}{_AGENCY}){_DASH}",
        rf"(?P<dateline>{_PLACES},\s{_DATE}\.?\s/{AGENCY}/)\.\s",
        rf"(?P<dateline>{_PLACES},\s{_DATE}(?:\s{_ANYONE})?){_DASH}",
        rf"(?P<dateline>{_PLACES}\s{_AGENCY}|{_CAPITALS}\s{_ANYONE}|{_AGENCY}){_DASH}",
        rf"(?P<dateline>{_CAPITALS})\s[-–—]{{1,2}}\s(?=[\"'«“‘]?\p{{Lu}})",
    )
)
_SIGNATURE = regex.compile(r"\([^()]{4,120}\)\s(?:[-–—]\s)?")
_DATELINE_ALONE = regex.compile(rf"(?P<dateline>{_PLACES},\s{_DATE})")


def read_opening(draft: Draft) -> None:
    """Moves what stands above the body into its columns; a column that has a value keeps it.

    Reads only the first paragraphs. What is taken for a column is no longer in the text; a byline or date line, which
    may say more than its column holds, is also kept in `removed`.
    """
    titled = _take_repeated(draft, draft.headline)
    index = 0
    for _ in range(_LINES):
        if index >= len(draft.paragraphs):
            return
        paragraph = draft.paragraphs[index]
        if _take_line(draft, index):
            continue
        if is_caption(paragraph):
            index, titled = index + 1, False
        elif draft.headline is None and index == 0 and _is_title(draft, 0):
            draft.headline, titled = draft.take(0), True
        elif (
            titled and draft.standfirst is None and len(paragraph.split()) >= _FEWEST_WORDS and _is_title(draft, index)
        ):
            draft.standfirst = draft.take(index)
        elif same(paragraph, draft.standfirst) and (titled or not _ENDS.search(paragraph)):
            draft.take(index)
        else:
            break
    if index < len(draft.paragraphs):
        _take_datelines(draft, index)


def same(one: str | None, other: str | None) -> bool:
    """Whether two texts are the same but for case and the full stop."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().rstrip(". ")


def _take_repeated(draft: Draft, headline: str | None) -> bool:
    repeated = False
    while draft.paragraphs and same(draft.paragraphs[0], headline):
        draft.take(0)
        repeated = True
    return repeated


def _is_title(draft: Draft, index: int) -> bool:
    title = draft.paragraphs[index]
    if len(title) >= LONGEST_HEADLINE or _ENDS.search(title) or not any(c.isalpha() for c in title):
        return False
    if any(pattern.match(title, endpos=_LOOK) for pattern in _DATELINES[:-1]):
        return False
    return any(len(p) > len(title) and _ENDS.search(p) for p in draft.paragraphs[index + 1 :])


def _take_line(draft: Draft, index: int) -> bool:
    line = draft.paragraphs[index]
    if date := dates.date_line(line):
        written, is_publication = date
        if is_publication:
            draft.note_date(written)
        draft.cut(index)
        return True
    authors = people.byline(line)
    if authors is None and people.is_name(line) and _signs(draft, line, index):
        authors = people.names(line)
    if authors is not None:
        draft.byline = draft.byline or authors
        draft.cut(index)
        return True
    alone = _DATELINE_ALONE.fullmatch(line, endpos=_LOOK) if len(line) < _LOOK else None
    if alone and dates.is_date(alone["date"]):
        draft.dateline = draft.dateline or line
        draft.note_date(alone["date"])
        draft.cut(index)
        return True
    return False


def _signs(draft: Draft, line: str, index: int) -> bool:
    name = people.name_in_case(line)
    ends = draft.paragraphs[index + 1 :][-5:]
    return name in draft.byline or any(p == line or p.startswith((f"{name} is ", f"{name} è ")) for p in ends)


def _take_datelines(draft: Draft, index: int) -> None:
    _take_signature(draft, index)
    while (found := _dateline(draft.paragraphs[index])) and found.end() < len(draft.paragraphs[index]):
        draft.dateline = draft.dateline or found["dateline"]
        if date := found.groupdict().get("date"):
            draft.note_date(date)
        draft.paragraphs[index] = draft.paragraphs[index][found.end() :].lstrip()
        _take_signature(draft, index)


def _take_signature(draft: Draft, index: int) -> None:
    """The author between brackets at the head of a dispatch: `(di Anna Neri) (ANSA) - ROMA, 06 GEN - ...`."""
    signature = _SIGNATURE.match(draft.paragraphs[index], endpos=_LOOK)
    authors = people.byline(signature[0].rstrip(" -–—")) if signature else None
    if signature and authors is not None and signature.end() < len(draft.paragraphs[index]):
        draft.byline = draft.byline or authors
        draft.cut_start(index, signature.end())


def _dateline(paragraph: str) -> regex.Match[str] | None:
    for pattern in _DATELINES:
        found = pattern.match(paragraph, endpos=_LOOK)
        if found and ("date" not in pattern.groupindex or dates.is_date(found["date"])):
            return found
    return None
