"""What is said where a lake cannot be kept in a store, or the store does not do what it should."""

import json
import socket

import pytest

from babelwire.errors import BabelwireError, UsageError
from babelwire.lake import Lake
from babelwire.lake.opening import create_lake, open_lake
from babelwire.lake.remote.store import Store


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("s3://news", "s3://news"),
        ("s3://news/", "s3://news"),
        ("s3://news/lake/", "s3://news/lake"),
        ("s3://news/a b/c=d", "s3://news/a b/c=d"),
    ],
)
def test_an_address_is_a_bucket_and_a_prefix(address, canonical):
    assert Store.at(address).address == canonical


@pytest.mark.parametrize("address", ["gs://news/lake", "https://example.org/lake", "file:///srv/lake"])
def test_only_folders_and_s3_will_do(address):
    with pytest.raises(UsageError, match="only folders and s3:// will do"):
        create_lake(address)


@pytest.mark.parametrize(
    "address",
    [
        "s3://",
        "s3:///lake",
        "s3://me:secret@news/lake",
        "s3://news//lake",
        "s3://news/../lake",
        "s3://news/lake?v=secret",
    ],
)
def test_what_is_no_address_of_a_lake_is_not_repeated_since_it_may_hold_a_secret(address):
    with pytest.raises(UsageError, match="without anything else in it") as stopped:
        create_lake(address)
    assert "secret" not in str(stopped.value)


def test_there_has_to_be_a_bucket(objects):
    with pytest.raises(
        UsageError, match=r"There is no bucket old-news\. Make it, or check its name and the endpoint\."
    ):
        create_lake("s3://old-news/lake")


def test_who_may_not_read_is_told_what_to_set_and_no_secret_is_repeated(objects):
    objects.meanwhile = lambda method, name: True
    with pytest.raises(
        BabelwireError, match="may not be read or written without credentials, or with these"
    ) as stopped:
        create_lake("s3://news/lake")
    assert "a-secret" not in str(stopped.value)


def test_a_store_that_does_not_answer_is_said_not_to(objects, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        import fsspec  # noqa: PLC0415

        fsspec.filesystem("s3").clear_instance_cache()
        with pytest.raises(
            BabelwireError, match=r"cannot be reached or refuses \(EndpointConnectionError\)\. Look at the network"
        ):
            create_lake("s3://news/lake")


def test_a_store_without_conditional_puts_is_refused_and_left_as_it_was(objects, bucket):
    objects.heeds_conditions = False
    with pytest.raises(UsageError, match="knows no conditional put"):
        create_lake("s3://news/lake")
    assert not bucket.find("news")


def test_a_manifest_of_a_newer_version_is_left_alone(objects, bucket):
    bucket.pipe("news/lake/manifest.json", json.dumps({"format": 2}).encode())
    with pytest.raises(
        UsageError, match=r"was written by a newer babelwire \(format 2 of its manifest\)\. Update babelwire\."
    ):
        open_lake("s3://news/lake")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"format": 1}', b'{"format": 1, "lake": "00112233445566aa", "token": "b", "files": {"a": 1}}'],
)
def test_a_damaged_manifest_stops_everything(objects, bucket, content):
    bucket.pipe("news/lake/manifest.json", content)
    for opened in (open_lake, create_lake, Lake):
        with pytest.raises(BabelwireError, match=r"The manifest s3://news/lake/manifest\.json is damaged"):
            opened("s3://news/lake")
    assert bucket.cat_file("news/lake/manifest.json") == content


@pytest.mark.parametrize(
    "name", ["../../../elsewhere.parquet", "/etc/passwd", "articles/../../x.parquet", "articles/.x.parquet"]
)
def test_a_manifest_cannot_name_a_file_outside_of_the_cache(objects, bucket, name):
    entry = {"size": 1, "checksum": "c", "rows": 1, "object": "articles/x.parquet", "etag": "e"}
    for path, of in ((name, entry), ("articles/x.parquet", entry | {"object": name})):
        value = {"format": 1, "lake": "00112233445566aa", "token": "b", "files": {path: of}}
        bucket.pipe("news/lake/manifest.json", json.dumps(value).encode())
        with pytest.raises(BabelwireError, match="is damaged"):
            open_lake("s3://news/lake")


@pytest.mark.parametrize("lake", ["..", "a/b", ""])
def test_a_manifest_cannot_choose_the_cache_folder_either(objects, bucket, lake):
    value = {"format": 1, "lake": lake, "token": "b", "files": {}}
    bucket.pipe("news/lake/manifest.json", json.dumps(value).encode())
    with pytest.raises(BabelwireError, match="is damaged"):
        open_lake("s3://news/lake")


def test_two_that_make_a_lake_at_the_same_time_have_made_one(objects):
    def make(method, name):
        if (method, name) == ("PUT", "news/lake/lock.json"):
            objects.meanwhile = None
            made.append(create_lake("s3://news/lake"))

    made = []
    objects.meanwhile = make
    made.append(create_lake("s3://news/lake"))
    assert made[0] == made[1]
