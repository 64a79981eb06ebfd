"""Names that the recogniser took for one, taken apart; and words in front of a person's name that are none of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from babelwire.entities.gazetteers import city, country, is_given_name
from babelwire.entities.recognition import Mention
from babelwire.entities.titles import (
    ABBREVIATIONS,
    CALENDAR,
    GENERATIONS,
    NAMES_WITH_POSSESSIVE,
    NATIONALITIES,
    folded,
)

BETWEEN = re.compile(r"(?P<of>\s?['’`´]s)\s+|\s[–—/|•-]+\s|:\s+|(?P<comma>,)\s+|(?P<date>)\s+(?=\w{3,9}\.?\s\d)")
CAN_BE_TWO = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", ""})


def apart(mention: Mention) -> Iterator[Mention]:
    """The names in one mention, where it holds a list, a possessive or a date."""
    start = 0
    for gap in BETWEEN.finditer(mention.text) if mention.type in CAN_BE_TWO else ():
        rest = mention.text[gap.end() :].split()
        if not rest or gap.start() <= start or not _parts(mention.text[start : gap.start()], gap, rest):
            continue
        yield replace(
            mention,
            end=mention.start + gap.start(),
            text=mention.text[start : gap.start()],
            start=mention.start + start,
        )
        start = gap.end()
    yield replace(mention, start=mention.start + start, text=mention.text[start:]) if start else mention


def _parts(name: str, gap: re.Match[str], rest: list[str]) -> bool:
    first = folded(rest[0])
    if first in ABBREVIATIONS or first in GENERATIONS or first == "llc":
        return False
    if gap["of"]:
        return _owns(name, rest)
    if gap["date"] is not None:
        return first in CALENDAR
    return gap["comma"] is None or not {"and", "&"} & set(rest)


def _owns(name: str, rest: list[str]) -> bool:
    """Whether "name's rest" is two things, or one and a description ("Pilgrim's Pride" is one)."""
    if folded(name.rpartition(" ")[2]) in NAMES_WITH_POSSESSIVE:
        return False
    return " " in name or not rest[0][0].isupper() or country(name) is not None or city(name) is not None


def strangers_before(words: Sequence[str], *, person: bool) -> int:
    """How many words before a person's name are none of it: a nationality, or a place before a given name."""
    if not person or len(words) < 2:
        return 0
    if folded(words[0]) in NATIONALITIES and not (len(words) == 2 and is_given_name(words[0])):
        return 1
    for many in (2, 1):
        place = " ".join(words[:many])
        if (
            len(words) > many + 1
            and is_given_name(words[many])
            and not is_given_name(words[0])
            and (country(place) or city(place))
        ):
            return many
    return 0
