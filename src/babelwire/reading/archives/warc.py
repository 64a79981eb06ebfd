"""Reads web archives (WARC, ISO 28500), as Common Crawl publishes its news in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from babelwire.errors import InputProblem, RejectInput
from babelwire.reading.archives.http_message import Page, page_in
from babelwire.reading.archives.member import BrokenOff, Names
from babelwire.reading.limits import Bomb, Budget, too_large
from babelwire.reading.record import Record

_LINE = 1 << 16
_PIECE = 1 << 16
_MOST_LINES = 1000
_LONGEST_HEAD = 1 << 18
_GARBLED = RejectInput(
    "damaged_archive",
    "The WARC file is garbled here: no record begins where one should, or its length is wrong. It was read on from the "
    "next record that could be found. Copy or make it again.",
)
_PAGES = ("response", "resource", "conversion")


def is_warc(head: bytes) -> bool:
    """Whether a stream that begins so is an uncompressed WARC file."""
    return head.startswith(b"WARC/")


def pages(stream: BinaryIO, budget: Budget) -> Iterator[Record]:
    """The pages that were fetched, one by one, with their content; a page that cannot be had is a problem.

    The stream is read once, from front to back. Where it is garbled, it is read on from the next record that can be
    found. Redirects and answers other than 200 are problems (`http_error`).

    Raises:
        RejectInput: the file breaks off (`damaged_archive`), or holds too much (`bomb`).
        OSError: the stream cannot be read.
    """
    names = Names()
    number = 0
    garbled = False
    pending = b""
    while line := pending or stream.readline(_LINE):
        pending = b""
        if not line.strip():
            continue
        if not is_warc(line):
            if not garbled:
                garbled = True
                yield Record(names.step(f"after-{number}".encode()), problem=_GARBLED)
            continue
        number += 1
        garbled = False
        budget.count()
        fields = _fields(stream)
        length = _length(fields)
        if fields is None or length is None:
            garbled = True
            yield Record(names.step(str(number).encode()), problem=_GARBLED)
            continue
        if fields.get("warc-type", "").lower() in _PAGES and not _is_no_page(fields):
            identity = fields.get("warc-record-id", "").strip("<>") or str(number)
            record = _page(stream, fields, length, names.step(identity.encode()), budget)
            # an empty line ends a record; where there is none its length is wrong, and its text somebody else's too
            pending = stream.readline(_LINE)
            garbled = bool(pending.strip())
            yield replace(record, content=None, problem=_GARBLED) if garbled else record
        else:
            _pass(stream, length)


def _page(stream: BinaryIO, fields: Mapping[str, str], length: int, name: str, budget: Budget) -> Record:
    address = fields.get("warc-target-uri", "").strip("<>") or None
    max_bytes = budget.limits.max_bytes
    if length > max_bytes + _LONGEST_HEAD:
        _pass(stream, length)
        return Record(name, problem=too_large(length, max_bytes), address=address)
    block = stream.read(length)
    if len(block) < length:
        raise BrokenOff("WARC file")
    try:
        page = _content(fields, block, budget)
    except Bomb:
        raise
    except InputProblem as problem:
        return Record(name, problem=problem, address=address)
    return Record(name, content=page.content, address=address, charset=page.charset)


def _content(fields: Mapping[str, str], block: bytes, budget: Budget) -> Page:
    if "warc-truncated" in fields or "warc-segment-number" in fields:
        raise RejectInput(
            "damaged_archive", "The crawler kept only a part of this page, which is not published. Fetch it again."
        )
    if fields.get("warc-type", "").lower() == "response" and fields.get("content-type", "").startswith(
        "application/http"
    ):
        return page_in(block, budget)
    if len(block) > budget.limits.max_bytes:
        raise too_large(len(block), budget.limits.max_bytes)
    return Page.of_type(fields.get("content-type", ""), block)


def _is_no_page(fields: Mapping[str, str]) -> bool:
    """Whether it is the answer of a name server, or what a crawler notes about itself."""
    return fields.get("warc-target-uri", "").strip("<>").lower().startswith(("dns:", "metadata:", "urn:"))


def _fields(stream: BinaryIO) -> dict[str, str] | None:
    """The named fields of a record by lower-case name; None where they are none, or endless."""
    fields: dict[str, str] = {}
    for _ in range(_MOST_LINES):
        line = stream.readline(_LINE)
        if not line:
            raise BrokenOff("WARC file")
        if not line.endswith(b"\n"):
            if len(line) < _LINE:
                raise BrokenOff("WARC file")
            return None
        if not line.strip():
            return fields
        if line[:1] not in b" \t":
            name, _, value = line.partition(b":")
            fields[name.strip().lower().decode("latin-1")] = value.strip().decode("utf-8", "replace")
    return None


def _length(fields: Mapping[str, str] | None) -> int | None:
    said = (fields or {}).get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else None


def _pass(stream: BinaryIO, length: int) -> None:
    while length:
        piece = stream.read(min(length, _PIECE))
        if not piece:
            raise BrokenOff("WARC file")
        length -= len(piece)
