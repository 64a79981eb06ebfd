"""What a run did, and lists: articles, stories, names, inputs, runs, models, findings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pandas as pd

from babelwire.article import DISPOSITIONS
from babelwire.showing.printing import (
    Form,
    day,
    one_line,
    print_csv,
    print_json,
    print_rows,
    print_table,
    rows,
    say_if_cut,
)

if TYPE_CHECKING:
    from babelwire.doctor import Finding
    from babelwire.lake.publishing.publish import Summary
    from babelwire.translation.models import Model


def show_summary(summary: Summary, lake: str, *, as_json: bool) -> None:
    """What a run did; `lake` is its address."""
    if as_json:
        print_json({**summary.run, "reasons": dict(summary.reasons), "lake": lake})
        return
    run, counts = summary.run, summary.counts
    parts = ", ".join(f"{counts[d]} {d}" for d in DISPOSITIONS if counts[d])
    print(f"{run['inputs']} inputs: {parts}." if parts else "There was no input: no file lies below the paths given.")
    if summary.reasons:
        print("Rejected or pending: " + ", ".join(f"{n} {code}" for code, n in summary.reasons.items()) + ".")
        print(f"See why with: babelwire rejects --lake {lake}")
    print(f"{run['articles']} articles written, {run['stories']} stories opened or changed. Lake: {lake}")


ARTICLE_COLUMNS = (
    "article_id",
    "published_at",
    "language",
    "source",
    "headline_en",
    "headline",
    "relation",
    "story_id",
)


def show_articles(
    frame: pd.DataFrame, *, form: Form, limit: int | None, columns: Collection[str] | None = None
) -> None:
    """Articles, one a row.

    Args:
        frame: with `columns`, or for a table without any with `ARTICLE_COLUMNS`.
        limit: how many rows of a table.
    """
    if form is not Form.TABLE:
        _print(frame, form)
        return
    if frame.empty:
        print("No article is in the lake for that.")
        return
    shown = frame.head(limit or len(frame))
    if columns:
        print_table(columns, (tuple(map(_text, row)) for row in rows(shown, list(columns))), of=len(frame))
        return
    print_table(
        ("id", "published", "language", "source", "headline", "relation", "story"),
        (
            (r[0][:8], day(r[1]), r[2], r[3], r[4] or r[5] or "-", r[6], r[7])
            for r in rows(shown, list(ARTICLE_COLUMNS))
        ),
        of=len(frame),
    )


def show_stories(frame: pd.DataFrame, *, form: Form, limit: int | None) -> None:
    """Stories, one a row."""
    if form is not Form.TABLE:
        _print(frame.head(limit or len(frame)), form)
        return
    if frame.empty:
        print("No story is in the lake for that time, language and name.")
        return
    columns = ["story_id", "article_count", "languages", "first_published_at", "headline_en", "top_entities"]
    print_table(
        ("story", "articles", "languages", "first", "headline", "names"),
        (
            (r[0], str(r[1]), " ".join(r[2]), day(r[3]), r[4] or "-", ", ".join(r[5][:4]))
            for r in rows(frame.head(limit or len(frame)), columns)
        ),
        of=len(frame),
    )


def show_rejects(frame: pd.DataFrame, *, limit: int | None, as_json: bool) -> None:
    """Inputs that did not become articles, each with its reason on a line of its own."""
    shown = frame.head(limit or len(frame))
    if as_json:
        print_rows(shown)
        return
    for uri, disposition, code, reason in rows(shown, ["uri", "disposition", "reason_code", "reason"]):
        print(f"{disposition} {code}: {one_line(unquote(uri.removeprefix('file://')))}")
        print(f"    {one_line(reason)}")
    say_if_cut(len(shown), len(frame))


def show_runs(frame: pd.DataFrame, *, limit: int | None, as_json: bool) -> None:
    """Runs, one a row; with the dates of nights where one of them was a night."""
    shown = frame.head(limit or len(frame))
    if as_json:
        print_rows(shown)
        return
    night = ["logical_date"] if shown["logical_date"].notna().any() else []
    columns = ["run_id", "state", "started_at", *night, "inputs", *DISPOSITIONS]
    titles = {"run_id": "run", "started_at": "started", "logical_date": "night"}
    print_table(
        [titles.get(c, c) for c in columns], (tuple(map(_text, row)) for row in rows(shown, columns)), of=len(frame)
    )


def show_entities(frame: pd.DataFrame, *, form: Form) -> None:
    """Entities, one a row, as `Lake.top_entities` gives them."""
    if form is not Form.TABLE:
        _print(frame, form)
        return
    if frame.empty:
        print("No name is in the lake for that type and time.")
        return
    columns = ["entity_id", "name", "type", "articles", "mentions", "first_published_at", "last_published_at"]
    print_table(
        ("name", "type", "articles", "mentions", "first", "last", "id"),
        ((r[1], r[2], str(r[3]), str(r[4]), day(r[5]), day(r[6]), r[0]) for r in rows(frame, columns)),
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
    print_table(("pair", "version", "bytes", "state"), rows, of=len(models))


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


def _print(frame: pd.DataFrame, form: Form) -> None:
    (print_csv if form is Form.CSV else print_rows)(frame)


def _text(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
