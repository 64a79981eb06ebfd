"""Calls functions that hostile input may hang, crash or bloat, in a process that can be killed."""

from __future__ import annotations

import multiprocessing
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast, overload

from babelwire.errors import BabelwireError, InputProblem, RejectInput, TryLater
from babelwire.settings import Reading
from babelwire.workers import live_as_long_as_the_parent

P = ParamSpec("P")
T = TypeVar("T")
_Function: TypeAlias = str | Callable[..., Any]

_LONGEST_START = 120
_LONGEST_END = 10
# a parser that computes is stopped by its processor time; this is for one that waits, on a machine with much to do
_WALL_CLOCK = 6
_WORTH_A_FRESH_START = 4
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)


class Guarded:
    """One process that does what it is called for, started when it is first needed and after it ended.

    It ends with the process that started it, however that ends.

    Args:
        limits: `max_seconds` of processor time and `max_memory_bytes` beyond what the idle process has, for each call.
    """

    def __init__(self, limits: Reading) -> None:
        self.limits = limits
        self._one_at_a_time = threading.Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection[Any, Any] | None = None

    @overload
    def call(self, function: str, *args: Any, **kwargs: Any) -> Any: ...

    @overload
    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...

    def call(self, function: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What a function returns. May be called from several threads.

        Args:
            function: one that a module has under its name, or its name (`module:function`), so that only the process
                that runs it imports the module.

        Raises:
            RejectInput, TryLater: as the function raised it; or it took too long (`too_slow`), needed too much memory
                (`too_much_memory`), raised anything else or ended its process (`parser_crashed`).
            BabelwireError: no process can be started.
        """
        with self._one_at_a_time:
            work = (function, args, kwargs)
            answer = self._ask(work) or self._ask(work)
        if answer is None:
            raise RejectInput(
                "too_much_memory",
                "The process that parsed the input was ended from outside, and again when it was tried once more; most "
                "often memory ran out. Take the input out, or run with fewer --jobs.",
            )
        value, problem = answer
        if problem is not None:
            kind, reason_code, reason = problem
            raise kind(reason_code, reason)
        return value

    def close(self) -> None:
        """Ends the process."""
        with self._one_at_a_time:
            self._end()

    def _ask(self, work: tuple[_Function, Any, Any]) -> tuple[Any, Any] | None:
        """What the process answers: a value, a problem or None; None where it was ended from outside."""
        connection = self._started(work[0])
        longest = _WALL_CLOCK * self.limits.max_seconds
        try:
            connection.send(work)
            in_time = connection.poll(longest)
            answer, goes_on = (connection.recv(), connection.recv()) if in_time else (None, False)
        except (EOFError, ConnectionError):
            self._ended()
            return None
        except BaseException:  # such as Ctrl-C: its answer would be taken for that to the next call
            self._end()
            raise
        if not goes_on:
            self._end()
        if not in_time:
            raise _too_slow(longest, "without an end")
        return answer

    def _started(self, function: _Function) -> Connection[Any, Any]:
        if self._connection is not None:
            return self._connection
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        # it imports the module of the function before it says that it is ready, so that no input's time is spent on that
        process = context.Process(target=_serve, args=(there, self.limits, function), daemon=True)
        process.start()
        there.close()
        self._process, self._connection = process, here
        try:
            if here.poll(_LONGEST_START):
                here.recv_bytes()
                return here
        except (EOFError, ConnectionError):
            pass
        self._end()
        raise BabelwireError(
            f"The process that parses inputs did not start (exit status {process.exitcode}). Look for what the system "
            "lacks, most often memory, and run the same command again: finished batches are kept."
        )

    def _ended(self) -> None:
        """Says why the process ended of itself; returns where it was ended from outside.

        Raises:
            RejectInput: a limit or a crash ended it.
        """
        process = self._process
        assert process is not None
        process.join(_LONGEST_END)
        self._end()
        if process.exitcode == -signal.SIGPROF:
            raise _too_slow(self.limits.max_seconds, "of processor time")
        if process.exitcode is None or -process.exitcode not in _FROM_OUTSIDE:
            raise _crash(f"exit status {process.exitcode}")

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._connection = self._process = None


@lru_cache(maxsize=1)
def guarded(limits: Reading) -> Guarded:
    """The one process that parses within these limits, for whatever in this process has something to parse."""
    return Guarded(limits)


def _serve(connection: Connection[Any, Any], limits: Reading, _function: _Function) -> None:
    live_as_long_as_the_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    idle = _memory()
    most_idle = idle + limits.max_memory_bytes // _WORTH_A_FRESH_START
    connection.send_bytes(b"ready")
    goes_on = True
    while goes_on:
        try:
            function, args, kwargs = connection.recv()
        except EOFError:
            return
        answer = _answer(_resolved(function), args, kwargs, limits, idle)
        del args, kwargs
        connection.send_bytes(answer)
        del answer
        goes_on = _memory() <= most_idle
        connection.send(goes_on)


def _resolved(function: _Function) -> Callable[..., Any]:
    return cast(Callable[..., Any], resolve_name(function)) if isinstance(function, str) else function


def _answer(function: Callable[..., Any], args: Any, kwargs: Any, limits: Reading, idle: int) -> memoryview:
    """What the function returns and None, or None and the kind, code and sentence of a problem, pickled."""
    try:
        with _limited(limits, idle):
            return ForkingPickler.dumps((function(*args, **kwargs), None))
    except Exception as error:  # whatever a parser raises, the batch goes on
        problem = _problem(error, limits)
        kind = TryLater if isinstance(problem, TryLater) else RejectInput
        return ForkingPickler.dumps((None, (kind, problem.reason_code, problem.reason)))


@contextmanager
def _limited(limits: Reading, idle: int) -> Iterator[None]:
    """Has the kernel hold this process to its limits."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if idle:
        most = idle + limits.max_memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    signal.setitimer(signal.ITIMER_PROF, limits.max_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        if idle:
            resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _memory() -> int:
    """The address space of this process in bytes; 0 where the system does not hold processes to a size of it."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def _problem(error: Exception, limits: Reading) -> InputProblem:
    within: BaseException | None = error
    while within is not None:  # what ran out of memory may have been taken for a damaged page
        if isinstance(within, MemoryError):
            return RejectInput(
                "too_much_memory",
                f"Parsing the input needs more than {limits.max_memory_bytes:,} bytes of memory. Give its text instead, "
                "or raise reading.max_memory_bytes.",
            )
        within = within.__cause__ or within.__context__
    if isinstance(error, InputProblem):
        return error
    return _crash(type(error).__name__)


def _too_slow(seconds: float, of_what: str) -> RejectInput:
    return RejectInput(
        "too_slow",
        f"Parsing the input took {seconds:g} seconds {of_what} and was ended. Give its text instead, or raise "
        "reading.max_seconds.",
    )


def _crash(how: str) -> RejectInput:
    return RejectInput(
        "parser_crashed",
        f"The parser broke down over the input ({how}); the others are not affected. Give its text instead, and report "
        "it with the input.",
    )
