"""A backfill as an archivist meets it: portions, going on after an accident, Ctrl-C, events."""

import json
import os
import signal
import subprocess

import pandas as pd
import pytest

from accidents import children, until_a_batch_is_finished
from babelwire.lake import Lake
from benchmarks.faults import product
from pipelines import backfill, ingest
from tests.pipelines.conftest import BABELWIRE

SMALL = "batch_size: 2\njobs: 1\ntranslation: {engine: none}\nstories: {encoder: none}\nlake: {portion: 5}\n"


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    return file


@pytest.fixture
def command(archive, config, tmp_path):
    return [BABELWIRE, "backfill", archive, "--lake", tmp_path / "lake", "--config", config]


@pytest.mark.usefixtures("prefect_server")
def test_portions_in_the_order_of_time_give_the_lake_of_one_run(archive, config, tmp_path):
    whole = ingest.run([str(archive)], tmp_path / "whole", config, {})
    parts = backfill.run([str(archive)], tmp_path / "parts", config, {})
    assert product(tmp_path / "parts") == product(tmp_path / "whole")
    runs = Lake(tmp_path / "parts").runs()
    assert sorted(runs["new"]) == [2, 5, 5]
    assert (parts.counts, parts.run["articles"]) == (whole.counts, 12)
    assert parts.run["started_at"] == min(runs["started_at"])


@pytest.mark.usefixtures("prefect_server")
def test_a_second_backfill_finds_everything_unchanged(archive, config, tmp_path):
    backfill.run([str(archive)], tmp_path / "lake", config, {})
    before = product(tmp_path / "lake")
    again = backfill.run([str(archive)], tmp_path / "lake", config, {})
    assert {d: n for d, n in again.counts.items() if n} == {"unchanged": 12}
    assert product(tmp_path / "lake") == before
    assert list((tmp_path / "lake" / "_work").glob("*/")) == []


@pytest.mark.usefixtures("prefect_server")
def test_a_backfill_has_the_warnings_of_all_its_portions_in_their_order_and_none_twice(archive, config, tmp_path):
    for name in ("02.txt", "06.txt", "11.txt"):
        (archive / name).write_text("")
    done = backfill.run([str(archive)], tmp_path / "lake", config, {})
    assert [warning.partition(" were")[0] for warning in done.run["warnings"]] == [
        "1 of 5 inputs (20%)",
        "1 of 2 inputs (50%)",
    ]
    assert [len(warnings) for warnings in Lake(tmp_path / "lake").runs()["warnings"]] == [1, 1, 1]


def test_a_first_ctrl_c_keeps_the_batch_at_work_and_the_command_goes_on_from_there(command, served, tmp_path):
    run = subprocess.Popen(command, env=served, stderr=subprocess.PIPE, text=True)
    until_a_batch_is_finished(tmp_path / "lake", run)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=120)
    assert run.returncode == 130
    assert "Stopping once the batches at work are finished. Press Ctrl-C again" in said
    assert said.endswith("babelwire: Stopped. Finished batches are kept: run the same command again to go on.\n")
    assert "Traceback" not in said
    kept = done_so_far(tmp_path / "lake")
    assert 2 <= kept < 12

    events = [json.loads(line) for line in subprocess.check_output([*command, "--json"], env=served).splitlines()]
    assert {event["event"] for event in events} == {"run", "batch", "published", "done"}
    done = events[-1]
    assert done["new"] + done["unchanged"] == 12
    new = sum(event["counts"].get("articles", 0) for event in events if event["event"] == "batch")
    batches = [event["inputs"] for event in events if event["event"] == "batch"]
    assert new
    assert batches[-1] == 12 - kept
    assert len(Lake(tmp_path / "lake").articles()) == 12


def test_a_second_ctrl_c_ends_the_command_at_once(command, served, tmp_path):
    run = subprocess.Popen(command, env=served, stderr=subprocess.PIPE, text=True)
    until_a_batch_is_finished(tmp_path / "lake", run)
    workers = children(run.pid)
    try:
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        run.send_signal(signal.SIGINT)
        assert "Stopping once the batches at work are finished" in run.stderr.readline()
        run.send_signal(signal.SIGINT)
        assert "Stopped at once. Finished batches are kept" in run.stderr.readline()
        assert run.wait(timeout=60) == 130
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
        run.stderr.close()


@pytest.mark.parametrize(
    ("runner", "said"),
    [
        ("abacus", "There is no runner abacus. Give --runner local, dask://HOST:PORT or ray."),
        ("dask://elsewhere.example:8786", "set PREFECT_API_URL"),
    ],
)
def test_a_runner_that_cannot_be_is_a_sentence(babelwire, command, runner, said):
    done = babelwire(*command[1:], "--runner", runner)
    assert done.returncode == 2
    assert said in done.stderr


def done_so_far(lake):
    """Inputs in finished batches and in the lake."""
    batches = sum(len(pd.read_parquet(p, columns=["input_uri"])) for p in lake.glob("_work/*/batch-*.parquet"))
    return batches + len(Lake(lake).inputs())
