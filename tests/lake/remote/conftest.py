import contextlib
import os
from pathlib import Path

import fsspec
import pytest

from babelwire.lake import Lake
from newsdesk import FERRY_EN, FERRY_IT, LIBRARY_EN, ORCHARD_FR
from object_store import ObjectStore
from tests.pipelines.conftest import environment, prefect_server, served  # noqa: F401 - fixtures


@pytest.fixture(scope="session")
def server():
    with ObjectStore().running() as store:
        yield store


@pytest.fixture
def objects(server, tmp_path, monkeypatch):
    """The server, with an empty bucket `news`, for a user who has never run babelwire."""
    for name, value in {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": "anybody",
        "AWS_SECRET_ACCESS_KEY": "a-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    fsspec.filesystem("s3").clear_instance_cache()
    server.empty()
    fsspec.filesystem("s3").mkdir("news")
    server.requests.clear()
    return server


@pytest.fixture
def bucket(objects):
    """What lies in the store, as anybody's tools see it."""
    return fsspec.filesystem("s3")


@pytest.fixture
def address(objects):
    return "s3://news/lake"


@pytest.fixture
def on_machine(tmp_path, monkeypatch):
    """`with on_machine("b")`: as on another machine, which has copies and caches of its own."""

    @contextlib.contextmanager
    def switched(name):
        before = os.environ["XDG_CACHE_HOME"]
        os.environ["XDG_CACHE_HOME"] = str(tmp_path / f"cache-of-{name}")
        try:
            yield
        finally:
            os.environ["XDG_CACHE_HOME"] = before

    return switched


@pytest.fixture
def inbox(tmp_path):
    """Articles of March 2025, in three languages."""
    return written(tmp_path / "inbox", {"a.txt": FERRY_EN, "b.txt": FERRY_IT, "c.txt": LIBRARY_EN, "d.txt": ORCHARD_FR})


@pytest.fixture
def more(tmp_path):
    """One more article, of February."""
    return written(tmp_path / "more", {"e.txt": LIBRARY_EN.replace("March", "February").replace("library", "museum")})


def written(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
        os.utime(folder / name, (1_741_000_000, 1_741_000_000))
    return folder


@pytest.fixture
def product():
    """What a lake says, without what differs between two runs with the same inputs."""

    def of(lake: Lake) -> dict[str, list[dict[str, object]]]:
        tables = {
            "articles": lake.arrow.articles(current=False),
            "stories": lake.arrow.stories(),
            "entities": lake.arrow.entities(),
            "matches": lake.arrow.matches(),
        }
        times = {"run_id", "ingested_at", "translated_at"}
        return {
            name: [{c: row[c] for c in row if c not in times} for row in table.to_pylist()]
            for name, table in tables.items()
        }

    return of
