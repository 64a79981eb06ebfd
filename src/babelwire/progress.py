"""Progress of a long run: a bar on a terminal, plain lines elsewhere, events for programs."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bar

from babelwire.article import UNCHANGED
from babelwire.counting import Counting
from babelwire.lake.publishing.publish import Summary
from babelwire.lake.publishing.work import Work

_SECONDS_BETWEEN_LINES = 30.0
_LOG = logging.getLogger(__name__)


class Progress:
    """Says nothing. The command line uses `Shown` and `Events`."""

    def begin(self, work: Work) -> None:
        """A run has started, or goes on."""

    def advance(self, counts: Mapping[str, int], unchanged: int, met: int = 0) -> None:
        """A batch is finished.

        Args:
            counts: its inputs by outcome, as `batches.tally` counts them.
            unchanged: inputs of the whole command so far whose file is as it was.
            met: files of this machine that the command has come to so far.
        """

    def published(self, summary: Summary) -> None:
        """A portion of a backfill is in the lake."""

    def say(self, sentence: str) -> None:
        """Something that the operator is to know at once."""

    def warn(self, sentence: str) -> None:
        """Something that the operator is to look at, though the work goes on."""

    def end(self) -> None:
        """The command is over."""


class Shown(Progress):
    """Counts, rate and time left: as a bar on a terminal, elsewhere as a line every half minute."""

    def __init__(self, counting: Counting | None = None) -> None:
        self._console = Console(stderr=True)
        self._counting = counting
        self._counts: Counter[str] = Counter()
        self._began = self._spoke = time.monotonic()
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(pulse_style="cyan"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=None, left="")

    def begin(self, work: Work) -> None:
        self._bar.start()
        if work.resumed:
            self.say(f"Going on with run {work.run_id}: {len(work.finished())} finished batches are kept.")
        if not self._counts:
            self._bar.update(self._task, description="reading")

    def advance(self, counts: Mapping[str, int], unchanged: int, met: int = 0) -> None:
        self._counts.update(counts)
        done = self._counts.total()
        seconds = max(time.monotonic() - self._began, 0.1)
        told = self._counts + Counter({UNCHANGED: unchanged})
        text = f"{done} inputs ({done / seconds:.0f}/s): " + ", ".join(f"{n} {w}" for w, n in sorted(told.items()) if n)
        left = self._counting.in_words(met, passed_over=unchanged, seconds=seconds) if self._counting else ""
        total = self._counting.files if self._counting and self._counting.complete else None
        self._bar.update(self._task, description=text, left=left, total=total, completed=met)
        if not self._console.is_terminal and time.monotonic() - self._spoke > _SECONDS_BETWEEN_LINES:
            self._spoke = time.monotonic()
            self.say(f"{text}; {left}" if left else text)

    def published(self, summary: Summary) -> None:
        run = summary.run
        self.say(f"Published run {run['run_id']}: {run['articles']} articles, {run['stories']} stories.")

    def say(self, sentence: str) -> None:
        self._console.print(sentence, highlight=False, markup=False, soft_wrap=True)

    def warn(self, sentence: str) -> None:
        self.say(f"Warning: {sentence}")

    def end(self) -> None:
        with suppress(IndexError):
            self._bar.stop()


class Logged(Progress):
    """Counts as log lines, one every half minute."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._spoke = time.monotonic()

    def begin(self, work: Work) -> None:
        _LOG.info("The run goes on." if work.resumed else "The run has begun.", extra={"run": work.run_id})

    def advance(self, counts: Mapping[str, int], unchanged: int, met: int = 0) -> None:
        self._counts.update(counts)
        if time.monotonic() - self._spoke > _SECONDS_BETWEEN_LINES:
            self._spoke = time.monotonic()
            told = {**self._counts, UNCHANGED: unchanged}
            _LOG.info("Batches are finished.", extra={"inputs": self._counts.total(), "counts": told, "files": met})

    def published(self, summary: Summary) -> None:
        run = summary.run
        about = {"run": run["run_id"], "state": run["state"], "counts": summary.counts, "why": run["warnings"]}
        _LOG.info("The run is published.", extra=about)

    def say(self, sentence: str) -> None:
        _LOG.info("%s", sentence)

    def warn(self, sentence: str) -> None:
        _LOG.warning("%s", sentence)


class Events(Progress):
    """One JSON object a line on standard output, for programs; what the operator is to know goes to standard error."""

    def __init__(self, counting: Counting | None = None) -> None:
        self._counting = counting
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()

    def begin(self, work: Work) -> None:
        self._print("run", run_id=work.run_id, resumed=work.resumed, finished_batches=len(work.finished()))

    def advance(self, counts: Mapping[str, int], unchanged: int, met: int = 0) -> None:
        self._counts.update(counts)
        told = {**self._counts, UNCHANGED: unchanged}
        listed = {"files": self._counting.files, "listed": self._counting.complete} if self._counting else {}
        seconds = round(time.monotonic() - self._began, 1)
        self._print("batch", inputs=self._counts.total(), counts=told, files_met=met, seconds=seconds, **listed)

    def published(self, summary: Summary) -> None:
        self._print("published", **summary.run, reasons=dict(summary.reasons))

    def say(self, sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)

    def warn(self, sentence: str) -> None:
        self.say(f"Warning: {sentence}")
        self._print("warning", sentence=sentence)

    def _print(self, event: str, **about: object) -> None:
        print(json.dumps({"event": event, **about}, ensure_ascii=False, default=str), flush=True)


@contextmanager
def transfers() -> Iterator[Callable[[str, int, int], None]]:
    """Shows files that are being fetched; gives what is to be called with name, bytes so far and bytes in all."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    tasks: dict[str, TaskID] = {}
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:

        def show(name: str, done: int, size: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=size)
                if not console.is_terminal:
                    console.print(f"Fetching {name} ({size:,} bytes)", highlight=False, markup=False)
            bar.update(tasks[name], completed=done)

        yield show


@contextmanager
def counted(doing: str) -> Iterator[Callable[[str, int, int], None]]:
    """Shows how far something has come, on a terminal; gives what is to be called with name, how many before and in all."""
    console = Console(stderr=True)
    columns = (
        TextColumn(doing),
        BarColumn(),
        TextColumn("{task.completed} of {task.total}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(doing, total=None)

        def show(_name: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show


watching: ContextVar[Progress] = ContextVar("watching", default=Progress())  # noqa: B039 - it holds nothing
"""Who watches the run of this context."""


def watcher() -> Progress:
    """Who watches the run of this context. A flow asks here: one that names `watching` cannot travel to a cluster."""
    return watching.get()
