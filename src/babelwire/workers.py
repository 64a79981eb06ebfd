"""Worker processes that run batches: separate from the process that watches over them, without Prefect."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from multiprocessing import resource_tracker
from queue import LifoQueue
from typing import ParamSpec, TypeVar

from babelwire.errors import BabelwireError

P = ParamSpec("P")
T = TypeVar("T")

_STOPPING = {signal.SIGINT, signal.SIGTERM}


class WorkerLost(BabelwireError):  # noqa: N818 - the worker was
    """The process that did some work came to an end before the work did; what else is at work is not touched."""


class Workers:
    """Up to `jobs` processes, started when there is work and kept, so that a model is loaded once in each."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._all = [_Worker() for _ in range(jobs)]
        # The one that worked last goes first: it has its models already.
        self._idle: LifoQueue[_Worker] = LifoQueue()
        for worker in reversed(self._all):
            self._idle.put(worker)

    def begin(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Calls `work` in a worker process without waiting for it; what it returns or raises is lost."""
        with self._one() as worker:
            worker.submit(work, *args, **kwargs)

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls `work` in a worker process and waits for it. May be called from several threads.

        Raises:
            WorkerLost: the process was ended from outside, as when memory runs out. The next call has a fresh one.
        """
        with self._one() as worker:
            return worker.run(work, *args, **kwargs)

    def close(self) -> None:
        """Ends the processes once they have finished what they are at."""
        with ThreadPoolExecutor(self.jobs) as threads:
            list(threads.map(_Worker.close, self._all))

    @contextmanager
    def _one(self) -> Iterator[_Worker]:
        worker = self._idle.get()
        try:
            yield worker
        finally:
            self._idle.put(worker)


class _Worker:
    """One process. A pool of several would break as a whole, and not tell whose work was lost."""

    def __init__(self) -> None:
        self._pool = _pool_of_one()

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        undisturbed = partial(_undisturbed, work, *args, **kwargs)
        with _started_whole():
            try:
                return self._pool.submit(undisturbed)
            except BrokenProcessPool:  # it was lost while it had nothing to do
                self._start_afresh()
                return self._pool.submit(undisturbed)

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return self.submit(work, *args, **kwargs).result()
        except BrokenProcessPool as error:
            self._start_afresh()
            raise WorkerLost("A worker process was ended from outside, most often because memory ran out.") from error

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start_afresh(self) -> None:
        self._pool.shutdown(wait=True)
        self._pool = _pool_of_one()


def _pool_of_one() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=live_as_long_as_the_parent
    )


@contextmanager
def _started_whole() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM wait: a process whose start they broke off would tell so with a traceback of its own."""
    # Where it is not running yet, the start of a process would start it, and let the signals through afterwards.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _undisturbed(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Calls `work` in a worker process that SIGTERM does not end meanwhile.

    A service manager may send it to every process of a service; the parent decides what becomes of the batch.
    """
    # A function rather than SIG_IGN, which programs that are started meanwhile would inherit.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: None)
    try:
        return work(*args, **kwargs)
    except Exception as error:
        # One that does not survive the way to the parent would pass for the loss of this process.
        if _travels(error):
            raise
        raise RuntimeError(f"{type(error).__name__}: {error}") from error
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _travels(error: Exception) -> bool:
    try:
        return isinstance(pickle.loads(pickle.dumps(error)), Exception)  # noqa: S301 - these bytes are its own
    except Exception:
        return False


_standing_by: ContextVar[Workers | None] = ContextVar("standing_by", default=None)


@contextmanager
def workers(jobs: int) -> Iterator[Workers]:
    """The workers that an outer `workers` of this context has started, else new ones that end with this one."""
    outer = _standing_by.get()
    if outer is not None:
        yield outer
        return
    mine = Workers(jobs)
    token = _standing_by.set(mine)
    try:
        yield mine
    finally:
        _standing_by.reset(token)
        mine.close()


def processes(jobs: int) -> int:
    """How many processes `jobs` asks for: 0 is one for each core this process may use."""
    return jobs or len(os.sched_getaffinity(0))


def live_as_long_as_the_parent() -> None:
    """Has this process, which another has spawned, end with that one however it ends, and leave Ctrl-C to it."""
    # Ctrl-C reaches every process of the terminal; it is the parent that decides what becomes of the batch.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Who was started while they waited begins so.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
