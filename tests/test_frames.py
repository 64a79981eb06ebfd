import pytest

from babelwire.errors import RejectInput, TryLater
from babelwire.frames import alive, each_row, make_frame, values, with_columns


def shout(text):
    if text == "bad":
        raise RejectInput("rude", "It is rude.")
    if text == "busy":
        raise TryLater("busy", "It is busy.")
    return {"headline": text.upper()}


def test_columns_keep_the_types_of_the_record():
    frame = make_frame({"text": ["a", None], "byline": [["X"], []]})
    assert str(frame["text"].dtype) == "string[pyarrow]"
    assert values(frame, "byline") == [["X"], []]
    assert alive(frame) == [True, True]


def test_a_column_that_is_not_in_the_record_is_refused():
    with pytest.raises(KeyError):
        make_frame({"titel": ["a"]})


def test_a_stopped_row_is_marked_and_kept_and_the_others_go_on():
    frame = each_row(make_frame({"text": ["a", "bad", "busy", "b"]}), "shouting", ["text"], {"headline": None}, shout)
    assert values(frame, "headline") == ["A", None, None, "B"]
    assert values(frame, "disposition") == [None, "rejected", "pending", None]
    assert values(frame, "stage") == [None, "shouting", "shouting", None]
    assert values(frame, "reason_code") == [None, "rude", "busy", None]


def test_a_row_stopped_earlier_is_left_alone():
    frame = make_frame({"text": ["a", "b"], "disposition": ["rejected", None], "headline": ["kept", "old"]})
    after = each_row(frame, "shouting", ["text"], {"headline": None}, shout)
    assert values(after, "headline") == ["kept", "B"]


def test_empty_frames_pass_through():
    assert len(each_row(make_frame({"text": []}), "shouting", ["text"], {"headline": None}, shout)) == 0


def test_a_frame_is_not_changed_in_place():
    frame = make_frame({"text": ["a"]})
    with_columns(frame, text=["b"])
    assert values(frame, "text") == ["a"]
