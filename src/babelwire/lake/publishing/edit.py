"""Rows in and out of a table: which files change, and how a new file is named."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import Table
from babelwire.errors import BabelwireError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import files_with
from babelwire.lake.journal import Journal
from babelwire.lake.publishing.spool import Spool, spool

FILE_ROWS = 200_000
"""A new file holds so many rows at most."""
ARTICLES_A_FILE = 20_000
"""A new file of the tables that are staged article by article holds those of so many: about 100 MB of texts in memory,
or 60 MB of fingerprints."""

_DEFECT = "Nothing was published. This is a defect of babelwire: please report it with this message."
_BETWEEN = "\0"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Slice:
    """A row group of a file of the lake: which of its rows stay, and the group of those that come to it."""

    number: int
    keep: pa.Array
    group: int


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
    stage(journal, lake, table, put, [put], drop=drop)


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
        parts: the rows to put, in any order.
        revise: rows with the first column of the key and others: these values are written into every row of the lake
            that stays and has that first column.
        file_units: units of a new file at most.

    Raises:
        BabelwireError: a row does not fit the schema; nothing is published.
    """
    names = _of_units(units, table)
    months = _months(table, units)
    dropped = {column: pa.array(sorted(values), pa.string()) for column, values in (drop or {}).items()}
    first = table.key[0]
    asked = [units[first], dropped.get(first), None if revise is None else revise[first]]
    held = pa.chunked_array([c for a in asked if a is not None for c in _chunks(a)], pa.string())
    groups = np.full(len(names), -1, np.int64)
    files: dict[Path, list[_Slice]] = {}
    count = 0
    for path in files_with(lake, table, {**dropped, first: pc.unique(held)}):
        files[path] = []
        for number, rows in enumerate(row_groups(path, table, [*_key_of(units, table), *dropped])):
            among = [pc.is_in(rows[column], values) for column, values in dropped.items()]
            keep = np.ones(rows.num_rows, bool)
            for gone in among:
                keep &= ~gone.to_numpy().astype(bool)
            place = _places(_of_units(rows, table, units), names)
            replaced = keep & (place >= 0)
            here = place[replaced]
            groups[here[months[here] == path.parent.name] if table.month_of else here] = count
            files[path].append(_Slice(number, pa.array(keep & ~replaced), count))
            count += 1
    new = _lay_out(names, months, groups, count, file_units)
    with spool(journal.folder / f"rows-{table.name}") as rows_of:
        for part in parts:
            checked = check_columns(table, part)
            place = _places(_of_units(checked, table, units), names)
            if (place < 0).any():
                raise BabelwireError(f"A row of {table.name} was not expected. {_DEFECT}")
            rows_of.add(checked, groups[place])
        for path, slices in files.items():
            _rewrite(journal, table, path, slices, rows_of, revise)
        for group, month in new:
            added = rows_of.read(group)
            if added is not None:
                content = _sort(table, added)
                _check_keys(table, content)
                name = f"part-{_digest(_keys(table, content))}.parquet"
                journal.write(lake.table(table) / month / name, content)


def check(table: Table, content: pa.Table) -> pa.Table:
    """`content` with exactly the columns and types of `table`.

    Raises:
        BabelwireError: a value is missing or of another type, or a key occurs twice.
    """
    content = check_columns(table, content)
    _check_keys(table, content)
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


def row_groups(path: Path, table: Table, columns: Iterable[str] | None = None) -> Iterator[pa.Table]:
    """The row groups of a file, one after another, with today's schema."""
    wanted = None if columns is None else list(dict.fromkeys(columns))
    for file in ds.dataset(path, schema=table.schema, format="parquet").get_fragments():
        for group in file.split_by_row_group(schema=table.schema):
            yield group.to_table(schema=table.schema, columns=wanted)


