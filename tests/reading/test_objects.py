"""Reading from an object store: a real server that speaks S3, on loopback."""

import json
import socket
import subprocess
import sys
import time
import urllib.request

import fsspec
import pytest

from babelwire.errors import BabelwireError, UsageError
from babelwire.reading.found import Unusable
from babelwire.reading.objects import find_objects
from newsroom import Newsroom

FIRST = "The mayor of Belluno opened the new library on Friday in front of two hundred people."
SECOND = "The ferry between the two islands was cancelled on Monday because of high waves."


@pytest.fixture(scope="module")
def endpoint():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=1).close()
            break
        except OSError:
            assert server.poll() is None
            time.sleep(0.1)
    yield address
    server.terminate()
    server.wait()


@pytest.fixture
def store(endpoint, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "anybody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "anything")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    fsspec.filesystem("s3").clear_instance_cache()
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")).close()
    system = fsspec.filesystem("s3")
    system.mkdir("archive")
    return system


def uris(address: str) -> list[str]:
    return [found.uri for found in find_objects([address])]


def test_the_objects_below_a_prefix_are_found_in_order(store):
    for name in ("2025/b.txt", "2025/a.txt", "2025/deep/c.txt", "2024/d.txt", "2025/.hidden"):
        store.pipe(f"archive/{name}", b"Testo.")
    assert uris("s3://archive/2025") == [
        "s3://archive/2025/a.txt",
        "s3://archive/2025/b.txt",
        "s3://archive/2025/deep/c.txt",
    ]
    assert uris("s3://archive/2024/d.txt") == ["s3://archive/2024/d.txt"]


def test_names_with_signs_of_addresses_in_them_are_read_back(store):
    store.pipe("archive/caffè #1 100%?.txt", FIRST.encode())
    [found] = find_objects(["s3://archive"])
    assert found.uri == "s3://archive/caff%C3%A8%20%231%20100%25%3F.txt"
    with found.open() as stream:
        assert stream.read() == FIRST.encode()


def test_articles_in_a_store_become_articles_in_the_lake(store, tmp_path):
    store.pipe("archive/a.txt", FIRST.encode())
    store.pipe("archive/b.jsonl", f'{{"text": "{SECOND}"}}\n{{"text": ""}}\n'.encode())
    newsroom = Newsroom(tmp_path)
    assert newsroom.ingest("s3://archive").counts == {"new": 2, "rejected": 1} | dict.fromkeys(
        ["revision", "duplicate", "unchanged", "pending"], 0
    )
    assert sorted(newsroom.lake.articles()["text"]) == sorted([FIRST, SECOND])


def test_a_second_run_reads_only_what_changed(store, tmp_path):
    store.pipe("archive/a.txt", FIRST.encode())
    store.pipe("archive/b.txt", SECOND.encode())
    newsroom = Newsroom(tmp_path)
    newsroom.ingest("s3://archive")
    store.pipe("archive/b.txt", SECOND.replace("Monday", "Sunday and Monday").encode())
    store.pipe("archive/c.txt", b"The museum opens its doors again after two years of work on the roof.")
    counts = newsroom.ingest("s3://archive").counts
    assert (counts["unchanged"], counts["new"]) == (1, 2)


def test_large_objects_are_read_by_ranges(store, tmp_path):
    lines = [json.dumps({"text": FIRST, "removed": "x" * 300_000, "n": n}) for n in range(4)]
    store.pipe("archive/big.jsonl", "\n".join(lines).encode())
    [found] = find_objects(["s3://archive/big.jsonl"])
    assert found.lasts
    counts = Newsroom(tmp_path).ingest("s3://archive/big.jsonl").counts
    assert (counts["new"], counts["duplicate"]) == (1, 3)


def test_what_is_not_there_is_told(store):
    with pytest.raises(UsageError, match="There is nothing at s3://archive/nowhere"):
        find_objects(["s3://archive/nowhere"])
    with pytest.raises(UsageError, match="There is nothing at s3://nobody"):
        find_objects(["s3://nobody/at/all"])


def test_an_object_that_goes_away_after_it_was_listed_cannot_be_opened(store):
    store.pipe("archive/a.txt", FIRST.encode())
    [found] = find_objects(["s3://archive"])
    store.rm("archive/a.txt")
    with pytest.raises(FileNotFoundError):
        found.open()


def test_a_store_that_does_not_answer_stops_the_run_with_a_sentence(store, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    store.clear_instance_cache()
    with pytest.raises(BabelwireError, match="cannot be reached"):
        find_objects(["s3://archive"])


def test_a_store_that_wants_credentials_says_so(store, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    store.clear_instance_cache()
    with pytest.raises(BabelwireError, match="AWS_ACCESS_KEY_ID"):
        find_objects(["s3://archive"])


def test_a_kind_of_store_that_nobody_knows_is_told():
    with pytest.raises(UsageError, match="in no kind of store that is known"):
        find_objects(["gopher://example.org/a"])


def test_passwords_and_chains_of_addresses_are_refused():
    with pytest.raises(UsageError, match="password") as problem:
        find_objects(["sftp://anna:geheim@example.org/a"])
    assert "geheim" not in str(problem.value)
    with pytest.raises(UsageError, match="several kinds"):
        find_objects(["simplecache::s3://archive"])


def test_nothing_is_found_where_nothing_is_asked_for():
    assert list(find_objects([])) == []
    assert not isinstance(next(iter(find_objects(["memory://"])), None), Unusable)
