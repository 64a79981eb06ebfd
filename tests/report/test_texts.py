"""Texts made ready for a page: cut, paired, marked, harmless."""

import pytest

from babelwire.report.texts import (
    MOST_CHARACTERS,
    MOST_WORDS,
    OPENING_WORDS,
    Piece,
    language_tag,
    link,
    plain,
    side_by_side,
)


def entity(text, *names, type_="PERSON"):
    spans = [{"start": text.index(name), "end": text.index(name) + len(name)} for name in names]
    return {"type": type_, "surface_forms": list(names), "spans": spans}


def words(count, word="parola"):
    return " ".join([word] * count)


def said(pairs, side):
    parts = (getattr(pair, side) for pair in pairs)
    return [part if isinstance(part, str) else "".join(p.text for p in part) for part in parts if part is not None]


def test_each_paragraph_stands_beside_its_translation():
    texts = side_by_side("Prima riga.\n\nSeconda riga.", "First line.\n\nSecond line.", [])
    assert [(pair.original, pair.english) for pair in texts.opening] == [
        ("Prima riga.", (Piece("First line."),)),
        ("Seconda riga.", (Piece("Second line."),)),
    ]
    assert texts.complete


def test_a_paragraph_without_a_counterpart_is_not_lost():
    texts = side_by_side("Uno.\n\nDue.\n\nTre.", "One.", [])
    assert said(texts.opening, "original") == ["Uno.", "Due.", "Tre."]
    assert said(texts.opening, "english") == ["One."]


def test_names_are_marked_where_they_stand_in_the_english_text():
    text = "In Tarvella, Renzo Baldacci spoke.\n\nBaldacci left Tarvella."
    place = {**entity(text, "Tarvella", type_="GPE"), "spans": [{"start": 3, "end": 11}, {"start": 50, "end": 58}]}
    texts = side_by_side(None, text, [entity(text, "Renzo Baldacci"), place])
    assert texts.opening[0].english == (
        Piece("In "),
        Piece("Tarvella", "GPE"),
        Piece(", "),
        Piece("Renzo Baldacci", "PERSON"),
        Piece(" spoke."),
    )
    assert texts.opening[1].english == (Piece("Baldacci left "), Piece("Tarvella", "GPE"), Piece("."))


@pytest.mark.parametrize(
    "span", [(0, 4), (-3, 2), (5, 5), (6, 2), (0, 10_000)], ids=["another text", "before", "empty", "turned", "beyond"]
)
def test_a_place_that_does_not_hold_the_name_is_not_marked(span):
    wrong = {"type": "PERSON", "surface_forms": ["Baldacci"], "spans": [{"start": span[0], "end": span[1]}]}
    assert side_by_side(None, "Rain fell on Baldacci.", [wrong]).opening[0].english == (
        Piece("Rain fell on Baldacci."),
    )


def test_of_two_names_in_one_place_the_longer_is_marked():
    text = "The Bank of Tarvella closed."
    texts = side_by_side(
        None, text, [entity(text, "Tarvella", type_="GPE"), entity(text, "Bank of Tarvella", type_="ORG")]
    )
    assert [piece for piece in texts.opening[0].english if piece.type] == [Piece("Bank of Tarvella", "ORG")]


def test_a_long_text_is_cut_twice_and_says_so():
    paragraphs = [f"{words(30)} {i}." for i in range(40)]
    texts = side_by_side("\n\n".join(paragraphs), None, [])
    shown = said(texts.opening, "original")
    rest = said(texts.rest, "original")
    assert shown + rest == paragraphs[: len(shown) + len(rest)]
    assert OPENING_WORDS <= len(" ".join(shown).split()) < OPENING_WORDS + 40
    assert MOST_WORDS <= len(" ".join(shown + rest).split()) < MOST_WORDS + 40
    assert texts.rest_words == len(" ".join(rest).split())
    assert not texts.complete


def test_a_long_paragraph_is_divided_at_the_ends_of_sentences_on_both_sides_alike():
    italian = " ".join(f"La frase numero {i} parla del porto e delle sue navi." for i in range(60))
    english = " ".join(f"Sentence number {i} is about the harbour and ships." for i in range(60))
    texts = side_by_side(italian, english, [])
    pairs = [*texts.opening, *texts.rest]
    assert len(pairs) > 3
    assert "".join(said(pairs, "original")) == italian
    assert "".join(said(pairs, "english")) == english
    assert all(part.rstrip().endswith(".") for part in said(pairs, "original") + said(pairs, "english"))


@pytest.mark.parametrize("unit", ["a", " ", "\n\n", "a\n\n", ". ", '."', "\x00", "\u202e", "é\n"])
def test_a_megabyte_of_anything_is_cut_to_what_a_page_bears(unit):
    texts = side_by_side(unit * (1_000_000 // len(unit)), unit * (1_000_000 // len(unit)), [])
    assert not texts.complete
    assert sum(map(len, said([*texts.opening, *texts.rest], "original"))) <= MOST_CHARACTERS
    assert sum(map(len, said(texts.opening, "english"))) <= 3000
    assert len(plain(unit * 1_000_000)) <= 300


def test_characters_that_a_page_may_not_hold_become_spaces_and_offsets_stay():
    text = "One\x00two\x1b[31m Baldacci\x85."
    texts = side_by_side(None, text, [entity(text, "Baldacci")])
    assert texts.opening[0].english == (Piece("One two [31m "), Piece("Baldacci", "PERSON"), Piece(" ."))
    assert plain(" A\r\nline\x07of\u2028words ") == "A line of words"
    assert plain(None) == ""
    assert plain("x" * 500) == "x" * 299 + "…"


@pytest.mark.parametrize(
    ("uri", "followed"),
    [
        ("https://example.org/a?b=1&c=%22", True),
        ("http://example.org", True),
        ("HTTPS://example.org/a", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("https://example.org/a\nb", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("file:///etc/passwd", False),
        ("https://name:word@example.org/", False),
        ("https:///nowhere", False),
        ("https://[half", False),
        ("//example.org/a", False),
        ("https://example.org/" + "a" * 3000, False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_links(uri, followed):
    assert link(uri) == (uri if followed else "")


@pytest.mark.parametrize(
    ("language", "tag"),
    [("it", "it"), ("pt-BR", "pt-BR"), ("zh-Hant-TW", "zh-Hant-TW"), ("und", ""), ('it" onclick="x', ""), ("", "")],
)
def test_only_a_language_tag_becomes_an_attribute(language, tag):
    assert language_tag(language) == tag
