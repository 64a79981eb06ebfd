"""babelwire report on the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from babelwire.cli import main
from report.reported import ReportedLake


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = ReportedLake(tmp_path_factory.mktemp("lakes") / "lake")
    made.article("one")
    made.write()
    return made.folder.root


@pytest.fixture
def command(lake, monkeypatch, capfdbinary):
    """Runs the command; gives exit status, standard output and standard error."""

    def run(*options):
        monkeypatch.setattr(sys, "argv", ["babelwire", "report", "--lake", str(lake), *map(str, options)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfdbinary.readouterr()
        return ended.value.code, said.out.decode(), said.err.decode()

    return run


def test_it_writes_the_page_and_says_where_it_is(command, tmp_path):
    status, out, err = command("-o", tmp_path / "night.html")
    assert (status, err) == (0, "")
    assert f"20310506T120000Z-aaaa is in {tmp_path / 'night.html'}" in out
    assert (tmp_path / "night.html").read_text("utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["night.html"]


def test_json_tells_a_program_where_it_is(command, tmp_path):
    _, out, _ = command("-o", tmp_path / "night.html", "--json")
    told = json.loads(out)
    assert told["run_id"] == "20310506T120000Z-aaaa"
    assert Path(told["report"]).stat().st_size == told["bytes"]


def test_a_dash_writes_the_page_to_standard_output(command):
    status, out, err = command("-o", "-")
    assert (status, err) == (0, "")
    assert out.startswith("<!doctype html>")
    assert out.rstrip().endswith("</html>")


def test_a_dash_and_json_do_not_go_together(command):
    status, out, err = command("-o", "-", "--json")
    assert (status, out) == (2, "")
    assert "leave --json out" in err


def test_an_earlier_report_is_replaced_whole_also_through_a_link(command, tmp_path):
    earlier = tmp_path / "kept.html"
    earlier.write_text("earlier")
    (tmp_path / "night.html").symlink_to(earlier)
    command("-o", tmp_path / "night.html")
    assert (tmp_path / "night.html").is_symlink()
    assert earlier.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        ("nowhere/night.html", 2, "There is no folder"),
        (".", 2, "is a folder. Give -o a file in it"),
        ("/dev/null", 2, "is no file"),
        ("/sys/night.html", 1, "Cannot write /sys/night.html"),
        ("x" * 300 + ".html", 1, "name too long"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_told_in_a_sentence(command, tmp_path, name, status, says):
    got, out, err = command("-o", tmp_path / name)
    assert (got, out) == (status, "")
    assert says.lower() in err.lower()
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_cannot_be_written_leaves_the_earlier_one(command, tmp_path, monkeypatch):
    earlier = tmp_path / "night.html"
    earlier.write_text("earlier")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    status, _, err = command("-o", earlier)
    assert status == 1
    assert "no space left" in err
    assert earlier.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["night.html"]


def test_an_unknown_run_and_a_missing_lake_are_told_in_a_sentence(command, tmp_path, monkeypatch):
    status, _, err = command("--run", "1999", "-o", tmp_path / "night.html")
    assert status == 2
    assert "20310506T120000Z-aaaa" in err
    status, _, err = command("--lake", tmp_path / "none", "-o", tmp_path / "night.html")
    assert status == 2
    assert "There is no lake" in err


def test_help_does_not_wait_for_the_library_of_charts():
    code = "import sys, babelwire.cli; sys.exit(bool({'altair', 'vl_convert', 'jinja2'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
