"""A backfill on a real Dask cluster: a scheduler and two workers on loopback, one of which is lost."""

import json
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest

from newsdesk import FERRY_EN, FERRY_EN_EDITED, LIBRARY_EN

pytest.importorskip("prefect_dask", reason="the extra dask is not installed")

BABELWIRE = Path(sys.executable).with_name("babelwire")
CONFIG = "batch_size: 2\ntranslation: {engine: none}\nlake: {portion: 8}\n"


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    for i in range(14):
        text = LIBRARY_EN.replace("Hollowmere", f"Hollow{i}mere").replace("5 March", f"{i + 1} March")
        (folder / f"{i:02}.txt").write_text(text, encoding="utf-8")
    (folder / "02a.txt").write_text(FERRY_EN, encoding="utf-8")
    (folder / "02b.txt").write_text(FERRY_EN_EDITED, encoding="utf-8")
    (tmp_path / "small.yaml").write_text(CONFIG)
    return folder


@pytest.fixture
def cluster(served, tmp_path):
    """The address of a scheduler, and its two worker processes."""
    with ExitStack() as running:

        def start(*words):
            command = [sys.executable, "-m", *map(str, words)]
            with (tmp_path / f"{words[0]}.log").open("ab") as log:
                process = subprocess.Popen(command, env=served, stdout=log, stderr=log, cwd=tmp_path)
            running.callback(process.wait)
            running.callback(process.kill)
            return process

        file = tmp_path / "scheduler.json"
        local = ("--host", "127.0.0.1", "--no-dashboard")
        start("distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", file, *local)
        deadline = time.monotonic() + 120
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"].removeprefix("tcp://")
        worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", *local)
        yield address, [start(*worker) for _ in range(2)]


def product(lake):
    tables = {}
    for name in ("articles", "entities", "stories", "matches", "inputs"):
        table = pd.read_parquet(lake / name)
        table = table.drop(columns=["run_id", "ingested_at", "at", "processing_seconds"], errors="ignore")
        tables[name] = sorted(map(str, table.to_dict("records")))
    return tables


def files(lake):
    """The files of the tables whose keys name no run."""
    tables = ("articles", "entities", "stories", "matches")
    return sorted(str(p.relative_to(lake)) for name in tables for p in (lake / name).rglob("*.parquet"))


def test_a_cluster_that_loses_a_worker_gives_the_lake_of_this_machine(archive, cluster, served, tmp_path):
    address, (lost, _) = cluster
    where, here = tmp_path / "there", tmp_path / "here"
    command = [BABELWIRE, "backfill", archive, "--config", tmp_path / "small.yaml"]
    run = subprocess.Popen(
        [*command, "--lake", where, "--runner", f"dask://{address}"], env=served, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 200
    while not list(where.glob("_work/*/batch-*.parquet")) and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    lost.send_signal(signal.SIGKILL)
    _, said = run.communicate(timeout=240)
    assert run.returncode == 0, said
    assert "Traceback" not in said
    assert lost.wait() == -signal.SIGKILL

    subprocess.run([*command, "--lake", here], env=served, check=True, capture_output=True)
    assert product(where) == product(here)
    assert files(where) == files(here)


def test_a_scheduler_that_does_not_answer_is_a_sentence(archive, served, tmp_path):
    command = [BABELWIRE, "backfill", archive, "--lake", tmp_path / "lake", "--runner", "dask://127.0.0.1:9"]
    done = subprocess.run(command, env=served, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 1
    assert "No Dask scheduler answers at 127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
