"""Runs into a lake in an object store."""

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import stored_newsroom
from babelwire.errors import BabelwireError, UsageError
from babelwire.lake import Lake
from babelwire.lake.opening import create_lake, open_lake
from babelwire.lake.remote import copy
from newsdesk import FERRY_EN_EDITED
from newsroom import Newsroom
from stored_newsroom import ingest, prepare, publish_prepared


def manifest(bucket):
    return json.loads(bucket.cat_file("news/lake/manifest.json"))


def test_a_lake_in_a_store_is_what_a_folder_would_be(address, inbox, tmp_path, product):
    assert ingest(address, inbox).counts["new"] + ingest(address, inbox).counts["unchanged"] == 8 - 2
    folder = Newsroom(tmp_path / "beside")
    folder.ingest(inbox)
    assert product(Lake(address)) == product(folder.lake)


def test_another_machine_reads_what_one_has_written(address, inbox, on_machine, product):
    ingest(address, inbox)
    here = product(Lake(address))
    with on_machine("b"):
        assert product(Lake(address)) == here


def test_a_second_run_puts_only_what_tells_of_itself(objects, address, inbox):
    ingest(address, inbox)
    objects.requests.clear()
    ingest(address, inbox)
    put = {name.split("/")[2] for name in objects.asked("PUT", ".parquet")}
    assert put == {"runs", "inputs"}


def test_no_object_is_ever_put_twice(objects, address, inbox, more):
    ingest(address, inbox)
    ingest(address, more)
    put = objects.asked("PUT", ".parquet")
    assert len(put) == len(set(put)) > 10


def test_what_a_run_replaces_is_gone_after_it_and_everything_else_is_named_by_the_manifest(bucket, address, inbox):
    ingest(address, inbox)
    before = {entry["object"] for entry in manifest(bucket)["files"].values()}
    (inbox / "a.txt").write_text(FERRY_EN_EDITED)
    ingest(address, inbox)
    now = {entry["object"] for entry in manifest(bucket)["files"].values()}
    assert before - now
    there = {name.removeprefix("news/lake/") for name in bucket.find("news/lake")}
    assert there == now | {"manifest.json", "lock.json"}
    assert not list(open_lake(address).elsewhere())


def test_what_a_killed_run_left_in_the_store_is_removed_by_a_later_one_unless_it_may_still_be_wanted(
    bucket, address, inbox, more, monkeypatch
):
    ingest(address, inbox)
    left = "articles/month=2025-03/part-0011223344556677-8899aabbccddeeff-00112233.parquet"
    bucket.pipe(f"news/lake/{left}", b"half of a run")
    ingest(address, inbox)
    assert [finding.code for finding in open_lake(address).elsewhere()] == ["leftover_object"]
    monkeypatch.setattr(copy, "_SKEW", timedelta(seconds=-1))
    ingest(address, more)
    assert not list(open_lake(address).elsewhere())


def test_a_machine_that_has_an_older_copy_goes_on_from_what_the_store_has(address, inbox, more, on_machine):
    ingest(address, inbox)
    with on_machine("b"):
        assert ingest(address, inbox).counts["unchanged"] == 4 - pending(address)
        ingest(address, more)
    assert ingest(address, more).counts["unchanged"] == 1
    assert len(Lake(address).articles()) == 5
    assert len(Lake(address).runs()) == 4


def pending(address):
    return int((Lake(address).articles()["translation_status"] == "pending").sum())


def test_a_run_that_another_machine_has_overtaken_publishes_nothing_and_is_made_good_by_the_next(
    objects, bucket, address, inbox, more, on_machine, caplog
):
    """The lock was lost, as by a machine that slept: what then keeps the two apart is the manifest."""

    def overtake(method, name):
        if (method, name) == ("PUT", "news/lake/manifest.json"):
            objects.meanwhile = None
            bucket.pipe("news/lake/lock.json", b'{"held": false}')
            with on_machine("b"):
                ingest(address, more)

    prepare(address, inbox)
    objects.meanwhile = overtake
    with pytest.raises(BabelwireError, match="Another machine published into s3://news/lake while this run did"):
        publish_prepared(address, inbox)
    assert list(Lake(address).articles()["headline"].str.contains("museum")) == [True]
    assert ingest(address, inbox).counts["new"] + pending(address) == 4
    assert "is dropped, since another machine has published since" in caplog.text
    assert len(Lake(address).articles()) == 5
    assert not [finding for finding in open_lake(address).elsewhere() if finding.code != "leftover_object"]


