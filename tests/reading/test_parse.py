"""How bytes become documents, whatever they are."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.article import PENDING
from babelwire.frames import make_frame, values
from babelwire.reading import Parse
from babelwire.settings import Fields, Reading

NOW = datetime.now(UTC)
LIMITS = Reading()
PAGE = (
    "<html lang=it><head><title>Il ponte</title></head><body><article><h1>Il ponte</h1><p>"
    "Il ponte pedonale sul canale è stato riaperto questa mattina dopo due anni di lavori.</p></article></body></html>"
)


def parse(
    *raw: bytes,
    uris: list[str] | None = None,
    source: str = "",
    limits: Reading = LIMITS,
    **columns: list[Any],
) -> dict[str, list[Any]]:
    frame = make_frame(
        {
            "input_uri": uris or [f"file:///in/{n}" for n in range(len(raw))],
            "raw": list(raw),
            "file_modified_at": [NOW] * len(raw),
            **columns,
        }
    )
    parsed = Parse(source, limits)(frame)
    assert len(parsed) == len(raw)
    return {column: values(parsed, column) for column in parsed.columns}


def test_the_content_and_not_the_name_says_what_an_input_is():
    found = parse(
        b"Titolo\n\nTesto.", PAGE.encode(), b'{"text": "Testo."}', uris=["file:///a.html", "file:///b", "file:///c"]
    )
    assert found["media_type"] == ["text/plain", "text/html", "application/json"]
    assert found["disposition"] == [None, None, None]


def test_a_mail_is_a_mail_and_one_that_is_cut_out_of_json_lines_is_not():
    mail = (
        b"From: Redazione <redazione@ilcanale.example>\nTo: lettori@ilcanale.example\nSubject: Il ponte\n"
        b"Date: Tue, 4 Mar 2025 09:30:00 +0100\nMessage-ID: <1@ilcanale.example>\n\n"
        b"Il ponte pedonale sul canale e' stato riaperto questa mattina dopo due anni di lavori.\n"
    )
    found = parse(mail, mail, media_type=[None, "application/json"])
    assert found["media_type"][0] == "message/rfc822"
    assert found["headline"][0] == "Il ponte"
    assert found["reason_code"] == [None, "damaged_json"]


def test_what_was_fetched_has_the_address_that_it_came_from_unless_it_names_another():
    bare, named = b'{"text": "Testo."}', b'{"text": "Testo.", "url": "https://ilcanale.example/ponte"}'
    asked = "https://levante.example/a/1?utm_source=feed"
    found = parse(bare, named, b"Testo.", fetched_from=[asked] * 3)
    assert found["uri"] == [
        "https://levante.example/a/1",
        "https://ilcanale.example/ponte",
        "https://levante.example/a/1",
    ]


def test_the_encoding_that_a_server_declares_counts():
    greek = "Η γέφυρα άνοιξε ξανά."
    assert parse(greek.encode("iso8859_7"), charset=["iso-8859-7"])["text"] == [greek]


def test_fields_that_the_configuration_names_are_looked_at_first():
    named = Reading(fields=Fields(text=("corpo",), headline=("testata.titolo",)))
    raw = json.dumps({"testata": {"titolo": "Il ponte"}, "corpo": "Riapre oggi.", "text": "Altro."}).encode()
    found = parse(raw, limits=named)
    assert (found["headline"], found["text"]) == (["Il ponte"], ["Riapre oggi."])


def test_an_input_that_takes_too_long_is_rejected_and_the_others_are_read():
    slow = b'{"text": "' + b"<p>a" * 1_000_000 + b'"}'
    found = parse(b"Testo.", slow, b"Altro testo.", limits=Reading(max_seconds=1))
    assert found["reason_code"] == [None, "too_slow", None]
    assert found["text"] == ["Testo.", None, "Altro testo."]


def test_an_input_that_needs_too_much_memory_is_rejected_and_the_others_are_read():
    long = b"Testo. " * 1_000_000
    found = parse(b"Testo.", long, b"Altro testo.", limits=Reading(max_memory_bytes=20_000_000))
    assert found["reason_code"] == [None, "too_much_memory", None]
    assert found["text"] == ["Testo.", None, "Altro testo."]


def test_the_process_that_reads_batches_does_not_load_the_parsers():
    script = (
        "import sys; from babelwire.reading import Parse, Read; "
        "sys.exit(bool({'trafilatura', 'htmldate', 'dateparser', 'lxml'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_text_is_left_to_cleaning():
    found = parse(b"Titolo\r\n\r\nTesto.")
    assert found["text"] == ["Titolo\n\nTesto."]
    assert found["byline"] == [[]]
    assert found["source"] == [""]
    assert found["headline"] == found["published_at"] == found["published_from"] == found["uri"] == [None]


def test_the_bytes_are_not_kept():
    assert parse(b"Testo.", b"{")["raw"] == [None, None]


def test_a_date_in_the_document_is_from_metadata():
    found = parse(b'{"text": "Testo.", "date": "2025-03-04"}', b'{"text": "Testo."}')
    assert found["published_at"] == [datetime(2025, 3, 4, tzinfo=UTC), None]
    assert found["published_from"] == ["metadata", None]


def test_a_date_after_the_file_and_today_is_passed_over():
    soon, late = NOW + timedelta(hours=20), NOW + timedelta(days=3)
    found = parse(*(json.dumps({"text": "Testo.", "date": each.isoformat()}).encode() for each in (soon, late)))
    assert found["published_at"] == [soon, None]


def test_the_source_is_the_publisher_then_the_default_then_the_site():
    named = {"text": "Testo.", "publisher": "Il Canale", "url": "https://www.ilcanale.example/ponte"}
    bare = {"text": "Testo.", "url": "https://www.ilcanale.example/ponte"}
    inputs = [json.dumps(each).encode() for each in (named, bare)]
    assert parse(*inputs, source="Agenzia Levante")["source"] == ["Il Canale", "Agenzia Levante"]
    assert parse(*inputs)["source"] == ["Il Canale", "ilcanale.example"]


def test_a_record_of_a_file_is_json_or_nothing():
    found = parse(b"rubbish", b'{"text": "Testo."}', media_type=["application/json"] * 2)
    assert found["reason_code"] == ["damaged_json", None]
    assert found["stage"] == ["parse", None]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"text": ', "damaged_json"),
        (b'[{"text": "cut', "damaged_json"),
        (b'[{"text": "a"}, 3]', "damaged_json"),
        (b'{"title": "a"}', "no_text"),
        (b"\xff\xfe", "no_text"),
        (b"\xff\xfe\x00\xd8", "undecodable"),
        (b"<html><body><nav><a href=/>Home</a></nav></body></html>", "not_an_article"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "unknown_format"),
    ],
)
def test_an_input_that_is_no_article_is_rejected_with_its_reason(raw, code):
    found = parse(b"Testo.", raw, b"Altro testo.")
    assert found["disposition"] == [None, "rejected", None]
    assert found["reason_code"] == [None, code, None]
    assert found["reason"][1].endswith(".")
    assert found["text"] == ["Testo.", None, "Altro testo."]


@pytest.mark.parametrize("text", ["[Roma] Testo.", "{ inizio } Testo.", "<<Testo>>, ha detto.", "<3 per sempre."])
def test_a_text_may_begin_with_any_bracket(text):
    found = parse(text.encode())
    assert (found["media_type"], found["text"]) == (["text/plain"], [text])


def test_an_xhtml_page_is_a_page():
    assert parse(b'<?xml version="1.0" encoding="utf-8"?>\n' + PAGE.encode())["media_type"] == ["text/html"]


def test_rows_that_are_stopped_keep_their_reason():
    marks = {"disposition": [PENDING, None], "stage": ["read", None], "reason_code": ["vanished", None]}
    found = parse(b"", b"Testo.", **marks)
    assert (found["stage"], found["reason_code"]) == (["read", None], ["vanished", None])
    assert (found["text"], found["byline"]) == ([None, "Testo."], [[], []])


def test_an_empty_frame_gets_the_columns():
    assert parse()["text"] == []


@given(
    raw=st.lists(
        st.one_of(
            st.binary(max_size=200),
            st.text(max_size=100).map(str.encode),
            st.text(max_size=60).map(lambda t: f"<html><body><p>{t}".encode("utf-8", "ignore")),
            st.text(max_size=60).map(lambda t: json.dumps({"text": t, "date": t, "url": t, "author": t}).encode()),
        ),
        max_size=4,
    )
)
@settings(max_examples=40, deadline=None)
def test_no_bytes_stop_a_batch(raw):
    found = parse(*raw)
    for text, disposition in zip(found["text"], found["disposition"], strict=True):
        assert (text is None) == (disposition == "rejected")
