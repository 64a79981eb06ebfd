"""English grammar put right, and Italian phrases that go through Apertium as invented words."""

import pytest

from babelwire.translation.phrasing import Phrases, put_right

PHRASES = Phrases({"nei pressi di": "near", "tuttavia": "however", "grazie a": "thanks to", "po'": "bit"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The mayor has declared that it is closed", "The mayor said that it is closed"),
        ("They have also written a letter", "They also wrote a letter"),
        ("The bridges have been closed", "The bridges were closed"),
        ("She is been born at Genoa", "She was born at Genoa"),
        ("The ship is arrived and is full", "The ship arrived and is full"),
        ("It would have declared more", "It would have declared more"),
        ("They have to leave", "They have to leave"),
        ("The doors can being opened", "The doors can be opened"),
        ("It happened at the 2016", "It happened in 2016"),
        ("the crisis of the 2008", "the crisis of 2008"),
        ("It opens the 9 of December of the 2019", "It opens on 9 December 2019"),
        ("from the 9 December", "from 9 December"),
        ("the 93% of the vote", "93% of the vote"),
        ("2.8 million of barrels", "2.8 million barrels"),
        ("among June and August", "between June and August"),
        ("at the Wednesday", "on Wednesday"),
        ("the persons that sleep", "the people who sleep"),
        ("the others ships", "the other ships"),
        ("known like the boss of the port", "known as the head of the port"),
        ("it looks like a ship", "it looks like a ship"),
        ("cities like ZQX0Q and Genoa", "cities such as ZQX0Q and Genoa"),
        ("among the port and the old town", "between the port and the old town"),
        ("in the XIX century and the XXI century", "in the 19th century and the 21st century"),
        ("open up to the end, for up to 5 ships", "open until the end, for up to 5 ships"),
        ("they took part to the vote, included the women", "they took part in the vote, including the women"),
        ("from the one to the another", "from the one to the other"),
        ("an only ship", "a single ship"),
        ("an alike ship and an honest man", "a similar ship and an honest man"),
        ("at the last 5 months, and no the port", "in the last 5 months, and not the port"),
        ("the subsequent day was tall", "the following day was high"),
        ("ZQX0Q Has declared", "ZQX0Q declared"),
        ("a origami", "an origami"),
        ("a university", "a university"),
        ("the 2,000 ships at sea", "the 2,000 ships at sea"),
    ],
)
def test_grammar_is_put_right(before, after):
    assert put_right(before) == after


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit",
    [
        "has ",
        "the ",
        "among 1 ",
        "1.1",
        "  ",
        "ZQX0Q ",
        "is already ",
        "1,",
        "a",
        "like ",
        "XVI ",
        "among a ",
        "up to the ",
    ],
)
def test_hostile_text_is_put_right_in_bounded_time(unit):
    put_right(unit * (200_000 // len(unit)))


@pytest.mark.parametrize(
    ("text", "restored"),
    [
        ("nei pressi di casa", "Near casa"),
        ("è nei pressi della casa", "è near the casa"),
        ("è nei pressi dell'orto", "è near the orto"),
        ("Tuttavia piove", "However piove"),
        ("un po’ di sole", "un bit di sole"),
        ("tuttaviamente", "tuttaviamente"),
    ],
)
def test_phrases_go_through_as_invented_words_and_come_back_in_english(text, restored):
    hidden = PHRASES.hide(text)
    assert PHRASES.restore(hidden, hidden) == restored


def test_a_lost_or_doubled_phrase_is_noticed():
    hidden = PHRASES.hide("Tuttavia piove")
    assert PHRASES.restore(hidden, "it rains") is None
    assert PHRASES.restore(hidden, f"{hidden} {hidden}") is None


def test_a_text_that_looks_like_an_invented_word_is_left_alone():
    assert PHRASES.hide("zqy tuttavia") == "zqy tuttavia"