def test_two_machines_that_publish_at_the_same_time_do_so_one_after_the_other(address, inbox, more, on_machine):
    prepare(address, inbox)
    with on_machine("b"):
        prepare(address, more)
        other = subprocess.Popen([sys.executable, Path(stored_newsroom.__file__), address, more])
    publish_prepared(address, inbox)
    assert other.wait() == 0
    assert len(Lake(address).articles()) == 5
    assert len(Lake(address).runs()) == 2
    assert not list(open_lake(address).elsewhere())


@pytest.mark.parametrize("name", ["manifest.json", "lock.json"])
def test_a_put_that_took_place_though_the_store_answered_that_it_did_not_is_known_for_ones_own(
    objects, address, inbox, product, name
):
    ingest(address, inbox)
    (inbox / "a.txt").write_text(FERRY_EN_EDITED)
    prepare(address, inbox)
    lost = []

    def lose(method, of):
        if not lost and (method, of) == ("PUT", f"news/lake/{name}"):
            lost.append(of)
            return True
        return False

    objects.afterwards = lose
    publish_prepared(address, inbox, timeout_seconds=2)
    assert lost
    assert len(Lake(address).articles()) == 5
    assert not list(open_lake(address).elsewhere())


def test_files_that_vanish_from_the_copy_while_a_run_works_are_not_taken_out_of_the_store(address, inbox, product):
    ingest(address, inbox)
    before = product(Lake(address))
    lake = open_lake(address)
    month = lake.root / "articles" / "month=2025-03"
    with pytest.raises(BabelwireError, match="Files were removed from"), lake.writing_alone(timeout_seconds=1):
        shutil.rmtree(month)
    assert product(Lake(address)) == before
    assert ingest(address, inbox).counts["new"] == 0


def test_a_copy_that_was_removed_is_fetched_again(address, inbox, product):
    ingest(address, inbox)
    before = product(Lake(address))
    lake = open_lake(address)
    for file in [*lake.root.rglob("*.parquet"), lake.root / "babelwire-lake.json"]:
        file.unlink()
    assert ingest(address, inbox).counts["new"] == 0
    assert product(Lake(address)) == before


def test_where_nothing_was_committed_nothing_is_put(objects, address, inbox):
    ingest(address, inbox)
    objects.requests.clear()
    with pytest.raises(ZeroDivisionError), open_lake(address).writing_alone(timeout_seconds=1):
        _ = 1 / 0
    assert set(objects.asked("PUT")) == {"news/lake/lock.json"}


def test_a_prefix_with_other_objects_below_it_is_not_made_a_lake(objects, bucket):
    bucket.pipe("news/lake/notes.txt", b"mine")
    with pytest.raises(UsageError, match=r"s3://news/lake is not a lake: it holds notes\.txt\."):
        create_lake("s3://news/lake")
    assert bucket.find("news") == ["news/lake/notes.txt"]


def test_two_lakes_at_the_same_address_one_after_the_other_share_nothing(bucket, address, inbox):
    ingest(address, inbox)
    bucket.rm("news/lake", recursive=True)
    assert ingest(address, inbox).counts["new"] > 0
    assert len(Lake(address).runs()) == 1


def test_the_objects_of_the_lake_itself_are_no_inputs(address, bucket, inbox):
    ingest(address, inbox)
    bucket.pipe(
        "news/letters/a.txt", b"The mayor of Belluno opened the new library on Friday. Two hundred people came."
    )
    summary = ingest(address, "s3://news")
    assert summary.run["inputs"] == 1 + pending(address)
    assert set(Lake(address).inputs()["uri"].str.startswith("s3://news/lake")) == {False}
