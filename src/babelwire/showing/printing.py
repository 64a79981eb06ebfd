"""How results are printed: rows as JSON lines, tables for people, nothing a terminal would obey."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from babelwire.frames import records, values

_PIPED_WIDTH = 160


def print_json(row: Mapping[str, Any]) -> None:
    """One JSON object on one line; times as ISO 8601."""
    print(json.dumps(row, ensure_ascii=False, default=_iso))


def print_rows(frame: pd.DataFrame) -> None:
    """Each row as a JSON object on a line of its own."""
    for row in records(frame):
        print_json(row)


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


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
