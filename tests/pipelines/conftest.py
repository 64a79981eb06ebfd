import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL
from prefect.testing.utilities import prefect_test_harness

from newsdesk import FERRY_EN, FERRY_EN_EDITED, LIBRARY_EN

BABELWIRE = Path(sys.executable).with_name("babelwire")


@pytest.fixture(scope="session")
def prefect_server():
    """One Prefect server for all tests of this folder; starting one takes longer than most of them."""
    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """What an operator's shell has: a home of its own, no Prefect server, no setting of this project."""
    home = tmp_path_factory.mktemp("home")
    # What is made there once takes seconds: so one folder for all processes that run tests.
    cache = tmp_path_factory.getbasetemp()
    cache = (cache.parent if "PYTEST_XDIST_WORKER" in os.environ else cache) / "cache"
    cache.mkdir(exist_ok=True)
    (home / ".cache").symlink_to(cache)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "BABELWIRE_", "XDG_"))}
    return {**kept, "HOME": str(home), "PREFECT_PROFILE": "ephemeral"}


@pytest.fixture(scope="session")
def served(environment, prefect_server):
    """The same shell on a machine that has a Prefect server, where a run starts sooner."""
    return {**environment, "PREFECT_API_URL": PREFECT_API_URL.value()}


@pytest.fixture
def babelwire(environment, tmp_path):
    """Runs the command as an operator does, in a folder that is not the checkout."""

    def run(*arguments, stdin="", **variables):
        done = subprocess.run(
            [BABELWIRE, *map(str, arguments)],
            cwd=tmp_path,
            env={**environment, **variables},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=240,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout
        assert "database is locked" not in done.stderr
        return done

    return run


@pytest.fixture
def archive(tmp_path):
    """Twelve articles of twelve days, the sixth and the last near copies of each other."""
    folder = tmp_path / "archive"
    folder.mkdir()
    articles = [LIBRARY_EN.replace("Hollowmere", f"Hollow{i}mere") for i in range(12)]
    articles[5], articles[11] = FERRY_EN, FERRY_EN_EDITED
    for i, text in enumerate(articles):
        dated = re.sub(r"[35] March 2025", f"{i + 1} March 2025", text)
        (folder / f"{i:02}.txt").write_text(dated, encoding="utf-8")
    return folder
