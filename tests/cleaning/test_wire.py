"""Dispatches as agencies send them: what is around the text is cut, what it says goes to the columns."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

Cleaner = Callable[..., dict[str, Any]]

PRIMO = "Il traghetto che unisce le due rive della città è stato tirato in secca lunedì per la verniciatura."
SECONDO = "Nessuno si è lamentato, dice il traghettatore, perché la strada lungo il fiume è piena di mandorli."
CORPO = f"{PRIMO}\n\n{SECONDO}"
FIRST = "The ferry that joins the two halves of the town was taken out of the water on Monday for its yearly painting."
SECOND = "Nobody complained, said the ferryman, because the walk is lined with flowering almond trees in this season."
BODY = f"{FIRST}\n\n{SECOND}"
TITOLO = "Il traghetto lascia l'acqua per tre settimane"
TITLE = "Ferry leaves the water for three weeks"
SENT = datetime(2025, 1, 6, 14, 30, tzinfo=UTC)


def test_a_dispatch_of_ansa(clean: Cleaner) -> None:
    article = clean(
        f"ZCZC3577/SXA\nXEF75577_SXA_QBXB\nR CRO S0A QBXB\n>ANSA-BOX/ {TITOLO}\n"
        f"(di Rita Ferrante) (ANSA) - ROMA, 06 GEN - {CORPO} (ANSA).\n\nXYZ-ABC/\nS0A QBXB\n06-GEN-25 15:30 NNNN\n"
    )
    assert article["headline"] == TITOLO
    assert article["byline"] == ["Rita Ferrante"]
    assert article["dateline"] == "(ANSA) - ROMA, 06 GEN"
    assert (article["published_at"], article["published_from"]) == (SENT, "text")
    assert article["text"] == CORPO
    assert article["removed"] == [
        "ZCZC3577/SXA",
        "XEF75577_SXA_QBXB",
        "R CRO S0A QBXB",
        ">ANSA-BOX/",
        "(di Rita Ferrante)",
        "(ANSA).",
        "XYZ-ABC/",
        "S0A QBXB",
        "06-GEN-25 15:30 NNNN",
    ]


def test_a_dispatch_of_agi(clean: Cleaner) -> None:
    article = clean(
        f"AGI0123 3 CRO 0 R01 /\n= {TITOLO} =\n(AGI) - Roma, 6 gen. - {CORPO} (AGI)Red/Abc (Segue)\n061530 GEN 25\n\nNNNN"
    )
    assert article["headline"] == TITOLO
    assert (article["dateline"], article["published_at"]) == ("(AGI) - Roma, 6 gen.", SENT)
    assert article["text"] == CORPO


def test_a_dispatch_of_adnkronos(clean: Cleaner) -> None:
    article = clean(
        "ZCZC\nADN0123 7 CRO 0 ADN CRO NAZ\n\nTRAGHETTO: IN SECCA PER TRE SETTIMANE (2) =\n\n"
        f"Roma, 6 gen. (Adnkronos) - {CORPO}\n\n(Abc/Adnkronos)\n\nISSN 2465 - 1222\n06-GEN-25 15:30\nNNNN"
    )
    assert article["headline"] == "TRAGHETTO: IN SECCA PER TRE SETTIMANE"
    assert (article["dateline"], article["published_at"]) == ("Roma, 6 gen. (Adnkronos)", SENT)
    assert article["text"] == CORPO
    assert article["removed"][-4:] == ["(Abc/Adnkronos)", "ISSN 2465 - 1222", "06-GEN-25 15:30", "NNNN"]


def test_a_dispatch_of_reuters(clean: Cleaner) -> None:
    article = clean(
        f"ITALY-FERRY/ (UPDATE 2, PIX)\n\nUPDATE 2-{TITLE}\n\n(Adds comment from the ferryman, background)\n\n"
        "* Ferry to be painted blue\n\n* Walkers unmoved\n\nBy Rita Ferrante\n\n"
        f"ONDA, Jan 6 (Reuters) - {BODY}\n\n(Reporting by Rita Ferrante; Editing by Ugo Lanza)\n\n"
        "((rita@onda.example; +39 06 555 0100))\n\nKeywords: ITALY FERRY\n\n"
        "Our Standards: The Thomson Reuters Trust Principles."
    )
    assert article["headline"] == TITLE
    assert article["standfirst"] is None
    assert (article["byline"], article["dateline"]) == (["Rita Ferrante"], "ONDA, Jan 6 (Reuters)")
    assert article["text"] == BODY
    assert article["removed"] == [
        "ITALY-FERRY/ (UPDATE 2, PIX)",
        "UPDATE 2-",
        "(Adds comment from the ferryman, background)",
        "* Ferry to be painted blue",
        "* Walkers unmoved",
        "By Rita Ferrante",
        "(Reporting by Rita Ferrante; Editing by Ugo Lanza)",
        "((rita@onda.example; +39 06 555 0100))",
        "Keywords: ITALY FERRY",
        "Our Standards: The Thomson Reuters Trust Principles.",
    ]


def test_a_dispatch_of_ap(clean: Cleaner) -> None:
    article = clean(
        f"BC-IT--Ferry Paint, 1st Ld-Writethru\n\n{TITLE}\n\nEds: Adds quotes.\n\nBy RITA FERRANTE, Associated Press\n\n"
        f"ONDA, Italy (AP) — {BODY}\n\n___\n\nAssociated Press writer Ugo Lanza in Sopra contributed to this report.\n\n"
        "___\n\nFollow AP's coverage of rivers at https://news.example/rivers\n\n"
        "This story has been corrected to say that the ferry is blue, not green."
    )
    assert (article["headline"], article["byline"]) == (TITLE, ["Rita Ferrante"])
    assert article["dateline"] == "ONDA, Italy (AP)"
    assert article["text"] == BODY
    assert article["removed"][-1] == "This story has been corrected to say that the ferry is blue, not green."


@pytest.mark.parametrize(
    ("opening", "dateline"),
    [
        ("(ANSAmed) - TUNISI, 6 GEN - ", "(ANSAmed) - TUNISI, 6 GEN"),
        ("(ANSA/AFP) - PARIGI, 06 GEN - ", "(ANSA/AFP) - PARIGI, 06 GEN"),
        ("Roma, 6 gen. (LaPresse) - ", "Roma, 6 gen. (LaPresse)"),
        ("(DIRE) Roma, 6 gen. - ", "(DIRE) Roma, 6 gen."),
        ("(9Colonne) Roma, 6 gen - ", "(9Colonne) Roma, 6 gen"),
        ("ROMA (ITALPRESS) - ", "ROMA (ITALPRESS)"),
        ("Bruxelles, 6 gen. - (Adnkronos) - ", "Bruxelles, 6 gen. - (Adnkronos)"),
        ("Roma, 06 gen 15:30 - (Agenzia Nova) - ", "Roma, 06 gen 15:30 - (Agenzia Nova)"),
        ("(Il Sole 24 Ore Radiocor Plus) - Milano, 06 gen - ", "(Il Sole 24 Ore Radiocor Plus) - Milano, 06 gen"),
        ("(Adn Kronos) - ", "(Adn Kronos)"),
        ("MILANO (MF-DJ)--", "MILANO (MF-DJ)"),
        ("Rome (dpa) - ", "Rome (dpa)"),
        ("ROME, Jan. 6 (Xinhua) -- ", "ROME, Jan. 6 (Xinhua)"),
        ("Roma, 6 ene (EFE).- ", "Roma, 6 ene (EFE)"),
        ("ROME (AP) _ ", "ROME (AP)"),
        ("MOSCOW, January 6. /TASS/. ", "MOSCOW, January 6. /TASS/"),
    ],
)
def test_the_datelines_of_agencies_are_known(clean: Cleaner, opening: str, dateline: str) -> None:
    article = clean(f"{opening}{CORPO}")
    assert (article["dateline"], article["text"], article["published_at"]) == (dateline, CORPO, None)


@pytest.mark.parametrize(
    "labelled",
    [
        f"ANSA/ {TITOLO}",
        f">ANSA-FOCUS/ {TITOLO}",
        f"== {TITOLO}",
        f"+++ {TITOLO} +++",
        f"{TITOLO} =",
        f"UPDATE 1-{TITOLO}",
        f"RPT-UPDATE 3-{TITOLO}",
        f"WRAPUP 2-{TITOLO}",
        f"REFILE-{TITOLO}",
        f"PUNTO 1-{TITOLO}",
    ],
)
def test_labels_leave_the_headline_of_text_and_metadata(clean: Cleaner, labelled: str) -> None:
    in_text = clean(f"{labelled}\n\n{CORPO}")
    assert (in_text["headline"], in_text["text"]) == (TITOLO, CORPO)
    in_metadata = clean(f"{TITOLO}\n\n{CORPO}", headline=labelled)
    assert (in_metadata["headline"], in_metadata["text"]) == (TITOLO, CORPO)
    assert in_metadata["removed"] == in_text["removed"] != []


@pytest.mark.parametrize(
    "headline",
    [
        "Update on the ferry: three weeks of paint",
        "Ansa, the ferry of the two rivers",
        "UPDATE-free weeks for the ferry",
        "Corrected charts show the river as it is",
        "E = mc2 is painted on the ferry",
    ],
)
def test_a_headline_that_only_looks_labelled_stays(clean: Cleaner, headline: str) -> None:
    assert clean(f"{headline}\n\n{BODY}")["headline"] == headline


@pytest.mark.parametrize(
    "end",
    [
        "rf/ul/ab",
        "Red/Abc",
        "(AGI)Red/Abc",
        "(Rfe/Dire)",
        "Enditem",
        "-0-",
        "(Rita Ferrante, editing Ugo Lanza)",
        "(Tradotto da Rita Ferrante, in redazione a Onda Ugo Lanza)",
        "Additional reporting by Ugo Lanza; editing by Ada Verdi",
        "This article was amended on 6 January 2025 to correct the colour of the ferry.",
        "15:30 06-01-25",
        "Parole chiave: traghetto, fiume",
    ],
)
def test_what_ends_a_dispatch_is_cut(clean: Cleaner, end: str) -> None:
    article = clean(f"{CORPO}\n\n{end}")
    assert (article["text"], article["removed"], article["byline"]) == (CORPO, [end], [])


@pytest.mark.parametrize(
    "end", ["(AGI)Red/Abc", "(Abc/Adnkronos)", "Enditem", "=", "RIPRODUZIONE RISERVATA © Copyright ANSA"]
)
def test_what_ends_a_dispatch_is_cut_from_its_last_line(clean: Cleaner, end: str) -> None:
    article = clean(f"{CORPO} {end}")
    assert (article["text"], article["removed"]) == (CORPO, [end])


def test_keywords_under_a_long_text_are_cut(clean: Cleaner) -> None:
    long = "\n\n".join(f"{number}. {FIRST}" for number in range(20))
    article = clean(f"{long}\n\nKeywords: ITALY FERRY")
    assert (article["text"], article["removed"]) == (long, ["Keywords: ITALY FERRY"])


def test_a_stamp_does_not_outdo_the_metadata(clean: Cleaner) -> None:
    known = datetime(2025, 1, 6, 9, tzinfo=UTC)
    article = clean(f"{CORPO}\n\n061530 GEN 25", published_at=known, published_from="metadata")
    assert (article["published_at"], article["published_from"], article["text"]) == (known, "metadata", CORPO)


def test_a_stamp_of_the_future_is_not_believed(clean: Cleaner) -> None:
    article = clean(f"{CORPO}\n\n061530 GEN 42")
    assert (article["published_at"], article["text"]) == (None, CORPO)


@pytest.mark.parametrize(
    "sentence",
    [
        "Segue il traghetto una barca di pescatori.",
        "(Adds up, he said.) The ferryman laughed and went home.",
        "The ferry, which follows the river at night, was built by his father.",
        "Reporting is what she did for forty years before she bought the ferry.",
        "This story was told to every child of the far bank.",
        "This article of faith has been handed down on the river.",
        "Find the ferryman and ask him at once.",
        "Associated Press is what it says on the old van that stands on the quay.",
        "Il prezzo sale a 15:30 lire e poi a 16.",
        "BC-born painters were hired for the work.",
        "* The almond trees flower in the second week of March.",
        "Fine della storia, dice il traghettatore.",
    ],
)
def test_a_sentence_of_the_article_stays(clean: Cleaner, sentence: str) -> None:
    for text in (f"{FIRST}\n\n{sentence}\n\n{SECOND}", f"{BODY}\n\n{sentence}"):
        article = clean(text)
        assert (article["text"], article["removed"]) == (text, [])
