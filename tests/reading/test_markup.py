"""How markup becomes a tree, and paragraphs."""

import pytest

from babelwire.reading.markup import paragraphs, tree_of

ILLEGAL = [*map(chr, range(1, 9)), "\x0b", "\x0c", *map(chr, range(0x0E, 0x20)), "\ufffe", "\uffff"]


@pytest.mark.parametrize("character", ILLEGAL, ids=ascii)
def test_a_character_that_a_tree_may_not_hold_is_a_space(character):
    code = ord(character)
    for written in (character, f"&#x{code:x};", f"&#X00{code:X};", *([f"&#{code};"] if code < 32 else [])):
        tree = tree_of(f"<p>uno{written}due</p>")
        text = tree.text_content()
        tree.text = text  # what is read can be set
        assert " ".join(text.split()) == "uno due"


def test_references_to_other_characters_stay():
    assert tree_of("<p>a&#9;b&#x41;&egrave;&#8364;</p>").text_content() == "a\tbAè€"


def test_captions_are_no_paragraphs():
    assert paragraphs("<p>Uno.</p><figure><img><figcaption>Foto: Neri</figcaption></figure><p>Due.</p>") == [
        "Uno.",
        "Due.",
    ]
