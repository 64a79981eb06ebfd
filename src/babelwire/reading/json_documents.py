"""How one article in a JSON object is read, whichever of the common sets of field names it uses."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from babelwire.errors import RejectInput
from babelwire.reading.markup import is_marked_up, paragraphs
from babelwire.reading.metadata import address, canonical, host_of, language_tag, line, people, publisher, string, when
from babelwire.reading.pages.linked_data import is_article
from babelwire.settings import Fields

_DEEPEST = 100
_MOST_NODES = 500
_OBJECT = re.compile(r'\s*(?:\[\s*)?\{\s*["}]')
# schema.org NewsArticle, ninjs 1 to 3, news-please, newspaper4k, WordPress, the Guardian, NewsAPI, then what people make
# up; the first that is usable wins, dots lead into objects
_COLUMNS = Fields(
    headline=("headline", "headlines", "title", "webTitle", "fields.headline", "name"),
    standfirst=(
        "alternativeHeadline", "standfirst", "fields.standfirst", "subtitle", "description_text", "description_html",
        "descriptions", "description", "summary", "abstract", "excerpt", "fields.trailText", "meta_description",
    ),
    text=(
        "articleBody", "body_html", "body_xhtml", "body_text", "bodies", "maintext", "text", "body", "content",
        "content_html", "content_text", "fields.body", "fields.bodyText",
    ),
    byline=("author", "authors", "byline", "by", "creator", "people", "person", "fields.byline", "_embedded.author"),
    dateline=("dateline", "located", "locationCreated"),
    published_at=(
        "datePublished", "firstpublished", "firstcreated", "date_publish", "publish_date", "published_at", "published",
        "publishedAt", "webPublicationDate", "pubDate", "date_gmt", "date", "contentcreated", "versioncreated",
        "dateCreated", "meta_data.article.published_time",
    ),
    modified_at=(
        "dateModified", "versioncreated", "date_modify", "modified_at", "updated_at", "updated", "modified_gmt", "modified",
        "fields.lastModified", "meta_data.article.modified_time",
    ),
    uri=(
        "canonical_url", "canonical_link", "url", "mainEntityOfPage", "webUrl", "link", "uri", "@id",
    ),
    source=(
        "publisher", "provider", "infosource", "infosources", "source", "source_name", "meta_site_name",
        "meta_data.og.site_name", "fields.publication",
    ),
    language=("inLanguage", "language", "lang", "meta_lang"),
    section=("articleSection", "section", "sectionName", "category", "_embedded.wp:term.0.0.name", "categories"),
)  # fmt: skip
_SITE = ("source_domain", "source_url", "source", "publisher", "domain", "fields.publication")
_INSIDE = ("rendered", "value")
_PEOPLE = ("people", "person")
_WRITERS = frozenset(["author", "byline", "creator", "writer", "by"])
_CUT = re.compile(r"(?:…|\.{3})?\s{0,9}\[\+\d{1,7} (?:chars|characters)\]\s*$")


def looks_like_object(text: str) -> bool:
    """Whether the text begins like a JSON object, or an array of them."""
    return _OBJECT.match(text[:1000]) is not None


def read_object(text: str, *, latest: datetime, fields: Fields = Fields()) -> dict[str, Any]:  # noqa: B008
    """The columns of an article in a JSON object.

    Args:
        latest: dates more than a day later are ignored.
        fields: names to look at before the common ones; dots lead into objects and lists (`data.items.0.body`).

    Raises:
        RejectInput: it is not one JSON object or nests too deeply (`damaged_json`), has no text (`no_text`) or only the
            beginning of it (`teaser_only`), or its publisher withdrew it (`withdrawn`).
    """
    document = _article_in(_load(text))
    _check_status(document)

    def candidates(column: str) -> Iterator[Any]:
        for key in (*getattr(fields, column), *getattr(_COLUMNS, column)):
            value = _at(document, key)
            yield _writers(value) if key in _PEOPLE else _unwrapped(value)

    def first(column: str, usable: Callable[[Any], Any]) -> Any:
        return next((found for value in candidates(column) if (found := usable(value))), None)

    body = first("text", _body)
    if body is None:
        raise _without_text(document)
    if _CUT.search(body[-100:]):
        raise RejectInput(
            "teaser_only",
            "The JSON object has only the beginning of the article. Give the article's page or its full text.",
        )
    language = first("language", language_tag)
    named = first("source", publisher)
    site = next((found for key in _SITE if (found := host_of(_at(document, key)))), None)

    def time(column: str) -> datetime | None:
        found: datetime | None = first(column, lambda value: when(_single(value), latest=latest, language=language))
        return found

    return {
        "uri": first("uri", lambda value: canonical(address(value))),
        "publisher": named,
        "site": site,
        "section": first("section", _section),
        "headline": first("headline", _plain_line),
        "standfirst": first("standfirst", _plain_line),
        "byline": first("byline", lambda value: people(_authors(value), publishers=(named, site))) or [],
        "dateline": first("dateline", _plain_line),
        "published_at": time("published_at"),
        "modified_at": time("modified_at"),
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


def _article_in(document: dict[str, Any]) -> dict[str, Any]:
    """The article among the nodes of a schema.org graph or inside an answer of a service; else the object as it is."""
    answer = _at(document, "response.content")
    if isinstance(answer, dict):
        return answer
    graph = [node for node in _several(document.get("@graph"))[:_MOST_NODES] if isinstance(node, dict)]
    found = next((node for node in graph if is_article(node)), None)
    if found is None:
        return document
    nodes = {node["@id"]: node for node in graph if isinstance(node.get("@id"), str)}
    referring = {key: _resolved(found[key], nodes) for key in ("author", "creator", "publisher") if key in found}
    return {**found, **referring}


def _resolved(value: Any, nodes: dict[str, dict[str, Any]]) -> Any:
    """The node of the graph that `{"@id": ...}` stands for; of a list each."""
    if isinstance(value, list):
        return [_resolved(each, nodes) for each in value if not isinstance(each, list)]
    key = value.get("@id") if isinstance(value, dict) else None
    return {**nodes[key], **value} if isinstance(key, str) and key in nodes else value


def _check_status(document: dict[str, Any]) -> None:
    status = string(document.get("pubstatus"))
    if status in {"canceled", "cancelled", "withheld"}:
        raise RejectInput(
            "withdrawn",
            f"Its publisher says that the item is not to be published (pubstatus {status}). Nothing is to be done.",
        )


def _without_text(document: dict[str, Any]) -> RejectInput:
    lists = (
        key for key, value in document.items() if isinstance(value, list) and any(isinstance(v, dict) for v in value)
    )
    held = next((key for key in lists if key in {"articles", "items", "results", "docs", "data", "hits"}), None)
    if held:
        return RejectInput(
            "no_text",
            f"The JSON object is no article; it holds a list `{held}`. Give that list itself, or its objects one a line.",
        )
    return RejectInput(
        "no_text",
        f"The JSON object has no text in any of the fields {', '.join(_COLUMNS.text)}. Name the field with the body in "
        "reading.fields.text.",
    )


def _at(document: Any, path: str) -> Any:
    """What lies at a path whose steps are joined by dots: names in objects, numbers from 0 in lists; None if nothing."""
    if isinstance(document, dict) and path in document:
        return document[path]
    value = document
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 9:
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value


def _unwrapped(value: Any) -> Any:
    """The text in `{"rendered": ...}` and `{"value": ...}`; of a list with roles what has the main one, first."""
    if isinstance(value, list) and any(isinstance(each, dict) and "value" in each for each in value):
        wrapped = [each for each in value if isinstance(each, dict) and string(each.get("value"))]
        return next((each["value"] for each in sorted(wrapped, key=_importance)), None)
    if isinstance(value, dict):
        return next((value[key] for key in _INSIDE if isinstance(value.get(key), str)), value)
    return value


def _importance(part: dict[str, Any]) -> tuple[bool, bool]:
    """Orders the headlines and bodies of a ninjs item: the main one before others, HTML before plain text."""
    role, kind = str(part.get("role") or "main").lower(), str(part.get("contenttype") or "").lower()
    return "main" not in role, "html" not in kind


def _writers(value: Any) -> list[Any]:
    """Of the people of a ninjs item those who wrote it and not those it is about."""
    people = [each for each in _several(value) if isinstance(each, dict)]
    return [each for each in people if str(each.get("rel")).lower().rpartition(":")[2] in _WRITERS]


def _authors(value: Any) -> list[Any]:
    """The authors one by one, also where one object names several."""
    found: list[Any] = []
    for each in _several(value):
        names = each.get("name") if isinstance(each, dict) else None
        found += names if isinstance(names, list) else [each]
    return found


def _body(value: Any) -> str | None:
    parts = (string(each) for each in _several(value) if not isinstance(each, list))
    text = "\n\n".join(part for part in parts if part)
    if is_marked_up(text):
        return "\n\n".join(paragraphs(text)) or None
    return html.unescape(text) or None


def _plain_line(value: Any) -> str | None:
    found = line(value)
    return " ".join(paragraphs(found)) or None if found and is_marked_up(found) else found


def _section(value: Any) -> str | None:
    found = _plain_line(value)
    return None if found is None or found.isdigit() else found


def _single(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, list) else value


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
