"""Publishing a run: every input gets its disposition, and all tables change at once or not at all."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from babelwire.article import (
    ARTICLES,
    DISPOSITIONS,
    ENTITIES_TABLE,
    FRAME,
    INPUTS,
    MATCHES,
    PENDING,
    REJECTED,
    RUNS,
    STORIES,
    TEXT,
    UNCHANGED,
)
from babelwire.frames import records, values
from babelwire.lake.dispositions import Known, decide
from babelwire.lake.edit import edit, rows_to_table
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import FETCHED, FILES, FINGERPRINTS, load_digests, read
from babelwire.lake.journal import Journal
from babelwire.lake.refresh import refresh_fingerprints
from babelwire.lake.settle import Settlement
from babelwire.lake.work import Work, read_batch, read_seconds
from babelwire.recipe import Recipe, versions
from babelwire.stories import RECIPE

_LEDGER = [
    "input_uri",
    "bytes_digest",
    "size",
    "disposition",
    "stage",
    "reason_code",
    "reason",
    "article_id",
    "revision",
    "content_hash",
    "published_at",
    "modified_at",
    "translation_status",
    "ingested_at",
    "file_size",
    "file_modified_at",
]


_NOT_TRANSLATED = {
    "stage": "translate",
    "reason_code": "not_translated",
    "reason": "It is published in its own language. No engine was there to translate it, or the engine failed; the next "
    "run with an engine finishes it.",
}


class _Written(NamedTuple):
    """An article to be written: its revision, and the batch that holds it."""

    revision: int
    batch: Path


@dataclass(frozen=True)
class Summary:
    """What a run did: its row of `runs`, and why inputs were rejected or wait."""

    run: Mapping[str, Any]
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Inputs by disposition."""
        return {d: self.run[d] for d in DISPOSITIONS}


def publish(
    lake: LakeFolder,
    work: Work,
    recipe: Recipe,
    *,
    unchanged: int,
    fetched: pa.Table | None = None,
) -> Summary:
    """Publishes the finished batches of `work`. The caller holds the lake's lock.

    Args:
        unchanged: inputs that were not even read, their files being as they were.
        fetched: the rows of `FETCHED` to keep. In a run with a window they are not: what lies outside is to be
            fetched by a run with another.

    Raises:
        BabelwireError: the disk is full or read-only, or a row does not fit its schema; nothing is published.
    """
    began = time.perf_counter()
    refresh_fingerprints(lake, work.folder)
    inputs = _inputs(work)
    ids = {row["article_id"] for row in inputs if row["article_id"] is not None}
    dispositions, revisions = decide(inputs, _known(lake, ids), load_digests(lake) if inputs else {})
    written = {
        r["input_uri"]: _Written(revisions[r["input_uri"]], r["batch"]) for r in inputs if r["input_uri"] in revisions
    }
    journal = Journal(lake, work.folder)
    fresh = _fresh(written)
    settlement = Settlement(lake, fresh, recipe.settings.stories)
    _stage_articles(journal, lake, work, written, settlement)
    _stage_entities(journal, lake, fresh, settlement)
    edit(journal, lake, STORIES, put=settlement.stories, drop={"story_id": settlement.gone})
    redone = {"article_id": settlement.redone, "matched_to": settlement.redone}
    edit(journal, lake, MATCHES, put=settlement.matches, drop=redone)
    edit(journal, lake, FINGERPRINTS, put=rows_to_table(FINGERPRINTS, fresh))
    edit(journal, lake, FILES, put=_settled_files(inputs, dispositions))
    if recipe.since is None and recipe.until is None:
        edit(journal, lake, FETCHED, put=_settled_addresses(fetched, inputs, dispositions))
    edit(journal, lake, INPUTS, put=_ledger(work, inputs, dispositions, revisions))

    counts = Counter(dispositions.values()) + Counter({UNCHANGED: unchanged})
    seconds = {**_seconds(work), "publish": time.perf_counter() - began}
    run = {
        "run_id": work.run_id,
        "state": "completed_with_warnings" if counts[REJECTED] or counts[PENDING] else "completed",
        "started_at": work.started_at,
        "finished_at": datetime.now(UTC),
        "inputs": counts.total(),
        **{d: counts[d] for d in DISPOSITIONS},
        "articles": len(written),
        "stories": settlement.stories.num_rows,
        "seconds": [{"stage": k, "seconds": round(v, 3)} for k, v in seconds.items()],
        "versions": [{"name": k, "version": v} for k, v in sorted(versions(recipe.settings).items())],
        "configuration": recipe.settings.digest(),
        "since": recipe.since,
        "until": recipe.until,
    }
    edit(journal, lake, RUNS, put=rows_to_table(RUNS, [run]))
    journal.commit()
    work.remove()
    reasons = Counter(
        row["reason_code"] or _NOT_TRANSLATED["reason_code"]
        for row in inputs
        if dispositions[row["input_uri"]] in {REJECTED, PENDING}
    )
    return Summary(run, dict(reasons.most_common()))


