"""Batches whose worker process was lost: told at once, and noted with the run's work, so that its row tells them too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from babelwire.article import RUN_STATES
from babelwire.outcome import WARNINGS, Judge, Ledger, Outcome
from babelwire.progress import watcher
from babelwire.workers import WorkerLost

_NOTES = "lost.txt"
_MOST_NAMED = 10


@contextmanager
def losses_told(planned: Path) -> Iterator[None]:
    """Inside, a batch is handed to a worker process. A loss of that is noted, and raised with the batch's name.

    Args:
        planned: the list of the batch's inputs, in the work folder of its run.

    Raises:
        WorkerLost: the process was lost; the first time the watcher of the run is warned and the batch is to be tried
            again, the second time the sentence is that of the whole run.
    """
    try:
        yield
    except WorkerLost as error:
        batch = _number(planned)
        with (planned.parent / _NOTES).open("a", encoding="ascii") as notes:
            notes.write(f"{batch}\n")
        if _lost(planned.parent).count(batch) > 1:
            raise WorkerLost(
                f"A worker process was ended from outside while it worked on batch {batch}, and so was the next one, most "
                "often because memory ran out. Finished batches are kept: run the same command again to go on, with fewer "
                f"`jobs` or a smaller `batch_size`. The inputs of the batch are listed in {planned}."
            ) from error
        said = (
            f"A worker process was ended from outside while it worked on batch {batch}, most often because memory ran out. "
            "The batch is tried once more."
        )
        watcher().warn(said)
        raise WorkerLost(said) from error


def judged_with_losses(judge: Judge, folder: Path) -> Judge:
    """As `judge`, with a warning where batches of the run lost their process and were done again.

    Args:
        folder: the work folder of the run.
    """

    def judged(ledger: Ledger) -> Outcome:
        outcome = judge(ledger)
        lost = list(dict.fromkeys(_lost(folder)))
        if not lost:
            return outcome
        state = max(outcome.state, WARNINGS, key=RUN_STATES.index)
        return Outcome(state, (*outcome.warnings, _in_words(lost)))

    return judged


def _in_words(lost: Sequence[str]) -> str:
    more = len(lost) - _MOST_NAMED
    named = ", ".join(lost[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    which = "batch" if len(lost) == 1 else "batches"
    return (
        f"Worker processes were ended from outside while they worked on {which} {named}, most often because memory ran "
        "out. What they worked on was done again. Fewer `jobs` or a smaller `batch_size` need less memory."
    )


def _lost(folder: Path) -> list[str]:
    """The batches in the order of their losses, as often as they were lost."""
    notes = folder / _NOTES
    return notes.read_text("ascii").split() if notes.exists() else []


def _number(planned: Path) -> str:
    return planned.stem.rpartition("-")[2].lstrip("0")
