"""Why two articles are, or are not, one story."""

import pytest

from babelwire.errors import UsageError
from babelwire.lake.reading.explaining import explain
from stories.events import FERRY, FERRY_ELSEWHERE, ORCHARD, SETTINGS
from written_lake import WrittenLake, id_of


@pytest.fixture
def made(tmp_path):
    return WrittenLake(tmp_path / "lake")


def test_an_accepted_pair_is_its_own_evidence(made):
    made.article("one", story="st-aa", text=FERRY)
    made.article("two", story="st-aa", hours=3, text=FERRY_ELSEWHERE)
    made.pair("two", "one", score=0.61, words=0.4, entities=0.7, hours_apart=3.0)
    for asked in (("one", "two"), ("two", "one")):
        told = explain(made.write(), *map(id_of, asked), SETTINGS)
        assert told.one_story
        assert told.reason == "They are one story: the two are an accepted pair (overlap)."
        assert [(row["matched_to"], row["score"]) for row in told.evidence] == [(id_of("one"), 0.61)]
        assert told.chain == []
        assert told.compared.relation == "overlap"


def test_without_a_pair_the_shortest_chain_of_pairs_connects_two_articles_of_a_story(made):
    for hours, name in enumerate(("one", "two", "three", "four", "detour")):
        made.article(name, story="st-aa", hours=hours, text=f"{FERRY} {name}" if name != "four" else ORCHARD)
    for later, earlier in (("two", "one"), ("three", "two"), ("four", "three"), ("detour", "two"), ("detour", "three")):
        made.pair(later, earlier)
    told = explain(made.write(), id_of("four"), id_of("one"), SETTINGS)
    assert told.one_story
    assert [(row["article_id"], row["matched_to"]) for row in told.chain] == [
        (id_of("four"), id_of("three")),
        (id_of("three"), id_of("two")),
        (id_of("two"), id_of("one")),
    ]
    assert told.reason == "They are one story by a chain of 3 pairs; the two themselves are none."
    assert told.evidence == []
    assert told.compared.relation is None


def test_of_equally_short_chains_the_one_that_opens_with_the_higher_score_is_told(made):
    for hours, name in enumerate(("one", "weak", "strong", "last")):
        made.article(name, story="st-aa", hours=hours)
    for later, earlier, score in (("weak", "one", 0.4), ("strong", "one", 0.9), ("last", "weak", 0.9)):
        made.pair(later, earlier, score=score)
    made.pair("last", "strong", score=0.4)
    told = explain(made.write(), id_of("one"), id_of("last"), SETTINGS)
    assert [row["score"] for row in told.chain] == [0.9, 0.4]


def test_a_story_whose_evidence_is_gone_is_said_to_be_an_earlier_decision(made):
    made.article("one", story="st-aa", text=FERRY)
    made.article("two", story="st-aa", text=ORCHARD)
    told = explain(made.write(), id_of("one"), id_of("two"), SETTINGS)
    assert told.one_story
    assert "since an earlier run" in told.reason
    assert (told.evidence, told.chain) == ([], [])


def test_two_stories_are_told_apart_by_figures_with_their_thresholds(made):
    made.article("one", story="st-aa", text=FERRY)
    made.article("two", story="st-bb", hours=5, text=ORCHARD)
    told = explain(made.write(), id_of("one"), id_of("two"), SETTINGS)
    assert not told.one_story
    assert told.reason == f"They are two stories. {told.compared.reason}"
    parts = {part.name: part for part in told.compared.parts}
    assert parts["overlap"].value < parts["overlap"].least == SETTINGS.overlap
    assert parts["jaccard"].value < parts["jaccard"].least == SETTINGS.near_duplicate
    assert {"words", "names"} <= set(parts)
    assert parts["hours_apart"].value == 5


def test_two_stories_may_hold_the_ends_of_an_accepted_pair(made):
    made.article("one", story="st-aa", text=FERRY)
    made.article("closest", story="st-bb", hours=1, text=FERRY_ELSEWHERE)
    made.article("two", story="st-bb", hours=2, text=FERRY_ELSEWHERE, relation="overlap", related_to=id_of("closest"))
    made.pair("two", "one", score=0.4)
    told = explain(made.write(), id_of("one"), id_of("two"), SETTINGS)
    assert not told.one_story
    assert len(told.evidence) == 1
    assert told.reason.endswith(f"closest to, and that is {id_of('closest')}.")


def test_a_pair_that_would_be_accepted_today_is_said_to_be_one(made):
    made.article("one", story="st-aa", text=FERRY)
    made.article("two", story="st-bb", text=FERRY_ELSEWHERE)
    lake = made.write()
    told = explain(lake, id_of("one"), id_of("two"), SETTINGS)
    assert "Compared today they would be one (overlap)" in told.reason
    strict = SETTINGS.model_copy(update={"overlap": 0.99})
    assert "Too little agrees" in explain(lake, id_of("one"), id_of("two"), strict).reason


def test_the_newest_revision_is_compared(made):
    made.article("one", story="st-aa", text=FERRY)
    made.article("two", story="st-bb", text=ORCHARD)
    made.article("two", story="st-bb", text=FERRY, revision=2)
    told = explain(made.write(), id_of("one"), id_of("two"), SETTINGS)
    assert told.other["revision"] == 2
    assert told.compared.relation == "duplicate"


def test_fingerprints_of_another_version_are_not_compared(made):
    made.article("one", story="st-aa", text=FERRY)
    made.article("two", story="st-bb", text=FERRY_ELSEWHERE)
    told = explain(made.write(recipe="an older one"), id_of("one"), id_of("two"), SETTINGS)
    assert told.compared is None
    assert "The next run of babelwire ingest on this lake makes them." in told.reason


def test_two_ids_of_one_article_and_unknown_ids_are_wrong_usage(made):
    one = made.article("one", story="st-aa")
    lake = made.write()
    with pytest.raises(UsageError, match=f"{one[:6]} and {one} are the same article .{one}.. Give the ids of two"):
        explain(lake, one[:6], one, SETTINGS)
    with pytest.raises(UsageError, match="No article has the id nobody"):
        explain(lake, one, "nobody", SETTINGS)
