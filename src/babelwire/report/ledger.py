"""What a run did: its inputs by disposition, where its seconds went, and why inputs were rejected or wait."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pandas as pd

from babelwire.article import DISPOSITIONS, PENDING, REJECTED, UNCHANGED
from babelwire.errors import UsageError
from babelwire.frames import records, values
from babelwire.lake import Lake
from babelwire.report.texts import plain

MOST_EXAMPLES = 10
_MOST_NAMED = 10
MEANINGS = {
    "new": "An article that the lake did not have, or one whose translation was finished.",
    "revision": "Another text of an article that the lake has; both are kept.",
    "duplicate": "A text that the lake has already.",
    "unchanged": "Known from the same place with the same bytes.",
    "pending": "Tried again by the next run.",
    "rejected": "Not to become an article as it is.",
}


@dataclass(frozen=True)
class Reason:
    """Why inputs became no article.

    Attributes:
        says: the commonest sentence that was said of one.
        examples: place and sentence of the first inputs.
        inputs: how many there are.
    """

    disposition: str
    code: str
    stages: Sequence[str]
    says: str
    examples: Sequence[tuple[str, str]]
    inputs: int


@dataclass(frozen=True)
class Ledger:
    """What a run did.

    Attributes:
        run: its row of `runs`.
        counts: disposition, what it means, how many inputs.
        warning: what does not add up, as a sentence; empty where all does.
        seconds: stage, seconds and their share (0 to 1), the slowest first.
        slowest: place, disposition and seconds of the inputs that took longest; none where the lake does not know.
        reasons: why inputs were rejected or are pending, the commonest first.
    """

    run: Mapping[str, Any]
    counts: Sequence[tuple[str, str, int]]
    warning: str
    seconds: Sequence[tuple[str, float, float]]
    slowest: Sequence[tuple[str, str, float]]
    reasons: Sequence[Reason]


def find_run(lake: Lake, asked: str | None) -> dict[str, Any]:
    """The row of `runs` with this id, or one that begins so; the latest one where it is None.

    Raises:
        UsageError: the lake has no run, or none or several with such an id; the message says which there are.
    """
    runs = records(lake.runs())
    if not runs:
        raise UsageError("The lake has no run to report on yet. Make one with: babelwire ingest PATH --lake DIR")
    if asked is None:
        return runs[-1]
    found = [run for run in runs if run["run_id"].startswith(asked)] if asked else []
    exact = [run for run in found if run["run_id"] == asked]
    if len(exact or found) == 1:
        return (exact or found)[0]
    wrong = f"{len(found)} runs begin with {asked}" if found else f"The lake has no run {asked}"
    among = [run["run_id"] for run in found or runs][::-1]
    more = f" and {len(among) - _MOST_NAMED} earlier ones (babelwire runs lists them)" if among[_MOST_NAMED:] else ""
    raise UsageError(f"{wrong}. There are: {', '.join(among[:_MOST_NAMED])}{more}. Without --run it is the latest.")


def read_ledger(run: Mapping[str, Any], inputs: pd.DataFrame) -> Ledger:
    """The ledger of a run.

    Args:
        run: its row of `runs`.
        inputs: its rows of `inputs`.
    """
    spent = sorted(((s["stage"], s["seconds"]) for s in run["seconds"]), key=lambda stage: -stage[1])
    total = sum(seconds for _, seconds in spent) or 1
    return Ledger(
        run,
        [(d, MEANINGS[d], run[d]) for d in DISPOSITIONS],
        _what_does_not_add_up(run, inputs),
        [(stage, seconds, seconds / total) for stage, seconds in spent],
        _slowest(inputs),
        _reasons(inputs),
    )


def _what_does_not_add_up(run: Mapping[str, Any], inputs: pd.DataFrame) -> str:
    remedy = "Look at the lake with: babelwire verify --lake DIR"
    total = sum(run[d] for d in DISPOSITIONS)
    if total != run["inputs"]:
        return f"The counts add up to {total:,} and not to the {run['inputs']:,} inputs of the run. {remedy}"
    rows = Counter(values(inputs, "disposition"))
    wrong = [d for d in DISPOSITIONS if d != UNCHANGED and rows[d] != run[d]]
    if wrong:
        which = ", ".join(f"{rows[d]:,} {d} where the run counted {run[d]:,}" for d in wrong)
        return f"The table of inputs holds {which}. {remedy}"
    return ""


def _slowest(inputs: pd.DataFrame) -> list[tuple[str, str, float]]:
    timed = inputs[inputs["processing_seconds"].notna()].nlargest(MOST_EXAMPLES, "processing_seconds")
    return [
        (place(uri), what, s)
        for uri, what, s in zip(*(values(timed, c) for c in ("uri", "disposition", "processing_seconds")), strict=True)
    ]


def _reasons(inputs: pd.DataFrame) -> list[Reason]:
    stopped = inputs[inputs["disposition"].isin([REJECTED, PENDING])]
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in records(stopped, ["uri", "disposition", "stage", "reason_code", "reason"]):
        grouped[row["disposition"], row["reason_code"] or "not given"].append(row)
    found = []
    for (disposition, code), rows in grouped.items():
        ((says, _),) = Counter(row["reason"] or "" for row in rows).most_common(1)
        examples = [(place(row["uri"]), plain(row["reason"], 400)) for row in rows[:MOST_EXAMPLES]]
        stages = sorted({row["stage"] for row in rows if row["stage"]})
        found.append(Reason(disposition, plain(code, 60), stages, plain(says, 400), examples, len(rows)))
    return sorted(found, key=lambda reason: (-reason.inputs, reason.code))


def place(uri: str) -> str:
    """Where an input lay, as people write it."""
    return plain(unquote(uri[:2000].removeprefix("file://")))
