"""What the commands that run a flow do first: look whether it can work, and bring up Prefect and the worker processes."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babelwire.cli.ending import Exit, fail, interruptible
from babelwire.cli.options import settings_of
from babelwire.errors import UsageError

if TYPE_CHECKING:
    from babelwire.lake import LakeFolder
    from babelwire.progress import Progress
    from babelwire.settings import Settings


def overrides_of(engine: str | None, jobs: int | None) -> dict[str, Any]:
    """What options of the command line change in the settings."""
    return {**({"translation": {"engine": engine}} if engine else {}), **({"jobs": jobs} if jobs else {})}


def places(paths: Sequence[str]) -> list[str]:
    """The paths, with those on standard input in place of `-`: one a line, or separated by NUL as `find -print0` does."""
    found: list[str] = []
    for path in paths:
        if path == "-":
            listed = os.fsdecode(sys.stdin.buffer.read())
            found += (each for each in listed.split("\0" if "\0" in listed else "\n") if each.strip())
        else:
            found.append(path)
    if not found:
        raise UsageError("No paths came on standard input. Pipe a list of files in, one a line.")
    return found


def check(
    paths: Sequence[str], lake: str, config: Path | None, overrides: dict[str, Any]
) -> tuple[Settings, LakeFolder]:
    """The settings and the lake: what can be seen to be wrong at once is said at once, before a server starts.

    Raises:
        UsageError: a path, a setting or the lake is wrong.
    """
    from babelwire.reading.places import check as check_places  # noqa: PLC0415

    check_places(paths)
    settings = settings_of(config, overrides)
    if settings.translation.engine not in {"auto", "none"}:
        from babelwire.translation import choose  # noqa: PLC0415

        choose(settings.translation)
    from babelwire.lake.opening import create_lake  # noqa: PLC0415

    return settings, create_lake(lake)


@contextmanager
def prefect_and_workers(settings: Settings, *, here: bool = True) -> Iterator[Callable[[Progress], None]]:
    """Inside, Prefect can be imported; after a call of what it gives, with who watches the run, flows can run.

    From that call on, a first Ctrl-C or SIGTERM stops the run after the batches at work, and a second at once.

    Args:
        here: whether batches run in worker processes of this machine.
    """
    from babelwire.batches import warm_up  # noqa: PLC0415
    from babelwire.logs import configure_logs  # noqa: PLC0415
    from babelwire.stopping import Stopped, stopped_by_signals  # noqa: PLC0415
    from babelwire.workers import processes, workers  # noqa: PLC0415
    from pipelines.embedded import prefect_ready  # noqa: PLC0415

    configure_logs(settings.nightly.log)
    watched: list[Progress] = []

    def say(sentence: str) -> None:
        if watched:
            watched[0].say(sentence)

    with interruptible(), ExitStack() as open_until_the_end:
        if here:
            open_until_the_end.enter_context(workers(processes(settings.jobs))).begin(warm_up, settings)
        wait_until_ready = open_until_the_end.enter_context(prefect_ready())

        def ready(progress: Progress) -> None:
            from babelwire.progress import watching  # noqa: PLC0415

            _keep_prefect_off_the_screen()
            wait_until_ready()
            watching.set(progress)
            watched.append(progress)
            open_until_the_end.enter_context(stopped_by_signals(say))
            open_until_the_end.callback(progress.end)

        try:
            yield ready
        except Stopped as stopped:
            open_until_the_end.close()
            fail(str(stopped), Exit.INTERRUPTED)


def _keep_prefect_off_the_screen() -> None:
    """What Prefect logs goes to its server; the operator reads the summary."""
    for name in [None, *logging.root.manager.loggerDict]:
        for handler in logging.getLogger(name).handlers:
            if type(handler).__name__ == "PrefectConsoleHandler":
                handler.setLevel(logging.CRITICAL + 1)
