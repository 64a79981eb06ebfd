"""Conditions in SQL: one expression over the columns of articles, and nothing else."""

import duckdb
import pytest

from babelwire.errors import UsageError
from written_lake import WrittenLake, id_of

STORY = "st-aa11"


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = WrittenLake(tmp_path_factory.mktemp("lakes") / "lake")
    made.article("short", story=STORY, text="Three words here.")
    made.article("long", story=STORY, hours=24 * 40, language="it", text="word " * 400, byline=["Anna Neri"])
    made.article("late", story=STORY, hours=24 * 41, source="O'Brien's Paper", text="word " * 20)
    return made.write()


def found(lake, condition, **how):
    known = {id_of(name): name for name in ("short", "long", "late")}
    return [known[i] for i in lake.articles(where=condition, **how)["article_id"]]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("language = 'it'", ["long"]),
        ("Language = 'it' AND word_count > 300", ["long"]),
        ("articles.language = 'it'", ["long"]),
        ("word_count between 1 and 50", ["short", "late"]),
        ("published_at < '2025-03-05'", ["short"]),
        ("published_at::date = '2025-04-13'", ["long"]),
        ("month(published_at) = 4", ["long", "late"]),
        ("list_contains(byline, 'Anna Neri')", ["long"]),
        ("source = 'O''Brien''s Paper'", ["late"]),
        ("headline ilike '%LON%' -- a comment", ["long"]),
        ("true", ["short", "long", "late"]),
        ("columns(['language', 'source']) = 'x'", []),
        ("uri is not null", []),
    ],
)
def test_a_condition_picks_the_articles_for_which_it_holds(lake, condition, names):
    assert found(lake, condition) == names


def test_a_condition_narrows_other_filters(lake):
    assert found(lake, "word_count > 10", language="it") == ["long"]
    assert found(lake, "word_count > 10", text="word", order="newest", limit=1) == ["late"]
    assert found(lake, "word_count > 10", since="2025-04-14") == ["late"]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("langage = 'it'", "there is no column langage, did you mean language"),
        ("language = ", "syntax error"),
        ("", "does not work"),
        ("word_count > 'many'", "Could not convert string 'many'"),
        ("headline", "does not work"),
        ("true; drop table articles", "does not work"),
        ("true) union select * from articles --", "does not work"),
        ("true) or (true", "does not work"),
        ("true, false", "single expression"),
        ("true order by 1", "does not work"),
        ("true limit 0", "does not work"),
        ("true as x", "does not work"),
        ("headline in (select 'x')", "cannot hold a query"),
        ("exists (from articles)", "does not work"),
        ("language in (select content from read_text('{secret}'))", "does not work"),
        ("read_text('{secret}') is not null", "does not work"),
        ("copy articles to '{secret}'", "does not work"),
        ("attach '{secret}'", "does not work"),
        ("install httpfs", "does not work"),
        ("set enable_external_access = true", "does not work"),
        ("length(repeat(text, 1000000000)) > 1", "does not work"),
        ("(" * 4000 + "true" + ")" * 4000, "does not work"),
        ("x" * 10_001, "at most 10,000"),
        ("language = '\ud800'", "does not work"),
        ("word_count = ?", "does not work"),
        ("error('\x1b[2J' || headline)", "does not work"),
    ],
)
def test_what_is_no_condition_is_told_and_reads_and_changes_nothing(lake, tmp_path, condition, said):
    secret = tmp_path / "secret.txt"
    secret.write_text("s3cret words")
    with pytest.raises(UsageError, match=said) as told:
        found(lake, condition.replace("{secret}", str(secret)))
    message = str(told.value)
    assert "s3cret" not in message
    assert message.isprintable() or "\ud800" in condition
    assert secret.read_text() == "s3cret words"
    if len(condition) < 5000 and "columns" in message:
        assert "word_count" in message


def test_a_condition_knows_no_frame_of_the_program_and_no_other_database(lake):
    secret = lake.articles()
    duckdb.sql("CREATE OR REPLACE TABLE kept AS SELECT 1 AS one")
    for name in ("secret", "kept", "information_schema.tables"):
        with pytest.raises(UsageError):
            found(lake, f"exists (select 1 from {name})")
    assert len(secret) == 3
