"""Cuts files into inputs: a whole file, a line of JSON Lines, or an element of a JSON array."""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from babelwire.errors import InputProblem, RejectInput
from babelwire.reading.folder import FoundFile, Unusable, find_files, unreadable

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


def discover(
    paths: Sequence[Path], *, max_bytes: int, skip: Callable[[FoundFile], bool] | None = None
) -> Iterator[dict[str, Any]]:
    """The inputs at and below `paths`, as rows of the columns that `split` names, in a stable order.

    Args:
        max_bytes: the largest input, in bytes.
        skip: says of a file, before it is opened, that its inputs are not wanted.

    Raises:
        UsageError: one of `paths` does not exist.
    """
    found = find_files(paths)
    return (row for each in found for row in _rows(each, max_bytes=max_bytes, skip=skip))


def split(file: FoundFile, *, max_bytes: int) -> Iterator[dict[str, Any]]:
    """The inputs in a file, as rows; at least one.

    What a file is shows in its content and not in its name. Columns: `input_uri`, `offset`, `length` (None for the
    whole file), `size` (None: not read yet), `file_size`, `file_modified_at`, and `disposition`, `stage`,
    `reason_code`, `reason`, which are None where nothing is wrong. A file of JSON Lines is never in memory whole.
    """
    try:
        with open_regular(file.path) as opened:
            yield from _split(file, opened, max_bytes)
    except InputProblem as problem:
        yield _row(file, problem=problem)
    except OSError as error:
        yield _row(file, problem=unreadable("file", error))


def open_regular(path: Path) -> BinaryIO:
    """Opens a file for reading, and never waits for a pipe that has taken its place.

    Raises:
        OSError: it cannot be opened.
        RejectInput: it is not a regular file.
    """
    opened = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
        opened.close()
        raise RejectInput(
            "not_a_file", "The file was replaced by something that is not one. Look at what writes there."
        )
    return opened


def too_large(size: int, max_bytes: int) -> RejectInput:
    """The problem of an input of more than `max_bytes` bytes."""
    return RejectInput(
        "too_large",
        f"The input has {size:,} bytes; at most {max_bytes:,} are read. Split it, or raise reading.max_bytes.",
    )


def _rows(
    each: FoundFile | Unusable, *, max_bytes: int, skip: Callable[[FoundFile], bool] | None
) -> Iterator[dict[str, Any]]:
    if isinstance(each, Unusable):
        yield _row(None, uri=each.uri, problem=each.problem)
    elif skip is None or not skip(each):
        yield from split(each, max_bytes=max_bytes)


def _row(
    file: FoundFile | None,
    *,
    uri: str = "",
    offset: int = 0,
    length: int | None = None,
    problem: InputProblem | None = None,
) -> dict[str, Any]:
    return {
        "input_uri": uri or (file.uri if file else ""),
        "offset": offset,
        "length": length,
        "size": None,
        "file_size": file.size if file else None,
        "file_modified_at": file.modified_at if file else None,
        "disposition": problem.disposition if problem else None,
        "stage": "read" if problem else None,
        "reason_code": problem.reason_code if problem else None,
        "reason": problem.reason if problem else None,
    }


def _split(file: FoundFile, opened: BinaryIO, max_bytes: int) -> Iterator[dict[str, Any]]:
    first = _first_byte(opened, max_bytes)
    if first == b"{" and _is_json_lines(opened, file.size, max_bytes):
        for line in _lines(opened, max_bytes):
            problem = too_large(line.length, max_bytes) if line.content is None else None
            yield _row(file, uri=f"{file.uri}#{line.number}", offset=line.offset, length=line.length, problem=problem)
    elif file.size > max_bytes:
        yield _row(file, problem=too_large(file.size, max_bytes))
    elif first == b"[" and (text := _array(opened, max_bytes)) is not None:
        offset, before = _start(opened), 0
        for number, (start, end, _) in enumerate(_elements(text), start=1):
            offset += len(text[before:start].encode())
            length = len(text[start:end].encode())
            yield _row(file, uri=f"{file.uri}#{number}", offset=offset, length=length)
            offset, before = offset + length, end
    else:
        yield _row(file)


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
