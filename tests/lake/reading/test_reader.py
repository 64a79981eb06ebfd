"""Articles of a lake: chosen by time, story, name and revision, read from few files, in the form that is wanted."""

from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import polars
import pyarrow as pa
import pytest

from babelwire import Lake
from babelwire.article import ARTICLES, TABLES
from babelwire.errors import BabelwireError, UsageError
from babelwire.lake.reading import scan
from written_lake import NOON, WrittenLake, id_of

FERRY, SNOW = "st-aa11", "st-bb22"
MONTHS = [f"20{year}-{month}" for year in range(16, 26) for month in ("05", "06")]


@pytest.fixture
def made(tmp_path):
    return WrittenLake(tmp_path / "lake")


def names(frame, *known):
    spelt = {id_of(name): name for name in known}
    return [spelt[i] for i in frame["article_id"]]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2025-03-04", "2025-03-05"),
        ("2025-03", "2025-04"),
        ("2025-03-04T12:00", "2025-03-04T12:00:01"),
        ("2025-03-04T13:00+01:00", "2025-03-04T13:00:01+01:00"),
        (date(2025, 3, 4), date(2025, 3, 5)),
        (datetime(2025, 3, 4), datetime(2025, 3, 5)),  # noqa: DTZ001 - what a notebook is given
        (datetime(2025, 3, 4, 12, tzinfo=UTC), datetime(2025, 3, 4, 14, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_a_time_is_text_a_date_or_a_datetime_and_without_a_zone_it_is_utc(made, since, until):
    made.article("before", story=FERRY, hours=-36 * 24)
    made.article("inside", story=FERRY)
    made.article("after", story=FERRY, hours=36 * 24)
    assert names(made.write().articles(since=since, until=until), "before", "inside", "after") == ["inside"]


@pytest.mark.parametrize("when", ["yesterday", "2025-13-01", "", "04/03/2025", "x" * 1000])
def test_a_time_that_is_none_is_told(made, when):
    with pytest.raises(UsageError, match=r"since is '.*: give a day or a time, as 2026-01-31"):
        made.write().articles(since=when)


@pytest.fixture(scope="module")
def decade(tmp_path_factory):
    made = WrittenLake(tmp_path_factory.mktemp("lakes") / "lake")
    for month in MONTHS:
        at = datetime.fromisoformat(f"{month}-15T12:00:00+00:00")
        who = [("person:anna-neri", "Anna Neri", [])]
        made.article(month, story=f"st-{month}", hours=(at - NOON) / timedelta(hours=1), names=who)
    made.write()
    for path in made.folder.root.rglob("*.parquet"):
        of_a_month = path.name == "rows.parquet" and path.parent.parent.name != "stories"
        if of_a_month and path.parent.name not in {"month=2020-05", "month=2020-06"}:
            path.write_bytes(b"not Parquet")
    return Lake(made.folder.root)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"text": "words"},
        {"where": "word_count > 1"},
        {"entity": "anna neri"},
        {"current": False},
        {"order": "best", "text": "words", "limit": 9},
        {"columns": ["headline"]},
    ],
)
def test_a_month_of_ten_years_reads_the_files_of_that_month_only(decade, how):
    assert len(decade.articles(since="2020-05", until="2020-06", **how)) == 1
    assert len(decade.articles(since="2020-05-20", until="2020-07-01", **how)) == 1


def test_a_story_is_read_from_the_months_it_ran_in(decade):
    assert names(decade.articles(story="st-2020-05"), "2020-05") == ["2020-05"]
    assert names(decade.articles(story="2020-05", until="2020-06"), "2020-05") == ["2020-05"]
    assert decade.articles(story="2020-05", since="2020-06").empty


def test_names_are_read_from_the_months_asked_for(decade):
    assert len(decade.entities(since="2020-05", until="2020-07", type="PERSON")) == 2
    assert list(decade.top_entities(5, since="2020-05", until="2020-07")["articles"]) == [2]


