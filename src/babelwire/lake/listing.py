"""Which files a table has, for those who write into a lake and for those who read it beside them.

`files` is what lies in the folders. It is right for whoever holds the lake's lock and has recovered it, as publishing,
`verify` and `compact` do. `readable` is for everybody else: it is right at any moment, also while a run that was
committed is moved into place, or was ended over it.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from babelwire.article import RUNS, Table
from babelwire.errors import BabelwireError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.journal import pending
from babelwire.lake.window import ALWAYS, Window, year_and_month


class Listed(NamedTuple):
    """A file of a table as a reader finds it.

    Attributes:
        month: the name of the folder of its month; empty where the table has no months.
        lies: the path to look for it first.
        belongs: the path where it is otherwise. That is another one only where a run is being moved into the lake.
    """

    month: str
    lies: str
    belongs: str


def files(lake: LakeFolder, table: Table, window: Window = ALWAYS) -> list[Path]:
    """The files of a table that can hold rows of the window, as they lie there. For holders of the lake's lock."""
    return [Path(file.lies) for file in _lying(lake, table, window)]


def readable(lake: LakeFolder, table: Table, window: Window = ALWAYS) -> list[Listed]:
    """The files of a table that can hold rows of the window, of all runs that are committed and of no other.

    While a run is moved into place its journal says what the table will be: so this is the folder with the journal
    laid over it.

    Raises:
        BabelwireError: a journal is damaged, or this user may not read one or list a folder.
        FileNotFoundError: `compact` put another folder in the place of one that was being listed; list again.
    """
    fetched = lake.fetch(table, window.has_month)
    if fetched is not None:
        return [Listed(path.parent.name if table.month_of else "", str(path), str(path)) for path in fetched]
    # Journals come first: one that is gone when they are looked for has been applied, and the folders show it.
    plans = pending(lake)
    lying = _lying(lake, table, window)
    if not plans:
        return lying
    found = {file.belongs: file for file in lying}
    for plan in plans:
        for staged, path in plan.moves:
            month = _month_inside(lake, table, path)
            if month is not None and (not table.month_of or window.has_month(month)):
                found[str(path)] = Listed(month, str(staged), str(path))
        for path in plan.removals:
            found.pop(str(path), None)
    return sorted(found.values(), key=lambda file: (_order(file.month), file.belongs))


def generation(lake: LakeFolder) -> object:
    """Something that differs whenever another run was committed. `compact` can change it too."""
    # Every run adds a file of `runs`, in the same commit as all else.
    return lake.state or [file.belongs for file in readable(lake, RUNS)]


def month_of(when: datetime) -> str:
    """The hive partition of a time: `month=YYYY-MM`."""
    return f"month={when.year:04}-{when.month:02}"


def _lying(lake: LakeFolder, table: Table, window: Window) -> list[Listed]:
    """The files in the folders, in the order of months and names."""
    folder = lake.table(table)
    if not table.month_of:
        return [Listed("", path, path) for path in _parquet(folder)]
    months = [entry for entry in _entries(folder) if window.has_month(entry.name) and entry.is_dir()]
    months.sort(key=lambda entry: _order(entry.name))
    return [Listed(month.name, path, path) for month in months for path in _parquet(Path(month.path))]


def _parquet(folder: Path) -> list[str]:
    # What begins with a point is being written.
    return sorted(e.path for e in _entries(folder) if e.name.endswith(".parquet") and not e.name.startswith("."))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder; nothing where there is none."""
    try:
        before = folder.stat().st_ino
        with os.scandir(folder) as entries:
            found = list(entries)
        after = folder.stat().st_ino
    except FileNotFoundError:
        return []
    except PermissionError as error:
        raise BabelwireError(
            f"{folder} of the lake may not be read by this user. Give it the right to read."
        ) from error
    if after != before:
        # Then these are of a folder that `compact` took away, and may have begun to empty.
        raise FileNotFoundError(f"{folder} is another folder now.")
    return found


def _month_inside(lake: LakeFolder, table: Table, path: Path) -> str | None:
    """The month of a file of the table as `Listed` has it; None where it is no file of the table."""
    inside, folder = path.parent, lake.table(table)
    if not table.month_of:
        return "" if inside == folder else None
    return inside.name if inside.parent == folder else None


def _order(month: str) -> tuple[int, int]:
    return year_and_month(month) or (0, 0)
