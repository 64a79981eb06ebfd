"""Reads tar archives from front to back, without ever going back or writing what they name."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from babelwire.errors import RejectInput
from babelwire.reading.archives.member import (
    BrokenOff,
    Filling,
    Member,
    Names,
    damaged,
    is_passed_over,
    leads_out,
    path_outside,
)
from babelwire.reading.limits import Budget

BLOCK = 512
_PIECE = 1 << 16
_IN_MEMORY = 1 << 20
_LONGEST_HEADER = 1 << 16
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_SPECIAL = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
_WITHOUT_BYTES = (*_SPECIAL, tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE)


def is_tar(head: bytes) -> bool:
    """Whether a stream that begins so is a tar archive: whether the checksum of its first header is right."""
    try:
        _header(head[:BLOCK])
    except tarfile.HeaderError:
        return False
    return True


def tar_members(stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    """The files in a tar archive; folders, links and names that begin with a dot are passed over.

    A member's stream is gone when the next member is asked for.

    Raises:
        RejectInput: the archive is damaged or breaks off (`damaged_archive`), or holds too much (`bomb`).
        OSError: the stream cannot be read.
    """
    names = Names()
    told = _Told()
    while (block := _next_header(stream)) is not None:
        try:
            header = _header(block)
        except tarfile.HeaderError as error:
            raise damaged("tar archive", f"a header is none ({error})") from error
        budget.count()
        if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
            told = _told(told, header.type, _whole(stream, header.size, _LONGEST_HEADER))
            continue
        if header.type in (tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE):
            _pass(stream, header.size)
            continue
        name = told.name if told.name is not None else header.name.encode("latin-1")
        size = told.size if told.size is not None else header.size
        sparse = told.sparse or header.type == tarfile.GNUTYPE_SPARSE
        told = _Told()
        if header.type == tarfile.GNUTYPE_SPARSE:
            _pass_sparse_map(stream, block)
        if header.type in _WITHOUT_BYTES:
            size = 0
        if header.type in _FILES or sparse:
            if is_passed_over(name) and not leads_out(name):
                _pass(stream, size)
            elif sparse or leads_out(name):
                _pass(stream, size)
                yield Member(names.step(name), problem=_sparse() if sparse else path_outside())
            else:
                yield from _file(stream, names.step(name), size)
        else:
            _pass(stream, size)
            if header.type in _SPECIAL:
                yield Member(names.step(name), problem=_special())


@dataclass(frozen=True)
class _Told:
    """What extended headers say of the member that follows."""

    name: bytes | None = None
    size: int | None = None
    sparse: bool = False


class _Part(Filling):
    """The next `size` bytes of a stream."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        super().__init__()
        self._stream = stream
        self.left = size

    def some(self, most: int) -> bytes:
        data = self._stream.read(min(most, self.left, _PIECE))
        if not data and self.left:
            raise BrokenOff("tar archive")
        self.left -= len(data)
        return data


def _file(stream: BinaryIO, name: str, size: int) -> Iterator[Member]:
    if size <= _IN_MEMORY:
        yield Member(name, io.BytesIO(_whole(stream, size, _IN_MEMORY)), size)
    else:
        part = _Part(stream, size)
        yield Member(name, io.BufferedReader(part, _PIECE), size)
        _pass(stream, part.left + -size % BLOCK, padded=True)


def _header(block: bytes) -> tarfile.TarInfo:
    try:
        header = tarfile.TarInfo.frombuf(block, "latin-1", "strict")
    except tarfile.HeaderError:
        raise
    except (ValueError, IndexError, OverflowError) as error:
        raise tarfile.HeaderError(str(error)) from error
    if header.size < 0:
        raise tarfile.HeaderError("negative size")
    return header


def _next_header(stream: BinaryIO) -> bytes | None:
    """The next block that is not zeros; None at the end of the stream, behind the zeros that end an archive."""
    ended = False
    while block := stream.read(BLOCK):
        if block.strip(b"\0"):
            if len(block) < BLOCK and not ended:
                raise BrokenOff("tar archive")
            return block
        ended = True
    if not ended:
        raise BrokenOff("tar archive")
    return None


def _told(told: _Told, kind: bytes, content: bytes) -> _Told:
    if kind == tarfile.GNUTYPE_LONGNAME:
        return _Told(content.rstrip(b"\0"), told.size, told.sparse)
    name, size, sparse = told.name, told.size, told.sparse
    while content.strip(b"\0"):
        length, _, _ = content[:20].partition(b" ")
        if not length.isdigit() or not len(length) + 1 < int(length) <= len(content):
            raise damaged("tar archive", "an extended header is none")
        key, _, value = content[len(length) + 1 : int(length)].removesuffix(b"\n").partition(b"=")
        content = content[int(length) :]
        if key == b"path":
            name = value
        elif key == b"size":
            if not value.isdigit() or len(value) > 20:
                raise damaged("tar archive", "an extended header gives no size")
            size = int(value)
        sparse = sparse or key.startswith(b"GNU.sparse.")
    return _Told(name, size, sparse)


def _whole(stream: BinaryIO, size: int, most: int) -> bytes:
    """The next `size` bytes, and what fills their last block."""
    if size > most:
        raise damaged("tar archive", f"a header has {size:,} bytes")
    content = stream.read(size + -size % BLOCK)
    if len(content) < size:
        raise BrokenOff("tar archive")
    return content[:size]


def _pass(stream: BinaryIO, size: int, *, padded: bool = False) -> None:
    left = size if padded else size + -size % BLOCK
    while left:
        data = stream.read(min(left, _PIECE))
        if not data:
            raise BrokenOff("tar archive")
        left -= len(data)


def _pass_sparse_map(stream: BinaryIO, block: bytes) -> None:
    more = block[482]
    while more:
        block = _whole(stream, BLOCK, BLOCK)
        more = block[504]


def _sparse() -> RejectInput:
    return RejectInput(
        "unknown_format", "The member is stored as a sparse file, which is not read. Make the archive without --sparse."
    )


def _special() -> RejectInput:
    return RejectInput("not_a_file", "The member is a pipe or a device and was not read. Take it out of the archive.")
