"""Rows in and out of a table: which files change, and how a new file is named."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import Table
from babelwire.errors import BabelwireError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.journal import Journal


def edit(
    journal: Journal,
    lake: LakeFolder,
    table: Table,
    *,
    put: pa.Table | None = None,
    drop: Mapping[str, Collection[Any]] | None = None,
) -> None:
    """Stages these changes to a table; a file none of whose rows changes is not touched.

    Args:
        put: rows that replace the row of the same key, or are added. A replaced row stays in its file while its
            month is the same; new rows of a month go to one new file, named after their keys.
        drop: `{column: values}`; a row is removed where one of these columns has one of its values. Dropping
            comes before putting.

    Raises:
        BabelwireError: a row does not fit the schema; nothing is published.
    """
    put = check(table, table.schema.empty_table() if put is None else put)
    drop = drop or {}
    months = _months(table, put)
    waiting = {key: i for i, key in enumerate(_keys(table, put))}
    for path in _files_with(lake, table, waiting, drop):
        old = ds.dataset(path, schema=table.schema).to_table()
        keep, replacements = [], []
        gone = [set(values) for values in drop.values()]
        dropped = zip(*(old[c].to_pylist() for c in drop), strict=True) if drop else [()] * old.num_rows
        for key, values in zip(_keys(table, old), dropped, strict=True):
            stays = not any(value in among for value, among in zip(values, gone, strict=True))
            if stays and key in waiting:
                stays = False
                if not table.month_of or months[waiting[key]] == path.parent.name:
                    replacements.append(waiting.pop(key))
            keep.append(stays)
        changed = _sort(
            table,
            pa.concat_tables([old.filter(pa.array(keep, pa.bool_())), put.take(pa.array(replacements, pa.int64()))]),
        )
        if not changed.num_rows:
            journal.remove(path)
        elif changed != old:
            journal.write(path, changed)
    fresh: dict[str, list[int]] = defaultdict(list)
    for i in waiting.values():
        fresh[months[i]].append(i)
    for month, added in sorted(fresh.items()):
        content = _sort(table, put.take(pa.array(added, pa.int64())))
        journal.write(lake.table(table) / month / f"part-{_digest(_keys(table, content))}.parquet", content)


def check(table: Table, content: pa.Table) -> pa.Table:
    """`content` with exactly the columns and types of `table`.

    Raises:
        BabelwireError: a value is missing or of another type, or a key occurs twice.
    """
    defect = "Nothing was published. This is a defect of babelwire: please report it with this message."
    for field in table.fields:
        if field.name not in content.column_names:
            raise BabelwireError(f"Rows of {table.name} have no column {field.name}. {defect}")
        if not field.null and content[field.name].null_count:
            raise BabelwireError(f"A row of {table.name} has no {field.name}. {defect}")
    try:
        content = content.select(table.schema.names).cast(table.schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BabelwireError(f"Rows of {table.name} do not fit its schema: {error}. {defect}") from error
    keys = _keys(table, content)
    if len(set(keys)) < len(keys):
        raise BabelwireError(f"Two rows of {table.name} have one key ({', '.join(table.key)}). {defect}")
    return content


def rows_to_table(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as an Arrow table with the columns of `table`; what a row lacks is null."""
    rows = list(rows)
    nullable = pa.schema([(f.name, f.type) for f in table.fields])
    return pa.table({f.name: pa.array([r.get(f.name) for r in rows], f.type) for f in table.fields}, schema=nullable)


def month_of(when: datetime) -> str:
    """The hive partition of a time: `month=YYYY-MM`."""
    return f"month={when:%Y-%m}"


def _sort(table: Table, content: pa.Table) -> pa.Table:
    return content.take(pc.sort_indices(content, [(k, "ascending") for k in table.key])).combine_chunks()


def _months(table: Table, content: pa.Table) -> list[str]:
    if not table.month_of:
        return [""] * content.num_rows
    return [month_of(when) for when in content[table.month_of].to_pylist()]


def _keys(table: Table, content: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(content[k].to_pylist() for k in table.key), strict=True))


def _digest(keys: Iterable[tuple[Any, ...]]) -> str:
    return hashlib.sha256("\n".join("\t".join(map(str, key)) for key in keys).encode()).hexdigest()[:16]


def _files_with(
    lake: LakeFolder, table: Table, keys: Collection[tuple[Any, ...]], drop: Mapping[str, Collection[Any]]
) -> list[Path]:
    folder = lake.table(table)
    wanted = {**drop, table.key[0]: {*drop.get(table.key[0], ()), *(key[0] for key in keys)}}
    if not folder.is_dir() or not any(wanted.values()):
        return []
    touched = pc.scalar(False)
    for column, among in wanted.items():
        touched |= ds.field(column).isin(pa.array(sorted(among), table.schema.field(column).type))
    found = ds.dataset(folder, schema=table.schema, format="parquet").to_table(columns=["__filename"], filter=touched)
    return sorted({Path(name) for name in found["__filename"].unique().to_pylist()})
