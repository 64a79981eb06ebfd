"""What becomes of mentions: one entity per name, one type, spans that hold the name and nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.article import ENTITY_TYPES
from babelwire.entities.normalisation import Entity, entities_of, entity_id
from babelwire.entities.recognition import Mention
from babelwire.entities.registry import Known, Registry


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


def known(*entries: tuple[Known, tuple[str, ...]]) -> Registry:
    registry = Registry()
    for entity, spellings in (*entries, (Known("org:ruritanian-navy", "Ruritanian Navy", "ORG"), ())):
        registry.add(entity, spellings)
    return registry


CARRO = Known("wikidata:Q1", "Ivo Carro", "PERSON"), ("Carro", "Ivo Karro")
BOARD = Known("org:board", "Harbour Board", "ORG"), ("LHB", "Ente porto")
NOBODY = known()


def entities(text: str, headline: str = "", registry: Registry = NOBODY) -> dict[str, Entity]:
    plain, mentions = marked(text)
    found = entities_of(plain, mentions, headline=marked(headline)[1], registry=registry)
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
    assert list(entities("[Chad|PERSON] and [Norway|ORG]")) == ["iso3166:TD", "iso3166:NO"]
    assert forms("[Tom Chad|PERSON] of [Chad|GPE]") == {"person:tom-chad": ["Tom Chad"], "iso3166:TD": ["Chad"]}


def test_the_names_of_a_country_are_one_entity() -> None:
    found = entities("[US|GPE], [U.S.|ORG], [the United States|GPE], [US|GPE]'s")
    assert list(found) == ["iso3166:US"]
    assert found["iso3166:US"]["name"] == "United States"
    assert found["iso3166:US"]["evidence"] == "country"
    assert found["iso3166:US"]["surface_forms"] == ["US", "U.S.", "United States"]


def test_a_family_name_that_stands_as_a_place_is_left_alone() -> None:
    assert list(entities("[Carla Lowport|PERSON] lives in [Lowport|GPE]")) == ["person:carla-lowport", "gpe:lowport"]


def test_a_region_is_a_place() -> None:
    assert list(entities("the [Lowport|PRODUCT] region, the city of [Oldport|ORG]")) == ["gpe:lowport", "gpe:oldport"]


def test_a_name_has_the_type_of_most_mentions_and_a_tie_goes_to_the_earlier_type() -> None:
    assert list(entities("[Oldwerk|ORG] [Oldwerk|FAC] [Oldwerk|ORG]")) == ["org:oldwerk"]
    assert list(entities("[Oldwerk|FAC] [Oldwerk|ORG]")) == ["org:oldwerk"]


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
        ("Zoë O’Hara", "person:zoe-ohara"),
        ("Zoë O'Hara", "person:zoe-ohara"),
        ("Łukasz Ørsted", "person:lukasz-orsted"),
        ("ANTONY BLINKEN", "person:antony-blinken"),
    ],
)
def test_an_entity_id_is_the_type_and_the_plain_name(name: str, expected: str) -> None:
    assert entity_id(name, "PERSON") == expected


def test_a_name_that_cannot_be_spelt_in_ascii_has_a_digest() -> None:
    assert entity_id("\ue000\ue001", "ORG") == entity_id("\ue000\ue001", "ORG") != entity_id("\ue001\ue000", "ORG")
    assert len(entity_id("\ue000\ue001", "ORG")) == len("org:") + 12


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kiev", "geonames:703448"),
        ("Mosca", "geonames:524901"),
        ("Regno Unito", "iso3166:GB"),
        ("Mt. Oldan", "gpe:mount-oldan"),
    ],
)
def test_a_place_has_the_number_of_its_gazetteer(name: str, expected: str) -> None:
    assert entity_id(name, "GPE") == expected


def test_the_spellings_of_one_name_are_one_entity_with_the_commonest_as_its_name() -> None:
    found = entities("[Serhiy Oldanko|PERSON], [Serhij Oldanko|PERSON], [Serhij Oldanko|PERSON] and [Oldanko|ORG]")
    assert [(e["name"], e["mentions"]) for e in found.values()] == [("Serhij Oldanko", 4)]
    assert list(found) == list(entities("[Serhii Oldanko|PERSON]"))


def test_a_name_of_the_newsroom_has_its_identity_however_it_is_spelt() -> None:
    found = entities("[Ivo Karro|ORG], [Mr Carro|PERSON]; [Ente porto|PERSON]", registry=known(CARRO, BOARD))
    assert {k: (e["name"], e["type"], e["mentions"], e["evidence"]) for k, e in found.items()} == {
        "wikidata:Q1": ("Ivo Carro", "PERSON", 2, "newsroom"),
        "org:board": ("Harbour Board", "ORG", 1, "newsroom"),
    }


def test_a_known_family_name_is_somebody_else_after_another_full_name() -> None:
    registry = known(CARRO)
    other = entities("[Lea Carro|PERSON] spoke; [Carro|PERSON] smiled", registry=registry)
    assert {k: e["surface_forms"] for k, e in other.items()} == {"person:lea-carro": ["Lea Carro", "Carro"]}
    first = entities("[Carro|PERSON] spoke; [Lea Carro|PERSON] smiled", registry=registry)
    assert {k: e["surface_forms"] for k, e in first.items()} == {
        "wikidata:Q1": ["Carro"],
        "person:lea-carro": ["Lea Carro"],
    }
    both = entities("[Lea Carro|PERSON] met [Ivo Carro|PERSON]; [Carro|PERSON] smiled", registry=registry)
    assert both["wikidata:Q1"]["surface_forms"] == ["Ivo Carro", "Carro"]


@pytest.mark.parametrize(
    "text",
    [
        "The [Lowport Harbour Union|ORG] ([LHU|ORG]) met. [LHU|ORG] said",
        "The [LHU|PERSON] ([Lowport Harbour Union|ORG]) met. [LHU|PERSON] said",
        "The [Lowport Harbour Union|ORG] met. [LHU|ORG] said; [LHU|ORG]",
    ],
)
def test_an_acronym_is_what_it_is_short_for(text: str) -> None:
    found = entities(text)
    assert {k: (e["name"], e["mentions"]) for k, e in found.items()} == {
        "org:lowport-harbour-union": ("Lowport Harbour Union", 3)
    }


@pytest.mark.parametrize(
    "text",
    [
        "The [Lowport Harbour Union|ORG] and the [Lesser Hill University|ORG]: [LHU|ORG]",
        "The [Lowport Harbour Union|ORG] ([RTX|ORG]) met",
        "[Lucy Helen Ulm|PERSON] ([LHU|ORG]) said",
    ],
)
def test_letters_that_fit_nobody_or_several_stay_a_name_of_their_own(text: str) -> None:
    assert len(entities(text)) == text.count("[")


def test_an_acronym_of_the_newsroom_is_not_another_one_of_the_article() -> None:
    found = entities("The [Lowport Harbour Base|ORG] is of the [LHB|ORG]", registry=known(BOARD))
    assert list(found) == ["org:lowport-harbour-base", "org:board"]


@pytest.mark.parametrize(
    ("full", "short"), [("Kim Jong-sam", "Kim"), ("Xi Mingtao", "Xi"), ("Hassan al-Oldani", "Oldani")]
)
def test_a_family_name_is_found_where_its_language_has_it(full: str, short: str) -> None:
    assert len(entities(f"[{full}|PERSON] spoke. [{short}|PERSON] left.")) == 1


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
