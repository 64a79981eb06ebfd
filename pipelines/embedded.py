"""Prefect without a server: a private one that lives as long as the run and leaves nothing behind.

Imports no Prefect, because Prefect reads its settings when it is imported. Run as a program it is that server.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from babelwire.errors import BabelwireError

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
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
}
_PATIENCE_SECONDS = 180


@contextmanager
def prefect_ready() -> Iterator[Callable[[], None]]:
    """Inside, Prefect can be imported; once the function it gives has returned, flows can run.

    Where the operator has a Prefect server (`PREFECT_API_URL`, or the active Prefect profile) that one is used.
    Else a private one is, on a database of its own: two runs never share one SQLite file, and it does not grow from
    night to night. What a run did is in the lake. Prefect's own temporary server is not used, because it outlives a
    run that is killed.
    """
    if has_server():
        yield lambda: None
        return
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="babelwire-prefect-", ignore_cleanup_errors=True) as home:
        password = f"babelwire:{secrets.token_urlsafe()}"
        os.environ.update({k: v for k, v in _QUIET.items() if k not in os.environ}, PREFECT_HOME=home)
        blank = _blank_database()
        if blank is not None:
            shutil.copyfile(blank, Path(home) / "prefect.db")
        server, url = _start(Path(home), password)
        os.environ.update(PREFECT_API_URL=url, PREFECT_API_AUTH_STRING=password)
        try:
            yield lambda: _wait_for(server, url, Path(home) / "server.log")
        finally:
            os.environ.clear()
            os.environ.update(before)
            server.communicate()


def has_server() -> bool:
    """Whether the operator has a Prefect server: `PREFECT_API_URL`, or the active Prefect profile, names it."""
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

    None where it cannot be kept, as without a writable home; the server then makes its own.
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
                timeout=_PATIENCE_SECONDS,
            )
            (Path(home) / "prefect.db").replace(kept)
    except (OSError, subprocess.SubprocessError):
        return None
    return kept


def _start(home: Path, password: str) -> tuple[subprocess.Popen[bytes], str]:
    # The port is taken here and handed over open, so that no other program can get it in between.
    with socket.create_server(("127.0.0.1", 0)) as listening, (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "pipelines.embedded", str(listening.fileno())],
            env={**os.environ, "PREFECT_SERVER_API_AUTH_STRING": password},
            pass_fds=[listening.fileno()],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        return server, f"http://127.0.0.1:{listening.getsockname()[1]}/api"


def _wait_for(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    import httpx  # noqa: PLC0415

    deadline = time.monotonic() + _PATIENCE_SECONDS
    with httpx.Client(timeout=5, trust_env=False) as client:
        while server.poll() is None and time.monotonic() < deadline:
            try:
                if client.get(f"{url}/health").is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
    said = log.read_text("utf-8", errors="replace").strip().splitlines()[-1:]
    raise BabelwireError(
        f"Prefect's private server did not start ({' '.join(said) or 'it says nothing'}). Try again, or start one with "
        "`prefect server start` and set PREFECT_API_URL."
    )


def _serve(listening: socket.socket) -> None:
    """The server itself. It ends when its standard input does: with its parent, however that ends."""
    # A service manager may send SIGTERM to every process of a service; the run needs the server to its end.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_answer, args=[listening], daemon=True).start()
    sys.stdin.buffer.read()
    # A parent that was killed could not clear up.
    shutil.rmtree(os.environ["PREFECT_HOME"], ignore_errors=True)
    os._exit(0)


def _answer(listening: socket.socket) -> None:
    import uvicorn  # noqa: PLC0415

    config = uvicorn.Config("prefect.server.api.server:create_app", factory=True, log_level="error")
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        os._exit(1)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
