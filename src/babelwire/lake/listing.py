"""Which files a table has, and what its months are called."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from babelwire.article import Table
from babelwire.lake.folder import LakeFolder
from babelwire.lake.window import ALWAYS, Window


def files(lake: LakeFolder, table: Table, window: Window = ALWAYS) -> list[Path]:
    """The files of a table that can hold rows of the window."""
    folder = lake.table(table)
    if not table.month_of:
        return _parquet(folder)
    months = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for month in months if window.has_month(month.name) for path in _parquet(month)]


def month_of(when: datetime) -> str:
    """The hive partition of a time: `month=YYYY-MM`."""
    return f"month={when.year:04}-{when.month:02}"


def _parquet(folder: Path) -> list[Path]:
    # What begins with a point is being written.
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if path.suffix == ".parquet" and not path.name.startswith("."))
