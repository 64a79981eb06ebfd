"""One writer at a time: a lock that says who holds it and is free again when its holder dies."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
        raise held(what, _read(holder)) from None
    try:
        write_json(holder, this_process())
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def this_process() -> dict[str, Any]:
    """What a lock says of its holder: process, host and time."""
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def held(what: str, holder: Mapping[str, Any]) -> BabelwireError:
    """The error for who meets a lock that another holds.

    Args:
        what: as `hold` takes it.
        holder: what the lock says of its holder, whatever that is.
    """
    who = "it does not say which"
    if {"pid", "host", "since"} <= holder.keys():
        who = f"process {holder['pid']} on {holder['host']} since {holder['since']}"
    return BabelwireError(
        f"Another run is using {what} ({who}). Wait until it ends and run the same command again, "
        "or set lake.lock_timeout_seconds to wait for it."
    )


def _read(holder: Path) -> dict[str, Any]:
    try:
        value = json.loads(holder.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
