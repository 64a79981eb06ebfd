"""A row for every story: its lead, its languages and sources, and the names that most of its articles hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import STORIES
from babelwire.frames import from_arrow
from babelwire.stories.grouping import column_of, leading

MOST_NAMES = 10

SLICE = 10_000
"""Articles that are held as Python values at once: about 50 MB with their names."""

_TOLD = ("article_id", "language", "source", "published_at", "headline_en")


def stories(articles: pd.DataFrame, assignments: pd.DataFrame, *, trusted: Sequence[str] = ()) -> pd.DataFrame:
    """Rows of `article.STORIES`, by story id, for all stories of `assignments`.

    Args:
        articles: article_id, published_at, word_count, language, source, headline_en and entities (names, or structs
            with a name); must hold every article of these stories.
        assignments: article_id and story_id.
        trusted: sources, the most trusted first: they decide the lead where time and length do not.
    """
    order = leading(articles, trusted)
    where = pc.index_in(column_of(articles, "article_id").take(order), column_of(assignments, "article_id"))
    story = column_of(assignments, "story_id").take(where)
    told = pc.indices_nonzero(story.is_valid())
    by_story = pa.table({"story": story.take(told), "place": told})
    told = told.take(pc.sort_indices(by_story, [("story", "ascending"), ("place", "ascending")]))
    columns = {name: column_of(articles, name) for name in _TOLD} | {"names": _names(column_of(articles, "entities"))}
    held = pa.table(columns).take(order.take(told)).append_column("story_id", story.take(told))
    schema = pa.schema([(field.name, field.type) for field in STORIES.fields])
    made = [pa.Table.from_pylist(rows, schema) for rows in _rows(held)]
    return from_arrow(pa.concat_tables([schema.empty_table(), *made]))


def _rows(held: pa.Table) -> Iterator[list[dict[str, Any]]]:
    """The rows of stories that lie one after another, those of some thousand articles at a time."""
    ends = pc.run_end_encode(held["story_id"].combine_chunks()).run_ends.to_numpy() if len(held) else np.zeros(0, int)
    start = 0
    while start < len(held):
        within = ends[(ends > start) & (ends <= start + SLICE)]
        within = within if len(within) else ends[ends > start][:1]
        rows = held.slice(start, within[-1] - start).to_pylist()
        yield [_story(rows[a:b]) for a, b in zip([0, *(within[:-1] - start)], within - start, strict=True)]
        start = int(within[-1])


def _story(members: list[dict[str, Any]]) -> dict[str, Any]:
    named = Counter(name for row in members for name in set(row["names"] or ()))
    return {
        "story_id": members[0]["story_id"],
        "headline_en": next((row["headline_en"] for row in members if row["headline_en"]), None),
        "article_ids": [row["article_id"] for row in members],
        "article_count": len(members),
        "source_count": len({row["source"] or "" for row in members}),
        "languages": sorted({row["language"] for row in members}),
        "first_published_at": members[0]["published_at"],
        "last_published_at": members[-1]["published_at"],
        "top_entities": sorted(named, key=lambda name: (-named[name], name))[:MOST_NAMES],
        "lead_article_id": members[0]["article_id"],
    }


def _names(entities: pa.Array) -> pa.Array:
    """The names alone of entities that are structs."""
    if not pa.types.is_struct(getattr(entities.type, "value_type", entities.type)):
        return entities
    names = pc.struct_field(entities.flatten(), "name")
    lengths = pc.fill_null(pc.list_value_length(entities), 0).to_numpy(zero_copy_only=False)
    starts = np.concatenate([np.zeros(1, np.int32), np.cumsum(lengths, dtype=np.int32)])
    return pa.ListArray.from_arrays(pa.array(starts), names)
