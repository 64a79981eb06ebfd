"""A filter between two Apertium programs that gives every segment a part-of-speech tagger that nothing went through before.

It is started as a script: `fresh_tagger.py apertium-tagger -z -d -g FILE`.

apertium-tagger (3.8.3) changes itself as it reads: for a word with a set of readings it was not trained on, it
overwrites what it believes about all unknown words (`find_similar_ambiguity_class` assigns through a reference), so
that a sentence is translated differently after another sentence. With -d it says when that happens; such a tagger is
thrown away, and the next segment goes to a fresh one.
"""

import os
import select
import signal
import sys
from collections import deque

_READ = 65_536
_SPARE = 2
_CHANGED = b"ambiguity class"


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

    def tag(self, segment: bytes) -> tuple[bytes, bool]:
        """The tagged segment with its NUL, and whether the tagger changed itself over it. Raises EOFError."""
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
        return bytes(answer), _CHANGED in talk

    def end(self) -> None:
        """Ends the process."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        for fd in (self._into, self._out, self._talk):
            os.close(fd)


def main(command: list[str]) -> None:
    """Tags the NUL-ended segments of the standard input, until it ends."""
    taggers = deque(Tagger(command) for _ in range(1 + _SPARE))
    buffer = bytearray()
    try:
        while read := os.read(0, _READ):
            *finished, rest = read.split(b"\0")
            for part in finished:
                answer, changed = taggers[0].tag(bytes(buffer + part + b"\0"))
                buffer.clear()
                _write(answer)
                if changed:
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
