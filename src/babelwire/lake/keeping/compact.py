"""Few large files in place of many small ones, beside readers, and at no time anything else than the same rows."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from babelwire.article import TABLES, Table
from babelwire.errors import BabelwireError
from babelwire.lake.files import sync, write_json, write_parts, writing
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import ALL_TABLES
from babelwire.lake.journal import recover
from babelwire.lake.keeping.exchange import exchange
from babelwire.lake.keeping.merging import merged
from babelwire.lake.seal import SEAL, is_whole
from babelwire.lake.window import year_and_month


class Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


@dataclass(frozen=True)
class Compacted:
    """What became of a folder: `files` as (before, after), and the size of those that were merged in bytes."""

    folder: str
    files: tuple[int, int]
    size: tuple[int, int]


OnFolder = Callable[[str, int, int], None]
"""Called with the name of a folder, how many are done and how many there are."""


def compact(
    lake: LakeFolder, *, file_size: int, until: datetime, on_folder: OnFolder | None = None
) -> Iterator[Compacted]:
    """Merges the small files of every folder; gives each folder that changed. The caller holds the lake's lock.

    Files of less than half of `file_size`, and those of an earlier schema, are merged; others are left as they are.
    Each folder is put into place in one step: whoever lists it finds the old files or the new ones.

    Args:
        file_size: bytes that a file should have.
        until: months that end after it are left, since runs still change rows of theirs.

    Raises:
        BabelwireError: a file is damaged, or the disk is full; nothing is lost.
    """
    recover(lake)
    _remove(lake.compacting)
    folders = list(_folders(lake, until))
    for done, (table, folder) in enumerate(folders):
        name = folder.relative_to(lake.root).as_posix()
        if on_folder is not None:
            on_folder(name, done, len(folders))
        files = sorted(p for p in folder.glob("*.parquet") if not p.name.startswith("."))
        chosen = [p for p in files if p != _first(lake, table)]
        chosen = _to_merge(lake, table, chosen, file_size)
        if not chosen or not all(p.is_file() for p in folder.iterdir()):
            continue
        new = _write(table, chosen, lake.compacting / "new" / name, file_size)
        size = sum(p.stat().st_size for p in chosen), sum(p.stat().st_size for p in new)
        _put(lake, folder, chosen, new)
        _remove(lake.compacting)
        yield Compacted(name, (len(files), len(files) - len(chosen) + len(new)), size)


def _folders(lake: LakeFolder, until: datetime) -> Iterator[tuple[Table, Path]]:
    for table in ALL_TABLES:
        folder = lake.table(table)
        if not folder.is_dir():
            continue
        if not table.month_of:
            yield table, folder
            continue
        for month in sorted(folder.iterdir()):
            named = year_and_month(month.name)
            if named and month != lake.first_file(table).parent and _end(*named) <= until:
                yield table, month


def _first(lake: LakeFolder, table: Table) -> Path | None:
    return lake.first_file(table) if table.name in TABLES else None


def _end(year: int, month: int) -> datetime:
    if (year, month) >= (9999, 12):
        return datetime.max.replace(tzinfo=UTC)
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)


def _to_merge(lake: LakeFolder, table: Table, files: Sequence[Path], file_size: int) -> list[Path]:
    outdated = [path for path in files if _is_outdated(lake, table, path)]
    small = [path for path in files if path.stat().st_size < file_size // 2]
    chosen = sorted({*outdated, *small}) if outdated or len(small) > 1 else []
    for path in chosen:
        # What is damaged would get a new checksum and pass for sound ever after.
        if is_whole(path) is False:
            raise _damaged(lake, path, "its checksum is wrong")
    return chosen


def _is_outdated(lake: LakeFolder, table: Table, path: Path) -> bool:
    try:
        found = pq.read_metadata(path)
        return SEAL.encode() not in (found.metadata or {}) or not found.schema.to_arrow_schema().equals(table.schema)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(lake, path, " ".join(str(error).split())[:200]) from error


def _damaged(lake: LakeFolder, path: Path, why: str) -> BabelwireError:
    return BabelwireError(
        f"{path} is damaged: {why}. Nothing was merged with it. See what else is, and what to do: "
        f"babelwire verify --lake {lake.address}"
    )


def _write(table: Table, files: Sequence[Path], whole: Path, file_size: int) -> list[Path]:
    """New files with the rows of `files`, in the folder `whole`."""
    new: list[Path] = []
    rows = {path.name: pq.read_metadata(path).num_rows for path in files}
    parts = merged(table, files, whole.with_name(f"{whole.name}-sorting"))
    part = next(parts, None)
    while part is not None:
        keys = hashlib.sha256()
        path = whole / f"{len(new)}.parquet"
        write_parts(path, table.schema, _noting_keys(table, chain((part,), parts), keys), enough_bytes=file_size)
        new.append(path.rename(path.with_name(_name(path, keys.hexdigest(), rows))))
        part = next(parts, None)
    return new


def _name(path: Path, digest: str, old: Mapping[str, int]) -> str:
    """The name of a new file, after its keys.

    No old file with other rows has it: a reader that has listed the old files must not take this one for one of them.

    Args:
        old: name of a file -> its rows. One that has lost some since it was named has fewer than its name says.
    """
    rows = pq.read_metadata(path).num_rows
    while old.get(name := f"part-{digest[:16]}.parquet", rows) != rows:
        digest = hashlib.sha256(digest.encode()).hexdigest()
    return name


def _noting_keys(table: Table, parts: Iterable[pa.Table], keys: Digest) -> Iterator[pa.Table]:
    for part in parts:
        columns = [pc.cast(part[k], pa.string()) for k in table.key]
        for key in pc.binary_join_element_wise(*columns, "\t").to_pylist():
            keys.update(key.encode())
            keys.update(b"\n")
        yield part


def _put(lake: LakeFolder, folder: Path, old: Sequence[Path], new: Sequence[Path]) -> None:
    """Puts the new files in the place of the old ones; what else is in the folder stays."""
    staging = lake.compacting
    whole = staging / "new" / folder.relative_to(lake.root)
    with writing(folder):
        whole.mkdir(parents=True, exist_ok=True)
        for other in sorted(set(folder.iterdir()) - set(old)):
            _link(other, whole / other.name)
        sync(whole)
        if exchange(whole, folder):
            sync(folder.parent)
            sync(whole.parent)
            return
    # Without the exchange, readers other than `Lake` can meet old and new files together here for a moment.
    root, gone = lake.root, set(old) - {folder / path.name for path in new}
    moves = [(path.relative_to(root).as_posix(), (folder / path.name).relative_to(root).as_posix()) for path in new]
    removals = sorted(path.relative_to(root).as_posix() for path in gone)
    write_json(staging / "publish" / "journal.json", {"moves": moves, "removals": removals})
    recover(lake)


def _link(source: Path, destination: Path) -> None:
    try:
        os.link(source, destination)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK}:
            raise
        shutil.copy2(source, destination)
        sync(destination)


def _remove(folder: Path) -> None:
    with writing(folder):
        if folder.exists():
            shutil.rmtree(folder)
