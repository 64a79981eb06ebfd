"""Reading a lake: each table as a pandas frame with Arrow-backed columns, or as Arrow, Polars or DuckDB gives it.

lake = Lake("lake")
lake.articles(since="2026-01", language="it", text="sciopero scuola")      a pandas frame
lake.polars.articles(since="2026-01", language="it")                       the same, as Polars gives it
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import ARTICLES, ENTITIES_TABLE, INPUTS, MATCHES, RUNS, TEXT, Table
from babelwire.errors import UsageError
from babelwire.frames import from_arrow
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import FINGERPRINTS
from babelwire.lake.opening import Place, open_lake
from babelwire.lake.reading.asked import check_is_one, tag_of
from babelwire.lake.reading.named import most_named
from babelwire.lake.reading.one_state import consistently
from babelwire.lake.reading.picking import Order, Wanted, known_columns, pick
from babelwire.lake.reading.scan import scan
from babelwire.lake.reading.stories import one_story, running
from babelwire.lake.revisions import made_at
from babelwire.lake.window import ALWAYS, Moment, Window

if TYPE_CHECKING:
    import duckdb
    import polars as pl

Frame = TypeVar("Frame")
Answer = TypeVar("Answer")
_Asked = ParamSpec("_Asked")
_EVERYTHING = pc.scalar(True)


def _of_one_state(
    method: Callable[Concatenate[Reader[Frame], _Asked], Answer],
) -> Callable[Concatenate[Reader[Frame], _Asked], Answer]:
    """The method, with all that it reads taken from one state of the lake."""

    @wraps(method)
    def asked(self: Reader[Frame], /, *args: _Asked.args, **kwargs: _Asked.kwargs) -> Answer:
        return self.consistently(lambda: method(self, *args, **kwargs))

    return asked


class Reader(Generic[Frame]):
    """The tables of a lake, each as a `Frame`.

    Times are given as datetimes, dates or text such as `2026-01`, `2026-01-31` and `2026-01-31T10:00`; what has no
    zone is UTC. Only the files of the months asked for are opened. Every answer is of one state of the lake, that after
    some run and before the next, whatever is published meanwhile; several questions are with `consistently`.
    """

    def __init__(self, folder: LakeFolder, shape: Callable[[pa.Table], Frame]) -> None:
        self._folder = folder
        self._shape = shape

    def consistently(self, ask: Callable[[], Answer]) -> Answer:
        """What `ask` answers from several questions to this lake, all of them answered from one state of it.

        Args:
            ask: is called again, from the start, when a run was published meanwhile.

        Raises:
            BabelwireError: the lake changed each time.
        """
        return consistently(self._folder, ask)

    @_of_one_state
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
            row = one_story(self._folder, story).to_pylist()[0]
            story = row["story_id"]
            if current:
                # The story counts the newest revisions: its articles lie between its first and its last.
                last = row["last_published_at"] + timedelta(microseconds=1)
                window = window.within(Window(row["first_published_at"], last))
        wanted = Wanted(window, tag_of(self._folder, language), source, story, entity, text, where, current, primary)
        chosen = None if columns is None else list(columns)
        return self._shape(pick(self._folder, wanted, columns=chosen, order=order, limit=limit))

    @_of_one_state
    def article(self, id_or_start: str) -> Frame:
        """The revisions of one article, by its id or the start of it, in the order in which its publisher made them.

        Raises:
            UsageError: no article, or more than one, has such an id.
        """
        found = self._read(ARTICLES, pc.starts_with(ds.field("article_id"), id_or_start))
        check_is_one(self._folder, found["article_id"], id_or_start, "articles", "article")
        rows = found.select(["revision", "published_at", "modified_at"]).to_pylist()
        order = sorted(range(len(rows)), key=lambda i: (made_at(rows[i]), rows[i]["revision"]))
        return self._shape(found.take(pa.array(order)))

    @_of_one_state
    def story(self, id_or_start: str) -> Frame:
        """The row of one story, by its id or the start of it; the opening `st-` may be left out.

        The id of a story that was joined to another finds that one.

        Raises:
            UsageError: no story, or more than one, has such an id.
        """
        return self._shape(one_story(self._folder, id_or_start))

    @_of_one_state
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
        return self._shape(running(self._folder, Window.of(since, until), language=language, entity=entity))

    @_of_one_state
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

    @_of_one_state
    def top_entities(
        self, top: int, *, type_: str | None = None, since: Moment | None = None, until: Moment | None = None
    ) -> Frame:
        """The entities in most of the articles published in [since, until), then the most mentioned ones.

        Columns: entity_id, name (the commonest one), type, articles, mentions, first_published_at, last_published_at.

        Args:
            type_: one of `article.ENTITY_TYPES`; all of them where it is None.
        """
        return self._shape(most_named(self._folder, top, type_=type_, window=Window.of(since, until)))

    @_of_one_state
    def matches(self, article_id: str | None = None, *, among: Collection[str] | None = None) -> Frame:
        """Rows of `matches`: with one article at either end where it is given, with both ends `among` articles."""
        where = _EVERYTHING
        if article_id is not None:
            where = (ds.field("article_id") == article_id) | (ds.field("matched_to") == article_id)
        if among is not None:
            ids = pa.array(sorted(among), TEXT)
            where &= ds.field("article_id").isin(ids) & ds.field("matched_to").isin(ids)
        return self._shape(self._read(MATCHES, where))

    @_of_one_state
    def fingerprints(self, article_ids: Collection[str]) -> Frame:
        """What matching knows of articles: rows of the index, with the columns of `index.FINGERPRINTS`."""
        return self._shape(self._read(FINGERPRINTS, ds.field("article_id").isin(pa.array(sorted(article_ids), TEXT))))

    @_of_one_state
    def inputs(self, *, since: Moment | None = None, until: Moment | None = None) -> Frame:
        """Rows of `inputs` of the runs that started in [since, until), earliest run first."""
        window = Window.of(since, until)
        return self._shape(self._read(INPUTS, window.condition("at"), window=window, by=_BY_RUN))

    @_of_one_state
    def rejects(self) -> Frame:
        """The inputs whose latest disposition is rejected or pending, with the reason."""
        seen = scan(self._folder, INPUTS, columns=["uri", "at"])
        latest = seen.group_by("uri").aggregate([("at", "max")]).rename_columns(["uri", "at"])
        stopped = self._read(INPUTS, ds.field("disposition").isin(pa.array(["rejected", "pending"])), by=_BY_RUN)
        return self._shape(stopped.join(latest, keys=["uri", "at"], join_type="left semi").sort_by(_BY_RUN))

    @_of_one_state
    def runs(self) -> Frame:
        """Rows of `runs`, earliest first."""
        return self._shape(self._read(RUNS, _EVERYTHING, by=[("started_at", "ascending"), ("run_id", "ascending")]))

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

    Args:
        root: its folder, or its address as in `s3://bucket/prefix`.

    Raises:
        UsageError: there is no lake at `root`.
    """

    def __init__(self, root: Place) -> None:
        super().__init__(open_lake(root), from_arrow)

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
