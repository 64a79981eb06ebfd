"""Which stories a reader asks for: one by its id, or those of a time, a language and a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import STORIES
from babelwire.lake.folder import LakeFolder
from babelwire.lake.reading.asked import check_is_one, tag_of
from babelwire.lake.reading.named import naming
from babelwire.lake.reading.scan import scan
from babelwire.lake.window import Window, before, starting


def one_story(lake: LakeFolder, id_or_start: str) -> pa.Table:
    """The row of a story by its id or the start of it; the id of one that was joined to another finds that one.

    Raises:
        UsageError: no story, or more than one, has such an id.
    """
    start = id_or_start if id_or_start.startswith("st") else f"st-{id_or_start}"
    found = scan(lake, STORIES, where=pc.starts_with(ds.field("story_id"), start))
    if not found.num_rows:
        joined = scan(lake, STORIES, columns=["story_id", "merged_story_ids"])
        ids = pc.unique(_with(joined, "merged_story_ids", lambda old: pc.starts_with(old, start))["story_id"])
        found = scan(lake, STORIES, where=ds.field("story_id").isin(ids)) if len(ids) else found
    check_is_one(lake, found["story_id"], id_or_start, "stories", "story")
    return found


def running(lake: LakeFolder, window: Window, *, language: str | None, entity: str | None) -> pa.Table:
    """The stories that were still running when the window begins and had begun before it ends, the largest first.

    Args:
        language: a BCP 47 tag of at least one article.
        entity: someone or something that an article names, as `naming` takes it.
    """
    where = starting("last_published_at", window.since) & before("first_published_at", window.until)
    if entity is not None:
        where &= ds.field("story_id").isin(naming(lake, entity, "story_id"))
    found = scan(lake, STORIES, where=where, window=Window(None, window.until))
    if language is not None:
        tag = tag_of(lake, language)
        found = _with(found, "languages", lambda spoken: pc.equal(spoken, tag))
    return found.sort_by(
        [("article_count", "descending"), ("last_published_at", "descending"), ("story_id", "ascending")]
    )


def _with(rows: pa.Table, column: str, holds: Callable[[Any], Any]) -> pa.Table:
    """The rows of which a value in the list `column` is so, once for each such value."""
    return rows.take(pc.list_parent_indices(rows[column]).filter(holds(pc.list_flatten(rows[column]))))
