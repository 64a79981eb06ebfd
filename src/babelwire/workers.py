"""Worker processes that run batches: separate from the process that watches over them, without Prefect."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from babelwire.errors import BabelwireError

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Up to `jobs` processes, started when there is work and kept, so that a model is loaded once in each."""

    def __init__(self, jobs: int = 0) -> None:
        self.jobs = self.count(jobs)
        self._pool = ProcessPoolExecutor(
            self.jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_interrupts_to_the_parent
        )

    @staticmethod
    def count(jobs: int) -> int:
        """How many processes `jobs` asks for: 0 is one for each core this process may use."""
        return jobs or len(os.sched_getaffinity(0))

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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
