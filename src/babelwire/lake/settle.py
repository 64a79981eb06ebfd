"""Grouping held against the lake: fresh articles join, open or merge stories, and earlier rows follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import ARTICLES, ENTITIES_TABLE, FRAME, MATCHES, STORIES, TEXT, Table
from babelwire.frames import from_arrow, records
from babelwire.lake.dispositions import made_at
from babelwire.lake.edit import rows_to_table
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import FINGERPRINTS, load_fingerprints, read
from babelwire.settings import Stories as StorySettings
from babelwire.stories import find_pairs, group, stories

_SETTLED = ("story_id", "relation", "related_to", "similarity")
_PRECEDENCE = {"duplicate": 0, "near_duplicate": 1, "overlap": 2}
_LIGHT = [
    "article_id",
    "revision",
    "published_at",
    "published_from",
    "modified_at",
    "language",
    "source",
    "word_count",
    "headline_en",
    *_SETTLED,
]
_MEMBER = {c: FRAME[c] for c in _LIGHT}
_NAMES = {"entities": pa.list_(TEXT)}


class Settlement:
    """What grouping decides for one run.

    Attributes:
        matches: rows of `matches` that are new or stronger than before.
        stories: rows of `stories` that may have changed.
        gone: ids of stories that were merged into another.
        redone: articles of the lake whose fingerprint changes, as when their translation is finished; the evidence
            that they had is replaced.
    """

    def __init__(self, lake: LakeFolder, fresh: list[dict[str, Any]], settings: StorySettings) -> None:
        """Groups.

        Args:
            fresh: the articles that this run writes, with the columns of `index.FINGERPRINTS`, modified_at,
                headline_en and entities.
        """
        self._lake = lake
        self._fresh = fresh
        self._settled: dict[str, dict[str, Any]] = {}
        self._current: set[tuple[str, int]] = set()
        self.matches = rows_to_table(MATCHES, ())
        self.stories = rows_to_table(STORIES, ())
        self.gone: set[str] = set()
        self.redone: set[str] = set()
        if fresh:
            self._group(settings)

    def _group(self, settings: StorySettings) -> None:
        fresh = self._fresh
        fresh_ids = {row["article_id"] for row in fresh}
        nodes = self._nodes(settings)
        members = self._members(fresh_ids | {row["article_id"] for row in nodes})
        self._current = {(row["article_id"], row["revision"]) for row in members.values()}
        pairs = _of_articles(find_pairs(_node_frame(nodes), {_node(row) for row in fresh}, settings), members)
        touched = {row[end] for row in pairs for end in ("article_id", "matched_to")} | self.redone
        whole = {members[a]["story_id"] for a in touched} - {None}
        members = self._with_stories(members, whole)
        evidence = _strongest([*self._earlier_matches(set(members)), *pairs])
        self.matches = rows_to_table(MATCHES, evidence)
        previous = {a: row["story_id"] for a, row in members.items() if row["story_id"]}
        frames = _to_frame(members.values(), _MEMBER), _to_frame(evidence, _types(MATCHES))
        assigned = group(*frames, previous, whole=whole)
        alone = {"relation": "original", "related_to": None, "similarity": None}
        self._settled = {a: {"article_id": a, "story_id": previous.get(a), **alone} for a in fresh_ids}
        for row in records(assigned):
            if row["article_id"] in fresh_ids or any(row[c] != members[row["article_id"]][c] for c in _SETTLED):
                self._settled[row["article_id"]] = row
        self._follow_merges(previous)
        left = {previous[a] for a in self._settled if a in previous} - self.gone
        self._write_stories(members, left)

    def complete(self, articles: pa.Table) -> pa.Table:
        """`articles` (new rows) with story_id, relation, related_to and similarity."""
        return _replace(articles, self._settled, _SETTLED)

    def settle_articles(self) -> pa.Table:
        """The rows of `articles` that are in the lake and whose story or relation may have changed."""
        return self._earlier_rows(ARTICLES, _SETTLED)

    def settle_entities(self) -> pa.Table:
        """The rows of `entities` that are in the lake and whose story may have changed."""
        return self._earlier_rows(ENTITIES_TABLE, ("story_id",))

    def story_of(self, article_id: str) -> str:
        """The story of an article of this run."""
        return str(self._settled[article_id]["story_id"])

    def current_of_this_run(self) -> set[tuple[str, int]]:
        """Article id and revision of the fresh articles that are now the current revision."""
        return {(r["article_id"], r["revision"]) for r in self._fresh} & self._current

    def _nodes(self, settings: StorySettings) -> list[dict[str, Any]]:
        """The fingerprints to compare, one per article and revision: those of this run and the lake's in reach."""
        dated = [r["published_at"] for r in self._fresh if r["published_from"] not in {"file", "run"}]
        bounded = len(dated) == len(self._fresh)
        window = timedelta(days=settings.window_days)
        found = load_fingerprints(
            self._lake,
            since=min(dated) - window if bounded and dated else None,
            until=max(dated) + window if bounded and dated else None,
            hashes={r["content_hash"] for r in self._fresh},
        )
        mine = {_node(row) for row in self._fresh}
        return [r for r in found.to_pylist() if _node(r) not in mine] + [
            {c: r[c] for c in FINGERPRINTS.schema.names} for r in self._fresh
        ]

    def _members(self, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """The articles with these ids as they stand: of each its current revision."""
        rows = read(self._lake, ARTICLES, columns=_LIGHT, where=_among("article_id", ids)).to_pylist()
        mine = {_node(row) for row in self._fresh}
        self.redone |= {row["article_id"] for row in rows if _node(row) in mine}
        settled = {row["article_id"]: {c: row[c] for c in _SETTLED} for row in rows}
        members: dict[str, dict[str, Any]] = {}
        for row in sorted([r for r in rows if _node(r) not in mine] + self._fresh, key=_currency):
            members[row["article_id"]] = row | settled.get(row["article_id"], dict.fromkeys(_SETTLED))
        return members

    def _with_stories(self, members: dict[str, dict[str, Any]], whole: Collection[str]) -> dict[str, dict[str, Any]]:
        """The members, all articles of the stories `whole`, and the earlier articles that those were compared with."""
        rows = read(self._lake, STORIES, columns=["article_ids"], where=_among("story_id", whole)).to_pylist()
        inside = {a for row in rows for a in row["article_ids"]}
        pairs = read(self._lake, MATCHES, columns=["matched_to"], where=_among("article_id", inside)).to_pylist()
        missing = (inside | {row["matched_to"] for row in pairs}) - set(members)
        return {**self._members(missing), **members} if missing else members

    def _earlier_matches(self, ids: Collection[str]) -> list[dict[str, Any]]:
        rows = read(self._lake, MATCHES, where=_among("article_id", ids) & _among("matched_to", ids)).to_pylist()
        return [row for row in rows if not {row["article_id"], row["matched_to"]} & self.redone]

    def _follow_merges(self, previous: Mapping[str, str]) -> None:
        """Articles of a merged story that lie outside the window move with it."""
        merged = {previous[a]: row["story_id"] for a, row in self._settled.items() if a in previous}
        moved = {a for a, row in self._settled.items() if a in previous and previous[a] != row["story_id"]}
        kept = {story for a, story in previous.items() if a not in moved}
        self.gone = {previous[a] for a in moved} - kept - {row["story_id"] for row in self._settled.values()}
        distant = read(self._lake, ARTICLES, where=_among("story_id", self.gone)).to_pylist() if self.gone else []
        for row in distant:
            if row["article_id"] not in self._settled:
                self._settled[row["article_id"]] = {
                    **{c: row[c] for c in ("article_id", *_SETTLED)},
                    "story_id": merged[row["story_id"]],
                }

    def _write_stories(self, members: Mapping[str, dict[str, Any]], left: Collection[str]) -> None:
        touched = {row["story_id"] for row in self._settled.values()}.union(left)
        rows = read(self._lake, STORIES, where=_among("story_id", touched | self.gone)).to_pylist()
        story_of = {a: row["story_id"] for row in rows for a in row["article_ids"] if row["story_id"] not in self.gone}
        story_of |= {a: row["story_id"] for a, row in self._settled.items()}
        everyone = {**self._members(set(story_of) - set(members)), **members}
        names = self._names(set(story_of))
        frame = [{**everyone[a], "story_id": s, "entities": names.get(a, [])} for a, s in story_of.items()]
        assigned = _to_frame(frame, {c: FRAME[c] for c in ("article_id", "story_id")})
        self.stories = rows_to_table(STORIES, records(stories(_to_frame(frame, _MEMBER | _NAMES), assigned)))

    def _names(self, ids: Collection[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        rows = read(self._lake, ENTITIES_TABLE, columns=["article_id", "name"], where=_among("article_id", ids))
        for row in rows.to_pylist():
            found[row["article_id"]].append(row["name"])
        return {**found, **{r["article_id"]: [e["name"] for e in r["entities"] or ()] for r in self._fresh}}

    def _earlier_rows(self, table: Table, columns: Collection[str]) -> pa.Table:
        rows = read(self._lake, table, where=_among("article_id", self._settled))
        return _replace(rows, self._settled, columns)


def _replace(rows: pa.Table, settled: Mapping[str, Mapping[str, Any]], columns: Collection[str]) -> pa.Table:
    ids = rows["article_id"].to_pylist()
    for column in columns:
        values = pa.array([settled[a][column] for a in ids], ARTICLES.schema.field(column).type)
        if column in rows.column_names:
            rows = rows.set_column(rows.column_names.index(column), rows.schema.field(column), values)
        else:
            rows = rows.append_column(column, values)
    return rows


def _of_articles(pairs: pd.DataFrame, members: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pairs of revisions as pairs of articles: the later matched to the earlier."""
    found = []
    for row in records(pairs):
        ends = {row["article_id"].rpartition(":")[0], row["matched_to"].rpartition(":")[0]}
        if len(ends) == 2:
            earlier, later = sorted(ends, key=lambda a: (members[a]["published_at"], a))
            found.append(
                {**row, "article_id": later, "matched_to": earlier, "published_at": members[later]["published_at"]}
            )
    return found


def _strongest(pairs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the pairs of the same two articles the strongest, whichever is matched to which."""
    best: dict[frozenset[str], dict[str, Any]] = {}
    for row in pairs:
        key = frozenset((row["article_id"], row["matched_to"]))
        if key not in best or _strength(row) < _strength(best[key]):
            best[key] = row
    return sorted(best.values(), key=lambda row: (row["article_id"], row["matched_to"]))


def _strength(pair: Mapping[str, Any]) -> tuple[int, float]:
    return _PRECEDENCE[pair["relation"]], -pair["score"]


def _to_frame(rows: Iterable[Mapping[str, Any]], types: Mapping[str, pa.DataType]) -> pd.DataFrame:
    listed = list(rows)
    table = pa.table({c: pa.array([r.get(c) for r in listed], t) for c, t in types.items()})
    return from_arrow(table)


def _types(table: Table) -> dict[str, pa.DataType]:
    return {f.name: f.type for f in table.fields}


def _node_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    return _to_frame([{**row, "article_id": _node(row)} for row in rows], _types(FINGERPRINTS))


def _node(row: Mapping[str, Any]) -> str:
    return f"{row['article_id']}:{row['revision']}"


def _currency(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return made_at(row), row["revision"]


def _among(column: str, values: Collection[str]) -> pc.Expression:
    return ds.field(column).isin(pa.array(sorted(values), TEXT))