def _inputs(work: Work) -> list[dict[str, Any]]:
    """One row per input. One that changed while the run was interrupted was read twice; the later reading counts."""
    latest: dict[str, dict[str, Any]] = {}
    for path in work.finished():
        for row in records(read_batch(path, columns=_LEDGER), _LEDGER):
            earlier = latest.get(row["input_uri"])
            if earlier is None or row["disposition"] != UNCHANGED:
                latest[row["input_uri"]] = {**row, "batch": path}
    return list(latest.values())


def _known(lake: LakeFolder, ids: Iterable[str]) -> dict[str, Known]:
    known: dict[str, Known] = defaultdict(Known)
    columns = ["article_id", "revision", "content_hash", "translation_status"]
    where = ds.field("article_id").isin(pa.array(sorted(ids), TEXT))
    for row in read(lake, ARTICLES, columns=columns, where=where).to_pylist():
        waits = row["translation_status"] == PENDING
        known[row["article_id"]].revisions[row["content_hash"]] = (row["revision"], waits)
    return dict(known)


def _fresh(written: Mapping[str, _Written]) -> list[dict[str, Any]]:
    """What grouping needs of the articles to be written."""
    columns = ["input_uri", *(c for c in FINGERPRINTS.schema.names if c not in {"revision", "recipe"})]
    columns += ["modified_at", "headline_en", "entities"]
    return [
        {**row, "revision": written[row["input_uri"]].revision, "recipe": RECIPE}
        for frame in _frames(written, columns)
        for row in records(frame, columns)
    ]


