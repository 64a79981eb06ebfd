"""Ending a long run early, but not in the middle of a batch: what Ctrl-C does."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

from babelwire.errors import BabelwireError

_INTERRUPTED = 130
_STANDARD_ERROR = 2

stopping: ContextVar[threading.Event] = ContextVar("stopping", default=threading.Event())  # noqa: B039 - nobody sets it
"""Set once the run of this context is to stop: no batch is begun any more, those at work are finished and kept."""


def asked_to_stop() -> bool:
    """Whether the run of this context is to stop."""
    return stopping.get().is_set()


class Stopped(BabelwireError):  # noqa: N818 - not an error of anybody
    """The run was asked to stop and has stopped. What it finished is kept."""


@contextmanager
def stopped_by_ctrl_c(say: Callable[[str], None]) -> Iterator[None]:
    """Inside, a first Ctrl-C sets `stopping` and a second ends the process at once. Only for the main thread.

    Ending at once is safe: worker processes and the private Prefect server end with this process however it ends, and
    what is on disk is whole files.
    """
    asked = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            # The first message may be on its way out, and what writes it cannot be entered twice.
            os.write(
                _STANDARD_ERROR, b"Stopped at once. Finished batches are kept: run the same command again to go on.\n"
            )
            os._exit(_INTERRUPTED)
        asked.set()
        say("Stopping once the batches at work are finished. Press Ctrl-C again to stop at once and lose them.")

    token = stopping.set(asked)
    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        stopping.reset(token)
