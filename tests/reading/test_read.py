"""How the bytes of inputs are read."""

import codecs
import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from babelwire.frames import make_frame, values
from babelwire.reading import Read, discover
from babelwire.reading import read as read_module
from babelwire.settings import Reading

ADDED = ("raw", "bytes_digest", "size")


def listed(folder: Path) -> pd.DataFrame:
    rows = list(discover([str(folder)], limits=Reading(max_bytes=10_000)))
    return make_frame({column: [row[column] for row in rows] for column in rows[0]})


def read(frame: pd.DataFrame, *, max_bytes: int = 10_000) -> pd.DataFrame:
    return Read(Reading(max_bytes=max_bytes))(frame)


def one(folder: Path, content: bytes, **options: int) -> dict[str, object]:
    (folder / "input").write_bytes(content)
    frame = read(listed(folder), **options)
    return {column: values(frame, column)[0] for column in frame.columns}


def test_bytes_come_with_their_digest_and_size(tmp_path):
    found = one(tmp_path, b"Testo.\n")
    assert found["raw"] == b"Testo.\n"
    assert found["bytes_digest"] == hashlib.sha256(b"Testo.\n").hexdigest()
    assert found["size"] == 7
    assert found["disposition"] is None


def test_the_records_of_a_file_are_read_from_one_opening(tmp_path, monkeypatch):
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n{"a": 2}\n{"a": 3}\n')
    (tmp_path / "b.txt").write_text("Testo.")
    frame = listed(tmp_path)
    opened = []
    open_regular = read_module.open_regular
    monkeypatch.setattr(read_module, "open_regular", lambda path: opened.append(path.name) or open_regular(path))
    assert values(read(frame), "raw") == [b'{"a": 1}', b'{"a": 2}', b'{"a": 3}', b"Testo."]
    assert opened == ["a.jsonl", "b.txt"]


def test_a_file_that_is_gone_waits_and_the_others_are_read(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text("Testo.")
    frame = listed(tmp_path)
    (tmp_path / "b").unlink()
    frame = read(frame)
    assert values(frame, "disposition") == [None, "pending", None]
    assert values(frame, "reason_code") == [None, "vanished", None]
    assert values(frame, "stage") == [None, "read", None]
    assert values(frame, "raw") == [b"Testo.", None, b"Testo."]


def test_a_file_the_system_does_not_hand_out_waits(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(read_module, "open_regular", refuse)
    found = one(tmp_path, b"Testo.")
    assert (found["disposition"], found["reason_code"]) == ("pending", "unreadable")
    assert "Permission denied" in str(found["reason"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_the_right_to_read_waits(tmp_path):
    (tmp_path / "input").write_text("Testo.")
    frame = listed(tmp_path)
    (tmp_path / "input").chmod(0)
    assert values(read(frame), "reason_code") == ["unreadable"]


@pytest.mark.parametrize("later", [b"Testo piu lungo.", b"Tes"])
def test_a_file_that_got_longer_or_shorter_since_it_was_listed_waits(tmp_path, later):
    (tmp_path / "input").write_bytes(b"Testo.")
    frame = listed(tmp_path)
    (tmp_path / "input").write_bytes(later)
    frame = read(frame)
    assert values(frame, "disposition") == ["pending"]
    assert values(frame, "reason_code") == ["changed_while_read"]


def test_a_file_of_the_same_size_written_later_waits(tmp_path):
    (tmp_path / "input").write_bytes(b"Testo.")
    frame = listed(tmp_path)
    moved = frame["file_modified_at"].iloc[0] + timedelta(seconds=1)
    os.utime(tmp_path / "input", (moved.timestamp(), moved.timestamp()))
    assert values(read(frame), "reason_code") == ["changed_while_read"]


def test_a_file_that_changes_while_it_is_read_waits(tmp_path, monkeypatch):
    (tmp_path / "input").write_bytes(b"Testo.")
    frame = listed(tmp_path)
    open_regular = read_module.open_regular

    class Racing:
        """A file that something appends to as soon as its bytes are asked for."""

        def __init__(self, path):
            self.path, self.file = path, open_regular(path)

        def __getattr__(self, name):
            return getattr(self.file, name)

        def read(self, size):
            with self.path.open("ab") as other:
                other.write(b" Altro.")
            return self.file.read(size)

    monkeypatch.setattr(read_module, "open_regular", Racing)
    frame = read(frame)
    assert values(frame, "reason_code") == ["changed_while_read"]
    assert values(frame, "raw") == [None]


def test_a_pipe_that_took_the_place_of_a_file_is_not_waited_for(tmp_path):
    (tmp_path / "input").write_bytes(b"Testo.")
    frame = listed(tmp_path)
    (tmp_path / "input").unlink()
    os.mkfifo(tmp_path / "input")
    assert values(read(frame), "reason_code") == ["not_a_file"]


@pytest.mark.parametrize("content", [b"", b" \t\r\n\n", codecs.BOM_UTF8])
def test_an_input_without_content_is_rejected(tmp_path, content):
    found = one(tmp_path, content)
    assert (found["disposition"], found["reason_code"], found["bytes_digest"]) == ("rejected", "empty", None)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 plain words", "PDF"),
        (b"SQLite format 3\0 plain words", "SQLite"),
        (b"\x89PNG\r\n\x1a\n plain words", "PNG"),
        (b"{\\rtf1 plain words}", "Rich Text"),
    ],
)
def test_a_known_binary_format_is_named(tmp_path, content, kind):
    found = one(tmp_path, content)
    assert (found["disposition"], found["reason_code"]) == ("rejected", "binary")
    assert kind in str(found["reason"])


@pytest.mark.parametrize("content", [b"Test\0o.", "Testo.".encode("utf-16-le"), bytes(range(256)) * 4])
def test_control_codes_show_that_it_is_no_text(tmp_path, content):
    assert one(tmp_path, content)["reason_code"] == "binary"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig", "cp1252", "utf-8"])
def test_text_of_any_common_encoding_is_no_binary(tmp_path, encoding):
    assert one(tmp_path, "Perché no?\n".encode(encoding))["reason_code"] is None


def test_one_damaged_byte_does_not_make_a_long_text_binary(tmp_path):
    assert one(tmp_path, b"Testo. " * 100 + b"\0")["reason_code"] is None


def test_an_input_of_too_many_bytes_is_rejected_unread(tmp_path):
    found = one(tmp_path, b"x" * 101, max_bytes=100)
    assert (found["disposition"], found["reason_code"], found["raw"]) == ("rejected", "too_large", None)


def test_rows_that_are_stopped_stay_as_they_are(tmp_path):
    (tmp_path / "a").symlink_to("nothing")
    (tmp_path / "b").write_text("Testo.")
    frame = read(listed(tmp_path))
    assert values(frame, "reason_code") == ["broken_link", None]
    assert values(frame, "raw") == [None, b"Testo."]


def test_an_empty_frame_gets_the_columns(tmp_path):
    frame = read(make_frame({"input_uri": [], "offset": [], "length": [], "file_size": [], "file_modified_at": []}))
    assert len(frame) == 0
    assert set(ADDED) <= set(frame.columns)
