"""Options and arguments that commands share, and what they stand for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from babelwire.errors import UsageError

if TYPE_CHECKING:
    from babelwire.settings import Settings
    from babelwire.showing.printing import Form


def day_option(says: str | None = None) -> Any:
    """An option that takes a day or a time, as ISO 8601; `says` is its line in --help."""
    return typer.Option(metavar="DATE", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help=says)


LakeOption = Annotated[
    str, typer.Option("--lake", metavar="DIR", help="The lake, the output folder, or s3://bucket/prefix.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="CSV for a spreadsheet, with every row.")]
TableOption = Annotated[
    bool, typer.Option("--table", help="A table for people; this is what comes without --csv and --json.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="A YAML file of settings.")]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="auto, none, or by preference: firefox, apertium, libretranslate, google, deepl, microsoft, mymemory.",
    ),
]
Day = Annotated[datetime | None, day_option()]
TextFile = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Lines of text; standard input without it.")]
RowsOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="How many rows at most; without it 50 in a table, every one as JSON or CSV."),
]


def form_of(*, as_table: bool = False, as_json: bool = False, as_csv: bool = False) -> Form:
    """How rows are printed.

    Raises:
        UsageError: more than one form is asked for.
    """
    from babelwire.showing.printing import Form  # noqa: PLC0415

    if as_table + as_json + as_csv > 1:
        raise UsageError("Give only one of --table, --json and --csv.")
    return Form.JSON if as_json else Form.CSV if as_csv else Form.TABLE


def settings_of(config: Path | None, overrides: dict[str, Any]) -> Settings:
    """The settings of a file, the environment and the options of the command.

    Raises:
        UsageError: they are wrong; the message names the key.
    """
    from babelwire.settings import load_settings  # noqa: PLC0415

    return load_settings(config, overrides)


def lines_of(file: Path | None) -> Iterator[str]:
    """The lines of a file, or of standard input.

    Raises:
        UsageError: there is no such file.
    """
    if file is None:
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield from (line.rstrip("\r\n") for line in sys.stdin)
        return
    if not file.is_file():
        raise UsageError(f"There is no file {file}. Give a text file, or text on standard input.")
    with file.open(encoding="utf-8", errors="replace") as lines:
        yield from (line.rstrip("\r\n") for line in lines)
