"""How pages are taken from web archives."""

import gzip
import io
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

from babelwire.reading.contents import contents
from babelwire.settings import Reading
from reading.archives.archive_samples import records_in, taken, warc_record

PAGE = "<html><p>Il porto è riaperto.</p></html>".encode("latin-1")
ONE = warc_record(b"<p>uno</p>", identity="1")
TWO = warc_record(b"<p>due</p>" * 9, identity="2")
THREE = warc_record(b"<p>tre</p>", identity="3")
RAW_DEFLATE = zlib.compress(PAGE)[2:-4]
ENCODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "br": brotli.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "zstd": zstandard.compress(PAGE),
}


def test_a_page_comes_with_its_address_and_declared_encoding():
    [record] = records_in(warc_record(PAGE, identity="7"))
    assert (record.name, record.content) == ("urn:uuid:7", PAGE)
    assert (record.address, record.charset) == ("https://giornale.example/7", "iso-8859-1")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_pages_are_taken_in_order_whether_packed_or_not(pack):
    assert [name for name, _ in taken(pack(ONE) + pack(TWO) + pack(THREE))] == [
        "urn:uuid:1",
        "urn:uuid:2",
        "urn:uuid:3",
    ]


def test_only_responses_resources_and_conversions_are_inputs():
    data = b"".join(
        (
            warc_record(b"software: x", kind="warcinfo", content_type="application/warc-fields"),
            warc_record(b"", kind="request", content_type="application/http; msgtype=request"),
            warc_record(b"", kind="revisit", identity="4"),
            warc_record(b"x", kind="metadata", content_type="text/plain"),
            warc_record("perché".encode(), kind="conversion", identity="5", content_type="text/plain"),
            warc_record(b"\x89PNG\r\n\x1a\n", kind="resource", identity="6", content_type="image/png"),
        )
    )
    assert taken(data) == [("urn:uuid:5", "perché".encode()), ("urn:uuid:6", b"\x89PNG\r\n\x1a\n")]


def test_an_archive_without_a_page_is_empty():
    assert taken(warc_record(b"x", kind="warcinfo", content_type="application/warc-fields")) == [("", "empty")]


@pytest.mark.parametrize("status", ["301 Moved", "404 Not Found", "500 Oh", "204 Nothing"])
def test_other_answers_than_a_page_are_named(status):
    [record] = records_in(warc_record(PAGE, status=status))
    assert record.problem is not None
    assert record.problem.reason_code == "http_error"
    assert status[:3] in record.problem.reason


@pytest.mark.parametrize("encoding", ENCODED)
def test_an_encoded_page_is_decoded(encoding):
    assert taken(warc_record(ENCODED[encoding], http=f"Content-Encoding: {encoding}\r\n")) == [("urn:uuid:1", PAGE)]


def test_a_deflated_page_may_lack_its_frame():
    assert taken(warc_record(RAW_DEFLATE, http="Content-Encoding: deflate\r\n")) == [("urn:uuid:1", PAGE)]


@pytest.mark.parametrize("encoding", ENCODED)
def test_a_page_that_only_says_that_it_is_encoded_is_taken_as_it_is(encoding):
    assert taken(warc_record(PAGE, http=f"Content-Encoding: {encoding}\r\n")) == [("urn:uuid:1", PAGE)]
    assert taken(warc_record(b"", http=f"Content-Encoding: {encoding}\r\n")) == [("urn:uuid:1", b"")]


@pytest.mark.parametrize("encoding", ENCODED)
def test_a_page_whose_encoding_breaks_off_is_damaged_and_the_next_is_read(encoding):
    data = warc_record(ENCODED[encoding][:-5], http=f"Content-Encoding: {encoding}\r\n", identity="8")
    assert [what for _, what in taken(data + ONE)] == ["damaged_archive", b"<p>uno</p>"]


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("gzip", gzip.compress), ("br", lambda data: brotli.compress(data, quality=1)), ("zstd", zstandard.compress)],
)
def test_a_page_that_decodes_to_too_much_is_never_in_memory(encoding, encode):
    data = warc_record(encode(b" " * 30_000_000), http=f"Content-Encoding: {encoding}\r\n")
    tracemalloc.start()
    try:
        assert taken(data, max_bytes=100_000) == [("urn:uuid:1", "too_large")]
        assert tracemalloc.get_traced_memory()[1] < 3_000_000 + (30_000_000 if encoding == "zstd" else 0)
    finally:
        tracemalloc.stop()


