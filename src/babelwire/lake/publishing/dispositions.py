"""What becomes of each input, held against what the lake already has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import DUPLICATE, NEW, PENDING, REVISION, TEXT, UNCHANGED
from babelwire.lake.revisions import all_made_at

_LOOKED_AT = (
    "input_uri",
    "disposition",
    "bytes_digest",
    "article_id",
    "content_hash",
    "translation_status",
    "ingested_at",
)
_AT_ONCE = 10_000


@dataclass
class Known:
    """The revisions of one article that the lake has: content hash -> (revision, whether its translation waits)."""

    revisions: dict[str, tuple[int, bool]] = field(default_factory=dict)

    @property
    def newest(self) -> int:
        return max((revision for revision, _ in self.revisions.values()), default=0)


def decide(inputs: pa.Table, known: Mapping[str, Known], digests: Mapping[str, str]) -> tuple[pa.Array, pa.Array]:
    """Gives every input its disposition.

    The outcome does not depend on the order of `inputs`: revisions of one article are counted in the order in
    which their publisher made them.

    Args:
        inputs: input_uri, disposition (what the stages said), bytes_digest, article_id, content_hash,
            published_at, modified_at, translation_status, and ingested_at (set where the row comes from the lake
            to have its translation finished).
        known: what the lake has, by article_id.
        digests: input URI -> the bytes it had when it was last settled.

    Returns:
        Of each row the disposition, and the revision under which its article is to be written; null where it is not.
    """
    order = _in_order(inputs)
    decided = list(_decide(inputs.select(_LOOKED_AT).take(order), known, digests))
    places = pa.array(np.argsort(np.asarray(order)))
    return (
        pa.array([disposition for disposition, _ in decided], TEXT).take(places),
        pa.array([revision for _, revision in decided], pa.int32()).take(places),
    )


def _decide(
    inputs: pa.Table, known: Mapping[str, Known], digests: Mapping[str, str]
) -> Iterator[tuple[str, int | None]]:
    """Disposition and revision of rows that come article by article."""
    at_hand: tuple[str | None, Known] = None, Known()
    for uri, said, digest, article_id, content_hash, status, ingested_at in _rows(inputs):
        if said is not None:
            yield said, None
            continue
        from_lake = ingested_at is not None
        if not from_lake and digests.get(uri) == digest:
            yield UNCHANGED, None
            continue
        if article_id != at_hand[0]:
            at_hand = article_id, Known(dict(known[article_id].revisions) if article_id in known else {})
        article = at_hand[1]
        waits = status == PENDING
        if content_hash not in article.revisions:
            revision = article.newest + 1
        else:
            revision, waited = article.revisions[content_hash]
            if not waited or waits:
                yield (PENDING if from_lake and waited else DUPLICATE), None
                continue
        article.revisions[content_hash] = (revision, waits)
        yield (PENDING if waits else NEW if revision == 1 else REVISION), revision


def _rows(inputs: pa.Table) -> Iterator[tuple[Any, ...]]:
    for start in range(0, inputs.num_rows, _AT_ONCE):
        yield from zip(*(column.to_pylist() for column in inputs.slice(start, _AT_ONCE).columns), strict=True)


def _in_order(inputs: pa.Table) -> pa.Array:
    """The rows article by article, of each what comes from the lake first, then as the publisher made them."""
    keys = pa.table(
        {
            "article_id": inputs["article_id"],
            "from_input": pc.cast(pc.is_null(inputs["ingested_at"]), pa.int8()),
            "made_at": all_made_at(inputs),
            "content_hash": pc.fill_null(inputs["content_hash"], ""),
            "input_uri": inputs["input_uri"],
        }
    )
    return pc.sort_indices(keys, [(column, "ascending") for column in keys.column_names])
