"""The people and organisations that a newsroom knows, read from its entities.tsv."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babelwire.article import ENTITY_TYPES
from babelwire.entities.spelling import slug, spelling, without_article
from babelwire.errors import UsageError
from babelwire.settings import configs_folder

MAX_BYTES = 20_000_000
MOST_SPELT = 200


@dataclass(frozen=True)
class Known:
    """An entity of the file: its identity, its canonical name and its type (one of `article.ENTITY_TYPES`)."""

    entity_id: str
    name: str
    type: str


@dataclass(frozen=True)
class _Line:
    number: int
    known: Known
    spellings: tuple[str, ...]


class Registry:
    """Entities by any of their spellings, whatever the case, accents, apostrophes, full stops and leading article."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Known]] = {}
        self._in_capitals: set[str] = set()

    def __len__(self) -> int:
        return len({known.entity_id for by_type in self._found.values() for known in by_type.values()})

    def known(self, name: str, *, type_: str | None = None) -> Known | None:
        """The entity spelt `name`, None where there is none, or two of different types and no type is asked for.

        A name without a capital is none; what the file spells in capitals only is found in capitals only.

        Args:
            type_: only an entity of this type.
        """
        if len(name) > MOST_SPELT or name == name.lower():
            return None
        for spelt in dict.fromkeys((name, without_article(name))):
            key = spelling(spelt)
            by_type = self._found.get(key)
            if by_type and (key not in self._in_capitals or spelt == spelt.upper()):
                if type_ is not None:
                    return by_type.get(type_)
                return next(iter(by_type.values())) if len(by_type) == 1 else None
        return None

    def spellings(self) -> Iterator[tuple[str, Known]]:
        """Every spelling in its folded form with its entity, but for those that count in capitals only."""
        for spelt, by_type in self._found.items():
            if spelt not in self._in_capitals:
                yield from ((spelt, known) for known in by_type.values())

    def add(self, known: Known, spellings: tuple[str, ...]) -> None:
        """Has `known` found under its name and these spellings.

        Raises:
            ValueError: another entity of its type is spelt so; the argument is that spelling.
        """
        for spelt in (known.name, *spellings):
            key = spelling(spelt)
            if self._found.get(key, {}).get(known.type, known) != known:
                raise ValueError(spelt)
            if spelt.upper() != spelt:
                self._in_capitals.discard(key)
            elif key not in self._found:
                self._in_capitals.add(key)
            self._found.setdefault(key, {})[known.type] = known


@lru_cache(maxsize=8)
def load_registry(file: Path | None) -> Registry:
    """The registry of an entities.tsv, of the packaged one where `file` is None. Its header says how a line is written.

    Raises:
        UsageError: the file cannot be read, or a line of it is damaged, or two lines claim one spelling or one id.
    """
    file = file or configs_folder() / "entities.tsv"
    registry = Registry()
    claimed: dict[str, int] = {}
    for line in _lines(file):
        if (first := claimed.setdefault(line.known.entity_id, line.number)) != line.number:
            raise UsageError(
                f"Lines {first} and {line.number} of {file} both have the id {line.known.entity_id}. "
                "Make one line of them, or give one another id."
            )
        try:
            registry.add(line.known, line.spellings)
        except ValueError as error:
            other = registry.known(str(error), type_=line.known.type)
            raise UsageError(
                f"Line {line.number} of {file} claims the spelling `{error}`, which belongs to "
                f"{other.name if other else 'another line'}. Take it out of one of the two."
            ) from None
    return registry


def _lines(file: Path) -> Iterator[_Line]:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise UsageError(f"{file} has more than {MAX_BYTES:,} bytes. Is it the entities file?")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise UsageError(f"Cannot read the entities file {file}: {reason}. Check entities.file.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The entities file {file} is not UTF-8 text. Save it as UTF-8.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.startswith("#"):
            yield _line(line, number, file)


def _line(line: str, number: int, file: Path) -> _Line:
    cells = [cell.strip() for cell in line.split("\t")]
    if not 2 <= len(cells) <= 4:
        raise UsageError(
            f"Line {number} of {file} has {len(cells)} columns; it should be a name, a type, an id (may be empty) and "
            "other spellings separated by |, with a TAB between them."
        )
    name, type_, id_, others = [*cells, "", ""][:4]
    if type_ not in ENTITY_TYPES:
        raise UsageError(
            f"Line {number} of {file} has the type `{type_[:40]}`; it should be one of {', '.join(ENTITY_TYPES)}."
        )
    if any(c.isspace() for c in id_):
        raise UsageError(f"Line {number} of {file} has an id with white space in it: `{id_[:80]}`.")
    spellings = tuple(part for other in others.split("|") if (part := other.strip()))
    for spelt in (name, *spellings):
        if len(spelt) > MOST_SPELT or not spelling(spelt) or spelt == spelt.lower():
            raise UsageError(
                f"Line {number} of {file} has the spelling `{spelt[:80]}`, which is no name with a capital."
            )
    return _Line(number, Known(id_ or f"{type_.lower()}:{slug(name)}", name, type_), spellings)
