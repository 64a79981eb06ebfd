"""Reading a lake that lies in an object store."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from babelwire.errors import BabelwireError, UsageError
from babelwire.lake import Lake
from newsdesk import FERRY_EN_EDITED
from stored_newsroom import ingest, prepare, publish_prepared


def fetched(objects):
    return objects.asked("GET", ".parquet")


def test_a_month_fetches_only_the_objects_of_that_month_and_of_the_table(objects, address, inbox, more):
    ingest(address, inbox)
    ingest(address, more)
    objects.requests.clear()
    assert len(Lake(address).articles(since="2025-02", until="2025-03")) == 1
    assert {tuple(name.split("/")[2:4]) for name in fetched(objects)} == {("articles", "month=2025-02")}


def test_what_was_fetched_is_not_fetched_again(objects, address, inbox):
    ingest(address, inbox)
    Lake(address).articles()
    objects.requests.clear()
    Lake(address).articles()
    assert not fetched(objects)


def test_an_object_that_is_not_as_it_was_put_is_refused(address, inbox, bucket):
    ingest(address, inbox)
    [name] = bucket.glob("news/lake/articles/month=2025-03/*.parquet")
    content = bytearray(bucket.cat_file(name))
    content[1000] ^= 1
    bucket.pipe(name, bytes(content))
    with pytest.raises(BabelwireError, match=f"The object s3://{name} is damaged: its checksum is wrong.*verify"):
        Lake(address).articles()


def test_an_object_that_is_missing_is_said_to_be(address, inbox, bucket):
    ingest(address, inbox)
    [name] = bucket.glob("news/lake/articles/month=2025-03/*.parquet")
    bucket.rm(name)
    with pytest.raises(
        BabelwireError, match=f"The object s3://{name} is missing.*babelwire verify --lake s3://news/lake"
    ):
        Lake(address).articles()


def test_a_reader_whose_objects_are_gone_before_it_has_fetched_them_reads_what_the_lake_is_now(
    objects, address, inbox, on_machine, product
):
    ingest(address, inbox)
    (inbox / "a.txt").write_text(FERRY_EN_EDITED)
    prepare(address, inbox)
    one_after_the_other, published = Lock(), []

    def publish(method, name):
        if method == "GET" and name.endswith(".parquet"):
            with one_after_the_other:
                if not published:
                    published.append(publish_prepared(address, inbox))

    with on_machine("b"):
        lake = Lake(address)
    objects.meanwhile = publish
    met = product(lake)
    assert published
    assert met == product(Lake(address))
    assert len(met["articles"]) == 5


def test_a_reader_never_sees_a_part_of_a_run_whatever_is_being_put_or_removed(
    objects, address, inbox, on_machine, product
):
    """Each time by a reader who has fetched nothing yet."""
    ingest(address, inbox)
    (inbox / "a.txt").write_text(FERRY_EN_EDITED)
    prepare(address, inbox)
    before, seen, one_after_the_other = product(Lake(address)), [], Lock()

    def look(method, name):
        if method in {"PUT", "DELETE"} and "lock" not in name:
            with one_after_the_other:
                with on_machine(f"reader {len(seen)}"):
                    lake = Lake(address)
                try:
                    seen.append(product(lake))
                except BabelwireError as error:
                    seen.append(str(error))

    objects.meanwhile = look
    publish_prepared(address, inbox)
    objects.meanwhile = None
    after = product(Lake(address))
    assert after != before
    assert len(seen) > 10
    assert all(met in (before, after) for met in seen)
    assert before in seen
    assert after in seen


def test_many_readers_share_one_cache(address, inbox, on_machine):
    ingest(address, inbox)
    with on_machine("b"), ThreadPoolExecutor(8) as readers:
        assert set(readers.map(lambda _: len(Lake(address).articles()), range(16))) == {4}


def test_objects_that_the_lake_no_longer_has_leave_the_cache_when_no_reader_can_want_them(address, inbox, tmp_path):
    ingest(address, inbox)
    Lake(address).articles()
    [old] = tmp_path.glob("cache/babelwire/lakes/*/objects/articles/month=2025-03/*.parquet")
    (inbox / "a.txt").write_text(FERRY_EN_EDITED)
    ingest(address, inbox)
    Lake(address).articles()
    assert old.exists()
    os.utime(old, (0, 0))
    ingest(address, inbox)
    Lake(address).runs()
    assert not old.exists()


def test_every_kind_of_query_reads_from_a_store(address, inbox):
    ingest(address, inbox)
    lake = Lake(address)
    found = lake.articles(text="ferry", entity="Ponza", order="best", columns=["article_id", "story_id"])
    assert len(lake.articles(story=found["story_id"][0])) == 2
    assert lake.top_entities(3)["name"].tolist()
    assert len(lake.rejects()) == len(lake.inputs()) - int((lake.articles()["translation_status"] != "pending").sum())
    assert lake.polars.articles().height == len(lake.duckdb.articles().df()) == 4


def test_there_has_to_be_a_lake(objects):
    with pytest.raises(
        UsageError, match=r"There is no lake at s3://news/lake\. Make one with: babelwire ingest PATH --lake"
    ):
        Lake("s3://news/lake")
