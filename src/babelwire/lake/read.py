"""Reading a lake: each table as a pandas frame with Arrow-backed columns, filters pushed down to the files."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from anyascii import anyascii

from babelwire.article import ARTICLES, ENTITIES_TABLE, INPUTS, MATCHES, RUNS, STORIES, TEXT, TIME, Table
from babelwire.errors import UsageError
from babelwire.frames import from_arrow, values
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import FINGERPRINTS, read


class Lake:
    """A lake to read from.

    Raises:
        UsageError: there is no lake at `root`.
    """

    def __init__(self, root: str | Path) -> None:
        self._folder = LakeFolder.open(Path(root))

    def articles(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        language: str | None = None,
        source: str | None = None,
        story: str | None = None,
        columns: list[str] | None = None,
    ) -> pd.DataFrame:
        """Rows of `articles` published in [since, until), all revisions, earliest first."""
        where = _between("published_at", since, until)
        for column, value in (("language", language), ("source", source), ("story_id", story)):
            if value is not None:
                where &= ds.field(column) == value
        return self._frame(ARTICLES, where, columns, by=["published_at", "article_id", "revision"])

    def article(self, id_or_start: str) -> pd.DataFrame:
        """The revisions of one article, by its id or the start of it.

        Raises:
            UsageError: no article, or more than one, has such an id.
        """
        found = self._frame(ARTICLES, pc.starts_with(ds.field("article_id"), id_or_start), None, by=["revision"])
        self._only_one(found["article_id"], id_or_start, "articles", "article")
        return found

    def story(self, id_or_start: str) -> pd.DataFrame:
        """The row of one story, by its id or the start of it; the opening `st-` may be left out.

        Raises:
            UsageError: no story, or more than one, has such an id.
        """
        start = id_or_start if id_or_start.startswith("st") else f"st-{id_or_start}"
        found = self._frame(STORIES, pc.starts_with(ds.field("story_id"), start), None, by=["story_id"])
        self._only_one(found["story_id"], id_or_start, "stories", "story")
        return found

    def stories(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        language: str | None = None,
        entity: str | None = None,
    ) -> pd.DataFrame:
        """Rows of `stories` that were still running at `since` and had begun before `until`, the largest first.

        Args:
            since: the latest article is of this time or later.
            until: the earliest article is of before this time.
            language: a BCP 47 tag; at least one article is in it.
            entity: the name or the id of someone or something that an article names, in any of the ways it is written
                there, or in Italian where that is known (Genova). Case and accents do not matter.
        """
        where = _from("last_published_at", since) & _before("first_published_at", until)
        if entity is not None:
            where &= ds.field("story_id").isin(self._stories_naming(entity))
        frame = self._frame(STORIES, where, None, by=["story_id"])
        if language is not None:
            spoken = [language.casefold() in map(str.casefold, row) for row in values(frame, "languages")]
            frame = frame.loc[np.array(spoken, bool)]
        return frame.sort_values(["article_count", "last_published_at"], ascending=False, kind="stable")

    def entities(self, article_id: str | None = None, *, story: str | None = None) -> pd.DataFrame:
        """Rows of `entities`, of one article or story where it is given, the most mentioned first."""
        where = pc.scalar(True)
        for column, value in (("article_id", article_id), ("story_id", story)):
            if value is not None:
                where &= ds.field(column) == value
        frame = self._frame(ENTITIES_TABLE, where, None, by=["article_id", "entity_id"])
        return frame.sort_values("mentions", ascending=False, kind="stable")

    def top_entities(
        self, top: int, *, type_: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> pd.DataFrame:
        """The entities in most of the articles published in [since, until), then the most mentioned ones.

        Columns: entity_id, name (the commonest one), type, articles, mentions, first_published_at, last_published_at.

        Args:
            type_: one of `article.ENTITY_TYPES`; all of them where it is None.
        """
        where = _between("published_at", since, until)
        if type_ is not None:
            where &= ds.field("type") == type_
        columns = ["entity_id", "name", "type", "article_id", "mentions", "published_at"]
        rows = read(self._folder, ENTITIES_TABLE, columns=columns, where=where)
        counts = rows.group_by("entity_id").aggregate(
            [("article_id", "count_distinct"), ("mentions", "sum"), ("published_at", "min"), ("published_at", "max")]
        )
        order = [
            ("article_id_count_distinct", "descending"),
            ("mentions_sum", "descending"),
            ("entity_id", "ascending"),
        ]
        counts = counts.sort_by(order).slice(0, top)
        rows = rows.filter(pc.is_in(rows["entity_id"], counts["entity_id"].combine_chunks()))
        spelt = rows.group_by(["entity_id", "name", "type"]).aggregate([("article_id", "count_distinct")])
        spelt = spelt.sort_by([("article_id_count_distinct", "ascending"), ("name", "descending")])
        usual = {row["entity_id"]: row for row in spelt.to_pylist()}
        ids = counts["entity_id"].to_pylist()
        return from_arrow(
            pa.table(
                {
                    "entity_id": counts["entity_id"],
                    "name": pa.array([usual[i]["name"] for i in ids], pa.string()),
                    "type": pa.array([usual[i]["type"] for i in ids], pa.string()),
                    "articles": counts["article_id_count_distinct"],
                    "mentions": counts["mentions_sum"],
                    "first_published_at": counts["published_at_min"],
                    "last_published_at": counts["published_at_max"],
                }
            )
        )

    def matches(self, article_id: str | None = None, *, among: Collection[str] | None = None) -> pd.DataFrame:
        """Rows of `matches`: with one article at either end where it is given, with both ends `among` articles."""
        where = pc.scalar(True)
        if article_id is not None:
            where = (ds.field("article_id") == article_id) | (ds.field("matched_to") == article_id)
        if among is not None:
            ids = pa.array(sorted(among), TEXT)
            where &= ds.field("article_id").isin(ids) & ds.field("matched_to").isin(ids)
        return self._frame(MATCHES, where, None, by=["article_id", "matched_to"])

    def fingerprints(self, article_ids: Collection[str]) -> pd.DataFrame:
        """What matching knows of articles: rows of the index, with the columns of `index.FINGERPRINTS`."""
        where = ds.field("article_id").isin(pa.array(sorted(article_ids), TEXT))
        return self._frame(FINGERPRINTS, where, None, by=["article_id", "revision"])

    def inputs(self) -> pd.DataFrame:
        """Rows of `inputs`, earliest run first."""
        return self._frame(INPUTS, pc.scalar(True), None, by=["at", "uri"])

    def rejects(self) -> pd.DataFrame:
        """The inputs whose latest disposition is rejected or pending, with the reason."""
        latest = self.inputs().drop_duplicates("uri", keep="last")
        return latest[latest["disposition"].isin(["rejected", "pending"])]

    def runs(self) -> pd.DataFrame:
        """Rows of `runs`, earliest first."""
        return self._frame(RUNS, pc.scalar(True), None, by=["started_at", "run_id"])

    def _stories_naming(self, entity: str) -> pa.Array:
        """Ids of the stories with an article that names `entity`."""
        asked = _plain(entity)
        ids = pa.array(sorted(_ids_of(entity)), TEXT)
        found = set[str]()
        table = ds.dataset(self._folder.table(ENTITIES_TABLE), schema=ENTITIES_TABLE.schema, format="parquet")
        for rows in table.to_batches(columns=["story_id", "entity_id", "name", "surface_forms"]):
            named = pc.or_(_spelt(rows["entity_id"], asked), _spelt(rows["name"], asked))
            named = pc.or_(named, pc.is_in(rows["entity_id"], ids))
            forms = rows["surface_forms"]
            holders = pc.list_parent_indices(forms).filter(_spelt(pc.list_flatten(forms), asked))
            for stories in (rows["story_id"].filter(named), rows["story_id"].take(holders)):
                found.update(stories.to_pylist())
        return pa.array(sorted(found), TEXT)

    def _only_one(self, ids: pd.Series[str], asked: str, things: str, thing: str) -> None:
        found = sorted(set(ids))
        if len(found) == 1:
            return
        several = f"{len(found)} {things} begin with {asked}: {', '.join(found[:3])}{' ...' if found[3:] else ''}"
        which = several if found else f"No {thing} has the id {asked}"
        raise UsageError(f"{which}. List ids with: babelwire {things} --lake {self._folder.root}")

    def _frame(self, table: Table, where: Any, columns: list[str] | None, *, by: list[str]) -> pd.DataFrame:
        wanted = columns or table.schema.names
        found = read(self._folder, table, columns=list(dict.fromkeys([*wanted, *by])), where=where)
        return from_arrow(found.sort_by([(c, "ascending") for c in by]).select(wanted))


def _ids_of(entity: str) -> set[str]:
    """Who or what is called so in English or Italian, as far as the gazetteers and the packaged file of names know."""
    # Only this asks for them, and they take a while to load.
    from babelwire.entities.gazetteers import place  # noqa: PLC0415
    from babelwire.entities.registry import load_registry  # noqa: PLC0415

    name = entity.title() if entity == entity.lower() else entity
    return {found.entity_id for found in (place(name), load_registry(None).known(name)) if found is not None}


def _between(column: str, since: datetime | None, until: datetime | None) -> Any:
    return _from(column, since) & _before(column, until)


def _from(column: str, since: datetime | None) -> Any:
    return pc.scalar(True) if since is None else ds.field(column) >= pa.scalar(since, TIME)


def _before(column: str, until: datetime | None) -> Any:
    return pc.scalar(True) if until is None else ds.field(column) < pa.scalar(until, TIME)


def _spelt(column: Any, asked: str) -> Any:
    """Which values are `asked` but for case and accents."""
    alike = [value for value in pc.unique(column).to_pylist() if value is not None and _plain(value) == asked]
    return pc.is_in(column, pa.array(alike, TEXT))


def _plain(name: str) -> str:
    return " ".join(anyascii(unicodedata.normalize("NFKC", name)).casefold().split())
