"""Articles as arrays: their signatures, the unit vectors of their words and names, and an index of what they share.

Unit weights are whole millionths, so that sums are exact and come out the same in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.stories.fingerprints import NAME, NUM_PERM, NUMBER, OWN

BANDS, BAND_ROWS = 42, 3
KEY_TERMS = 24
LEAST_COMMON_KEYS = 2
UNIT = 1_000_000

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Vectors:
    """Unit vectors of every article, row after row, each row opened by a term that nobody has."""

    starts: Ints
    terms: Ints
    weights: Ints
    scratch: Ints

    @classmethod
    def of(cls, rows: Ints, terms: Ints, weights: Floats, articles: int, vocabulary: int) -> Vectors:
        norms = np.sqrt(np.bincount(rows, weights**2, articles))
        units = np.rint(weights / norms[rows] * UNIT).astype(np.int64)
        starts = np.searchsorted(rows, np.arange(articles + 1)).astype(np.int64)
        return cls(
            starts + np.arange(articles + 1),
            np.insert(terms, starts[:-1], vocabulary),
            np.insert(units, starts[:-1], 0),
            np.zeros(vocabulary + 1, np.int64),
        )

    def count(self, rows: Ints | int) -> Ints:
        """How many terms the articles have."""
        return np.asarray(self.starts[np.add(rows, 1)] - self.starts[rows] - 1)

    def common(self, row: int, others: Ints) -> tuple[Floats, Floats]:
        """The cosine of `row` with each of `others`, and the part of it that the strongest common term has."""
        own = slice(self.starts[row], self.starts[row + 1])
        self.scratch[self.terms[own]] = self.weights[own]
        places, opens = _ranges(self.starts[others], self.starts[others + 1])
        products = self.scratch[self.terms[places]] * self.weights[places]
        self.scratch[self.terms[own]] = 0
        total, strongest = np.add.reduceat(products, opens), np.maximum.reduceat(products, opens)
        return np.minimum(total / UNIT**2, 1.0), strongest / UNIT**2


@dataclass(frozen=True)
class Corpus:
    """The articles as arrays, earliest first."""

    ids: npt.NDArray[np.object_]
    times: Ints
    dated: Bools
    hashes: Ints
    counts: Ints
    languages: Ints
    signatures: npt.NDArray[np.uint32]
    signed: Bools
    words: Vectors
    own_words: Vectors
    names: Vectors
    keys: tuple[Ints, Ints]

    @classmethod
    def of(cls, articles: pd.DataFrame) -> Corpus:
        columns = {c: _array(articles, c) for c in ("published_at", "published_from", "content_hash", "word_count")}
        signatures = _array(articles, "signature")
        signed = signatures.is_valid().to_numpy(zero_copy_only=False)
        matrix = np.zeros((len(articles), NUM_PERM), np.uint32)
        matrix[signed] = signatures.flatten().to_numpy(zero_copy_only=False).reshape(-1, NUM_PERM)
        rows, terms, weights, spelled = _weighted_terms(_array(articles, "terms"))
        is_name = pc.or_(pc.starts_with(spelled, NAME), pc.starts_with(spelled, NUMBER)).to_numpy(zero_copy_only=False)
        named = is_name[terms] if len(terms) else np.zeros(0, bool)
        is_own = pc.starts_with(spelled, OWN).to_numpy(zero_copy_only=False)
        own = is_own[terms] if len(terms) else np.zeros(0, bool)
        vectors = [
            Vectors.of(rows[part], terms[part], weights[part], len(articles), len(spelled))
            for part in (~named & ~own, own, named)
        ]
        return cls(
            ids=articles["article_id"].to_numpy(object),
            times=pc.cast(columns["published_at"], pa.int64()).to_numpy(zero_copy_only=False),
            dated=pc.is_in(columns["published_from"], pa.array(["metadata", "text"])).to_numpy(zero_copy_only=False),
            hashes=pd.factorize(articles["content_hash"].to_numpy(object))[0].astype(np.int64),
            counts=pc.fill_null(columns["word_count"], 0).to_numpy(zero_copy_only=False).astype(np.int64),
            languages=pd.factorize(articles["language"].to_numpy(object))[0].astype(np.int64),
            signatures=matrix,
            signed=signed,
            words=vectors[0],
            own_words=vectors[1],
            names=vectors[2],
            keys=_heaviest(rows[named], terms[named], weights[named]),
        )


@dataclass(frozen=True)
class Index:
    """Which articles have a key. A common minhash band makes a candidate, of terms it takes two."""

    of_row: list[Ints]
    starts: Ints
    holders: Ints
    worth: Ints

    @classmethod
    def of(cls, corpus: Corpus) -> Index:
        articles = len(corpus.ids)
        signed = np.flatnonzero(corpus.signed)
        rows, keys = [corpus.keys[0]], [corpus.keys[1]]
        vocabulary = len(np.unique(keys[0])) and int(keys[0].max()) + 1
        first_band = vocabulary
        for band in range(BANDS):
            part = np.ascontiguousarray(corpus.signatures[signed, band * BAND_ROWS : (band + 1) * BAND_ROWS])
            _, bucket = np.unique(part, axis=0, return_inverse=True)
            rows.append(signed)
            keys.append(bucket.reshape(-1).astype(np.int64) + vocabulary)
            vocabulary += len(signed)
        row, key = np.concatenate(rows), np.concatenate(keys)
        by_key = np.lexsort((row, key))
        starts = np.searchsorted(key[by_key], np.arange(vocabulary + 1)).astype(np.int64)
        by_row = np.argsort(row, kind="stable")
        borders = np.searchsorted(row[by_row], np.arange(1, articles))
        worth = np.where(np.arange(vocabulary) < first_band, 1, LEAST_COMMON_KEYS)
        return cls(np.split(key[by_row], borders), starts, row[by_key], worth)

    def candidates(self, row: int) -> Ints:
        """The other articles with enough keys in common, in order."""
        keys = self.of_row[row]
        if not len(keys):
            return np.zeros(0, np.int64)
        places, _ = _ranges(self.starts[keys], self.starts[keys + 1])
        worth = np.repeat(self.worth[keys], self.starts[keys + 1] - self.starts[keys])
        common = np.bincount(self.holders[places], worth)
        common[row] = 0
        return np.flatnonzero(common >= LEAST_COMMON_KEYS)


def _array(articles: pd.DataFrame, column: str) -> Any:
    array = pa.array(articles[column].array)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _weighted_terms(terms: Any) -> tuple[Ints, Ints, Floats, Any]:
    """Row, term and weight of every term, by row and spelling, and the spellings in order."""
    lengths = pc.fill_null(pc.list_value_length(terms), 0).to_numpy(zero_copy_only=False)
    rows = np.repeat(np.arange(len(terms)), lengths)
    fields = terms.flatten()
    encoded = fields.field("term").dictionary_encode()
    alphabetical = pc.array_sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(alphabetical), np.int64)
    rank[alphabetical] = np.arange(len(alphabetical))
    ids = rank[encoded.indices.to_numpy(zero_copy_only=False)]
    weights = fields.field("weight").to_numpy(zero_copy_only=False).astype(np.float64)
    order = np.lexsort((ids, rows))
    return rows[order], ids[order], weights[order], encoded.dictionary.take(pa.array(alphabetical))


def _heaviest(rows: Ints, terms: Ints, weights: Floats) -> tuple[Ints, Ints]:
    """Rows and terms of the heaviest `KEY_TERMS` of each row; of equal ones the first in the alphabet."""
    order = np.lexsort((terms, -weights, rows))
    rows, terms = rows[order], terms[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    return rows[place < KEY_TERMS], terms[place < KEY_TERMS]


def _ranges(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """The numbers of all half-open ranges, one after another, and where each range opens among them."""
    lengths = ends - starts
    opens = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + np.repeat(starts - opens, lengths), opens
