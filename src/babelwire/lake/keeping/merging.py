"""Sorted files merged into one sorted stream of row groups, a few rows of each file in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from babelwire.article import Table
from babelwire.lake.files import write_parts

MOST_AT_ONCE = 10
"""So many files are merged at a time; of each some pages are open."""

_BUFFER = 65_536
_GROUP_BYTES = 32_000_000
_LEAST_ROWS = 1_000
_MOST_ROWS = 1_000_000


def merged(table: Table, files: Sequence[Path], beside: Path) -> Iterator[pa.Table]:
    """The rows of the files in the order of the table's key, as row groups of about 32 MB.

    Args:
        beside: a folder for what has to be written on the way.

    Raises:
        pa.ArrowException, OSError: a file cannot be read.
    """
    schema = table.schema
    files = [_in_order(table, path, beside / f"sorted-{i}.parquet") for i, path in enumerate(files)]
    passes = 0
    while len(files) > MOST_AT_ONCE:
        passes += 1
        several = [files[i : i + MOST_AT_ONCE] for i in range(0, len(files), MOST_AT_ONCE)]
        files = []
        for number, some in enumerate(several):
            path = beside / f"pass-{passes}-{number}.parquet"
            write_parts(path, schema, _groups(table, some))
            files.append(path)
    yield from _groups(table, files)


def _groups(table: Table, files: Sequence[Path]) -> Iterator[pa.Table]:
    most = _rows_of_group(files)
    held: list[pa.Table] = []
    rows = 0
    for part in _merge(table, files, max(16, most // max(len(files), 1))):
        held.append(part)
        rows += part.num_rows
        while rows >= most:
            together = pa.concat_tables(held)
            yield together.slice(0, most).combine_chunks()
            held, rows = [together.slice(most)], rows - most
    if rows:
        yield pa.concat_tables(held).combine_chunks()


def _merge(table: Table, files: Sequence[Path], rows_at_once: int) -> Iterator[pa.Table]:
    sources = [_rows(table, path, rows_at_once) for path in files]
    waiting: list[pa.Table | None] = [next(source, None) for source in sources]
    while any(rows is not None for rows in waiting):
        # Up to the smallest of the last keys nothing can come any more.
        until = min(_last(table, rows) for rows in waiting if rows is not None)
        ready = []
        for i, rows in enumerate(waiting):
            if rows is None:
                continue
            count = pc.sum(_up_to(table, rows, until)).as_py() or 0
            ready.append(rows.slice(0, count))
            rest = rows.slice(count)
            waiting[i] = rest if rest.num_rows else next(sources[i], None)
        together = pa.concat_tables(ready)
        yield together.take(pc.sort_indices(together, [(k, "ascending") for k in table.key]))


def _rows(table: Table, path: Path, rows_at_once: int) -> Iterator[pa.Table]:
    with pq.ParquetFile(path, buffer_size=_BUFFER) as file:
        for batch in file.iter_batches(rows_at_once):
            if batch.num_rows:
                yield today(table, pa.Table.from_batches([batch]))


def today(table: Table, rows: pa.Table) -> pa.Table:
    """Rows of an earlier version with the columns of today; those that they lack are null."""
    for name in set(table.schema.names) - set(rows.column_names):
        rows = rows.append_column(name, pa.nulls(rows.num_rows, table.schema.field(name).type))
    return rows.select(table.schema.names).cast(table.schema)


def _last(table: Table, rows: pa.Table) -> tuple[Any, ...]:
    return tuple(rows[k][rows.num_rows - 1].as_py() for k in table.key)


def _up_to(table: Table, rows: pa.Table, key: tuple[Any, ...]) -> Any:
    """Which rows have this key or a smaller one."""
    smaller: Any = None
    for name, value in reversed(list(zip(table.key, key, strict=True))):
        column, bound = rows[name], pa.scalar(value, rows.schema.field(name).type)
        if smaller is None:
            smaller = pc.less_equal(column, bound)
        else:
            smaller = pc.or_(pc.less(column, bound), pc.and_(pc.equal(column, bound), smaller))
    return smaller


def _in_order(table: Table, path: Path, sorted_copy: Path) -> Path:
    """The file where its rows are in the order of the key, else a copy in which they are."""
    order = [(k, "ascending") for k in table.key]
    last: tuple[Any, ...] | None = None
    with pq.ParquetFile(path, buffer_size=_BUFFER) as file:
        for batch in file.iter_batches(columns=list(table.key)):
            rows = pa.Table.from_batches([batch])
            if not rows.num_rows:
                continue
            opens = tuple(rows[k][0].as_py() for k in table.key)
            ordered = rows.take(pc.sort_indices(rows, order))
            if not ordered.equals(rows) or (last is not None and opens < last):
                break
            last = _last(table, rows)
        else:
            return path
    rows = pq.read_table(path, partitioning=None)
    write_parts(sorted_copy, table.schema, (today(table, rows.take(pc.sort_indices(rows, order))),))
    return sorted_copy


def _rows_of_group(files: Sequence[Path]) -> int:
    rows, size = 0, 0
    for path in files:
        found = pq.read_metadata(path)
        rows += found.num_rows
        size += sum(found.row_group(i).total_byte_size for i in range(found.num_row_groups))
    return max(_LEAST_ROWS, min(_MOST_ROWS, _GROUP_BYTES * max(rows, 1) // max(size, 1)))
