"""How a process that can be killed stands between hostile input and a batch."""

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from babelwire.errors import RejectInput, TryLater
from babelwire.reading.guarded import Guarded
from babelwire.settings import Reading
from reading import hostile

LIMITS = Reading(max_seconds=1, max_memory_bytes=200_000_000)


@pytest.fixture(scope="module")
def guarded():
    with closing(Guarded(LIMITS)) as it:
        yield it


def code_of(guarded, function, *args):
    with pytest.raises(RejectInput) as caught:
        guarded.call(function, *args)
    assert caught.value.reason.endswith(".")
    return caught.value.reason_code


def test_it_answers_from_one_other_process(guarded):
    first = guarded.call(hostile.process)
    assert first not in (os.getpid(), None)
    assert guarded.call(hostile.process) == first


def test_a_function_may_be_given_by_name_and_is_imported_there_only(guarded):
    assert guarded.call("colorsys:rgb_to_hsv", 0, 0, 1.0) == (2 / 3, 1.0, 1.0)


@pytest.mark.parametrize(
    ("function", "args", "code"),
    [
        (hostile.compute_without_end, (), "too_slow"),
        (hostile.take, (1_000_000_000,), "too_much_memory"),
        (hostile.take_and_blame_the_page, (1_000_000_000,), "too_much_memory"),
        (hostile.crash, (), "parser_crashed"),
        (hostile.leave, (), "parser_crashed"),
        (hostile.recurse, (), "parser_crashed"),
    ],
)
def test_what_goes_wrong_there_is_a_problem_of_that_input_and_the_next_is_done(guarded, function, args, code):
    assert code_of(guarded, function, *args) == code
    assert guarded.call(hostile.echo, "next") == "next"


def test_what_waits_without_end_is_ended_too():
    with closing(Guarded(Reading(max_seconds=0.2))) as impatient:
        assert code_of(impatient, hostile.wait_without_end) == "too_slow"
        assert impatient.call(hostile.echo, "next") == "next"


def test_time_is_counted_for_each_call_anew(guarded):
    ended = guarded.call(hostile.process)
    for _ in range(4):
        guarded.call("reading.test_guarded:compute_for", 0.4)
    assert guarded.call(hostile.process) == ended


def compute_for(seconds: float) -> None:
    import time  # noqa: PLC0415

    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_problems_of_an_input_come_back_as_they_were_raised(guarded):
    assert code_of(guarded, hostile.reject) == "no_text"
    with pytest.raises(TryLater, match="The disk fails") as caught:
        guarded.call(hostile.put_off)
    assert caught.value.reason_code == "unreadable"


def test_a_process_that_keeps_much_memory_is_replaced(guarded):
    first = guarded.call(hostile.keep, 100_000_000)
    assert guarded.call(hostile.process) != first


def test_long_arguments_and_answers_go_through(guarded):
    long = bytes(range(256)) * 100_000
    assert guarded.call(hostile.echo, long) == long


def test_a_process_that_is_killed_from_outside_is_started_once_more(guarded, tmp_path):
    assert guarded.call(hostile.be_killed, 1, tmp_path / "once") == "answered"
    assert code_of(guarded, hostile.be_killed, 2, tmp_path / "twice") == "too_much_memory"
    os.kill(guarded.call(hostile.process), signal.SIGKILL)
    assert guarded.call(hostile.echo, 1) == 1


def test_threads_get_their_own_answers(guarded):
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda n: guarded.call(hostile.echo, n), range(200))) == list(range(200))


def test_nothing_is_left_once_it_is_closed():
    guarded = Guarded(LIMITS)
    number = guarded.call(hostile.process)
    guarded.close()
    assert number not in [child.pid for child in multiprocessing.active_children()]
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


SCRIPT = """
import sys
from pathlib import Path
from babelwire.reading.guarded import Guarded
from babelwire.settings import Reading
from reading import hostile

if __name__ == "__main__":
    guarded = Guarded(Reading(max_seconds=60))
    print(guarded.call(hostile.process), flush=True)
    if sys.argv[1] == "busy":
        guarded.call(hostile.wait_without_end)
    elif sys.argv[1] == "idle":
        sys.stdin.read()
"""


@pytest.mark.parametrize("state", ["idle", "busy", "done"])
def test_it_ends_with_the_process_that_started_it(tmp_path, state):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    parent = subprocess.Popen(
        [sys.executable, script, state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    with parent:
        assert parent.stdout is not None
        assert int(parent.stdout.readline()) != parent.pid
        if state != "done":
            parent.send_signal(signal.SIGKILL)
        # The process that was started writes to the same place, so that this ends once both are gone.
        assert parent.stdout.read() == b""
