"""What a reader takes of a table: the files of the months asked for, and of these the columns and rows wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, groupby, islice

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs

from babelwire.article import Table
from babelwire.errors import BabelwireError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.listing import Listed, readable
from babelwire.lake.window import ALWAYS, Window

# Rows held at once while filtering: of articles of 5 kB each, some 100 MB with what is read ahead.
_ROWS_AT_ONCE = 4096


def scan(
    lake: LakeFolder,
    table: Table,
    *,
    columns: list[str] | None = None,
    where: pc.Expression | None = None,
    window: Window = ALWAYS,
    by: list[tuple[str, str]] | None = None,
) -> pa.Table:
    """Rows of a table with today's schema; columns that older files lack are null.

    Args:
        window: which months are read; `where` says which of their rows.
        by: sorted so; columns, each with ascending or descending.

    Raises:
        BabelwireError: a file is damaged or may not be read; the message names it.
        FileNotFoundError: a file was replaced between being listed and being opened; `consistently` asks again.
    """
    schema = pa.schema([table.schema.field(c) for c in columns or table.schema.names])
    listed = readable(lake, table, window)
    with _telling(lake, table, listed, schema.names):
        parts = [_batches(table, part, schema.names, where) for part in _in_turn(table, listed, by)]
        read = (pa.Table.from_batches(part, schema) for part in parts)
        return pa.concat_tables(part.sort_by(by) if by and part.num_rows else part for part in read)


def stream(
    lake: LakeFolder, table: Table, *, columns: list[str], where: pc.Expression, window: Window = ALWAYS
) -> Iterator[pa.Table]:
    """The same as `scan` gives, in pieces that fit into memory; it raises the same."""
    schema = pa.schema([table.schema.field(c) for c in columns])
    listed = readable(lake, table, window)
    waiting: list[pa.RecordBatch] = []
    with _telling(lake, table, listed, columns):
        for batch in _batches(table, listed, columns, where):
            waiting.append(batch)
            # A file of one night holds few rows, and each piece costs something.
            if sum(map(len, waiting)) >= _ROWS_AT_ONCE:
                yield pa.Table.from_batches(waiting, schema)
                waiting = []
    yield pa.Table.from_batches(waiting, schema)


def _in_turn(table: Table, listed: list[Listed], by: list[tuple[str, str]] | None) -> list[list[Listed]]:
    """The files in parts that follow one another in the order `by`: sorting copies rows, and so only a part at a time."""
    if not by or not table.month_of or by[0][0] != table.month_of:
        return [listed]
    months = [list(inside) for _, inside in groupby(listed, key=lambda file: file.month)]
    return (months if by[0][1] == "ascending" else months[::-1]) or [[]]


def _batches(
    table: Table, listed: list[Listed], columns: list[str], where: pc.Expression | None
) -> Iterator[pa.RecordBatch]:
    yield from _rows(table, [file.lies for file in listed if file.lies == file.belongs], columns, where)
    for file in listed:
        if file.lies != file.belongs:
            try:
                # A file is opened once, before its first rows, and moving it does not harm who has it open.
                rows = _rows(table, [file.lies], columns, where)
                rows = chain(list(islice(rows, 1)), rows)
            except FileNotFoundError:
                rows = _rows(table, [file.belongs], columns, where)
            yield from rows


def _rows(table: Table, paths: list[str], columns: list[str], where: pc.Expression | None) -> Iterator[pa.RecordBatch]:
    if not paths:
        return iter(())
    dataset = ds.FileSystemDataset.from_paths(
        paths, schema=table.schema, format=ds.ParquetFileFormat(), filesystem=pyarrow.fs.LocalFileSystem()
    )
    batches: Iterator[pa.RecordBatch] = dataset.to_batches(
        columns=columns, filter=where, batch_size=_ROWS_AT_ONCE, batch_readahead=4, fragment_readahead=4
    )
    return batches


@contextmanager
def _telling(lake: LakeFolder, table: Table, listed: list[Listed], columns: list[str]) -> Iterator[None]:
    """Names the file that could not be read, and what to do."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise _damaged(lake, table, listed, columns) or error from error


def _damaged(lake: LakeFolder, table: Table, listed: list[Listed], columns: list[str]) -> BabelwireError | None:
    """Which of the files cannot be read, and what to do; None where each can.

    Raises:
        FileNotFoundError: one is not there any more.
    """
    for file in listed:
        try:
            for _ in _batches(table, [file], columns, None):
                pass
        except FileNotFoundError:
            raise
        except PermissionError:
            return BabelwireError(f"{file.lies} of the lake may not be read by this user. Give it the right to read.")
        except (pa.ArrowException, OSError) as error:
            why = " ".join(str(error).split())
            return BabelwireError(
                f"{file.lies} of the lake is damaged or cannot be read: {why:.300}. "
                f"See what else is, and what to do: babelwire verify --lake {lake.address}"
            )
    return None
