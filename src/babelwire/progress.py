"""Progress of a long run on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

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
from babelwire.lake.work import Work

_SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Says nothing. The command line uses `Shown`."""

    def begin(self, work: Work) -> None:
        """The run has started, or goes on."""

    def advance(self, counts: Mapping[str, int], unchanged: int) -> None:
        """A batch is finished.

        Args:
            counts: its inputs by outcome, as `batches.tally` counts them.
            unchanged: inputs of the whole run so far whose file is as it was.
        """

    def end(self) -> None:
        """The run is over."""


class Shown(Progress):
    """Shows counts and rate while a run works."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._counts: Counter[str] = Counter()
        self._began = self._spoke = time.monotonic()
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(pulse_style="cyan"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=None)

    def begin(self, work: Work) -> None:
        self._bar.start()
        kept = len(work.finished())
        if work.resumed:
            self._say(f"Going on with run {work.run_id}: {kept} finished batches are kept.")
        self._bar.update(self._task, description="reading")

    def advance(self, counts: Mapping[str, int], unchanged: int) -> None:
        self._counts.update(counts)
        text = self._in_words(unchanged)
        self._bar.update(self._task, description=text)
        if not self._console.is_terminal and time.monotonic() - self._spoke > _SECONDS_BETWEEN_LINES:
            self._spoke = time.monotonic()
            self._say(text)

    def end(self) -> None:
        with suppress(IndexError):
            self._bar.stop()

    def _in_words(self, unchanged: int) -> str:
        done = self._counts.total()
        rate = done / max(time.monotonic() - self._began, 0.1)
        counts = self._counts + Counter({UNCHANGED: unchanged})
        return f"{done} inputs ({rate:.0f}/s): " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items()) if n)

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False)


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


watching: ContextVar[Progress] = ContextVar("watching", default=Progress())  # noqa: B039 - it holds nothing
"""Who watches the run of this context."""
