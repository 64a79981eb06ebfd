"""What a reader takes of a table: the files of the months asked for, and of these the columns and rows wanted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs

from babelwire.article import Table
from babelwire.errors import BabelwireError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.listing import files
from babelwire.lake.window import ALWAYS, Window

# A file can be replaced between being listed and being opened, by a run that publishes; then it is listed again.
_LISTINGS = 5
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
    """
    schema = pa.schema([table.schema.field(c) for c in columns or table.schema.names])
    for _ in range(_LISTINGS):
        paths = files(lake, table, window)
        try:
            parts = [_batches(table, part, schema.names, where) for part in _in_turn(table, paths, by)]
            read = (pa.Table.from_batches(part, schema) for part in parts)
            return pa.concat_tables(part.sort_by(by) if by and part.num_rows else part for part in read)
        except FileNotFoundError:
            continue
        except (pa.ArrowException, OSError) as error:
            raise _damaged(lake, table, paths, schema.names) or error from error
    raise _changed(lake)


def stream(
    lake: LakeFolder, table: Table, *, columns: list[str], where: pc.Expression, window: Window = ALWAYS
) -> Iterator[pa.Table]:
    """The same as `scan` gives, in pieces that fit into memory."""
    schema = pa.schema([table.schema.field(c) for c in columns])
    paths = files(lake, table, window)
    waiting: list[pa.RecordBatch] = []
    try:
        for batch in _batches(table, paths, columns, where):
            waiting.append(batch)
            # A file of one night holds few rows, and each piece costs something.
            if sum(map(len, waiting)) >= _ROWS_AT_ONCE:
                yield pa.Table.from_batches(waiting, schema)
                waiting = []
    except FileNotFoundError as error:
        raise _changed(lake) from error
    except (pa.ArrowException, OSError) as error:
        raise _damaged(lake, table, paths, columns) or error from error
    yield pa.Table.from_batches(waiting, schema)


def _in_turn(table: Table, paths: list[Path], by: list[tuple[str, str]] | None) -> list[list[Path]]:
    """The files in parts that follow one another in the order `by`: sorting copies rows, and so only a part at a time."""
    if not by or not table.month_of or by[0][0] != table.month_of:
        return [paths]
    months = [list(inside) for _, inside in groupby(paths, key=lambda path: path.parent)]
    return (months if by[0][1] == "ascending" else months[::-1]) or [[]]


def _batches(
    table: Table, paths: list[Path], columns: list[str], where: pc.Expression | None
) -> Iterator[pa.RecordBatch]:
    if not paths:
        return iter(())
    dataset = ds.FileSystemDataset.from_paths(
        [str(path) for path in paths],
        schema=table.schema,
        format=ds.ParquetFileFormat(),
        filesystem=pyarrow.fs.LocalFileSystem(),
    )
    batches: Iterator[pa.RecordBatch] = dataset.to_batches(
        columns=columns, filter=where, batch_size=_ROWS_AT_ONCE, batch_readahead=4, fragment_readahead=4
    )
    return batches


def _changed(lake: LakeFolder) -> BabelwireError:
    return BabelwireError(f"A run published into the lake {lake.root} while it was read. Ask for the same again.")


def _damaged(lake: LakeFolder, table: Table, paths: list[Path], columns: list[str]) -> BabelwireError | None:
    """Which of the files cannot be read, and what to do; None where each can."""
    for path in paths:
        try:
            for _ in _batches(table, [path], columns, None):
                pass
        except PermissionError:
            return BabelwireError(f"{path} of the lake may not be read by this user. Give it the right to read.")
        except (pa.ArrowException, OSError) as error:
            why = " ".join(str(error).split())
            return BabelwireError(
                f"{path} of the lake is damaged or cannot be read: {why:.300}. "
                f"See what else is, and what to do: babelwire verify --lake {lake.root}"
            )
    return None
