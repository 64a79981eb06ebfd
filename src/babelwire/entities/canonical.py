"""Who a name is: its identity and its canonical name, from the newsroom's file, the gazetteers, else the name itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from babelwire.entities.gazetteers import Place, feature, place
from babelwire.entities.registry import Known, Registry
from babelwire.entities.variants import key


@dataclass(frozen=True)
class Identity:
    """An entity: `entity_id` is the same everywhere; `name` is None where the article's own spelling has to do."""

    entity_id: str
    name: str | None
    type: str


def identity(spellings: Iterable[str], type_: str, registry: Registry) -> Identity:
    """Who is meant by these spellings of one name, the commonest first.

    Args:
        type_: one of `article.ENTITY_TYPES`.
    """
    spellings = list(spellings)
    for spelt in spellings:
        if known := _known(spelt, type_, registry):
            return Identity(known.entity_id, known.name, known.type)
    if type_ in {"GPE", "LOC"}:
        for spelt in spellings:
            if found := _place(spelt, type_):
                return Identity(found.entity_id, found.name, found.type)
    return Identity(f"{type_.lower()}:{key(spellings[0], type_)}", None, type_)


def _place(name: str, type_: str) -> Place | None:
    for spelt in (name, key(name, type_).replace("-", " ").title()):
        if found := (feature(spelt) if type_ == "LOC" else None) or place(spelt):
            return found
    return None


def _known(name: str, type_: str, registry: Registry) -> Known | None:
    # The file need not list what transliteration does.
    return registry.known(name, type_=type_) or _by_key(registry).get((key(name, type_), type_))


@lru_cache(maxsize=8)
def _by_key(registry: Registry) -> dict[tuple[str, str], Known]:
    """The registry's entities by the key of every spelling of theirs that no other entity of the type shares."""
    found: dict[tuple[str, str], Known] = {}
    shared = set()
    for spelt, known in registry.spellings():
        k = key(spelt, known.type), known.type
        if found.setdefault(k, known) != known:
            shared.add(k)
    return {k: known for k, known in found.items() if k not in shared}
