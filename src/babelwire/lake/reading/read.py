"""Reading a lake: each table as a pandas frame with Arrow-backed columns, or as Arrow, Polars or DuckDB gives it.

lake = Lake("lake")
lake.articles(since="2026-01", language="it", text="sciopero scuola")      a pandas frame
lake.polars.articles(since="2026-01", language="it")                       the same, as Polars gives it
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from babel import Locale, UnknownLocaleError

from babelwire.article import ARTICLES, ENTITIES_TABLE, INPUTS, MATCHES, RUNS, STORIES, TEXT, Table
from babelwire.errors import UsageError
from babelwire.frames import from_arrow
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import FINGERPRINTS
from babelwire.lake.reading.named import most_named, naming
from babelwire.lake.reading.picking import Order, Wanted, known_columns, pick
from babelwire.lake.reading.scan import scan
from babelwire.lake.revisions import made_at
from babelwire.lake.window import ALWAYS, Moment, Window, before, starting

if TYPE_CHECKING:
    import duckdb
    import polars as pl

Frame = TypeVar("Frame")
_EVERYTHING = pc.scalar(True)


class Reader(Generic[Frame]):
    """The tables of a lake, each as a `Frame`.

    Times are given as datetimes, dates or text such as `2026-01`, `2026-01-31` and `2026-01-31T10:00`; what has no
    zone is UTC. Only the files of the months asked for are opened.
    """

    def __init__(self, folder: LakeFolder, shape: Callable[[pa.Table], Frame]) -> None:
        self._folder = folder
        self._shape = shape

    def articles(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        language: str | None = None,
        source: str | None = None,
        story: str | None = None,
        entity: str | None = None,
        text: str | None = None,
        where: str | None = None,
        current: bool = True,
        primary: bool = False,
        columns: Collection[str] | None = None,
        order: Order = "oldest",
        limit: int | None = None,
    ) -> Frame:
        """Rows of `articles` published in [since, until).

        Args:
            language: a BCP 47 tag, as in `it`.
            source: the publisher, spelt as in the lake.
            story: the id of a story, or the start of one; also one that was joined to another story since.
            entity: the name or the id of someone or something named, in any of the ways it is written in the articles.
                Case and accents do not matter.
            text: words to look for in headlines and bodies, in either language: `sciopero scuola` finds both words,
                `"sciopero generale"` the phrase, `scioper*` what begins so, `-calcio` leaves out. Case and accents do
                not matter.
            where: a condition of DuckDB's SQL on the columns, as in `word_count > 300 and relation = 'original'`.
            current: of each article only the revision that its publisher made last, of those in that time; False
                gives every revision.
            primary: without exact and near copies of earlier articles.
            columns: only these columns are read.
            order: oldest or newest first, or `best`: those first that have the words of `text` in the headline, then
                those that have them most for their length.
            limit: at most so many rows.

        Raises:
            UsageError: what is asked for cannot be; the message says what can.
        """
        window = Window.of(since, until)
        if story is not None:
            row = self._story(story).to_pylist()[0]
            story = row["story_id"]
            if current:
                # The story counts the newest revisions: its articles lie between its first and its last.
                last = row["last_published_at"] + timedelta(microseconds=1)
                window = window.within(Window(row["first_published_at"], last))
        wanted = Wanted(window, self._tag(language), source, story, entity, text, where, current, primary)
        chosen = None if columns is None else list(columns)
        return self._shape(pick(self._folder, wanted, columns=chosen, order=order, limit=limit))

    def article(self, id_or_start: str) -> Frame:
        """The revisions of one article, by its id or the start of it, in the order in which its publisher made them.

        Raises:
            UsageError: no article, or more than one, has such an id.
        """
        found = self._read(ARTICLES, pc.starts_with(ds.field("article_id"), id_or_start))
        self._only_one(found["article_id"], id_or_start, "articles", "article")
        rows = found.select(["revision", "published_at", "modified_at"]).to_pylist()
        order = sorted(range(len(rows)), key=lambda i: (made_at(rows[i]), rows[i]["revision"]))
        return self._shape(found.take(pa.array(order)))

    def story(self, id_or_start: str) -> Frame:
        """The row of one story, by its id or the start of it; the opening `st-` may be left out.

        The id of a story that was joined to another finds that one.

        Raises:
            UsageError: no story, or more than one, has such an id.
        """
        return self._shape(self._story(id_or_start))

    def stories(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        language: str | None = None,
        entity: str | None = None,
    ) -> Frame:
        """Rows of `stories` that were still running at `since` and had begun before `until`, the largest first.

        Args:
            since: the latest article is of this time or later.
            until: the earliest article is of before this time.
            language: a BCP 47 tag; at least one article is in it.
            entity: the name or the id of someone or something that an article names, in any of the ways it is written
                there, or in Italian where that is known (Genova). Case and accents do not matter.
        """
        window = Window.of(since, until)
        where = starting("last_published_at", window.since) & before("first_published_at", window.until)
        if entity is not None:
            where &= ds.field("story_id").isin(naming(self._folder, entity, "story_id"))
        found = scan(self._folder, STORIES, where=where, window=Window(None, window.until))
        if language is not None:
            spoken = pc.list_flatten(found["languages"])
            holders = pc.list_parent_indices(found["languages"]).filter(pc.equal(spoken, self._tag(language)))
            found = found.take(holders)
        by = [("article_count", "descending"), ("last_published_at", "descending"), ("story_id", "ascending")]
        return self._shape(found.sort_by(by))

    def entities(
        self,
        article_id: str | None = None,
        *,
        story: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        type: str | None = None,  # noqa: A002 - the name of the column
        columns: Collection[str] | None = None,
    ) -> Frame:
        """Rows of `entities` of articles published in [since, until), the most mentioned first.

        Args:
            article_id: only those of this article.
            story: only those of this story.
            type: one of `article.ENTITY_TYPES`.
        """
        window = Window.of(since, until)
        where = window.condition("published_at")
        for column, value in (("article_id", article_id), ("story_id", story), ("type", type)):
            if value is not None:
                where &= ds.field(column) == value
        by = [("mentions", "descending"), ("article_id", "ascending"), ("entity_id", "ascending")]
        return self._shape(self._read(ENTITIES_TABLE, where, window=window, by=by, columns=columns))

    def top_entities(
        self, top: int, *, type_: str | None = None, since: Moment | None = None, until: Moment | None = None
    ) -> Frame:
        """The entities in most of the articles published in [since, until), then the most mentioned ones.

        Columns: entity_id, name (the commonest one), type, articles, mentions, first_published_at, last_published_at.

        Args:
            type_: one of `article.ENTITY_TYPES`; all of them where it is None.
        """
        return self._shape(most_named(self._folder, top, type_=type_, window=Window.of(since, until)))

    def matches(self, article_id: str | None = None, *, among: Collection[str] | None = None) -> Frame:
        """Rows of `matches`: with one article at either end where it is given, with both ends `among` articles."""
        where = _EVERYTHING
        if article_id is not None:
            where = (ds.field("article_id") == article_id) | (ds.field("matched_to") == article_id)
        if among is not None:
            ids = pa.array(sorted(among), TEXT)
            where &= ds.field("article_id").isin(ids) & ds.field("matched_to").isin(ids)
        return self._shape(self._read(MATCHES, where))

    def fingerprints(self, article_ids: Collection[str]) -> Frame:
        """What matching knows of articles: rows of the index, with the columns of `index.FINGERPRINTS`."""
        return self._shape(self._read(FINGERPRINTS, ds.field("article_id").isin(pa.array(sorted(article_ids), TEXT))))

    def inputs(self, *, since: Moment | None = None, until: Moment | None = None) -> Frame:
        """Rows of `inputs` of the runs that started in [since, until), earliest run first."""
        window = Window.of(since, until)
        return self._shape(self._read(INPUTS, window.condition("at"), window=window, by=_BY_RUN))

    def rejects(self) -> Frame:
        """The inputs whose latest disposition is rejected or pending, with the reason."""
        seen = scan(self._folder, INPUTS, columns=["uri", "at"])
        latest = seen.group_by("uri").aggregate([("at", "max")]).rename_columns(["uri", "at"])
        stopped = self._read(INPUTS, ds.field("disposition").isin(pa.array(["rejected", "pending"])), by=_BY_RUN)
        return self._shape(stopped.join(latest, keys=["uri", "at"], join_type="left semi").sort_by(_BY_RUN))

    def runs(self) -> Frame:
        """Rows of `runs`, earliest first."""
        return self._shape(self._read(RUNS, _EVERYTHING, by=[("started_at", "ascending"), ("run_id", "ascending")]))

    def _story(self, id_or_start: str) -> pa.Table:
        start = id_or_start if id_or_start.startswith("st") else f"st-{id_or_start}"
        found = self._read(STORIES, pc.starts_with(ds.field("story_id"), start))
        if not found.num_rows:
            joined = scan(self._folder, STORIES, columns=["story_id", "merged_story_ids"])
            old = joined["merged_story_ids"]
            holders = pc.list_parent_indices(old).filter(pc.starts_with(pc.list_flatten(old), start))
            ids = pc.unique(joined["story_id"].take(holders))
            found = self._read(STORIES, ds.field("story_id").isin(ids)) if len(ids) else found
        self._only_one(found["story_id"], id_or_start, "stories", "story")
        return found

    def _only_one(self, ids: pa.ChunkedArray, asked: str, things: str, thing: str) -> None:
        found = sorted(set(ids.to_pylist()))
        if len(found) == 1:
            return
        several = f"{len(found)} {things} begin with {asked}: {', '.join(found[:3])}{' ...' if found[3:] else ''}"
        which = several if found else f"No {thing} has the id {asked}"
        raise UsageError(f"{which}. List ids with: babelwire {things} --lake {self._folder.root}")

    def _tag(self, language: str | None) -> str | None:
        """The language as the lake writes it."""
        if language is None or language == "und":
            return language
        try:
            Locale.parse(language, sep="-")
        except (ValueError, UnknownLocaleError):
            found = pc.unique(scan(self._folder, ARTICLES, columns=["language"])["language"]).to_pylist()
            there = f"The lake has {', '.join(sorted(found))}." if found else "The lake has no articles yet."
            raise UsageError(f"{language!r:.40} is no language tag: give one as in it or en. {there}") from None
        first, *rest = language.split("-")
        # BCP 47 writes a script as Hans and a region as CH.
        return "-".join([first.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])

    def _read(
        self,
        table: Table,
        where: pc.Expression,
        *,
        window: Window = ALWAYS,
        by: list[tuple[str, str]] | None = None,
        columns: Collection[str] | None = None,
    ) -> pa.Table:
        wanted = known_columns(table, columns)
        by = by or [(c, "ascending") for c in table.key]
        reads = list(dict.fromkeys([*wanted, *(c for c, _ in by)]))
        return scan(self._folder, table, columns=reads, where=where, window=window, by=by).select(wanted)


class Lake(Reader[pd.DataFrame]):
    """A lake to read from, as pandas frames; `arrow`, `polars` and `duckdb` give the same as those do.

    Raises:
        UsageError: there is no lake at `root`.
    """

    def __init__(self, root: str | Path) -> None:
        super().__init__(LakeFolder.open(Path(root)), from_arrow)

    @property
    def arrow(self) -> Reader[pa.Table]:
        """The tables as Arrow tables."""
        return Reader(self._folder, lambda table: table)

    @property
    def polars(self) -> Reader[pl.DataFrame]:
        """The tables as Polars frames.

        Raises:
            UsageError: Polars is not installed.
        """
        try:
            import polars  # noqa: PLC0415
        except ImportError:
            raise UsageError("Polars is not installed. Install it with: pip install 'babelwire[notebooks]'") from None

        def shape(table: Any) -> pl.DataFrame:
            frame = polars.from_arrow(table)
            assert isinstance(frame, polars.DataFrame)
            return frame

        return Reader(self._folder, shape)

    @property
    def duckdb(self) -> Reader[duckdb.DuckDBPyRelation]:
        """The tables as relations of DuckDB's default connection, so that `duckdb.sql` can name their variables."""
        import duckdb  # noqa: PLC0415

        return Reader(self._folder, duckdb.from_arrow)


_BY_RUN = [("at", "ascending"), ("uri", "ascending")]
