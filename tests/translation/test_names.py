"""Proper names in Italian sentences. The sentences are invented."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.translation.names import country_names, find_names


def found(sentence):
    return [sentence[name.start : name.end] for name in find_names(sentence)]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Lo ha detto ieri Marta Fontana a Radio Zeta", ["Marta Fontana", "Radio Zeta"]),
        ("Marta Fontana non ha risposto", ["Marta Fontana"]),
        ("Secondo Rossi la casa è di Stella", ["Rossi", "Stella"]),
        ("Bianchi ha vinto", ["Bianchi"]),
        ("Nel libro di George W. Bush e J. K. Rowling", ["George W. Bush", "J. K. Rowling"]),
        ("L'incontro con Ursula von der Leyen", ["Ursula von der Leyen"]),
        ("La visita di Rosa D'Amico e Jean-Luc Petit", ["Rosa D'Amico", "Jean-Luc Petit"]),
        ("Il ministro Grasso e il presidente Conte", ["Grasso", "Conte"]),
        ("Parla con il sindaco Vittorino Piazza", ["Vittorino Piazza"]),
    ],
)
def test_names_are_found_whole(sentence, names):
    assert found(sentence) == names


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Quando la nave arriva il porto è chiuso",
        "Ricercatori al lavoro su una nuova cura",
        "La riunione del Consiglio e del Ministero della Giustizia",
        "Tre Ministri e un Senatore nella Repubblica",
        "Così ha vinto la squadra",
        "CROLLA IL PONTE SUL FIUME",
        "Sequestrate armi e droga",
    ],
)
def test_titles_institutions_and_opening_words_are_no_names(sentence):
    assert found(sentence) == []


def test_in_a_headline_of_capitals_only_names_of_several_words_count():
    assert found("Crolla Ponte Vecchio Rione, Indaga Marta Fontana") != []
    assert found("IL SINDACO MARTA FONTANA SI DIMETTE") == []


def test_countries_are_translated_by_cldr():
    names = country_names("it", "en")
    assert names["Francia"] == "France"
    assert names["Corea del Nord"] == "North Korea"
    assert "Riunione" not in names
    assert len(names) > 200


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(["Anna", "de", "Mc", "D'", "al-", "J.", "ZQX", "  ", "\n", "é", "É", "3", "-", "’", "."]))
)
def test_names_never_overlap_and_have_a_letter(parts):
    sentence = " ".join(parts)
    names = find_names(sentence)
    assert all(a.end <= b.start for a, b in pairwise(names))
    assert all(any(c.isalpha() for c in sentence[n.start : n.end]) and n.words > 0 for n in names)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", ["A.", "Aa de ", "Aa ", "Mc", "D'", "A-", "presidente ", "\n", ". ", "É", "A. A"])
def test_hostile_text_is_read_in_bounded_time(unit):
    find_names(unit * (200_000 // len(unit)))
