"""What tests need to make accidents happen at the right moment."""

import time
from pathlib import Path


def until(happened, run):
    """Waits until something has happened, or the run is over."""
    deadline = time.monotonic() + 200
    while not happened() and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def until_a_batch_is_finished(lake, run):
    until(lambda: list(lake.glob("_work/*/batch-*.parquet")), run)


def children(pid):
    """The processes that a process has started and that live."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def all_of(pid):
    """The process and all that were started by it and by those."""
    return [pid, *(each for child in children(pid) for each in all_of(child))]


def workers_of(pid):
    """The worker processes of a run."""
    return [child for child in children(pid) if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
