"""Unpacks compressed streams, piece by piece: gzip, bzip2, xz, zstd."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

import zstandard

from babelwire.reading.archives.member import BrokenOff, Filling, damaged
from babelwire.reading.limits import Budget

_PIECE = 1 << 16
_XZ_MEMORY = 1 << 28
_ZSTD_WINDOW = 1 << 27
# 4 bytes of zstd can stand for 128 kB, and its decoder gives all of them at once
_PACKED_PIECES = {"zstd": 1 << 10}
_PACKED_PIECE = 1 << 15
_ERRORS = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, EOFError, ValueError, MemoryError)


class _Decoder(Protocol):
    """What the decoders of bz2 and lzma have in common, for one of the parts that a stream may consist of."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Inflate:
    def __init__(self, window: int) -> None:
        self._decoder = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._decoder.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)


class _Zstd:
    def __init__(self) -> None:
        self._decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self._ready = memoryview(b"")

    @property
    def eof(self) -> bool:
        return self._decoder.eof and not self._ready

    @property
    def needs_input(self) -> bool:
        return not self._ready

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if not self._ready and data:
            self._ready = memoryview(self._decoder.decompress(data))
        given, self._ready = self._ready[:max_length], self._ready[max_length:]
        return bytes(given)


_DECODERS: dict[str, Callable[[], _Decoder]] = {
    "gzip": lambda: _Inflate(zlib.MAX_WBITS | 16),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY),
    "zstd": _Zstd,
    "zlib": lambda: _Inflate(zlib.MAX_WBITS),
    "deflate": lambda: _Inflate(-zlib.MAX_WBITS),
}


def compression_of(head: bytes) -> str | None:
    """gzip, bzip2, xz or zstd; None where a stream that begins so is none of them."""
    if head.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if head.startswith(b"BZh") and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5):
        return "zstd"
    return None


def unpacked(stream: BinaryIO, kind: str, budget: Budget) -> io.BufferedReader:
    """The content of a compressed stream: gzip, bzip2, xz, zstd, or zlib and deflate as web servers send them.

    Reading it raises BrokenOff where the stream is cut off, RejectInput (`damaged_archive`) where its checksums or codes
    are wrong, Bomb where there is too much, and OSError where `stream` cannot be read.
    """
    return io.BufferedReader(_Unpacked(stream, kind, budget), _PIECE)


class _Unpacked(Filling):
    def __init__(self, stream: BinaryIO, kind: str, budget: Budget) -> None:
        super().__init__()
        self._stream = stream
        self._kind = kind
        self._budget = budget
        self._decoder = _DECODERS[kind]()
        self._piece = _PACKED_PIECES.get(kind, _PACKED_PIECE)

    def some(self, most: int) -> bytes:
        while True:
            feed = b""
            if self._decoder.eof:
                feed = self._next_part()
                if not feed:
                    return b""
                self._decoder = _DECODERS[self._kind]()
            elif self._decoder.needs_input:
                feed = self._stream.read(self._piece)
            try:
                data = self._decoder.decompress(feed, most)
            except _ERRORS as error:
                raise damaged(f"{self._kind} stream", error or type(error).__name__) from error
            if data:
                self._budget.spend(len(data))
                return data
            if not feed and not self._decoder.eof:
                raise BrokenOff(f"{self._kind} stream")

    def _next_part(self) -> bytes:
        """What follows a part that is complete; zeros are padding."""
        feed = self._decoder.unused_data.lstrip(b"\0")
        while not feed:
            feed = self._stream.read(self._piece)
            if not feed:
                break
            feed = feed.lstrip(b"\0")
        return feed
