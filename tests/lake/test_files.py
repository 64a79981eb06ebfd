"""Whole files or nothing, also where several machines write to one disk."""

import signal
import socket
import subprocess
import sys

import pandas as pd
import pytest

from babelwire.article import ARTICLES
from babelwire.lake import LakeFolder
from babelwire.lake.files import place_beside, write_json, write_parts
from babelwire.lake.keeping.verify import verify

WRITES_AND_WAITS = """
import sys, time
from pathlib import Path
from babelwire.article import ARTICLES
from babelwire.lake.files import write_parts

def parts():
    yield ARTICLES.schema.empty_table()
    print("writing", flush=True)
    time.sleep(60)

write_parts(Path(sys.argv[1]), ARTICLES.schema, parts())
"""


@pytest.fixture
def lake(tmp_path):
    return LakeFolder.create(tmp_path / "lake")


def test_processes_of_one_number_on_two_machines_do_not_write_to_one_file(tmp_path, monkeypatch):
    def seen_from(host):
        monkeypatch.setattr(socket, "gethostname", lambda: host)
        return place_beside(tmp_path / "part.parquet")

    one, other = seen_from("desk-1.example"), seen_from("desk-2.example")
    assert one != other
    assert {path.parent for path in (one, other)} == {tmp_path}
    assert all(path.name.startswith(".part.parquet.") for path in (one, other))


@pytest.mark.parametrize("name", ["x" * 255, "è" * 127])
def test_a_file_may_have_as_long_a_name_as_the_disk_allows(tmp_path, name):
    write_json(tmp_path / name, {"whole": True})
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("host", ["", "desk/1", "..", "d\n e\0sk", "redazione-è", "x" * 300])
def test_a_machine_may_have_any_name(tmp_path, monkeypatch, host):
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    beside = place_beside(tmp_path / "a.json")
    assert beside.parent == tmp_path
    beside.touch()
    write_json(tmp_path / "a.json", {"whole": True})
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_what_a_killed_process_left_is_hidden_from_readers_and_named_by_verify(lake):
    month = lake.table(ARTICLES) / "month=2025-03"
    command = [sys.executable, "-c", WRITES_AND_WAITS, str(month / "part-0.parquet")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "writing\n"
        writer.send_signal(signal.SIGKILL)
    (left,) = month.iterdir()
    assert left.name.endswith(f".{writer.pid}")
    assert pd.read_parquet(lake.table(ARTICLES)).empty
    (finding,) = verify(lake)
    assert finding.code == "leftover"
    assert left.name in finding.says


def test_a_file_that_cannot_be_finished_leaves_the_earlier_one_and_nothing_beside_it(tmp_path):
    path = tmp_path / "a.parquet"
    schema = ARTICLES.schema
    write_parts(path, schema, [schema.empty_table()])
    before = path.read_bytes()

    def breaks_off():
        yield schema.empty_table()
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_parts(path, schema, breaks_off())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
