"""Grouping: stories, relations and merges."""

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.article import MATCHES, STORIES
from babelwire.frames import make_frame, values
from babelwire.stories import find_pairs, group, stories, telling
from stories.events import FERRY, FERRY_ELSEWHERE, NOON, ORCHARD, SETTINGS, THEFT_IN_BRASCO, THEFT_IN_ORLEA, article
from stories.events import fingerprinted as finger

NO_PAIRS = find_pairs(finger(), None, SETTINGS)


def pairs(*rows):
    """Rows of `matches` from (later, earlier, relation, score)."""
    columns = {f.name: [None] * len(rows) for f in MATCHES.fields}
    columns |= dict(zip(("article_id", "matched_to", "relation", "score"), zip(*rows, strict=True), strict=True))
    return pa.table({f.name: pa.array(columns[f.name], f.type) for f in MATCHES.fields}).to_pandas(
        types_mapper=pd.ArrowDtype
    )


def articles(*ids):
    """One article an hour, in this order."""
    rows = [article(a, hours=i) for i, a in enumerate(ids)]
    return make_frame({c: [row[c] for row in rows] for c in rows[0]})


def assigned(frame):
    columns = ("story_id", "relation", "related_to", "similarity")
    return {a: row for a, *row in zip(values(frame, "article_id"), *(values(frame, c) for c in columns), strict=True)}


def members(rows):
    """The sets of articles that share a story."""
    found = {}
    for a, (story, *_) in rows.items():
        found.setdefault(story, set()).add(a)
    return {frozenset(one) for one in found.values()}


def test_an_article_alone_is_the_original_of_a_story_named_after_it():
    found = assigned(group(articles("0123456789abcdef99"), NO_PAIRS, {}))
    assert found == {"0123456789abcdef99": ["st-0123456789abcdef", "original", None, None]}


def test_connected_articles_are_one_story_named_after_the_earliest():
    found = assigned(group(articles("a", "b", "c"), pairs(("b", "a", "overlap", 0.4), ("c", "b", "overlap", 0.3)), {}))
    assert {row[0] for row in found.values()} == {"st-a"}
    assert found["c"][1:] == ["overlap", "b", 0.3]


def test_of_two_articles_of_one_time_the_longer_leads():
    rows = [article("a", "short text"), article("b", FERRY)]
    frame = make_frame({c: [row[c] for row in rows] for c in rows[0]})
    assert assigned(group(frame, pairs(("b", "a", "overlap", 0.4)), {}))["a"][0] == "st-b"


def test_of_two_articles_of_one_time_and_length_the_more_trusted_source_leads():
    rows = [article("a", source="Levante"), article("b", source="Gazzetta"), article("c", source="Agenzia")]
    frame = make_frame({c: [row[c] for row in rows] for c in rows[0]})
    linked = pairs(("b", "a", "overlap", 0.6), ("c", "b", "overlap", 0.6))
    for trusted, lead in (((), "a"), (("Agenzia", "Gazzetta"), "c"), (("Gazzetta",), "b"), (("Nobody",), "a")):
        found = group(frame, linked, {}, trusted=trusted)
        assert set(values(found, "story_id")) == {f"st-{lead}"}
        told = stories(frame, found, trusted=trusted)
        assert values(told, "lead_article_id") == [lead]


def test_stories_are_told_in_full_however_few_are_held_at_once(monkeypatch):
    frame = articles(*"abcdefgh").assign(entities=None)
    linked = pairs(*((later, "a", "overlap", 0.6) for later in "bcd"), ("f", "e", "overlap", 0.6))
    found = group(frame, linked, {})
    expected = stories(frame, found)
    assert [len(row) for row in values(expected, "article_ids")] == [4, 2, 1, 1]
    monkeypatch.setattr(telling, "SLICE", 2)
    assert stories(frame, found).equals(expected)


