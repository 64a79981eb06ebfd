"""Pairs of articles that tell of one event, each judged by the two articles alone.

Candidates come from one inverted index of minhash bands and heaviest terms; every candidate is then scored in full.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from babelwire.article import MATCHES, TIME
from babelwire.settings import Stories
from babelwire.stories.corpus import Bools, Corpus, Floats, Index, Ints

CONTAINED, CONTAINED_JACCARD, CONTAINED_WORDS = 0.8, 0.2, 30
SAME_TEXT = 0.8
NAMES_OF_EDITED_TEXT = 0.5

WORDS_SHARE = 0.5
LEAST_WORDS, LEAST_NAMES = 0.15, 0.1
DECAY_OVER_WINDOW = 0.2

HOUR = 3_600_000_000


def find_pairs(articles: pd.DataFrame, fresh: Collection[str] | None, settings: Stories) -> pd.DataFrame:
    """The accepted pairs, as rows of `article.MATCHES` in the order of its key.

    - duplicate: the same `content_hash`, however far apart. Each is paired with the earliest of its copies only.
    - near_duplicate: the shingle Jaccard is at least `settings.near_duplicate`, or one is a cut of the other (at least
      80 % of the shorter, estimated from Jaccard and word counts). Where less than 80 % is common, the names and
      numbers must agree too: two bulletins made from one template are not one text. The score is the share of the
      shorter text.
    - overlap: the mean of two cosines, of words and of names and numbers, is at least `settings.overlap`. Of each
      cosine the strongest common term is left out: one town or one company is not yet one event; what is left must be
      at least 0.15 of words and 0.1 of names and numbers. The mean loses up to a fifth over the window.

    A pair of two dates from the documents must lie within `settings.window_days`. If one of them says nothing
    (`published_from` file or run) there is no window, and the score loses as much as at half the window.

    Args:
        articles: article_id (unique), published_at, published_from, content_hash, word_count, signature, terms; the
            other columns are not looked at.
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
        others = others[~_both_dated(corpus, row, others) | (_hours(corpus, row, others) <= settings.window_days * 24)]
        if len(others):
            found.append(_judge(corpus, row, others, settings))
    return _matches(corpus, {column: np.concatenate([part[column] for part in found]) for column in found[0]})


def _judge(corpus: Corpus, row: int, others: Ints, settings: Stories) -> dict[str, Any]:
    """The accepted pairs of `row` with `others`, none of which has its content hash."""
    words, strongest_word = corpus.words.common(row, others)
    names, strongest_name = corpus.names.common(row, others)
    agreeing_names = names
    words, names = words - strongest_word, names - strongest_name

    both_signed = corpus.signed[row] & corpus.signed[others]
    jaccard = np.where(both_signed, (corpus.signatures[others] == corpus.signatures[row]).mean(axis=1), np.nan)
    shorter = np.minimum(corpus.counts[others], corpus.counts[row])
    total = corpus.counts[others] + corpus.counts[row]
    contained = np.minimum(jaccard / (1 + jaccard) * total / np.maximum(shorter, 1), 1.0)

    windows_apart = _hours(corpus, row, others) / (settings.window_days * 24)
    decay = 1 - DECAY_OVER_WINDOW * np.where(_both_dated(corpus, row, others), windows_apart, 0.5)
    overlap = (WORDS_SHARE * words + (1 - WORDS_SHARE) * names) * decay

    cut = (contained >= CONTAINED) & (jaccard >= CONTAINED_JACCARD) & (shorter >= CONTAINED_WORDS)
    nameless = corpus.names.empty(row) | corpus.names.empty(others)
    one_text = (jaccard >= SAME_TEXT) | (agreeing_names >= NAMES_OF_EDITED_TEXT) | nameless
    near = one_text & ((jaccard >= settings.near_duplicate) | cut)
    accepted = near | ((overlap >= settings.overlap) & (words >= LEAST_WORDS) & (names >= LEAST_NAMES))
    judged = {
        "later": np.maximum(row, others),
        "earlier": np.minimum(row, others),
        "relation": np.where(near, "near_duplicate", "overlap"),
        "method": np.where(near, "minhash", "words_and_entities"),
        "score": np.where(near, np.maximum(jaccard, contained), overlap),
        "jaccard": jaccard,
        "words": words,
        "entities": names,
    }
    return {column: values[accepted] for column, values in judged.items()}


def _both_dated(corpus: Corpus, one: Ints | int, other: Ints) -> Bools:
    return np.asarray(corpus.dated[one] & corpus.dated[other])


def _hours(corpus: Corpus, one: Ints | int, other: Ints) -> Floats:
    return np.asarray(np.abs(corpus.times[other] - corpus.times[one]) / HOUR)


def _copies(corpus: Corpus, is_fresh: Bools) -> dict[str, Any]:
    """Every article with the earliest that has its content hash."""
    _, first, which = np.unique(corpus.hashes, return_index=True, return_inverse=True)
    earliest, later = first[which], np.arange(len(corpus.ids))
    pairs = np.flatnonzero((later != earliest) & (is_fresh | is_fresh[earliest]))
    same = {"relation": "duplicate", "method": "content_hash", "score": 1.0}
    unknown = dict.fromkeys(("jaccard", "words", "entities"), np.nan)
    constant = {column: np.full(len(pairs), value) for column, value in (same | unknown).items()}
    return {"later": later[pairs], "earlier": earliest[pairs], **constant}


def _matches(corpus: Corpus, pairs: dict[str, Any]) -> pd.DataFrame:
    later, earlier = pairs["later"], pairs["earlier"]
    hours = np.where(_both_dated(corpus, later, earlier), _hours(corpus, later, earlier), np.nan)
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