def test_a_damaged_file_is_named_with_what_to_do(decade):
    with pytest.raises(
        BabelwireError, match=r"month=2016-05/rows\.parquet of the lake is damaged .* babelwire verify --lake"
    ):
        decade.articles()
    with pytest.raises(BabelwireError, match=r"month=2016-05/rows\.parquet of the lake is damaged"):
        decade.articles(where="word_count > 1")


def test_a_damaged_page_is_found_in_its_file(made):
    made.article("ferry", story=FERRY, text="Water " * 9000)
    made.article("snow", story=SNOW, hours=30 * 24, text="Snow " * 9000)
    lake = made.write()
    (path,) = (made.folder.table(ARTICLES) / "month=2025-04").glob("*.parquet")
    content = bytearray(path.read_bytes())
    content[4:2000] = b"\xff" * 1996
    path.write_bytes(content)
    with pytest.raises(BabelwireError, match=r"month=2025-04/rows\.parquet of the lake is damaged"):
        lake.articles()


def revised(made):
    """An article whose third revision is older than its second, as one that was taken in from an archive."""
    how = {"story": FERRY, "language": "it"}
    made.article("ferry", text="Water, first.", **how)
    made.article("ferry", revision=2, modified_at=NOON + timedelta(hours=5), text="Water, last.", **how)
    made.article("ferry", revision=3, modified_at=NOON + timedelta(hours=2), text="Fire, between.", **how)
    made.article("snow", story=SNOW, hours=1)
    return made.write()


def test_of_an_article_only_what_its_publisher_made_last_is_read(made):
    lake = revised(made)
    assert list(lake.articles()["revision"]) == [2, 1]
    assert list(lake.articles(columns=["revision"])["revision"]) == [2, 1]
    assert list(lake.articles(current=False)["revision"]) == [1, 2, 3, 1]
    assert list(lake.articles(story=FERRY)["revision"]) == [2]


@pytest.mark.parametrize("how", [{"text": "fire"}, {"where": "text like 'Fire%'"}])
def test_a_text_that_was_replaced_is_not_found_in_its_stead(made, how):
    lake = revised(made)
    assert lake.articles(**how).empty
    assert list(lake.articles(current=False, **how)["revision"]) == [3]


def test_an_article_shows_its_revisions_in_the_order_in_which_they_were_made(made):
    assert list(revised(made).article(id_of("ferry"))["revision"]) == [1, 3, 2]


def test_copies_can_be_left_out(made):
    for relation in ("original", "duplicate", "near_duplicate", "overlap"):
        made.article(relation, story=FERRY, relation=relation)
    lake = made.write()
    assert sorted(lake.articles(primary=True)["relation"]) == ["original", "overlap"]
    assert len(lake.articles()) == 4


def test_articles_are_found_by_whom_they_name(made):
    made.article("ferry", story=FERRY, names=[("person:jose-altavilla", "José Altavilla", ["Altavilla"])])
    made.article("snow", story=FERRY, names=[("geonames:3176219", "Genoa", ["Genoa"])])
    lake = made.write()
    assert names(lake.articles(entity="altavilla"), "ferry") == ["ferry"]
    assert names(lake.articles(entity="Genova"), "snow") == ["snow"]
    assert lake.articles(entity="Nobody").empty


def test_a_story_that_was_joined_to_another_is_found_there(made):
    made.article("ferry", story=FERRY)
    made.article("snow", story=SNOW, hours=1)
    made.merged = {FERRY: ["st-0f0f", "st-0e0e"]}
    lake = made.write()
    assert list(lake.story("st-0f0f")["story_id"]) == [FERRY]
    assert list(lake.story("0e")["story_id"]) == [FERRY]
    assert names(lake.articles(story="0f0f"), "ferry") == ["ferry"]
    with pytest.raises(UsageError, match=r"No story has the id st-0a\. List ids with: babelwire stories --lake"):
        lake.articles(story="st-0a")


def test_order_and_limit(made):
    for hours, name in enumerate(("one", "two", "three")):
        made.article(name, story=FERRY, hours=hours)
    lake = made.write()
    assert names(lake.articles(limit=2), "one", "two") == ["one", "two"]
    assert names(lake.articles(order="newest"), "one", "two", "three") == ["three", "two", "one"]
    assert names(lake.articles(order="newest", limit=2), "three", "two") == ["three", "two"]


