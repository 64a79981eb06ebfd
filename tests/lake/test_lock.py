import subprocess
import sys
import time

import pytest

from babelwire.errors import BabelwireError
from babelwire.lake.lock import hold

HOLDER = """
import sys, time
from pathlib import Path
from babelwire.lake.lock import hold
with hold(Path(sys.argv[1]), what="the lake", timeout_seconds=0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_process(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path / "lock"], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_holder_is_told_which_process_has_the_lock(tmp_path, other_process):
    with (
        pytest.raises(
            BabelwireError, match=rf"Another run is using the lake \(process {other_process.pid} on .* since"
        ),
        hold(tmp_path / "lock", what="the lake", timeout_seconds=0),
    ):
        pass


def test_a_killed_holder_leaves_the_lock_free(tmp_path, other_process):
    other_process.kill()
    other_process.wait()
    with hold(tmp_path / "lock", what="the lake", timeout_seconds=0):
        pass


def test_a_second_holder_can_wait(tmp_path, other_process):
    began = time.monotonic()
    with pytest.raises(BabelwireError), hold(tmp_path / "lock", what="the lake", timeout_seconds=0.3):
        pass
    assert time.monotonic() - began >= 0.3
