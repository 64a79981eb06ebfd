"""What a night shows in Prefect's pages: its ledger, languages, slow stages and inputs, rejects, and how far it is."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.dataset as ds
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from babelwire.article import ARTICLES, DISPOSITIONS, INPUTS, PENDING, REJECTED
from babelwire.counting import Counting
from babelwire.errors import BabelwireError
from babelwire.lake import LakeFolder
from babelwire.lake.index import read
from babelwire.lake.publishing.publish import Summary
from babelwire.lake.publishing.work import Work
from babelwire.progress import Progress

_LOG = logging.getLogger(__name__)
_SECONDS_BETWEEN_UPDATES = 5.0
_MOST_ROWS = 50
_MOST_SLOW = 10
_LONGEST = 200
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@/])")


def show_night(summary: Summary, lake: LakeFolder, *, report: Path | None = None) -> None:
    """Shows what a night did. What cannot be shown is logged and harms nothing.

    Args:
        report: the HTML report, where it was written.
    """
    run = summary.run
    attempt(
        "ledger in Prefect",
        lambda: create_table_artifact(_ledger(run), key="ledger", description="Inputs of the night."),
    )
    attempt("languages in Prefect", lambda: create_table_artifact(_languages(lake, run["run_id"]), key="languages"))
    attempt("stages in Prefect", lambda: create_table_artifact(_stages(run), key="slowest-stages"))
    attempt("inputs in Prefect", lambda: create_table_artifact(_slowest(lake, run), key="slowest-inputs"))
    attempt("rejects in Prefect", lambda: create_markdown_artifact(_rejects(lake, run), key="rejected"))
    if report is not None:
        attempt(
            "link in Prefect",
            lambda: create_link_artifact(report.absolute().as_uri(), link_text="Report", key="report"),
        )


class ShownInPrefect(Progress):
    """Keeps a progress artifact up to date, and passes everything on to who watches besides."""

    def __init__(self, counting: Counting, beside: Progress) -> None:
        self._counting = counting
        self._beside = beside
        self._artifact: UUID | None = None
        self._told = time.monotonic()
        self._inputs = 0

    def begin(self, work: Work) -> None:
        self._beside.begin(work)
        self._artifact = attempt("progress in Prefect", lambda: create_progress_artifact(0.0, key="progress"))

    def advance(self, counts: Mapping[str, int], unchanged: int, met: int = 0) -> None:
        self._beside.advance(counts, unchanged, met)
        self._inputs += sum(counts.values())
        if time.monotonic() - self._told > _SECONDS_BETWEEN_UPDATES:
            known = self._counting.complete and self._counting.files
            # The last hundredth is for publishing.
            self._tell(99 * min(1, met / self._counting.files) if known else 0)

    def published(self, summary: Summary) -> None:
        self._beside.published(summary)
        self._tell(100)

    def say(self, sentence: str) -> None:
        self._beside.say(sentence)

    def warn(self, sentence: str) -> None:
        self._beside.warn(sentence)

    def end(self) -> None:
        self._beside.end()

    def _tell(self, percent: float) -> None:
        artifact, self._told = self._artifact, time.monotonic()
        if artifact is not None:
            said = f"{self._inputs} inputs have gone through the stages"
            attempt("progress in Prefect", lambda: update_progress_artifact(artifact, percent, description=said))


def attempt(what: str, write: Callable[[], Any]) -> Any:
    """Calls `write`; where that does not work it is logged, and gives None."""
    try:
        return write()
    except Exception as error:
        because = str(error) if isinstance(error, BabelwireError) else type(error).__name__
        _LOG.warning("There is no %s of this night (%s). The night itself is not harmed.", what, because)
        return None


def in_markdown(text: str) -> str:
    """A text from outside as one line of plain Markdown, cut short."""
    return _MARKS.sub(r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _ledger(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = [{"disposition": name, "inputs": run[name]} for name in DISPOSITIONS]
    return [*rows, {"disposition": "all", "inputs": run["inputs"]}]


def _languages(lake: LakeFolder, run_id: str) -> list[dict[str, Any]]:
    found = read(lake, ARTICLES, columns=["language"], where=ds.field("run_id") == run_id)
    counts = found.group_by("language").aggregate([([], "count_all")])
    counts = counts.sort_by([("count_all", "descending"), ("language", "ascending")]).slice(0, _MOST_ROWS)
    return [{"language": row["language"], "articles": row["count_all"]} for row in counts.to_pylist()]


def _stages(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    slowest_first = sorted(run["seconds"], key=lambda each: -each["seconds"])
    return [{"stage": each["stage"], "seconds": each["seconds"]} for each in slowest_first]


def _slowest(lake: LakeFolder, run: Mapping[str, Any]) -> list[dict[str, Any]]:
    columns = ["processing_seconds", "uri", "disposition"]
    timed = read(lake, INPUTS, columns=columns, where=_of_run(run) & ds.field("processing_seconds").is_valid())
    slowest = timed.sort_by([("processing_seconds", "descending"), ("uri", "ascending")]).slice(0, _MOST_SLOW)
    return [
        {"seconds": row["processing_seconds"], "input": _one_line(row["uri"]), "disposition": row["disposition"]}
        for row in slowest.to_pylist()
    ]


def _of_run(run: Mapping[str, Any]) -> Any:
    # The time is what the ledger's files are sorted by; without it all of them would be read.
    return (ds.field("run_id") == run["run_id"]) & (ds.field("at") == run["started_at"])


def _rejects(lake: LakeFolder, run: Mapping[str, Any]) -> str:
    columns = ["uri", "disposition", "reason_code", "reason"]
    stopped = read(
        lake, INPUTS, columns=columns, where=_of_run(run) & ds.field("disposition").isin([REJECTED, PENDING])
    )
    if not stopped.num_rows:
        return "No input of this night was rejected or waits."
    lines = ["| input | what | why |", "|---|---|---|"]
    for row in stopped.slice(0, _MOST_ROWS).to_pylist():
        cells = (row["uri"], f"{row['disposition']} {row['reason_code'] or ''}", row["reason"] or "")
        lines.append(f"| {' | '.join(map(in_markdown, cells))} |")
    if stopped.num_rows > _MOST_ROWS:
        lines += ["", f"{stopped.num_rows - _MOST_ROWS} more are in the lake: `babelwire rejects`."]
    return "\n".join(lines)
