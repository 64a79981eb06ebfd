"""What may not be in a table is found, and named so that it can be looked up."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from babelwire.article import ARTICLES, ENTITIES_TABLE, INPUTS, MATCHES, RUNS, STORIES, TABLES, TEXT, TIME, Field
from babelwire.columns import Table

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)
ORDINARY = {
    pa.string(): "x",
    pa.int32(): 1,
    pa.int64(): 1,
    pa.float64(): 0.5,
    pa.date32(): NOON.date(),
    TIME: NOON,
}


def row_of(table, **changed):
    row = {f.name: f.one_of[0] if f.one_of else ORDINARY.get(f.type, []) for f in table.fields}
    return row | changed


def rows(table, *changes):
    made = [row_of(table, **change) for change in changes]
    schema = pa.schema([(f.name, f.type) for f in table.fields])
    return pa.Table.from_pylist(made, schema=schema)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_ordinary_rows_and_no_rows_at_all_are_in_order(table):
    assert list(table.violations(rows(table, {}, {}))) == []
    assert list(table.violations(table.schema.empty_table())) == []


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_null_is_in_order_where_a_column_may_be_null(table):
    assert list(table.violations(rows(table, {f.name: None for f in table.fields if f.null}))) == []


@pytest.mark.parametrize(
    ("table", "column", "value", "told"),
    [
        (ARTICLES, "relation", "cousin", "articles.relation is cousin"),
        (ARTICLES, "relation", "", "one of original, duplicate, near_duplicate, overlap"),
        (ARTICLES, "translation_status", "done", "articles.translation_status is done"),
        (ARTICLES, "published_from", "guess", "one of metadata, text, file, run"),
        (ARTICLES, "language_confidence", 1.01, "articles.language_confidence is 1.01"),
        (ARTICLES, "language_confidence", -0.5, "0 to 1"),
        (ARTICLES, "language_confidence", float("nan"), "is nan"),
        (ARTICLES, "similarity", float("inf"), "is inf"),
        (ARTICLES, "word_count", -1, "0 or more"),
        (ARTICLES, "revision", 0, "1 or more"),
        (ARTICLES, "headline", None, None),
        (ARTICLES, "text", None, "articles.text is empty"),
        (ARTICLES, "languages", [{"language": "it", "share": 1.5}], "articles.languages.share is 1.5"),
        (ENTITIES_TABLE, "type", "ROBOT", "entities.type is ROBOT"),
        (ENTITIES_TABLE, "spans", [{"start": 3, "end": 5}, {"start": -3, "end": 5}], "entities.spans.start is -3"),
        (STORIES, "article_count", 0, "1 or more"),
        (MATCHES, "relation", "original", "matches.relation is original"),
        (MATCHES, "score", 2.0, "matches.score is 2.0"),
        (MATCHES, "vectors", -0.9, None),
        (MATCHES, "hours_apart", -1.0, "0 or more"),
        (INPUTS, "disposition", "lost", "inputs.disposition is lost"),
        (INPUTS, "size", -1, "inputs.size is -1"),
        (RUNS, "state", "perhaps", "runs.state is perhaps"),
        (RUNS, "pending", -1, "runs.pending is -1"),
    ],
)
def test_a_value_that_may_not_be_is_named_with_its_column_and_its_row(table, column, value, told):
    key = table.key[0]
    found = list(table.violations(rows(table, {}, {key: "the-one", column: value}, {})))
    if told is None:
        assert found == []
    else:
        (sentence,) = found
        assert told in sentence
        assert "the-one" in sentence


def test_a_cosine_a_little_over_one_is_rounding():
    assert list(MATCHES.violations(rows(MATCHES, {"score": 1.0000000000000002}))) == []


@pytest.mark.parametrize("microseconds", [253_402_300_800_000_000, -62_135_596_800_000_001])
def test_a_time_that_python_cannot_hold_is_named_and_does_not_crash(microseconds):
    content = rows(ARTICLES, {}, {"article_id": "the-one"})
    times = pa.array([0, microseconds], pa.int64()).cast(TIME)
    content = content.set_column(content.column_names.index("published_at"), "published_at", times)
    (sentence,) = ARTICLES.violations(content)
    assert "articles.published_at" in sentence
    assert "the-one" in sentence
    assert "years 1 to 9999" in sentence


def test_the_first_wrong_row_is_named_wherever_it_lies():
    parts = [rows(ENTITIES_TABLE, {"spans": []}, {"spans": None}), rows(ENTITIES_TABLE, {}, {"entity_id": "late"})]
    bad = rows(ENTITIES_TABLE, {"entity_id": "here", "spans": [{"start": 0, "end": 0}]})
    found = list(ENTITIES_TABLE.violations(pa.concat_tables([*parts, bad, *parts])))
    assert any("entities.spans.end is 0" in sentence and "here" in sentence for sentence in found)


def test_a_key_of_any_length_or_content_makes_one_short_line():
    table = Table("notes", "", ("id",), "", (Field("id", TEXT, ""), Field("n", pa.int64(), "", least=0)))
    (sentence,) = table.violations(pa.table({"id": ["a\n\x1b[31m" * 100_000], "n": [-1]}))
    assert len(sentence) < 200
    assert sentence.isprintable()


def test_every_column_says_where_it_comes_from_and_gives_an_example():
    for table in TABLES.values():
        for field in table.fields:
            assert field.source, f"{table.name}.{field.name}"
            assert field.example, f"{table.name}.{field.name}"
            if pa.types.is_floating(field.type):
                assert field.unit, f"{table.name}.{field.name}"
