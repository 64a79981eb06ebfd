"""What a file of a lake holds, by what it says itself and by its bytes."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import ALL_TABLES
from babelwire.lake.listing import files
from babelwire.lake.remote.manifest import Part
from babelwire.lake.seal import SEAL, is_whole


def part(path: Path) -> Part:
    """What a file holds; its bytes are read only where it has no seal.

    Raises:
        OSError, pyarrow.ArrowException: it cannot be read.
    """
    found = path.stat()
    return _read(path, found.st_size, found.st_ino, found.st_mtime_ns)


# A run looks at all files of a lake several times, and there may be ten thousand.
@lru_cache(maxsize=50_000)
def _read(path: Path, size: int, inode: int, modified_at: int) -> Part:  # noqa: ARG001 - they tell one file from the next
    found = pq.read_metadata(path)
    sealed = (found.metadata or {}).get(SEAL.encode())
    checksum = sealed.decode() if sealed else hashlib.sha256(path.read_bytes()).hexdigest()
    return Part(size, checksum, found.num_rows)


def has_bytes_of(path: Path, wanted: Part) -> bool:
    """Whether a file is this part, byte for byte."""
    try:
        return part(path) == wanted and is_whole(path) is not False
    except (OSError, pa.ArrowException):
        return False


def parts_of(lake: LakeFolder, *, strict: bool = False) -> dict[str, Part]:
    """Path within the lake -> what is there, without what is being written.

    Args:
        strict: a file that cannot be read is an error, and not passed over.

    Raises:
        OSError, pyarrow.ArrowException: a file cannot be read.
    """
    found = {}
    for table in ALL_TABLES:
        for path in files(lake, table):
            try:
                found[path.relative_to(lake.root).as_posix()] = part(path)
            except (pa.ArrowException, OSError):
                if strict:
                    raise
    return found
