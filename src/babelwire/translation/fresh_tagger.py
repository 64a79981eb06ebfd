"""A filter between two Apertium programs that gives every segment a part-of-speech tagger as it was before any other.

It is started as a script: `fresh_tagger.py apertium-tagger -z -d -g FILE`.

apertium-tagger (3.8.3) changes itself as it reads: for a word with a set of readings it was not trained on, it
overwrites what it believes about all unknown words (`find_similar_ambiguity_class` assigns through a reference), so
that a sentence is translated differently after another sentence. With -d it names such sets. Where its model has a
smaller set that holds all of these readings, the tagger is changed: it is thrown away, and the next segment goes to a
fresh one. Where the model has none, what is overwritten stays the same, and so does the tagger.
"""

from __future__ import annotations

import os
import re
import select
import signal
import sys
from collections import deque
from pathlib import Path

_READ = 65_536
_SPARE = 2
_REPORT = b"A new ambiguity class was found"
_CLASS = re.compile(rb"^New ambiguity class: \{([^{}\n]*)\}$", re.MULTILINE)


class Model:
    """The part of a tagger's model (`.prob`, HMM) that decides whether a tagger is changed by a set of readings.

    Raises:
        IndexError, OverflowError, ValueError: the bytes are no such model.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        unknown_words = self._rising()
        self._pairs()  # forbidden sequences
        self._tags = {name.encode(): tag for tag, name in enumerate(self._texts())}
        for _ in range(self._number()):
            self._text(), self._number()  # a tag by its name
        for _ in range(self._number()):
            self._number(), self._numbers()  # a tag and those that must follow it
        self._texts()  # preferences
        for _ in range(self._number()):
            self._text(), self._number()  # a constant
        classes = [frozenset(self._numbers()) for _ in range(self._number())]
        if unknown_words not in classes or not all(tag < len(self._tags) for readings in classes for tag in readings):
            raise ValueError("these are no sets of readings")
        self._smaller = [readings for readings in classes if len(readings) < len(unknown_words)]
        self._known: dict[bytes, bool] = {}

    def is_changed_by(self, said: bytes) -> bool:
        """Whether a fresh tagger that said this is another one now."""
        named = _CLASS.findall(said)
        return len(named) != said.count(_REPORT) or any(self._overwrites(names) for names in named)

    def _overwrites(self, names: bytes) -> bool:
        if names not in self._known:
            readings = {self._tags.get(name, -1) for name in names.split(b",")}
            self._known[names] = -1 in readings or any(readings <= smaller for smaller in self._smaller)
        return self._known[names]

    def _number(self) -> int:
        first = self._data[self._at]
        end = self._at + 1 + (first >> 6)
        if end > len(self._data):
            raise IndexError("the model ends in the middle of a number")
        number = int.from_bytes(bytes([first & 0x3F]) + self._data[self._at + 1 : end], "big")
        self._at = end
        return number

    def _numbers(self) -> list[int]:
        return [self._number() for _ in range(self._number())]

    def _rising(self) -> frozenset[int]:
        last, numbers = 0, []
        for step in self._numbers():
            last += step
            numbers.append(last)
        return frozenset(numbers)

    def _pairs(self) -> None:
        for _ in range(self._number()):
            self._number(), self._number()

    def _text(self) -> str:
        return "".join(map(chr, self._numbers()))

    def _texts(self) -> list[str]:
        return [self._text() for _ in range(self._number())]


class Tagger:
    """One apertium-tagger process."""

    def __init__(self, command: list[str]) -> None:
        pipes = [os.pipe() for _ in range(3)]
        (theirs_in, self._into), (self._out, theirs_out), (self._talk, theirs_talk) = pipes
        ends = (theirs_in, theirs_out, theirs_talk)
        actions = [(os.POSIX_SPAWN_DUP2, end, fd) for fd, end in enumerate(ends)]
        self._pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
        for end in ends:
            os.close(end)
        for fd in (self._into, self._out, self._talk):
            os.set_blocking(fd, False)

    def tag(self, segment: bytes) -> tuple[bytes, bytes]:
        """The tagged segment with its NUL, and what the tagger said about it. Raises EOFError."""
        waiting, answer, talk = memoryview(segment), bytearray(), bytearray()
        while not answer.endswith(b"\0"):
            readable, writable, _ = select.select([self._out, self._talk], [self._into] if waiting else [], [])
            if writable:
                waiting = waiting[os.write(self._into, waiting[:4096]) :]
            if self._talk in readable:
                talk += os.read(self._talk, _READ)
            if self._out in readable:
                read = os.read(self._out, _READ)
                if not read:
                    raise EOFError
                answer += read
        while select.select([self._talk], [], [], 0)[0] and (said := os.read(self._talk, _READ)):
            talk += said
        return bytes(answer), bytes(talk)

    def end(self) -> None:
        """Ends the process."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        for fd in (self._into, self._out, self._talk):
            os.close(fd)


def read_model(file: str) -> Model | None:
    """The model in a file; None where it is of another kind, and a tagger counts as changed by all that it reports."""
    try:
        return Model(Path(file).read_bytes())
    except (OSError, IndexError, OverflowError, ValueError):
        return None


def main(command: list[str]) -> None:
    """Tags the NUL-ended segments of the standard input, until it ends."""
    model = read_model(command[-1])
    taggers = deque(Tagger(command) for _ in range(1 + _SPARE))
    buffer = bytearray()
    try:
        while read := os.read(0, _READ):
            *finished, rest = read.split(b"\0")
            for part in finished:
                answer, said = taggers[0].tag(bytes(buffer + part + b"\0"))
                buffer.clear()
                _write(answer)
                if _REPORT in said and (model is None or model.is_changed_by(said)):
                    taggers.popleft().end()
                    taggers.append(Tagger(command))
            buffer += rest
    except (EOFError, BrokenPipeError):
        sys.exit(1)
    finally:
        for tagger in taggers:
            tagger.end()


def _write(answer: bytes) -> None:
    waiting = memoryview(answer)
    while waiting:
        waiting = waiting[os.write(1, waiting) :]


if __name__ == "__main__":
    main(sys.argv[1:])
