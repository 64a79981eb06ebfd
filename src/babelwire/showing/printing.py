"""How results are printed: tables for people, JSON lines for programs, CSV for spreadsheets; nothing a terminal obeys."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from babelwire.frames import records, values

_PIPED_WIDTH = 160
_ROWS_AT_ONCE = 1000
# What a spreadsheet takes for a formula when a cell begins with it.
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_CONTROLS = str.maketrans({code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"})


class Form(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def print_json(row: Mapping[str, Any]) -> None:
    """One JSON object on one line; times as ISO 8601."""
    print(json.dumps(row, ensure_ascii=False, default=_iso))


def print_rows(frame: pd.DataFrame) -> None:
    """Each row as a JSON object on a line of its own."""
    for part in _parts(frame):
        for row in records(part):
            print_json(row)


def print_csv(frame: pd.DataFrame) -> None:
    """The rows as CSV for a spreadsheet: times as ISO 8601, lists as JSON, null as an empty cell.

    A text that a spreadsheet would take for a formula gets an apostrophe in front; control characters become spaces.
    """
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(frame.columns)
    for part in _parts(frame):
        written.writerows([_cell(value) for value in row.values()] for row in records(part))


def print_table(header: Iterable[str], rows: Iterable[Sequence[str]], *, of: int = 0) -> None:
    """Columns under their names, as wide as the terminal; `of` is how many rows there would be without a limit."""
    console = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(one_line(cell)) for cell in row))
    console.print(table)
    say_if_cut(table.row_count, of)


def say_if_cut(shown: int, of: int) -> None:
    """Says on standard error that a list is not the whole one."""
    if of > shown:
        print(f"{shown} of {of} are shown; --limit shows more.", file=sys.stderr)


def rows(frame: pd.DataFrame, columns: list[str]) -> list[tuple[Any, ...]]:
    """These columns of every row as plain Python values."""
    return list(zip(*(values(frame, c) for c in columns), strict=True))


def one_line(cell: str) -> str:
    """The text without line breaks and without control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in cell)


def day(when: datetime) -> str:
    """The date as ISO 8601."""
    return f"{when:%Y-%m-%d}"


def _parts(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for start in range(0, len(frame), _ROWS_AT_ONCE):
        yield frame.iloc[start : start + _ROWS_AT_ONCE]


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False, default=_iso)
    if not isinstance(value, str):
        return value
    value = value.translate(_CONTROLS)
    return f"'{value}" if _FORMULA.match(value) else value


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
