"""The lock of a lake in a store: an object that says who holds it, and that holds only as long as it is renewed.

It keeps writers from working in vain. That none undoes the work of another does not hang on it, but on the manifest,
which is replaced only by who has read it.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from babelwire.errors import BabelwireError
from babelwire.lake.lock import held, this_process
from babelwire.lake.remote.store import Conflict, Read, Store

NAME = "lock.json"
LEASE_SECONDS = 60.0
_SECONDS_BETWEEN_LOOKS = 1.0
_LOG = logging.getLogger(__name__)


@contextmanager
def leased(store: Store, *, timeout_seconds: float) -> Iterator[None]:
    """Holds the lock of the store, renewing it. It is free again when its holder dies: at once for processes of the
    same machine, for others when it was not renewed for `LEASE_SECONDS`, by the clock of the store.

    Raises:
        BabelwireError: another process holds it; the message names the process.
    """
    lease = _Lease(store, *_take(store, timeout_seconds))
    renewing = threading.Thread(target=lease.keep, name="renewing the lock", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        lease.over.set()
        renewing.join()
        lease.free()


def is_held(store: Store) -> bool:
    """Whether a process holds the lock now."""
    found = _look(store)
    return found is not None and not _is_free(found)


def free() -> bytes:
    """The lock when nobody holds it."""
    return json.dumps({"held": False}).encode()


class _Lease:
    def __init__(self, store: Store, mine: dict[str, Any], etag: str) -> None:
        self.over = threading.Event()
        self._store = store
        self._mine = mine
        self._etag: str | None = etag

    def keep(self) -> None:
        beat = 0
        while self._etag is not None and not self.over.wait(LEASE_SECONDS / 4):
            beat += 1
            try:
                self._put(json.dumps({**self._mine, "beat": beat}).encode())
            except BabelwireError as error:
                _LOG.warning("The lock of %s could not be renewed: %s", self._store.address, error)

    def free(self) -> None:
        # It is replaced, not removed: only so can it be done on condition that it is still this one's.
        with suppress(BabelwireError):
            self._put(free())

    def _put(self, content: bytes) -> None:
        if self._etag is None:
            return
        try:
            self._etag = self._store.put(NAME, content, replacing=self._etag)
        except Conflict:
            found = _look(self._store)
            # A put whose answer was lost has taken place all the same.
            is_mine = found is not None and _holder(found).get("key") == self._mine["key"]
            self._etag = found.etag if found is not None and is_mine else None


def _take(store: Store, timeout_seconds: float) -> tuple[dict[str, Any], str]:
    until = time.monotonic() + timeout_seconds
    mine = {
        "held": True,
        "key": secrets.token_hex(8),
        "where": _processes(),
        "lease_seconds": LEASE_SECONDS,
        **this_process(),
    }
    while True:
        found = _look(store)
        if found is None or _is_free(found):
            with suppress(Conflict):
                return mine, store.put(NAME, json.dumps(mine).encode(), replacing=found.etag if found else None)
        elif _holder(found).get("key") == mine["key"]:
            return mine, found.etag
        left = until - time.monotonic()
        if left <= 0:
            raise held(f"the lake {store.address}", _holder(found) if found else {})
        time.sleep(min(_SECONDS_BETWEEN_LOOKS, left))


def _look(store: Store) -> Read | None:
    try:
        return store.get(NAME)
    except FileNotFoundError:
        return None


def _is_free(found: Read) -> bool:
    holder = _holder(found)
    if holder.get("held") is False:
        return True
    lease = holder.get("lease_seconds")
    return _is_dead(holder) or found.age_seconds > (lease if isinstance(lease, int | float) else LEASE_SECONDS)


def _is_dead(holder: dict[str, Any]) -> bool:
    """Whether it was a process of this machine, and is none any more."""
    if (holder.get("host"), holder.get("where")) != (socket.gethostname(), _processes()):
        return False
    try:
        os.kill(int(holder["pid"]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return False


def _processes() -> str:
    """What the numbers of processes belong to: containers of one name have numbers of their own."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _holder(found: Read) -> dict[str, Any]:
    try:
        value = json.loads(found.content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
