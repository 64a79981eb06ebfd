"""Pairs of articles that tell of one event: copies by their hash, and candidates that are judged in full."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import MATCHES, TIME
from babelwire.frames import from_arrow
from babelwire.settings import Stories
from babelwire.stories.candidates import Block, blocks
from babelwire.stories.corpus import Corpus, Ints
from babelwire.stories.judging import HOUR, both_dated, hours_apart, measure

JUDGED = 16_384
"""Pairs that are judged at once: about 100 MB of their terms."""

THREADS = min(4, len(os.sched_getaffinity(0)))
"""The products and sums are numpy's and scipy's, which let other threads run."""

DAY = 86_400_000_000


def find_pairs(articles: pd.DataFrame, fresh: Collection[str] | None, settings: Stories) -> pd.DataFrame:
    """The accepted pairs, as rows of `article.MATCHES` in the order of its key.

    - duplicate: the same `content_hash`, however far apart. Each is paired with the earliest of its copies only.
    - near_duplicate: the shingle Jaccard is at least `settings.near_duplicate`, or one is a cut of the other (at least
      80 % of the shorter, estimated from Jaccard and word counts). Where less than 80 % is common, the names and
      numbers must agree too: two bulletins made from one template are not one text. The score is the share of the
      shorter text.
    - overlap: the score of `judging.measure`, of words, names, numbers and sentence vectors, is at least
      `settings.overlap`. Two articles in one language that is not English are compared by the words they were written
      in, not by their translations. It takes several words and several names in common: one town or one company is not
      yet one event, so without the strongest common term at least 0.1 of words and 0.05 of names must be left. Two
      articles without a common language take a likeness of meaning and a few terms in common instead.

    A pair of two dates from the documents must lie within `settings.window_days`. If one of them says nothing
    (`published_from` file or run) there is no window and no loss.

    Args:
        articles: article_id (unique), published_at, published_from, language, content_hash, word_count,
            signature, terms, vector; the other columns are not looked at.
        fresh: of each pair at least one is of these; None for all pairs.
        settings: the thresholds.
    """
    copies = _copies(articles, fresh)
    if fresh is None:
        return _joined([copies, *_compared(Corpus.of(articles), None, settings)])
    is_fresh = articles["article_id"].isin(list(fresh)).to_numpy(bool)
    new, earlier = Corpus.of(articles[is_fresh]), Corpus.of(articles[~is_fresh])
    return _joined([copies, *_compared(new, None, settings), *_compared(new, earlier, settings)])


def compare(fresh: Corpus, others: Corpus | None, settings: Stories) -> pd.DataFrame:
    """The near duplicates and overlaps among `fresh`, or between `fresh` and `others`, as `find_pairs` says.

    Which of the two is larger or later does not matter. Beside the two corpora it takes some 300 MB, and what it finds.

    Args:
        others: articles that are not in `fresh`; None for the pairs among `fresh`.

    Returns:
        Rows of `article.MATCHES` in the order of its key.
    """
    return _joined(_compared(fresh, others, settings))


def find_copies(articles: pd.DataFrame, fresh: Collection[str] | None) -> pd.DataFrame:
    """The duplicates: each article with the earliest that has its `content_hash`, as `find_pairs` says.

    Args:
        articles: article_id (unique), published_at, published_from and content_hash; every article that has one of the
            hashes of `fresh`.
        fresh: of each pair at least one is of these; None for all pairs.
    """
    return _joined([_copies(articles, fresh)])


def _copies(articles: pd.DataFrame, fresh: Collection[str] | None) -> pa.Table:
    columns = ["article_id", "published_at", "published_from", "content_hash"]
    rows = articles[columns].sort_values(["published_at", "article_id"], ignore_index=True)
    ids, times = rows["article_id"].to_numpy(object), _microseconds(rows)
    dated = rows["published_from"].isin(["metadata", "text"]).to_numpy(bool)
    is_fresh = np.ones(len(rows), bool) if fresh is None else rows["article_id"].isin(list(fresh)).to_numpy(bool)
    hashes = pd.factorize(rows["content_hash"].to_numpy(object))[0]
    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    earliest, places = first[which], np.arange(len(rows))
    later = np.flatnonzero((places != earliest) & (is_fresh | is_fresh[earliest]))
    earlier = earliest[later]
    hours = np.abs(times[later] - times[earlier]) / HOUR
    return _table(
        {
            "article_id": ids[later],
            "matched_to": ids[earlier],
            "relation": np.full(len(later), "duplicate"),
            "method": np.full(len(later), "content_hash"),
            "score": np.ones(len(later)),
            "hours_apart": np.where(dated[later] & dated[earlier], hours, np.nan),
            "published_at": pa.array(times[later], TIME),
            **{column: np.full(len(later), np.nan) for column in ("jaccard", "words", "entities", "vectors")},
        }
    )


def _compared(fresh: Corpus, others: Corpus | None, settings: Stories) -> Iterator[pa.Table]:
    """The accepted pairs, block by block; the blocks are worked on side by side and come in order."""
    waiting: deque[Future[list[pa.Table]]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        for block in blocks(fresh, others, round(settings.window_days * DAY)):
            waiting.append(pool.submit(_judge_block, block, settings))
            if len(waiting) > THREADS:
                yield from waiting.popleft().result()
        for ahead in waiting:
            yield from ahead.result()


def _judge_block(block: Block, settings: Stories) -> list[pa.Table]:
    rows, others = block.candidates()
    parts = [slice(start, start + JUDGED) for start in range(0, len(rows), JUDGED)]
    return [_judge(block.fresh, rows[part], block.piece, others[part], settings) for part in parts]


def _judge(one: Corpus, rows: Ints, other: Corpus, others: Ints, settings: Stories) -> pa.Table:
    """The accepted pairs of `rows` of `one` with `others` of `other`."""
    parts = measure(one, rows, other, others, settings)
    accepted = np.flatnonzero(parts["near"] | parts["overlapping"])
    parts = {name: values[accepted] for name, values in parts.items()}
    rows, others, near = rows[accepted], others[accepted], parts["near"]
    ids, other_ids = one.ids[rows], other.ids[others]
    times, other_times = one.times[rows], other.times[others]
    is_later = (times > other_times) | ((times == other_times) & (ids > other_ids))
    hours = hours_apart(one, rows, other, others)
    return _table(
        {
            "article_id": np.where(is_later, ids, other_ids),
            "matched_to": np.where(is_later, other_ids, ids),
            "relation": np.where(near, "near_duplicate", "overlap"),
            "method": np.where(near, "minhash", "words_and_entities"),
            "score": np.where(near, np.maximum(parts["jaccard"], parts["contained"]), parts["overlap"]),
            "jaccard": parts["jaccard"],
            "words": parts["words"],
            "entities": parts["names"],
            "vectors": parts["vectors"],
            "hours_apart": np.where(both_dated(one, rows, other, others), hours, np.nan),
            "published_at": pa.array(np.maximum(times, other_times), TIME),
        }
    )


def _microseconds(rows: pd.DataFrame) -> Ints:
    return np.asarray(pc.cast(pa.array(rows["published_at"].array), pa.int64()).to_numpy(zero_copy_only=False))


def _table(columns: dict[str, Any]) -> pa.Table:
    """Pairs as a table of `article.MATCHES`."""
    return pa.table(
        [pa.array(columns[f.name], f.type, from_pandas=True) for f in MATCHES.fields], schema=MATCHES.schema
    )


def _joined(parts: Iterable[pa.Table]) -> pd.DataFrame:
    table = pa.concat_tables([MATCHES.schema.empty_table(), *parts])
    return from_arrow(table.sort_by([(key, "ascending") for key in MATCHES.key]))
