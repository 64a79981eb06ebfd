"""Counts that charts and tables show."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pyarrow as pa
import pytest

from babelwire.frames import from_arrow
from babelwire.report import counting

START = datetime(2031, 5, 5, 6, tzinfo=UTC)


def articles(*rows):
    """Articles from (days after a Monday, language), each with where its date is from as a third value if need be."""
    times = pa.array([START + timedelta(days=row[0]) for row in rows], pa.timestamp("us", tz="UTC"))
    origins = pa.array([row[2] if len(row) > 2 else "metadata" for row in rows], pa.string())
    spoken = pa.array([row[1] for row in rows], pa.string())
    return from_arrow(pa.table({"published_at": times, "published_from": origins, "language": spoken}))


def entities(*rows):
    """Rows of `entities` from (article, entity id, name, type, mentions)."""
    columns = dict(zip(["article_id", "entity_id", "name", "type", "mentions"], zip(*rows, strict=True), strict=True))
    times = pa.array([START] * len(rows), pa.timestamp("us", tz="UTC"))
    return from_arrow(pa.table({**{c: pa.array(v) for c, v in columns.items()}, "published_at": times}))


def test_languages_are_counted_the_commonest_first_and_shares_add_up():
    counted = counting.languages(articles((0, "en"), (0, "it"), (1, "it"), (2, "de")))
    assert list(counted["language"]) == ["it", "de", "en"]
    assert list(counted["articles"]) == [2, 1, 1]
    assert counted["share"].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("days", "step", "starts"),
    [
        (20, "day", ["2031-05-05", "2031-05-25"]),
        (47, "week", ["2031-05-05", "2031-06-16"]),
        (500, "month", ["2031-05-01", "2032-09-01"]),
        (9000, "year", ["2031-01-01", "2055-01-01"]),
    ],
)
def test_a_longer_time_is_counted_in_longer_steps(days, step, starts):
    counted = counting.languages_over_time(articles((0, "it"), (days, "it")))
    assert set(counted["step"]) == {step}
    assert [f"{when:%Y-%m-%d}" for when in counted["when"]] == starts


def test_languages_beyond_the_most_are_other_and_come_last():
    rows = [(i % 3, language) for language, count in (("it", 5), ("en", 4), ("de", 3), ("fr", 9)) for i in range(count)]
    counted = counting.languages_over_time(articles(*rows), most=2)
    assert list(dict.fromkeys(counted["language"])) == ["fr", "it", "other"]
    assert counted["articles"].sum() == 21


def test_articles_without_a_date_of_their_own_are_not_counted_over_time():
    counted = counting.languages_over_time(articles((0, "it"), (1, "it", "file"), (2, "it", "run"), (3, "it", "text")))
    assert counted["articles"].sum() == 2


def test_nothing_gives_empty_counts_with_their_columns():
    assert list(counting.languages(articles()).columns) == ["language", "articles", "share"]
    assert list(counting.languages_over_time(articles()).columns) == ["when", "step", "language", "articles"]
    assert counting.story_sizes(pd.DataFrame({"article_count": []})).empty


def test_story_sizes_are_in_order_and_end_with_the_largest_there_is():
    counted = counting.story_sizes(pd.DataFrame({"article_count": [1, 1, 2, 7, 12]}))
    assert list(zip(counted["size"], counted["stories"], strict=True)) == [
        ("1", 2),
        ("2", 1),
        ("3", 0),
        ("4", 0),
        ("5 to 9", 1),
        ("10 to 19", 1),
    ]


def test_names_are_ranked_by_articles_then_mentions_and_spelt_as_most_do():
    counted = counting.names(
        entities(
            ("a", "person:x", "R. Baldacci", "PERSON", 1),
            ("b", "person:x", "Renzo Baldacci", "PERSON", 2),
            ("c", "person:x", "Renzo Baldacci", "PERSON", 1),
            ("a", "gpe:y", "Tarvella", "GPE", 9),
            ("b", "gpe:z", "Lomasca", "GPE", 4),
        )
    )
    assert counted.to_dict("records") == [
        {"entity_id": "person:x", "name": "Renzo Baldacci", "type": "PERSON", "articles": 3, "mentions": 4},
        {"entity_id": "gpe:y", "name": "Tarvella", "type": "GPE", "articles": 1, "mentions": 9},
        {"entity_id": "gpe:z", "name": "Lomasca", "type": "GPE", "articles": 1, "mentions": 4},
    ]


def test_two_of_one_name_are_told_apart():
    named = counting.names(
        entities(
            ("a", "person:1", "Paris", "PERSON", 1),
            ("a", "gpe:1", "Paris", "GPE", 3),
            ("a", "gpe:2", "Paris", "GPE", 2),
        )
    )
    assert counting.labels(named) == {"gpe:1": "Paris (GPE)", "gpe:2": "Paris (gpe:2)", "person:1": "Paris (PERSON)"}
    over_time = counting.names_over_time(entities(("a", "gpe:1", "x", "GPE", 1), ("b", "gpe:1", "x", "GPE", 1)), named)
    assert over_time[["name", "articles"]].to_dict("records") == [{"name": "Paris (GPE)", "articles": 2}]
