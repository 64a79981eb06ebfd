"""A circuit breaker: an engine that failed several times in a row is left alone for a while, then tried once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Closed it lets every call through, open none, and half-open one: the probe that decides between the two.

    Every call that was let through is followed by `succeeded` or `failed`. May be shared between threads.

    Args:
        failures: after so many failures in a row it opens.
        pause_seconds: how long it stays open before it lets a probe through.
        clock: seconds that never go back.
    """

    def __init__(self, *, failures: int, pause_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = failures
        self._pause = pause_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._opened_at = 0.0
        self._probing = False

    def lets_through(self) -> bool:
        """Whether to call the engine now. Of several threads that ask when the pause is over, one hears yes."""
        with self._lock:
            if self._in_a_row < self._most:
                return True
            if self._probing or self._clock() - self._opened_at < self._pause:
                return False
            self._probing = True
            return True

    def succeeded(self) -> None:
        """The engine answered: it is trusted again."""
        with self._lock:
            self._in_a_row = 0
            self._probing = False

    def failed(self) -> None:
        """The engine did not answer: after too many times in a row, or as a probe, the pause begins."""
        with self._lock:
            self._in_a_row += 1
            self._probing = False
            if self._in_a_row >= self._most:
                self._opened_at = self._clock()
