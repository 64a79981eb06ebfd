"""Whether a lake is whole: its files one by one, what lies beside them, and what they say of each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from babelwire.article import SCHEMA_VERSION, TABLES, Table
from babelwire.lake.findings import Finding
from babelwire.lake.folder import LakeFolder, schema_version
from babelwire.lake.index import ALL_TABLES
from babelwire.lake.keeping.agreement import disagreements
from babelwire.lake.keeping.unfinished import unfinished
from babelwire.lake.listing import files, month_of
from babelwire.lake.seal import is_whole
from babelwire.lake.window import year_and_month

_OWN = frozenset({"_index", "_work", "_lock", "_lock.holder", "babelwire-lake.json"})
_ROWS_AT_ONCE = 4096
# Files of this schema version and later have a checksum.
_SEALED_SINCE = 3

OnFile = Callable[[str, int, int], None]
"""Called with the name of a file, how many are done and how many there are."""


def verify(lake: LakeFolder, *, on_file: OnFile | None = None) -> Iterator[Finding]:
    """What is wrong with a lake; nothing where it is whole. The caller holds the lake's lock.

    Memory does not grow with the lake.
    """
    waiting = list(unfinished(lake))
    yield from waiting
    listed = {table.name: files(lake, table) for table in ALL_TABLES}
    yield from _strays(lake, frozenset(chain.from_iterable(listed.values())))
    total, done = sum(map(len, listed.values())), 0
    sound: dict[str, list[Path]] = {}
    for table in ALL_TABLES:
        sound[table.name] = []
        for path in listed[table.name]:
            name = path.relative_to(lake.root).as_posix()
            if on_file is not None:
                on_file(name, done, total)
            done += 1
            found = list(_of_file(lake, table, path, name))
            yield from found
            if not any(finding.code in {"damaged", "wrong_schema"} for finding in found):
                sound[table.name].append(path)
    if any(finding.code == "unfinished_publication" for finding in waiting):
        return
    yield from disagreements({table.name: (table, sound[table.name]) for table in ALL_TABLES})


def _strays(lake: LakeFolder, known: Collection[Path]) -> Iterator[Finding]:
    """What lies in the lake's folders and is none of its files, which are `known`."""
    for found in sorted(lake.root.iterdir()):
        if found.name not in _OWN and found.name not in TABLES:
            yield _stray(lake, found)
    for table in ALL_TABLES:
        folder = lake.table(table)
        for found in sorted(folder.rglob("*")) if folder.is_dir() else ():
            is_month = found.parent == folder and found.is_dir() and year_and_month(found.name)
            if found not in known and not (table.month_of and is_month) and found.parent not in known:
                yield _stray(lake, found)
    for table in TABLES.values():
        if not lake.first_file(table).exists():
            yield Finding(
                "no_first_file",
                f"{lake.first_file(table).relative_to(lake.root)} is missing, from which readers take the columns.",
                "Nothing: the next run makes it.",
            )


def _stray(lake: LakeFolder, path: Path) -> Finding:
    name = path.relative_to(lake.root).as_posix()
    if path.name.startswith("."):
        return Finding(
            "leftover", f"{name!r} was left by a process that was ended while writing.", "Remove it: nothing reads it."
        )
    return Finding(
        "stray", f"{name!r} is none of the lake's files; some readers take it for one.", "Move it out of the lake."
    )


def _of_file(lake: LakeFolder, table: Table, path: Path, name: str) -> Iterator[Finding]:
    remedy = _remedy(lake, table, path)
    try:
        whole = is_whole(path)
        file = pq.ParquetFile(path, buffer_size=65_536)
        version = schema_version(file.schema_arrow)
        if whole is False or (whole is None and version >= _SEALED_SINCE):
            yield Finding("damaged", f"{name} is not as it was written: its checksum is wrong.", remedy)
            return
        wrong = _wrong_schema(table, file.schema_arrow, version)
        if wrong:
            yield Finding(
                "wrong_schema", f"{name} {wrong}.", "Update babelwire." if version > SCHEMA_VERSION else remedy
            )
            return
        yield from _of_rows(table, path, name, file, remedy)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Finding("damaged", f"{name} cannot be read: {' '.join(str(error).split())[:200]}.", remedy)


def _remedy(lake: LakeFolder, table: Table, path: Path) -> str:
    if table.name not in TABLES:
        return "Remove the whole folder _index: the next run makes it again."
    if path == lake.first_file(table):
        return "Nothing: the next run makes it again."
    return "Restore it from a backup; without one move the lake away and ingest all inputs into a new one."


def _of_rows(table: Table, path: Path, name: str, file: pq.ParquetFile, remedy: str) -> Iterator[Finding]:
    said: set[str] = set()
    outside = 0
    for batch in file.iter_batches(_ROWS_AT_ONCE):
        rows = pa.Table.from_batches([batch])
        missing = [f for f in table.fields if f.name not in rows.column_names]
        for field in missing:
            rows = rows.append_column(field.name, pa.nulls(rows.num_rows, field.type))
        for sentence in table.violations(rows):
            # One for each column is enough to find the file by.
            column = sentence.partition(" ")[0]
            if column not in said:
                said.add(column)
                yield Finding("wrong_value", f"{name}: {sentence}", remedy)
        if table.month_of and table.month_of not in {sentence.partition(" ")[0].partition(".")[2] for sentence in said}:
            bounds = pc.min_max(rows[table.month_of]).as_py()
            if bounds["min"] is not None:
                outside += sum(month_of(bounds[end]) != path.parent.name for end in ("min", "max"))
    if outside:
        yield Finding(
            "wrong_month",
            f"{name} holds rows of another month than its folder says; a reader of one month misses them.",
            remedy,
        )


def _wrong_schema(table: Table, found: pa.Schema, version: int) -> str:
    """What is wrong with a schema, as the end of a sentence; empty where it is the table's or an earlier one."""
    if version > SCHEMA_VERSION:
        return f"was written by a newer babelwire (schema {version})"
    fields = {f.name: f for f in table.fields}
    unknown = [n for n in found.names if n not in fields]
    if unknown:
        return f"has a column {unknown[0]!r} that {table.name} does not have"
    for name, field in fields.items():
        if name not in found.names:
            if not field.null:
                return f"lacks the column {name}"
        elif found.field(name).type != field.type:
            return f"has {name} as {found.field(name).type} and not as {field.type}"
    return ""
