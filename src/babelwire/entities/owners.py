"""Which names of an article stand for another one of it: a family name for the full name, an acronym for what it is short for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from babelwire.entities.canonical import Identity
from babelwire.entities.names import Name
from babelwire.entities.titles import GENERATIONS
from babelwire.entities.transliteration import HAN_FAMILIES, HAN_SYLLABLE, plain
from babelwire.entities.variants import PLACES, is_acronym_of, key

IN_BRACKETS = re.compile(r"\s?[(\[][\"“«']?")
HAN_GIVEN = re.compile(f"(?:{HAN_SYLLABLE.pattern}){{1,2}}")
NOT_WORD = re.compile(r"[^a-z0-9]+")
MOST_ACRONYMS = 200
MOST_VARIANTS = 50


@dataclass
class Group:
    """The mentions of one spelling in an article. A name of the headline alone has none."""

    shown: str
    type: str
    evidence: str
    identity: Identity
    names: list[Name] = field(default_factory=list)

    @property
    def first(self) -> int:
        """Where it stands first; before everything for a name of the headline."""
        return min((n.start for n in self.names), default=-1)


def owners(text: str, groups: Mapping[str, Group]) -> dict[str, str]:
    """For each group that another one covers, the key of that one. Family names nobody owns alone become PERSON."""
    words = {k: _words(group) for k, group in groups.items()}
    people = [k for k, group in groups.items() if group.type == "PERSON" and len(words[k]) > 1]
    owner = _middle_names(people, words, groups)
    ends: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for k in people:
        for end in _ends(words[k], groups[k].shown):
            ends[end].add(_last(owner, k))
    for k, group in groups.items():
        found = (ends.get(words[k], set()) | ends.get(_plain_words(group.shown), set())) - {k}
        if not found or k in owner or group.type == "NORP" or not _may_be_person(group):
            continue
        meant = _meant(group, found, groups)
        if meant:
            owner[k] = meant
        elif group.type != "PERSON":
            group.type = "PERSON"
            group.identity = Identity(f"person:{key(group.shown, 'PERSON')}", None, "PERSON")
    owner.update(_acronyms(text, groups))
    return {k: _last(owner, k) for k in owner}


def _meant(group: Group, found: set[str], groups: Mapping[str, Group]) -> str | None:
    """Whom a family name means: the one full name in the article, or whom the newsroom knows by it.

    The newsroom's answer counts where it is one of the article's, and where the family name comes first: papers give
    the full name of somebody else before they use the family name alone.
    """
    if group.type == "PERSON" and group.identity.name:
        for k in sorted(found):
            if groups[k].identity.entity_id == group.identity.entity_id:
                return k
        if min(groups[k].first for k in found) > group.first:
            return None
    return next(iter(found)) if len(found) == 1 else None


def _middle_names(
    people: Sequence[str], words: Mapping[str, tuple[str, ...]], groups: Mapping[str, Group]
) -> dict[str, str]:
    """Full names that differ by middle names only ("Mary B. Stone", "Mary Stone"): the rarer one to the commoner."""
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for k in people:
        same[words[k][0], words[k][-1]].append(k)
    owner = {}
    for keys in same.values():
        keys.sort(key=lambda k: (-len(groups[k].names), len(words[k]), k))
        short = min(keys, key=lambda k: len(words[k]))
        if len(words[short]) == 2 and len(keys) <= MOST_VARIANTS:
            middles = [words[k][1:-1] for k in keys if k != short]
            if all(_agree(a, b) for i, a in enumerate(middles) for b in middles[i + 1 :]):
                owner.update(dict.fromkeys(keys[1:], keys[0]))
    return owner


def _agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return all(x.startswith(y) or y.startswith(x) for x, y in zip(a, b, strict=False))


def _acronyms(text: str, groups: Mapping[str, Group]) -> dict[str, str]:
    """Acronyms of the names spelt out in the article, beside them in brackets or anywhere where one name alone fits."""
    by_place = sorted((n.start, n.end, k) for k, group in groups.items() for n in group.names)
    owner: dict[str, str] = {}
    for (_, end, a), (start, after, b) in pairwise(by_place):
        if (
            a != b
            and IN_BRACKETS.fullmatch(text, end, start)
            and text[after : after + 2].lstrip("\"”»'")[:1] in {")", "]"}
        ):
            short, long = (a, b) if is_acronym_of(groups[a].shown, groups[b].shown) else (b, a)
            if is_acronym_of(groups[short].shown, groups[long].shown) and _one(groups[short], groups[long]):
                owner.setdefault(short, long)
    organisations = [k for k, group in groups.items() if group.type == "ORG"][:MOST_ACRONYMS]
    for short in organisations:
        if short not in owner and " " not in groups[short].shown:
            fits = {k for k in organisations if k != short and is_acronym_of(groups[short].shown, groups[k].shown)}
            if len(fits) == 1 and _one(groups[short], groups[long := fits.pop()]):
                owner[short] = long
    return owner


def _one(short: Group, long: Group) -> bool:
    if long.type in PLACES | {"PERSON", "NORP"}:
        return False
    return not short.identity.name or short.identity.entity_id == long.identity.entity_id


def _may_be_person(group: Group) -> bool:
    as_person = sum(n.type == "PERSON" or n.surely_person for n in group.names)
    if group.evidence == "country":
        return as_person * 2 > len(group.names)
    return as_person > 0 or not any(n.like_place or n.after_in for n in group.names)


def _words(group: Group) -> tuple[str, ...]:
    return _without_generation(tuple(key(group.shown, "PERSON").split("-")))


def _plain_words(name: str) -> tuple[str, ...]:
    return _without_generation(tuple(w for w in NOT_WORD.split(plain(name)) if w))


def _without_generation(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in GENERATIONS:
        words = words[:-1]
    return words


def _ends(words: tuple[str, ...], shown: str) -> set[tuple[str, ...]]:
    """What a person can be called by in short: the words from the second on, and the Chinese and Korean first one."""
    spelt = _plain_words(shown)
    found: Iterable[tuple[str, ...]] = (w[i:] for w in (words, spelt) for i in range(1, len(w)))
    if len(words) == 2 and words[0] in HAN_FAMILIES and HAN_GIVEN.fullmatch(words[1]):
        return {*found, words, words[:1]}
    return {*found, words}


def _last(owner: Mapping[str, str], k: str) -> str:
    seen = {k}
    while k in owner and owner[k] not in seen:
        k = owner[k]
        seen.add(k)
    return k
