"""Opens what was found into inputs, by content and not by name: files, records in files, and files in archives."""

from __future__ import annotations

import codecs
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, cast

from babelwire.errors import InputProblem, RejectInput, TryLater
from babelwire.reading import records
from babelwire.reading.archives import opening as archives
from babelwire.reading.archives import warc
from babelwire.reading.archives.member import BrokenOff, Member
from babelwire.reading.feeds import feed as feeds
from babelwire.reading.limits import Bomb, Budget, too_large
from babelwire.reading.record import Record
from babelwire.settings import Reading

_HEAD = 4096
_PIECE = 1 << 16
_IN_MEMORY = 1 << 20


def contents(stream: BinaryIO, *, limits: Reading, lasts: bool = True) -> Iterator[Record]:
    """The inputs in a stream that can seek; at least one.

    Compressed streams, tar and WARC are read from front to back and never unpacked whole. What is neither that nor JSON
    Lines is unpacked no further than to `reading.max_bytes`. Of a compressed stream that breaks off, whole lines of
    JSON, pages of a WARC and members of a tar are taken; of one whose checksum is wrong, what came before that was
    seen, and no JSON Lines.

    Args:
        lasts: whether ranges of the stream can be read again later; else the records come with their content.

    Raises:
        OSError: the stream cannot be read.
    """
    budget = Budget(limits, stream.seek(0, os.SEEK_END))
    stream.seek(0)
    record = None
    try:
        for record in _seekable(stream, budget, lasts=lasts, depth=0):
            yield record
    except InputProblem as problem:
        yield Record(problem=problem)
    else:
        if record is None:
            yield Record(
                problem=RejectInput("empty", "The archive has no file or page in it that could be an article.")
            )


def _seekable(stream: BinaryIO, budget: Budget, *, lasts: bool, depth: int) -> Iterator[Record]:
    head = stream.read(_HEAD)
    stream.seek(0)
    max_bytes = budget.limits.max_bytes
    if (kind := archives.kind_of(head)) is not None:
        yield from _unpacked(stream, kind, budget, depth)
    elif warc.is_warc(head):
        yield from warc.pages(stream, budget)
    elif feeds.is_feed(head):
        yield from feeds.entries(stream, budget.limits)
    else:
        for record in records.records(stream, max_bytes=max_bytes):
            yield record if lasts or record.problem else _carried(stream, record, max_bytes)


def _one_pass(stream: io.BufferedReader, size: int | None, budget: Budget, depth: int) -> Iterator[Record]:
    """The inputs in a stream that cannot seek."""
    head = stream.peek(_HEAD)
    if (kind := archives.kind_of(head)) in archives.ONE_PASS:
        yield from _unpacked(stream, kind, budget, depth)
    elif warc.is_warc(head):
        yield from warc.pages(stream, budget)
    else:
        max_bytes = budget.limits.max_bytes
        lines = kind is None and head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
        whole = lines or kind is not None
        if not whole and size is not None and size > max_bytes:
            raise too_large(size, max_bytes)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spooled:
            file = cast(BinaryIO, spooled)
            try:
                _copy(stream, file, None if whole else max_bytes)
            except BrokenOff as problem:
                if lines:
                    yield from _lines_before(file, problem, budget, depth)
                raise
            file.seek(0)
            yield from _seekable(file, budget, lasts=False, depth=depth)


def _copy(stream: BinaryIO, file: BinaryIO, max_bytes: int | None) -> None:
    copied = 0
    while data := stream.read1(_PIECE) if isinstance(stream, io.BufferedReader) else stream.read(_PIECE):
        copied += len(data)
        if max_bytes is not None and copied > max_bytes:
            raise too_large(None, max_bytes)
        try:
            file.write(data)
        except OSError as error:
            raise TryLater(
                "unreadable",
                f"The archive cannot be unpacked into {tempfile.gettempdir()}: {error.strerror}. "
                "Make room there, or name another folder in TMPDIR.",
            ) from error


def _lines_before(file: BinaryIO, problem: BrokenOff, budget: Budget, depth: int) -> Iterator[Record]:
    """The whole lines of JSON Lines that break off; nothing of anything else."""
    end = _last_line_end(file)
    if not end:
        raise problem
    file.truncate(end)
    file.seek(0)
    for record in _seekable(file, budget, lasts=False, depth=depth):
        if record.name:
            yield record


def _last_line_end(file: BinaryIO) -> int:
    at = file.seek(0, os.SEEK_END)
    while at:
        start = max(0, at - _PIECE)
        file.seek(start)
        found = file.read(at - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        at = start
    return 0


def _unpacked(stream: BinaryIO, kind: str, budget: Budget, depth: int) -> Iterator[Record]:
    if depth >= budget.limits.max_depth:
        raise RejectInput(
            "nested_too_deep",
            f"Archives lie {depth + 1} deep in one another; at most {budget.limits.max_depth} are opened. "
            "Unpack the outer ones by hand, or raise reading.max_depth.",
        )
    for member in archives.members(stream, kind, budget):
        if member.stream is None:
            yield Record(name=member.name, problem=member.problem)
            continue
        try:
            for record in _inside(member, member.stream, budget, depth + 1):
                yield replace(record, name="#".join(step for step in (member.name, record.name) if step))
        except Bomb:
            raise
        except InputProblem as problem:
            yield Record(name=member.name, problem=problem)


def _inside(member: Member, stream: BinaryIO, budget: Budget, depth: int) -> Iterator[Record]:
    if isinstance(stream, io.BufferedReader):
        return _one_pass(stream, member.size, budget, depth)
    return _seekable(stream, budget, lasts=False, depth=depth)


def _carried(stream: BinaryIO, record: Record, max_bytes: int) -> Record:
    read_on = stream.tell()
    stream.seek(record.offset)
    content = stream.read(max_bytes + 1 if record.length is None else record.length)
    stream.seek(read_on)
    if len(content) > max_bytes:
        return replace(record, problem=too_large(None, max_bytes))
    return replace(record, content=content)
