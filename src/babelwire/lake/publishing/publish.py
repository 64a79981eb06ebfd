"""Publishing a run: every input gets its disposition, and all tables change at once or not at all.

A run can be larger than the memory. Of each input some short columns are held; texts, entities and fingerprints are
read batch by batch and written in parts.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import FETCHED, FILES, FINGERPRINTS, load_digests, read_rows
from babelwire.lake.journal import Journal
from babelwire.lake.publishing.comparing import find_run_pairs
from babelwire.lake.publishing.dispositions import Known, decide
from babelwire.lake.publishing.edit import ARTICLES_A_FILE, edit, rows_to_table, stage
from babelwire.lake.publishing.ledger import NOT_TRANSLATED, load_inputs, settled_addresses, settled_files, to_ledger
from babelwire.lake.publishing.refresh import refresh_fingerprints
from babelwire.lake.publishing.settle import SETTLED, Settlement
from babelwire.lake.publishing.work import Work, read_columns, read_seconds
from babelwire.outcome import Judge, judge_run
from babelwire.recipe import Recipe, versions
from babelwire.stories import recipe as fingerprint_recipe

_ENTITY = ("entity_id", "name", "type", "mentions", "surface_forms", "spans", "evidence")
_COMPARED = ("article_id", "published_at", "published_from", "language", "source", "content_hash", "word_count")
_PRINTED = ("signature", "terms", "vector")
_READ_BYTES = 25_000_000
"""So much is read of the batches at a time: looking some rows up among all of a run takes as long as looking up many."""


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
    judge: Judge = judge_run,
    logical_date: date | None = None,
) -> Summary:
    """Publishes the finished batches of `work`. The caller holds the lake's lock.

    Args:
        unchanged: inputs that were not even read, their files being as they were.
        fetched: the rows of `FETCHED` to keep. In a run with a window they are not: what lies outside is to be
            fetched by a run with another.
        judge: decides the state of the run from what became of its inputs.
        logical_date: the date of a night.

    Raises:
        BabelwireError: the disk is full or read-only, or a row does not fit its schema; nothing is published.
    """
    began = time.perf_counter()
    stories = recipe.settings.stories
    refresh_fingerprints(lake, work.folder, stories)
    inputs = load_inputs(work)
    known = _known(lake, pc.drop_null(pc.unique(inputs["article_id"])))
    decided, written = decide(inputs, known, load_digests(lake, pc.unique(inputs["input_uri"])))
    inputs = inputs.append_column("decided", decided).append_column("written", written)
    rows = _Rows(work, inputs, fingerprint_recipe(stories))
    fresh = rows.light()
    pairs = find_run_pairs(lake, fresh, rows.fingerprints(), stories, work.folder / "comparing")
    settlement = Settlement(lake, fresh, pairs, stories)
    journal = Journal(lake, work.folder)
    _stage_articles(journal, lake, rows, fresh, settlement)
    edit(journal, lake, STORIES, put=settlement.stories, drop={"story_id": settlement.gone})
    redone = {"article_id": settlement.redone, "matched_to": settlement.redone}
    edit(journal, lake, MATCHES, put=settlement.matches, drop=redone)
    edit(journal, lake, FILES, put=settled_files(inputs))
    if recipe.since is None and recipe.until is None:
        edit(journal, lake, FETCHED, put=settled_addresses(fetched, inputs))
    edit(journal, lake, INPUTS, put=to_ledger(work, inputs))

    counts = Counter({UNCHANGED: unchanged})
    ledger: Counter[tuple[str | None, str, str | None]] = Counter({(None, UNCHANGED, None): unchanged})
    reasons: Counter[str] = Counter()
    by = inputs.group_by(["origin", "decided", "reason_code"]).aggregate([([], "count_all")]).to_pylist()
    for row in by:
        counts[row["decided"]] += row["count_all"]
        ledger[row["origin"], row["decided"], row["reason_code"]] += row["count_all"]
        if row["decided"] in {REJECTED, PENDING}:
            reasons[row["reason_code"] or NOT_TRANSLATED["reason_code"]] += row["count_all"]
    outcome = judge(ledger)
    seconds = {**_seconds(work), "publish": time.perf_counter() - began}
    run = {
        "run_id": work.run_id,
        "state": outcome.state,
        "started_at": work.started_at,
        "finished_at": datetime.now(UTC),
        "inputs": counts.total(),
        **{d: counts[d] for d in DISPOSITIONS},
        "articles": fresh.num_rows,
        "stories": settlement.stories.num_rows,
        "seconds": [{"stage": k, "seconds": round(v, 3)} for k, v in seconds.items()],
        "versions": [{"name": k, "version": v} for k, v in sorted(versions(recipe.settings).items())],
        "configuration": recipe.settings.digest(),
        "since": recipe.since,
        "until": recipe.until,
        "logical_date": logical_date,
        "warnings": list(outcome.warnings),
    }
    edit(journal, lake, RUNS, put=rows_to_table(RUNS, [run]))
    journal.commit()
    work.remove()
    return Summary(run, dict(reasons.most_common()))


class _Rows:
    """The articles to be written, read from the batches again and again, some batches at a time, always in one order."""

    def __init__(self, work: Work, inputs: pa.Table, made_by: str) -> None:
        self._work = work
        self._made_by = made_by
        self._written = inputs.filter(inputs["written"].is_valid()).select(["batch", "row", "written"])

    def read(self, columns: Iterable[str]) -> Iterator[pa.Table]:
        """These columns of some batches, and the revision."""
        held: list[pa.Table] = []
        size = 0
        for rows in self._batches(columns):
            held.append(rows)
            size += rows.nbytes
            if size >= _READ_BYTES:
                yield pa.concat_tables(held)
                held, size = [], 0
        if held:
            yield pa.concat_tables(held)

    def _batches(self, columns: Iterable[str]) -> Iterator[pa.Table]:
        opens = np.searchsorted(
            np.asarray(self._written["batch"]), np.arange(len(finished := self._work.finished()) + 1)
        )
        for path, start, end in zip(finished, opens, opens[1:], strict=False):
            if end > start:
                chosen = self._written.slice(start, end - start)
                found = read_columns(path, [c for c in columns if c != "revision"]).take(chosen["row"])
                yield found.append_column("revision", chosen["written"])

    def light(self) -> pa.Table:
        """What settling needs of all articles, with the names of their entities."""
        columns = [*_COMPARED, "modified_at", "headline_en"]
        schema = pa.schema([*((c, FRAME[c]) for c in columns), ("revision", pa.int32()), ("names", pa.list_(TEXT))])
        parts = [schema.empty_table()]
        for rows in self.read([*columns, "entities"]):
            names = _names(rows["entities"])
            parts.append(rows.drop_columns(["entities"]).append_column("names", names).cast(schema))
        return pa.concat_tables(parts)

    def fingerprints(self) -> Iterator[pa.Table]:
        """Rows of `FINGERPRINTS`."""
        for rows in self.read([*_COMPARED, *_PRINTED]):
            recipe = pa.repeat(pa.scalar(self._made_by, TEXT), rows.num_rows)
            yield rows.append_column("recipe", recipe).select(FINGERPRINTS.schema.names)

    def articles(self, settlement: Settlement) -> Iterator[pa.Table]:
        """Rows of `ARTICLES`."""
        first_seen = {"run_id": pa.scalar(self._work.run_id), "ingested_at": pa.scalar(self._work.started_at)}
        for rows in self.read([f.name for f in ARTICLES.fields if f.name not in SETTLED]):
            whole = settlement.complete(rows)
            columns = dict(zip(whole.column_names, whole.columns, strict=True))
            for column, value in first_seen.items():
                columns[column] = pc.fill_null(columns[column], value.cast(FRAME[column]))
            yield pa.table({f.name: columns[f.name] for f in ARTICLES.fields})

    def entities(self, settlement: Settlement) -> Iterator[pa.Table]:
        """Rows of `ENTITIES_TABLE`, of the articles whose revision is now the current one."""
        for rows in self.read(["article_id", "published_at", "entities"]):
            current = settlement.complete(rows.filter(settlement.is_current(rows)))
            found = current["entities"].combine_chunks()
            holder, entity = pc.list_parent_indices(found), pc.list_flatten(found)
            columns = {c: current[c].take(holder) for c in ("article_id", "story_id", "published_at")}
            columns |= {c: pc.struct_field(entity, c) for c in _ENTITY}
            columns["mentions"] = pc.cast(columns["mentions"], pa.int32())
            yield pa.table({c: columns[c] for c in ENTITIES_TABLE.schema.names})


def _known(lake: LakeFolder, ids: pa.Array) -> dict[str, Known]:
    known: dict[str, Known] = defaultdict(Known)
    columns = ["article_id", "revision", "content_hash", "translation_status"]
    found = read_rows(lake, ARTICLES, "article_id", ids, columns=columns)
    for article, revision, content_hash, status in zip(*(found[c].to_pylist() for c in columns), strict=True):
        known[article].revisions[content_hash] = (revision, status == PENDING)
    return dict(known)


def _stage_articles(journal: Journal, lake: LakeFolder, rows: _Rows, fresh: pa.Table, settlement: Settlement) -> None:
    """Stages the articles of this run with their entities and fingerprints, and what changes of earlier ones."""
    of_revisions = fresh.select(["article_id", "revision", "published_at"])
    settled, most = settlement.settled, ARTICLES_A_FILE
    stage(journal, lake, ARTICLES, of_revisions, rows.articles(settlement), revise=settled, file_units=most)
    current = fresh.filter(settlement.is_current(fresh)).select(["article_id", "published_at"])
    stage(
        journal,
        lake,
        ENTITIES_TABLE,
        current,
        rows.entities(settlement),
        drop={"article_id": set(current["article_id"].to_pylist())},
        revise=settled.select(["article_id", "story_id"]),
        file_units=most,
    )
    stage(journal, lake, FINGERPRINTS, of_revisions, rows.fingerprints(), file_units=most)


def _names(entities: pa.ChunkedArray) -> pa.Array:
    """The names of each list of entities."""
    found = pc.fill_null(entities, pa.scalar([], FRAME["entities"])).combine_chunks()
    return pa.ListArray.from_arrays(found.offsets, pc.struct_field(found.values, "name"))


def _seconds(work: Work) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for path in work.finished():
        for stage_, seconds in read_seconds(path).items():
            total[stage_] += seconds
    return total
