"""The command that takes articles in."""

from __future__ import annotations

from typing import Annotated

import typer

from babelwire.cli.ending import Exit
from babelwire.cli.options import ConfigOption, Day, EngineOption, JsonOption, LakeOption
from babelwire.cli.starting import check, overrides_of, places, prefect_and_workers

Places = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="Files, folders, patterns ('in/**/*.html'), addresses (https://, s3://), or - for a list of them on "
        "standard input.",
    ),
]
Jobs = Annotated[int | None, typer.Option(min=1, help="Worker processes; one for each core without it.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 3 if an input was rejected or is pending.")]


def ingest(
    paths: Places,
    lake: LakeOption,
    config: ConfigOption = None,
    engine: EngineOption = None,
    since: Day = None,
    until: Day = None,
    jobs: Jobs = None,
    strict: Strict = False,
    as_json: JsonOption = False,
) -> None:
    """Take articles in: text, HTML, JSON, feeds, mail and archives of them, told apart by content.

    --since and --until take only articles published in that time, until not included.
    Running again takes in only what is new or changed; a run that was ended goes on where it stopped.
    """
    paths, overrides = places(paths), overrides_of(engine, jobs)
    settings, folder = check(paths, lake, config, overrides)
    with prefect_and_workers(settings) as ready:
        from babelwire.counting import Counting  # noqa: PLC0415
        from babelwire.progress import Shown  # noqa: PLC0415
        from babelwire.showing import show_summary  # noqa: PLC0415
        from pipelines.ingest import run  # noqa: PLC0415

        ready(Shown(Counting(paths, folder.root)))
        summary = run(paths, lake, config, overrides, (since, until))
    show_summary(summary, folder.address, as_json=as_json)
    if strict and (summary.counts["rejected"] or summary.counts["pending"]):
        raise typer.Exit(Exit.INCOMPLETE)
