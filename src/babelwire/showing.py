"""What commands print: tables for people, one JSON object a line for programs. Results go to standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from babelwire.article import DISPOSITIONS
from babelwire.frames import records, values

if TYPE_CHECKING:
    from babelwire.doctor import Finding
    from babelwire.lake import Lake
    from babelwire.lake.publish import Summary
    from babelwire.translation.models import Model

_PIPED_WIDTH = 160
_COLOURS = {
    "PERSON": "cyan",
    "ORG": "magenta",
    "GPE": "green",
    "LOC": "green",
    "FAC": "green",
    "NORP": "yellow",
    "EVENT": "blue",
    "PRODUCT": "red",
    "WORK_OF_ART": "red",
    "LAW": "red",
}


def print_json(row: Mapping[str, Any]) -> None:
    """One JSON object on one line; times as ISO 8601."""
    print(json.dumps(row, ensure_ascii=False, default=_iso))


def show_summary(summary: Summary, lake: Path, *, as_json: bool) -> None:
    """What a run did."""
    if as_json:
        print_json({**summary.run, "reasons": dict(summary.reasons), "lake": str(lake.absolute())})
        return
    run, counts = summary.run, summary.counts
    parts = ", ".join(f"{counts[d]} {d}" for d in DISPOSITIONS if counts[d])
    print(f"{run['inputs']} inputs: {parts}." if parts else "There was no input: no file lies below the paths given.")
    if summary.reasons:
        print("Rejected or pending: " + ", ".join(f"{n} {code}" for code, n in summary.reasons.items()) + ".")
        print(f"See why with: babelwire rejects --lake {lake}")
    print(f"{run['articles']} articles written, {run['stories']} stories opened or changed. Lake: {lake.absolute()}")


def show_articles(frame: pd.DataFrame, *, limit: int, as_json: bool) -> None:
    """Articles, one a row."""
    if as_json:
        _print_rows(frame.head(limit))
        return
    columns = ["article_id", "published_at", "language", "source", "headline_en", "headline", "relation", "story_id"]
    _print_table(
        ("id", "published", "language", "source", "headline", "relation", "story"),
        (
            (r[0][:8], _day(r[1]), r[2], r[3], r[4] or r[5] or "-", r[6], r[7])
            for r in _rows(frame.head(limit), columns)
        ),
        of=len(frame),
    )


def show_stories(frame: pd.DataFrame, *, limit: int, as_json: bool) -> None:
    """Stories, one a row."""
    if as_json:
        _print_rows(frame.head(limit))
        return
    columns = ["story_id", "article_count", "languages", "first_published_at", "headline_en", "top_entities"]
    _print_table(
        ("story", "articles", "languages", "first", "headline", "names"),
        (
            (r[0], str(r[1]), " ".join(r[2]), _day(r[3]), r[4] or "-", ", ".join(r[5][:4]))
            for r in _rows(frame.head(limit), columns)
        ),
        of=len(frame),
    )


def show_rejects(frame: pd.DataFrame, *, limit: int, as_json: bool) -> None:
    """Inputs that did not become articles, each with its reason on a line of its own."""
    shown = frame.head(limit)
    if as_json:
        _print_rows(shown)
        return
    for uri, disposition, code, reason in _rows(shown, ["uri", "disposition", "reason_code", "reason"]):
        print(f"{disposition} {code}: {_one_line(unquote(uri.removeprefix('file://')))}")
        print(f"    {_one_line(reason)}")
    _say_if_cut(len(shown), len(frame))


def show_runs(frame: pd.DataFrame, *, limit: int, as_json: bool) -> None:
    """Runs, one a row."""
    if as_json:
        _print_rows(frame.head(limit))
        return
    columns = ["run_id", "state", "started_at", "inputs", *DISPOSITIONS]
    _print_table(
        ("run", "state", "started", "inputs", *DISPOSITIONS),
        ((r[0], r[1], f"{r[2]:%Y-%m-%d %H:%M}", *map(str, r[3:])) for r in _rows(frame.head(limit), columns)),
        of=len(frame),
    )


def show_article(lake: Lake, start_of_id: str, *, as_json: bool) -> None:
    """One article: its newest revision in full."""
    revisions = lake.article(start_of_id)
    row = records(revisions.tail(1))[0]
    names = lake.entities(row["article_id"])
    matches = lake.matches(row["article_id"])
    if as_json:
        print_json({**row, "entities": records(names), "matches": records(matches)})
        return
    facts = {
        "id": f"{row['article_id']} (revision {row['revision']} of {len(revisions)})",
        "published": f"{row['published_at']:%Y-%m-%d %H:%M} UTC, from {row['published_from']}",
        "source": row["source"] or "unknown",
        "uri": row["uri"] or "none in the document",
        "byline": ", ".join(row["byline"]) or "none",
        "language": " ".join(f"{s['language']} {s['share']:.0%}" for s in row["languages"]),
        "translation": f"{row['translation_status']} ({row['translation_engine'] or 'no engine'})",
        "story": f"{row['story_id']}, {row['relation']}" + (f" of {row['related_to']}" if row["related_to"] else ""),
    }
    print(row["headline_en"] or row["headline"] or "(no headline)")
    for name, fact in facts.items():
        print(f"  {name:12} {fact}")
    print()
    _print_marked(row["text_en"] or row["text"], records(names) if row["text_en"] else [])
    if len(names):
        named = _rows(names, ["name", "type", "mentions"])
        print("\nNames: " + ", ".join(f"{name} ({kind.lower()}, {count})" for name, kind, count in named))
    for one, other, relation, score in _rows(matches, ["article_id", "matched_to", "relation", "score"]):
        print(f"{relation} ({score:.2f}): {other if one == row['article_id'] else one}")
    if row["removed"]:
        print("\nCut while cleaning: " + " | ".join(row["removed"]))


def show_entities(frame: pd.DataFrame, *, as_json: bool) -> None:
    """Entities, one a row, as `Lake.top_entities` gives them."""
    if as_json:
        _print_rows(frame)
        return
    if frame.empty:
        print("No name is in the lake for that type and time.")
        return
    columns = ["entity_id", "name", "type", "articles", "mentions", "first_published_at", "last_published_at"]
    _print_table(
        ("name", "type", "articles", "mentions", "first", "last", "id"),
        ((r[1], r[2], str(r[3]), str(r[4]), _day(r[5]), _day(r[6]), r[0]) for r in _rows(frame, columns)),
        of=len(frame),
    )


def show_models(models: Sequence[Model], folder: Path, *, as_json: bool) -> None:
    """The models of a folder, one a row."""
    if as_json:
        for model in models:
            print_json({**asdict(model), "complete": model.complete, "folder": str(folder)})
        return
    if not models:
        print(f"No model is in {folder}. Fetch one with: babelwire models pull it-en")
        return
    rows = ((m.pair, m.version, f"{m.size:,}", m.problem or "complete") for m in models)
    _print_table(("pair", "version", "bytes", "state"), rows, of=len(models))


def show_findings(findings: Sequence[Finding], *, as_json: bool) -> None:
    """What `doctor` found."""
    for finding in findings:
        if as_json:
            print_json(
                {"what": finding.what, "state": finding.state, "detail": finding.detail, "remedy": finding.remedy}
            )
        else:
            print(
                f"{finding.state:8} {finding.what}: {finding.detail}" + (f" {finding.remedy}" if finding.remedy else "")
            )


def _print_marked(text: str, entities: Iterable[Mapping[str, Any]]) -> None:
    """A text with its entities in the colour of their type; without a terminal the text alone."""
    if not sys.stdout.isatty():
        print(text)
        return
    shown = Text("".join(c if c.isprintable() or c == "\n" else " " for c in text))
    found = [entity for entity in entities if entity["type"] in _COLOURS]
    for entity in found:
        for span in entity["spans"]:
            shown.stylize(f"bold {_COLOURS[entity['type']]}", span["start"], span["end"])
    console = Console(highlight=False)
    console.print(shown, soft_wrap=True)
    types = dict.fromkeys(entity["type"] for entity in found)
    console.print(Text.assemble("\n", *((f"{type_.lower()} ", f"bold {_COLOURS[type_]}") for type_ in types)))


def _print_rows(frame: pd.DataFrame) -> None:
    for row in records(frame):
        print_json(row)


def _print_table(header: Iterable[str], rows: Iterable[Sequence[str]], *, of: int) -> None:
    console = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_one_line(cell)) for cell in row))
    console.print(table)
    _say_if_cut(table.row_count, of)


def _say_if_cut(shown: int, of: int) -> None:
    if of > shown:
        print(f"{shown} of {of} are shown; --limit shows more.", file=sys.stderr)


def _rows(frame: pd.DataFrame, columns: list[str]) -> list[tuple[Any, ...]]:
    return list(zip(*(values(frame, c) for c in columns), strict=True))


def _one_line(cell: str) -> str:
    # Control characters of a headline or a file name are not the terminal's to obey.
    return "".join(c if c.isprintable() else " " for c in cell)


def _day(when: datetime) -> str:
    return f"{when:%Y-%m-%d}"


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
