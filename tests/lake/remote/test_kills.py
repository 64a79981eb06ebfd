"""A process that is killed while it puts a run into the store, at each step of that."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import stored_newsroom
from babelwire.lake import Lake
from babelwire.lake.opening import open_lake
from newsdesk import FERRY_EN_EDITED
from newsroom import Newsroom
from stored_newsroom import ingest, prepare

# When it is killed, and whether the run is in the store then.
STEPS = {
    "before the first object": ("meanwhile", "PUT", ".parquet", 1, False),
    "in the middle of the objects": ("meanwhile", "PUT", ".parquet", 5, False),
    "before the manifest": ("meanwhile", "PUT", "manifest.json", 1, False),
    "when the manifest is there, before it was told so": ("afterwards", "PUT", "manifest.json", 1, True),
    "before it removes what was replaced": ("meanwhile", "DELETE", ".parquet", 1, True),
    "before it frees the lock": ("meanwhile", "PUT", "lock.json", 2, True),
}


@pytest.fixture
def killed(objects, address):
    """Publishes what was prepared, in a process that is killed at a step."""

    def publish(step, *paths):
        hook, method, part, count, _ = STEPS[step]
        writer = subprocess.Popen(
            [sys.executable, Path(stored_newsroom.__file__), address, *map(str, paths)], stderr=subprocess.PIPE
        )
        met = []

        def kill(asked, name):
            met.extend([name] if asked == method and part in name else [])
            if len(met) >= count:
                writer.kill()
                writer.wait()
                # Its request has not arrived yet, although the server may have all of it by now.
                return hook == "meanwhile"
            return False

        setattr(objects, hook, kill)
        said = writer.communicate()[1]
        setattr(objects, hook, None)
        assert writer.returncode == -signal.SIGKILL, said.decode()

    return publish


@pytest.fixture
def edited(inbox):
    """The second run replaces what the first has written."""
    return lambda: (inbox / "a.txt").write_text(FERRY_EN_EDITED)


@pytest.fixture
def undisturbed(inbox, edited, tmp_path, product):
    """What two runs into a folder make of the same articles."""
    folder = Newsroom(tmp_path / "undisturbed")
    folder.ingest(inbox)
    before = (inbox / "a.txt").read_text()
    edited()
    folder.ingest(inbox)
    (inbox / "a.txt").write_text(before)
    return product(folder.lake)


@pytest.mark.parametrize("step", STEPS)
def test_after_a_kill_the_next_run_makes_the_lake_what_it_would_have_been(
    step, killed, address, inbox, edited, undisturbed, product
):
    ingest(address, inbox)
    before = product(Lake(address))
    edited()
    prepare(address, inbox)
    killed(step, inbox)
    assert product(Lake(address)) == (undisturbed if STEPS[step][-1] else before)
    ingest(address, inbox)
    assert product(Lake(address)) == undisturbed
    assert len(Lake(address).runs()) == 3
    assert {finding.code for finding in open_lake(address).elsewhere()} <= {"leftover_object"}


@pytest.mark.parametrize("step", ["in the middle of the objects", "before it removes what was replaced"])
def test_after_a_kill_another_machine_can_go_on(
    step, killed, address, inbox, edited, undisturbed, product, on_machine, caplog
):
    ingest(address, inbox)
    edited()
    prepare(address, inbox)
    killed(step, inbox)
    with on_machine("b"):
        ingest(address, inbox)
        assert product(Lake(address)) == undisturbed
    ingest(address, inbox)
    assert product(Lake(address)) == undisturbed
    assert {finding.code for finding in open_lake(address).elsewhere()} <= {"leftover_object"}
    assert ("is dropped" in caplog.text) is (not STEPS[step][-1])
