"""Who and what is named: the rows of `entities` that are about a name, and the names that are in most articles."""

from __future__ import annotations

import unicodedata
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from anyascii import anyascii

from babelwire.article import ENTITIES_TABLE, TEXT
from babelwire.lake.folder import LakeFolder
from babelwire.lake.reading.scan import scan, stream
from babelwire.lake.window import ALWAYS, Window


def naming(lake: LakeFolder, entity: str, column: str, window: Window = ALWAYS) -> pa.Array:
    """The values of `column` (story_id or article_id) in the rows of `entities` that are about `entity`; sorted.

    Args:
        entity: a name or an id, in any of the ways it is written in the articles, or in Italian where that is known
            (Genova). Case and accents do not matter.
    """
    asked = _plain(entity)
    ids = pa.array(sorted(_ids_of(entity)), TEXT)
    found = set[str]()
    columns = [column, "entity_id", "name", "surface_forms"]
    for rows in stream(lake, ENTITIES_TABLE, columns=columns, where=window.condition("published_at"), window=window):
        named = pc.or_(_spelt(rows["entity_id"], asked), _spelt(rows["name"], asked))
        named = pc.or_(named, pc.is_in(rows["entity_id"], ids))
        forms = rows["surface_forms"].combine_chunks()
        holders = pc.list_parent_indices(forms).filter(_spelt(pc.list_flatten(forms), asked))
        for values in (rows[column].filter(named), rows[column].take(holders)):
            found.update(values.to_pylist())
    return pa.array(sorted(found), TEXT)


def most_named(lake: LakeFolder, top: int, *, type_: str | None, window: Window) -> pa.Table:
    """The entities in most of the articles published in the window, then the most mentioned ones.

    Columns: entity_id, name (the commonest one), type, articles, mentions, first_published_at, last_published_at.
    """
    where = window.condition("published_at")
    if type_ is not None:
        where &= ds.field("type") == type_
    columns = ["entity_id", "name", "type", "article_id", "mentions", "published_at"]
    rows = scan(lake, ENTITIES_TABLE, columns=columns, where=where, window=window)
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
    return pa.table(
        {
            "entity_id": counts["entity_id"],
            "name": pa.array([usual[i]["name"] for i in ids], TEXT),
            "type": pa.array([usual[i]["type"] for i in ids], TEXT),
            "articles": counts["article_id_count_distinct"],
            "mentions": counts["mentions_sum"],
            "first_published_at": counts["published_at_min"],
            "last_published_at": counts["published_at_max"],
        }
    )


def _ids_of(entity: str) -> set[str]:
    """Who or what is called so in English or Italian, as far as the gazetteers and the packaged file of names know."""
    # Only this asks for them, and they take a while to load.
    from babelwire.entities.gazetteers import place  # noqa: PLC0415
    from babelwire.entities.registry import load_registry  # noqa: PLC0415

    name = entity.title() if entity == entity.lower() else entity
    return {found.entity_id for found in (place(name), load_registry(None).known(name)) if found is not None}


def _spelt(column: Any, asked: str) -> Any:
    """Which values are `asked` but for case and accents."""
    alike = [value for value in pc.unique(column).to_pylist() if value is not None and _plain(value) == asked]
    return pc.is_in(column, pa.array(alike, TEXT))


def _plain(name: str) -> str:
    return " ".join(anyascii(unicodedata.normalize("NFKC", name)).casefold().split())
