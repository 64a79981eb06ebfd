"""The commands of the night: one night, and the process that runs one whenever it is due."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from babelwire.cli.ending import Exit, fail, warn
from babelwire.cli.options import JsonOption, day_option

NightConfig = Annotated[Path, typer.Option("--config", metavar="FILE", help="A YAML file as configs/nightly.yaml.")]
NightLake = Annotated[
    str | None, typer.Option("--lake", metavar="DIR", help="The lake, in place of the configuration's.")
]


def nightly(
    config: NightConfig,
    lake: NightLake = None,
    date: Annotated[datetime | None, day_option("The night's date; today without it.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if the night has warnings.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take in what the sources of a configuration have for a night, and judge how it went.

    Dated places of nights that were missed are taken in too. Running a night again adds nothing but a row to the runs.
    """
    from babelwire.cli.starting import prefect_and_workers  # noqa: PLC0415
    from babelwire.nightly.night import prepared  # noqa: PLC0415

    settings, folder = prepared(config, lake)
    with prefect_and_workers(settings) as ready:
        from babelwire.progress import Logged, Shown  # noqa: PLC0415
        from babelwire.showing import show_summary  # noqa: PLC0415
        from pipelines.nightly import NightFailed, run  # noqa: PLC0415

        ready(Logged() if settings.nightly.log == "json" else Shown())
        failed: NightFailed | None = None
        try:
            summary = run(config, date and date.date(), lake)
        except NightFailed as failure:
            failed, summary = failure, failure.summary
    show_summary(summary, folder.address, as_json=as_json)
    if failed is not None:
        fail(str(failed), Exit.FAILED)
    for warning in summary.run["warnings"]:
        warn(warning)
    if strict and summary.run["warnings"]:
        raise typer.Exit(Exit.INCOMPLETE)


def serve(config: NightConfig, lake: NightLake = None, as_json: JsonOption = False) -> None:
    """Run a night whenever it is due, by the schedule of a configuration, until Ctrl-C or SIGTERM.

    Each night runs in a process of its own. Nights that were missed while this was down are made good by one.
    """
    from babelwire.nightly.serving import Server  # noqa: PLC0415

    Server(config, lake, as_json=as_json).run()
