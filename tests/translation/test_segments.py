import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from babelwire.translation.segments import split


@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("ab. \n\t?!\r\u2028\x0c\x00'\"«»().ÈdSig1"), max_size=200) | st.text(max_size=100))
@example("")
@example("\n\n  \n")
@example("a. " * 4000)
def test_a_text_is_the_same_after_splitting_and_joining(text):
    segments = split(text, "it")
    assert segments.join(segments.texts) == text


def test_sentences_are_segments_and_white_space_is_not():
    segments = split("  Piove.  Il sig. Neri resta a casa!\n\n\n«Davvero?» chiede Ada. ", "it")
    assert segments.texts == ("Piove.", "Il sig. Neri resta a casa!", "«Davvero?» chiede Ada.")
    assert segments.separators == ("  ", "  ", "\n\n\n", " ")


def test_paragraphs_keep_their_order_and_distance_around_translations():
    segments = split("Uno. Due.\n\nTre.\n\n\n\nQuattro.", "it")
    assert segments.join(["One.", "Two.", "Three.", "Four."]) == "One. Two.\n\nThree.\n\n\n\nFour."


def test_joining_wants_as_many_translations_as_segments():
    with pytest.raises(ValueError, match="zip"):
        split("Uno. Due.", "it").join(["One."])


def test_a_line_without_an_end_is_cut_at_white_space():
    segments = split("parola " * 3000, "it")
    assert max(map(len, segments.texts)) <= 5000
    assert set(" ".join(segments.texts).split(" ")) == {"parola"}
