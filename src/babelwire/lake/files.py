"""Whole files or nothing: writing beside and moving into place, with disk errors told as sentences."""

from __future__ import annotations

import errno
import json
import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from babelwire.errors import BabelwireError
from babelwire.lake.seal import SEAL, UNSEALED, seal

_CAUSES = {
    errno.ENOSPC: "there is no space left on the disk. Free some and run the same command again",
    errno.EDQUOT: "the disk quota is used up. Free some space and run the same command again",
    errno.EROFS: "the disk is read-only. Mount it for writing and run the same command again",
    errno.EACCES: "this user may not write there. Change its permissions or run as its owner",
    errno.EPERM: "this user may not write there. Change its permissions or run as its owner",
}
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]+")
_MOST_OF_NAME, _MOST_OF_HOST = 150, 63
"""Bytes: a name may have 255."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tells a failure to write below `path` as a sentence with the remedy.

    Raises:
        BabelwireError: in place of an OSError whose cause is known.
    """
    try:
        yield
    except OSError as error:
        cause = _CAUSES.get(error.errno or 0)
        if cause is None:
            raise
        raise BabelwireError(f"Cannot write {path}: {cause}; nothing that was published is harmed.") from error


def write_table(path: Path, table: pa.Table) -> None:
    """Writes a Parquet file durably, so that `path` is the whole file or does not change."""
    write_parts(path, table.schema, (table,))


def write_parts(path: Path, schema: pa.Schema, parts: Iterable[pa.Table], *, enough_bytes: int | None = None) -> None:
    """Writes a Parquet file like `write_table`, one row group for each part, without holding more than one.

    Args:
        enough_bytes: no further part is taken once the file is that large.
    """

    def write(beside: Path) -> None:
        with pq.ParquetWriter(beside, schema, compression="zstd", write_page_index=True) as file:
            for part in parts:
                file.write_table(part, row_group_size=max(part.num_rows, 1))
                if enough_bytes is not None and beside.stat().st_size >= enough_bytes:
                    break
            file.add_key_value_metadata({SEAL: UNSEALED})
        seal(beside)

    _write_whole(path, write)


def write_json(path: Path, value: Any) -> None:
    """Writes a JSON file durably, so that `path` is the whole file or does not change."""
    write_bytes(path, json.dumps(value, indent=1).encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Writes a file durably, so that `path` is the whole file or does not change."""
    _write_whole(path, lambda beside: beside.write_bytes(content))


def _write_whole(path: Path, write: Callable[[Path], object]) -> None:
    beside = place_beside(path)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(beside)
            sync(beside)
            beside.replace(path)
            sync(path.parent)
        finally:
            beside.unlink(missing_ok=True)


def place_beside(path: Path) -> Path:
    """Where this process writes what is to be moved to `path`: hidden, and no other process's, on no other machine."""
    host = _NOT_IN_NAMES.sub("-", socket.gethostname())[:_MOST_OF_HOST]
    name = os.fsdecode(os.fsencode(path.name)[:_MOST_OF_NAME])
    return path.with_name(f".{name}.{host}.{os.getpid()}")


def move(source: Path, destination: Path) -> None:
    """Moves a file into place within one file system, durably."""
    with writing(destination):
        if not destination.parent.is_dir():
            destination.parent.mkdir(parents=True, exist_ok=True)
            sync(destination.parent.parent)
        source.replace(destination)
        sync(destination.parent)


def sync(path: Path) -> None:
    """Makes a file, or the names in a folder, outlast a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
