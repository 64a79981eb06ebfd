"""The command that writes the report on a run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from babelwire.cli.options import JsonOption, LakeOption
from babelwire.errors import UsageError


def report(
    lake: LakeOption,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE.html", help="The page to write; - for standard output.")
    ],
    run: Annotated[
        str | None, typer.Option("--run", metavar="ID", help="A run id, or the start of one; the latest without it.")
    ] = None,
    whole_lake: Annotated[
        bool, typer.Option("--all", help="Languages, names and stories of the whole lake, not of the run's articles.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a run's report as one HTML page: its ledger, languages, translation, names and biggest stories.

    The page loads nothing, so that it can be mailed, kept and printed.
    """
    to_screen = str(output) == "-"
    if to_screen and as_json:
        raise UsageError("With -o - the page itself goes to standard output: leave --json out, or give -o a file.")

    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.lake.opening import name_of  # noqa: PLC0415
    from babelwire.report import check, save  # noqa: PLC0415
    from babelwire.report import report as compose  # noqa: PLC0415
    from babelwire.showing import print_json  # noqa: PLC0415

    opened = Lake(lake)
    if not to_screen:
        check(output)
    made = compose(opened, name=name_of(lake), run_id=run, whole_lake=whole_lake)
    if to_screen:
        sys.stdout.buffer.write(made.html.encode("utf-8"))
        sys.stdout.flush()
        return
    size = save(made.html, output)
    if as_json:
        print_json({"run_id": made.run_id, "report": str(output.absolute()), "bytes": size})
    else:
        print(f"The report on the run {made.run_id} is in {output.absolute()} ({size:,} bytes).")
