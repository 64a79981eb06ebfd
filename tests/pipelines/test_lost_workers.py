"""A worker process that is killed over a batch: the batch is done again by another, and the run says so."""

import os
import signal
import subprocess

import pytest

from accidents import workers_of
from babelwire.lake import Lake
from babelwire.progress import Progress, watching
from babelwire.workers import workers
from newsdesk import FERRY_IT
from pipelines.ingest import run
from tests.pipelines.conftest import BABELWIRE
from translation.stub_server import Stub

FATAL = "Il campanile resta chiuso fino a nuovo ordine."
TOLD = (
    "A worker process was ended from outside while it worked on batch 2, most often because memory ran out. The batch is "
    "tried once more."
)
KEPT = (
    "Worker processes were ended from outside while they worked on batch 2, most often because memory ran out. What they "
    "worked on was done again. Fewer `jobs` or a smaller `batch_size` need less memory."
)


class Killer:
    """A translator that kills the worker process that asks it for a certain sentence, so many times."""

    def __init__(self):
        self.times = 0
        self.parent = os.getpid()
        # Tests before this one can have left some of theirs.
        self._others = set(workers_of(self.parent))
        self.stub = Stub(english=self._english)

    def _english(self, text):
        if FATAL in text and self.times:
            self.times -= 1
            (worker,) = set(workers_of(self.parent)) - self._others
            os.kill(worker, signal.SIGKILL)
        return text.upper()


@pytest.fixture
def killer():
    killer = Killer()
    yield killer
    killer.stub.close()


@pytest.fixture
def archive(tmp_path):
    """Six articles for three batches, of which the second has the sentence."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for i in range(6):
        text = FERRY_IT.replace("140", f"14{i}") + (f"\n{FATAL}\n" if i == 3 else "")
        (folder / f"{i}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def config(killer, tmp_path):
    file = tmp_path / "small.yaml"
    server = f"{{engine: libretranslate, memory: none, attempts: 1, libretranslate: {{url: '{killer.stub.url}'}}}}"
    file.write_text(f"{{batch_size: 2, jobs: 1, translation: {server}, stories: {{encoder: none}}}}")
    return file


class Warned(Progress):
    def __init__(self):
        self.sentences = []

    def warn(self, sentence):
        self.sentences.append(sentence)


@pytest.mark.usefixtures("prefect_server")
def test_the_batch_is_done_by_a_fresh_process_and_the_run_says_so(archive, config, killer, tmp_path):
    killer.times = 1
    warned = Warned()
    before = watching.set(warned)
    with workers(1):
        summary = run([str(archive)], tmp_path / "lake", config, {})
    watching.reset(before)
    assert (summary.run["state"], summary.run["articles"]) == ("completed_with_warnings", 6)
    assert KEPT in summary.run["warnings"]
    assert warned.sentences == [TOLD]
    assert len(Lake(tmp_path / "lake").articles()) == 6


def test_a_batch_that_costs_a_second_process_stops_the_run_with_its_name_and_loses_no_other(
    archive, config, killer, served, tmp_path
):
    killer.times = 2
    lake = tmp_path / "lake"
    command = [BABELWIRE, "backfill", archive, "--lake", lake, "--config", config]
    run = subprocess.Popen(command, env=served, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    killer.parent = run.pid
    _, said = run.communicate(timeout=240)
    assert run.returncode == 1
    first, *_, last = said.splitlines()
    assert first == f"Warning: {TOLD}"
    assert last.startswith(
        "babelwire: A worker process was ended from outside while it worked on batch 2, and so was the"
    )
    (inputs,) = lake.glob("_work/*/inputs-000002.parquet")
    assert last.endswith(f"The inputs of the batch are listed in {inputs}.")
    assert "Traceback" not in said

    again = subprocess.run(command, env=served, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert len(Lake(lake).articles()) == 6
    assert KEPT in Lake(lake).runs()["warnings"][0]
