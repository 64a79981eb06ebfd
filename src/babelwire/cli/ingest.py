"""The command that takes articles in."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from babelwire.cli.ending import Exit, interruptible
from babelwire.cli.options import ConfigOption, Day, EngineOption, JsonOption, LakeOption, settings_of
from babelwire.errors import UsageError

if TYPE_CHECKING:
    from babelwire.settings import Settings


def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Files, folders, patterns ('in/**/*.html'), addresses (https://, s3://), or - for a list of them on "
            "standard input.",
        ),
    ],
    lake: LakeOption,
    config: ConfigOption = None,
    engine: EngineOption = None,
    since: Day = None,
    until: Day = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes; one for each core without it.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if an input was rejected or is pending.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take articles in: text, HTML, JSON, feeds, mail and archives of them, told apart by content.

    --since and --until take only articles published in that time, until not included.
    Running again takes in only what is new or changed; a run that was ended goes on where it stopped.
    """
    overrides: dict[str, Any] = {}
    if engine:
        overrides["translation"] = {"engine": engine}
    if jobs:
        overrides["jobs"] = jobs
    paths = _places(paths)
    settings = _check_before_starting(paths, lake, config, overrides)

    from babelwire.batches import warm_up  # noqa: PLC0415
    from babelwire.workers import processes, workers  # noqa: PLC0415
    from pipelines.embedded import prefect_ready  # noqa: PLC0415

    with interruptible(), workers(processes(settings.jobs)) as pool, prefect_ready() as wait_until_ready:
        pool.begin(warm_up, settings)
        from babelwire.progress import Shown, watching  # noqa: PLC0415
        from babelwire.showing import show_summary  # noqa: PLC0415
        from pipelines.ingest import run  # noqa: PLC0415

        _keep_prefect_off_the_screen()
        wait_until_ready()
        shown = Shown()
        watching.set(shown)
        try:
            summary = run(paths, lake, config, overrides, (since, until))
        finally:
            shown.end()
        show_summary(summary, lake, as_json=as_json)
    if strict and (summary.counts["rejected"] or summary.counts["pending"]):
        raise typer.Exit(Exit.INCOMPLETE)


def _check_before_starting(
    paths: Sequence[str], lake: Path, config: Path | None, overrides: dict[str, Any]
) -> Settings:
    """What can be seen to be wrong at once is said at once, before a server starts."""
    from babelwire.reading.places import check  # noqa: PLC0415

    check(paths)
    settings = settings_of(config, overrides)
    if settings.translation.engine not in {"auto", "none"}:
        from babelwire.translation import choose  # noqa: PLC0415

        choose(settings.translation)
    from babelwire.lake import LakeFolder  # noqa: PLC0415

    LakeFolder.create(lake)
    return settings


def _places(paths: Sequence[str]) -> list[str]:
    """The paths, with those on standard input in place of `-`: one a line, or separated by NUL as `find -print0` does."""
    places: list[str] = []
    for path in paths:
        if path == "-":
            listed = os.fsdecode(sys.stdin.buffer.read())
            places += (each for each in listed.split("\0" if "\0" in listed else "\n") if each.strip())
        else:
            places.append(path)
    if not places:
        raise UsageError("No paths came on standard input. Pipe a list of files in, one a line.")
    return places


def _keep_prefect_off_the_screen() -> None:
    """What Prefect logs goes to its server; the operator reads the summary."""
    for name in [None, *logging.root.manager.loggerDict]:
        for handler in logging.getLogger(name).handlers:
            if type(handler).__name__ == "PrefectConsoleHandler":
                handler.setLevel(logging.CRITICAL + 1)
