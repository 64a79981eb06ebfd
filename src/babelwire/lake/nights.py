"""What a lake knows of the nights before: which of them were good, and what their sources gave."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime

import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import INPUTS, RUNS
from babelwire.lake.files import writing
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import read
from babelwire.outcome import FAILED, Nights, articles_by_source


def load_origins(lake: LakeFolder, addresses: Collection[str]) -> dict[str, str]:
    """Web address -> the source that named it, of those that a night took in or tried to."""
    if not addresses:
        return {}
    named = ds.field("origin").is_valid() & pc.starts_with(ds.field("uri"), "http")
    rows = read(lake, INPUTS, columns=["uri", "origin", "at"], where=named).sort_by("at").to_pylist()
    wanted = set(addresses)
    origins = {row["uri"].partition("#")[0]: row["origin"] for row in rows}
    return {address: origins[address] for address in sorted(wanted & origins.keys())}


def forget_unfinished(lake: LakeFolder, night: date) -> None:
    """Removes the work of nights of other dates that were ended: what they had is taken in with this one.

    The caller holds the lock for nights and the lake's own, and has recovered what was being committed.
    """
    for file in lake.work.glob("*/plan.json"):
        try:
            of = json.loads(file.read_text("utf-8"))["plan"].get("night")
        except (OSError, ValueError, KeyError, AttributeError):
            continue
        if of is not None and of != night.isoformat():
            with writing(file.parent):
                shutil.rmtree(file.parent)


def open_since(lake: LakeFolder, night: date) -> date | None:
    """The date of the last night before `night` that did not fail, else of the first that did; None without any."""
    columns = ["logical_date", "state"]
    nights = read(lake, RUNS, columns=columns, where=ds.field("logical_date") < night).to_pylist()
    good = [each["logical_date"] for each in nights if each["state"] != FAILED]
    return max(good) if good else min((each["logical_date"] for each in nights), default=None)


def last_started(lake: LakeFolder) -> datetime | None:
    """When the last night began that came to its end; None where there was none."""
    nights = read(lake, RUNS, columns=["started_at"], where=ds.field("logical_date").is_valid())
    return max(nights["started_at"].to_pylist(), default=None)


def given_before(lake: LakeFolder, night: date, most: int) -> Nights:
    """Articles by source on the last `most` nights before `night`, and in earlier runs of this night."""
    columns = ["run_id", "logical_date", "started_at"]
    runs = read(lake, RUNS, columns=columns, where=ds.field("logical_date") <= night).to_pylist()
    dates = sorted({run["logical_date"] for run in runs if run["logical_date"] < night})[-most:]
    wanted = {run["run_id"]: run["logical_date"] for run in runs if run["logical_date"] in {*dates, night}}
    if not wanted:
        return Nights(night)
    earliest = min(run["started_at"] for run in runs if run["run_id"] in wanted)
    # The time is what the ledger's files are sorted by; without it all of them would be read.
    of_them = (ds.field("at") >= earliest) & ds.field("run_id").isin(sorted(wanted)) & ds.field("origin").is_valid()
    columns = ["run_id", "origin", "disposition", "reason_code"]
    rows = read(lake, INPUTS, columns=columns, where=of_them)
    ledgers: dict[date, Counter[tuple[str | None, str, str | None]]] = defaultdict(Counter)
    for row in rows.group_by(columns).aggregate([([], "count_all")]).to_pylist():
        ledgers[wanted[row["run_id"]]][row["origin"], row["disposition"], row["reason_code"]] += row["count_all"]
    earlier = {each: articles_by_source(ledgers[each]) for each in dates}
    return Nights(night, earlier, articles_by_source(ledgers[night]))
