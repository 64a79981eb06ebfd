"""Functions as bad as the worst input makes a parser, for a process that can be killed."""

import ctypes
import os
import signal
import threading
from pathlib import Path
from typing import NoReturn

from babelwire.errors import RejectInput, TryLater


def echo(value: object) -> object:
    return value


def process() -> int:
    return os.getpid()


def compute_without_end() -> NoReturn:
    while True:
        pass


def wait_without_end() -> None:
    threading.Event().wait()


def take(count: int) -> int:
    return len(bytearray(count))


def take_and_blame_the_page(count: int) -> None:
    try:
        bytearray(count)
    except Exception as error:
        raise RejectInput("damaged_html", "The page cannot be read.") from error


def keep(count: int, _kept: list[bytearray] = []) -> int:  # noqa: B006
    _kept.append(bytearray(count))
    return os.getpid()


def crash() -> None:
    ctypes.string_at(0)


def leave() -> None:
    os._exit(7)


def reject() -> NoReturn:
    raise RejectInput("no_text", "There is no text.")


def put_off() -> NoReturn:
    raise TryLater("unreadable", "The disk fails.")


def recurse(depth: int = 0) -> int:
    return recurse(depth + 1)


def be_killed(times: int, counter: Path) -> str:
    """Is killed as often as `times` says, counted in a file, then answers."""
    done = len(counter.read_bytes()) if counter.exists() else 0
    if done < times:
        with counter.open("ab") as file:
            file.write(b".")
        os.kill(os.getpid(), signal.SIGKILL)
    return "answered"
