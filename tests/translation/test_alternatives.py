"""Any of many terms."""

import re

from babelwire.translation.alternatives import any_of

TERMS = ["in base a", "in base", "in", "in basso", "in bassa stagione", "l'aquila", "di", "a.b"]


def test_each_term_is_found_whole_and_the_longest_first():
    for term in TERMS:
        assert re.match(any_of(TERMS), term)[0] == term
    assert re.match(any_of(TERMS), "in basettoni")[0] == "in base"


def test_an_apostrophe_is_straight_or_curly_and_a_full_stop_only_itself():
    assert re.fullmatch(any_of(TERMS), "l\N{RIGHT SINGLE QUOTATION MARK}aquila")
    assert not re.fullmatch(any_of(TERMS), "axb")


def test_white_space_between_words_is_what_the_caller_says():
    assert re.fullmatch(any_of(TERMS), "in  basso")
    assert not re.fullmatch(any_of(TERMS, space=r"\s"), "in  basso")
    assert re.fullmatch(any_of(TERMS, space=r"\s"), "in\N{NO-BREAK SPACE}basso")


def test_no_terms_match_nothing():
    assert not re.search(any_of([]), "in")
