"""Cuts JSON Lines and JSON arrays into their records."""

from __future__ import annotations

import codecs
import json
import os
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from babelwire.reading.limits import too_large
from babelwire.reading.record import Record

_MEDIA_TYPE = "application/json"
_SPACE = b" \t\r\n"
_JSON_SPACE = re.compile(r"[ \t\r\n]*")
_CHUNK = 1 << 16


class _Line(NamedTuple):
    """A line that is not blank: its number from 1, where it lies without its end, its bytes unless it is too long."""

    number: int
    offset: int
    length: int
    content: bytes | None
    opens_object: bool


def records(stream: BinaryIO, *, max_bytes: int) -> Iterator[Record]:
    """The inputs in a stream that can seek, as ranges of it: JSON Lines, the objects of a JSON array, or the whole.

    JSON Lines are never in memory whole.
    """
    size = stream.seek(0, os.SEEK_END)
    first = _first_byte(stream, max_bytes)
    if first == b"{" and _is_json_lines(stream, size, max_bytes):
        for line in _lines(stream, max_bytes):
            problem = too_large(line.length, max_bytes) if line.content is None else None
            yield Record(str(line.number), line.offset, line.length, problem=problem, media_type=_MEDIA_TYPE)
    elif size > max_bytes:
        yield Record(problem=too_large(size, max_bytes))
    elif first == b"[" and (text := _array(stream, max_bytes)) is not None:
        offset, before = _start(stream), 0
        for number, (start, end, _) in enumerate(_elements(text), start=1):
            offset += len(text[before:start].encode())
            length = len(text[start:end].encode())
            yield Record(str(number), offset, length, media_type=_MEDIA_TYPE)
            offset, before = offset + length, end
    else:
        yield Record()


def _start(opened: BinaryIO) -> int:
    """Where the content begins: behind a UTF-8 byte order mark, if there is one. Leaves the file there."""
    opened.seek(0)
    start = len(codecs.BOM_UTF8) if opened.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 else 0
    opened.seek(start)
    return start


def _first_byte(opened: BinaryIO, max_bytes: int) -> bytes:
    """The first byte that is not white space, looked for in the first `max_bytes`."""
    _start(opened)
    for _ in range(0, max_bytes, _CHUNK):
        chunk = opened.read(_CHUNK)
        content = chunk.lstrip(_SPACE)
        if content or not chunk:
            return content[:1]
    return b""


def _is_json_lines(opened: BinaryIO, file_size: int, max_bytes: int) -> bool:
    lines = _lines(opened, max_bytes)
    first = next(lines, None)
    if first is None:
        return False
    if _is_object(first.content):
        return any(line.opens_object for line in lines)
    # the first record may be the damaged one: then the next must be whole, and the file no single JSON value
    second = next(lines, None)
    if second is None or not _is_object(second.content):
        return False
    _start(opened)
    return file_size > max_bytes or _value(opened.read(max_bytes)) is None


def _lines(opened: BinaryIO, max_bytes: int) -> Iterator[_Line]:
    offset, number = _start(opened), 0
    while line := opened.readline(max_bytes + len(b"\r\n")):
        number += 1
        length, rest = len(line), line
        while rest and not rest.endswith(b"\n"):
            rest = opened.readline(_CHUNK)
            length += len(rest)
        content = line.rstrip(b"\r\n")
        if content.strip(_SPACE):
            opens_object = content.lstrip(_SPACE).startswith(b"{")
            if length > len(line) or len(content) > max_bytes:
                yield _Line(number, offset, length, None, opens_object)
            else:
                yield _Line(number, offset, len(content), content, opens_object)
        offset += length


def _is_object(content: bytes | None) -> bool:
    return content is not None and isinstance(_value(content), dict)


def _value(content: bytes) -> Any:
    """The JSON value, None where it is not one."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _array(opened: BinaryIO, max_bytes: int) -> str | None:
    """The text of the file where it is a JSON array of one or more objects and of nothing else."""
    _start(opened)
    try:
        text = opened.read(max_bytes).decode()
        kinds = {kind for _, _, kind in _elements(text)}
    except (ValueError, RecursionError):
        return None
    return text if kinds == {dict} else None


def _elements(text: str) -> Iterator[tuple[int, int, type]]:
    """The elements of a JSON array, one in memory at a time: start and end in characters, and its type.

    Raises:
        ValueError: it is not a JSON array, or an empty one.
        RecursionError: it nests too deeply.
    """
    decode = json.JSONDecoder().raw_decode
    at = _after_space(text, 0)
    while True:
        at = _after_space(text, at + 1)
        value, end = decode(text, at)
        yield at, end, type(value)
        at = _after_space(text, end)
        if text[at : at + 1] != ",":
            break
    if text[at:].rstrip(" \t\r\n") != "]":
        raise ValueError("not a JSON array")


def _after_space(text: str, at: int) -> int:
    space = _JSON_SPACE.match(text, at)
    assert space is not None
    return space.end()
