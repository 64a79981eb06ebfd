"""What comes out of an archive: members with names that lead nowhere but into a URI."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote
from zlib import crc32

from babelwire.errors import InputProblem, RejectInput

_SEPARATOR = re.compile(rb"[/\\]+")
_DRIVE = re.compile(rb"[A-Za-z]:")
_LONGEST_NAME = 1000


@dataclass(frozen=True)
class Member:
    """What comes out of an archive.

    Attributes:
        name: percent-encoded, unique in its archive; empty for the one thing in a compressed file.
        stream: its bytes, which can seek or are an `io.BufferedReader`; None where there is a problem.
        size: in bytes, where the archive says so.
        problem: why it cannot be taken.
    """

    name: str
    stream: BinaryIO | None = None
    size: int | None = None
    problem: InputProblem | None = None


class BrokenOff(RejectInput):
    """A stream ends before it is complete; what came before is sound (`damaged_archive`)."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "damaged_archive",
            f"The {what} breaks off; whole records before the break were read, the rest was not. Copy it again.",
        )


def damaged(what: str, because: object) -> RejectInput:
    """The problem of an archive, or a member, whose bytes are not as they were written."""
    said = str(because)[:200]
    return RejectInput("damaged_archive", f"The {what} is damaged: {said}. Copy or make it again.")


def is_passed_over(name: bytes) -> bool:
    """Whether a member is none for readers: a dot file, or what macOS adds to a zip."""
    steps = [step for step in _SEPARATOR.split(name) if step not in (b"", b".", b"..")]
    return b"__MACOSX" in steps[:1] or any(step.startswith(b".") for step in steps)


def leads_out(name: bytes) -> bool:
    """Whether a member's name is absolute or leads out of its archive, on any system, or holds a NUL."""
    return (
        name.startswith((b"/", b"\\"))
        or _DRIVE.match(name) is not None
        or b"\0" in name
        or b".." in _SEPARATOR.split(name)
    )


def path_outside() -> RejectInput:
    """The problem of a member whose name leads out of its archive."""
    return RejectInput(
        "path_outside",
        "The member's name is absolute, leads out of the archive or holds a NUL, which no honest archive has. "
        "Find out who made it; unpack it by hand if it is in order.",
    )


class Names:
    """The steps of URIs for the members of one archive: percent-encoded byte by byte, each once (`a.txt`, `a.txt~2`)."""

    def __init__(self) -> None:
        self._taken: defaultdict[int, int] = defaultdict(int)

    def step(self, name: bytes) -> str:
        """The step for the next member of this name."""
        wanted = quote(name[:_LONGEST_NAME].removeprefix(b"./"), safe="/:") or "~"
        key = _key(wanted)
        while True:
            self._taken[key] += 1
            step = wanted if self._taken[key] == 1 else f"{wanted}~{self._taken[key]}"
            if step == wanted:
                return step
            if _key(step) not in self._taken:
                self._taken[_key(step)] = 1
                return step


class Filling(io.RawIOBase):
    """A stream that is made while it is read. Once something went wrong, it goes wrong at every further read."""

    def __init__(self) -> None:
        self._problem: InputProblem | None = None

    def some(self, most: int) -> bytes:
        """At most `most` of the next bytes; none at the end.

        Raises:
            InputProblem: there are no more that can be trusted.
        """
        raise NotImplementedError

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        filled = 0
        while self._problem is None and filled < len(buffer):
            try:
                data = self.some(len(buffer) - filled)
            except InputProblem as problem:
                self._problem = problem
                break
            if not data:
                return filled
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        if self._problem is not None and not filled:
            raise self._problem
        return filled


def _key(step: str) -> int:
    """A number for a name; two names that share one are told apart by a needless `~2`."""
    encoded = step.encode()
    return crc32(encoded) << 32 | crc32(encoded[::-1], len(encoded))
