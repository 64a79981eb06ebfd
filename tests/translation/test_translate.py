import pandas as pd
import pytest

from babelwire import settings
from babelwire.errors import TryLater, UsageError
from babelwire.frames import make_frame, values
from babelwire.translation import EngineError, Translate, translate_lines
from translation.parrot import Parrot

COLUMNS = ("headline_en", "text_en", "translation_status", "translation_engine", "translation_checks")
NO_ENGINE = settings.Translation(engine="none", memory="none")
ITALIAN = "Il porto è chiuso. Nessuna nave parte.\n\nRiapre domani."
ENGLISH = "The council said on Friday that the bridge would stay closed for another month."


def batch(*rows: dict) -> pd.DataFrame:
    names = ("language", "languages", "headline", "text", "disposition")
    return make_frame({name: [row.get(name) for row in rows] for name in names})


def article(language: str, text: str, headline: str | None = "Titolo di prova", **more: object) -> dict:
    return {
        "language": language,
        "languages": [{"language": language, "share": 1.0}],
        "text": text,
        "headline": headline,
    } | more


def translated(frame: pd.DataFrame, *engines: object, how: settings.Translation = NO_ENGINE) -> list[dict]:
    done = Translate(how, *engines)(frame)
    assert len(done) == len(frame)
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*(values(done, c) for c in COLUMNS), strict=True)]


def test_an_italian_article_is_translated_paragraph_by_paragraph():
    (row,) = translated(batch(article("it", ITALIAN)), Parrot())
    assert row == {
        "headline_en": "TITOLO DI PROVA",
        "text_en": ITALIAN.upper(),
        "translation_status": "translated",
        "translation_engine": "parrot 1",
        "translation_checks": [],
    }


def test_an_english_article_is_its_own_translation():
    engine = Parrot()
    (row,) = translated(batch(article("en", ENGLISH, "Bridge closed")), engine)
    assert (row["headline_en"], row["text_en"], row["translation_status"]) == ("Bridge closed", ENGLISH, "not_needed")
    assert row["translation_engine"] is None
    assert engine.heard == []


@pytest.mark.parametrize("language", ["fr", "und"])
def test_other_languages_are_unsupported(language):
    (row,) = translated(batch(article(language, "Le port est fermé.")), Parrot())
    assert row == dict.fromkeys(COLUMNS) | {"translation_status": "unsupported", "translation_checks": []}


def test_no_headline_stays_no_headline():
    (row,) = translated(batch(article("it", ITALIAN, None)), Parrot())
    assert (row["headline_en"], row["translation_status"]) == (None, "translated")


def test_a_failed_sentence_stands_in_its_own_language_and_the_article_is_partial():
    (row,) = translated(batch(article("it", ITALIAN)), Parrot(lambda t: None if "nave" in t else t.upper()))
    assert row["text_en"] == "IL PORTO È CHIUSO. Nessuna nave parte.\n\nRIAPRE DOMANI."
    assert (row["translation_status"], row["translation_checks"]) == ("partial", ["no_answer"])


def test_a_sentence_that_fails_its_checks_is_not_taken():
    (row,) = translated(
        batch(article("it", "Erano 30 navi. Nessuna parte.")), Parrot(lambda t: t.upper().replace("30", "13"))
    )
    assert row["text_en"] == "Erano 30 navi. NESSUNA PARTE."
    assert (row["translation_status"], row["translation_checks"]) == ("partial", ["numbers"])


@pytest.mark.parametrize("problem", [TryLater("translator_busy", "Later."), EngineError("Install it.")])
def test_an_outage_leaves_the_batch_pending_and_in_order(problem, caplog):
    def down(text: str) -> str:
        raise problem

    rows = translated(batch(article("it", ITALIAN), article("en", ENGLISH)), Parrot(down))
    assert [row["translation_status"] for row in rows] == ["pending", "not_needed"]
    assert rows[0] == dict.fromkeys(COLUMNS) | {"translation_status": "pending", "translation_checks": []}
    assert str(problem) in caplog.text


def test_an_outage_in_the_middle_keeps_the_articles_that_are_finished(caplog):
    def breaks(text: str) -> str:
        if "Terzo" in text:
            raise TryLater("translator_busy", "Later.")
        return text.upper()

    engine = Parrot(breaks)
    engine.sends_text_away = True
    rows = translated(
        batch(
            *(
                article("it", " ".join(f"{which} articolo, frase {i}." for i in range(25)), None)
                for which in ("Primo", "Secondo", "Terzo", "Quarto")
            )
        ),
        engine,
    )
    assert [row["translation_status"] for row in rows] == ["translated", "translated", "pending", "translated"]
    assert "1 articles stay untranslated" in caplog.text


def test_engines_that_share_an_article_are_named_the_one_that_did_most_first():
    first, second = Parrot(lambda t: t.upper() if "nave" in t else None), Parrot()
    second.name = "starling"
    (row,) = translated(batch(article("it", ITALIAN)), first, second)
    assert (row["translation_engine"], row["translation_status"]) == ("starling 1 + parrot 1", "translated")


