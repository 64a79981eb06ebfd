"""How bytes become characters, and how texts and Markdown are read."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.errors import RejectInput
from babelwire.reading.text import decode, read_text, tidy

ITALIAN = "Perché la città è più bella: «Così è», ha detto l’assessore – e il costo è di 300 € l’anno.\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_italian_survives_the_encodings_it_is_sent_in(encoding):
    assert decode(ITALIAN.encode(encoding)) == ITALIAN


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE])
def test_the_byte_order_mark_decides(mark):
    encoding = "utf-16-be" if mark == codecs.BOM_UTF16_BE else "utf-16-le"
    assert decode(mark + "Città".encode(encoding)) == "Città"


def test_the_euro_sign_of_latin_9_is_read():
    text = "Il costo è di 300 € l'anno, perché così si è deciso.\n"
    assert decode(text.encode("iso8859-15")) == text


def test_stray_windows_bytes_in_utf_8_are_read_as_what_they_are():
    raw = "Perché la città è così. ".encode() + "Caffè a 2 €.".encode("cp1252")
    assert decode(raw) == "Perché la città è così. Caffè a 2 €."


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Мэр города объявил в среду о новых мерах поддержки школ, сообщила пресс-служба мэрии."),
        ("iso8859-7", "Ο δήμαρχος ανακοίνωσε την Τετάρτη νέα μέτρα για τα σχολεία της πόλης και τους δασκάλους."),
    ],
)
def test_other_alphabets_are_found(encoding, text):
    assert decode(text.encode(encoding)) == text


def test_the_declared_encoding_counts_where_the_bytes_leave_it_open():
    text = "Žluťoučký kůň"
    assert decode(text.encode("cp1250"), declared="windows-1250") == text


@pytest.mark.parametrize("declared", ["rot13", "unicode_escape", "utf-7", "zlib", "nonsense", ""])
def test_a_strange_declaration_is_passed_over(declared):
    assert decode("Città +AGE-\\u0041".encode("cp1252"), declared=declared) == "Città +AGE-\\u0041"


def test_bytes_of_no_encoding_are_rejected():
    with pytest.raises(RejectInput) as stopped:
        decode(codecs.BOM_UTF16_LE + b"\x00\xd8a")
    assert stopped.value.reason_code == "undecodable"


def test_lines_end_in_one_way_and_nul_is_gone():
    assert tidy("\ufeffa\r\nb\rc\u2028d\0") == "a\nb\nc\nd"


@given(raw=st.one_of(st.binary(max_size=300), st.text(max_size=100).map(lambda t: t.encode("utf-16", "surrogatepass"))))
@settings(max_examples=50, deadline=None)
def test_decoding_gives_clean_text_or_rejects(raw):
    try:
        text = decode(raw)
    except RejectInput:
        return
    assert "\0" not in text
    assert "\r" not in text
    text.encode()


def test_a_plain_text_is_kept_as_it_is():
    assert read_text("Titolo\n\n#1 Testo.") == {"text": "Titolo\n\n#1 Testo."}


def test_a_markdown_title_is_the_headline_and_marks_are_gone():
    found = read_text(
        "# Il *ponte* riapre\n\n*di Anna Neri*\n\n**Lodi, 3 marzo** - Testo [con legame](https://a.example)\n"
        "su due righe.\n\n## Il costo\n\n> Citazione.\n\n- primo\n- secondo\n\n![foto](x.png)\n\nFine <b>qui</b>.\n"
    )
    assert found["headline"] == "Il ponte riapre"
    assert found["text"].split("\n\n") == [
        "di Anna Neri",
        "Lodi, 3 marzo - Testo con legame su due righe.",
        "Il costo",
        "Citazione.",
        "primo",
        "secondo",
        "Fine qui.",
    ]


def test_a_year_that_opens_a_markdown_paragraph_is_kept():
    assert read_text("# Titolo\n\n1986. Era un anno.")["text"] == "1986. Era un anno."


def test_html_in_markdown_is_read_as_its_text():
    assert read_text("# Titolo\n\n<div>Prima parte.</div>\n\nSeconda.")["text"] == "Prima parte.\n\nSeconda."


@pytest.mark.parametrize("text", ["", " \n\t", "# Titolo solo\n"])
def test_a_document_without_text_is_rejected(text):
    with pytest.raises(RejectInput) as stopped:
        read_text(text)
    assert stopped.value.reason_code == "no_text"


def test_a_very_long_text_is_not_taken_for_markdown():
    text = "# " + "[" * 1_000_000
    assert read_text(text) == {"text": text}
