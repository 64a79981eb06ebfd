"""The stage that makes documents of bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from trafilatura.meta import reset_caches

from babelwire.errors import RejectInput
from babelwire.frames import each_row, values, with_columns
from babelwire.reading.html_pages import charset_of, read_page
from babelwire.reading.json_documents import looks_like_object, read_object
from babelwire.reading.metadata import host_of
from babelwire.reading.text import decode, read_text

_PAGE = re.compile(
    r"<(?:!doctype html|html|head|body|div|article|section|main|header|h1|p|meta|title|table)\b", re.IGNORECASE
)
_XML = re.compile(r"<(?:\?xml|rss|feed|nitf|newsml|newsitem|newsmessage|!doctype)\b", re.IGNORECASE)
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

    Reads `raw`, `input_uri` and `file_modified_at`; adds `media_type`, `uri`, `source`, `section`, `headline`,
    `standfirst`, `byline`, `dateline`, `published_at` and `published_from` (metadata, or null), `modified_at`,
    `declared_language` and `text`; empties `raw`.

    Args:
        source_default: the publisher of documents that name none.
    """

    name = "parse"

    def __init__(self, source_default: str) -> None:
        self.source_default = source_default

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        parsed = each_row(frame, self.name, ("raw", "input_uri", "file_modified_at"), _COLUMNS, self._document)
        if "text/html" in values(parsed, "media_type"):
            reset_caches()  # trafilatura's grow with every page
        return with_columns(parsed, raw=[None] * len(parsed))

    def _document(self, *, raw: bytes, input_uri: str, file_modified_at: datetime | None) -> Mapping[str, Any]:
        now = datetime.now(UTC)
        latest = max(now, file_modified_at or now)
        text = decode(raw, declared=charset_of(raw) if raw.lstrip()[:1] == b"<" else None)
        media_type = "application/json" if "#" in input_uri else media_type_of(text)
        if media_type == "application/json":
            found = read_object(text, latest=latest)
        elif media_type == "text/html":
            found = read_page(text, latest=latest)
        else:
            found = read_text(text)
        return {
            **_COLUMNS,
            **{column: found[column] for column in _COLUMNS if column in found},
            "media_type": media_type,
            "source": self._source(found),
            "published_from": "metadata" if found.get("published_at") else None,
        }

    def _source(self, found: Mapping[str, Any]) -> str:
        return found.get("publisher") or self.source_default or host_of(found.get("uri")) or found.get("site") or ""


def media_type_of(text: str) -> str:
    """text/html, application/json or text/plain.

    Raises:
        RejectInput: it is XML of another kind (`unknown_format`).
    """
    start = text.lstrip()[:1000]
    if start.startswith("<"):
        if _PAGE.search(start):
            return "text/html"
        if _XML.match(start):
            raise RejectInput(
                "unknown_format", "The input is XML but no web page. Give articles as plain text, HTML or JSON."
            )
    return "application/json" if looks_like_object(start) else "text/plain"
