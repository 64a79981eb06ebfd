"""Grouping: which articles are one story, and the relation of each to an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, count
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from babelwire.article import ARTICLES, RELATIONS, TEXT
from babelwire.frames import from_arrow
from babelwire.stories.corpus import Ints

ID_DIGITS = 16
STRONG = 0.53
FAINT = 0.7

_ASSIGNED = ("article_id", "story_id", "relation", "related_to", "similarity")
_ORIGINAL, _OVERLAP = RELATIONS.index("original"), RELATIONS.index("overlap")


def group(
    articles: pd.DataFrame,
    pairs: pd.DataFrame,
    previous: Mapping[str, str],
    *,
    whole: Collection[str] = (),
    trusted: Sequence[str] = (),
) -> pd.DataFrame:
    """Story and relation of every article of a component that has a pair or a new article.

    The relation is to the best earlier partner: duplicate before near_duplicate before overlap, then the higher score,
    then the earlier article; without one the article is the original. An article belongs to the story of that partner,
    so a third article that resembles two stories joins one of them and does not chain them. Two stories are joined by
    a pair that leaves no doubt: a duplicate, a near duplicate, or an overlap whose score is `STRONG` at least. An
    overlap is no partner where the article has such a pair, with a later one, and scores under `FAINT` of its best.

    A component is what these links connect, and an earlier story that is not `whole`. It keeps the oldest of the
    story ids that its articles had (by first `published_at`, then by id): so two stories merge. A new one is named
    after its lead: the earliest, then longest article, then that of the most trusted source. Where a late arrival takes
    the best partner's place, a whole story may come apart: the part with its oldest article keeps the id.

    Args:
        articles: article_id (unique), published_at, word_count, and source where some are `trusted`.
        pairs: rows of `article.MATCHES`: every accepted pair among `articles`, those found now and the stored ones.
            Pairs with an article that is not in `articles` are passed over.
        previous: the story id of articles that have one.
        whole: ids of the earlier stories all of whose articles and pairs are given, so that they can be found anew.
        trusted: sources, the most trusted first.

    Returns:
        article_id, story_id, relation, related_to and similarity, by article_id.
    """
    order = leading(articles, trusted)
    ids = column_of(articles, "article_id").take(order)
    times = column_of(articles, "published_at").take(order).cast(pa.int64()).to_numpy()
    later, earlier, relation, score = _pairs(pairs, ids)
    best = _best(later, earlier, relation, score)
    sure = (relation != _OVERLAP) | (score >= STRONG)
    best = best[
        sure[best] | ~_is_faint(later, earlier, np.where(relation == _OVERLAP, score, 1.0), sure, len(ids))[best]
    ]
    sure[best] = True

    had, names = _had(ids, previous)
    whole = frozenset(whole)
    held = (had >= 0) & ~np.isin(had, [story for story, name in enumerate(names) if name in whole])
    component = _components(later[sure], earlier[sure], np.where(held, had, -1), len(names))
    given = _story_ids(ids, component, _older(component, had, names, times), previous)

    touched = ~held
    touched[later] = touched[earlier] = True
    shown = np.flatnonzero(np.bincount(component[touched], minlength=len(given))[component])
    of_pair = np.full(len(ids), -1)
    of_pair[later[best]] = best
    place = pa.array(of_pair[shown], mask=of_pair[shown] < 0)
    kind = pc.fill_null(pa.array(relation).take(place), _ORIGINAL)
    columns = (
        ids.take(pa.array(shown)),
        pa.array(given, TEXT).take(pa.array(component[shown])),
        pa.array(RELATIONS, TEXT).take(kind),
        ids.take(pa.array(earlier).take(place)),
        pa.array(score).take(place),
    )
    table = pa.table(
        [c.cast(ARTICLES.schema.field(n).type) for c, n in zip(columns, _ASSIGNED, strict=True)], _ASSIGNED
    )
    return from_arrow(table.sort_by("article_id"))


def leading(articles: pd.DataFrame, trusted: Sequence[str] = ()) -> pa.Array:
    """The rows in the order that leads: earliest, then longest, then of the most trusted source, then by id."""
    keys = {
        "at": column_of(articles, "published_at"),
        "words": pc.negate(pc.fill_null(column_of(articles, "word_count"), 0)),
        "id": column_of(articles, "article_id"),
    }
    if trusted:
        rank = pc.index_in(column_of(articles, "source"), pa.array(trusted, TEXT))
        keys["trust"] = pc.fill_null(rank, len(trusted))
    order = [(key, "ascending") for key in ("at", "words", "trust", "id") if key in keys]
    return pc.sort_indices(pa.table(keys), sort_keys=order)


def column_of(frame: pd.DataFrame, name: str) -> pa.Array:
    """A column as one Arrow array."""
    array = pa.array(frame[name].array)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _pairs(pairs: pd.DataFrame, ids: pa.Array) -> tuple[Ints, Ints, Ints, Any]:
    """Of the pairs among these articles the places of both, the place of the relation, and the score."""
    ends = [pc.index_in(column_of(pairs, name), ids) for name in ("article_id", "matched_to")]
    known = np.flatnonzero(pc.and_(*(end.is_valid() for end in ends)).to_numpy(zero_copy_only=False))
    relation = pc.index_in(column_of(pairs, "relation"), pa.array(RELATIONS, TEXT))
    score = column_of(pairs, "score")
    later, earlier, kind, scores = (
        c.take(pa.array(known)).to_numpy(zero_copy_only=False) for c in (*ends, relation, score)
    )
    return later.astype(np.int64), earlier.astype(np.int64), kind.astype(np.int64), scores.astype(np.float64)


def _best(later: Ints, earlier: Ints, relation: Ints, score: Any) -> Ints:
    """For each article that is matched to some the place of its best pair."""
    order = np.lexsort((earlier, -score, relation, later))
    return order[np.flatnonzero(np.diff(later[order], prepend=-1))]


def _is_faint(later: Ints, earlier: Ints, score: Any, sure: Any, articles: int) -> Any:
    """Which pairs score far below the surest pair of their later article."""
    surest = np.zeros(articles)
    for ends in (later, earlier):
        np.maximum.at(surest, ends[sure], score[sure])
    return score < FAINT * surest[later]


def _had(ids: pa.Array, previous: Mapping[str, str]) -> tuple[Ints, list[str]]:
    """For each article the place of the story that it had, -1 for none, and the names of these stories."""
    where = pc.index_in(ids, pa.array(list(previous), TEXT))
    stories = pa.array(list(previous.values()), TEXT).take(where).dictionary_encode()
    had = pc.fill_null(stories.indices, -1).to_numpy(zero_copy_only=False)
    return had.astype(np.int64), stories.dictionary.to_pylist()


def _components(later: Ints, earlier: Ints, held: Ints, stories: int) -> Ints:
    """For each article the component it is in, counted in the order of their first articles."""
    articles = len(held)
    inside = np.flatnonzero(held >= 0)
    ends = np.concatenate([later, inside]), np.concatenate([earlier, articles + held[inside]])
    nodes = articles + stories
    graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(nodes, nodes))
    label = connected_components(graph, directed=False)[1][:articles]
    _, first, component = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[component]


def _older(component: Ints, had: Ints, names: Sequence[str], times: Ints) -> dict[int, list[str]]:
    """The stories that the articles of a component had, the oldest first, of one time by id."""
    alphabet = np.argsort(np.argsort(np.array(names, object)))
    rows = np.flatnonzero(had >= 0)
    rows = rows[np.lexsort((alphabet[had[rows]], times[rows], component[rows]))]
    _, first = np.unique(component[rows] * len(names) + had[rows], return_index=True)
    older: dict[int, list[str]] = {}
    for row in rows[np.sort(first)].tolist():
        older.setdefault(int(component[row]), []).append(names[had[row]])
    return older


def _story_ids(
    ids: pa.Array, component: Ints, older: Mapping[int, Sequence[str]], previous: Mapping[str, str]
) -> list[str]:
    """For each component the id of its oldest story that no other one keeps, else one after its first articles."""
    order = np.argsort(component, kind="stable")
    starts = np.searchsorted(component[order], np.arange(component.max(initial=-1) + 2))
    leads = ids.take(pa.array(order[starts[:-1]])).to_pylist()
    taken: set[str] = set()
    used = set(previous.values())
    given = []
    for place, lead in enumerate(leads):
        story = next((name for name in older.get(place, ()) if name not in taken), None)
        if story is None:
            story = f"st-{lead[:ID_DIGITS]}"
            if story in used:
                members = ids.take(pa.array(order[starts[place] : starts[place + 1]])).to_pylist()
                made = chain((f"st-{a[:ID_DIGITS]}" for a in members), (f"st-{lead}-{n}" for n in count(2)))
                story = next(name for name in made if name not in used)
        taken.add(story)
        used.add(story)
        given.append(story)
    return given
