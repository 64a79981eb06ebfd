"""Who an article is, and when it was published if nothing says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.frames import make_frame, values
from babelwire.identity import Identify, article_id, comparison_form, content_hash

NEAR = st.text(alphabet="aA ,:", max_size=2)
RUN = datetime(2025, 3, 5, 4, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "headline": "Ferry out",
    "standfirst": None,
    "text": "The ferry is out.\n\nIt will be painted.",
}


def identify(**columns: Any) -> dict[str, Any]:
    frame = Identify(RUN)(make_frame({name: [value] for name, value in columns.items()}))
    return {n: values(frame, n)[0] for n in ("article_id", "content_hash", "published_at", "published_from")}


def test_the_digests_are_these_for_ever() -> None:
    uri = "https://ferry.example/2025/03/04/out"
    assert article_id(uri=uri, source="The Ferry Post", **WORDS) == "00b4890d6f7eefafe40a20532af0e77d"
    assert article_id(uri=None, source="The Ferry Post", **WORDS) == "f2850cb68148e4f25055b5074e13bbb0"
    assert content_hash(**WORDS) == "1ba0d6e5f44491fde60f1903d716aaec"
    assert content_hash(headline=None, standfirst="È già Μάιος", text="Straße ½") == "712496e9d8453c18c4c035e3fb25fbce"


def test_an_article_with_a_uri_keeps_its_id_when_its_words_change() -> None:
    one = identify(uri="https://ferry.example/a", **WORDS)
    two = identify(uri="https://ferry.example/a", source="Elsewhere", text="Other words.")
    assert one["article_id"] == two["article_id"]
    assert one["content_hash"] != two["content_hash"]


def test_without_a_uri_source_and_words_decide() -> None:
    ids = {
        article_id(uri=None, source=source, headline=headline, standfirst=standfirst, text=text)
        for source, headline, standfirst, text in (
            ("A", "b", "c", "d"),
            ("B", "b", "c", "d"),
            ("A", "bc", None, "d"),
            ("A", None, "bc", "d"),
            ("A", "b", "c d", ""),
        )
    }
    assert len(ids) == 5


def test_a_uri_is_never_taken_for_a_text() -> None:
    assert article_id(uri="x", source=None, headline=None, standfirst=None, text=None) != article_id(
        uri=None, source="x", headline=None, standfirst=None, text=None
    )


@pytest.mark.parametrize("text", ["The  FERRY is\nout.", " the ferry is out. ", "The ferry is out."])
def test_case_and_white_space_do_not_count(text: str) -> None:
    assert comparison_form(text) == "the ferry is out."


@pytest.mark.parametrize("text", ["The ferry is out", "The férry is out.", "The “ferry” is out.", "Theferry is out."])
def test_letters_accents_and_punctuation_do_count(text: str) -> None:
    assert comparison_form(text) != "the ferry is out."


def test_accents_count_the_same_composed_and_combined() -> None:
    assert comparison_form("citta\u0300") == comparison_form("città")


@settings(max_examples=50)
@given(st.lists(NEAR, min_size=3, max_size=3), st.lists(NEAR, min_size=3, max_size=3))
def test_two_articles_share_a_hash_only_when_their_comparison_forms_agree(one: list[str], two: list[str]) -> None:
    hashes = [content_hash(headline=h, standfirst=s, text=t) for h, s, t in (one, two)]
    agree = [comparison_form(x) for x in one] == [comparison_form(x) for x in two]
    assert (hashes[0] == hashes[1]) == agree


def test_a_date_that_is_known_stays() -> None:
    known = datetime(2025, 3, 4, tzinfo=UTC)
    found = identify(published_at=known, published_from="text", file_modified_at=RUN - timedelta(days=9), **WORDS)
    assert (found["published_at"], found["published_from"]) == (known, "text")


def test_a_missing_date_is_the_time_of_the_file() -> None:
    modified = RUN - timedelta(days=9)
    found = identify(file_modified_at=modified, **WORDS)
    assert (found["published_at"], found["published_from"]) == (modified, "file")


@pytest.mark.parametrize("modified", [None, RUN + timedelta(seconds=1)])
def test_without_a_file_or_with_one_from_the_future_it_is_the_start_of_the_run(modified: datetime | None) -> None:
    found = identify(file_modified_at=modified, **WORDS)
    assert (found["published_at"], found["published_from"]) == (RUN, "run")


def test_a_stopped_row_gets_no_identity_and_an_empty_frame_passes() -> None:
    stopped = Identify(RUN)(make_frame({"text": [None], "disposition": ["rejected"]}))
    assert values(stopped, "article_id") == values(stopped, "content_hash") == values(stopped, "published_at") == [None]
    assert len(Identify(RUN)(make_frame({"text": []}))) == 0
