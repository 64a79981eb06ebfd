"""What tests give worker processes to do."""

import os
import time
from pathlib import Path


def process() -> int:
    return os.getpid()


def fail() -> None:
    raise ValueError("no such village")


def wait_for(file: Path) -> int:
    """Says in `<file>.by` which process is at it, and waits until the file is there."""
    begun = file.with_suffix(".begun")
    begun.write_text(str(os.getpid()))
    begun.rename(file.with_suffix(".by"))
    while not file.exists():
        time.sleep(0.01)
    return os.getpid()


class Odd(Exception):  # noqa: N818 - it is
    """One that cannot be made again from its arguments, as pickle does it."""

    def __init__(self, what, which):
        super().__init__(f"{what}: {which}")


def fail_oddly():
    raise Odd("no such village", "Marston")
