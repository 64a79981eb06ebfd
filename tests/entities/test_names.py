"""Mentions cut to the name itself and taken apart, and names that stand unnoticed."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from babelwire.entities.names import named_again, narrowed
from babelwire.entities.recognition import Mention, as_read
from babelwire.entities.registry import Registry
from babelwire.entities.source import hints_of, kept_names
from babelwire.entities.surroundings import surroundings
from babelwire.entities.unnoticed import with_unnoticed

MEGABYTE = 1_000_000


def cut(text: str, type_: str) -> list[str]:
    return [n.text for n in narrowed(text, [Mention(0, len(text), text, type_)])]


@pytest.mark.parametrize(
    ("mention", "type_", "names"),
    [
        ("Quilbert Inc's Zorba", "ORG", ["Quilbert Inc", "Zorba"]),
        ("Bahrain’s Industry", "ORG", ["Bahrain", "Industry"]),
        ("Quilbert's Delight", "ORG", ["Quilbert's Delight"]),
        ("McDonald's Corp", "ORG", ["McDonald's Corp"]),
        ("Zorba, Inc", "ORG", ["Zorba, Inc"]),
        ("Anna Neri / Agenzia Zorba", "PERSON", ["Anna Neri", "Agenzia Zorba"]),
        ("FILE PHOTO: Quilbert", "ORG", ["Quilbert"]),
        ("Zorba December 6, 2020", "ORG", ["Zorba"]),
        ("Brilfort Administration", "ORG", ["Brilfort"]),
        ("Welshman Brilfort", "PERSON", ["Brilfort"]),
        ("New York Anna Neri", "PERSON", ["Anna Neri"]),
        ("COVID-19", "ORG", []),
        ("December 6", "ORG", []),
    ],
)
def test_a_mention_is_cut_to_its_names(mention: str, type_: str, names: list[str]) -> None:
    assert cut(mention, type_) == names


def test_a_family_name_alone_is_found_again() -> None:
    text = "Anna Trabucchelli came. The crowd saw Trabucchelli leave."
    first = narrowed(text, [Mention(0, 17, "Anna Trabucchelli", "PERSON")])
    assert [text[n.start : n.end] for n in named_again(text, first)] == ["Trabucchelli"]


def test_an_ordinary_word_that_opens_a_sentence_is_no_family_name() -> None:
    text = "Anna Young came. Young people cheered."
    first = narrowed(text, [Mention(0, 10, "Anna Young", "PERSON")])
    assert named_again(text, first) == []


def unnoticed(text: str, *mentions: Mention, italian: str = "") -> list[str]:
    found = with_unnoticed(text, mentions, registry=Registry(), hints=hints_of(italian))
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    return [m.text for m in found]


def test_a_given_name_brings_a_name_to_notice() -> None:
    assert unnoticed("Yesterday Giovanni Trabucchelli left.") == ["Giovanni Trabucchelli"]


def test_a_given_name_before_a_mention_belongs_to_it() -> None:
    assert unnoticed("So Anna Neri left.", Mention(8, 12, "Neri", "ORG")) == ["Anna Neri"]


def test_countries_and_large_cities_are_noticed_inside_a_sentence() -> None:
    assert unnoticed("Trains to Norway and to Kharkiv stopped.") == ["Norway", "Kharkiv"]


def test_a_name_of_the_original_settles_where_it_begins_and_ends() -> None:
    text = "It greeted the minister of the Transports Zelmira Brilforti yesterday."
    wide = Mention(31, 59, "Transports Zelmira Brilforti", "ORG")
    italian = "Ha salutato il ministro dei Trasporti Zelmira Brilforti ieri."
    assert unnoticed(text, wide, italian=italian) == ["Zelmira Brilforti"]


def test_italian_grammar_hints_at_the_type() -> None:
    italian = "Lo ha detto il ministro Brilforti. Operai della Quilberta e poi, in Zorbania, anche altri."
    assert hints_of(italian) == {"Brilforti": "PERSON", "Quilberta": "THING", "Zorbania": "PLACE"}


def test_names_without_an_original_are_none() -> None:
    assert list(kept_names("Anna Neri left.", {})) == []


@pytest.mark.parametrize(
    "unit",
    ["A", "A ", "Aa ", "a, ", "Anna ", "A. ", "von ", "'s ", "’", "De La ", "Anna, the ", "di l'", "(", "\n", "A-"],
)
def test_hostile_text_takes_no_long_time(unit: str) -> None:
    text = unit * (MEGABYTE // len(unit))
    started = time.process_time()
    as_read(text[:5_000])
    with_unnoticed(text, [], registry=Registry(), hints=hints_of(text[:100_000]))
    surroundings(text, MEGABYTE // 2, MEGABYTE // 2 + 5)
    assert time.process_time() - started < 60
