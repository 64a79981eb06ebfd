"""Searching headlines and bodies for words, in either language."""

import pytest

from babelwire.errors import UsageError
from babelwire.lake.reading.search import parse
from written_lake import WrittenLake, id_of

STORY = "st-aa11"


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = WrittenLake(tmp_path_factory.mktemp("lakes") / "lake")
    made.article(
        "strike",
        story=STORY,
        language="it",
        headline="Sciopero generale nella scuola",
        text="Le aule restano chiuse. Perché? L’insegnante non entra, è tutto fermo.",
        headline_en="General strike in the schools",
        text_en="The classrooms stay closed. Why? The teacher does not go in, everything stands still.",
    )
    made.article(
        "trains",
        story=STORY,
        hours=1,
        headline="Trains stand still",
        headline_en="Trains stand still",
        text="A strike closes the railway; schools are not struck. Football goes on.",
        text_en="A strike closes the railway; schools are not struck. Football goes on.",
    )
    made.article(
        "waiting",
        story=STORY,
        hours=2,
        language="it",
        headline=None,
        headline_en=None,
        text="Scioperi di treni a Łomża, PERCHÉ nessuno lo sa. STRASSE e straße.",
        text_en=None,
    )
    return made.write()


def found(lake, query, **how):
    known = {id_of(name): name for name in ("strike", "trains", "waiting")}
    return [known[i] for i in lake.articles(text=query, **how)["article_id"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sciopero", ["strike"]),
        ("SCIOPERO Scuola", ["strike"]),
        ("scuola aule", ["strike"]),
        ("strike", ["strike", "trains"]),
        ("scuola classrooms", ["strike"]),
        ("school", []),
        ("school*", ["strike", "trains"]),
        ("scioper*", ["strike", "waiting"]),
        ('"general strike"', ["strike"]),
        ('"strike general"', []),
        ("“general   STRIKE”", ["strike"]),
        ('"closed why"', ["strike"]),
        ("strike -football", ["strike"]),
        ('strike -"stand still"', ["strike"]),
        ("-football", ["strike", "waiting"]),
        ("perche", ["strike", "waiting"]),
        ("pèrchè", ["strike", "waiting"]),
        ("insegnante", ["strike"]),
        ("l'insegnante", ["strike"]),
        ("e\u0300", ["strike", "waiting"]),
        ("lomza", ["waiting"]),
        ("straße", ["waiting"]),
        ("strike sciopero treni", []),
        (".*", UsageError),
        ("s.iopero", []),
        ("", UsageError),
        ("-", UsageError),
        ('""', UsageError),
        ('strike "general', UsageError),
        ("a" * 501, UsageError),
    ],
)
def test_words_are_wanted_phrases_kept_together_and_what_has_a_minus_left_out(lake, query, names):
    if names is UsageError:
        with pytest.raises(UsageError):
            found(lake, query)
    else:
        assert found(lake, query) == names


def test_a_search_narrows_other_filters_and_needs_none_of_the_columns_asked_for(lake):
    assert found(lake, "strike", language="it") == ["strike"]
    assert list(lake.articles(text="strike", columns=["language"]).columns) == ["language"]


def test_the_best_has_the_words_in_its_headline(lake):
    assert found(lake, "still", order="newest") == ["trains", "strike"]
    assert found(lake, "strike", order="newest") == ["trains", "strike"]
    assert found(lake, "strike", order="best") == ["strike", "trains"]
    assert found(lake, "strike", order="best", limit=1) == ["strike"]
    with pytest.raises(UsageError, match="text"):
        lake.articles(order="best")


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "ab " * 300_000, "á" * 500_000, "perche " * 140_000],
    ids=["one word", "words", "accents", "hits"],
)
def test_hostile_texts_and_queries_are_only_text(tmp_path, text):
    made = WrittenLake(tmp_path / "lake")
    made.article("hostile", story=STORY, text=text)
    lake = made.write()
    for query in ("a" * 499 + "b", '"' + "a " * 200 + 'b"', " ".join("àáâ" for _ in range(100)), "(a+)+$ [ \\ {1000}"):
        lake.articles(text=query)


def test_a_pattern_stays_small_whatever_is_asked():
    assert all(len(term.pattern) < 60_000 for term in parse('"' + "o" * 498 + '"'))
