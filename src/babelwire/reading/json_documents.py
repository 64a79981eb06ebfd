"""How one article in a JSON object is read, whichever of the common sets of field names it uses."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from babelwire.errors import RejectInput
from babelwire.reading.markup import is_marked_up, paragraphs
from babelwire.reading.metadata import address, canonical, host_of, language_tag, line, people, publisher, string, when

_DEEPEST = 100
_OBJECT = re.compile(r'\s*(?:\[\s*)?\{\s*["}]')
# schema.org NewsArticle, ninjs, news-please, newspaper4k, then what people make up; the first that is usable wins
_HEADLINE = ("headline", "title")
_STANDFIRST = (
    "alternativeHeadline",
    "standfirst",
    "subtitle",
    "description_text",
    "description",
    "summary",
    "abstract",
)
_TEXT = ("articleBody", "body_text", "maintext", "text", "body", "content", "body_html", "body_xhtml", "content_html")
_AUTHORS = ("author", "authors", "byline", "creator")
_PUBLISHED = (
    "datePublished", "firstpublished", "firstcreated", "date_publish", "publish_date", "published_at", "published",
    "publishedAt", "pubDate", "date", "versioncreated", "dateCreated",
)  # fmt: skip
_MODIFIED = ("dateModified", "versioncreated", "date_modify", "modified_at", "updated_at", "updated", "modified")
_URL = ("url", "mainEntityOfPage", "canonical_url", "canonical_link", "link", "uri", "@id")
_PUBLISHER = ("publisher", "provider", "infosource", "source", "source_name")
_SITE = ("source_domain", "source_url", "source", "publisher")
_LANGUAGE = ("inLanguage", "language", "lang", "meta_lang")
_SECTION = ("articleSection", "section", "category", "categories")
_DATELINE = ("dateline", "located", "locationCreated")


def looks_like_object(text: str) -> bool:
    """Whether the text begins like a JSON object, or an array of them."""
    return _OBJECT.match(text[:1000]) is not None


def read_object(text: str, *, latest: datetime) -> dict[str, Any]:
    """The columns of an article in a JSON object.

    Args:
        latest: dates more than a day later are ignored.

    Raises:
        RejectInput: it is not one JSON object or nests too deeply (`damaged_json`), or has no text (`no_text`).
    """
    document = _load(text)
    body = next((found for key in _TEXT if (found := _body(document.get(key), key))), None)
    if body is None:
        raise RejectInput(
            "no_text",
            f"The JSON object has no text in any of the fields {', '.join(_TEXT)}. Name the field with the body so.",
        )
    language = next((found for key in _LANGUAGE if (found := language_tag(document.get(key)))), None)
    named = next((found for key in _PUBLISHER if (found := publisher(document.get(key)))), None)
    site = next((found for key in _SITE if (found := host_of(document.get(key)))), None)
    authors = (people(_several(document.get(key)), publishers=(named, site)) for key in _AUTHORS)

    def time(keys: tuple[str, ...]) -> datetime | None:
        times = (when(_single(document.get(key)), latest=latest, language=language) for key in keys)
        return next((found for found in times if found), None)

    return {
        "uri": next((found for key in _URL if (found := canonical(address(document.get(key))))), None),
        "publisher": named,
        "site": site,
        "section": _first_line(document, _SECTION),
        "headline": _first_line(document, _HEADLINE),
        "standfirst": _first_line(document, _STANDFIRST),
        "byline": next((names for names in authors if names), []),
        "dateline": _first_line(document, _DATELINE),
        "published_at": time(_PUBLISHED),
        "modified_at": time(_MODIFIED),
        "declared_language": language,
        "text": body,
    }


def _load(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        what = f"line {error.lineno}, {error.msg}" if isinstance(error, json.JSONDecodeError) else "it nests too deeply"
        raise RejectInput("damaged_json", f"The JSON is damaged ({what}). Ask its sender for it again.") from error
    if not isinstance(document, dict):
        raise RejectInput(
            "damaged_json", "The JSON is not an object with an article's fields. Give one object, or an array of them."
        )
    if _is_deep(document):
        raise RejectInput("damaged_json", f"The JSON nests more than {_DEEPEST} deep. Give the article's fields flat.")
    return document


def _is_deep(document: dict[str, Any]) -> bool:
    level: list[Any] = [document]
    for _ in range(_DEEPEST):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def _body(value: Any, key: str) -> str | None:
    parts = (string(each) for each in _several(value) if not isinstance(each, list))
    text = "\n\n".join(part for part in parts if part)
    if "html" in key or is_marked_up(text):
        text = "\n\n".join(paragraphs(text))
    return text or None


def _first_line(document: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((found for key in keys if (found := _plain_line(document.get(key)))), None)


def _plain_line(value: Any) -> str | None:
    found = line(value)
    return " ".join(paragraphs(found)) or None if found and is_marked_up(found) else found


def _single(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, list) else value


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
