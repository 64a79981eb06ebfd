"""A backfill on Ray, one of whose worker processes is lost, and one that is sent SIGTERM."""

import os
import signal
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from accidents import all_of, until, until_a_batch_is_finished
from benchmarks.faults import product
from tests.pipelines.conftest import BABELWIRE

pytest.importorskip("prefect_ray", reason="the extra ray is not installed")


@pytest.fixture
def command(archive, tmp_path):
    config = tmp_path / "small.yaml"
    config.write_text("{batch_size: 2, jobs: 2, translation: {engine: none}, lake: {portion: 8}}")
    return [BABELWIRE, "backfill", archive, "--config", config]


def at_work(pid):
    """The processes in which Ray works on batches."""
    return [
        each for each in all_of(pid) if Path(f"/proc/{each}/cmdline").read_bytes().startswith(b"ray::process batch")
    ]


def test_a_worker_that_is_lost_costs_its_batch_time_and_nothing_else(command, served, tmp_path):
    there, here = tmp_path / "there", tmp_path / "here"
    run = subprocess.Popen(
        [*command, "--lake", there, "--runner", "ray"], env=served, stderr=subprocess.PIPE, text=True
    )
    until(lambda: at_work(run.pid), run)
    os.kill(at_work(run.pid)[0], signal.SIGKILL)
    _, said = run.communicate(timeout=240)
    assert run.returncode == 0, said
    assert "Traceback" not in said
    subprocess.run([*command, "--lake", here], env=served, check=True, capture_output=True)
    assert product(there) == product(here)


def test_sigterm_finishes_the_batches_at_work_and_keeps_them(command, served, tmp_path):
    lake = tmp_path / "lake"
    run = subprocess.Popen([*command, "--lake", lake, "--runner", "ray"], env=served, stderr=subprocess.PIPE, text=True)
    until_a_batch_is_finished(lake, run)
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=240)
    assert run.returncode == 130, said
    assert said.endswith("babelwire: Stopped. Finished batches are kept: run the same command again to go on.\n")
    done = subprocess.run([*command, "--lake", lake], env=served, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0].startswith("12 inputs: "), done.stderr
    assert len(pd.read_parquet(lake / "articles")) == 12
