"""How whatever was found is opened into inputs, whole or damaged."""

import errno
import gzip
import io
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.reading.contents import contents
from babelwire.settings import Reading
from reading.archives.archive_samples import (
    COMPRESS,
    LINES,
    TEXT,
    piece,
    records_in,
    taken,
    tarred,
    warc_record,
    zipped,
)

WARC = warc_record(b"<p>uno</p>", identity="1") + warc_record(b"<p>due</p>", identity="2")
SAMPLES = {
    **{kind: compress(LINES) for kind, compress in COMPRESS.items()},
    "zip": zipped(("a.txt", TEXT), ("b.jsonl", LINES), ("c.gz", gzip.compress(TEXT))),
    "tar": tarred(("a.txt", TEXT), ("b.jsonl", LINES), ("c.zip", zipped(("d.txt", TEXT)))),
    "tar.gz": gzip.compress(tarred(("a.txt", TEXT), ("n" * 120, LINES))),
    "warc": WARC,
    "warc.gz": gzip.compress(WARC[: len(WARC) // 2]) + gzip.compress(WARC[len(WARC) // 2 :]),
    "encoded": warc_record(gzip.compress(TEXT), http="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
}


@pytest.mark.parametrize("lasts", [True, False])
@pytest.mark.parametrize("array", [False, True])
def test_records_are_ranges_of_what_lasts_and_come_with_their_bytes_else(lasts, array):
    data = b"[" + LINES.strip().replace(b"\n", b",") + b"]" if array else LINES
    found = list(contents(io.BytesIO(data), limits=Reading(), lasts=lasts))
    assert [piece(data, record) for record in found] == LINES.splitlines()
    assert all((record.content is None) == lasts for record in found)


def test_a_whole_file_that_lasts_is_a_range_to_its_end():
    [record] = records_in(TEXT)
    assert (record.name, record.offset, record.length, record.content) == ("", 0, None, None)


def test_a_web_archive_in_a_zip_in_a_tar_is_read():
    packed = tarred(("z.zip", zipped(("w.warc.gz", gzip.compress(WARC)))))
    assert taken(packed) == [
        ("z.zip#w.warc.gz#urn:uuid:1", b"<p>uno</p>"),
        ("z.zip#w.warc.gz#urn:uuid:2", b"<p>due</p>"),
    ]


def test_a_damaged_archive_in_an_archive_leaves_the_others_alone():
    packed = zipped(("a.gz", gzip.compress(TEXT)[:-9]), ("b.zip", zipped(("x", TEXT))[:-9]), ("c.txt", TEXT))
    assert taken(packed) == [("a.gz", "damaged_archive"), ("b.zip", "damaged_archive"), ("c.txt", TEXT)]


def test_nothing_more_is_taken_of_an_archive_once_one_member_was_a_bomb():
    bomb = gzip.compress(b"{" + b" " * 3_000_000)
    packed = tarred(("a.txt", TEXT), ("b.gz", bomb), ("c.txt", TEXT))
    assert taken(packed, max_unpacked_bytes=1_000_000) == [("a.txt", TEXT), ("", "bomb")]


def test_more_than_a_thousand_times_a_small_file_is_a_bomb(monkeypatch):
    monkeypatch.setattr("babelwire.reading.limits._ALWAYS_BYTES", 1_000_000)
    assert taken(COMPRESS["zstd"](b"{" + b" " * 9_000_000)) == [("", "bomb")]


def test_a_full_disk_is_told_with_the_folder_to_clear(monkeypatch):
    def full(*args: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", full)
    [record] = records_in(gzip.compress(TEXT))
    assert record.problem is not None
    assert (record.problem.disposition, record.problem.reason_code) == ("pending", "unreadable")
    assert tempfile.gettempdir() in record.problem.reason


def test_a_disk_that_fails_while_an_archive_is_read_is_the_file_s_problem():
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 4096:
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size)

    packed = (
        gzip.compress(LINES * 20_000, 0),
        zipped(("a", TEXT * 9999), ("b", TEXT), method=0),
        tarred(("a", TEXT * 9999), ("b", TEXT)),
        WARC + warc_record(b"x" * 9999) * 2,
    )
    for data in packed:
        with pytest.raises(OSError, match="Input/output"):
            list(contents(Failing(data), limits=Reading()))


@given(
    kind=st.sampled_from(sorted(SAMPLES)),
    where=st.floats(0, 1, exclude_max=True),
    change=st.sampled_from(["cut", "flip", "zero", "insert", "repeat"]),
    byte=st.integers(1, 255),
)
@settings(max_examples=50, deadline=None)
def test_no_damage_stops_the_reading(kind, where, change, byte):
    data = bytearray(SAMPLES[kind])
    at = int(where * len(data))
    if change == "cut":
        del data[at:]
    elif change == "flip":
        data[at] ^= byte
    elif change == "zero":
        data[at : at + byte] = b"\0" * byte
    elif change == "insert":
        data[at:at] = bytes([byte]) * byte
    else:
        data[at:at] = data[: at + 1]
    found = records_in(bytes(data), max_bytes=100_000, max_unpacked_bytes=5_000_000)
    assert found
    assert len({record.name for record in found}) == len(found)
