"""Prefect without a server: a private one that lives as long as the run and leaves nothing behind.

Imports no Prefect, because Prefect reads its settings when it is imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
}


@contextmanager
def prefect_ready() -> Iterator[None]:
    """Inside, Prefect can be imported and flows can run.

    Where the operator has a Prefect server (`PREFECT_API_URL`, or the active Prefect profile) that one is used.
    Else a temporary one is, on a database of its own: two runs never share one SQLite file, and it does not grow
    from night to night. What a run did is in the lake.
    """
    if _has_server():
        yield
        return
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="babelwire-prefect-", ignore_cleanup_errors=True) as home:
        os.environ.update({k: v for k, v in _QUIET.items() if k not in os.environ}, PREFECT_HOME=home)
        blank = _blank_database()
        if blank is not None:
            shutil.copyfile(blank, Path(home) / "prefect.db")
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def _has_server() -> bool:
    if os.environ.get("PREFECT_API_URL"):
        return True
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    try:
        profiles = tomllib.loads((home / "profiles.toml").read_text("utf-8"))
        active = os.environ.get("PREFECT_PROFILE") or profiles.get("active", "")
        return bool(profiles["profiles"][active].get("PREFECT_API_URL"))
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def _blank_database() -> Path | None:
    """An empty Prefect database, made once per Prefect version: making one takes longer than a small run.

    None where it cannot be kept, as without a writable home; Prefect then makes its own.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "babelwire"
    kept = cache / f"prefect-{version('prefect')}.db"
    if kept.is_file():
        return kept
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as home:
            subprocess.run(
                [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
                env={**os.environ, "PREFECT_HOME": home},
                check=True,
                capture_output=True,
                timeout=120,
            )
            (Path(home) / "prefect.db").replace(kept)
    except (OSError, subprocess.SubprocessError):
        return None
    return kept
