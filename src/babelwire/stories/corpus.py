"""Articles as arrays: their signatures, sentence vectors, and the unit vectors of their words and names.

Unit weights are whole millionths, so that sums are exact and come out the same in any order. A hundred thousand articles
of 150 terms take about 200 MB, of 400 terms about 400 MB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_matrix

from babelwire.stories.fingerprints import DAY, DAYS, NAME, NUM_PERM, NUMBER, OWN

UNIT = 1_000_000
KEY_TERMS, LEAST_KEY, KEY_UNIT = 24, 0.1, 1_000
SLICE = 5_000

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_Part = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]


@dataclass(frozen=True)
class Vectors:
    """Unit vectors of every article, row after row, the terms of a row in order.

    Attributes:
        matrix: weights in whole millionths; a column for every term of the corpus.
        sizes: how many terms the articles have, those included that another corpus does not know.
    """

    matrix: csr_matrix
    sizes: npt.NDArray[np.int32]

    def count(self, rows: Ints) -> Ints:
        """How many terms the articles have."""
        return self.sizes[rows].astype(np.int64)

    def common(self, rows: Ints, other: Vectors, others: Ints) -> tuple[Floats, Floats]:
        """The cosine of each of `rows` with its one of `others`, and the part that the strongest common term has."""
        one, two = self.matrix[rows].astype(np.int64), other.matrix[others].astype(np.int64)
        products = one.multiply(two).tocsr()
        total, strongest = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
        some = np.flatnonzero(np.diff(products.indptr))
        if len(some):
            opens = products.indptr[some]
            total[some] = np.add.reduceat(products.data, opens)
            strongest[some] = np.maximum.reduceat(products.data, opens)
        return np.minimum(total / UNIT**2, 1.0), strongest / UNIT**2


@dataclass(frozen=True)
class Corpus:
    """The articles as arrays, earliest first, of equal times by id.

    Attributes:
        dictionary: the terms in order; the columns of `words`, `own_words`, `names` and `keys`.
        keys: of the names the heaviest that weigh a tenth at least, in whole thousandths: what finds candidates.
        hashes: a digest of `content_hash`; `languages`: of the language.
        english: whether the article was written in English.
        sentences: the sentence vectors in steps of 1/127, no column where no article has one.
        encoded: whether the article has a sentence vector.
        days: a bit for every day of the week that the English text names.
    """

    ids: npt.NDArray[np.object_]
    times: Ints
    dated: Bools
    hashes: npt.NDArray[np.uint64]
    counts: Ints
    languages: npt.NDArray[np.uint64]
    english: Bools
    signatures: npt.NDArray[np.uint32]
    signed: Bools
    sentences: npt.NDArray[np.int8]
    encoded: Bools
    days: npt.NDArray[np.uint8]
    words: Vectors
    own_words: Vectors
    names: Vectors
    keys: Vectors
    dictionary: pa.StringArray

    @classmethod
    def of(cls, articles: pd.DataFrame) -> Corpus:
        """The articles of a frame with the columns that `find_pairs` reads, in any order of its rows."""
        columns = {name: _column(articles, name) for name in ("article_id", "published_at")}
        times = pc.cast(columns["published_at"], pa.int64())
        spelled, words, own_words, names, days = _read_terms(_column(articles, "terms"))
        signatures, signed = _read_lists(_column(articles, "signature"), np.uint32, NUM_PERM)
        vectors = _column(articles, "vector") if "vector" in articles.columns else _nothing(len(articles))
        longest = pc.max(pc.list_value_length(vectors)).as_py() if vectors.null_count < len(vectors) else 0
        sentences, encoded = _read_lists(vectors, np.int8, longest or 0)
        languages = articles["language"].to_numpy(object)
        corpus = cls(
            ids=articles["article_id"].to_numpy(object),
            times=times.to_numpy(),
            dated=pc.is_in(_column(articles, "published_from"), pa.array(["metadata", "text"])).to_numpy(),
            hashes=_digests(articles["content_hash"].to_numpy(object)),
            counts=pc.fill_null(_column(articles, "word_count"), 0).to_numpy().astype(np.int64),
            languages=_digests(languages),
            english=np.array([str(language).split("-", 1)[0] == "en" for language in languages], bool),
            signatures=signatures,
            signed=signed,
            sentences=sentences,
            encoded=encoded,
            days=days,
            words=words,
            own_words=own_words,
            names=names,
            keys=_heaviest(names),
            dictionary=spelled,
        )
        order = pc.sort_indices(
            pa.table({"at": times, "id": columns["article_id"]}),
            sort_keys=[("at", "ascending"), ("id", "ascending")],
        ).to_numpy()
        return corpus if (order == np.arange(len(order))).all() else corpus.take(order)

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Ints) -> Corpus:
        """The articles of these rows."""
        taken: dict[str, Any] = {}
        for field in fields(self):
            held = getattr(self, field.name)
            if isinstance(held, Vectors):
                taken[field.name] = Vectors(held.matrix[rows], held.sizes[rows])
            elif isinstance(held, np.ndarray):
                taken[field.name] = held[rows]
        return replace(self, **taken)

    def places_in(self, one: Corpus) -> Ints:
        """For each term the place that it has in the dictionary of `one`, -1 for none."""
        return np.asarray(pc.fill_null(pc.index_in(self.dictionary, one.dictionary), -1).to_numpy(), np.int64)

    def in_terms_of(self, one: Corpus, places: Ints) -> Corpus:
        """The same articles with the dictionary of `one`, which has our terms at `places`.

        Only corpora of one dictionary can be measured against each other.
        """
        if self.dictionary is one.dictionary:
            return self
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        renamed: dict[str, Any] = {
            name: Vectors(_renamed(vectors.matrix, places, len(one.dictionary)), vectors.sizes)
            for name, vectors in held.items()
            if isinstance(vectors, Vectors)
        }
        return replace(self, **renamed, dictionary=one.dictionary)


def sentence_cosines(one: Corpus, rows: Ints, other: Corpus, others: Ints) -> Floats:
    """The cosines of the sentence vectors of pairs, NaN where one of the two has none."""
    cosines = np.full(len(rows), np.nan)
    both = np.flatnonzero(one.encoded[rows] & other.encoded[others])
    if len(both):
        a, b = one.sentences[rows[both]].astype(np.int32), other.sentences[others[both]].astype(np.int32)
        norms = np.einsum("ij,ij->i", a, a) * np.einsum("ij,ij->i", b, b).astype(np.float64)
        cosines[both] = np.einsum("ij,ij->i", a, b) / np.sqrt(np.maximum(norms, 1.0))
    return cosines


def _column(articles: pd.DataFrame, name: str) -> pa.ChunkedArray:
    array = pa.array(articles[name].array)
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _nothing(rows: int) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(rows, pa.list_(pa.int8()))])


def _slices(column: pa.ChunkedArray) -> Iterator[tuple[int, Any]]:
    """Where each slice of some thousand rows opens, and the slice: what is made of it never grows with the column."""
    for start in range(0, len(column), SLICE):
        part = column.slice(start, SLICE)
        yield start, part.combine_chunks()


def _digests(values: npt.NDArray[np.object_]) -> npt.NDArray[np.uint64]:
    return np.asarray(pd.util.hash_array(values, categorize=True), np.uint64)


def _read_lists(column: pa.ChunkedArray, kind: type[np.generic], width: int) -> tuple[Any, Bools]:
    """Lists of one length as a matrix, with zeros where there is none, and which rows have one."""
    known = np.asarray(column.is_valid().to_numpy(), bool)
    matrix = np.zeros((len(column), width), kind)
    for start, part in _slices(column):
        rows = start + np.flatnonzero(known[start : start + SLICE])
        if len(rows):
            matrix[rows] = part.flatten().to_numpy(zero_copy_only=False).reshape(-1, width)
    return matrix, known


def _read_terms(column: pa.ChunkedArray) -> tuple[Any, Vectors, Vectors, Vectors, npt.NDArray[np.uint8]]:
    """The terms in order; the unit vectors of words, of words as written, and of names and numbers; and the days."""
    days = np.zeros(len(column), np.uint8)
    dictionaries: list[Any] = []
    parts: list[tuple[_Part, _Part, _Part]] = []
    for start, part in _slices(column):
        rows, terms, weights, spelled = _weighted(part)
        named = pc.or_(pc.starts_with(spelled, NAME), pc.starts_with(spelled, NUMBER)).to_numpy(zero_copy_only=False)
        written = pc.starts_with(spelled, OWN).to_numpy(zero_copy_only=False)
        bits = _bits_of_days(spelled)
        np.bitwise_or.at(days, start + rows, bits[terms])
        kinds = [kind.astype(bool)[terms] for kind in (~(named | written | (bits > 0)), written, named)]
        words, own_words, names = (_units(rows[kind], terms[kind], weights[kind], len(part)) for kind in kinds)
        parts.append((words, own_words, names))
        dictionaries.append(spelled)
    every = pa.chunked_array(dictionaries, pa.string()).unique()
    every = every.take(pc.array_sort_indices(every))
    places = [pc.index_in(spelled, every).to_numpy() for spelled in dictionaries]
    stacked = [_stacked([part[kind] for part in parts], places, len(every)) for kind in range(3)]
    return every, stacked[0], stacked[1], stacked[2], days


def _bits_of_days(spelled: Any) -> npt.NDArray[np.uint8]:
    place = pc.index_in(spelled, pa.array([DAY + day for day in DAYS], spelled.type))
    found = pc.fill_null(place, len(DAYS)).to_numpy(zero_copy_only=False)
    return np.asarray((1 << np.arange(len(DAYS) + 1))[found] % (1 << len(DAYS)), np.uint8)


def _weighted(terms: Any) -> tuple[Ints, Ints, Floats, Any]:
    """Row, term and weight of every term, by row and spelling, and the spellings in order."""
    lengths = pc.fill_null(pc.list_value_length(terms), 0).to_numpy(zero_copy_only=False)
    rows = np.repeat(np.arange(len(terms)), lengths)
    held = terms.flatten()
    encoded = held.field("term").dictionary_encode()
    alphabetical = pc.array_sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(alphabetical), np.int64)
    rank[alphabetical] = np.arange(len(alphabetical))
    ids = rank[encoded.indices.to_numpy(zero_copy_only=False)]
    weights = held.field("weight").to_numpy(zero_copy_only=False).astype(np.float64)
    order = np.lexsort((ids, rows))
    return rows[order], ids[order], weights[order], encoded.dictionary.take(pa.array(alphabetical))


def _units(rows: Ints, terms: Ints, weights: Floats, articles: int) -> _Part:
    norms = np.sqrt(np.bincount(rows, weights**2, articles))
    units = np.rint(weights / norms[rows] * UNIT).astype(np.int32)
    return np.bincount(rows, minlength=articles).astype(np.int32), terms.astype(np.int32), units


def _stacked(parts: Sequence[_Part], places: Sequence[Any], columns: int) -> Vectors:
    """One matrix of the slices, each with its own dictionary; both are in order, so the terms of a row stay so."""
    sizes = np.concatenate([sizes for sizes, _, _ in parts] or [np.zeros(0, np.int32)])
    terms = [place[terms].astype(np.int32) for (_, terms, _), place in zip(parts, places, strict=True)]
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])
    none = [np.zeros(0, np.int32)]
    weights = np.concatenate([weights for _, _, weights in parts] or none)
    matrix = csr_matrix((weights, np.concatenate(terms or none), starts), shape=(len(sizes), columns))
    return Vectors(matrix, sizes)


def _heaviest(names: Vectors) -> Vectors:
    """Of each article the heaviest `KEY_TERMS` of those that weigh `LEAST_KEY`; of equal ones the first in order."""
    matrix = names.matrix
    heavy = np.flatnonzero(matrix.data >= LEAST_KEY * UNIT)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[heavy]
    by_weight = heavy[np.lexsort((heavy, -matrix.data[heavy], rows))]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    kept = np.sort(by_weight[place < KEY_TERMS])
    starts = np.searchsorted(kept, matrix.indptr)
    weights = np.rint(matrix.data[kept] / (UNIT // KEY_UNIT)).astype(np.int32)
    return Vectors(
        csr_matrix((weights, matrix.indices[kept], starts), shape=matrix.shape), np.diff(starts).astype(np.int32)
    )


def _renamed(matrix: csr_matrix, places: Ints, columns: int) -> csr_matrix:
    """The matrix with column i as `places[i]`, without the columns that have no place; the order stays."""
    found = places[matrix.indices]
    known = found >= 0
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(known)])[matrix.indptr]
    return csr_matrix((matrix.data[known], found[known].astype(np.int32), starts), shape=(matrix.shape[0], columns))