def test_an_unknown_encoding_is_named():
    assert taken(warc_record(PAGE, http="Content-Encoding: compress\r\n")) == [("urn:uuid:1", "unknown_format")]


def test_chunks_are_joined():
    body = b"5;x=1\r\n<html\r\n1\r\n>\r\n0\r\n\r\n"
    assert taken(warc_record(body, http="Transfer-Encoding: chunked\r\n")) == [("urn:uuid:1", b"<html>")]


def test_a_page_that_only_says_that_it_is_chunked_is_taken_as_it_is():
    assert taken(warc_record(PAGE, http="Transfer-Encoding: chunked\r\n")) == [("urn:uuid:1", PAGE)]


def test_a_page_without_its_last_chunk_is_damaged():
    for body in (b"5\r\n<html", b"5\r\n<html\r\n", b"5\r\n<html\r\n9\r\n>"):
        data = warc_record(body, http="Transfer-Encoding: chunked\r\n")
        assert taken(data) == [("urn:uuid:1", "damaged_archive")]


@pytest.mark.parametrize("field", ["WARC-Truncated: length\r\n", "WARC-Segment-Number: 1\r\n"])
def test_half_a_page_is_not_taken(field):
    assert taken(warc_record(PAGE, fields=field)) == [("urn:uuid:1", "damaged_archive")]


def test_scripts_and_style_sheets_are_named():
    data = warc_record(b"a{}", http="Content-Type: text/css; charset=utf-8\r\n")
    assert taken(data) == [("urn:uuid:1", "unknown_format")]


def test_pages_before_the_break_are_taken_and_the_break_is_told():
    whole = ONE + TWO
    for end in (len(ONE) + 20, len(ONE) + 90, len(whole) - 30):
        assert taken(whole[:end]) == [("urn:uuid:1", b"<p>uno</p>"), ("", "damaged_archive")]
    packed = gzip.compress(ONE) + gzip.compress(TWO)
    for end in (len(gzip.compress(ONE)) + 5, len(packed) - 30):
        assert taken(packed[:end]) == [("urn:uuid:1", b"<p>uno</p>"), ("", "damaged_archive")]


@pytest.mark.parametrize("length", [10_000_000_000, 5000])
def test_a_length_that_reaches_behind_the_end_is_a_break(length):
    assert taken(ONE + warc_record(PAGE, length=length)) == [("urn:uuid:1", b"<p>uno</p>"), ("", "damaged_archive")]


@pytest.mark.parametrize(
    "garbled",
    [
        ONE[:-4],
        b"rubbish\n" * 9,
        warc_record(b"x" * 200, length=100),
        warc_record(PAGE, length=-5),
        b"WARC/1.0\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
        b"WARC/1.0\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    ],
)
def test_reading_goes_on_behind_a_garbled_record(garbled):
    assert [what for _, what in taken(THREE + garbled + THREE)] == [b"<p>tre</p>", "damaged_archive", b"<p>tre</p>"]


def test_a_large_page_is_named_and_the_next_is_read():
    data = warc_record(b"x" * 600_000, identity="8") + ONE
    assert taken(data, max_bytes=1000) == [("urn:uuid:8", "too_large"), ("urn:uuid:1", b"<p>uno</p>")]


def test_records_of_one_name_are_all_taken():
    assert [name for name, _ in taken(ONE + ONE)] == ["urn:uuid:1", "urn:uuid:1~2"]


def test_too_many_records_are_not_taken():
    assert taken(ONE + TWO + THREE, max_members=2)[2:] == [("", "bomb")]


def test_a_large_web_archive_is_never_in_memory():
    data = gzip.compress(warc_record(b"<p>" + b"x" * 100_000)) * 300
    tracemalloc.start()
    try:
        assert sum(1 for _ in contents(io.BytesIO(data), limits=Reading())) == 300
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
