"""Ending a long run early, but not in the middle of a batch: what Ctrl-C and SIGTERM do."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from types import FrameType
from typing import ParamSpec, TypeVar

from babelwire.errors import BabelwireError

P = ParamSpec("P")
T = TypeVar("T")

_INTERRUPTED = 130
_STANDARD_ERROR = 2
_ECHO_SECONDS = 2.0
_LONGEST_DEAF_SECONDS = 0.5

stopping: ContextVar[threading.Event | None] = ContextVar("stopping", default=None)
"""Set once the run of this context is to stop: no batch is begun any more, those at work are finished and kept."""


def asked_to_stop() -> bool:
    """Whether the run of this context is to stop."""
    asked = stopping.get()
    return asked is not None and asked.is_set()


class Stopped(BabelwireError):  # noqa: N818 - not an error of anybody
    """The run was asked to stop and has stopped. What it finished is kept."""


@contextmanager
def stopped_by_signals(say: Callable[[str], None]) -> Iterator[None]:
    """Inside, a first Ctrl-C or SIGTERM sets `stopping` and a second ends the process at once. Only for the main thread.

    Ending at once is safe: worker processes and the private Prefect server end with this process however it ends, and
    what is on disk is whole files.
    """
    asked = threading.Event()
    since = 0.0

    def ask(number: int, _frame: FrameType | None) -> None:
        nonlocal since
        if asked.is_set():
            # Who sends SIGTERM to a process and to its whole group, as `timeout` and systemd do, asks once.
            if number == signal.SIGTERM and time.monotonic() - since < _ECHO_SECONDS:
                return
            # The first message may be on its way out, and what writes it cannot be entered twice.
            os.write(
                _STANDARD_ERROR, b"Stopped at once. Finished batches are kept: run the same command again to go on.\n"
            )
            os._exit(_INTERRUPTED)
        # Where batches run on Ray, that has seen the signal too and would abort this process in three seconds.
        signal.alarm(0)
        asked.set()
        since = time.monotonic()
        again = "Press Ctrl-C again" if number == signal.SIGINT else "Send SIGTERM again"
        say(f"Stopping once the batches at work are finished. {again} to stop at once and lose them.")

    token = stopping.set(asked)
    before = {each: signal.signal(each, ask) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        stopping.reset(token)


def beside_signals(flow: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Calls `flow`, within `stopped_by_signals` in a thread of its own.

    In the main thread Prefect would take SIGTERM for itself while a flow runs, and crash the flow with it.
    """
    if stopping.get() is None:
        return flow(*args, **kwargs)
    context = copy_context()
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(lambda: context.run(flow, *args, **kwargs))
        # A signal that comes while another is being handled does not end a wait: it is seen when the next one begins.
        while not wait([running], timeout=_LONGEST_DEAF_SECONDS).done:
            pass
        return running.result()