def _frames(written: Mapping[str, _Written], columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
    """The rows to be written, batch by batch."""
    for path in sorted({w.batch for w in written.values()}):
        frame = read_batch(path, columns=columns)
        yield frame[[u in written and written[u].batch == path for u in values(frame, "input_uri")]]


def _stage_articles(
    journal: Journal, lake: LakeFolder, work: Work, written: Mapping[str, _Written], settlement: Settlement
) -> None:
    parts = [settlement.settle_articles()]
    decided_here = {"revision", "story_id", "relation", "related_to", "similarity"}
    first_seen = {"run_id": work.run_id, "ingested_at": work.started_at}
    for frame in _frames(written):
        columns = {f.name: values(frame, f.name) for f in ARTICLES.fields if f.name not in decided_here}
        columns["revision"] = [written[u].revision for u in values(frame, "input_uri")]
        for column, value in first_seen.items():
            columns[column] = [value if v is None else v for v in columns[column]]
        rows = pa.table({name: pa.array(column, FRAME[name]) for name, column in columns.items()})
        parts.append(settlement.complete(rows).select(ARTICLES.schema.names))
    edit(journal, lake, ARTICLES, put=_newest_of_each(parts))


def _newest_of_each(parts: list[pa.Table]) -> pa.Table:
    """The rows of all parts; of two with one key the one of the later part."""
    rows = pa.concat_tables([p.cast(pa.schema([(f.name, f.type) for f in ARTICLES.fields])) for p in parts])
    keys = list(zip(rows["article_id"].to_pylist(), rows["revision"].to_pylist(), strict=True))
    return rows.take(pa.array(sorted({key: i for i, key in enumerate(keys)}.values()), pa.int64()))


def _stage_entities(journal: Journal, lake: LakeFolder, fresh: list[dict[str, Any]], settlement: Settlement) -> None:
    current = settlement.current_of_this_run()
    rows = [
        {
            **entity,
            "article_id": row["article_id"],
            "story_id": settlement.story_of(row["article_id"]),
            "published_at": row["published_at"],
        }
        for row in fresh
        if (row["article_id"], row["revision"]) in current
        for entity in row["entities"] or ()
    ]
    replaced = {article for article, _ in current}
    earlier = settlement.settle_entities()
    stays = [a not in replaced for a in earlier["article_id"].to_pylist()]
    put = pa.concat_tables(
        [earlier.filter(pa.array(stays, pa.bool_())), rows_to_table(ENTITIES_TABLE, rows).cast(earlier.schema)]
    )
    edit(journal, lake, ENTITIES_TABLE, put=put, drop={"article_id": replaced})


def _settled_files(inputs: list[dict[str, Any]], dispositions: Mapping[str, str]) -> pa.Table:
    """The files that need not be opened again: all of their inputs came to an end or wait in the lake."""
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in inputs:
        if row["ingested_at"] is None:
            files[row["input_uri"].partition("#")[0]].append(row)
    settled = []
    for uri, rows in files.items():
        states = {(row["file_size"], row["file_modified_at"]) for row in rows}
        open_ends = [
            row for row in rows if row["reason_code"] == "outside_window" or _is_to_be_read_again(row, dispositions)
        ]
        (size, modified_at), *others = states
        if not open_ends and not others and modified_at is not None:
            settled.append({"uri": uri, "size": size, "modified_at": modified_at, "inputs": len(rows)})
    return rows_to_table(FILES, settled)


def _settled_addresses(
    fetched: pa.Table | None, inputs: list[dict[str, Any]], dispositions: Mapping[str, str]
) -> pa.Table | None:
    """Those of the web addresses all of whose inputs came to an end or wait in the lake."""
    if fetched is None:
        return None
    waiting = {row["input_uri"].partition("#")[0] for row in inputs if _is_to_be_read_again(row, dispositions)}
    return fetched.filter(pa.array([uri not in waiting for uri in fetched["uri"].to_pylist()], pa.bool_()))


def _is_to_be_read_again(row: Mapping[str, Any], dispositions: Mapping[str, str]) -> bool:
    """Whether an input is pending and no article of it waits in the lake."""
    return dispositions[row["input_uri"]] == PENDING and row["article_id"] is None


def _ledger(
    work: Work, inputs: list[dict[str, Any]], dispositions: Mapping[str, str], revisions: Mapping[str, int]
) -> pa.Table:
    return rows_to_table(
        INPUTS,
        (
            {
                **row,
                **(_NOT_TRANSLATED if row["disposition"] is None and dispositions[row["input_uri"]] == PENDING else {}),
                "uri": row["input_uri"],
                "disposition": dispositions[row["input_uri"]],
                "article_id": None if dispositions[row["input_uri"]] == REJECTED else row["article_id"],
                "revision": revisions.get(row["input_uri"], row["revision"]),
                "run_id": work.run_id,
                "at": work.started_at,
            }
            for row in inputs
            if dispositions[row["input_uri"]] != UNCHANGED
        ),
    )


def _seconds(work: Work) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for path in work.finished():
        for stage, seconds in read_seconds(path).items():
            total[stage] += seconds
    return total
