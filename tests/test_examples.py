"""The example articles, from the folder to the lake, against what their author says of them."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from babelwire.frames import records
from babelwire.settings import load_settings
from babelwire.translation import choose
from newsroom import Newsroom

HERE = Path(__file__).parent
EXPECTED = json.loads((HERE / "data" / "examples.json").read_text("utf-8"))
ARTICLES = [row for row in EXPECTED if row["disposition"] != "rejected"]
needs_engine = pytest.mark.skipif(
    choose(load_settings().translation) is None, reason="the local translation engine is not installed"
)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    room = Newsroom(tmp_path_factory.mktemp("examples"))
    room.summary = room.ingest(HERE.parent / "examples" / "articles", translation={"engine": "auto"})
    return room


@pytest.fixture(scope="module")
def ledger(room):
    return {row["uri"].rpartition("/")[2]: row for row in records(room.lake.inputs())}


@pytest.fixture(scope="module")
def articles(room):
    """By content: of a duplicate it does not matter which of the two files came first."""
    return {(row["article_id"], row["content_hash"]): row for row in records(room.lake.articles(current=False))}


def revisions_of(expected, ledger, articles):
    found = [row for row in articles.values() if row["article_id"] == ledger[expected["input"]]["article_id"]]
    return [row for row in found if row["headline"] == expected["headline"]]


def test_every_input_is_in_the_ledger(ledger):
    assert ledger.keys() == {row["input"] for row in EXPECTED}


@needs_engine
def test_the_dispositions_are_those_expected(room):
    assert Counter(row["disposition"] for row in EXPECTED) == Counter(
        {name: count for name, count in room.summary.counts.items() if count}
    )


@pytest.mark.parametrize("expected", [r for r in EXPECTED if r["disposition"] == "rejected"], ids=lambda r: r["input"])
def test_what_is_no_article_is_rejected_with_its_reason(expected, ledger):
    row = ledger[expected["input"]]
    assert (row["disposition"], row["reason_code"]) == ("rejected", expected["reason_code"])


@pytest.mark.parametrize("expected", ARTICLES, ids=lambda r: r["input"])
def test_headline_byline_language_and_day_are_found(expected, ledger, articles):
    (row,) = revisions_of(expected, ledger, articles)
    assert row["language"] == expected["language"]
    assert row["byline"] == expected["byline"]
    if expected["published_on"]:
        assert f"{row['published_at']:%Y-%m-%d}" == expected["published_on"]
        assert row["published_from"] in {"metadata", "text"}
    else:
        assert row["published_from"] == "file"


@needs_engine
def test_the_articles_on_one_event_are_one_story_and_no_others(ledger, articles):
    by_event, by_story = defaultdict(set), defaultdict(set)
    for expected in ARTICLES:
        (row,) = revisions_of(expected, ledger, articles)
        by_event[expected["event"]].add(row["article_id"])
        by_story[row["story_id"]].add(row["article_id"])
    assert sorted(map(sorted, by_story.values())) == sorted(map(sorted, by_event.values()))


@needs_engine
def test_italian_paragraphs_stay_paragraphs_in_english(articles):
    italian = [row for row in articles.values() if row["language"] == "it"]
    assert italian
    for row in italian:
        assert row["translation_status"] in {"translated", "partial"}
        assert len(row["text_en"].split("\n\n")) == len(row["text"].split("\n\n"))


@needs_engine
def test_an_english_quotation_in_an_italian_article_is_seen_and_kept(ledger, articles):
    (row,) = [r for r in articles.values() if r["article_id"] == ledger["citazione.txt"]["article_id"]]
    assert [share["language"] for share in row["languages"]] == ["it", "en"]
    quoted = set(row["text"].split("\n\n")) & set(row["text_en"].split("\n\n"))
    assert len(quoted) == 1


def test_names_are_where_the_text_says(room, articles):
    newest = {row["article_id"]: row for row in sorted(articles.values(), key=lambda r: r["revision"])}
    entities = records(room.lake.entities())
    assert len(entities) > 50
    for row in entities:
        text = newest[row["article_id"]]["text_en"]
        assert {text[s["start"] : s["end"]] for s in row["spans"]} == set(row["surface_forms"])
        assert len(row["spans"]) == row["mentions"]