def test_an_article_is_translated_the_same_beside_any_other():
    alone = [translated(batch(article("it", text)), Parrot()) for text in (ITALIAN, "Riapre domani. Forse.")]
    together = translated(batch(article("it", ITALIAN), article("it", "Riapre domani. Forse.")), Parrot())
    assert together == [row for rows in alone for row in rows]


def test_what_was_translated_once_is_not_sent_again(tmp_path):
    how = settings.Translation(engine="none", memory=f"sqlite:///{tmp_path}/memory.sqlite")
    first, second = Parrot(), Parrot()
    assert translated(batch(article("it", ITALIAN)), first, how=how) == translated(
        batch(article("it", ITALIAN)), second, how=how
    )
    assert (len(first.heard), second.heard) == (1, [])


def test_without_an_engine_an_article_is_pending_and_not_stopped():
    frame = Translate(NO_ENGINE)(batch(article("it", ITALIAN)))
    assert values(frame, "translation_status") == ["pending"]
    assert values(frame, "disposition") == [None]


def test_an_article_of_which_nothing_was_translated_is_pending():
    (row,) = translated(batch(article("it", ITALIAN)), Parrot(lambda t: None))
    assert (row["translation_status"], row["text_en"], row["translation_engine"]) == ("pending", None, None)
    assert row["translation_checks"] == ["no_answer"]


def test_an_engine_for_other_languages_leaves_the_article_pending():
    how = settings.Translation(engine="none", memory="none", pairs=("it-en", "fr-en"))
    frame = Translate(how, Parrot())(batch(article("fr", "Le port est fermé."), article("it", ITALIAN)))
    assert values(frame, "translation_status") == ["pending", "translated"]


def test_a_batch_is_one_call_and_equal_sentences_are_sent_once():
    engine = Parrot()
    rows = translated(
        batch(article("it", ITALIAN), article("en", ENGLISH), article("it", "Riapre domani. Forse.")), engine
    )
    assert engine.heard == [
        ["Titolo di prova", "Il porto è chiuso.", "Nessuna nave parte.", "Riapre domani.", "Forse."]
    ]
    assert rows[2]["text_en"] == "RIAPRE DOMANI. FORSE."


def test_an_english_paragraph_in_an_italian_article_stays():
    shares = [{"language": "it", "share": 0.6}, {"language": "en", "share": 0.4}]
    text = f"Il porto è chiuso.\n\n{ENGLISH}\n\nRiapre domani."
    (row,) = translated(batch(article("it", text, languages=shares)), Parrot())
    assert row["text_en"] == f"IL PORTO È CHIUSO.\n\n{ENGLISH}\n\nRIAPRE DOMANI."
    assert row["translation_status"] == "translated"


def test_stopped_rows_are_left_alone():
    engine = Parrot()
    rows = translated(batch(article("it", ITALIAN, disposition="rejected"), {"disposition": "rejected"}), engine)
    assert rows == [dict.fromkeys(COLUMNS) | {"translation_checks": []}] * 2
    assert engine.heard == []


def test_an_empty_frame_gets_the_columns():
    frame = Translate(NO_ENGINE, Parrot())(batch())
    assert set(COLUMNS) < set(frame.columns)
    assert len(frame) == 0


def test_a_pending_article_from_an_earlier_run_is_finished():
    waiting = Translate(NO_ENGINE)(batch(article("it", ITALIAN)))
    (row,) = translated(waiting, Parrot())
    assert (row["text_en"], row["translation_status"]) == (ITALIAN.upper(), "translated")


def test_paragraphs_and_line_breaks_survive_exactly():
    text = "\n\nUno.\n\n\n\nDue.\nTre.  Quattro.\n"
    (row,) = translated(batch(article("it", text)), Parrot())
    assert row["text_en"] == text.upper()


def test_translating_lines_without_an_engine_says_what_to_install():
    with pytest.raises(UsageError, match="apt-get install"):
        list(translate_lines(["ciao"], "it", "en", NO_ENGINE))


def test_lines_come_out_as_many_as_they_went_in(monkeypatch):
    monkeypatch.setattr("babelwire.translation.chain.engines", lambda how: (Parrot(),))
    lines = [f"riga {i}" for i in range(450)] + ["", "  "]
    pairs = list(translate_lines(lines, "it", "en", NO_ENGINE))
    assert pairs == [(line, line.upper()) for line in lines]
    with pytest.raises(UsageError, match="from fr to en"):
        list(translate_lines(["chat"], "fr", "en", NO_ENGINE))


def test_names_of_the_news_are_right_in_english(apertium):
    text = (
        "Il Segretario di Stato Ada Brunelli ha parlato della Corea del Nord in una conferenza stampa a Seul. "
        "Il Cremlino e il ministero della Difesa russo, da Mosca, non hanno risposto a Kiev."
    )
    (row,) = translated(batch(article("it", text)), apertium)
    for name in ("Secretary of State Ada Brunelli", "North Korea", "press conference in Seoul", "Kremlin"):
        assert name in row["text_en"]
    for name in ("the Russian Ministry of Defence", "Moscow", "Kyiv"):
        assert name in row["text_en"]
    assert row["translation_engine"].startswith("apertium 3.")
