"""SIGTERM, as systemd, Docker, Kubernetes and `timeout` send it, while a batch is at work."""

import json
import os
import signal
import subprocess
import threading
from contextlib import suppress

import pytest
import yaml

from accidents import all_of, children, until
from babelwire.lake import Lake
from newsdesk import FERRY_IT
from tests.pipelines.conftest import BABELWIRE
from translation.stub_server import Stub


class Desk:
    """Six articles for three batches, and a translator that lets the first of these wait."""

    def __init__(self, root):
        self.asked, self.goes_on = threading.Event(), threading.Event()
        self.stub = Stub(english=self._english)
        self.lake = root / "lake"
        inbox = root / "in"
        inbox.mkdir()
        for i in range(6):
            (inbox / f"{i}.txt").write_text(FERRY_IT.replace("140", f"14{i}"), encoding="utf-8")
        self.config = root / "small.yaml"
        server = {"engine": "libretranslate", "memory": "none", "libretranslate": {"url": self.stub.url}}
        night = {
            "lake": str(self.lake),
            "sources": [{"name": "inbox", "paths": [str(inbox)]}],
            "schedule": "* * * * * *",
        }
        how = {"batch_size": 2, "jobs": 1, "translation": server, "stories": {"encoder": "none"}, "nightly": night}
        self.config.write_text(yaml.safe_dump(how))
        self.commands = {
            "nightly": [BABELWIRE, "nightly", "--config", self.config, "--date", "2025-03-10"],
            "serve": [BABELWIRE, "serve", "--config", self.config, "--json"],
            "ingest": [BABELWIRE, "ingest", inbox, "--lake", self.lake, "--config", self.config],
            "backfill": [BABELWIRE, "backfill", inbox, "--lake", self.lake, "--config", self.config],
        }

    def _english(self, text):
        if "scogli" in text:
            self.asked.set()
            self.goes_on.wait(200)
        return text.upper()

    def starts(self, command, environment):
        """The command, once its first batch is at work."""
        run = subprocess.Popen(
            self.commands[command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        until(self.asked.is_set, run)
        return run

    def finished(self):
        return len(list(self.lake.glob("_work/*/batch-*.parquet")))


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.goes_on.set()
    desk.stub.close()


@pytest.mark.parametrize("command", ["ingest", "backfill"])
def test_sigterm_finishes_the_batch_at_work_and_keeps_it(desk, served, command):
    run = desk.starts(command, served)
    run.send_signal(signal.SIGTERM)
    first = run.stderr.readline()
    desk.goes_on.set()
    _, said = run.communicate(timeout=120)
    assert first.startswith("Stopping once the batches at work are finished. Send SIGTERM again to stop at once")
    assert said == "babelwire: Stopped. Finished batches are kept: run the same command again to go on.\n"
    assert run.returncode == 130
    assert 1 <= desk.finished() < 3


@pytest.mark.long
def test_a_night_whose_every_process_is_sent_sigterm_twice_finishes_its_batch_and_goes_on_from_there(desk, environment):
    """As `timeout` does, and systemd without KillMode=mixed; the private Prefect server is among the processes."""
    run = desk.starts("nightly", environment)
    for _ in range(2):
        for process in all_of(run.pid):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
    desk.goes_on.set()
    _, said = run.communicate(timeout=120)
    assert run.returncode == 130, said
    assert said.splitlines()[-1].startswith("babelwire: Stopped. Finished batches are kept")
    assert "Traceback" not in said
    kept = desk.finished()
    assert 1 <= kept < 3

    done = subprocess.run(desk.commands["nightly"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{kept} finished batches are kept" in done.stderr
    assert len(Lake(desk.lake).articles()) == 6


@pytest.mark.parametrize("to_all", [False, True], ids=["to serve alone", "to every process"])
def test_serving_has_its_night_finish_the_batch_when_sigterm_comes(desk, served, to_all):
    serving = desk.starts("serve", served)
    if to_all:
        for process in all_of(serving.pid)[1:]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        assert serving.stderr.readline().startswith("Stopping once the batches at work are finished.")
    serving.send_signal(signal.SIGTERM)
    desk.goes_on.set()
    out, _ = serving.communicate(timeout=120)
    assert serving.returncode == 0
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["event"] for event in events] == ["waiting", "started", "stopping", "ended", "stopped"]
    assert events[3]["status"] == 130
    assert 1 <= desk.finished() < 3


def test_sigterm_while_a_run_still_starts_ends_it_with_a_sentence(desk, environment):
    command = desk.commands["ingest"]
    run = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    until(lambda: children(run.pid), run)
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=60)
    assert said == "babelwire: Stopped. Finished batches are kept: run the same command again to go on.\n"
    assert run.returncode == 130


def test_sigterm_that_is_sent_again_ends_the_run_at_once(desk, served):
    run = desk.starts("backfill", served)
    run.send_signal(signal.SIGTERM)
    assert "Stopping once the batches at work are finished" in run.stderr.readline()
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert said.startswith("Stopped at once. Finished batches are kept: run the same command again to go on.\n")
    assert (run.returncode, desk.finished()) == (130, 0)
