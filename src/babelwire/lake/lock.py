"""One writer at a time: a lock that says who holds it and is free again when its holder dies."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from babelwire.errors import BabelwireError
from babelwire.lake.files import write_json, writing


@contextmanager
def hold(path: Path, *, what: str, timeout_seconds: float) -> Iterator[None]:
    """Holds the lock file `path`. The operating system frees it when the process ends, however it ends.

    Args:
        what: what is locked, as in "the lake /data/lake".
        timeout_seconds: how long to wait for another holder.

    Raises:
        BabelwireError: another process holds it; the message names the process.
    """
    lock = FileLock(path, timeout=timeout_seconds)
    holder = path.with_name(f"{path.name}.holder")
    try:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
    except Timeout:
        raise BabelwireError(
            f"Another run is using {what} ({_describe(holder)}). Wait until it ends and run the same command again, "
            "or set lake.lock_timeout_seconds to wait for it."
        ) from None
    try:
        write_json(
            holder,
            {
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "since": datetime.now(UTC).isoformat(timespec="seconds"),
            },
        )
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _describe(holder: Path) -> str:
    try:
        who = json.loads(holder.read_text())
        return f"process {who['pid']} on {who['host']} since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it does not say which"
