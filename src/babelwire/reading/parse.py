"""The stage that makes documents of bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from babelwire.frames import each_row, values, with_columns
from babelwire.reading.guarded import guarded
from babelwire.settings import Reading

_READS = ("raw", "media_type", "file_modified_at", "fetched_from", "charset", "publisher")
# named, because only the process that parses needs to import them
_DOCUMENT = "babelwire.reading.document:document"
_FORGET = "babelwire.reading.document:forget"
_COLUMNS: dict[str, Any] = {
    "media_type": None,
    "uri": None,
    "source": None,
    "section": None,
    "headline": None,
    "standfirst": None,
    "byline": [],
    "dateline": None,
    "published_at": None,
    "published_from": None,
    "modified_at": None,
    "declared_language": None,
    "text": None,
}


class Parse:
    """Makes a document of the bytes of each input, by their content and not their name.

    The work is done in a process of its own, which is ended where an input takes too long or too much memory.

    Reads `raw`, `media_type` (of a record whose stream says what it is, else null), `file_modified_at`,
    `fetched_from`, `charset` and `publisher` (of documents that name none); adds `media_type`, `uri`, `source`, `section`, `headline`, `standfirst`, `byline`,
    `dateline`, `published_at` and `published_from` (metadata, or null), `modified_at`, `declared_language` and `text`;
    empties `raw`.

    Args:
        source_default: the publisher of documents that name none, where `publisher` says nothing else.
        limits: for one input, and the names of JSON fields.
    """

    name = "parse"

    def __init__(self, source_default: str, limits: Reading) -> None:
        self.source_default = source_default
        self.limits = limits

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        parser = guarded(self.limits)

        def work(*, raw: bytes, publisher: str | None, **known: Any) -> Mapping[str, Any]:
            how = {"source_default": publisher or self.source_default, "fields": self.limits.fields}
            found: dict[str, Any] = parser.call(_DOCUMENT, raw, **known, **how)
            return found

        parsed = each_row(frame, self.name, _READS, _COLUMNS, work)
        if "text/html" in values(parsed, "media_type"):
            parser.call(_FORGET)
        return with_columns(parsed, raw=[None] * len(parsed))