@pytest.mark.parametrize("table", ["articles", "entities"])
def test_a_column_that_is_not_there_is_told_with_those_that_are(made, table):
    with pytest.raises(UsageError, match=rf"{table} has no column publishd_at\. Did you mean published_at\? It has "):
        getattr(made.write(), table)(columns=["publishd_at"])


@pytest.mark.parametrize("language", ["italian", "Italiano!", "i", "it_IT_x", "../it", ""])
def test_a_language_that_is_none_is_told_with_those_of_the_lake(made, language):
    made.article("ferry", story=FERRY)
    made.article("neige", story=FERRY, language="fr")
    lake = made.write()
    for reads in (lake.articles, lake.stories):
        with pytest.raises(UsageError, match=r"is no language tag: give one as in it or en. The lake has en, fr\."):
            reads(language=language)


def test_a_language_is_written_in_any_case_and_may_be_absent(made):
    made.article("ferry", story=FERRY, language="zh-Hans")
    made.article("snow", story=FERRY, language="und")
    lake = made.write()
    assert names(lake.articles(language="ZH-hans"), "ferry") == ["ferry"]
    assert names(lake.articles(language="und"), "snow") == ["snow"]
    assert lake.articles(language="de").empty


def test_columns_come_in_the_order_asked_for(made):
    made.article("ferry", story=FERRY)
    assert list(made.write().articles(columns=["text", "headline"], limit=1).columns) == ["text", "headline"]


def test_every_table_is_had_as_pandas_arrow_polars_and_duckdb(made):
    made.article("ferry", story=FERRY, byline=["Anna Neri"], names=[("person:a", "A", ["A"])])
    made.article("snow", story=FERRY, hours=1)
    made.pair("snow", "ferry")
    lake = made.write()
    for name, table in TABLES.items():
        frame = getattr(lake, name)()
        assert [dtype.pyarrow_dtype for dtype in frame.dtypes] == table.schema.types
        arrow, in_polars, relation = (getattr(form, name)() for form in (lake.arrow, lake.polars, lake.duckdb))
        assert isinstance(arrow, pa.Table)
        assert arrow.schema.equals(table.schema.remove_metadata())
        assert isinstance(in_polars, polars.DataFrame)
        assert arrow.num_rows == in_polars.height == len(relation.fetchall()) == len(frame)
        assert arrow.column_names == in_polars.columns == relation.columns == list(frame.columns)
    articles = lake.duckdb.articles(language="en")
    assert len(articles) == 2
    assert duckdb.sql("SELECT byline[1], month(published_at) FROM articles ORDER BY published_at").fetchall() == [
        ("Anna Neri", 3),
        (None, 3),
    ]


def test_an_empty_lake_answers_every_question(made):
    lake = made.write()
    assert lake.articles(text="words", where="true", entity="Anna", since="2025", order="best", limit=3).empty
    assert lake.entities().empty
    assert lake.rejects().empty
    assert lake.stories(language="it", until="2025-01").empty
    assert lake.top_entities(3).empty


def test_a_file_that_is_replaced_while_reading_is_looked_for_again(made, monkeypatch):
    made.article("ferry", story=FERRY)
    lake = made.write()
    (path,) = (made.folder.table(ARTICLES) / "month=2025-03").glob("*.parquet")
    listed = scan.readable

    def replaced_after_listing(*arguments):
        found = listed(*arguments)
        if path.exists():
            path.rename(path.with_name("part-again.parquet"))
        return found

    monkeypatch.setattr(scan, "readable", replaced_after_listing)
    assert names(lake.articles(), "ferry") == ["ferry"]


def test_a_lake_of_a_newer_format_is_told(made):
    made.write()
    (made.folder.root / "babelwire-lake.json").write_text('{"format": 99}')
    with pytest.raises(UsageError, match="newer babelwire"):
        Lake(made.folder.root)
