"""A filter between two Apertium programs that keeps a part-of-speech tagger from changing as it reads.

It is started as a script: `fresh_tagger.py apertium-tagger -z -d -g FILE`.

For a word with a set of readings it was not trained on, apertium-tagger (3.8.3) looks for the smallest set of its model
that holds all of them, and overwrites with it what it believes about unknown words (`find_similar_ambiguity_class`
assigns through a reference), so that a sentence is translated differently after another sentence. With -d it names
such sets. The filter then adds the set to the model, with the chances that its readings have in the set that holds
them, and a new tagger with that model reads the segment again and the next ones: to a segment without such a word the
addition makes no difference. Where the model has no smaller set, what is overwritten stays the same, and so does the
tagger. Where a report or the model cannot be understood, the tagger is thrown away after the segment.
"""

from __future__ import annotations

import os
import re
import select
import signal
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_READ = 65_536
_SPARE = 2
_DOUBLE = 8
_MOST_LEARNED = 2000
_REPORT = b"A new ambiguity class was found"
_CLASS = re.compile(rb"^New ambiguity class: \{([^{}\n]*)\}$", re.MULTILINE)
_T = TypeVar("_T")


class Model:
    """A tagger's model (`.prob`, HMM), and the sets of readings it has learned.

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
        self._head = data[: self._at]
        self._sets, self._sets_as_read = self._list(lambda: frozenset(self._numbers()))
        if unknown_words not in self._sets or not all(tag < len(self._tags) for one in self._sets for tag in one):
            raise ValueError("these are no sets of readings")
        self._smaller = [i for i, readings in enumerate(self._sets) if len(readings) < len(unknown_words)]
        self._tag_count, columns = self._number(), self._number()
        self._steps = self._take(self._tag_count**2 * _DOUBLE)  # from tag to tag
        chances, self._chances_as_read = self._list(lambda: ((self._number(), self._number()), self._take(_DOUBLE)))
        self._chances = dict(chances)
        if columns != len(self._sets) or any(
            (tag, i) not in self._chances for i in self._smaller for tag in self._sets[i]
        ):
            raise ValueError("there is not a chance for each reading")
        self._rest = data[self._at :]
        self._learned: dict[frozenset[int], int] = {}

    def is_changed_by(self, said: bytes) -> bool:
        """Whether a fresh tagger that said this is another one now."""
        named = _CLASS.findall(said)
        return len(named) != said.count(_REPORT) or any(
            readings is None or self._like(readings) is not None for readings in map(self._readings, named)
        )

    def learn(self, said: bytes) -> bool:
        """Adds the sets that changed a tagger, by what it said. False: there are none but those learned before."""
        new: dict[frozenset[int], int] = {}
        for readings in map(self._readings, _CLASS.findall(said)):
            like = None if readings is None else self._like(readings)
            if readings is not None and like is not None and readings not in self._learned:
                new[readings] = like
        if len(self._learned) + len(new) > _MOST_LEARNED:
            self._learned.clear()
        self._learned |= new
        return bool(new)

    def to_bytes(self) -> bytes:
        """The model as a tagger reads it, with what it has learned."""
        sets, chances = [], []
        for column, (readings, like) in enumerate(self._learned.items(), start=len(self._sets)):
            sets.append(_written(len(readings)) + b"".join(map(_written, sorted(readings))))
            chances += [_written(tag) + _written(column) + self._chances[tag, like] for tag in sorted(readings)]
        columns = _written(len(self._sets) + len(sets))
        return b"".join(
            [
                self._head,
                columns,
                self._sets_as_read,
                *sets,
                _written(self._tag_count),
                columns,
                self._steps,
                _written(len(self._chances) + len(chances)),
                self._chances_as_read,
                *chances,
                self._rest,
            ]
        )

    def _readings(self, names: bytes) -> frozenset[int] | None:
        readings = [self._tags.get(name) for name in names.split(b",")]
        return None if None in readings else frozenset(tag for tag in readings if tag is not None)

    def _like(self, readings: frozenset[int]) -> int | None:
        """The set that the tagger takes for one it does not know; None for the set of unknown words."""
        holding = [i for i in self._smaller if readings <= self._sets[i]]
        return min(holding, key=lambda i: len(self._sets[i]), default=None)

    def _list(self, read: Callable[[], _T]) -> tuple[list[_T], bytes]:
        count, start = self._number(), self._at
        items = [read() for _ in range(count)]
        return items, self._data[start : self._at]

    def _take(self, length: int) -> bytes:
        taken = self._data[self._at : self._at + length]
        if len(taken) < length:
            raise IndexError("the model ends in the middle of its chances")
        self._at += length
        return taken

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
    taggers = deque(Tagger(command) for _ in range(1 if model else 1 + _SPARE))
    memory = os.memfd_create("model", 0)  # inherited by the taggers
    buffer = bytearray()
    try:
        while read := os.read(0, _READ):
            *finished, rest = read.split(b"\0")
            for part in finished:
                segment = bytes(buffer + part + b"\0")
                buffer.clear()
                answer, said = taggers[0].tag(segment)
                while model and _REPORT in said and model.learn(said):
                    taggers.popleft().end()
                    os.ftruncate(memory, 0)
                    os.pwrite(memory, model.to_bytes(), 0)
                    command = [*command[:-1], f"/proc/self/fd/{memory}"]
                    taggers.append(Tagger(command))
                    answer, said = taggers[0].tag(segment)
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


def _written(number: int) -> bytes:
    length = 1 + (number > 0x3F) + (number > 0x3FFF) + (number > 0x3FFFFF)
    return (number | (length - 1) << (8 * length - 2)).to_bytes(length, "big")


def _write(answer: bytes) -> None:
    waiting = memoryview(answer)
    while waiting:
        waiting = waiting[os.write(1, waiting) :]


if __name__ == "__main__":
    main(sys.argv[1:])
