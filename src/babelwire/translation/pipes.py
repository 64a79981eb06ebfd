"""A chain of long-lived programs joined by pipes that answers NUL-ended segments one by one and in order."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import weakref
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

_READ = 65_536
_PATIENCE_SECONDS = 2.0


class ChainError(Exception):
    """A program of the chain died or stopped answering; the chain is of no more use."""


class Chain:
    """The programs, each reading what the one before it writes, in a process group of their own.

    They end when this process ends, however it ends: the first one reads the end of its input, and the others follow.

    Raises:
        OSError: a program cannot be started.
    """

    def __init__(self, commands: Sequence[Sequence[str]], *, environment: Mapping[str, str]) -> None:
        processes: list[subprocess.Popen[bytes]] = []
        try:
            for command in commands:
                process = subprocess.Popen(
                    command,
                    stdin=processes[-1].stdout if processes else subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=environment,
                    bufsize=0,
                    process_group=processes[0].pid if processes else 0,
                )
                if processes:
                    _close(processes[-1].stdout)
                processes.append(process)
        except OSError:
            _end(processes, os.getpid(), 0.0)
            raise
        first, last = processes[0].stdin, processes[-1].stdout
        assert first is not None
        assert last is not None
        self._into, self._out = first.fileno(), last.fileno()
        os.set_blocking(self._into, False)
        os.set_blocking(self._out, False)
        self._owner = os.getpid()
        self.pids = [process.pid for process in processes]
        self._finish = weakref.finalize(self, _end, processes, self._owner, _PATIENCE_SECONDS)

    @property
    def mine(self) -> bool:
        """Whether this process started the chain: one inherited through a fork is its parent's."""
        return self._owner == os.getpid()

    def answers(self, segments: Sequence[bytes], *, timeout_seconds: float) -> Iterator[bytes]:
        """The answer to each segment, without its NUL, as it comes. Read it to the end or close the chain.

        Raises:
            ChainError: a program died, or no answer came for `timeout_seconds`.
        """
        waiting = memoryview(b"".join(segment + b"\0" for segment in segments))
        answered, buffer, ready = 0, bytearray(), deque[bytes]()
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            if waiting:
                selector.register(self._into, selectors.EVENT_WRITE)
            while answered < len(segments):
                events = selector.select(timeout_seconds)
                if not events:
                    raise ChainError(f"no answer for {timeout_seconds:g} seconds")
                for key, _ in events:
                    if key.fd == self._into:
                        waiting = waiting[self._write(waiting) :]
                        if not waiting:
                            selector.unregister(self._into)
                    else:
                        _collect(self._read(), buffer, ready)
                while ready:
                    answered += 1
                    yield ready.popleft()

    def close(self) -> None:
        """Ends the programs: the end of input first, and a kill for those that do not follow it."""
        self._finish()

    def kill(self) -> None:
        """Ends the programs at once."""
        if self.mine and self._finish.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pids[0], signal.SIGKILL)
        self._finish()

    def _write(self, waiting: memoryview) -> int:
        try:
            return os.write(self._into, waiting[:_READ])
        except BlockingIOError:
            return 0
        except OSError as error:
            raise ChainError("a program ended") from error

    def _read(self) -> bytes:
        read = os.read(self._out, _READ)
        if not read:
            raise ChainError("a program ended")
        return read


def _collect(read: bytes, buffer: bytearray, ready: deque[bytes]) -> None:
    *finished, rest = read.split(b"\0")
    for part in finished:
        ready.append(bytes(buffer + part))
        buffer.clear()
    buffer += rest


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        with contextlib.suppress(OSError):
            stream.close()


def _end(processes: list[subprocess.Popen[bytes]], owner: int, patience_seconds: float) -> None:
    if not processes or owner != os.getpid():
        return
    _close(processes[0].stdin)
    _close(processes[-1].stdout)
    for process in processes:
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            for other in processes:
                other.kill()
            patience_seconds = _PATIENCE_SECONDS
            process.wait()
