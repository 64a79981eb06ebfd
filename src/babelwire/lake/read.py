"""Reading a lake: each table as a pandas frame with Arrow-backed columns, filters pushed down to the files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import ARTICLES, ENTITIES_TABLE, INPUTS, MATCHES, RUNS, STORIES, TIME, Table
from babelwire.errors import UsageError
from babelwire.frames import from_arrow
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import read


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
        ids = sorted(set(found["article_id"]))
        if len(ids) != 1:
            which = (
                f"{len(ids)} articles begin with {id_or_start}: {', '.join(ids[:3])} ..."
                if ids
                else (f"No article has the id {id_or_start}")
            )
            raise UsageError(f"{which}. List ids with: babelwire articles --lake {self._folder.root}")
        return found

    def stories(self, *, since: datetime | None = None, until: datetime | None = None) -> pd.DataFrame:
        """Rows of `stories` whose latest article is in [since, until), the largest first."""
        frame = self._frame(STORIES, _between("last_published_at", since, until), None, by=["story_id"])
        return frame.sort_values(["article_count", "last_published_at"], ascending=False, kind="stable")

    def entities(self, article_id: str | None = None) -> pd.DataFrame:
        """Rows of `entities`, of one article where it is given, the most mentioned first."""
        where = pc.scalar(True) if article_id is None else ds.field("article_id") == article_id
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

    def matches(self, article_id: str | None = None) -> pd.DataFrame:
        """Rows of `matches`, those with one article at either end where it is given."""
        where = pc.scalar(True)
        if article_id is not None:
            where = (ds.field("article_id") == article_id) | (ds.field("matched_to") == article_id)
        return self._frame(MATCHES, where, None, by=["article_id", "matched_to"])

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

    def _frame(self, table: Table, where: Any, columns: list[str] | None, *, by: list[str]) -> pd.DataFrame:
        found = read(self._folder, table, columns=columns, where=where)
        known = [c for c in by if c in found.column_names]
        return from_arrow(found.sort_by([(c, "ascending") for c in known]))


def _between(column: str, since: datetime | None, until: datetime | None) -> Any:
    where = pc.scalar(True)
    if since is not None:
        where &= ds.field(column) >= pa.scalar(since, TIME)
    if until is not None:
        where &= ds.field(column) < pa.scalar(until, TIME)
    return where
