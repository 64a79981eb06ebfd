"""The stage that reads the bytes of inputs."""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, BinaryIO

import pandas as pd

from babelwire.errors import RejectInput, TryLater
from babelwire.frames import each_row
from babelwire.reading.folder import modification_time, open_regular, path_of, unreadable
from babelwire.reading.limits import too_large
from babelwire.reading.objects import open_object
from babelwire.settings import Reading

_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip archive or an office document",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Microsoft Office document",
    b"{\\rtf": "a Rich Text document",
    b"\x89PNG\r\n\x1a\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF87a": "a GIF image",
    b"GIF89a": "a GIF image",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
    b"RIFF": "a sound, film or WebP file",
    b"ID3": "an MP3 file",
    b"OggS": "an Ogg file",
    b"\x1f\x8b": "a gzip archive",
    b"BZh9": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x7fELF": "a program",
    b"SQLite format 3\x00": "an SQLite database",
    b"PAR1": "a Parquet file",
}
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
# bytes of a compressed file are controls one time in ten, of the dirtiest wire copy one time in a hundred
_MOST_CONTROLS = 0.02


class Read:
    """Reads the bytes of each input: adds `raw`, `bytes_digest` (SHA-256, hexadecimal) and `size`.

    Reads `input_uri`, `offset`, `length`, `file_size`, `file_modified_at`, and `raw` where the bytes came along.
    Inputs of one file that follow each other are read from one opening of it. Stops what is gone, unreadable, changed
    since it was listed, too large, empty or binary.
    """

    name = "read"

    def __init__(self, settings: Reading) -> None:
        self.settings = settings

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        with _Opened() as opened:

            def work(
                *,
                input_uri: str,
                offset: int | None,
                length: int | None,
                file_size: int | None,
                file_modified_at: datetime | None,
                raw: bytes | None,
            ) -> Mapping[str, Any]:
                if raw is None:
                    listed = (file_size, file_modified_at)
                    try:
                        raw = self._bytes(opened.at(input_uri), offset or 0, length, listed)
                    except OSError as error:
                        raise unreadable("file", error) from error
                _check(raw)
                return {"raw": raw, "bytes_digest": hashlib.sha256(raw).hexdigest(), "size": len(raw)}

            reads = ("input_uri", "offset", "length", "file_size", "file_modified_at", "raw")
            return each_row(frame, self.name, reads, {"raw": None, "bytes_digest": None, "size": None}, work)

    def _bytes(
        self, file: BinaryIO, offset: int, length: int | None, listed: tuple[int | None, datetime | None]
    ) -> bytes:
        size = _size(file, listed)
        wanted = size - offset if length is None else length
        if wanted > self.settings.max_bytes:
            raise too_large(wanted, self.settings.max_bytes)
        file.seek(offset)
        raw = file.read(wanted)
        _size(file, listed)
        if len(raw) != wanted:
            raise _changed()
        return raw


class _Opened:
    """What was read last, open."""

    def __init__(self) -> None:
        self._uri: str | None = None
        self._file: BinaryIO | None = None

    def at(self, input_uri: str) -> BinaryIO:
        """The file or object of an input, opened unless it is open."""
        uri = input_uri.partition("#")[0]
        if self._file is None or uri != self._uri:
            self.close()
            self._file = open_regular(path_of(uri)) if uri.startswith("file:") else open_object(uri)
            self._uri = uri
        return self._file

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None

    def __enter__(self) -> _Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _size(file: BinaryIO, listed: tuple[int | None, datetime | None]) -> int:
    """The size of the file in bytes, where size and time are as they were listed."""
    size, modified_at = listed
    try:
        status = os.fstat(file.fileno())
    except OSError:  # an object in a store, which is replaced and never changed in place
        found = file.seek(0, os.SEEK_END)
    else:
        found = status.st_size
        if modified_at not in (None, modification_time(status)):
            raise _changed()
    if size not in (None, found):
        raise _changed()
    return found


def _changed() -> TryLater:
    return TryLater(
        "changed_while_read",
        "The file changed after the folder was listed; something still writes to it. The next run reads it again.",
    )


def _check(raw: bytes) -> None:
    if not raw.strip() or raw in _BOMS:
        what = "only white space" if raw else "no bytes"
        raise RejectInput("empty", f"The input has {what}. Ask its sender for the article if there should be one.")
    for magic, kind in _MAGIC.items():
        if raw.startswith(magic):
            raise RejectInput("binary", f"The input is {kind}, not text. Give its text, as .txt, .html or .json.")
    if raw.startswith(_BOMS):
        return
    controls = len(raw) - len(raw.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(raw):
        reason = (
            f"The input does not look like text: {controls / len(raw):.0%} of its bytes are control codes. "
            "If it is UTF-16, put a byte order mark in front."
        )
        raise RejectInput("binary", reason)
