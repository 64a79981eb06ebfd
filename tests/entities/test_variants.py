"""One key for the spellings of one name, and two keys for two names."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.article import ENTITY_TYPES
from babelwire.entities.normalisation import entity_id
from babelwire.entities.variants import is_acronym_of, key

DATA = json.loads((Path(__file__).parents[1] / "data" / "variants.json").read_text(encoding="utf-8"))


def pairwise_f1(keys: dict[tuple[str, str, int], str]) -> float:
    """Of `keys` by (type, name, group): how well equal keys are equal groups, over all pairs of one type."""
    right = wrong = missed = 0
    for ((type_, _, group), k), ((other_type, _, other_group), other) in combinations(keys.items(), 2):
        if type_ == other_type:
            right += group == other_group and k == other
            wrong += group != other_group and k == other
            missed += group == other_group and k != other
    return 2 * right / (2 * right + wrong + missed)


def test_the_spellings_of_a_name_are_one_entity_and_no_other() -> None:
    keys = {(t, name, i): entity_id(name, t) for i, (t, *names) in enumerate(DATA["same"]) for name in names}
    assert len(DATA["same"]) >= 150
    assert pairwise_f1(keys) >= 0.95


def test_spelling_alone_goes_most_of_the_way_for_people_and_organisations() -> None:
    keys = {
        (t, name, i): key(name, t)
        for i, (t, *names) in enumerate(DATA["same"])
        for name in names
        if t in {"PERSON", "ORG"}
    }
    assert pairwise_f1(keys) >= 0.9


def test_names_that_look_alike_stay_apart() -> None:
    pairs = [(t, a, b) for t, a, b in DATA["apart"]]
    merged = [(t, a, b) for t, a, b in pairs if entity_id(a, t) == entity_id(b, t)]
    assert len(pairs) >= 50
    assert len(merged) <= 0.05 * len(pairs), merged


@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        ("Antony Blinken", "PERSON", "antony-blinken"),
        ("Zoë O’Hara", "PERSON", "zoe-ohara"),
        ("Łukasz Ørsted", "PERSON", "lukasz-orsted"),
        ("ANTONY BLINKEN", "PERSON", "antony-blinken"),
        ("Владимир Оралов", "PERSON", "vladimir-oralov"),
        ("Julia Roberts", "PERSON", "julia-roberts"),
        ("Carlos Fuentes", "PERSON", "carlos-fuentes"),
        ("Michael Israel", "PERSON", "michael-israel"),
        ("Al Gore", "PERSON", "al-gore"),
        ("Giacomo Casanova", "PERSON", "giacomo-casanova"),
        ("Monsters, Inc.", "WORK_OF_ART", "monsters-inc"),
        ("Oldani & Co.", "ORG", "oldani"),
        ("the Harbour Board", "ORG", "harbour-board"),
        ("Province of Lowport", "GPE", "lowport-province"),
        ("City of Lowport", "GPE", "lowport"),
        ("St. Oldan", "GPE", "saint-oldan"),
        ("the Ruritanians", "NORP", "ruritanian"),
    ],
)
def test_a_key_can_be_read(name: str, type_: str, expected: str) -> None:
    assert key(name, type_) == expected


def test_a_name_without_letters_of_any_alphabet_has_a_digest() -> None:
    assert key("\ue000\ue001", "ORG") == key("\ue000\ue001", "ORG") != key("\ue001\ue000", "ORG")
    assert re.fullmatch(r"[0-9a-f]{12}", key("\ue000\ue001", "ORG"))


@pytest.mark.parametrize(
    ("short", "long", "fits"),
    [
        ("HB", "Harbour Board", True),
        ("H.B.", "Harbour Board", True),
        ("LHB", "Lowport Harbour Board", True),
        ("BOL", "Bank of Lowport", True),
        ("BL", "Bank of Lowport", True),
        ("LHB", "Harbour Board", False),
        ("Hb", "Harbour Board", False),
        ("H", "Harbour", False),
        ("UL", "Unione di Lowport", True),
    ],
)
def test_an_acronym_is_the_first_letters(short: str, long: str, fits: bool) -> None:
    assert is_acronym_of(short, long) is fits


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(ENTITY_TYPES))
def test_every_text_has_a_key_of_plain_words(name: str, type_: str) -> None:
    found = key(name, type_)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", found)
    assert found == key(name, type_)


@pytest.mark.parametrize("piece", ["A.", "a ", "O ", "al-", "’", "é", "J. ", "(", "-", "ye", "the "])
def test_a_name_of_a_million_characters_has_a_key_of_bounded_length(piece: str) -> None:
    hostile = piece * (1_000_000 // len(piece))
    assert all(len(key(hostile, type_)) < 2000 for type_ in ENTITY_TYPES)


def test_case_and_accents_never_matter() -> None:
    by_key = defaultdict(set)
    for name in ("Zoë Müller-Öst", "ZOË MÜLLER-ÖST", "Zoe Muller Ost", "zoë mueller-öst", "Zoë Mu\u0308ller-O\u0308st"):
        by_key[key(name, "PERSON")].add(name)
    assert len(by_key) == 1
