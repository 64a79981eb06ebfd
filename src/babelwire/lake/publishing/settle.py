"""Grouping held against the lake: fresh articles join, open or merge stories, and earlier rows follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import ARTICLES, ENTITIES_TABLE, FRAME, MATCHES, STORIES, TEXT
from babelwire.frames import from_arrow
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import read_rows
from babelwire.lake.publishing.comparing import node_of
from babelwire.lake.publishing.evidence import PAIRS, Bools, directed, first_of_each, flat, of_articles, strongest
from babelwire.lake.revisions import all_made_at
from babelwire.settings import Stories as StorySettings
from babelwire.stories import group, stories
from babelwire.stories.grouping import ID_DIGITS

SETTLED = ("story_id", "relation", "related_to", "similarity")
"""What a later run may change of an article."""
STORIES_AT_ONCE = 10_000
"""Rows of `stories` that are made at once; with the members that they are made from some 100 MB."""

_LIGHT = (
    "article_id",
    "revision",
    "published_at",
    "published_from",
    "modified_at",
    "language",
    "source",
    "word_count",
    "headline_en",
)
_MEMBER = pa.schema([(c, FRAME[c]) for c in (*_LIGHT, *SETTLED)])
_NAMES = pa.list_(TEXT)


class Settlement:
    """What grouping decides for one run.

    Attributes:
        settled: article_id, and story_id, relation, related_to and similarity, of every article that is new or whose
            story or relation changes.
        matches: rows of `matches` that are new or stronger than before.
        stories: rows of `stories` that may have changed.
        gone: ids of stories that were merged into another.
        redone: articles of the lake whose fingerprint changes, as when their translation is finished; the evidence
            that they had is replaced.
    """

    def __init__(self, lake: LakeFolder, fresh: pa.Table, pairs: pa.Table, settings: StorySettings) -> None:
        """Groups.

        Args:
            fresh: the articles that this run writes: article_id, revision, published_at, published_from, modified_at,
                language, source, word_count, headline_en, and names, those of its entities.
            pairs: what `comparing.find_run_pairs` found.
        """
        self._lake = lake
        self._settings = settings
        self._fresh = fresh
        self._fresh_nodes = node_of(fresh)
        self.settled = _MEMBER.empty_table().select(["article_id", *SETTLED])
        self.matches = PAIRS.empty_table()
        self.stories = STORIES.schema.empty_table()
        self.gone: set[str] = set()
        self.redone: set[str] = set()
        self._current = pa.array([], TEXT)
        if fresh.num_rows:
            self._group(pairs)

    def is_current(self, rows: pa.Table) -> Any:
        """Which rows of this run (by article_id and revision) are now the current revision of their article."""
        return pc.is_in(node_of(rows), self._current)

    def complete(self, rows: pa.Table) -> pa.Table:
        """Rows of this run with story_id, relation, related_to and similarity."""
        place = pc.index_in(rows["article_id"], flat(self.settled["article_id"]))
        for column in SETTLED:
            taken = self.settled[column].take(place)
            if column in rows.column_names:
                rows = rows.set_column(rows.column_names.index(column), column, taken)
            else:
                rows = rows.append_column(column, taken)
        return rows

    def _group(self, found: pa.Table) -> None:
        pairs = of_articles(found)
        fresh_ids = pc.unique(self._fresh["article_id"])
        members = self._members(_union(fresh_ids, pairs["article_id"], pairs["matched_to"]))
        self._current = node_of(members).filter(pc.is_in(node_of(members), self._fresh_nodes))
        pairs = directed(pairs, members)
        touched = _union(fresh_ids, pairs["article_id"], pairs["matched_to"])
        whole = _union(members.filter(pc.is_in(members["article_id"], touched))["story_id"])
        of_whole = read_rows(self._lake, STORIES, "story_id", whole, columns=["article_ids"])
        inside = _union(fresh_ids, pc.list_flatten(of_whole["article_ids"]))
        earlier = self._earlier_matches(inside)
        members = self._with_more(members, _union(inside, earlier["matched_to"]))
        self.matches, evidence = strongest(earlier, pairs)
        had = members.filter(members["story_id"].is_valid())
        previous = dict(zip(had["article_id"].to_pylist(), had["story_id"].to_pylist(), strict=True))
        previous |= self._named_alike(members)
        assigned = group(
            from_arrow(members),
            from_arrow(evidence),
            previous,
            whole=set(whole.to_pylist()),
            trusted=self._settings.trusted_sources,
        )
        self._settle(_to_table(assigned, ["article_id", *SETTLED]), members, _union(fresh_ids, inside))
        merged = self._follow_merges(members)
        self._write_stories(members, merged)

    def _settle(self, assigned: pa.Table, members: pa.Table, complete: pa.Array) -> None:
        """Keeps what changes. Of an article not all of whose evidence is at hand only the story can."""
        place = pc.index_in(assigned["article_id"], flat(members["article_id"]))
        before = members.take(place)
        is_complete = pc.is_in(assigned["article_id"], complete)
        for column in SETTLED[1:]:
            values = pc.if_else(is_complete, assigned[column], before[column])
            assigned = assigned.set_column(assigned.column_names.index(column), column, values)
        differs = np.zeros(assigned.num_rows, bool)
        for column in SETTLED:
            one, other = assigned[column], before[column]
            same = pc.or_(pc.fill_null(pc.equal(one, other), False), pc.and_(one.is_null(), other.is_null()))
            differs |= ~np.asarray(same)
        is_fresh = np.asarray(pc.is_in(assigned["article_id"], _union(self._fresh["article_id"])))
        self.settled = assigned.filter(pa.array(differs | is_fresh))

    def _members(self, ids: pa.Array) -> pa.Table:
        """The articles with these ids as they stand: of each its current revision, and the story that the lake knows."""
        rows = read_rows(self._lake, ARTICLES, "article_id", ids, columns=_MEMBER.names).cast(_MEMBER)
        mine = pc.is_in(node_of(rows), self._fresh_nodes)
        self.redone |= set(rows["article_id"].filter(mine).to_pylist())
        fresh = self._fresh.select(_LIGHT).filter(pc.is_in(self._fresh["article_id"], ids))
        kept = rows.filter(pc.invert(mine)).select(_LIGHT)
        every = pa.concat_tables([kept, fresh.cast(kept.schema)])
        every = every.append_column("made_at", all_made_at(every))
        every = every.sort_by([(c, "ascending") for c in ("article_id", "made_at", "revision")])
        place = pc.index_in(every["article_id"], flat(rows["article_id"]))
        for column in SETTLED:
            every = every.append_column(column, rows[column].take(place))
        return every.filter(pa.array(_last_of_each(every["article_id"]))).select(_MEMBER.names)

    def _with_more(self, members: pa.Table, ids: pa.Array) -> pa.Table:
        missing = ids.filter(pc.invert(pc.is_in(ids, flat(members["article_id"]))))
        return pa.concat_tables([members, self._members(missing)]) if len(missing) else members

    def _earlier_matches(self, ids: pa.Array) -> pa.Table:
        """The stored evidence of these articles against earlier ones."""
        rows = read_rows(self._lake, MATCHES, "article_id", ids).cast(PAIRS)
        redone = pa.array(sorted(self.redone), TEXT)
        replaced = pc.or_(pc.is_in(rows["article_id"], redone), pc.is_in(rows["matched_to"], redone))
        return rows.filter(pc.invert(replaced))

    def _named_alike(self, members: pa.Table) -> dict[str, str]:
        """The lead and the id of the stories elsewhere in the lake whose ids new stories of `members` could be given."""
        ids = pc.binary_join_element_wise("st-", pc.utf8_slice_codeunits(members["article_id"], 0, ID_DIGITS), "")
        found = read_rows(self._lake, STORIES, "story_id", _union(ids), columns=["lead_article_id", "story_id"])
        found = found.filter(pc.invert(pc.is_in(found["lead_article_id"], flat(members["article_id"]))))
        return dict(zip(*(found[c].to_pylist() for c in ("lead_article_id", "story_id")), strict=True))

    def _follow_merges(self, members: pa.Table) -> dict[str, str]:
        """Articles of a merged story that were not looked at move with it.

        Returns:
            The ids of stories that are no more, with the story that each was joined to.
        """
        place = pc.index_in(members["article_id"], flat(self.settled["article_id"]))
        now = pc.coalesce(self.settled["story_id"].take(place), members["story_id"])
        order = pc.sort_indices(members, [("published_at", "ascending"), ("article_id", "ascending")])
        joined: dict[str, str] = {}
        kept = set(self.settled["story_id"].to_pylist())
        for before, after in zip(members["story_id"].take(order).to_pylist(), now.take(order).to_pylist(), strict=True):
            if before == after:
                kept.add(before)
            elif before is not None:
                joined.setdefault(before, after)
        merged = {before: after for before, after in joined.items() if before not in kept}
        self.gone = set(merged)
        of_gone = read_rows(self._lake, STORIES, "story_id", _texts(self.gone), columns=["article_ids"])
        ids = _union(pc.list_flatten(of_gone["article_ids"]))
        left = self._members(ids.filter(pc.invert(pc.is_in(ids, flat(members["article_id"])))))
        if left.num_rows:
            moved = pa.array([merged.get(story, story) for story in left["story_id"].to_pylist()], TEXT)
            left = left.set_column(left.column_names.index("story_id"), "story_id", moved)
            self.settled = pa.concat_tables([self.settled, left.select(self.settled.column_names)])
        return merged

    def _write_stories(self, members: pa.Table, merged: Mapping[str, str]) -> None:
        changed = members.filter(pc.is_in(members["article_id"], flat(self.settled["article_id"])))
        touched = _union(self.settled["story_id"], changed["story_id"])
        earlier = read_rows(self._lake, STORIES, "story_id", touched)
        kept = earlier.filter(pc.invert(pc.is_in(earlier["story_id"], _texts(self.gone))))
        of_story = pa.table(
            {
                "article_id": pc.list_flatten(kept["article_ids"]),
                "story_id": kept["story_id"].take(pc.list_parent_indices(kept["article_ids"])),
            }
        )
        of_story = of_story.filter(pc.invert(pc.is_in(of_story["article_id"], flat(self.settled["article_id"]))))
        of_story = pa.concat_tables([of_story, self.settled.select(["article_id", "story_id"])])
        of_story = of_story.sort_by([("story_id", "ascending"), ("article_id", "ascending")])
        members = self._with_more(members, flat(of_story["article_id"]))
        of_story = of_story.filter(pc.is_in(of_story["article_id"], flat(members["article_id"])))
        joined = _joined(earlier, merged, set(of_story["story_id"].to_pylist()))
        made = [self._made(part, members, joined) for part in _in_parts(of_story, STORIES_AT_ONCE)]
        self.stories = pa.concat_tables([self.stories.cast(made[0].schema), *made]) if made else self.stories

    def _made(self, of_story: pa.Table, members: pa.Table, joined: Mapping[str, list[str]]) -> pa.Table:
        """The rows of some stories."""
        ids = flat(of_story["article_id"])
        rows = members.take(pc.index_in(ids, flat(members["article_id"])))
        frame = from_arrow(rows.drop_columns(["story_id"]).append_column("entities", self._names(ids)))
        made = _to_table(
            stories(frame, from_arrow(of_story), trusted=self._settings.trusted_sources),
            [f.name for f in STORIES.fields],
        )
        merged = pa.array([joined.get(story) for story in made["story_id"].to_pylist()], _NAMES)
        return made.set_column(made.column_names.index("merged_story_ids"), "merged_story_ids", merged)

    def _names(self, ids: pa.Array) -> pa.Array:
        """Who and what each article names."""
        current = self._fresh.filter(self.is_current(self._fresh))
        fresh = current.filter(pc.is_in(current["article_id"], ids))
        others = ids.filter(pc.invert(pc.is_in(ids, flat(fresh["article_id"]))))
        found = read_rows(self._lake, ENTITIES_TABLE, "article_id", others, columns=["article_id", "name"])
        rows = pa.concat_tables(
            [
                pa.table({"place": pc.index_in(found["article_id"], ids), "name": found["name"]}),
                pa.table(
                    {
                        "place": pc.index_in(fresh["article_id"], ids).take(pc.list_parent_indices(fresh["names"])),
                        "name": pc.list_flatten(fresh["names"]),
                    }
                ),
            ]
        ).sort_by("place")
        offsets = np.searchsorted(np.asarray(rows["place"]), np.arange(len(ids) + 1)).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), flat(rows["name"]))


def _joined(earlier: pa.Table, merged: Mapping[str, str], now: set[str]) -> dict[str, list[str]]:
    """For each story the ids of those that were joined to it, before and now, in the order of their joining."""
    by_time = earlier.sort_by([("first_published_at", "ascending"), ("story_id", "ascending")])
    rows = zip(by_time["story_id"].to_pylist(), by_time["merged_story_ids"].to_pylist(), strict=True)
    before = {story: list(ids or ()) for story, ids in rows}
    joined = {story: list(ids) for story, ids in before.items() if story not in merged}
    for story, ids in before.items():
        if story in merged:
            joined.setdefault(merged[story], []).extend([*ids, story])
    return {story: left for story, ids in joined.items() if (left := [i for i in dict.fromkeys(ids) if i not in now])}


def _in_parts(of_story: pa.Table, most: int) -> Iterator[pa.Table]:
    """Rows that are sorted by story in parts of at most so many stories, each whole."""
    opens = np.append(np.flatnonzero(first_of_each(of_story["story_id"])), of_story.num_rows)
    for first in range(0, len(opens) - 1, most):
        start, end = opens[first], opens[min(first + most, len(opens) - 1)]
        yield of_story.slice(start, end - start)


def _last_of_each(column: pa.ChunkedArray) -> Bools:
    first = first_of_each(column)
    return np.append(first[1:], True) if len(first) else first


def _to_table(frame: pd.DataFrame, columns: list[str]) -> pa.Table:
    types = {**FRAME, **{f.name: f.type for f in STORIES.fields}}
    return pa.table({c: pa.array(frame[c].array).cast(types[c]) for c in columns})


def _union(*columns: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The values of all of these, each once."""
    chunks = [c for column in columns for c in (column.chunks if isinstance(column, pa.ChunkedArray) else [column])]
    return pc.drop_null(pc.unique(pa.chunked_array(chunks, TEXT)))


def _texts(found: set[str]) -> pa.Array:
    return pa.array(sorted(found), TEXT)
