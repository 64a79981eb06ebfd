"""What becomes of mentions: one entity per name, one type, spans that hold the name and nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.article import ENTITY_TYPES
from babelwire.entities.normalisation import Entity, entities_of, entity_id
from babelwire.entities.recognition import Mention


def marked(text: str) -> tuple[str, list[Mention]]:
    """`[Anna Neri|PERSON] spoke` as the text without the marks, and its mentions."""
    plain, mentions = "", []
    for i, part in enumerate(text.replace("]", "[").split("[")):
        if i % 2:
            name, _, type_ = part.partition("|")
            mentions.append(Mention(len(plain), len(plain) + len(name), name, type_))
            plain += name
        else:
            plain += part
    return plain, mentions


def entities(text: str, headline: str = "") -> dict[str, Entity]:
    plain, mentions = marked(text)
    found = entities_of(plain, mentions, headline=marked(headline)[1])
    for entity in found:
        assert entity["mentions"] == len(entity["spans"])
        assert {plain[s["start"] : s["end"]] for s in entity["spans"]} == set(entity["surface_forms"])
    return {e["entity_id"]: e for e in found}


def forms(text: str, headline: str = "") -> dict[str, list[str]]:
    return {key: e["surface_forms"] for key, e in entities(text, headline).items()}


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("Marta Oldani's", "Marta Oldani"),
        ("Marta Oldani’s", "Marta Oldani"),
        ("Marta Oldani 's", "Marta Oldani"),
        ("“Marta Oldani”", "Marta Oldani"),
        ("Marta Oldani,", "Marta Oldani"),
        ("Mr Oldani", "Oldani"),
        ("Mrs. Oldani’s", "Oldani"),
        ("President Marta Oldani", "Marta Oldani"),
        ("Prime Minister Marta Oldani", "Marta Oldani"),
        ("Secretary of State Marta Oldani", "Marta Oldani"),
        ("Minister of Foreign Affairs Marta Oldani", "Marta Oldani"),
        ("US secretary of state Marta Oldani", "Marta Oldani"),
        ("Ruritanian President Marta Oldani", "Marta Oldani"),
        ("Former Judge Marta Oldani", "Marta Oldani"),
        ("Been Marta Oldani", "Marta Oldani"),
        ("Will Oldani", "Will Oldani"),
        ("Pope Pius", "Pope Pius"),
        ("Tom Bishop", "Tom Bishop"),
        ("Marta Oldani Jr.", "Marta Oldani Jr."),
        ("Marta Oldani (left", "Marta Oldani"),
    ],
)
def test_a_person_is_cut_to_the_name(mention: str, name: str) -> None:
    assert [e["name"] for e in entities(f"Then [{mention}|PERSON] spoke.").values()] == [name]


@pytest.mark.parametrize(
    ("mention", "type_", "name"),
    [
        ("the Harbour Board", "ORG", "Harbour Board"),
        ("The Hague", "GPE", "The Hague"),
        ("The Long Shore", "WORK_OF_ART", "The Long Shore"),
        ("Premier League", "ORG", "Premier League"),
        ("General Buttons", "ORG", "General Buttons"),
        ("Oldani & Co.", "ORG", "Oldani & Co."),
        ("Lowport.", "GPE", "Lowport"),
    ],
)
def test_other_names_lose_only_what_is_not_theirs(mention: str, type_: str, name: str) -> None:
    assert [e["name"] for e in entities(f"Near [{mention}|{type_}] again").values()] == [name]


@pytest.mark.parametrize(
    ("mention", "type_"),
    [
        ("March", "PERSON"),
        ("Tuesday", "ORG"),
        ("Sept.", "ORG"),
        ("K", "ORG"),
        ("42", "ORG"),
        ("1,200.5", "PRODUCT"),
        ("the harbour board", "ORG"),
        ("Prime Minister", "PERSON"),
        ("’s", "ORG"),
        ("- – ...", "ORG"),
        ("A" * 500, "ORG"),
    ],
)
def test_what_is_no_name_is_no_entity(mention: str, type_: str) -> None:
    assert entities(f"So [{mention}|{type_}] it was") == {}


def test_the_office_after_of_is_no_entity_of_its_own() -> None:
    assert list(entities("Secretary of [State|ORG] [Marta Oldani|PERSON] spoke")) == ["person:marta-oldani"]


def test_a_family_name_is_its_full_name_before_and_after_it() -> None:
    found = entities("[Oldani|PERSON] left. [Marta Oldani|PERSON] said so, [Mr Oldani|PERSON] and [Oldani|PERSON] too.")
    assert list(found) == ["person:marta-oldani"]
    assert found["person:marta-oldani"]["mentions"] == 4
    assert found["person:marta-oldani"]["surface_forms"] == ["Oldani", "Marta Oldani"]


@pytest.mark.parametrize("wrong", ["ORG", "PRODUCT", "GPE", "FAC"])
def test_a_full_name_makes_its_family_name_a_person(wrong: str) -> None:
    assert forms(f"[Marta Oldani|PERSON] spoke. [Oldani|{wrong}] has said") == {
        "person:marta-oldani": ["Marta Oldani", "Oldani"]
    }


def test_two_people_of_one_family_name_stay_apart() -> None:
    assert forms("[Marta Oldani|PERSON] met [Piero Oldani|PERSON]; [Oldani|ORG] smiled") == {
        "person:marta-oldani": ["Marta Oldani"],
        "person:piero-oldani": ["Piero Oldani"],
        "person:oldani": ["Oldani"],
    }


def test_a_full_name_in_the_headline_tells_who_is_meant_but_is_not_counted() -> None:
    found = entities("[Oldani|ORG] left early", headline="[Marta Oldani|PERSON] leaves [Lowport|GPE]")
    assert list(found) == ["person:marta-oldani"]
    assert found["person:marta-oldani"]["surface_forms"] == ["Oldani"]


def test_middle_names_do_not_make_another_person() -> None:
    assert forms("[Marta Oldani|PERSON], [Marta B. Oldani|PERSON], [Marta Oldani|PERSON]") == {
        "person:marta-oldani": ["Marta Oldani", "Marta B. Oldani"]
    }
    assert len(entities("[Marta Oldani|PERSON], [Marta Bice Oldani|PERSON], [Marta Clara Oldani|PERSON]")) == 3


def test_a_name_cut_short_at_a_particle_is_read_to_its_end() -> None:
    assert forms("[Greta van|PERSON] der [Brugge|GPE] spoke; [Brugge|GPE] left") == {
        "person:greta-van-der-brugge": ["Greta van der Brugge", "Brugge"]
    }


def test_a_word_glued_to_a_name_is_cut_where_the_article_shows_it_is_a_word() -> None:
    shown = "[Rally Marta Oldani|PERSON] said. [Marta Oldani|PERSON] at the rally"
    assert forms(shown) == {"person:marta-oldani": ["Marta Oldani"]}
    hidden = "[Rosa Marta Oldani|PERSON] said. [Marta Oldani|PERSON] left"
    assert forms(hidden) == {"person:rosa-marta-oldani": ["Rosa Marta Oldani", "Marta Oldani"]}


def test_a_glued_name_of_another_type_is_cut_where_its_family_name_is_a_person() -> None:
    assert forms("The Secretary of [Been Marta Oldani|ORG] affirmed. Has said [Oldani|PERSON]") == {
        "person:marta-oldani": ["Marta Oldani", "Oldani"]
    }


@pytest.mark.parametrize("title", ["Mr ", "Ms. ", "President ", "the president, "])
def test_a_title_in_front_makes_a_person(title: str) -> None:
    assert list(entities(f"So {title}[Marta Oldani|ORG] said")) == ["person:marta-oldani"]


def test_a_country_is_a_place_whatever_the_recogniser_says() -> None:
    assert list(entities("[Chad|PERSON] and [Norway|ORG]")) == ["gpe:chad", "gpe:norway"]
    assert forms("[Tom Chad|PERSON] of [Chad|GPE]") == {"person:tom-chad": ["Tom Chad"], "gpe:chad": ["Chad"]}


def test_the_names_of_a_country_are_one_entity() -> None:
    found = entities("[US|GPE], [U.S.|ORG], [the United States|GPE], [US|GPE]'s")
    assert list(found) == ["gpe:united-states"]
    assert found["gpe:united-states"]["name"] == "United States"
    assert found["gpe:united-states"]["surface_forms"] == ["US", "U.S.", "United States"]


def test_a_family_name_that_stands_as_a_place_is_left_alone() -> None:
    assert list(entities("[Carla Lowport|PERSON] lives in [Lowport|GPE]")) == ["person:carla-lowport", "gpe:lowport"]


def test_a_region_is_a_place() -> None:
    assert list(entities("the [Lowport|PRODUCT] region, the city of [Oldport|ORG]")) == ["gpe:lowport", "gpe:oldport"]


def test_a_name_has_the_type_of_most_mentions_and_a_tie_goes_to_the_earlier_type() -> None:
    assert list(entities("[Lowport|GPE] [Lowport|ORG] [Lowport|GPE]")) == ["gpe:lowport"]
    assert list(entities("[Lowport|FAC] [Lowport|ORG]")) == ["org:lowport"]


def test_the_same_name_in_capitals_or_without_accents_is_one_entity() -> None:
    found = entities("[LÜTZEN WERKE|ORG] [Lützen Werke|ORG] [Lutzen Werke|ORG] [LÜTZEN WERKE|ORG]")
    assert [(e["name"], e["mentions"]) for e in found.values()] == [("Lützen Werke", 4)]


def test_a_known_name_is_counted_where_the_recogniser_passed_it_over() -> None:
    found = entities("[Marta Oldani|PERSON] left. Later Oldani wrote, and Marta Oldani called. Piero Oldani did not.")
    assert found["person:marta-oldani"]["mentions"] == 2
    found = entities("[Oldani|PERSON] left. Later, Mr Oldani wrote. Piero Oldani did not, nor did Oldanis.")
    assert found["person:oldani"]["mentions"] == 2


def test_the_entity_named_most_comes_first_then_the_one_named_earliest() -> None:
    assert [e["name"] for e in entities("[Zeta|ORG] [Beta|ORG] [Alfa|ORG] [Alfa|ORG]").values()] == [
        "Alfa",
        "Zeta",
        "Beta",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Antony Blinken", "person:antony-blinken"),
        ("Zoë O’Hara", "person:zoe-o-hara"),
        ("Zoë O'Hara", "person:zoe-o-hara"),
        ("Łukasz Ørsted", "person:lukasz-orsted"),
        ("ANTONY BLINKEN", "person:antony-blinken"),
    ],
)
def test_an_entity_id_is_the_type_and_the_plain_name(name: str, expected: str) -> None:
    assert entity_id(name, "PERSON") == expected


def test_a_name_that_cannot_be_spelt_in_ascii_has_a_digest() -> None:
    assert entity_id("𓀀𓀁", "ORG") == entity_id("𓀀𓀁", "ORG") != entity_id("𓀁𓀀", "ORG")
    assert len(entity_id("𓀀𓀁", "ORG")) == len("org:") + 12


WORDS = [
    "Marta", "Oldani", "OLDANI’s", "Mr", "President", "the", "of", "State", "Been", "been", "(", ")", "“", "'s", "US", "U.S.",
    "Lowport", "van", "der", "May", "K", "7", ",", ".", "\n\n", "region", "é", "东京", "İ",
]  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_spans_hold_the_surface_form_and_never_overlap(data: st.DataObject) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from([*WORDS, " ", " ", "  "]), max_size=60)))
    place = st.integers(0, len(text))
    mentions = [
        Mention(a, b, text[a:b], type_)
        for a, b, type_ in data.draw(st.lists(st.tuples(place, place, st.sampled_from(ENTITY_TYPES)), max_size=20))
    ]
    found = entities_of(text, mentions)
    spans = []
    for entity in found:
        assert {text[s["start"] : s["end"]] for s in entity["spans"]} == set(entity["surface_forms"])
        assert entity["mentions"] == len(entity["spans"]) > 0
        assert entity["type"] in ENTITY_TYPES
        spans += [(s["start"], s["end"]) for s in entity["spans"]]
    spans.sort()
    assert all(a < b for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert len({e["entity_id"] for e in found}) == len(found)
    assert found == entities_of(text, list(reversed(mentions)))
