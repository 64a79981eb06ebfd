"""The services of docker-compose.yml as processes of this machine: their commands, variables and health checks."""

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from database import programs
from deployment.composed import ROOT, compose, copied, example_environment

PATIENCE_SECONDS = 240
_FOLDERS = re.compile(r"(?<![\w.-])/(?:srv/babelwire|var/lib/prefect|tmp|memory|models|scratch)\b")
_PORTS = {"5432": "postgres", "4200": "server", "5000": "libretranslate", "8080": "worker"}
_ADDRESSES = re.compile(rf"(?:{'|'.join(_PORTS.values())}|127\.0\.0\.1):(?P<port>{'|'.join(_PORTS)})\b")


def wait_until(true: Callable[[], object], what: str) -> None:
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < ends_at, f"{what}: not within {PATIENCE_SECONDS} seconds"
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Stack:
    """Runs services below a folder. Only host names, ports and paths differ from docker-compose.yml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = {
            "BABELWIRE_AUTH": f"editor:{secrets.token_hex()}",
            "POSTGRES_PASSWORD": f"a/b@c:{secrets.token_hex()}",
        }
        self.services = compose({**example_environment(), **self.secrets})["services"]
        self._ports = {name: _free_port() for name in _PORTS.values()}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.srv = folder / "srv" / "babelwire"
        for source, target in copied():
            to = self.srv / target
            to.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / source).is_dir() else shutil.copy)(ROOT / source, to)
        for name in ("tmp", "scratch", "memory", "models", "var/lib/prefect", "srv/babelwire/in", "home"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        night = self.srv / "configs" / "nightly.yaml"
        night.write_text(self.here(night.read_text("utf-8")), "utf-8")

    def here(self, text: str) -> str:
        """A text of docker-compose.yml with the names, ports and folders of this machine."""
        text = _FOLDERS.sub(lambda found: f"{self.folder}{found[0]}", text)
        text = _ADDRESSES.sub(lambda found: f"127.0.0.1:{self._ports[_PORTS[found['port']]]}", text)
        alone = {"0.0.0.0": "127.0.0.1", "postgres": "127.0.0.1", "5432": str(self._ports["postgres"])}
        return alone.get(text, text)

    def environment(self, service: str) -> dict[str, str]:
        of_this_machine = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(programs()), os.environ["PATH"]]),
            "HOME": str(self.folder / "home"),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
            "LANG": "C.UTF-8",
            "PGPORT": str(self._ports["postgres"]),
            "PREFECT_SERVER_API_PORT": str(self._ports["server"]),
            "PREFECT_WORKER_WEBSERVER_PORT": str(self._ports["worker"]),
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        }
        given = {name: self.here(value) for name, value in self.services[service]["environment"].items()}
        return of_this_machine | given

    def start(self, service: str) -> None:
        """Starts a service and waits until its health check says that it is well."""
        with (self.folder / f"{service}.log").open("ab") as log:
            self._running[service] = subprocess.Popen(
                # A container begins with this signal at its default; what starts the tests may have it ignored.
                ["env", "--default-signal=INT", *map(self.here, self.services[service]["command"])],
                cwd=self.srv,
                env=self.environment(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(lambda: self._ended(service) or self.is_well(service), f"{service} is well")

    def _ended(self, service: str) -> bool:
        assert self._running[service].poll() is None, self.log(service)
        return False

    def log(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text("utf-8", "replace")

    def is_well(self, service: str) -> bool:
        kind, *check = self.services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        environment = self.environment(service)
        done = subprocess.run(
            [self.here(word) for word in check], env=environment, capture_output=True, timeout=60, check=False
        )
        return done.returncode == 0

    def run(self, service: str) -> subprocess.CompletedProcess[str]:
        """Runs a service that ends."""
        return subprocess.run(
            self.services[service]["command"],
            cwd=self.srv,
            env=self.environment(service),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def kill(self, service: str) -> None:
        """Ends a service and what it started at once, as the loss of its container does."""
        process = self._running.pop(service)
        for each in [*_descendants(process.pid), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for service in list(self._running):
            self.kill(service)


def _descendants(process: int) -> list[int]:
    """The processes below a process, the lowest first."""
    below: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            below += [*_descendants(child), child]
    return below


@contextmanager
def database(stack: Stack) -> Iterator[None]:
    """PostgreSQL with the user, password and database that docker-compose.yml gives it, on loopback."""
    found = programs()
    assert found is not None
    given = stack.environment("postgres")
    with tempfile.TemporaryDirectory(prefix="babelwire-pg-") as name:
        folder = Path(name)
        data, password = folder / "data", folder / "password"
        password.write_text(given["POSTGRES_PASSWORD"], "utf-8")
        # The server refuses to run as root.
        user = {"user": "postgres"} if os.getuid() == 0 else {}
        if user:
            for each in (folder, password):
                os.chown(each, pwd.getpwnam("postgres").pw_uid, -1)

        def does(program: str, *arguments: str) -> None:
            command = [found / program, *arguments]
            subprocess.run(
                command,
                cwd=folder,
                env=given | {"PGPASSWORD": given["POSTGRES_PASSWORD"]},
                check=True,
                stdout=subprocess.DEVNULL,
                **user,
            )

        who = f"--username={given['POSTGRES_USER']}"
        does("initdb", f"--pgdata={data}", who, "--auth=scram-sha-256", f"--pwfile={password}", "--no-sync")
        listens = f"-c fsync=off -c listen_addresses=127.0.0.1 -k {folder}"
        does("pg_ctl", f"--pgdata={data}", "--wait", f"--log={folder / 'log'}", f"--options={listens}", "start")
        try:
            does("createdb", "--host=127.0.0.1", who, given["POSTGRES_DB"])
            wait_until(lambda: stack.is_well("postgres"), "postgres is well")
            yield
        finally:
            does("pg_ctl", f"--pgdata={data}", "--mode=immediate", "stop")
