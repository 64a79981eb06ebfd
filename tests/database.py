"""A PostgreSQL server of the tests' own, on a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of PostgreSQL's newest programs, as Debian has it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """Starts a server and gives the SQLAlchemy URL of its database; it ends with the block."""
    found = programs()
    assert found is not None, "PostgreSQL is missing. Run: sh scripts/install-postgresql.sh"
    folder = Path(tempfile.mkdtemp(prefix="babelwire-pg-"))
    # The server refuses to run as root.
    user = {"user": "postgres"} if os.getuid() == 0 else {}
    if user:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    data = folder / "data"
    quick = ["-c", "fsync=off", "-c", "listen_addresses=", "-k", str(folder)]
    try:
        initdb = [found / "initdb", "-D", data, "-U", "tester", "-A", "trust", "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
        start = [found / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", " ".join(quick), "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
        try:
            yield f"postgresql+psycopg://tester@/postgres?host={folder}"
        finally:
            stop = [found / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
            subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
    finally:
        shutil.rmtree(folder)
