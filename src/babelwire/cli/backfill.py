"""The command that takes a large archive in, portion by portion."""

from __future__ import annotations

import os
from typing import Annotated
from urllib.parse import urlsplit

import typer

from babelwire.cli.ending import Exit
from babelwire.cli.ingest import Jobs, Places, Strict
from babelwire.cli.options import ConfigOption, Day, EngineOption, LakeOption
from babelwire.cli.starting import check, overrides_of, places, prefect_and_workers
from babelwire.errors import UsageError

_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


def backfill(
    paths: Places,
    lake: LakeOption,
    config: ConfigOption = None,
    engine: EngineOption = None,
    since: Day = None,
    until: Day = None,
    jobs: Jobs = None,
    runner: Annotated[
        str,
        typer.Option(metavar="WHERE", help="local, dask://HOST:PORT or ray; paths and lake on a disk that all share."),
    ] = "local",
    strict: Strict = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Events, one JSON object a line: run, batch, warning, published, done.")
    ] = False,
) -> None:
    """Take a large archive in: as ingest, but published portion by portion (setting lake.portion).

    Stop it with Ctrl-C, or lose its machine, and the same command goes on where it was. A first Ctrl-C finishes the
    batches at work, a second stops at once.
    """
    paths, overrides = places(paths), overrides_of(engine, jobs)
    settings, folder = check(paths, lake, config, overrides)
    _check_runner(runner, lake)
    with prefect_and_workers(settings, here=runner == "local") as ready:
        from babelwire.counting import Counting  # noqa: PLC0415
        from babelwire.progress import Events, Shown  # noqa: PLC0415
        from babelwire.showing import print_json, show_summary  # noqa: PLC0415
        from pipelines.backfill import run  # noqa: PLC0415

        counting = Counting(paths, folder.root)
        ready(Events(counting) if as_json else Shown(counting))
        summary = run(paths, lake, config, overrides, (since, until), runner)
    if as_json:
        print_json({"event": "done", **summary.run, "reasons": dict(summary.reasons), "lake": folder.address})
    else:
        show_summary(summary, folder.address, as_json=False)
    if strict and (summary.counts["rejected"] or summary.counts["pending"]):
        raise typer.Exit(Exit.INCOMPLETE)


def _check_runner(runner: str, lake: str) -> None:
    """Raises a UsageError where there is no such runner, or its machines could not find the work or the Prefect server."""
    from babelwire.lake.opening import is_address  # noqa: PLC0415
    from babelwire.runner_names import kind_of  # noqa: PLC0415
    from pipelines.embedded import has_server  # noqa: PLC0415

    kind_of(runner)
    host = urlsplit(runner).hostname
    if host is None or host in _THIS_MACHINE:
        return
    if not has_server():
        raise UsageError(
            f"The workers of {runner} report to a Prefect server, and none is named that they could reach. Start one "
            f"with `prefect server start --host {os.uname().nodename}`, set PREFECT_API_URL to its address, and run this again."
        )
    if is_address(lake):
        raise UsageError(
            f"The workers of {runner} could not find the work of the run, which lies in the cache folder of this machine "
            f"for a lake at an address. Leave --runner out, or give --lake a folder on a disk that all share."
        )
