"""The mentions of one article made into entities: one entry per name, with one type, one identity and exact spans."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypedDict

from babelwire.entities.canonical import identity
from babelwire.entities.evidence import type_of
from babelwire.entities.gazetteers import country
from babelwire.entities.names import Name, named_again, narrowed
from babelwire.entities.owners import Group, owners
from babelwire.entities.recognition import Mention
from babelwire.entities.registry import Registry, load_registry
from babelwire.entities.titles import CALENDAR
from babelwire.entities.variants import key


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
    evidence: str


def entities_of(
    text: str, mentions: Iterable[Mention], *, headline: Sequence[Mention] = (), registry: Registry | None = None
) -> list[Entity]:
    """The entities of an article, most mentions first, then by first position.

    A name is cut to itself (no title, article, possessive or quotation mark). Every name has one type, by evidence
    (`evidence.type_of`), and one identity (`canonical.identity`). A family name belongs to the one full name of the
    article that ends in it, an acronym to what it is short for (`owners`).

    Args:
        text: the text that the mentions point into.
        mentions: as the recogniser found them; where two overlap the earlier, then longer one counts.
        headline: the mentions in the headline; full names there tell who is meant, and count for nothing else.
        registry: the names that the newsroom knows, the packaged ones where it is None.
    """
    registry = load_registry(None) if registry is None else registry
    names = narrowed(text, sorted(mentions))
    names = sorted([*names, *named_again(text, names)], key=lambda n: n.start)
    groups = dict(_groups(names, registry))
    for name in _full_names(headline, registry):
        groups.setdefault(_spelling(name.text), replace(_group([name], registry), names=[]))
    owner = owners(text, groups)
    heads: dict[str, Group] = {}
    spelt: dict[str, list[Name]] = defaultdict(list)
    merged: dict[str, list[Name]] = defaultdict(list)
    for spelling, group in groups.items():
        head = groups[owner.get(spelling, spelling)]
        spelt[group.identity.entity_id].extend(group.names)
        if head is not group or group.shown.casefold().rstrip(".") not in CALENDAR:
            who = heads.setdefault(head.identity.entity_id, head).identity
            merged[who.entity_id].extend(group.names)
    entities = [_entity(heads[id_], spelt[id_], found) for id_, found in merged.items() if found]
    return sorted(entities, key=lambda e: (-e["mentions"], e["spans"][0]["start"]))


def entity_id(name: str, type_: str) -> str:
    """The identity of one name alone, as the packaged file, the gazetteers and its spelling give it."""
    return identity([name], type_, load_registry(None)).entity_id


def _groups(names: Sequence[Name], registry: Registry) -> Iterator[tuple[str, Group]]:
    spelt: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        spelt[_spelling(name.text)].append(name)
    for spelling, group in spelt.items():
        yield spelling, _group(group, registry)


def _full_names(headline: Iterable[Mention], registry: Registry) -> Iterator[Name]:
    for mention in headline:
        for name in narrowed("", [mention]):
            if " " in name.text and type_of([name], registry=registry).type == "PERSON":
                yield name


def _group(names: list[Name], registry: Registry) -> Group:
    verdict = type_of(names, registry=registry)
    spelt = _spellings(names)
    return Group(spelt[0], verdict.type, verdict.evidence, identity(spelt, verdict.type, registry), names)


def _spelling(name: str) -> str:
    """What makes two mentions one name before anything is known of it: the spelling; of a country every name it has."""
    place = country(name)
    return place.entity_id if place else key(name, "")


def _spellings(names: Sequence[Name]) -> list[str]:
    """The spellings, the commonest first; those in capitals only last."""
    spelt = Counter(n.text for n in names)
    first: dict[str, int] = {}
    for name in names:
        first.setdefault(name.text, name.start)
    return sorted(spelt, key=lambda s: (len(s) > 4 and s.isupper(), -spelt[s], first[s]))


def _entity(head: Group, spelt: Sequence[Name], names: Sequence[Name]) -> Entity:
    """One entity of these mentions; its name is the commonest of `spelt`, those that alone have its identity."""
    names = sorted(names, key=lambda n: n.start)
    return {
        "entity_id": head.identity.entity_id,
        "name": head.identity.name or (_spellings(spelt) or [head.shown])[0],
        "type": head.type,
        "mentions": len(names),
        "surface_forms": [form for form, _ in Counter(n.text for n in names).most_common()],
        "spans": [{"start": n.start, "end": n.end} for n in names],
        "evidence": head.evidence,
    }
