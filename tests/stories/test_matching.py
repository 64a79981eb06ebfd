"""Matching: which two articles tell of one event."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.article import MATCHES
from babelwire.frames import records, values, with_columns
from babelwire.stories import find_pairs, score
from stories.events import (
    FERRY,
    FERRY_ELSEWHERE,
    ORCHARD,
    SETTINGS,
    THEFT_IN_BRASCO,
    THEFT_IN_ORLEA,
    article,
    fingerprinted,
)

BULLETIN = """The institute of Vellano records an earthquake of magnitude {} near the village of {}. The quake was felt by
the people of {} and the towns around it. There is no news of damage or of injured people. The institute watches the
ground day and night and will publish a new bulletin as soon as it has looked at all the data of its stations."""


def pairs_of(*articles, fresh=None, settings=SETTINGS):
    frame = find_pairs(fingerprinted(*articles), fresh, settings)
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*(values(frame, c) for c in frame), strict=True)]


def one_pair(*articles, **options):
    (pair,) = pairs_of(*articles, **options)
    return pair


def test_two_texts_about_one_event_overlap():
    pair = one_pair(article("a", FERRY), article("b", FERRY_ELSEWHERE, hours=6))
    assert (pair["article_id"], pair["matched_to"]) == ("b", "a")
    assert (pair["relation"], pair["method"]) == ("overlap", "words_and_entities")
    assert pair["hours_apart"] == 6
    assert SETTINGS.overlap <= pair["score"] <= (pair["words"] + pair["entities"]) / 2
    assert pair["jaccard"] < 0.2


def test_a_translated_text_meets_one_that_was_written_in_english():
    italian = article("a", "Il traghetto si e' arenato", text_en=FERRY, language="it")
    assert one_pair(italian, article("b", FERRY_ELSEWHERE))["relation"] == "overlap"


def test_the_same_text_again_is_a_duplicate_however_much_later():
    pair = one_pair(article("a"), article("b", hours=24 * 400))
    assert (pair["relation"], pair["method"], pair["score"]) == ("duplicate", "content_hash", 1.0)
    assert pair["jaccard"] is None


def test_copies_are_each_paired_with_the_earliest():
    found = pairs_of(article("c", hours=2), article("a", hours=1), article("b"))
    assert [(p["article_id"], p["matched_to"]) for p in found] == [("a", "b"), ("c", "b")]


def test_an_edited_text_is_a_near_duplicate():
    edited = FERRY.replace("six boats", "seven boats").replace("within minutes", "quickly")
    pair = one_pair(article("a"), article("b", edited))
    assert (pair["relation"], pair["method"]) == ("near_duplicate", "minhash")
    assert pair["jaccard"] >= SETTINGS.near_duplicate


def test_a_cut_of_a_longer_text_is_a_near_duplicate():
    cut = " ".join(FERRY.split()[:40])
    pair = one_pair(article("a"), article("b", cut))
    assert pair["relation"] == "near_duplicate"
    assert pair["jaccard"] < SETTINGS.near_duplicate
    assert pair["score"] >= 0.8


def test_an_edited_text_outside_the_window_is_no_pair():
    edited = FERRY.replace("six boats", "seven boats")
    assert pairs_of(article("a"), article("b", edited, hours=24 * 8)) == []


def test_twin_events_stay_apart():
    assert pairs_of(article("a", THEFT_IN_ORLEA), article("b", THEFT_IN_BRASCO)) == []


def test_two_bulletins_made_from_one_template_stay_apart():
    first = BULLETIN.format("3.4", "Castelrosso", "Castelrosso, Pontelungo and Miraldo")
    second = BULLETIN.format("4.1", "Torrefiumi", "Torrefiumi, Acquanera and Borgodoro")
    assert pairs_of(article("a", first), article("b", second)) == []


def test_one_common_name_is_not_an_event():
    other = "A choir from Tarvella sang at the festival of Quintana, and the mayor gave a speech about old bells."
    assert pairs_of(article("a"), article("b", other)) == []


def test_the_same_names_in_another_matter_are_not_an_event():
    names = [{"term": f"n:name{i}", "weight": 1.0} for i in range(5)]
    words = {own: [{"term": f"{own}{i}", "weight": 1.0} for i in range(20)] for own in ("trial", "feast")}
    frame = fingerprinted(article("a", "one text"), article("b", "another matter"))
    frame = with_columns(frame, terms=[words["trial"] + names, words["feast"] + names])
    assert len(find_pairs(frame, None, SETTINGS)) == 0
    frame = with_columns(frame, terms=[words["trial"] + names, words["feast"][:10] + words["trial"][:10] + names])
    assert len(find_pairs(frame, None, SETTINGS)) == 1


def test_different_subjects_are_no_pair():
    assert pairs_of(article("a"), article("b", ORCHARD)) == []


def test_dates_further_apart_than_the_window_are_no_pair():
    ferry, elsewhere = article("a"), article("b", FERRY_ELSEWHERE, hours=24 * 7)
    lenient = SETTINGS.model_copy(update={"overlap": 0.3})
    assert len(pairs_of(ferry, elsewhere, settings=lenient)) == 1
    elsewhere = article("b", FERRY_ELSEWHERE, hours=24 * 7 + 1)
    assert pairs_of(ferry, elsewhere, settings=lenient) == []


def test_the_score_fades_with_the_time_between():
    near = one_pair(article("a"), article("b", FERRY_ELSEWHERE, hours=1))
    far = one_pair(article("a"), article("b", FERRY_ELSEWHERE, hours=150))
    assert far["score"] < near["score"]


@pytest.mark.parametrize("origin", ["file", "run"])
def test_a_date_that_is_not_of_the_document_says_nothing(origin):
    undated = article("b", FERRY_ELSEWHERE, hours=24 * 300, published_from=origin)
    pair = one_pair(article("a"), undated)
    assert pair["hours_apart"] is None
    assert pair["score"] == one_pair(article("a"), {**undated, "published_at": article("x")["published_at"]})["score"]


def test_the_threshold_of_overlap_is_the_setting():
    articles = article("a"), article("b", FERRY_ELSEWHERE)
    score = one_pair(*articles)["score"]
    assert pairs_of(*articles, settings=SETTINGS.model_copy(update={"overlap": score + 0.01})) == []


def test_the_earlier_of_two_equal_times_is_the_smaller_id():
    pair = one_pair(article("b", FERRY), article("a", FERRY_ELSEWHERE))
    assert (pair["article_id"], pair["matched_to"]) == ("b", "a")


def test_of_each_pair_one_is_fresh():
    articles = article("a"), article("b", FERRY_ELSEWHERE), article("c", FERRY.replace("six", "ten"))
    found = {(p["article_id"], p["matched_to"]) for p in pairs_of(*articles, fresh={"a"})}
    assert found == {("b", "a"), ("c", "a")}


def test_articles_without_terms_or_signature_are_no_trouble():
    assert pairs_of(article("a"), article("b", "..."), article("c", "The of and", text_en=None)) == []


def test_a_single_article_and_an_empty_frame_have_no_pairs_but_all_columns():
    for frame in (fingerprinted(article("a")), fingerprinted()):
        found = find_pairs(frame, None, SETTINGS)
        assert len(found) == 0
        assert list(found.columns) == MATCHES.schema.names


def test_all_columns_have_the_types_of_the_table():
    found = find_pairs(fingerprinted(article("a"), article("b", FERRY_ELSEWHERE)), None, SETTINGS)
    assert [t.pyarrow_dtype for t in found.dtypes] == MATCHES.schema.types


MIXED = fingerprinted(
    article("a"),
    article("b", FERRY_ELSEWHERE, hours=3),
    article("c", FERRY.replace("six", "ten"), hours=5),
    article("d", THEFT_IN_ORLEA),
    article("e", THEFT_IN_BRASCO, hours=50),
    article("f", hours=90),
    article("g", FERRY_ELSEWHERE + " " + ORCHARD, hours=4, published_from="run"),
    article("h", "..."),
)


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(len(MIXED))))
def test_the_order_of_rows_changes_nothing(order):
    shuffled = MIXED.iloc[order].reset_index(drop=True)
    assert find_pairs(shuffled, None, SETTINGS).equals(find_pairs(MIXED, None, SETTINGS))


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from("abcdefgh"), min_size=2))
def test_a_pair_does_not_depend_on_the_other_articles(chosen):
    some = MIXED[MIXED["article_id"].isin(list(chosen))]
    everything = find_pairs(MIXED, None, SETTINGS)
    inside = everything["article_id"].isin(list(chosen)) & everything["matched_to"].isin(list(chosen))
    assert values(find_pairs(some, None, SETTINGS), "score") == values(everything[inside], "score")


def test_names_that_only_the_entities_column_holds_count():
    text = "the ferry ran aground near the harbour, the crew was saved and divers looked at the hull of the ship."
    entities = [{"name": name, "mentions": 1} for name in ("Stella Bruna", "Renzo Baldacci")]
    other = (
        "divers looked at the hull of a ferry that ran aground near the harbour; the whole crew of the ship was saved."
    )
    assert pairs_of(article("a", text), article("b", other)) == []
    assert len(pairs_of(article("a", text, entities=entities), article("b", other, entities=entities))) == 1


def verdict(*articles):
    return score(*records(fingerprinted(*articles)), SETTINGS)


@pytest.mark.parametrize(
    "other",
    [
        article("b", FERRY_ELSEWHERE, hours=5),
        article("b", FERRY.replace("six", "ten"), hours=2),
        article("b", FERRY, hours=300),
        article("b", FERRY_ELSEWHERE, hours=300),
        article("b", ORCHARD),
        article("b", "..."),
    ],
)
def test_the_verdict_on_two_articles_is_that_of_matching_whichever_comes_first(other):
    found = pairs_of(article("a"), other)
    one, back = verdict(article("a"), other), verdict(other, article("a"))
    assert one == back
    assert [(p["relation"], p["method"], p["score"]) for p in found] == (
        [(one.relation, one.method, one.score)] if one.relation else []
    )
    assert one.reason.endswith(".")


def test_the_verdict_shows_its_figures_and_their_bounds():
    parts = {part.name: part for part in verdict(article("a"), article("b", FERRY_ELSEWHERE, hours=5)).parts}
    assert parts["overlap"].value > parts["overlap"].least == SETTINGS.overlap
    assert parts["hours_apart"].value == 5
    assert parts["jaccard"].least == SETTINGS.near_duplicate


def test_twins_score_less_than_two_texts_about_one_event():
    twins = verdict(article("a", THEFT_IN_ORLEA), article("b", THEFT_IN_BRASCO))
    assert twins.relation is None
    assert 0 < twins.score < verdict(article("a"), article("b", FERRY_ELSEWHERE)).score


def test_two_articles_in_one_language_are_compared_as_they_were_written():
    one = "Il traghetto Stella Bruna si arena davanti a Tarvella: i sommozzatori cercano la falla nello scafo."
    two = "Davanti a Tarvella si arena il traghetto Stella Bruna, nello scafo la falla che i sommozzatori cercano."
    badly = "The gravy boat Stella Bruna beaches before Tarvella: underwater men seek the defect in the hull."
    well = "Off Tarvella the ferry Stella Bruna runs aground, divers look for the leak in its shell."
    pair = one_pair(
        article("a", one, text_en=badly, language="it"), article("b", two, text_en=well, language="it", hours=1)
    )
    assert pair["words"] > 0.9
    english = pairs_of(article("a", badly), article("b", well))
    assert not english or english[0]["words"] < 0.6
