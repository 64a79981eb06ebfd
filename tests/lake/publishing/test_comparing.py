"""A run, however long and however it is cut, makes one and the same lake."""

import random
from functools import partial

import pyarrow.dataset as ds
import pytest

from babelwire.article import ARTICLES, ENTITIES_TABLE, MATCHES, STORIES
from babelwire.lake.index import FINGERPRINTS
from babelwire.lake.publishing import publish as publish_module
from babelwire.lake.publishing import settle
from babelwire.lake.publishing.comparing import find_run_pairs
from wire import Wire, invent

TABLES = (ARTICLES, ENTITIES_TABLE, STORIES, MATCHES, FINGERPRINTS)
DAYS = invent(seed=3)


def content(wire):
    """The rows of all tables but for who wrote them and when, and for what only one history has."""
    found = {}
    for table in TABLES:
        apart = {"run_id", "ingested_at", "merged_story_ids"}
        columns = [f.name for f in table.fields if f.name not in apart]
        rows = ds.dataset(wire.folder.table(table), schema=table.schema, format="parquet").to_table(columns=columns)
        found[table.name] = rows.sort_by([(key, "ascending") for key in table.key])
    return found


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    wire = Wire(tmp_path_factory.mktemp("once") / "lake")
    wire.publish([article for day in DAYS for article in day])
    return content(wire)


def compare_in(monkeypatch, **sizes):
    monkeypatch.setattr(publish_module, "find_run_pairs", partial(find_run_pairs, **sizes))


def assert_same(made, expected):
    for name, rows in made.items():
        for column in rows.column_names:
            assert rows[column].to_pylist() == expected[name][column].to_pylist(), (name, column)


def test_the_invented_month_has_every_relation_and_more_stories_than_one(at_once):
    articles = at_once["articles"]
    assert set(articles["relation"].to_pylist()) == {"original", "duplicate", "near_duplicate", "overlap"}
    assert max(articles["revision"].to_pylist()) > 1
    assert max(at_once["stories"]["article_count"].to_pylist()) > 3
    assert at_once["stories"].num_rows > 30
    assert articles.num_rows > 150


def test_thirty_days_fed_one_by_one_make_the_lake_that_they_make_at_once(tmp_path, at_once):
    wire = Wire(tmp_path / "lake")
    for day, articles in enumerate(DAYS):
        wire.publish(random.Random(day).sample(articles, len(articles)))
    assert_same(content(wire), at_once)


def test_a_run_of_many_stretches_makes_the_lake_that_one_stretch_makes(tmp_path, at_once, monkeypatch):
    wire = Wire(tmp_path / "lake")
    articles = [article for day in DAYS for article in day]
    random.Random(1).shuffle(articles)
    compare_in(monkeypatch, stretch_rows=17, piece_rows=11)
    monkeypatch.setattr(settle, "STORIES_AT_ONCE", 4)
    monkeypatch.setattr(publish_module, "ARTICLES_A_FILE", 30)
    wire.publish(articles, batch=7)
    assert_same(content(wire), at_once)
    assert len(list(wire.folder.table(ARTICLES).glob("month=2025-03/*.parquet"))) == -(-len(articles) // 30)


def test_two_halves_in_any_order_make_the_same_pairs(tmp_path, at_once, monkeypatch):
    compare_in(monkeypatch, stretch_rows=40, piece_rows=25)
    wire = Wire(tmp_path / "lake")
    articles = [article for day in DAYS for article in day]
    random.Random(2).shuffle(articles)
    for part in (articles[::2], articles[1::2]):
        wire.publish(part)
    pairs = content(wire)["matches"]
    expected = at_once["matches"]
    assert {frozenset(p) for p in zip(*(pairs[c].to_pylist() for c in MATCHES.key), strict=True)} == {
        frozenset(p) for p in zip(*(expected[c].to_pylist() for c in MATCHES.key), strict=True)
    }