def test_a_duplicate_comes_before_a_near_duplicate_before_an_overlap():
    linked = pairs(("d", "a", "overlap", 0.99), ("d", "b", "near_duplicate", 0.8), ("d", "c", "duplicate", 1.0))
    assert assigned(group(articles("a", "b", "c", "d"), linked, {}))["d"][1:] == ["duplicate", "c", 1.0]
    assert assigned(group(articles("a", "b", "c", "d"), linked.iloc[:2], {}))["d"][1:3] == ["near_duplicate", "b"]


def test_then_the_higher_score_counts_then_the_earlier_article():
    higher = pairs(("c", "a", "overlap", 0.4), ("c", "b", "overlap", 0.5))
    assert assigned(group(articles("a", "b", "c"), higher, {}))["c"][2] == "b"
    equal = pairs(("c", "b", "overlap", 0.4), ("c", "a", "overlap", 0.4))
    assert assigned(group(articles("a", "b", "c"), equal, {}))["c"][2] == "a"


def test_an_article_that_joins_takes_the_story_that_is_there():
    found = assigned(group(articles("new", "old"), pairs(("old", "new", "overlap", 0.4)), {"old": "st-old"}))
    assert {row[0] for row in found.values()} == {"st-old"}


def test_an_article_that_resembles_two_stories_joins_the_one_it_resembles_most():
    linked = pairs(("c", "a", "overlap", 0.4), ("c", "b", "overlap", 0.45))
    assert members(assigned(group(articles("a", "b", "c"), linked, {}))) == {frozenset("a"), frozenset("bc")}


def test_a_pair_that_leaves_no_doubt_merges_two_stories_under_the_older_id():
    linked = pairs(("c", "a", "overlap", 0.6), ("c", "b", "overlap", 0.7))
    found = assigned(group(articles("a", "b", "c"), linked, {"a": "st-zz", "b": "st-aa"}))
    assert {row[0] for row in found.values()} == {"st-zz"}
    linked = pairs(("c", "a", "near_duplicate", 0.5), ("c", "b", "duplicate", 1.0))
    assert members(assigned(group(articles("a", "b", "c"), linked, {}))) == {frozenset("abc")}


def test_a_running_story_does_not_chain_what_only_its_middle_resembles():
    linked = pairs(("b", "a", "overlap", 0.5), ("d", "c", "overlap", 0.5), ("d", "b", "overlap", 0.4))
    found = assigned(group(articles("a", "b", "c", "d"), linked, {}))
    assert members(found) == {frozenset("ab"), frozenset("cd")}


def test_a_late_arrival_may_take_a_whole_story_apart_and_the_oldest_part_keeps_its_id():
    before = {"a": "st-a", "c": "st-a", "d": "st-a"}
    linked = pairs(("c", "a", "overlap", 0.4), ("d", "c", "overlap", 0.5), ("c", "b", "overlap", 0.45))
    found = assigned(group(articles("a", "b", "c", "d"), linked, before, whole={"st-a"}))
    assert {a: row[0] for a, row in found.items()} == {"a": "st-a", "b": "st-b", "c": "st-b", "d": "st-b"}
    assert members(assigned(group(articles("a", "b", "c", "d"), linked, before))) == {frozenset("abcd")}


def test_a_part_of_a_story_is_not_named_after_an_article_that_names_another():
    before = {"a": "st-y", "b": "st-y", "c": "st-b"}
    found = assigned(group(articles("a", "b", "c"), NO_PAIRS, before, whole={"st-y"}))
    assert len({row[0] for row in found.values()} | {"st-b"}) == 3


def test_articles_of_one_story_stay_together():
    found = group(articles("a", "b", "c"), pairs(("c", "b", "overlap", 0.4)), {"a": "st-a", "b": "st-a"})
    assert members(assigned(found)) == {frozenset("abc")}


def test_a_story_that_nothing_touches_is_not_assigned_again():
    assert assigned(group(articles("a", "b"), NO_PAIRS, {"a": "st-a"})) == {"b": ["st-b", "original", None, None]}


def test_a_pair_with_an_unknown_article_is_passed_over():
    assert assigned(group(articles("a"), pairs(("a", "gone", "overlap", 0.4)), {}))["a"][1] == "original"


