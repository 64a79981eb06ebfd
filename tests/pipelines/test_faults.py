"""Accidents while a backfill works: each ends as docs/operations.md says, and nothing is lost."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from accidents import until_a_batch_is_finished
from babelwire.lake import Lake
from newsdesk import LIBRARY_EN
from tests.pipelines.conftest import BABELWIRE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def command(tmp_path):
    """A backfill of twelve articles in six batches."""
    archive = tmp_path / "archive"
    archive.mkdir()
    for i in range(12):
        (archive / f"{i:02}.txt").write_text(LIBRARY_EN.replace("Hollowmere", f"Hollow{i}mere"), encoding="utf-8")
    config = tmp_path / "small.yaml"
    config.write_text(
        "batch_size: 2\njobs: 1\ntranslation: {engine: none}\nstories: {encoder: none}\nlake: {portion: 6}\n"
    )
    return [BABELWIRE, "backfill", archive, "--lake", tmp_path / "lake", "--config", config]


@pytest.mark.long
def test_a_backfill_that_is_killed_again_and_again_gives_the_undisturbed_lake(environment):
    """The small form of the measurement with 200 kills."""
    small = ["kills", "--kills", "5", "--articles", "40", "--batch", "4", "--portion", "15"]
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "faults.py", *small],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["kills"] == 5
    assert found["equal_to_the_undisturbed_lake"]
    assert found["most_batches_lost_in_a_kill"] <= 2


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk can only be mounted by root")
def test_a_lake_on_a_read_only_disk_is_a_sentence_and_unharmed(command, served, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], check=False).returncode:
        pytest.skip("this machine does not let root mount a disk")
    command[command.index("--lake") + 1] = disk / "lake"
    try:
        goes_on_to_the_end(command, served, disk / "lake")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        done = subprocess.run(command, env=served, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "the disk is read-only. Mount it for writing and run the same command again" in done.stderr
        assert len(Lake(disk / "lake").articles()) == 12
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_prefect_server_that_is_restarted_meanwhile_costs_no_article(command, environment, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    variables = {**environment, "PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    server = prefect_server(port, variables)
    try:
        here = {**variables, "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
        run = subprocess.Popen(command, env=here, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        until_a_batch_is_finished(tmp_path / "lake", run)
        server.kill()
        server.wait()
        server = prefect_server(port, variables)
        _, said = run.communicate(timeout=200)
        assert run.returncode == 0, said
        assert "Traceback" not in said
        goes_on_to_the_end(command, here, tmp_path / "lake")
    finally:
        server.kill()
        server.wait()


@pytest.mark.long
def test_a_prefect_database_that_another_process_locks_for_some_seconds_is_waited_for(command, environment, tmp_path):
    (tmp_path / "tmp").mkdir()
    alone = {**environment, "TMPDIR": str(tmp_path / "tmp")}
    run = subprocess.Popen(command, env=alone, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    until_a_batch_is_finished(tmp_path / "lake", run)
    (database,) = (tmp_path / "tmp").glob("babelwire-prefect-*/prefect.db")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert run.poll() is None
        time.sleep(3)
    _, said = run.communicate(timeout=200)
    assert run.returncode == 0, said
    assert "locked" not in said
    assert "Traceback" not in said
    assert len(Lake(tmp_path / "lake").articles()) == 12


def goes_on_to_the_end(command, variables, lake):
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(Lake(lake).articles()) == 12
    assert list((lake / "_work").glob("*/")) == []


def prefect_server(port, variables):
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port), "--no-ui"]
    server = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 200
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < deadline and server.poll() is None:
            try:
                if client.get(f"http://127.0.0.1:{port}/api/health").is_success:
                    return server
            except httpx.HTTPError:
                time.sleep(0.1)
    raise AssertionError("The Prefect server did not start.")
