"""Stories of a lake: found by time, language and name, and by the start of an id."""

from datetime import timedelta

import pytest

from babelwire.errors import UsageError
from written_lake import NOON, WrittenLake

DAY = timedelta(days=1)
FERRY, MARKET, SNOW = "st-aa11", "st-aa22", "st-bb33"


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = WrittenLake(tmp_path_factory.mktemp("lakes") / "lake")
    captain = ("person:jose-altavilla", "José Altavilla", ["José Altavilla", "Altavilla"])
    made.article("ferry", story=FERRY, names=[captain])
    made.article("traghetto", story=FERRY, hours=48, language="it", names=[captain])
    market = ("org:mercado-norte", "Mercado  Norte", ["Mercado Norte"])
    made.article("market", story=MARKET, hours=24, names=[market, ("geonames:3176219", "Genoa", ["Genoa"])])
    made.article("neige", story=SNOW, hours=40 * 24, language="fr", names=[("person:łucja", "Łucja Brąz", [])])
    return made.write()


def ids(frame):
    return list(frame["story_id"])


def test_a_story_counts_from_its_first_article_to_its_last(lake):
    assert ids(lake.stories()) == [FERRY, SNOW, MARKET]
    assert ids(lake.stories(since=NOON + 2 * DAY)) == [FERRY, SNOW]
    assert ids(lake.stories(since=NOON + 2 * DAY, until=NOON + 3 * DAY)) == [FERRY]
    assert ids(lake.stories(until=NOON + DAY)) == [FERRY]
    assert ids(lake.stories(until=NOON)) == []
    assert ids(lake.stories(since=NOON + DAY, until=NOON + DAY + timedelta(seconds=1))) == [FERRY, MARKET]


def test_a_story_is_found_by_any_of_its_languages(lake):
    assert ids(lake.stories(language="it")) == [FERRY]
    assert ids(lake.stories(language="EN")) == [FERRY, MARKET]
    assert ids(lake.stories(language="de")) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("José Altavilla", [FERRY]),
        ("JOSE ALTAVILLA", [FERRY]),
        ("altavilla", [FERRY]),
        ("person:jose-altavilla", [FERRY]),
        (" mercado norte ", [MARKET]),
        ("lucja braz", [SNOW]),
        ("person:Lucja", [SNOW]),
        ("Genova", [MARKET]),
        ("genova", [MARKET]),
        ("GENOA", [MARKET]),
        ("José", []),
        ("alta", []),
        ("", []),
        ("x" * 1_000_000, []),
    ],
)
def test_a_story_is_found_by_whom_its_articles_name_whatever_the_case_and_accents(lake, asked, found):
    assert ids(lake.stories(entity=asked)) == found


def test_filters_narrow_each_other(lake):
    assert ids(lake.stories(entity="Altavilla", language="it", since=NOON + 2 * DAY)) == [FERRY]
    assert ids(lake.stories(entity="Altavilla", since=NOON + 3 * DAY)) == []


def test_a_lake_without_articles_has_no_stories_of_anyone(tmp_path):
    assert ids(WrittenLake(tmp_path / "lake").write().stories(entity="Altavilla", language="it")) == []


@pytest.mark.parametrize("start", ["st-aa11", "aa11", "st-aa1", "aa1"])
def test_a_story_is_found_by_the_start_of_its_id(lake, start):
    assert ids(lake.story(start)) == [FERRY]


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("aa", "2 stories begin with aa: st-aa11, st-aa22. List ids with: babelwire stories --lake"),
        ("st-", "3 stories begin with st-: "),
        ("zz", "No story has the id zz. List ids with: babelwire stories --lake"),
    ],
)
def test_an_id_of_no_story_or_of_several_is_told(lake, start, said):
    with pytest.raises(UsageError, match=said):
        lake.story(start)


def test_evidence_among_articles_has_both_ends_there(tmp_path):
    made = WrittenLake(tmp_path / "lake")
    one, two, three = (made.article(name, story=FERRY) for name in ("one", "two", "three"))
    made.pair("two", "one")
    made.pair("three", "two")
    lake = made.write()
    assert list(lake.matches(among=[one, two])["article_id"]) == [two]
    assert len(lake.matches(among=[one, two, three])) == len(lake.matches(two)) == 2
    assert lake.matches(among=[one, three]).empty
