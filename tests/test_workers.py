"""Worker processes: kept while they work, replaced when they are lost."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

import working
from babelwire.workers import WorkerLost, Workers, workers


@pytest.fixture(scope="module")
def pool():
    with closing(Workers(2)) as pool:
        yield pool


def begun_by(file):
    """The process that has begun to wait for the file."""
    by = file.with_suffix(".by")
    deadline = time.monotonic() + 60
    while not by.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return int(by.read_text())


def test_a_process_is_kept_and_does_the_next_work_too(pool):
    pool.begin(working.process)
    first = pool.run(working.process)
    assert first != os.getpid()
    assert pool.run(working.process) == first


def test_what_the_work_raises_is_raised_and_the_process_is_kept(pool):
    before = pool.run(working.process)
    with pytest.raises(ValueError, match="no such village"):
        pool.run(working.fail)
    assert pool.run(working.process) == before


def test_an_error_that_cannot_be_told_as_it_is_is_told_by_its_name_and_the_process_is_kept(pool):
    before = pool.run(working.process)
    with pytest.raises(RuntimeError, match="Odd: no such village: Marston"):
        pool.run(working.fail_oddly)
    assert pool.run(working.process) == before


def test_a_lost_process_costs_its_own_work_alone_and_the_next_is_a_fresh_one(pool, tmp_path):
    lost, innocent = tmp_path / "lost", tmp_path / "innocent"
    with ThreadPoolExecutor(2) as threads:
        works = [threads.submit(pool.run, working.wait_for, file) for file in (lost, innocent)]
        killed, spared = begun_by(lost), begun_by(innocent)
        os.kill(killed, signal.SIGKILL)
        with pytest.raises(WorkerLost, match="ended from outside"):
            works[0].result(timeout=60)
        fresh = pool.run(working.process)
        assert fresh not in {killed, spared}
        innocent.touch()
        assert works[1].result(timeout=60) == spared


def test_a_process_that_is_lost_while_it_has_nothing_to_do_costs_nothing(pool):
    idle = pool.run(working.process)
    os.kill(idle, signal.SIGKILL)
    wait_for_the_end_of(idle)
    assert pool.run(working.process) != idle


def test_more_threads_than_processes_take_turns(pool):
    with ThreadPoolExecutor(8) as threads:
        did = list(threads.map(lambda _: pool.run(working.process), range(50)))
    assert len(set(did)) <= 2


def test_sigterm_does_not_end_a_process_in_the_middle_of_its_work(pool, tmp_path):
    file = tmp_path / "done"
    with ThreadPoolExecutor(1) as threads:
        work = threads.submit(pool.run, working.wait_for, file)
        at_work = begun_by(file)
        os.kill(at_work, signal.SIGTERM)
        file.touch()
        assert work.result(timeout=60) == at_work


def test_workers_inside_others_are_the_same():
    with workers(1) as outer, workers(4) as inner:
        assert inner is outer


def wait_for_the_end_of(process):
    """Waits until the process has ended and the pool has taken notice."""
    deadline = time.monotonic() + 60
    while Path(f"/proc/{process}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.mark.parametrize("stop", ["SIGTERM", "SIGINT"])
def test_a_stop_while_a_process_is_started_waits_until_it_has_all_that_it_needs(tmp_path, stop):
    """Else it finds half of that when its parent has gone, and tells so with a traceback of its own."""
    program = tmp_path / "program.py"
    program.write_text(
        f"""
import os, signal
from multiprocessing import util
from babelwire.workers import Workers

def spawn_and_stop(path, words, *rest, spawn=util.spawnv_passfds):
    pid = spawn(path, words, *rest)
    if any(b"spawn_main" in os.fsencode(word) for word in words):
        os.kill(os.getpid(), signal.{stop})
    return pid

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    util.spawnv_passfds = spawn_and_stop
    pool = Workers(1)
    try:
        pool.begin(os.getpid)
    except KeyboardInterrupt:
        print("stopped")
    pool.close()
"""
    )
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "stopped\n", "")
