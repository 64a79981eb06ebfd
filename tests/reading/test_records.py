"""How a file is cut into inputs."""

import codecs
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from babelwire.reading import discover, rows_of
from babelwire.reading.folder import FoundFile, find_files
from babelwire.settings import Reading

SMALL = 10_000


def file_with(folder: Path, content: bytes) -> FoundFile:
    (folder / "input").write_bytes(content)
    [found] = find_files([folder])
    assert isinstance(found, FoundFile)
    return found


def cut(folder: Path, content: bytes, *, max_bytes: int = SMALL) -> list[tuple[str, bytes | str]]:
    """Fragment and bytes of each input, or its reason code."""
    rows = list(rows_of(file_with(folder, content), limits=Reading(max_bytes=max_bytes)))
    return [(row["input_uri"].partition("#")[2], row["reason_code"] or piece(content, row)) for row in rows]


def piece(content: bytes, row) -> bytes:
    end = None if row["length"] is None else row["offset"] + row["length"]
    return content[row["offset"] : end]


def test_a_text_is_one_input(tmp_path):
    assert cut(tmp_path, b"Titolo\n\nTesto.\n") == [("", b"Titolo\n\nTesto.\n")]


def test_json_lines_are_known_by_their_content_and_numbered_by_line(tmp_path):
    content = b'{"a": 1}\n\n   \n{"a": 2}\r\n{"a": 3}'
    assert cut(tmp_path, content) == [("1", b'{"a": 1}'), ("4", b'{"a": 2}'), ("5", b'{"a": 3}')]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path):
    content = codecs.BOM_UTF8 + b'{"a": 1}\n{"a": 2}\n'
    assert cut(tmp_path, content) == [("1", b'{"a": 1}'), ("2", b'{"a": 2}')]


def test_a_damaged_line_is_a_record_like_the_others(tmp_path):
    content = b'{"a": 1}\nrubbish\n{"a": \n{"a": 4}\n'
    assert cut(tmp_path, content) == [("1", b'{"a": 1}'), ("2", b"rubbish"), ("3", b'{"a": '), ("4", b'{"a": 4}')]


def test_a_damaged_first_line_does_not_take_the_others_with_it(tmp_path):
    content = b'{"a": "cut o\n{"a": 2}\n{"a": 3}\n'
    assert [fragment for fragment, _ in cut(tmp_path, content)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1}\n',
        b'{\n  "a": 1,\n  "b": {"c": 2}\n}\n',
        b'{"a":\n{"b": 1}\n}\n',
        b'{"a": 1}\nand then some words\n',
        b"{ this is how a play begins }\n{ and goes on }\n",
    ],
)
def test_a_file_with_one_json_object_or_none_is_one_input(tmp_path, content):
    assert cut(tmp_path, content) == [("", content)]


def test_the_elements_of_an_array_are_inputs_numbered_from_one(tmp_path):
    content = codecs.BOM_UTF8 + ' [ {"a": "perché"} ,\n{"b": [1, 2]}, {} ]\n'.encode()
    assert cut(tmp_path, content) == [("1", '{"a": "perché"}'.encode()), ("2", b'{"b": [1, 2]}'), ("3", b"{}")]


@pytest.mark.parametrize(
    "content",
    [b"[Roma] Testo.", b'[{"a": 1}, 2]', b'[{"a": 1}', b'[{"a": 1}] and more', b"[]", b"[" * 5000, b'[{"a": "\xe0"}]'],
)
def test_what_is_no_array_of_objects_is_one_input(tmp_path, content):
    assert cut(tmp_path, content) == [("", content)]


def test_a_long_line_is_rejected_and_the_others_are_kept(tmp_path):
    content = b'{"a": 1}\n{"a": "' + b"x" * 500 + b'"}\n{"a": 3}\n'
    assert cut(tmp_path, content, max_bytes=100) == [("1", b'{"a": 1}'), ("2", "too_large"), ("3", b'{"a": 3}')]


