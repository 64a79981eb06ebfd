"""`--lake s3://bucket/prefix` of the commands, run as an operator does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BABELWIRE = Path(sys.executable).with_name("babelwire")


@pytest.fixture
def babelwire(objects, served, tmp_path):
    """Runs the command; it must end well and leave no folder named like a part of an address."""

    def run(*arguments, status=0):
        done = subprocess.run(
            [BABELWIRE, *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, **served, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == status, done.stderr
        assert "a-secret" not in done.stdout + done.stderr
        assert not [path for path in tmp_path.iterdir() if path.name.startswith("s3:")]
        return done.stdout

    return run


def test_a_lake_in_a_store_from_its_first_night_to_its_care(
    babelwire, address, bucket, inbox, more, tmp_path, on_machine
):
    """One long story, because each command takes seconds to start."""
    taken_in = json.loads(babelwire("ingest", inbox, "--lake", address, "--engine", "none", "--jobs", 1, "--json"))
    assert (taken_in["new"] + taken_in["pending"], taken_in["lake"]) == (4, address)

    config = tmp_path / "nightly.yaml"
    config.write_text(
        f"jobs: 1\ntranslation: {{engine: none}}\nnightly:\n  lake: {address}\n  report: {tmp_path}/report.html\n"
        f"  metrics_file: {tmp_path}/night.prom\n  sources: [{{name: more, paths: [{more}]}}]\n"
    )
    night = json.loads(babelwire("nightly", "--config", config, "--date", "2025-03-04", "--json"))
    assert (night["new"], night["lake"]) == (1, address)
    assert "<title>" in (tmp_path / "report.html").read_text("utf-8")
    assert "babelwire_lake_articles 5.0" in (tmp_path / "night.prom").read_text()

    with on_machine("an analyst's"):
        assert len(babelwire("articles", "--lake", address, "--json").splitlines()) == 5
        assert len(babelwire("runs", "--lake", address + "/", "--json").splitlines()) == 2
        babelwire("report", "--lake", address, "-o", tmp_path / "mine.html")
        assert "lake" in (tmp_path / "mine.html").read_text("utf-8")

    many = len(bucket.find("news/lake"))
    assert "files are" in babelwire("compact", "--lake", address, "--all")
    assert len(bucket.find("news/lake")) < many
    assert babelwire("verify", "--lake", address) == f"The lake {address} is whole.\n"
    assert "0 runs" in babelwire("prune", "--lake", address, "--days", 0)
    bucket.rm(bucket.glob("news/lake/articles/month=2025-03/*.parquet")[0])
    assert babelwire("verify", "--lake", address, status=1).startswith("missing_object: ")
