"""Accepted pairs as evidence: from revisions to articles, the later matched to the earlier, of each two the strongest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import MATCHES

PAIRS = pa.schema([(f.name, f.type) for f in MATCHES.fields])

_PRECEDENCE = pa.array(["duplicate", "near_duplicate", "overlap"])

Bools = npt.NDArray[np.bool_]


def of_articles(pairs: pa.Table) -> pa.Table:
    """Pairs of revisions as pairs of articles; the revisions of one article are none."""
    for column in ("article_id", "matched_to"):
        article = pc.list_element(pc.split_pattern(pairs[column], ":", max_splits=1, reverse=True), 0)
        pairs = pairs.set_column(pairs.column_names.index(column), column, article)
    return pairs.filter(pc.not_equal(pairs["article_id"], pairs["matched_to"]))


def directed(pairs: pa.Table, members: pa.Table) -> pa.Table:
    """The pairs, the later article matched to the earlier, by the dates of their current revisions."""
    ids, at = flat(members["article_id"]), flat(members["published_at"])
    one, other = pairs["article_id"], pairs["matched_to"]
    one_at, other_at = (at.take(pc.index_in(end, ids)) for end in (one, other))
    is_later = pc.or_(pc.greater(one_at, other_at), pc.and_(pc.equal(one_at, other_at), pc.greater(one, other)))
    columns = {
        "article_id": pc.if_else(is_later, one, other),
        "matched_to": pc.if_else(is_later, other, one),
        "published_at": pc.if_else(is_later, one_at, other_at),
    }
    for column, values in columns.items():
        pairs = pairs.set_column(pairs.column_names.index(column), column, values)
    return pairs


def strongest(earlier: pa.Table, pairs: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Of the pairs of the same two articles the strongest, whichever is matched to which; the known one where two are
    equally strong.

    Returns:
        The new ones, and all.
    """
    rows = pa.concat_tables([earlier, pairs])
    one, other = rows["article_id"], rows["matched_to"]
    order = pa.table(
        {
            "one": pc.min_element_wise(one, other),
            "other": pc.max_element_wise(one, other),
            "precedence": pc.index_in(rows["relation"], _PRECEDENCE),
            "weakness": pc.negate(rows["score"]),
            "place": pa.array(np.arange(rows.num_rows)),
        }
    )
    order = order.sort_by([(c, "ascending") for c in order.column_names])
    first = first_of_each(order["one"]) | first_of_each(order["other"])
    place = np.sort(np.asarray(order["place"])[first])
    every = rows.take(pa.array(place))
    return rows.take(pa.array(place[place >= earlier.num_rows])), every


def first_of_each(column: pa.ChunkedArray) -> Bools:
    """Where a value differs from the one before."""
    column = flat(column)
    if not len(column):
        return np.zeros(0, bool)
    return np.append(True, np.asarray(pc.not_equal(column[1:], column[:-1])))


def flat(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
