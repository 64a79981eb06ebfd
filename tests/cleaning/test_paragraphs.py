"""Where paragraphs end."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.cleaning.paragraphs import split

PROSE = (
    "The ferry that joins the two halves of the town was taken out of the water on Monday for its yearly painting.",
    "Nobody complained, said the ferryman, because the walk, in this season, is lined with flowering almond trees.",
)


@pytest.mark.parametrize("width", [60, 72, 80])
def test_lines_wrapped_at_a_column_become_one_line(width: int) -> None:
    wrapped = "\n\n".join(textwrap.fill(p, width) for p in PROSE)
    assert split(wrapped) == list(PROSE)


def test_wrapped_paragraphs_without_blank_lines_end_at_the_short_line() -> None:
    wrapped = "\n".join(textwrap.fill(p, 66) for p in PROSE)
    assert split(wrapped) == list(PROSE)


def test_long_lines_are_paragraphs() -> None:
    assert split("\n".join(PROSE)) == list(PROSE)


def test_short_lines_that_end_as_sentences_are_paragraphs() -> None:
    lines = ["The ferry is out of the water again.", "It will be painted in blue and white.", "The walk takes an hour."]
    assert split("\n".join(lines)) == lines


def test_a_list_keeps_its_lines() -> None:
    lines = ["What the ferry carries:", "nets", "oars", "a lamp", "eleven people"]
    assert split("\n".join(lines)) == lines


def test_a_list_in_a_wrapped_document_keeps_its_lines() -> None:
    wrapped = textwrap.fill(PROSE[0], 72) + "\n\n- nets\n- oars\n- a lamp\n\n" + textwrap.fill(PROSE[1], 72)
    assert split(wrapped) == [PROSE[0], "- nets", "- oars", "- a lamp", PROSE[1]]


def test_a_line_that_came_twice_is_not_one_wrapped_line() -> None:
    caption = "The ferry on the slipway at Ponte Vecchio di Sopra on Monday. Photograph: Rita Ferrante/Onda"
    assert split(f"{caption}\n{caption}") == [caption, caption]


def test_a_name_over_a_note_is_not_joined_to_it() -> None:
    note = ["Rita Ferrante", "Rita Ferrante is a correspondent for The Ferry Post"]
    assert split("\n".join(note)) == note


def test_a_word_broken_at_its_hyphen_stays_one_word() -> None:
    assert split("It was the work of an eighty-year-old ship-\nwright, and the whole town came to the quay.\n")[0] == (
        "It was the work of an eighty-year-old ship-wright, and the whole town came to the quay."
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("blank", ["", "  ", "\xa0", "\u200b"])
def test_every_kind_of_blank_line_ends_a_paragraph(newline: str, blank: str) -> None:
    assert split(f"one{newline}{blank}{newline}two") == ["one", "two"]


@settings(max_examples=50)
@given(st.text(alphabet="ab, .-\n\t", max_size=200))
def test_no_letter_is_lost_or_gained_and_splitting_again_changes_nothing(text: str) -> None:
    paragraphs = split(text)
    assert "".join("".join(paragraphs).split()) == "".join(text.split())
    assert split("\n\n".join(paragraphs)) == paragraphs
