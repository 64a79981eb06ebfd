"""Work that was begun and never came to an end: runs that were killed, and whether anybody still works on them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from babelwire.article import RUNS
from babelwire.lake.files import writing
from babelwire.lake.findings import Finding
from babelwire.lake.folder import LakeFolder
from babelwire.lake.listing import files


def unfinished(lake: LakeFolder) -> Iterator[Finding]:
    """The work of runs that nobody is doing now, and publications that were cut short. Needs the lake's lock."""
    published = _published(lake)
    for folder in _folders(lake):
        name = folder.relative_to(lake.root).as_posix()
        if folder == lake.compacting and not (folder / "publish" / "journal.json").exists():
            yield Finding(
                "leftover", f"{name} was left by a babelwire compact that was ended.", "Run babelwire compact again."
            )
            continue
        if (folder / "publish" / "journal.json").exists():
            yield Finding(
                "unfinished_publication",
                f"The run {folder.name} was ended while it was published: some of its files are in place, some are not. "
                "Babelwire reads all of it; other readers see half of it.",
                "Run babelwire compact, or any run: it finishes the publication first. Then verify again.",
            )
        elif folder.name in published:
            yield Finding(
                "leftover",
                f"{name} was left by a run that was published and then ended before it tidied up.",
                "Remove it, or leave it to babelwire prune --lake: all of it is in the lake.",
            )
        elif not (folder / "plan.json").exists():
            yield Finding(
                "leftover",
                f"{name} was left by a run that was ended while it tidied up.",
                "Run babelwire prune --lake.",
            )
        elif not _is_worked_on(lake, folder):
            batches = len(list(folder.glob("batch-*.parquet")))
            yield Finding(
                "unfinished_run",
                f"{name} holds {batches} finished batches of a run that was ended and is not published.",
                "Give the command of that run again, which goes on with it; or forget it: babelwire prune --lake.",
            )


def forget(lake: LakeFolder, days: float) -> list[str]:
    """Removes the work of runs that nobody is doing and that was not touched for so many days. Needs the lake's lock.

    What a run has committed is kept: it is to be finished, not forgotten.

    Returns:
        The names of the runs.
    """
    gone = []
    for folder in _folders(lake):
        if (folder / "publish" / "journal.json").exists() or _is_worked_on(lake, folder):
            continue
        if datetime.now(UTC) - _last_touched(folder) >= timedelta(days=days):
            with writing(folder):
                shutil.rmtree(folder)
            gone.append(folder.name)
    return gone


def _published(lake: LakeFolder) -> set[str]:
    """The runs that are in the lake, as far as its files can be read."""
    found: set[str] = set()
    for path in files(lake, RUNS):
        # A damaged file is a finding of its own.
        with suppress(pa.ArrowException, OSError):
            found.update(pq.read_table(path, columns=["run_id"], partitioning=None)["run_id"].to_pylist())
    return found


def _folders(lake: LakeFolder) -> list[Path]:
    return sorted(p for p in lake.work.iterdir() if p.is_dir()) if lake.work.is_dir() else []


def _is_worked_on(lake: LakeFolder, folder: Path) -> bool:
    """Whether a process holds the lock of the run's plan."""
    try:
        digest = json.loads((folder / "plan.json").read_text("utf-8"))["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    path = lake.work / f".{str(digest)[:16]}.lock"
    if "/" in path.name or not path.exists():
        return False
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def _last_touched(folder: Path) -> datetime:
    times = [p.stat().st_mtime for p in (folder, *folder.rglob("*"))]
    return datetime.fromtimestamp(max(times), UTC)
