"""A checksum inside the file that it is of: it travels with the file and there is no list to keep in step.

The footer of a sealed Parquet file holds the SHA-256 of the whole file, taken with zeros in the checksum's place.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

SEAL = "babelwire.sha256"
UNSEALED = "0" * 64
"""What stands in the place of the checksum when it is taken."""

_MAGIC = b"PAR1"
_MOST_FOOTER = 100_000_000
_PIECE = 1 << 20


def seal(path: Path) -> None:
    """Puts the checksum into a file that was written with `SEAL` and `UNSEALED` in its key-value metadata."""
    with path.open("r+b") as file:
        place = _place(file)
        assert place is not None
        digest = _digest(file, place)
        file.seek(place)
        file.write(digest)


def is_whole(path: Path) -> bool | None:
    """Whether a file is, byte for byte, as it was sealed; None where it has no seal, as files of earlier versions.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        place = _place(file)
        if place is None:
            return None
        file.seek(place)
        return file.read(len(UNSEALED)) == _digest(file, place)


def _place(file: BinaryIO) -> int | None:
    """Where in the file the checksum stands."""
    size = file.seek(0, os.SEEK_END)
    if size < 12:
        return None
    file.seek(size - 8)
    tail = file.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != _MAGIC or length > min(size - 8, _MOST_FOOTER):
        return None
    file.seek(size - 8 - length)
    footer = file.read(length)
    named = footer.rfind(SEAL.encode())
    # Between the key and its value Thrift writes the type of the field and the length.
    place = named + len(SEAL) + 2
    if named < 0 or place + len(UNSEALED) > length:
        return None
    return size - 8 - length + place


def _digest(file: BinaryIO, place: int) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    left = place
    while left and (piece := file.read(min(left, _PIECE))):
        digest.update(piece)
        left -= len(piece)
    digest.update(UNSEALED.encode())
    file.seek(place + len(UNSEALED))
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest().encode()
