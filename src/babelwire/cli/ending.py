"""How a command ends: the exit status, and what stopped it as a sentence."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

from babelwire.errors import BabelwireError, InputProblem, UsageError


class Exit(IntEnum):
    """Exit status."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # The reader went away, as `head` does. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.DONE)
    except UsageError as error:
        fail(str(error), Exit.USAGE)
    except (BabelwireError, InputProblem) as error:
        fail(str(error), Exit.FAILED)
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        fail(
            f"{named}{error.strerror or error}. Nothing that was published is harmed; mend this and run again.",
            Exit.FAILED,
        )
    except Exception as error:  # noqa: BLE001, RUF100 - the last line of defence of the operator's screen
        if os.environ.get("BABELWIRE_DEBUG"):
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        fail(
            f"Something unforeseen stopped babelwire ({what}). Nothing that was published is harmed and finished "
            "batches are kept. Run again with BABELWIRE_DEBUG=1 for the details to report.",
            Exit.FAILED,
        )


@contextmanager
def interruptible() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM end the command with a sentence."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        fail("Stopped. Finished batches are kept: run the same command again to go on.", Exit.INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)


def fail(sentence: str, status: Exit) -> NoReturn:
    _say(logging.ERROR, f"babelwire: {sentence}", sentence)
    sys.exit(status)


def warn(sentence: str) -> None:
    """Tells something that the operator is to look at, though the command has done its work."""
    _say(logging.WARNING, f"Warning: {sentence}", sentence)


def _say(level: int, line: str, sentence: str) -> None:
    from babelwire.logs import logs_are_json  # noqa: PLC0415

    if logs_are_json():
        logging.getLogger(__name__).log(level, "%s", sentence)
    else:
        print(line, file=sys.stderr)
