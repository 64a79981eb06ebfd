"""The description of an article that a web page carries for machines: JSON-LD (schema.org)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import html

from babelwire.reading.metadata import address, canonical

_ARTICLE = re.compile(r"(?:\w{0,30}Article|BlogPosting|LiveBlogPosting|Report|\w{0,20}NewsArticle)")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$")
_MOST_SCRIPTS = 50
_MOST_NODES = 500


def articles_of(tree: html.HtmlElement, address: str | None) -> list[dict[str, Any]]:
    """The schema.org articles that the page describes, the one at `address` first.

    Articles in a list of links are not the page's own, and left out.
    """
    nodes = list(_nodes(tree))
    named = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
    found = [_resolved(node, named) for node in nodes if is_article(node)]
    return sorted(found, key=lambda node: address is None or address not in _addresses(node))


def is_video(tree: html.HtmlElement) -> bool:
    """Whether the page describes a video and no article."""
    nodes = list(_nodes(tree))
    return any(node.get("@type") == "VideoObject" for node in nodes) and not any(map(is_article, nodes))


def is_article(node: dict[str, Any]) -> bool:
    """Whether the `@type` of a schema.org object is some kind of article."""
    kinds = node.get("@type")
    return any(isinstance(k, str) and _ARTICLE.fullmatch(k) for k in (kinds if isinstance(kinds, list) else [kinds]))


def _resolved(node: dict[str, Any], named: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The node with its authors and its publisher in place of references (`@id`) to them."""

    def known(value: Any) -> Any:
        if isinstance(value, list):
            return [known(each) for each in value[:_MOST_SCRIPTS] if not isinstance(each, list)]
        reference = value.get("@id") if isinstance(value, dict) and "name" not in value else None
        return named.get(reference, value) if isinstance(reference, str) else value

    return {**node, **{key: known(node[key]) for key in ("author", "creator", "publisher") if key in node}}


def _nodes(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    scripts = tree.xpath("//script[contains(@type, 'ld+json')]")[:_MOST_SCRIPTS]
    waiting = [value for script in scripts if (value := _value(script.text or "")) is not None]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node[:_MOST_NODES]
        elif isinstance(node, dict):
            yield node
            waiting[:0] = [node[key] for key in ("@graph", "mainEntity") if isinstance(node.get(key), list | dict)]


def _value(script: str) -> Any:
    text = script.strip()
    for _ in range(2):
        text = _WRAPPING.sub("", text)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _addresses(node: dict[str, Any]) -> set[str]:
    return {found for key in ("mainEntityOfPage", "url", "@id") if (found := canonical(address(node.get(key))))}
