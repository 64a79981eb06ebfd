"""What goes into Apertium's programs and what comes out of them."""

import pytest

from babelwire.translation.pipes import ChainError
from babelwire.translation.stream import Answer, cut, decode, encode


def test_text_of_any_kind_comes_back_as_it_was():
    text = "a^b$ [c] {d} <e>\\n/@*#~% \N{GRINNING FACE}\t"
    assert decode(encode(text)) == Answer(text)


def test_what_is_no_text_is_a_replacement_character():
    assert decode(encode("a\0b\ufdd0c\ud800")).text == "a\ufffdb\ufffdc\ufffd"


def test_words_that_are_left_are_named_without_their_marks():
    assert decode(b"the *brufolino and @zorbo, #go *ZQX0Q *BX500 *[].[]") == Answer(
        "the brufolino and zorbo, go ZQX0Q BX500 ", ("brufolino", "zorbo")
    )


def test_a_learned_word_is_its_cognate_and_not_left():
    assert decode(b"the *sublimazione[].[]") == Answer("the sublimation")


def test_a_mark_that_stood_in_the_text_is_no_unknown_word():
    assert decode(encode("*stella @nome")) == Answer("*stella @nome")


def test_an_answer_without_its_end_is_a_fault_of_the_programs():
    with pytest.raises(ChainError, match="cut short"):
        decode(b"the house")


def test_hostile_answers_are_read_in_one_pass():
    for piece in ("*", "*a", "*1", "1.", "\\", "*" + "a" * 40):
        assert len(decode(piece.encode() * (1_000_000 // len(piece)) + b"[].[]").text) <= 1_000_000


def test_a_long_text_is_cut_between_words_and_a_long_word_anywhere():
    text = "parola " * 1000 + "x" * 5000
    pieces = cut(text)
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= 1500
    assert pieces[0].endswith("parola ")
