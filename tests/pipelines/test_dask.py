"""A backfill on a real Dask cluster: a scheduler and two workers on loopback, one of which is lost."""

import json
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from accidents import until_a_batch_is_finished
from babelwire.lake import Lake
from benchmarks.faults import product
from tests.pipelines.conftest import BABELWIRE

pytest.importorskip("prefect_dask", reason="the extra dask is not installed")


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(
        "batch_size: 2\njobs: 1\ntranslation: {engine: none}\nstories: {encoder: none}\nlake: {portion: 8}\n"
    )
    return file


@pytest.fixture
def cluster(served, tmp_path):
    """Starts a scheduler and two workers, given settings of the scheduler: its address, its process, and theirs."""
    with ExitStack() as running:

        def process_of(variables, *words):
            command = [sys.executable, "-m", *map(str, words)]
            with (tmp_path / f"{words[0]}.log").open("ab") as log:
                process = subprocess.Popen(command, env=served | variables, stdout=log, stderr=log, cwd=tmp_path)
            running.callback(process.wait)
            running.callback(process.kill)
            return process

        def start(**settings):
            variables = {f"DASK_DISTRIBUTED__SCHEDULER__{name}": str(value) for name, value in settings.items()}
            file = tmp_path / "scheduler.json"
            local = ("--host", "127.0.0.1", "--no-dashboard")
            words = ("distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", file, *local)
            scheduler = process_of(variables, *words)
            deadline = time.monotonic() + 120
            while not file.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            address = json.loads(file.read_text())["address"].removeprefix("tcp://")
            worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", *local)
            return address, scheduler, [process_of(variables, *worker) for _ in range(2)]

        yield start


def files(lake):
    """The files of the tables whose keys name no run."""
    tables = ("articles", "entities", "stories", "matches")
    return sorted(str(p.relative_to(lake)) for name in tables for p in (lake / name).rglob("*.parquet"))


def test_a_cluster_that_loses_a_worker_gives_the_lake_of_this_machine(archive, config, cluster, served, tmp_path):
    address, _, (lost, _) = cluster()
    where, here = tmp_path / "there", tmp_path / "here"
    command = [BABELWIRE, "backfill", archive, "--config", config]
    run = subprocess.Popen(
        [*command, "--lake", where, "--runner", f"dask://{address}"], env=served, stderr=subprocess.PIPE, text=True
    )
    until_a_batch_is_finished(where, run)
    lost.send_signal(signal.SIGKILL)
    _, said = run.communicate(timeout=240)
    assert run.returncode == 0, said
    assert "Traceback" not in said
    assert lost.wait() == -signal.SIGKILL

    subprocess.run([*command, "--lake", here], env=served, check=True, capture_output=True)
    assert product(where) == product(here)
    assert files(where) == files(here)


@pytest.mark.long
@pytest.mark.parametrize(
    ("lost", "allowed_failures", "said"),
    [
        (
            "workers",
            0,
            "One worker after the other came to an end over the same batch on the Dask cluster at {0}, most",
        ),
        ("workers", 3, "The Dask cluster at {0} has no workers any more. Start some: dask worker {0}."),
        ("scheduler", 3, "The Dask scheduler at {0} does not answer any more. Start it again"),
    ],
)
def test_a_cluster_that_cannot_go_on_is_a_sentence_and_the_same_command_goes_on(
    lost, allowed_failures, said, archive, config, cluster, served, tmp_path
):
    address, scheduler, workers = cluster(ALLOWED_FAILURES=allowed_failures, NO_WORKERS_TIMEOUT="3s")
    lake = tmp_path / "lake"
    command = [BABELWIRE, "backfill", archive, "--lake", lake, "--config", config]
    there = [*command, "--runner", f"dask://{address}"]
    run = subprocess.Popen(there, env=served, stderr=subprocess.PIPE, text=True)
    until_a_batch_is_finished(lake, run)
    for process in {"workers": workers, "scheduler": [scheduler]}[lost]:
        process.kill()
    _, told = run.communicate(timeout=240)
    assert run.returncode == 1
    assert said.format(address) in told
    assert "Traceback" not in told

    here = subprocess.run(command, env=served, capture_output=True, text=True, check=False)
    assert here.returncode == 0, here.stderr
    assert len(Lake(lake).articles()) == 12


def test_a_scheduler_that_does_not_answer_is_a_sentence(archive, served, tmp_path):
    command = [BABELWIRE, "backfill", archive, "--lake", tmp_path / "lake", "--runner", "dask://127.0.0.1:9"]
    done = subprocess.run(command, env=served, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 1
    assert "No Dask scheduler answers at 127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
