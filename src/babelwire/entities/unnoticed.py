"""Names that the recogniser passed over or cut short: after a given name or a title, in a gazetteer, in the original."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import regex

from babelwire.entities.gazetteers import country, is_given_name, place
from babelwire.entities.recognition import LONGEST_TEXT, Mention
from babelwire.entities.registry import Registry
from babelwire.entities.source import kept_names
from babelwire.entities.titles import CALENDAR, HONORIFICS, NOT_GIVEN_NAMES, OFFICES, ORGANISATION_WORDS, folded

LARGE_CITY = 300_000
LONGEST_RUN = 120
RUN = regex.compile(
    r"(?<![\p{L}\p{N}@#])(?:\p{Lu}\.|\p{Lu}[\p{L}\p{M}'’-]*+)"
    r"(?:[ \u00a0](?:(?:von|van|der|de|den|di|da|del|della|dos|du|al|el|bin|ibn|la|le) ){0,2}+"
    r"(?:\p{Lu}\.|\p{Lu}[\p{L}\p{M}'’-]*+)){0,5}+"
)
OPENS = regex.compile(r"(?:^|[.!?:;\n–—-]\s*[\"“”'‘’«(\[]*|[\"“‘«(])$")
POSSESSIVE = regex.compile(r"['’]s$|['’]$")
CAN_BE_LONGER = frozenset({"PERSON", "ORG", "GPE", "NORP", "WORK_OF_ART", "PRODUCT", "LOC", "FAC"})


def with_unnoticed(
    text: str, mentions: Iterable[Mention], *, registry: Registry, hints: Mapping[str, str] | None = None
) -> list[Mention]:
    """The mentions, and with them the names nobody noticed, from left to right.

    Args:
        registry: the newsroom's own names.
        hints: the names of the Italian original (`source.hints_of`).
    """
    found = _with_source(sorted(mentions), list(kept_names(text, hints or {})))
    return _with_runs(text, found, registry)


def _with_source(mentions: Sequence[Mention], kept: Sequence[Mention]) -> list[Mention]:
    """Both, where a name of the original of several words settles where a mention begins and ends."""
    result: list[Mention] = []
    i = 0
    for name in kept:
        while i < len(mentions) and mentions[i].end <= name.start:
            result.append(mentions[i])
            i += 1
        over: list[Mention] = []
        while i < len(mentions) and mentions[i].start < name.end:
            over.append(mentions[i])
            i += 1
        if not over:
            result += [name] if name.hint != "WORD" else []
        elif len(over) == 1 and (over[0].start, over[0].end) == (name.start, name.end):
            result.append(replace(over[0], hint=name.hint, found_by="both"))
        elif " " in name.text and not any(_is_organisation(m.text) for m in over):
            type_ = over[-1].type if over[-1].type in CAN_BE_LONGER else ""
            result.append(replace(name, type=type_, found_by="both"))
        elif " " in name.text and len(over) == 1 and over[0].end == name.end and _belongs(over[0], name):
            owned = over[0].text[: name.start - over[0].start - len(" of ")]
            result += [replace(over[0], end=over[0].start + len(owned), text=owned), name]
        else:
            result += over
    return [*result, *mentions[i:]]


def _belongs(mention: Mention, name: Mention) -> bool:
    return mention.text[: name.start - mention.start].endswith(" of ")


def _is_organisation(name: str) -> bool:
    return any(folded(word) in ORGANISATION_WORDS for word in name.split())


def _with_runs(text: str, mentions: list[Mention], registry: Registry) -> list[Mention]:
    """The mentions, longer where a given name stands before them, and the runs of capitalised words that are names."""
    result: list[Mention] = []
    i = 0
    for run in RUN.finditer(text, 0, LONGEST_TEXT):
        if run.end() - run.start() > LONGEST_RUN:
            continue
        while i < len(mentions) and mentions[i].end <= run.start():
            result.append(mentions[i])
            i += 1
        if i < len(mentions) and mentions[i].start < run.end():
            first = mentions[i]
            if run.start() < first.start and first.end <= run.end() and first.type in CAN_BE_LONGER:
                ahead = text[run.start() : first.start - 1].rpartition(" ")[2]
                if _is_given(ahead) and not _is_organisation(first.text):
                    mentions[i] = _stretched(text, first, first.start - 1 - len(ahead), first.end)
            elif (
                first.start == run.start() and first.end < run.end() and " " not in first.text and _is_given(first.text)
            ):
                rest = text[first.end : run.end()].split()
                following = mentions[i + 1].start if i + 1 < len(mentions) else len(text)
                if rest and following >= run.end() and len(rest) < 3 and not _is_organisation(run[0]):
                    end = run.end() - (len(run[0]) - len(POSSESSIVE.sub("", run[0].rstrip("."))))
                    mentions[i] = _stretched(text, first, first.start, end)
            continue
        if name := _noticed(text, run.start(), POSSESSIVE.sub("", run[0].rstrip(".")), registry):
            result.append(name)
    return [*result, *mentions[i:]]


def _stretched(text: str, mention: Mention, start: int, end: int) -> Mention:
    return replace(mention, start=start, end=end, text=text[start:end], type="PERSON")


def _is_given(word: str) -> bool:
    return word[:1].isupper() and folded(word) not in CALENDAR | NOT_GIVEN_NAMES and is_given_name(word)


def _noticed(text: str, start: int, name: str, registry: Registry) -> Mention | None:
    """The name that a run of capitalised words is, or None."""
    words = name.split()
    while len(words) > 1 and (folded(words[0]) in NOT_GIVEN_NAMES or folded(words[0]) in HONORIFICS | OFFICES):
        start += len(name) - len(name.split(None, 1)[1])
        name = name.split(None, 1)[1]
        words = words[1:]
    if folded(name) in CALENDAR | NOT_GIVEN_NAMES | OFFICES or len(name) < 2:
        return None
    mention = Mention(start, start + len(name), name, "", "")
    if registry.known(name):
        return replace(mention, found_by="newsroom")
    if country(name):
        return replace(mention, found_by="country")
    if 1 < len(words) < 5 and _is_given(words[0]) and not _is_organisation(name):
        return replace(mention, found_by="given_name")
    opens = OPENS.search(text, max(0, start - 10), start)
    known = None if opens else place(name)
    if known and known.sure and (known.population >= LARGE_CITY or not known.population):
        return replace(mention, found_by="place")
    return None
