"""The recognise stage on batches."""

from __future__ import annotations

from babelwire.article import ENTITIES
from babelwire.entities import Recognise
from babelwire.frames import make_frame, values
from babelwire.settings import Entities

RECOGNISE = Recognise(Entities())
TEXT = "Secretary of State Antony Blinken spoke in Berlin.\n\n“We agreed,” Mr Blinken said. Blinken left for Paris."


def test_one_person_is_one_entity() -> None:
    (found,) = values(RECOGNISE(make_frame({"text_en": [TEXT]})), "entities")
    people = [e for e in found if e["type"] == "PERSON"]
    assert [(e["entity_id"], e["name"], e["mentions"]) for e in people] == [
        ("person:antony-blinken", "Antony Blinken", 3)
    ]
    assert sorted(e["name"] for e in found if e["type"] == "GPE") == ["Berlin", "Paris"]


def test_spans_point_into_the_text_as_stored() -> None:
    text = f"  \r\n{TEXT}\n\n𝔘 – “Paris’s” Angela Merkel\u00a0agreed. "
    (found,) = values(RECOGNISE(make_frame({"text_en": [text]})), "entities")
    assert found
    for entity in found:
        assert {text[s["start"] : s["end"]] for s in entity["spans"]} == set(entity["surface_forms"])


def test_a_name_of_the_headline_alone_is_no_entity_but_tells_who_is_meant() -> None:
    frame = make_frame(
        {"headline_en": ["Antony Blinken visits Rome"], "text_en": ["On Monday Mr Blinken saw the harbour."]}
    )
    (found,) = values(RECOGNISE(frame), "entities")
    assert [(e["entity_id"], e["surface_forms"]) for e in found] == [("person:antony-blinken", ["Blinken"])]


def test_a_row_without_english_text_has_no_entities() -> None:
    frame = RECOGNISE(make_frame({"text_en": [None, "", " \n ", TEXT], "headline_en": ["Rome", None, "Rome", None]}))
    assert [bool(found) for found in values(frame, "entities")] == [False, False, False, True]
    assert values(frame, "entities")[0] == []
    assert frame["entities"].dtype.pyarrow_dtype == ENTITIES


def test_a_row_stopped_before_is_left_alone() -> None:
    frame = make_frame({"text_en": [TEXT, TEXT], "disposition": ["rejected", None], "reason_code": ["empty", None]})
    result = RECOGNISE(frame)
    assert values(result, "entities")[0] is None
    assert values(result, "entities")[1]
    assert values(result, "reason_code") == ["empty", None]


def test_an_empty_batch_and_one_that_is_stopped_altogether_need_no_model() -> None:
    stage = Recognise(Entities(model="no_such_model"))
    assert list(stage(make_frame({"text_en": []}))["entities"]) == []
    assert values(stage(make_frame({"text_en": [TEXT], "disposition": ["pending"]})), "entities") == [None]


def test_a_name_of_the_original_that_the_model_misses_in_clumsy_english_is_found() -> None:
    frame = make_frame(
        {
            "text": ["Lo ha detto il prefetto Brilforti."],
            "language": ["it"],
            "text_en": ["It has said it the prefect Brilforti."],
        }
    )
    (found,) = values(RECOGNISE(frame), "entities")
    assert [(e["name"], e["type"]) for e in found] == [("Brilforti", "PERSON")]
