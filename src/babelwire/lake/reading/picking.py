"""Which articles a reader asks for: by time, language, source, story, name, words or a condition, as they stand now."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import ARTICLES, TEXT, Table
from babelwire.errors import UsageError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.reading.named import naming
from babelwire.lake.reading.scan import scan, stream
from babelwire.lake.reading.search import BODIES, HEADLINES, condition, parse, scores
from babelwire.lake.revisions import made_at
from babelwire.lake.window import ALWAYS, Window

Order = Literal["oldest", "newest", "best"]

_KEY = ["article_id", "revision"]
_BY_TIME = ["published_at", *_KEY]
_BY = {
    order: [("published_at", when), ("article_id", "ascending"), ("revision", "ascending")]
    for order, when in (("oldest", "ascending"), ("newest", "descending"), ("best", "descending"))
}
_COPIES = ("duplicate", "near_duplicate")


@dataclass(frozen=True)
class Wanted:
    """What is asked of `articles`; see `Reader.articles`."""

    window: Window = ALWAYS
    language: str | None = None
    source: str | None = None
    story: str | None = None
    entity: str | None = None
    text: str | None = None
    where: str | None = None
    current: bool = True
    primary: bool = False


def pick(lake: LakeFolder, wanted: Wanted, *, columns: list[str] | None, order: Order, limit: int | None) -> pa.Table:
    """The rows of `articles` that are wanted.

    Raises:
        UsageError: a search, a condition or a column does not work.
    """
    columns = known_columns(ARTICLES, columns)
    if order == "best" and wanted.text is None:
        raise UsageError("The order `best` is that of a search: give text as well, or take oldest or newest.")
    rows = _Rows(lake, wanted)
    if order == "best" or limit is not None:
        first = _first(rows, wanted.text, order).slice(0, limit)
        found = rows.read([*_KEY, *columns], among=first)
        places = pc.index_in(_joined(found), _joined(first))
        return found.take(pc.sort_indices(places)).select(columns)
    return rows.read([*_BY_TIME, *columns], by=_BY[order]).select(columns)


def known_columns(table: Table, columns: Collection[str] | None) -> list[str]:
    """The columns asked for, all of them where that is None.

    Raises:
        UsageError: the table has no such column.
    """
    names = table.schema.names
    for column in columns or ():
        if column not in names:
            near = difflib.get_close_matches(column, names, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise UsageError(f"{table.name} has no column {column}.{meant} It has {', '.join(names)}.")
    return list(columns) if columns else names


class _Rows:
    """The rows that are wanted, read with whatever columns are asked for."""

    def __init__(self, lake: LakeFolder, wanted: Wanted) -> None:
        self._lake, self._window = lake, wanted.window
        self._where = _where(lake, wanted)
        self._keys: pa.Table | None = None
        if wanted.where is not None:
            # DuckDB takes a tenth of a second to load, and worker processes import this package too.
            from babelwire.lake.reading.condition import Condition  # noqa: PLC0415

            holds = Condition(wanted.where)
            need = list(dict.fromkeys([*_KEY, *holds.columns]))
            rows = stream(lake, ARTICLES, columns=need, where=self._where, window=self._window)
            self._keys = pa.concat_tables(map(holds.keys, rows))
        self._old = _superseded(lake, self._window) if wanted.current else pa.array([], TEXT)

    def read(
        self, columns: list[str], *, by: list[tuple[str, str]] | None = None, among: pa.Table | None = None
    ) -> pa.Table:
        """The rows, of `among` (keys) where it is given."""
        where = self._where
        for keys in (self._keys, among):
            if keys is not None:
                where &= ds.field("article_id").isin(pc.unique(keys["article_id"]))
        columns = list(dict.fromkeys([*columns, *_KEY]))
        found = scan(self._lake, ARTICLES, columns=columns, where=where, window=self._window, by=by)
        for keys in (self._keys, among):
            if keys is not None:
                found = found.filter(pc.is_in(_joined(found), _joined(keys)))
        if len(self._old):
            found = found.filter(pc.invert(pc.is_in(_joined(found), self._old)))
        return found


def _where(lake: LakeFolder, wanted: Wanted) -> pc.Expression:
    where = wanted.window.condition("published_at")
    equal = (("language", wanted.language), ("source", wanted.source), ("story_id", wanted.story))
    for column, value in equal:
        if value is not None:
            where &= ds.field(column) == value
    if wanted.primary:
        where &= ~ds.field("relation").isin(pa.array(_COPIES, TEXT))
    if wanted.entity is not None:
        where &= ds.field("article_id").isin(naming(lake, wanted.entity, "article_id", wanted.window))
    if wanted.text is not None:
        where &= condition(parse(wanted.text))
    return where


def _superseded(lake: LakeFolder, window: Window) -> pa.Array:
    """The revisions, as `_joined` names them, that are not the newest of those published in the window."""
    inside = window.condition("published_at")
    again = scan(lake, ARTICLES, columns=["article_id"], where=inside & (ds.field("revision") > 1), window=window)
    if not again.num_rows:
        return pa.array([], TEXT)
    revised = inside & ds.field("article_id").isin(pc.unique(again["article_id"]))
    rows = scan(lake, ARTICLES, columns=[*_KEY, "published_at", "modified_at"], where=revised, window=window)
    in_order = sorted(rows.to_pylist(), key=lambda row: (made_at(row), row["revision"]))
    newest = {row["article_id"]: row["revision"] for row in in_order}
    old = [f"{row['article_id']}:{row['revision']}" for row in in_order if newest[row["article_id"]] != row["revision"]]
    return pa.array(old, TEXT)


def _joined(rows: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(rows["article_id"], rows["revision"].cast(TEXT), ":")


def _first(rows: _Rows, text: str | None, order: Order) -> pa.Table:
    """The keys of the rows in their order."""
    if order != "best" or text is None:
        return rows.read(_BY_TIME, by=_BY[order]).select(_KEY)
    found = rows.read([*_BY_TIME, "word_count", *HEADLINES, *BODIES])
    found = found.append_column("score", scores(parse(text), found))
    return found.sort_by([("score", "descending"), *_BY[order]]).select(_KEY)
