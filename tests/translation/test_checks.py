import pytest

from babelwire.translation import Translated
from babelwire.translation.checks import DOUBTS, failed_checks

LONG = "Il consiglio comunale ha approvato ieri sera il nuovo piano del traffico dopo una lunga discussione."
GOOD = [
    (LONG, "The town council approved the new traffic plan yesterday evening after a long discussion."),
    ("Negli anni '70 erano 10000 soldati.", "In the 1970s there were 10,000 soldiers."),
    ("Ha detto no, no, no, no, no e no.", "He said no, no, no, no, no and no."),
    ("Ieri Mosca e Londra hanno firmato.", "Yesterday Moscow and London signed."),
    ("Gli accordi tra Giappone e Norvegia valgono ancora.", "The accords of Tokyo and Oslo are still valid."),
    ("Il porto resta chiuso fino a domenica.", "The port stays closed until Sunday."),
    ("Costa 1.200 euro, il 3,5% in più.", "It costs 1,200 euros, 3.5% more."),
    ("Nel XV secolo erano 30 case.", "In the 15th century there were 30 houses."),
    ("Torino, Milano, Bari", "Torino, Milano, Bari"),
    ("No!", "Certainly not, never!"),
    ("", ""),
    ("La pagina diceva: Error 500 (Server Error).", "The page said: Error 500 (Server Error)."),
]
BAD = [
    (LONG, LONG.replace("ieri sera", "iersera"), "wrong_language"),
    (
        LONG,
        "Le conseil municipal a approuvé hier soir le nouveau plan de circulation après un long débat.",
        "wrong_language",
    ),
    (LONG, "The town council approved the new traffic", "length_ratio"),
    (LONG, "The town council approved the new traffic plan yesterday evening after", "cut_short"),
    (
        LONG,
        "The town council approved the plan plan plan plan plan yesterday evening after a long debate.",
        "repetition",
    ),
    (LONG, "The town council of the town of the town of the town of the town of the town has met again.", "repetition"),
    ("Costa il 3,5% in più.", "It costs 3,5% more.", "numbers"),
    ("Negli anni '70 erano 10000 soldati.", "In the 1980s there were 10,000 soldiers.", "numbers"),
    ("Ieri hanno parlato Stella, Bianchi e Rossi.", "Yesterday a star, some whites and some reds spoke.", "names"),
    ("Il Brufolino canta con Zorbania.", Translated("The Brufolino canta con Zorbania.", 4), "unknown_words"),
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


def test_a_few_unknown_words_are_no_failure():
    assert failed_checks("Il Brufolino canta con Zorbania.", Translated("Brufolino sings with Zorbania.", 2)) == []


def test_the_languages_of_the_pair_decide_what_is_another_language():
    french = "Le conseil municipal a approuvé hier soir le nouveau plan de circulation après un long débat."
    assert failed_checks(LONG, french, target="fr") == []


def test_a_translation_that_only_leaves_doubts_can_be_told_from_a_wrong_one():
    assert set(failed_checks("Ieri hanno parlato Stella, Bianchi e Rossi.", "Yesterday some reds spoke out.")) <= DOUBTS


@pytest.mark.parametrize(
    "hostile", ["a" * 300_000, "1," * 150_000, "1.000" * 60_000, "A a " * 75_000, "'7" * 150_000, ". " * 150_000]
)
@pytest.mark.timeout(20)
def test_a_hostile_text_is_checked_in_bounded_time(hostile):
    assert isinstance(failed_checks(hostile, hostile[:-2] + "x"), list)
