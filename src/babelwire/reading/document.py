"""How the bytes of one input become a document: what they are, and who reads such."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from trafilatura.meta import reset_caches

from babelwire.errors import RejectInput
from babelwire.reading.json_documents import looks_like_object, read_object
from babelwire.reading.mail.message import is_mail, read_mail
from babelwire.reading.metadata import canonical, host_of
from babelwire.reading.pages.page import charset_of, read_page
from babelwire.reading.text import decode, read_text, tidy
from babelwire.settings import Fields

_PAGE = re.compile(
    r"<(?:!doctype html|html|head|body|div|article|section|main|header|h1|p|meta|title|table)\b", re.IGNORECASE
)
_XML = re.compile(r"<(?:\?xml|rss|feed|nitf|newsml|newsitem|newsmessage|!doctype)\b", re.IGNORECASE)
_HEAD = 4096
_TEXTS = ("uri", "section", "headline", "standfirst", "dateline", "declared_language", "text")
_TIMES = ("published_at", "modified_at")


def document(
    raw: bytes,
    *,
    media_type: str | None = None,
    file_modified_at: datetime | None = None,
    fetched_from: str | None = None,
    charset: str | None = None,
    source_default: str = "",
    fields: Fields = Fields(),  # noqa: B008 - it is frozen
) -> dict[str, Any]:
    """The columns that the stage `parse` adds, of one input.

    Args:
        media_type: what it is, where that is known; else its bytes decide.
        file_modified_at: a date in the document may be a day later than this and than now, not more.
        fetched_from: the web address of the bytes, which is the document's where it names none.
        charset: the character encoding that the server declared.
        source_default: the publisher of a document that names none.
        fields: names of JSON fields to look at first.

    Raises:
        RejectInput: it is no article, or damaged.
    """
    now = datetime.now(UTC)
    latest = max(now, file_modified_at or now)
    if media_type is None and is_mail(raw[:_HEAD]):
        media_type, found = "message/rfc822", read_mail(raw, latest=latest)
    else:
        text = decode(raw, declared=charset or (charset_of(raw) if raw.lstrip()[:1] == b"<" else None))
        media_type = media_type or media_type_of(text)
        if media_type == "application/json":
            found = read_object(text, latest=latest, fields=fields)
        elif media_type == "text/html":
            found = read_page(text, latest=latest, address=fetched_from)
        else:
            found = read_text(text)
    return {
        **{column: _tidy(found.get(column)) for column in _TEXTS},
        **{column: found.get(column) for column in _TIMES},
        "media_type": media_type,
        "uri": _tidy(found.get("uri")) or canonical(fetched_from),
        "byline": [tidy(name) for name in found.get("byline") or ()],
        "source": tidy(_source(found, source_default)),
        "published_from": "metadata" if found.get("published_at") else None,
    }


def forget() -> None:
    """Empties what the libraries remember of pages; it grows with every one."""
    reset_caches()


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
                "unknown_format",
                "The input is XML of a kind that is not read. Give articles as text, HTML, JSON, a feed or mails.",
            )
    return "application/json" if looks_like_object(start) else "text/plain"


def _source(found: Mapping[str, Any], default: str) -> str:
    return found.get("publisher") or default or host_of(found.get("uri")) or found.get("site") or ""


def _tidy(text: str | None) -> str | None:
    return None if text is None else tidy(text)