def test_a_long_first_line_is_rejected_and_the_others_are_kept(tmp_path):
    content = b'{"a": "' + b"x" * 500 + b'"}\n{"a": 2}\n{"a": 3}\n'
    assert cut(tmp_path, content, max_bytes=100) == [("1", "too_large"), ("2", b'{"a": 2}'), ("3", b'{"a": 3}')]


@pytest.mark.parametrize("content", [b"x" * 101, b'[{"a": 1}]' + b" " * 100, b" " * 101, b'{"a": "' + b"x" * 100])
def test_a_large_file_that_is_not_json_lines_is_rejected_whole(tmp_path, content):
    assert cut(tmp_path, content, max_bytes=100) == [("", "too_large")]


def test_an_input_of_exactly_the_most_bytes_is_kept(tmp_path):
    assert cut(tmp_path, b"x" * 100, max_bytes=100) == [("", b"x" * 100)]
    lines = b'{"a": "' + b"x" * 91 + b'"}\r\n{"a": 2}'
    assert [fragment for fragment, _ in cut(tmp_path, lines, max_bytes=100)] == ["1", "2"]
    assert "too_large" not in [found for _, found in cut(tmp_path, lines, max_bytes=100)]


def test_a_row_carries_what_the_stages_need(tmp_path):
    file = file_with(tmp_path, b"Testo.")
    assert list(rows_of(file, limits=Reading(max_bytes=SMALL))) == [
        {
            "input_uri": file.uri,
            "offset": 0,
            "length": None,
            "raw": None,
            "size": None,
            "file_size": 6,
            "file_modified_at": file.modified_at,
            "fetched_from": None,
            "charset": None,
            "media_type": None,
            "disposition": None,
            "stage": None,
            "reason_code": None,
            "reason": None,
        }
    ]


def test_a_file_that_vanishes_before_it_is_cut_waits(tmp_path):
    file = file_with(tmp_path, b"Testo.")
    file.path.unlink()
    [row] = rows_of(file, limits=Reading(max_bytes=SMALL))
    assert (row["input_uri"], row["disposition"], row["stage"], row["reason_code"]) == (
        file.uri,
        "pending",
        "read",
        "vanished",
    )


def test_everything_below_a_path_becomes_a_row(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    (tmp_path / "b.txt").write_text("Testo.")
    (tmp_path / "c").symlink_to("nothing")
    rows = list(discover([str(tmp_path)], limits=Reading(max_bytes=SMALL)))
    assert [row["input_uri"].rpartition("/")[2] for row in rows] == ["a.jsonl#1", "a.jsonl#2", "b.txt", "c"]
    assert [row["reason_code"] for row in rows] == [None, None, None, "broken_link"]
    assert all(row.keys() == rows[0].keys() for row in rows)


def test_a_file_that_is_skipped_is_never_opened(tmp_path):
    file_with(tmp_path, b"Testo.").path.chmod(0)
    asked = []
    rows = list(
        discover(
            [str(tmp_path)], limits=Reading(max_bytes=SMALL), skip=lambda file: asked.append(file.path.name) or True
        )
    )
    assert (rows, asked) == ([], ["input"])


a_line = st.one_of(
    st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3).map(lambda d: json.dumps(d).encode()),
    st.binary(max_size=20).map(lambda b: b.replace(b"\n", b"").replace(b"\r", b"")),
)


@given(lines=st.lists(a_line, max_size=8), end=st.sampled_from([b"\n", b"\r\n"]))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_ranges_of_json_lines_are_its_lines_that_are_not_blank(tmp_path, lines, end):
    lines = [b'{"first": 1}', *lines, b'{"last": 1}']
    found = cut(tmp_path, end.join(lines) + end)
    kept = [(str(n), line) for n, line in enumerate(lines, start=1) if line.strip(b" \t")]
    assert found == kept


@given(elements=st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=3), min_size=1, max_size=6))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_ranges_of_an_array_are_its_elements(tmp_path, elements):
    content = json.dumps(elements, ensure_ascii=False, indent=1).encode()
    assert [json.loads(found) for _, found in cut(tmp_path, content)] == elements
