"""English words that a Romance word shows by its ending."""

import pytest

from babelwire.translation.cognates import english_cognate


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("perforazione", "perforation"),
        ("perforación", "perforation"),
        ("perforació", "perforation"),
        ("incursioni", "incursions"),
        ("fragilità", "fragility"),
        ("farmacologia", "pharmacology"),
        ("fotovoltaici", "photovoltaic"),
        ("miracolosa", "miraculous"),
        ("statisticamente", "statistically"),
        ("irreparabile", "irreparable"),
    ],
)
def test_a_learned_word_is_english_by_its_ending(word, english):
    assert english_cognate(word) == english


@pytest.mark.parametrize("word", ["", "zione", "brufolazione", "trebbiatura", "x" * 1_000_000])
def test_what_english_does_not_have_is_left(word):
    assert english_cognate(word) is None
