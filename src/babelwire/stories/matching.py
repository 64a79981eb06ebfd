"""Pairs of articles that tell of one event.

Candidates come from one inverted index of minhash bands and heaviest terms; every candidate is then judged in full.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from babelwire.article import MATCHES, TIME
from babelwire.settings import Stories
from babelwire.stories.corpus import Bools, Corpus, Index, Ints
from babelwire.stories.judging import both_dated, hours_apart, measure


def find_pairs(articles: pd.DataFrame, fresh: Collection[str] | None, settings: Stories) -> pd.DataFrame:
    """The accepted pairs, as rows of `article.MATCHES` in the order of its key.

    - duplicate: the same `content_hash`, however far apart. Each is paired with the earliest of its copies only.
    - near_duplicate: the shingle Jaccard is at least `settings.near_duplicate`, or one is a cut of the other (at least
      80 % of the shorter, estimated from Jaccard and word counts). Where less than 80 % is common, the names and
      numbers must agree too: two bulletins made from one template are not one text. The score is the share of the
      shorter text.
    - overlap: a mean of two cosines, of words and of names and numbers, is at least `settings.overlap`. Names count half
      where both articles have twelve of them or more, and less the fewer there are. Two articles in one language that is
      not English are compared by the words they were written in, not by their translations. It takes several words and
      several names in common: one town or one company is not yet one event, so without the strongest common term at
      least 0.1 of words and 0.05 of names must be left. The mean loses up to half over the window.

    A pair of two dates from the documents must lie within `settings.window_days`. If one of them says nothing
    (`published_from` file or run) there is no window and no loss.

    Args:
        articles: article_id (unique), published_at, published_from, language, content_hash, word_count,
            signature, terms; the other columns are not looked at.
        fresh: of each pair at least one is of these; None for all pairs.
        settings: the thresholds.
    """
    if articles.empty:
        return _frame({f.name: [] for f in MATCHES.fields})
    articles = articles.sort_values(["published_at", "article_id"], ignore_index=True)
    corpus = Corpus.of(articles)
    is_fresh = (
        np.ones(len(articles), bool) if fresh is None else articles["article_id"].isin(list(fresh)).to_numpy(bool)
    )
    found = [_copies(corpus, is_fresh)]
    index = Index.of(corpus)
    for row in np.flatnonzero(is_fresh).tolist():
        others = index.candidates(row)
        others = others[(others < row) | ~is_fresh[others]]
        others = others[corpus.hashes[others] != corpus.hashes[row]]
        others = others[
            ~both_dated(corpus, row, others) | (hours_apart(corpus, row, others) <= settings.window_days * 24)
        ]
        if len(others):
            found.append(_judge(corpus, row, others, settings))
    return _matches(corpus, {column: np.concatenate([part[column] for part in found]) for column in found[0]})


def _judge(corpus: Corpus, row: int, others: Ints, settings: Stories) -> dict[str, Any]:
    """The accepted pairs of `row` with `others`, none of which has its content hash."""
    parts = measure(corpus, row, others, settings)
    near, accepted = parts["near"], parts["near"] | parts["overlapping"]
    judged = {
        "later": np.maximum(row, others),
        "earlier": np.minimum(row, others),
        "relation": np.where(near, "near_duplicate", "overlap"),
        "method": np.where(near, "minhash", "words_and_entities"),
        "score": np.where(near, np.maximum(parts["jaccard"], parts["contained"]), parts["overlap"]),
        "jaccard": parts["jaccard"],
        "words": parts["words"],
        "entities": parts["names"],
        "vectors": parts["vectors"],
    }
    return {column: values[accepted] for column, values in judged.items()}


def _copies(corpus: Corpus, is_fresh: Bools) -> dict[str, Any]:
    """Every article with the earliest that has its content hash."""
    _, first, which = np.unique(corpus.hashes, return_index=True, return_inverse=True)
    earliest, later = first[which], np.arange(len(corpus.ids))
    pairs = np.flatnonzero((later != earliest) & (is_fresh | is_fresh[earliest]))
    same = {"relation": "duplicate", "method": "content_hash", "score": 1.0}
    unknown = dict.fromkeys(("jaccard", "words", "entities", "vectors"), np.nan)
    constant = {column: np.full(len(pairs), value) for column, value in (same | unknown).items()}
    return {"later": later[pairs], "earlier": earliest[pairs], **constant}


def _matches(corpus: Corpus, pairs: dict[str, Any]) -> pd.DataFrame:
    later, earlier = pairs["later"], pairs["earlier"]
    hours = np.where(both_dated(corpus, later, earlier), hours_apart(corpus, later, earlier), np.nan)
    columns = pairs | {
        "article_id": corpus.ids[later],
        "matched_to": corpus.ids[earlier],
        "hours_apart": hours,
        "published_at": pa.array(corpus.times[later], TIME),
    }
    return _frame(columns)


def _frame(columns: dict[str, Any]) -> pd.DataFrame:
    typed = [pa.array(columns[f.name], f.type, from_pandas=True) for f in MATCHES.fields]
    table = pa.table(typed, schema=MATCHES.schema).sort_by([(key, "ascending") for key in MATCHES.key])
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
