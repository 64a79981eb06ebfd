"""A machine whose clock is set between the two halves of a run, as seen by every process of it."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from accidents import until_a_batch_is_finished
from babelwire.lake import Lake
from benchmarks.faults import product
from tests.pipelines.conftest import BABELWIRE

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed: scripts/install-faketime.sh"),
]


def set_to(when):
    """Variables that set the clock of a process and of all that it starts, as in "-2d" from now."""
    return {"LD_PRELOAD": str(LIBRARY), "FAKETIME": when}


@pytest.mark.parametrize("when", ["-2d", "+2d"])
def test_a_clock_that_is_set_meanwhile_loses_and_doubles_nothing(archive, served, environment, tmp_path, when):
    config = tmp_path / "small.yaml"
    config.write_text(
        "batch_size: 2\njobs: 1\ntranslation: {engine: none}\nstories: {encoder: none}\nlake: {portion: 5}\n"
    )
    command = [BABELWIRE, "backfill", archive, "--config", config, "--lake"]
    there, here = tmp_path / "there", tmp_path / "here"
    run = subprocess.Popen([*command, there], env=served, stderr=subprocess.PIPE, text=True)
    until_a_batch_is_finished(there, run)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=240)
    assert run.returncode == 130, said

    done = subprocess.run(
        [*command, there], env=environment | set_to(when), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert len(Lake(there).articles()) == 12
    again = subprocess.check_output([*command, there, "--json"], env=served).splitlines()
    assert json.loads(again[-1])["unchanged"] == 12

    subprocess.run([*command, here], env=served, check=True, capture_output=True)
    undisturbed, found = product(here), product(there)
    for table in ("articles", "entities", "stories", "matches"):
        assert found[table] == undisturbed[table]
