"""The mentions of one article made into entities: one entry per name, with one type and exact spans."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypedDict

from babelwire.article import ENTITY_TYPES
from babelwire.entities.names import Name, named_again, narrowed
from babelwire.entities.places import country, slug
from babelwire.entities.recognition import Mention
from babelwire.entities.titles import CALENDAR

GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiv", "xvi"})


class Span(TypedDict):
    """Character offsets in `text_en`; `end` is exclusive."""

    start: int
    end: int


class Entity(TypedDict):
    """One element of the column `entities` (`article.ENTITIES`)."""

    entity_id: str
    name: str
    type: str
    mentions: int
    surface_forms: list[str]
    spans: list[Span]


def entities_of(text: str, mentions: Iterable[Mention], *, headline: Sequence[Mention] = ()) -> list[Entity]:
    """The entities of an article, most mentions first, then by first position.

    A name is cut to itself (no title, article, possessive or quotation mark). A family name belongs to the one full
    name of the article that ends in it; where two do, it stays an entity of its own. Every name has one type: that
    of the full name it belongs to, GPE for a country, PERSON after a title, else what most mentions say.

    Args:
        text: the text that the mentions point into.
        mentions: as the recogniser found them; where two overlap the earlier, then longer one counts.
        headline: the mentions in the headline; full names there tell who is meant, and count for nothing else.
    """
    names = narrowed(text, mentions)
    names = sorted([*names, *named_again(text, names)], key=lambda n: n.start)
    groups: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        groups[_key(name.text)].append(name)
    types = {key: _type(group) for key, group in groups.items()}
    shown = {key: _shown(group) for key, group in groups.items()}
    for mention in headline:
        for name in narrowed("", [mention]):
            key = _key(name.text)
            if " " in name.text and key not in groups and _type([name]) == "PERSON":
                types[key], shown[key] = "PERSON", name.text
    owners = _owners(groups, types, shown)
    merged: dict[str, list[Name]] = defaultdict(list)
    for key, group in groups.items():
        owner = owners.get(key, key)
        if owner != key or shown[key].casefold().rstrip(".") not in CALENDAR:
            merged[owner].extend(group)
    entities = [_entity(shown[key], types[key], group) for key, group in merged.items()]
    return sorted(entities, key=lambda e: (-e["mentions"], e["spans"][0]["start"]))


def entity_id(name: str, type_: str) -> str:
    """The identity of a name: its type in lower case and its slug, or a digest where no letter can be spelt in ASCII."""
    word = slug(name) or hashlib.sha256(name.casefold().encode()).hexdigest()[:12]
    return f"{type_.lower()}:{word}"


def _key(name: str) -> str:
    usual = country(name) or name
    return slug(usual) or usual.casefold()


def _type(group: list[Name]) -> str:
    if country(group[0].text):
        return "GPE"
    if any(n.surely_person for n in group):
        return "PERSON"
    votes = Counter(n.type for n in group if n.type)
    best = min(votes, key=lambda t: (-votes[t], ENTITY_TYPES.index(t)))
    if best not in {"PERSON", "GPE", "LOC", "FAC", "NORP"} and any(n.like_place for n in group):
        return "GPE"
    return best


def _shown(group: list[Name]) -> str:
    """The commonest spelling, one in capitals only where there is no other; a country's usual name."""
    usual = country(group[0].text)
    if usual:
        return usual
    spelt = Counter(n.text for n in group)
    return min(
        spelt, key=lambda s: (len(s) > 4 and s.isupper(), -spelt[s], next(n.start for n in group if n.text == s))
    )


def _owners(groups: dict[str, list[Name]], types: dict[str, str], shown: dict[str, str]) -> dict[str, str]:
    """For each name that another one covers, the key of that one; sets PERSON for family names nobody owns alone."""
    words = {key: _words(name) for key, name in shown.items()}
    people = [key for key, type_ in types.items() if type_ == "PERSON" and len(words[key]) > 1]
    owners = _variants(people, words, groups)
    ends: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for key in people:
        for i in range(1, len(words[key])):
            ends[words[key][i:]].add(owners.get(key, key))
    for key, group in groups.items():
        known = ends.get(words[key], set()) - {key}
        if not known or types[key] == "NORP" or not _may_be_person(group):
            continue
        if len(known) == 1:
            owners[key] = known.pop()
        else:
            types[key] = "PERSON"
    return {key: _last(owners, key) for key in owners}


def _variants(people: list[str], words: dict[str, tuple[str, ...]], groups: dict[str, list[Name]]) -> dict[str, str]:
    """Full names that differ by middle names only ("Mary B. Stone", "Mary Stone"): the rarer one to the commoner."""
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in people:
        same[words[key][0], words[key][-1]].append(key)
    owners = {}
    for keys in same.values():
        keys.sort(key=lambda k: (-len(groups.get(k, ())), len(words[k]), k))
        short = min(keys, key=lambda k: len(words[k]))
        if len(words[short]) == 2:
            middles = [words[k][1:-1] for k in keys if k != short]
            if all(_agree(a, b) for i, a in enumerate(middles) for b in middles[i + 1 :]):
                owners.update(dict.fromkeys(keys[1:], keys[0]))
    return owners


def _agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return all(x.startswith(y) or y.startswith(x) for x, y in zip(a, b, strict=False))


def _may_be_person(group: list[Name]) -> bool:
    as_person = sum(n.type == "PERSON" or n.surely_person for n in group)
    if country(group[0].text):
        return as_person * 2 > len(group)
    return as_person > 0 or not any(n.like_place or n.after_in for n in group)


def _words(name: str) -> tuple[str, ...]:
    words = tuple(w for w in slug(name).split("-") if w)
    while len(words) > 1 and words[-1] in GENERATIONS:
        words = words[:-1]
    return words


def _last(owners: dict[str, str], key: str) -> str:
    while key in owners and owners[key] != key:
        key = owners[key]
    return key


def _entity(name: str, type_: str, group: list[Name]) -> Entity:
    group = sorted(group, key=lambda n: n.start)
    return {
        "entity_id": entity_id(name, type_),
        "name": name,
        "type": type_,
        "mentions": len(group),
        "surface_forms": [form for form, _ in Counter(n.text for n in group).most_common()],
        "spans": [{"start": n.start, "end": n.end} for n in group],
    }