def _rewrite(
    journal: Journal, table: Table, path: Path, slices: list[_Slice], rows_of: Spool, revise: pa.Table | None
) -> None:
    rows, changed = 0, False
    if not any(pc.any(s.keep).as_py() or rows_of.read(s.group) is not None for s in slices):
        journal.remove(path)
        return

    def parts() -> Iterator[pa.Table]:
        nonlocal rows, changed
        for old, part in zip(row_groups(path, table), slices, strict=True):
            content = _revise(old.filter(part.keep), table, revise)
            arrived = rows_of.read(part.group)
            if arrived is not None:
                content = _sort(table, pa.concat_tables([content, arrived]))
                _check_keys(table, content)
            changed = changed or not content.equals(old)
            rows += content.num_rows
            if content.num_rows:
                yield content.combine_chunks()

    journal.rewrite(path, table.schema, parts(), lambda: changed)


def _revise(rows: pa.Table, table: Table, revise: pa.Table | None) -> pa.Table:
    if revise is None or not rows.num_rows:
        return rows
    place = pc.index_in(rows[table.key[0]], _flat(revise[table.key[0]]))
    if place.null_count == len(place):
        return rows
    for column in revise.column_names:
        if column != table.key[0]:
            values = pc.if_else(place.is_valid(), revise[column].take(place), rows[column])
            rows = rows.set_column(rows.column_names.index(column), table.schema.field(column), values)
    return rows


def _lay_out(
    names: pa.Array, months: npt.NDArray[Any], groups: Ints, count: int, file_units: int
) -> list[tuple[int, str]]:
    """Gives the units that have no group one, a new file each: its number and its month."""
    order = pc.sort_indices(names).to_numpy().astype(np.int64)
    order = order[groups[order] < 0]
    new = []
    for month in np.unique(months[order]).tolist():
        inside = order[months[order] == month]
        for start in range(0, len(inside), file_units):
            groups[inside[start : start + file_units]] = count
            new.append((count, month))
            count += 1
    return new


def _sort(table: Table, content: pa.Table) -> pa.Table:
    return content.take(pc.sort_indices(content, [(k, "ascending") for k in table.key])).combine_chunks()


def _months(table: Table, content: pa.Table) -> npt.NDArray[Any]:
    if not table.month_of:
        return np.full(content.num_rows, "", object)
    times = content[table.month_of]
    whole = pc.add(pc.multiply(pc.year(times), 100), pc.month(times))
    months, which = np.unique(np.asarray(whole, np.int64), return_inverse=True)
    return np.array([f"month={m // 100:04}-{m % 100:02}" for m in months.tolist()], object)[which]


def _key_of(units: pa.Table, table: Table) -> list[str]:
    """The columns of the key that `units` have."""
    return [column for column in table.key if column in units.column_names]


def _of_units(rows: pa.Table, table: Table, units: pa.Table | None = None) -> pa.Array:
    """What names the unit of every row, in one text."""
    columns = [pc.cast(rows[c], pa.string()) for c in _key_of(rows if units is None else units, table)]
    return _flat(columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, _BETWEEN))


def _places(wanted: pa.Array, among: pa.Array) -> Ints:
    """Where each value is in `among`; -1 where it is not."""
    return np.asarray(pc.fill_null(pc.index_in(wanted, among), -1), np.int64)


def _check_keys(table: Table, content: pa.Table) -> None:
    if pc.count_distinct(_of_units(content, table)).as_py() < content.num_rows:
        raise BabelwireError(f"Two rows of {table.name} have one key ({', '.join(table.key)}). {_DEFECT}")


def _keys(table: Table, content: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(content[k].to_pylist() for k in table.key), strict=True)


def _digest(keys: Iterable[tuple[Any, ...]]) -> str:
    return hashlib.sha256("\n".join("\t".join(map(str, key)) for key in keys).encode()).hexdigest()[:16]


def _chunks(values: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return list(values.chunks) if isinstance(values, pa.ChunkedArray) else [values]


def _flat(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
