"""Rows in and out of a table: which files change, and how a new file is named."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import Table
from babelwire.errors import BabelwireError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import row_groups
from babelwire.lake.journal import Journal
from babelwire.lake.publishing.layout import Layout, Slice, lay_out, names_of
from babelwire.lake.publishing.spool import Spool, sort_rows, spool

FILE_ROWS = 200_000
"""A new file holds so many rows at most."""
ARTICLES_A_FILE = 20_000
"""A new file of the tables that are staged article by article holds those of so many: about 100 MB of texts in memory,
or 60 MB of fingerprints."""

_DEFECT = "Nothing was published. This is a defect of babelwire: please report it with this message."


def edit(
    journal: Journal,
    lake: LakeFolder,
    table: Table,
    *,
    put: pa.Table | None = None,
    drop: Mapping[str, Collection[str]] | None = None,
) -> None:
    """Stages these changes to a table; a file none of whose rows changes is not touched.

    Args:
        put: rows that replace the row of the same key, or are added. A replaced row stays in its file while its
            month is the same; new rows of a month go to new files, named after their keys.
        drop: `{column: values}`; a row is removed where one of these text columns has one of its values. Dropping
            comes before putting.

    Raises:
        BabelwireError: a row does not fit the schema; nothing is published.
    """
    put = check(table, table.schema.empty_table() if put is None else put)
    layout = lay_out(lake, table, put, drop=drop, revise=None, file_units=FILE_ROWS)
    with spool(_beside(journal, table)) as rows_of:
        rows_of.add(put, layout.groups)
        _stage(journal, lake, table, layout, rows_of, None)


def stage(
    journal: Journal,
    lake: LakeFolder,
    table: Table,
    units: pa.Table,
    parts: Iterable[pa.Table],
    *,
    drop: Mapping[str, Collection[str]] | None = None,
    revise: pa.Table | None = None,
    file_units: int = FILE_ROWS,
) -> None:
    """Stages changes to a table like `edit`, without holding all new rows at once.

    Args:
        units: the first columns of the key of all rows to put, and the column of the month: what replaces what. With
            the whole key a unit is a row; with the article alone all its rows in a month are replaced together.
        parts: the rows to put, in any order. Looking up the units of a large part takes no longer than those of a small.
        revise: rows with the first column of the key and others: these values are written into every row of the lake
            that stays and has that first column.
        file_units: units of a new file at most.

    Raises:
        BabelwireError: a row does not fit the schema; nothing is published.
    """
    layout = lay_out(lake, table, units, drop=drop, revise=revise, file_units=file_units)
    key = [column for column in table.key if column in units.column_names]
    with spool(_beside(journal, table)) as rows_of:
        for part in parts:
            rows = check_columns(table, part)
            groups = layout.groups_of(names_of(rows, key))
            if groups is None:
                raise BabelwireError(f"A row of {table.name} was not expected. {_DEFECT}")
            rows_of.add(rows, groups)
        _stage(journal, lake, table, layout, rows_of, revise)


def check(table: Table, content: pa.Table) -> pa.Table:
    """`content` with exactly the columns and types of `table`.

    Raises:
        BabelwireError: a value is missing or of another type, or a key occurs twice.
    """
    content = check_columns(table, content)
    if pc.count_distinct(names_of(content, table.key)).as_py() < content.num_rows:
        raise _two_rows(table)
    return content


def check_columns(table: Table, content: pa.Table) -> pa.Table:
    """`content` with exactly the columns and types of `table`.

    Raises:
        BabelwireError: a value is missing or of another type.
    """
    for field in table.fields:
        if field.name not in content.column_names:
            raise BabelwireError(f"Rows of {table.name} have no column {field.name}. {_DEFECT}")
        if not field.null and content[field.name].null_count:
            raise BabelwireError(f"A row of {table.name} has no {field.name}. {_DEFECT}")
    try:
        content = content.select(table.schema.names).cast(table.schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BabelwireError(f"Rows of {table.name} do not fit its schema: {error}. {_DEFECT}") from error
    for violation in table.violations(content):
        raise BabelwireError(f"{violation} {_DEFECT}")
    return content


def rows_to_table(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as an Arrow table with the columns of `table`; what a row lacks is null."""
    rows = list(rows)
    nullable = pa.schema([(f.name, f.type) for f in table.fields])
    return pa.table({f.name: pa.array([r.get(f.name) for r in rows], f.type) for f in table.fields}, schema=nullable)


def _stage(
    journal: Journal, lake: LakeFolder, table: Table, layout: Layout, rows_of: Spool, revise: pa.Table | None
) -> None:
    for path, slices in layout.files.items():
        _rewrite(journal, table, path, slices, rows_of, revise)
    for group, month in layout.new:
        content = rows_of.read(group, by=table.key)
        if content is not None:
            _check_sorted(table, content)
            journal.write(lake.table(table) / month / f"part-{_digest(table, content)}.parquet", content)


def _rewrite(
    journal: Journal, table: Table, path: Path, slices: list[Slice], rows_of: Spool, revise: pa.Table | None
) -> None:
    rows, changed = 0, False
    if not any(pc.any(s.keep).as_py() or rows_of.has(s.group) for s in slices):
        journal.remove(path)
        return

    def parts() -> Iterator[pa.Table]:
        nonlocal rows, changed
        for old, part in zip(row_groups(path, table), slices, strict=True):
            content = _revise(old.filter(part.keep), table, revise)
            arrived = rows_of.read(part.group)
            if arrived is not None:
                content = sort_rows(pa.concat_tables([content, arrived]), table.key)
                _check_sorted(table, content)
            changed = changed or not content.equals(old)
            rows += content.num_rows
            if content.num_rows:
                yield content.combine_chunks()

    journal.rewrite(path, table.schema, parts(), lambda: changed)


def _revise(rows: pa.Table, table: Table, revise: pa.Table | None) -> pa.Table:
    if revise is None or not rows.num_rows:
        return rows
    place = pc.index_in(rows[table.key[0]], revise[table.key[0]].combine_chunks())
    if place.null_count == len(place):
        return rows
    for column in revise.column_names:
        if column != table.key[0]:
            values = pc.if_else(place.is_valid(), revise[column].take(place), rows[column])
            rows = rows.set_column(rows.column_names.index(column), table.schema.field(column), values)
    return rows


def _check_sorted(table: Table, content: pa.Table) -> None:
    """Of rows sorted by key those with one key follow each other."""
    same = True
    for column in table.key:
        values = content[column]
        same = pc.and_(same, pc.equal(values[1:], values[:-1]))
    if pc.any(same).as_py():
        raise _two_rows(table)


def _two_rows(table: Table) -> BabelwireError:
    return BabelwireError(f"Two rows of {table.name} have one key ({', '.join(table.key)}). {_DEFECT}")


def _digest(table: Table, content: pa.Table) -> str:
    """What names a file: the keys of its rows, a line each."""
    lines = pc.binary_join_element_wise(*(pc.cast(content[k], pa.string()) for k in table.key), "\t")
    whole = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines.combine_chunks()), "\n")
    return hashlib.sha256(whole[0].as_buffer()).hexdigest()[:16]


def _beside(journal: Journal, table: Table) -> Path:
    return journal.folder / f"rows-{table.name}"