def test_nothing_in_nothing_out():
    empty = articles("a").iloc[:0]
    found = group(empty, NO_PAIRS, {})
    assert list(found.columns) == ["article_id", "story_id", "relation", "related_to", "similarity"]
    assert len(found) == len(stories(empty, found)) == 0


CORPUS = finger(
    article("a", FERRY),
    article("b", FERRY_ELSEWHERE, hours=3),
    article("c", FERRY.replace("six", "ten"), hours=5),
    article("d", THEFT_IN_ORLEA),
    article("e", THEFT_IN_BRASCO, hours=50),
    article("f", THEFT_IN_ORLEA, hours=24 * 30),
    article("g", FERRY_ELSEWHERE + " " + ORCHARD, hours=4, published_from="run"),
    article("h", ORCHARD, hours=7),
)


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(len(CORPUS))))
def test_the_order_of_rows_changes_nothing(order):
    shuffled = CORPUS.iloc[order].reset_index(drop=True)
    expected = group(CORPUS, find_pairs(CORPUS, None, SETTINGS), {})
    assert group(shuffled, find_pairs(shuffled, None, SETTINGS), {}).equals(expected)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=7))
def test_two_runs_group_like_one(first):
    one = group(CORPUS, find_pairs(CORPUS, None, SETTINGS), {})
    early = CORPUS[CORPUS["article_id"].isin(list(first))].reset_index(drop=True)
    before_pairs = find_pairs(early, None, SETTINGS)
    before = assigned(group(early, before_pairs, {}))
    stories_before = {a: row[0] for a, row in before.items()}
    found = pd.concat([before_pairs, find_pairs(CORPUS, set("abcdefgh") - first, SETTINGS)], ignore_index=True)
    whole = set(stories_before.values())
    two = before | assigned(group(CORPUS, found, stories_before, whole=whole))
    assert members(two) == members(assigned(one))
    assert {a: row[1:] for a, row in two.items()} == {a: row[1:] for a, row in assigned(one).items()}


def test_a_row_for_every_story_in_the_order_of_their_ids():
    rows = [
        article("b", hours=2, source="Levante", headline_en="Later", entities=["Lomasca", "Navalia"]),
        article("a", hours=1, language="it", headline_en="Ferry aground", entities=["Tarvella", "Lomasca"]),
        article("c", ORCHARD, source="Levante", entities=None),
    ]
    names = pd.Series(
        pd.array(
            pa.array([r["entities"] for r in rows], pa.list_(pa.string())), dtype=pd.ArrowDtype(pa.list_(pa.string()))
        )
    )
    frame = make_frame({c: [row[c] for row in rows] for c in rows[0] if c != "entities"}).assign(entities=names)
    found = stories(frame, make_frame({"article_id": ["a", "b", "c"], "story_id": ["st-2", "st-2", "st-1"]}))
    assert [t.pyarrow_dtype for t in found.dtypes] == STORIES.schema.types
    assert values(found, "story_id") == ["st-1", "st-2"]
    ferry = found.iloc[1].to_dict()
    assert list(ferry["article_ids"]) == ["a", "b"]
    assert (ferry["article_count"], ferry["source_count"], ferry["lead_article_id"]) == (2, 2, "a")
    assert list(ferry["languages"]) == ["en", "it"]
    assert ferry["headline_en"] == "Ferry aground"
    assert list(ferry["top_entities"]) == ["Lomasca", "Navalia", "Tarvella"]
    assert ferry["first_published_at"] < ferry["last_published_at"]
    assert values(found, "headline_en")[0] is None


def test_entities_may_be_given_as_they_leave_recognition():
    frame = finger(article("a", entities=[{"name": "Navalia", "mentions": 1}], published_at=NOON))
    found = stories(frame, make_frame({"article_id": ["a"], "story_id": ["st-a"]}))
    assert list(values(found, "top_entities")[0]) == ["Navalia"]
