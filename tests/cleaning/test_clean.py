"""What the stage makes of a document: the columns it finds, the text it leaves, what it cuts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.cleaning import Clean
from babelwire.frames import make_frame, values

from .conftest import LATEST, clean_document

Cleaner = Callable[..., dict[str, Any]]

FIRST = "The ferry that joins the two halves of the town was taken out of the water on Monday for its yearly painting."
SECOND = "Nobody complained, said the ferryman, because the walk is lined with flowering almond trees in this season."
THIRD = "The painters expect to finish within three weeks, which is what they have said every spring for forty years."
BODY = f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
PRIMO = "Il traghetto che unisce le due rive della citta' e' stato tirato in secca lunedi' per la verniciatura."
SECONDO = "Nessuno si e' lamentato, dice il traghettatore, perche' la strada lungo il fiume e' piena di mandorli."


def test_a_plain_text_gives_up_its_headline_standfirst_byline_date_and_author_note(clean: Cleaner) -> None:
    caption = "The ferry on its slipway on Monday. Photograph: Ugo Lanza/Onda"
    article = clean(
        "Ferry leaves the water for three weeks of paint\n\n"
        "People of the far bank will walk the long way round\n\n"
        "By Rita Ferrante\n\n4 March 2025\n\n"
        f"{caption}\n{caption}\n\n{FIRST}\n\nREAD MORE\n\n{SECOND}\n\n{THIRD}\n\n"
        "Rita Ferrante\n\nRita Ferrante\n\nRita Ferrante is a contributor to The Ferry Post from the far bank"
    )
    assert article == {
        "headline": "Ferry leaves the water for three weeks of paint",
        "standfirst": "People of the far bank will walk the long way round",
        "byline": ["Rita Ferrante"],
        "dateline": None,
        "published_at": datetime(2025, 3, 4, tzinfo=UTC),
        "published_from": "text",
        "text": BODY,
        "removed": [
            "By Rita Ferrante",
            "4 March 2025",
            caption,
            caption,
            "READ MORE",
            "Rita Ferrante",
            "Rita Ferrante",
            "Rita Ferrante is a contributor to The Ferry Post from the far bank",
        ],
        "word_count": len(BODY.split()),
        "reason_code": None,
    }


def test_a_text_that_begins_with_prose_has_no_headline(clean: Cleaner) -> None:
    article = clean(BODY)
    assert (article["headline"], article["standfirst"], article["byline"]) == (None, None, [])
    assert article["text"] == BODY
    assert article["removed"] == []


@pytest.mark.parametrize(
    "first", ["It is out of the water.", "“It is out.”", "He said: ‘It is out.’", "First, the news:"]
)
def test_a_short_sentence_is_no_headline(clean: Cleaner, first: str) -> None:
    article = clean(f"{first}\n\n{BODY}")
    assert article["headline"] is None
    assert article["text"] == f"{first}\n\n{BODY}"


@pytest.mark.parametrize(
    "headline", ["Is the ferry out of the water?", "‘Out at last’", "Ferry: «It is out»", "Paint!"]
)
def test_a_headline_may_ask_cry_or_quote(clean: Cleaner, headline: str) -> None:
    assert clean(f"{headline}\n\n{BODY}")["headline"] == headline


def test_a_word_under_the_headline_is_no_standfirst(clean: Cleaner) -> None:
    article = clean(f"Ferry leaves the water\n\nTransport\n\n{BODY}")
    assert (article["headline"], article["standfirst"]) == ("Ferry leaves the water", None)


def test_a_short_last_line_is_no_headline_of_nothing(clean: Cleaner) -> None:
    assert clean("Ferry out of the water")["text"] == "Ferry out of the water"


def test_metadata_wins_and_what_the_text_repeats_of_it_is_taken_out(clean: Cleaner) -> None:
    published = datetime(2025, 3, 5, 8, tzinfo=UTC)
    article = clean(
        f"Ferry out\n\nBy Somebody Else\n\n4 March 2025\n\nONDA (ANSA) - {BODY}",
        headline="FERRY OUT",
        byline=["RITA FERRANTE"],
        dateline="Sopra",
        published_at=published,
        published_from="metadata",
    )
    assert article["headline"] == "FERRY OUT"
    assert article["byline"] == ["Rita Ferrante"]
    assert article["dateline"] == "Sopra"
    assert (article["published_at"], article["published_from"]) == (published, "metadata")
    assert article["text"] == BODY
    assert article["removed"] == ["By Somebody Else", "4 March 2025"]


def test_a_short_first_paragraph_under_a_known_headline_stays(clean: Cleaner) -> None:
    text = f"A town without its ferry\n\n{BODY}"
    assert clean(text, headline="Another headline")["text"] == text


def test_a_lead_that_the_document_also_gives_as_its_standfirst_stays_in_the_text(clean: Cleaner) -> None:
    assert clean(BODY, headline="Ferry out", standfirst=FIRST)["text"] == BODY


def test_a_name_alone_is_the_byline_when_the_end_repeats_it(clean: Cleaner) -> None:
    article = clean(f"Ferry out of the water\n\nRita Ferrante\n\n{BODY}\n\nRita Ferrante")
    assert article["byline"] == ["Rita Ferrante"]
    assert article["text"] == BODY


@pytest.mark.parametrize(
    "note",
    [
        "Rita Ferrante is a contributor to The Ferry Post",
        "Rita Ferrante è corrispondente dalla riva destra",
        "Rita Ferrante",
    ],
)
def test_the_end_names_the_author_where_the_opening_does_not(clean: Cleaner, note: str) -> None:
    article = clean(f"{BODY}\n\n{note}")
    assert article["byline"] == ["Rita Ferrante"]
    assert article["text"] == BODY
    assert article["removed"] == [note]


@pytest.mark.parametrize(
    "end",
    [
        "Additional reporting by Ugo Lanza",
        "(ANSA)",
        "(Agenzia Onda).",
        "redazione@onda.example",
        "(Reporting by A. B.)",
    ],
)
def test_credits_signatures_and_addresses_under_the_body_are_cut(clean: Cleaner, end: str) -> None:
    article = clean(f"{BODY}\n\n{end}")
    assert (article["text"], article["removed"], article["byline"]) == (BODY, [end], [])


def test_a_signature_at_the_end_of_the_last_paragraph_is_cut(clean: Cleaner) -> None:
    article = clean(f"{BODY} (ANSA). © RIPRODUZIONE RISERVATA")
    assert article["text"] == BODY
    assert article["removed"] == ["(ANSA).", "© RIPRODUZIONE RISERVATA"]


def test_a_person_of_the_story_is_not_taken_for_its_author(clean: Cleaner) -> None:
    text = (
        f"{BODY}\n\nThe ferry is run by Ugo Lanza and his two sons.\n\nUgo Lanza is a reporter on the radio on Sundays."
    )
    assert clean(text)["text"] == text


@pytest.mark.parametrize(
    ("opening", "dateline", "day"),
    [
        ("Roma, 7 gennaio 2025 - ", "Roma, 7 gennaio 2025", 7),
        ("Genova, 7 gen. 2025 (Agenzia Onda) - ", "Genova, 7 gen. 2025 (Agenzia Onda)", 7),
        ("(Adnkronos) - ", "(Adnkronos)", None),
        ("ROMA, 6 gen. (askanews) - ", "ROMA, 6 gen. (askanews)", None),
        ("LONDON, January 7 (Reuters) - ", "LONDON, January 7 (Reuters)", None),
        ("KYIV, Ukraine (AP) — ", "KYIV, Ukraine (AP)", None),
        ("(ANSA) - ROMA, 07 GEN 2025 - ", "(ANSA) - ROMA, 07 GEN 2025", 7),
        ("L'AQUILA – ", "L'AQUILA", None),
        ("Kassel, 7. Januar 2025 – ", "Kassel, 7. Januar 2025", 7),
    ],
)
def test_the_dateline_is_cut_from_the_first_paragraph(
    clean: Cleaner, opening: str, dateline: str, day: int | None
) -> None:
    article = clean(f"{opening}{BODY}")
    assert article["dateline"] == dateline
    assert article["text"] == BODY
    assert article["published_at"] == (datetime(2025, 1, day, tzinfo=UTC) if day else None)
    assert article["published_from"] == ("text" if day else None)


@pytest.mark.parametrize(
    "start",
    [
        "Roma - Inter finisce due a uno dopo novanta minuti di pioggia.",
        "Anna Neri (lista civica) - e con lei altri tre - ha votato contro.",
        "Monday - of all days - was when it happened.",
        "Parigi, 3 persone - tutte illese - sono uscite dal tunnel.",
        "(Come sempre) - disse lui - si ricomincia.",
    ],
)
def test_a_sentence_with_a_dash_has_no_dateline(clean: Cleaner, start: str) -> None:
    article = clean(f"{start}\n\n{BODY}")
    assert article["dateline"] is None
    assert article["text"] == f"{start}\n\n{BODY}"


def test_a_dateline_under_a_caption_is_found(clean: Cleaner) -> None:
    caption = "The ferry on its slipway. Photograph: PA"
    article = clean(f"Ferry out of the water\n\n{caption}\n\nONDA, March 4 (Reuters) - {BODY}")
    assert article["dateline"] == "ONDA, March 4 (Reuters)"
    assert (article["text"], article["removed"]) == (BODY, [caption])


def test_a_dateline_under_a_line_that_an_agency_signs_is_found(clean: Cleaner) -> None:
    line = "The ferry on its slipway, all of it blue (Reuters)"
    article = clean(f"{line}\n\nONDA, March 4 (Reuters) - {BODY}")
    assert article["dateline"] == "ONDA, March 4 (Reuters)"
    assert article["text"] == f"{line}\n\n{BODY}"


def test_of_a_long_paragraph_only_the_credit_of_its_picture_is_cut(clean: Cleaner) -> None:
    article = clean(f"Ferry out of the water\n\n{FIRST} {SECOND} (Photo: Ugo Lanza/Onda)\n\n{THIRD}")
    assert article["text"] == f"{FIRST} {SECOND}\n\n{THIRD}"
    assert article["removed"] == ["(Photo: Ugo Lanza/Onda)"]


def test_newsrooms_in_the_metadata_are_no_people(clean: Cleaner) -> None:
    assert clean(BODY, byline=["Redazione ANSA", "Rita Ferrante", "Reuters Staff"])["byline"] == ["Rita Ferrante"]


def test_a_day_far_from_the_last_change_has_no_year(clean: Cleaner) -> None:
    article = clean(f"ROMA, 6 gen. (askanews) - {PRIMO}", modified_at=datetime(2025, 5, 7, tzinfo=UTC))
    assert article["published_at"] is None


@pytest.mark.parametrize(
    ("line", "body", "hour"), [("7/1/2025 ore 14:35", f"{PRIMO} {SECONDO}", 13), ("7 January 2025 14:35", BODY, 14)]
)
def test_a_time_in_an_italian_text_is_read_off_an_italian_clock(
    clean: Cleaner, line: str, body: str, hour: int
) -> None:
    article = clean(f"Un traghetto\n\n{line}\n\n{body}")
    assert article["published_at"] == datetime(2025, 1, 7, hour, 35, tzinfo=UTC)


def test_a_day_without_its_year_takes_it_from_the_time_of_the_last_change(clean: Cleaner) -> None:
    article = clean(f"ROMA, 6 gen. (askanews) - {PRIMO}", modified_at=datetime(2025, 1, 7, tzinfo=UTC))
    assert article["published_at"] == datetime(2025, 1, 6, tzinfo=UTC)


def test_a_date_in_the_body_is_not_the_date_of_the_article(clean: Cleaner) -> None:
    assert clean(f"{FIRST}\n\n4 March 2025\n\n{SECOND}")["published_at"] is None


def test_a_date_in_the_future_is_not_believed(clean: Cleaner) -> None:
    article = clean(f"Ferry out of the water\n\n4 March 2030\n\n{BODY}")
    assert (article["published_at"], article["published_from"]) == (None, None)


def test_italian_accents_are_restored_in_text_and_headline(clean: Cleaner) -> None:
    article = clean(f"Il traghetto e' in secca, la citta' cammina\n\n{PRIMO}\n\n{SECONDO}")
    assert article["headline"] == "Il traghetto è in secca, la città cammina"
    assert "della città è stato tirato in secca lunedì" in article["text"]
    assert "perché la strada lungo il fiume è piena" in article["text"]


def test_english_apostrophes_are_left_alone(clean: Cleaner) -> None:
    text = f"{FIRST} It was the media' s fault, and the mafia' s.\n\n{SECOND}"
    assert clean(text)["text"] == text


def test_what_was_cut_is_listed_in_order_of_appearance(clean: Cleaner) -> None:
    article = clean(
        f"Advertisement\n\n{FIRST}\n\nREAD MORE\n\n{FIRST}\n\n{SECOND} (ANSA)\n\nShare this\n\nugo@onda.example"
    )
    assert article["removed"] == ["Advertisement", "READ MORE", FIRST, "(ANSA)", "Share this", "ugo@onda.example"]


@pytest.mark.parametrize("text", [None, "", " \n\n\t", "READ MORE\n\nShare this\n\n© 2025 Onda", "* * *", "\u200b"])
def test_a_document_without_a_sentence_is_rejected(clean: Cleaner, text: str | None) -> None:
    assert clean(text)["reason_code"] == "no_text"


def test_a_row_stopped_before_and_an_empty_frame_pass_through() -> None:
    stopped = make_frame({"text": ["READ MORE"], "disposition": ["rejected"], "reason_code": ["binary"]})
    frame = Clean()(stopped)
    assert values(frame, "reason_code") == ["binary"]
    assert values(frame, "text") == ["READ MORE"]
    assert values(frame, "removed") == [[]]
    assert len(Clean()(make_frame({"text": []}))) == 0


@pytest.mark.parametrize(
    "hostile",
    [
        "A " * 500_000,
        "A\n\n" * 30_000,
        "ROMA (ANSA) - " * 70_000,
        "By Anna Neri and " * 60_000,
        "il che di e' " * 80_000,
        "'a" * 500_000,
        "a.a@" * 250_000,
        "photo by (" * 100_000,
        "&#" * 500_000,
        "1/1/" * 250_000,
        "(AGI)Red/Abc" * 80_000,
        "(di Anna Neri) " * 60_000,
        "A-A/ (" * 150_000,
        "ANSA/ " * 150_000,
        "* A (Reuters) " * 70_000,
        "(Foto: A " * 100_000,
        "(Adds " * 150_000,
        "06-GEN-25 15:30 " * 60_000,
        ("(Adds " * 40 + "\n\n") * 4_000,
        ("foto: A/" * 30 + "\n\n") * 4_000,
        ("sign up to " * 20 + "\n\n") * 4_000,
        ("a" * 590 + "\n\n") * 1_700,
    ],
    ids=lambda text: text[:12],
)
def test_a_megabyte_of_hostile_text_is_cleaned(clean: Cleaner, hostile: str) -> None:
    assert clean(hostile)["reason_code"] in (None, "no_text")


PIECES = st.sampled_from(
    [
        FIRST,
        SECOND,
        PRIMO,
        SECONDO,
        "Ferry out of the water",
        "Rita Ferrante",
        "By Rita Ferrante",
        "Rita Ferrante is a reporter for The Ferry Post",
        "4 March 2025",
        "READ MORE",
        "(segue)",
        "ROMA, 6 gen. (askanews) - Una nave",
        f"ROMA (ANSA) - LONDON (AP) - {FIRST}",
        f"{SECOND} (ANSA) (AGI) © RIPRODUZIONE RISERVATA",
        "Foto: Ugo Lanza/Onda",
        "perchÃ© e' 'la citta'\nnuova",
        "&lt;b&gt; < èè",
        "L'AQUILA - ROMA - Il traghetto",
        "ANSA/ = UPDATE 1-Ferry out =",
        "ZCZC",
        "(Adds background)",
        "* A bullet about the ferry",
        f"(di Rita Ferrante) (ANSA) - ROMA, 06 GEN - (di Ugo Lanza) {PRIMO}",
        f"{SECONDO} (AGI)Red/Abc 061530 GEN 25",
        f"{SECOND} = (Photo: Ugo Lanza/Onda) Enditem",
        "XYZ-ABC/",
        "07.01.2025 - 14:35",
        "Redazione ANSA",
        "Rita Ferrante, inviata a Onda",
        "ugo@onda.example",
    ]
)
DOCUMENTS = st.lists(PIECES | st.text(max_size=60), min_size=1, max_size=9).map("\n\n".join)


@settings(max_examples=50, deadline=None)
@given(DOCUMENTS)
def test_cleaning_a_cleaned_article_changes_nothing(document: str) -> None:
    once = clean_document(document)
    if once["reason_code"] is None:
        kept = {
            name: once[name]
            for name in ("headline", "standfirst", "byline", "dateline", "published_at", "published_from")
        }
        again = clean_document(once["text"], **kept)
        assert again["text"] == once["text"]
        assert again["removed"] == []
        assert {name: again[name] for name in kept} == kept


@settings(max_examples=50, deadline=None)
@given(DOCUMENTS)
def test_paragraphs_are_single_lines_with_text_in_them(document: str) -> None:
    text = clean_document(document)["text"]
    if text and not text.isspace() and clean_document(document)["reason_code"] is None:
        assert all(p and p == p.strip() and "\n" not in p for p in text.split("\n\n"))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([FIRST, SECOND, THIRD, "READ MORE", "By Rita Ferrante", "4 March 2025"]), max_size=8))
def test_every_paragraph_is_in_the_text_in_a_column_or_among_the_removed(pieces: list[str]) -> None:
    frame = Clean(latest=LATEST)(make_frame({"text": ["\n\n".join([*pieces, THIRD])]}))
    text, removed = values(frame, "text")[0], values(frame, "removed")[0]
    found = [t for t in (values(frame, "headline")[0], values(frame, "standfirst")[0]) if t]
    assert sorted([*text.split("\n\n"), *removed, *found]) == sorted([*pieces, THIRD])
