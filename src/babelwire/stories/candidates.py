"""Candidates: the pairs that are worth judging, found by sparse products of what is rare in two articles.

Two articles are a candidate where their heaviest names and numbers agree by `LEAST_AGREEMENT` (the product of the unit
vectors, of which only the 24 heaviest terms of at least a tenth are looked at), or where three places of their minhash
signatures in one of 42 bands are the same; an article whose terms are not English has candidates by its sentence vector
as well (a bound a little below that of judging, because the steps of the vectors are coarse). That says something about the two articles alone: no term is passed over
because it is frequent, so the candidates do not depend on what else is in the lake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sparse_dot_topn import sp_matmul

from babelwire.stories.corpus import KEY_UNIT, Bools, Corpus, Ints
from babelwire.stories.fingerprints import VECTOR_UNIT
from babelwire.stories.judging import LEAST_COSINE, needs_vectors

LEAST_AGREEMENT = 0.15
NEARLY = 0.95 * LEAST_COSINE
BANDS, BAND_ROWS = 42, 3

PIECE = 32_768
MOST_ROWS = 4_096
CELLS = 4_000_000
"""Sums that are held at once: 8 bytes each, and about as much again while they are sifted."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)

Bands = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Block:
    """Some articles of `fresh` and a piece of others, in terms of `fresh`, among which candidates are found.

    Attributes:
        rows: rows of `fresh`, whose keys are `keys`.
        across: for each key the articles of `piece` that have it.
        places: of the articles of `piece` the rows of `fresh`; None where they are others.
        needing: which articles of `fresh` are found by their sentence vectors too.
        window: microseconds that two dated articles may lie apart.
    """

    fresh: Corpus
    rows: Ints
    keys: csr_matrix
    piece: Corpus
    across: csr_matrix
    places: Ints | None
    needing: Bools
    window: int

    def candidates(self) -> tuple[Ints, Ints]:
        """Rows of `fresh` and rows of `piece`: the pairs to be judged. Copies are not."""
        product = sp_matmul(self.keys, self.across)
        large = np.flatnonzero(product.data >= LEAST_AGREEMENT * KEY_UNIT**2)
        found = np.searchsorted(product.indptr, large, "right") - 1, product.indices[large].astype(np.int64)
        meant = self._of_one_meaning()
        if len(meant):
            both = np.concatenate([found[0] * len(self.piece) + found[1], *meant])
            found = np.divmod(np.unique(both), len(self.piece))
        rows, others = self.rows[found[0]], found[1]
        far = np.abs(self.fresh.times[rows] - self.piece.times[others]) > self.window
        apart = far & self.fresh.dated[rows] & self.piece.dated[others]
        kept = ~apart & (self.fresh.hashes[rows] != self.piece.hashes[others])
        if self.places is not None:
            kept &= rows > self.places[others]
        return rows[kept], others[kept]

    def _of_one_meaning(self) -> list[Ints]:
        """Pairs, as row x articles of the piece + article, that only their sentence vectors can bring together.

        One of the two at least has terms in its own language alone, and the other does not have that language.
        """
        ours, theirs = self.fresh.encoded[self.rows], self.piece.encoded
        if not ours.any() or not theirs.any():
            return []
        need, their_need = self.needing[self.rows], needs_vectors(self.piece)
        found = []
        for rows, others in ((ours & need, theirs), (ours & ~need, theirs & their_need)):
            ahead, chosen = np.flatnonzero(rows), np.flatnonzero(others)
            if not len(ahead) or not len(chosen):
                continue
            across = self.piece.sentences[chosen].astype(np.float32).T
            for some in np.array_split(ahead, 1 + len(ahead) * len(chosen) // CELLS):
                close = self.fresh.sentences[self.rows[some]].astype(np.float32) @ across >= NEARLY * VECTOR_UNIT**2
                row, place = np.nonzero(close)
                row, place = some[row], chosen[place]
                alike = self.fresh.languages[self.rows[row]] == self.piece.languages[place]
                other = ~(need[row] & their_need[place] & alike)
                found.append(row[other] * len(self.piece) + place[other])
        return found


def blocks(fresh: Corpus, others: Corpus | None, window: int) -> Iterator[Block]:
    """Blocks that hold every pair between `fresh` and `others`, or among `fresh`, that the window allows.

    Args:
        others: None for the pairs among `fresh`.
        window: microseconds that two dated articles may lie apart.
    """
    other = fresh if others is None else others
    bands, meanings = _bands(fresh), other.places_in(fresh)
    shared, needing = _distinct(bands[fresh.signed]), needs_vectors(fresh)
    dated, undated = np.flatnonzero(fresh.dated), np.flatnonzero(~fresh.dated)
    for of_time in (np.flatnonzero(other.dated), np.flatnonzero(~other.dated)):
        for start in range(0, len(of_time), PIECE):
            places = of_time[start : start + PIECE]
            piece = other.take(places).in_terms_of(fresh, meanings)
            near = _within(fresh, dated, piece, window) if piece.dated[0] else dated
            rows = np.sort(np.concatenate([near, undated]))
            rows = rows[rows > places[0]] if others is None else rows
            its_bands = _bands(piece)
            known = np.intersect1d(_distinct(its_bands[piece.signed]), shared, assume_unique=True)
            across = _keyed(piece.keys.matrix, its_bands, piece.signed, known).transpose().tocsr()
            keys = _keyed(fresh.keys.matrix[rows], bands[rows], fresh.signed[rows], known)
            for part in _parts(keys, across):
                inside = places if others is None else None
                yield Block(fresh, rows[part], keys[part], piece, across, inside, needing, window)


def _within(fresh: Corpus, dated: Ints, piece: Corpus, window: int) -> Ints:
    times = fresh.times[dated]
    first = np.searchsorted(times, piece.times[0] - window, "left")
    return dated[first : np.searchsorted(times, piece.times[-1] + window, "right")]


def _bands(corpus: Corpus) -> Bands:
    """A digest of each band of each signature."""
    parts = corpus.signatures[:, : BANDS * BAND_ROWS].reshape(-1, BANDS, BAND_ROWS)
    mixed = np.tile(np.arange(1, BANDS + 1, dtype=np.uint64) * _PRIME, (len(parts), 1))
    for place in range(BAND_ROWS):
        mixed = (mixed ^ parts[:, :, place]) * _PRIME
        mixed ^= mixed >> _SHIFT
    return mixed


def _distinct(bands: Bands) -> Bands:
    ordered = np.sort(bands, axis=None)
    return np.asarray(ordered[np.diff(ordered, prepend=~ordered[:1]) != 0])


def _keyed(keys: csr_matrix, bands: Bands, signed: Bools, known: Bands) -> csr_matrix:
    """The keys, and behind them a column for each of the bands `known`, each enough for a candidate."""
    if not len(known):
        return keys
    columns = np.searchsorted(known, bands)
    rows, band = np.nonzero((known[np.minimum(columns, len(known) - 1)] == bands) & signed[:, None])
    extra = (np.full(len(rows), KEY_UNIT, np.int32), (rows, columns[rows, band]))
    return csr_matrix(hstack([keys, csr_matrix(extra, shape=(len(signed), len(known)))], format="csr"))


def _parts(keys: csr_matrix, across: csr_matrix) -> Iterator[slice]:
    """The rows in parts that need at most some `CELLS` sums, or one row each."""
    sums = np.diff(across.indptr)[keys.indices]
    upto = np.concatenate([np.zeros(1, np.int64), np.cumsum(sums, dtype=np.int64)])[keys.indptr]
    start = 0
    while start < keys.shape[0]:
        end = min(max(start + 1, int(np.searchsorted(upto, upto[start] + CELLS, "right")) - 1), start + MOST_ROWS)
        yield slice(start, end)
        start = end
