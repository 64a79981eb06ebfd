"""What a reader takes of a table: the files of the months asked for, and of these the columns and rows wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs

from babelwire.article import TIME, Table
from babelwire.errors import BabelwireError, UsageError
from babelwire.lake.folder import LakeFolder

# A file can be replaced between being listed and being opened, by a run that publishes; then it is listed again.
_LISTINGS = 5
# Rows held at once while filtering: of articles of 5 kB each, some 100 MB with what is read ahead.
_ROWS_AT_ONCE = 4096
_SHORT = re.compile(r"\d{4}(?:-\d\d)?")
_MONTH = re.compile(r"month=(\d{1,4})-(\d\d)")

Moment = datetime | date | str


def moment(when: Moment | None, name: str) -> datetime | None:
    """A day or time as a time in UTC: `2026`, `2026-01`, `2026-01-31`, `2026-01-31T10:00`, a date or a datetime.

    What has no zone is UTC, a day, month or year begins at midnight.

    Raises:
        UsageError: it is none of these; the message calls it `name`.
    """
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when + "-01-01"[len(when) - 4 :] if _SHORT.fullmatch(when) else when)
        except ValueError:
            raise UsageError(
                f"{name} is {when!r:.60}: give a day or a time, as 2026-01-31 or 2026-01-31T10:00 (UTC)."
            ) from None
    if when is None:
        return None
    if not isinstance(when, datetime):
        return datetime.combine(when, time(), UTC)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


@dataclass(frozen=True)
class Window:
    """The time [since, until); None is without such an end."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, since: Moment | None, until: Moment | None) -> Window:
        return cls(moment(since, "since"), moment(until, "until"))

    def within(self, other: Window) -> Window:
        """What of this lies in `other` as well."""
        starts = [t for t in (self.since, other.since) if t is not None]
        ends = [t for t in (self.until, other.until) if t is not None]
        return Window(max(starts, default=None), min(ends, default=None))

    def condition(self, column: str) -> pc.Expression:
        """Whether a row's time is in it."""
        return starting(column, self.since) & before(column, self.until)

    def has_month(self, folder: str) -> bool:
        """Whether a row of the partition `folder` can be in it."""
        found = _MONTH.fullmatch(folder)
        if found is None:
            return True
        month = (int(found[1]), int(found[2]))
        last = None if self.until is None else self.until - timedelta(microseconds=1)
        return (self.since is None or month >= (self.since.year, self.since.month)) and (
            last is None or month <= (last.year, last.month)
        )


ALWAYS = Window()


def starting(column: str, since: datetime | None) -> pc.Expression:
    """Rows of this time or later."""
    return pc.scalar(True) if since is None else ds.field(column) >= pa.scalar(since, TIME)


def before(column: str, until: datetime | None) -> pc.Expression:
    """Rows of before this time."""
    return pc.scalar(True) if until is None else ds.field(column) < pa.scalar(until, TIME)


def files(lake: LakeFolder, table: Table, window: Window = ALWAYS) -> list[Path]:
    """The files of a table that can hold rows of the window."""
    folder = lake.table(table)
    if not table.month_of:
        return _parquet(folder)
    months = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for month in months if window.has_month(month.name) for path in _parquet(month)]


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


def _parquet(folder: Path) -> list[Path]:
    # What begins with a point is being written.
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if path.suffix == ".parquet" and not path.name.startswith("."))


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
