"""The commands `nightly` and `serve`, as an operator and a service manager meet them."""

import json
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from babelwire.lake import Lake
from newsdesk import FERRY_EN, LIBRARY_EN
from tests.pipelines.conftest import BABELWIRE


@pytest.fixture
def config(tmp_path):
    """Writes a configuration of one source with one article, and of what the test adds."""

    def write(**nightly):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / "a.txt").write_text(FERRY_EN, encoding="utf-8")
        sources = [{"name": "inbox", "paths": [str(tmp_path / "in")]}]
        night = {"lake": str(tmp_path / "lake"), "sources": sources, **nightly}
        how = {"jobs": 1, "translation": {"engine": "none"}, "stories": {"encoder": "none"}, "nightly": night}
        (tmp_path / "night.yaml").write_text(yaml.safe_dump(how))
        return tmp_path / "night.yaml"

    return write


def test_warnings_are_told_and_are_status_3_only_where_one_is_strict(babelwire, config, served, tmp_path):
    file = config()
    night = ("nightly", "--config", file, "--lake", tmp_path / "other", "--date", "2025-03-10")
    (tmp_path / "in" / "empty.txt").write_text("")
    done = babelwire(*night, **served)
    assert done.returncode == 0
    assert "Warning: 1 of 2 inputs (50%) were rejected or could not be read: 1 empty." in done.stderr
    assert len(Lake(tmp_path / "other").articles()) == 1
    (tmp_path / "in" / "bare.txt").write_text("")
    done = babelwire(*night, "--strict", "--json", **served)
    assert done.returncode == 3
    run = json.loads(done.stdout)
    assert (run["state"], run["logical_date"], run["rejected"]) == ("completed_with_warnings", "2025-03-10", 1)


def test_a_failed_night_is_status_1_and_is_published_and_all_it_logs_can_be_json(babelwire, config, served, tmp_path):
    file = config(thresholds={"fail_rejected_share": 0.1, "least_inputs": 0}, log="json")
    (tmp_path / "in" / "empty.txt").write_text("")
    done = babelwire("nightly", "--config", file, "--date", "2025-03-10", "--json", **served)
    assert done.returncode == 1
    assert json.loads(done.stdout)["state"] == "failed"
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {json.loads(done.stdout)["run_id"]} <= {line["run"] for line in lines}
    assert lines[-1]["level"] == "error"
    assert lines[-1]["message"].startswith("The night of 2025-03-10 has failed: 1 of 2 inputs (50%)")
    assert len(Lake(tmp_path / "lake").articles()) == 1


@pytest.mark.parametrize("command", ["nightly", "serve"])
@pytest.mark.parametrize(
    ("nightly", "said"),
    [
        ({"schedule": "never"}, "line 4: `nightly.schedule` is 'never'"),
        ({"sources": []}, "names no sources"),
        ({"lake": None}, "names no lake"),
    ],
)
def test_a_wrong_configuration_is_a_sentence_and_status_2(babelwire, config, command, nightly, said):
    done = babelwire(command, "--config", config(**nightly))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


class Serving:
    """`babelwire serve --json`, its events as they come."""

    def __init__(self, config, environment):
        command = [BABELWIRE, "serve", "--config", config, "--json"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    def until(self, *events):
        """The next event of one of these kinds."""
        for line in self.process.stdout:
            told = json.loads(line)
            if told.get("event") in events:
                return told
        raise AssertionError(f"serve ended with {self.process.wait()} before {events}")

    def end(self):
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def serve(served, tmp_path):
    """Starts `serve`, and looks afterwards that nothing of it lives on."""
    started = []
    marked = {**served, "BABELWIRE_TEST": str(tmp_path)}

    def start(config):
        started.append(Serving(config, marked))
        return started[-1]

    yield start
    for each in started:
        each.end()
    wait_for_the_end_of(str(tmp_path))


def wait_for_the_end_of(mark):
    deadline = time.monotonic() + 30
    while (alive := processes_with(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive == []


def processes_with(mark):
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"BABELWIRE_TEST={mark}\0".encode() in (process / "environ").read_bytes():
                found.append(process.name)
    return found


def test_serving_runs_nights_and_one_that_was_missed_after_a_kill(serve, config, tmp_path):
    file = config(schedule="*/2 * * * * *", timezone="UTC")
    first = serve(file)
    assert first.until("waiting", "started")["event"] == "waiting"
    assert first.until("ended")["status"] == 0
    (tmp_path / "in" / "b.txt").write_text(LIBRARY_EN, encoding="utf-8")
    first.until("started")
    first.process.kill()
    first.process.wait()
    wait_for_the_end_of(str(tmp_path))

    second = serve(file)
    assert second.until("waiting", "started")["event"] == "started"
    assert second.until("ended")["status"] == 0
    assert len(Lake(tmp_path / "lake").articles()) == 2
    # Nights that became due while one was at work are one.
    assert second.until("waiting", "started", "ended")["event"] == "started"
    second.process.send_signal(signal.SIGTERM)
    assert second.until("stopping", "ended")["event"] == "stopping"
    assert second.until("ended")["status"] in {0, 130, -signal.SIGTERM}
    assert second.process.wait(timeout=30) == 0


def test_serving_ends_at_once_while_it_waits(serve, config):
    serving = serve(config(schedule="0 4 * * *"))
    assert serving.until("waiting", "started")["event"] == "waiting"
    serving.process.send_signal(signal.SIGINT)
    assert serving.until("stopped")
    assert serving.process.wait(timeout=10) == 0


def test_a_night_that_cannot_work_does_not_end_the_serving(serve, config, tmp_path):
    file = config(schedule="*/2 * * * * *")
    (tmp_path / "in").rename(tmp_path / "gone")
    serving = serve(file)
    assert serving.until("ended")["status"] == 1
    assert serving.until("waiting", "started")
