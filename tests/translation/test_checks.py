import pytest

from babelwire.translation.checks import failed_checks

GOOD = [
    ("Il porto resta chiuso fino a domenica.", "The port stays closed until Sunday."),
    ("Costa 1.200 euro, il 3,5% in più.", "It costs 1,200 euros, 3.5% more."),
    ("Nel XV secolo erano 30 case.", "In the 15th century there were 30 houses."),
    ("Torino, Milano, Bari", "Torino, Milano, Bari"),
    ("No!", "Certainly not, never!"),
    ("", ""),
    ("La pagina diceva: Error 500 (Server Error).", "The page said: Error 500 (Server Error)."),
]
BAD = [
    ("Il porto resta chiuso.", "  ", "empty"),
    ("Il porto resta chiuso fino a domenica.", "Il porto resta chiuso fino a domenica .", "untranslated"),
    ("Il porto resta chiuso fino a domenica.", "The port.", "length_ratio"),
    ("Il porto resta chiuso fino a domenica.", "The port " * 30, "length_ratio"),
    ("Erano 118 scuole.", "There were 181 schools.", "numbers"),
    ("Erano 118 scuole.", "There were schools.", "numbers"),
    ("Erano scuole.", "There were 3 schools.", "numbers"),
    ("Nel XV secolo erano 30 case.", "In the 15th century there were houses.", "numbers"),
    ("Il porto è chiuso.", "Error 500 (Server Error)!!1500.That’s an error.", "error_page"),
]


@pytest.mark.parametrize(("source", "translated"), GOOD)
def test_a_translation_in_order_fails_no_check(source, translated):
    assert failed_checks(source, translated) == []


@pytest.mark.parametrize(("source", "translated", "check"), BAD)
def test_a_bad_translation_fails_the_check_for_it(source, translated, check):
    assert check in failed_checks(source, translated)
