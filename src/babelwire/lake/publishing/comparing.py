"""The articles of a run compared with one another and with those of the lake in reach, stretch by stretch.

A stretch is a part of the run in order of time. Only two stretches, or a stretch and a piece of the lake, are in memory
together, so that neither the size of the run nor the age of the lake matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import MATCHES, TIME
from babelwire.frames import from_arrow
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import FINGERPRINTS, files_with, read_rows
from babelwire.lake.listing import files
from babelwire.lake.publishing.spool import Spool, spool
from babelwire.lake.window import Window
from babelwire.settings import Stories
from babelwire.stories import Corpus, compare, find_copies

STRETCH_ROWS = 25_000
"""Articles of a run that are compared at once: as a corpus some 100 MB."""
PIECE_ROWS = 25_000
"""Fingerprints of the lake that a stretch is compared with at once: some 100 MB, and as much as a corpus."""
_READ_ROWS = 5_000
_CORPORA_HELD = 3

UNDATED = pa.array(["file", "run"])
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def find_run_pairs(
    lake: LakeFolder,
    fresh: pa.Table,
    prints: Iterable[pa.Table],
    settings: Stories,
    folder: Path,
    *,
    stretch_rows: int = STRETCH_ROWS,
    piece_rows: int = PIECE_ROWS,
) -> pa.Table:
    """The accepted pairs of the run's articles among themselves and with those of the lake.

    Args:
        fresh: of the articles to be written, in the order of `prints`: article_id, revision, published_at,
            published_from and content_hash.
        prints: their rows of `index.FINGERPRINTS`.
        settings: the thresholds and the window.
        folder: where fingerprints are put down while they are sorted.
        stretch_rows: articles of a stretch at most; the outcome does not depend on it.
        piece_rows: fingerprints of the lake that are compared at once.

    Returns:
        Rows of `matches` in the order of its key, in which an article is named `article_id:revision`.
    """
    found = [_copies(lake, fresh)]
    with spool(folder) as sorted_prints:
        run = _Run(lake, fresh, settings, sorted_prints, stretch_rows, piece_rows)
        start = 0
        for part in prints:
            sorted_prints.add(part, run.stretch_of[start : start + part.num_rows])
            start += part.num_rows
        found += run.pairs()
    return pa.concat_tables(found).sort_by([(key, "ascending") for key in MATCHES.key])


def _copies(lake: LakeFolder, fresh: pa.Table) -> pa.Table:
    """The pairs of equal texts, however far apart."""
    columns = ["article_id", "revision", "published_at", "published_from", "content_hash"]
    nodes = node_of(fresh)
    known = read_rows(lake, FINGERPRINTS, "content_hash", pc.unique(fresh["content_hash"]), columns=columns)
    known = known.filter(pc.invert(pc.is_in(node_of(known), nodes)))
    every = pa.concat_tables([known.select(columns), fresh.select(columns)], promote_options="permissive")
    return _rows(find_copies(_named_by_node(every), set(nodes.to_pylist())))


class _Run:
    """The fingerprints of a run in stretches: the dated ones by time, then the undated ones, whose time says nothing."""

    def __init__(
        self, lake: LakeFolder, fresh: pa.Table, settings: Stories, prints: Spool, stretch_rows: int, piece_rows: int
    ) -> None:
        self._lake = lake
        self._settings = settings
        self._window = timedelta(days=settings.window_days)
        self._prints = prints
        self._piece_rows = piece_rows
        self._nodes = node_of(fresh)
        self._corpus = lru_cache(maxsize=_CORPORA_HELD)(self._corpus_of)
        undated = np.asarray(pc.is_in(fresh["published_from"], UNDATED))
        order = np.lexsort((np.asarray(fresh["published_at"].cast(pa.int64())), undated))
        dated = int((~undated).sum())
        self.stretch_of = np.empty(fresh.num_rows, np.int64)
        self._spans: list[tuple[datetime, datetime] | None] = []
        for first, end in ((0, dated), (dated, len(order))):
            for start in range(first, end, stretch_rows):
                rows = order[start : min(start + stretch_rows, end)]
                self.stretch_of[rows] = len(self._spans)
                earliest, latest = fresh["published_at"].take(pa.array(rows[[0, -1]])).to_pylist()
                self._spans.append((earliest, latest) if start < dated else None)

    def pairs(self) -> Iterator[pa.Table]:
        """The near duplicates and overlaps, comparison by comparison."""
        for stretch, span in enumerate(self._spans):
            yield self._compare(stretch, None)
            for earlier in range(stretch):
                if self._meet(self._spans[earlier], span):
                    yield self._compare(stretch, self._corpus(earlier))
            for piece in self._pieces(span):
                yield self._compare(stretch, Corpus.of(_named_by_node(piece)))

    def _compare(self, stretch: int, others: Corpus | None) -> pa.Table:
        return _rows(compare(self._corpus(stretch), others, self._settings))

    def _corpus_of(self, stretch: int) -> Corpus:
        rows = self._prints.read(stretch)
        assert rows is not None
        return Corpus.of(_named_by_node(rows))

    def _meet(self, earlier: tuple[datetime, datetime] | None, later: tuple[datetime, datetime] | None) -> bool:
        return earlier is None or later is None or earlier[1] + self._window >= later[0]

    def _pieces(self, span: tuple[datetime, datetime] | None) -> Iterator[pa.Table]:
        """The fingerprints of the lake that can be a pair with an article of this time (of any time without one)."""
        held: list[pa.Table] = []
        for rows in self._in_reach(span):
            held.append(rows.filter(pc.invert(pc.is_in(node_of(rows), self._nodes))))
            if sum(part.num_rows for part in held) >= self._piece_rows:
                yield pa.concat_tables(held)
                held = []
        if any(part.num_rows for part in held):
            yield pa.concat_tables(held)

    def _in_reach(self, span: tuple[datetime, datetime] | None) -> Iterator[pa.Table]:
        if span is None:
            yield from _stream(files(self._lake, FINGERPRINTS), None)
            return
        # A date beyond the calendar is as good as its end.
        since = max(span[0] - _EARLIEST, self._window) + _EARLIEST - self._window
        until = _LATEST - max(_LATEST - span[1], self._window) + self._window
        at = ds.field("published_at")
        inside = (at >= pa.scalar(since, TIME)) & (at <= pa.scalar(until, TIME))
        near = files(self._lake, FINGERPRINTS, Window(since, min(until, _LATEST - _TICK) + _TICK))
        yield from _stream(near, inside | ds.field("published_from").isin(UNDATED))
        yield from _stream(sorted(set(self._undated_files) - set(near)), ds.field("published_from").isin(UNDATED))

    @cached_property
    def _undated_files(self) -> list[Path]:
        return files_with(self._lake, FINGERPRINTS, {"published_from": UNDATED})


def node_of(rows: pa.Table) -> pa.Array:
    """`article_id:revision` of each row."""
    return _flat(pc.binary_join_element_wise(rows["article_id"], rows["revision"].cast(pa.string()), ":"))


def _stream(paths: Iterable[Path], where: Any) -> Iterator[pa.Table]:
    """Fingerprints, a few thousand at a time."""
    for path in paths:
        # One file after another: the dataset's own reading ahead holds row groups of several.
        file = ds.dataset(path, schema=FINGERPRINTS.schema, format="parquet")
        for batch in file.to_batches(filter=where, batch_size=_READ_ROWS, batch_readahead=1, fragment_readahead=1):
            if batch.num_rows:
                yield pa.Table.from_batches([batch])


def _named_by_node(rows: pa.Table) -> pd.DataFrame:
    return from_arrow(rows.set_column(rows.column_names.index("article_id"), "article_id", node_of(rows)))


def _rows(pairs: pd.DataFrame) -> pa.Table:
    return pa.table({c: pa.array(pairs[c].array) for c in MATCHES.schema.names}).cast(
        pa.schema([(f.name, f.type) for f in MATCHES.fields])
    )


def _flat(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
