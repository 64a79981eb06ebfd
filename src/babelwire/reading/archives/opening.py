"""Opens compressed files and archives: gzip, bzip2, xz, zstd, zip, tar."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from babelwire.errors import InputProblem, RejectInput
from babelwire.reading.archives.compression import compression_of, unpacked
from babelwire.reading.archives.member import Filling, Member, Names, damaged, is_passed_over, leads_out, path_outside
from babelwire.reading.archives.tar import is_tar, tar_members
from babelwire.reading.limits import Budget

ONE_PASS = ("gzip", "bzip2", "xz", "zstd", "tar")
"""The kinds that are read from front to back, from a stream that need not seek."""

_IN_MEMORY = 1 << 20
_PIECE = 1 << 16
_LARGEST_DIRECTORY = 1 << 25
_LOCAL_HEADER = 30
_UTF8_NAME = 0x800
_ENCRYPTED = 0x41
_OFFICE = ("[Content_Types].xml", "META-INF/MANIFEST.MF", "AndroidManifest.xml")
_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,
    LookupError,
    OverflowError,
    MemoryError,
    RuntimeError,
)


def kind_of(head: bytes) -> str | None:
    """gzip, bzip2, xz, zstd, zip or tar, of a stream that begins so; None where it is none of them.

    Args:
        head: at least the first 512 bytes, where there are so many.
    """
    if compression := compression_of(head):
        return compression
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06\0\0")):
        return "zip"
    return "tar" if is_tar(head) else None


def members(stream: BinaryIO, kind: str, budget: Budget) -> Iterator[Member]:
    """The members one by one; each stream is gone when the next is asked for. A zip has to seek.

    Raises:
        RejectInput: the archive is damaged (`damaged_archive`) or holds too much (`bomb`), or is an office document
            (`binary`). What was yielded before is sound.
        OSError: the stream cannot be read.
    """
    if kind == "zip":
        yield from _zip(stream, budget)
    elif kind == "tar":
        yield from tar_members(stream, budget)
    else:
        budget.count()
        with unpacked(stream, kind, budget) as inner:
            yield Member("", inner)


class _Window(io.RawIOBase):
    """A stream that hands out no directory of more than 32 MiB, for which zipfile would take ten times the memory.

    Attributes:
        failure: why it could not be read, which zipfile takes for damage.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self.failure: OSError | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if offset < 0 and whence == io.SEEK_SET:
            raise zipfile.BadZipFile("an offset leads before its start")
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int = -1) -> bytes:
        if size > _LARGEST_DIRECTORY:
            raise RejectInput(
                "bomb",
                f"The directory of the zip archive has {size:,} bytes; at most {_LARGEST_DIRECTORY:,} are read. "
                "If it is in order, make several archives of it.",
            )
        try:
            return self._stream.read(size)
        except OSError as error:
            self.failure = error
            raise


class _Inside(Filling):
    """The content of one member of a zip."""

    def __init__(self, opened: Any, budget: Budget) -> None:
        super().__init__()
        self._opened = opened
        self._budget = budget

    def some(self, most: int) -> bytes:
        try:
            data: bytes = self._opened.read(most)
        except (*_ERRORS, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise damaged("member", error or type(error).__name__) from error
        self._budget.spend(len(data))
        return data


def _zip(stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    window = _Window(stream)
    try:
        archive = zipfile.ZipFile(window)
    except _ERRORS as error:
        if window.failure is not None:
            raise window.failure from error
        raise damaged("zip archive", error) from error
    with archive:
        listed = archive.infolist()
        _check(listed)
        names = Names()
        for info in listed:
            budget.count()
            name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437", "surrogateescape")
            if leads_out(name):
                yield Member(names.step(name), problem=path_outside())
            elif not name.endswith((b"/", b"\\")) and not is_passed_over(name):
                yield from _member(archive, info, names.step(name), budget)


def _check(listed: Sequence[zipfile.ZipInfo]) -> None:
    named = {info.filename for info in listed}
    if named.intersection(_OFFICE) or (listed and listed[0].filename == "mimetype"):
        raise RejectInput(
            "binary", "The input is an office document, book or program. Give its text, as .txt or .html."
        )
    end = 0
    for info in sorted(listed, key=lambda each: each.header_offset):
        if info.header_offset < end:
            raise RejectInput(
                "bomb",
                "Members of the zip archive lie in one another, as in one that is made to fill disks. "
                "If it is only damaged, copy it again.",
            )
        end = info.header_offset + _LOCAL_HEADER + info.compress_size


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, budget: Budget) -> Iterator[Member]:
    if info.flag_bits & _ENCRYPTED:
        yield Member(name, problem=_encrypted())
        return
    try:
        opened = archive.open(info)
    except NotImplementedError:
        yield Member(name, problem=_unknown_method(info.compress_type))
        return
    except _ERRORS as error:
        yield Member(name, problem=damaged("member", error))
        return
    with opened, io.BufferedReader(_Inside(opened, budget), _PIECE) as inside:
        if info.file_size > _IN_MEMORY:
            yield Member(name, inside, info.file_size)
            return
        content: BinaryIO | None = None
        problem: InputProblem | None = None
        try:
            content = io.BytesIO(inside.read())
        except RejectInput as found:
            if found.reason_code == "bomb":
                raise
            problem = found
        yield Member(name, content, info.file_size, problem)


def _encrypted() -> RejectInput:
    return RejectInput(
        "encrypted", "The member is encrypted. Unpack the archive with its password, and give the files."
    )


def _unknown_method(method: int) -> RejectInput:
    return RejectInput(
        "unknown_format",
        f"The member is packed by a method that is not known (number {method}). Pack it again with deflate.",
    )
