"""Worker processes that run batches: separate from the process that watches over them, without Prefect."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from babelwire.errors import BabelwireError

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Up to `jobs` processes, started when there is work and kept, so that a model is loaded once in each."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._pool = ProcessPoolExecutor(
            jobs, mp_context=multiprocessing.get_context("spawn"), initializer=live_as_long_as_the_parent
        )

    def begin(self, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Calls `work` in a worker process without waiting for it; what it returns or raises is lost."""
        self._pool.submit(work, *args, **kwargs)

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls `work` in a worker process and waits for it. May be called from several threads.

        Raises:
            BabelwireError: the process was ended from outside, as when memory runs out.
        """
        try:
            return self._pool.submit(work, *args, **kwargs).result()
        except BrokenProcessPool as error:
            raise BabelwireError(
                "A worker process was ended from outside, most often because memory ran out. Finished batches are "
                "kept: run the same command again to go on, with a smaller batch_size or fewer --jobs."
            ) from error

    def close(self) -> None:
        """Ends the processes once they have finished what they are at."""
        self._pool.shutdown(wait=True, cancel_futures=True)


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
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
