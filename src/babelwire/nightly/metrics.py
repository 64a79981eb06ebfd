"""Figures of the last night for a node exporter: a text file that is replaced as a whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow.dataset as ds
from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from babelwire.article import ARTICLES, DISPOSITIONS, RUN_STATES, RUNS
from babelwire.lake import LakeFolder
from babelwire.lake.files import writing
from babelwire.lake.index import read
from babelwire.lake.nights import given_before
from babelwire.outcome import FAILED


def write_metrics(file: Path, lake: LakeFolder, *, broke_off_at: datetime | None = None) -> None:
    """Writes what the lake knows of its last night.

    Args:
        file: its name ends in `.prom`, or node-exporter passes it over.
        broke_off_at: when a night ended without being published; its state is `failed` then.

    Raises:
        BabelwireError: it cannot be written.
    """
    registry = CollectorRegistry()
    nights = read(lake, RUNS, where=ds.field("logical_date").is_valid()).sort_by("started_at").to_pylist()
    good = [night["finished_at"] for night in nights if night["state"] != FAILED]

    def gauge(name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"babelwire_{name}", says, labels, registry=registry)

    # Counting reads no column, only the ends of files.
    articles = ds.dataset(lake.table(ARTICLES), schema=ARTICLES.schema, format="parquet").count_rows()
    gauge("lake_articles", "Articles in the lake, all revisions.").set(articles)
    if good:
        success = gauge("night_last_success_timestamp_seconds", "When a night that did not fail was last published.")
        success.set(max(good).timestamp())
    if nights:
        last = nights[-1]
        inputs = gauge("night_inputs", "Inputs of the last published night.", "disposition")
        for disposition in DISPOSITIONS:
            inputs.labels(disposition).set(last[disposition])
        seconds = gauge("night_stage_seconds", "Seconds in each stage of that night, summed over workers.", "stage")
        for each in last["seconds"]:
            seconds.labels(each["stage"]).set(each["seconds"])
        given = gauge("night_source_articles", "Articles that each source gave for its date.", "source")
        for source, count in given_before(lake, last["logical_date"], 1).tonight.items():
            given.labels(source).set(count)
        took = last["finished_at"] - last["started_at"]
        gauge("night_duration_seconds", "From its start to its publication.").set(took.total_seconds())
    if nights or broke_off_at is not None:
        ended_at = broke_off_at or nights[-1]["finished_at"]
        gauge("night_ended_timestamp_seconds", "When the last night ended, however it did.").set(ended_at.timestamp())
        state = FAILED if broke_off_at is not None else nights[-1]["state"]
        states = gauge("night_state", "1 for the state that the last night ended in, 0 for the others.", "state")
        for each in RUN_STATES:
            states.labels(each).set(each == state)
    with writing(file):
        write_to_textfile(str(file), registry)
