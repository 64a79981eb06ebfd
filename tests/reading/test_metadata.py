"""How times, links, names and languages in documents are made uniform."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.reading.metadata import canonical, host_of, language_tag, line, people, when

NOW = datetime(2025, 6, 1, tzinfo=UTC)
MORNING = datetime(2025, 3, 4, 9, 20, tzinfo=UTC)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "@id", "@type", "x"]), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-04T10:20:00+01:00",
        "2025-03-04T09:20:00Z",
        "2025-03-04 09:20",
        "Tue, 04 Mar 2025 10:20:00 +0100",
        "4 marzo 2025, 09:20",
        "March 4, 2025 9:20 AM",
        1741080000,
        1741080000000,
        "1741080000",
    ],
)
def test_a_time_is_read_into_utc(written):
    assert when(written, latest=NOW) == MORNING


def test_a_date_is_its_midnight_in_utc():
    assert when("2025-03-04", latest=NOW) == datetime(2025, 3, 4, tzinfo=UTC)


def test_an_afternoon_stays_one():
    assert when("March 4, 2025 5:30 PM", latest=NOW) == datetime(2025, 3, 4, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["ieri", "2 ore fa", "marzo 2025", "12", "", None, True, "1899-12-31", "2025-06-03", "9999-12-31T23:59:59-12:00"],
)
def test_what_is_no_certain_or_no_possible_date_is_none(written):
    assert when(written, latest=NOW) is None


@given(value=anything)
@settings(max_examples=50, deadline=None)
def test_no_value_of_a_field_makes_reading_it_fail(value):
    moment = when(value, latest=NOW)
    assert moment is None or (moment.tzinfo is UTC and moment.year >= 1900)
    for read in (line, canonical, host_of, language_tag):
        found = read(value)
        assert found is None or found.encode()
    assert all(name.encode() for name in people([value]))


def test_a_web_address_loses_what_tells_nothing_of_the_article():
    assert (
        canonical("https://News.example:443/a?utm_source=rss&b=2&a=1&fbclid=x#top") == "https://news.example/a?a=1&b=2"
    )


@pytest.mark.parametrize("query", ["12345", "cid=12", "p="])
def test_parameters_that_tell_articles_apart_are_kept(query):
    assert canonical(f"https://news.example/index.php?{query}") == f"https://news.example/index.php?{query}"


@pytest.mark.parametrize(
    "address",
    [
        "https://news.example/",
        "https://news.example",
        "/relative",
        "ftp://news.example/a",
        "javascript:alert(1)",
        "https://me:secret@news.example/a",
        "http://[::1/a",
        "https://news.example/" + "a" * 3000,
    ],
)
def test_what_names_no_single_article_is_no_address(address):
    assert canonical(address) is None


def test_the_host_of_an_address_or_domain_is_without_www():
    assert host_of("https://www.news.example/a") == host_of("www.news.example") == "news.example"
    assert host_of("La Gazzetta") is None


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("By Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("di Anna Neri e Luca Bassi", ["Anna Neri", "Luca Bassi"]),
        ("Anna Neri, Luca Bassi", ["Anna Neri", "Luca Bassi"]),
        ("Anna Neri, inviata", ["Anna Neri"]),
        ("Neri, Anna", ["Anna Neri"]),
        ("Anna Neri (an)", ["Anna Neri"]),
        ({"@type": "Person", "name": "Anna Neri"}, ["Anna Neri"]),
        ({"@type": "NewsMediaOrganization", "name": "Anna Neri"}, []),
        ("Di Stefano Carla", ["Di Stefano Carla"]),
        ("La Redazione", []),
        ("Newsroom Staff", []),
        ("AGI", []),
        ("anna@news.example", []),
        ("https://news.example/anna", []),
        ("Gazzetta della Via", []),
        (None, []),
    ],
)
def test_a_byline_names_people_only(author, names):
    assert people([author], publishers=["Gazzetta della Via", None]) == names


def test_a_person_is_named_once():
    assert people(["Anna Neri", {"name": "ANNA NERI"}, "Luca Bassi"]) == ["Anna Neri", "Luca Bassi"]


def test_a_language_is_a_tag():
    assert [language_tag(v) for v in ("it", "it_IT", {"name": "Italian", "alternateName": "it"})] == [
        "it",
        "it-IT",
        "it",
    ]
    assert [language_tag(v) for v in ("Italiano", "", 7, "i")] == [None, None, None, None]


def test_hostile_lengths_take_no_time():
    long = "a, " * 300_000
    assert people([long]) == []
    assert canonical("https://" + long) is None
    assert when(long, latest=NOW) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://www.ilcanale.example/cronaca/ponte",
        "https://www.ilcanale.example/cronaca/ponte/",
        "https://www.ilcanale.example:443/cronaca/ponte#commenti",
        "https://www.ilcanale.example/cronaca/ponte/amp",
        "https://www.ilcanale.example/cronaca/ponte/amp/",
        "https://www.ilcanale.example/amp/cronaca/ponte",
        "https://www.ilcanale.example/cronaca/ponte.amp",
        "https://www.ilcanale.example/cronaca/ponte?amp=1",
        "https://www.ilcanale.example/cronaca/ponte?outputType=amp&utm_source=x",
        "https://amp.ilcanale.example/cronaca/ponte",
        "https://www.google.com/amp/s/www.ilcanale.example/cronaca/ponte",
        "https://www-ilcanale-example.cdn.ampproject.org/c/s/www.ilcanale.example/cronaca/ponte/amp",
    ],
)
def test_addresses_of_one_article_become_one(address):
    assert canonical(address) == "https://www.ilcanale.example/cronaca/ponte"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.ilcanale.example/cronaca/Ponte",
        "https://www.ilcanale.example/cronaca/ponte?page=2",
        "https://www.ilcanale.example/cronaca/ponte-amp",
        "https://www.ilcanale.example/cronaca/ponte.html",
        "https://sport.ilcanale.example/cronaca/ponte",
    ],
)
def test_addresses_of_different_articles_stay_different(address):
    assert canonical(address) == address
