"""Who wrote the article of a web page: what it says for machines, then what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import html

from babelwire.reading.metadata import people
from babelwire.reading.pages.head import Meta

_NAMED = ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author", "cxenseparse:author")
_BY = re.compile(r"^(?:Di|DI)\s+(?=[^\W\da-z])")
_LONGEST = 160
_MOST = 200
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:by-?line|authors?|autor(?:e|i|es|en|ka)?|auteurs?|firma|redattore|signature)"
    r"(?:$|[\s_-](?!avatar|image|photo|bio|description|date|social)|-?names?\b)",
    re.IGNORECASE,
)
_PROFILE = re.compile(r"/(?:authors?|autor(?:e|i|en|es)?|auteurs?)/[^/?#]+/?$", re.IGNORECASE)
_ELSEWHERE = re.compile(r"comment|related|teaser|sidebar|recommend|widget|quote|footer|most-?read", re.IGNORECASE)
_AROUND = frozenset(["aside", "blockquote", "footer", "nav"])
_SPACE_LESS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def byline_of(
    tree: html.HtmlElement, meta: Meta, data: dict[str, Any], *, publishers: Iterable[str | None] = ()
) -> list[str]:
    """The people of JSON-LD, else of `meta`, else of what the page marks as its byline; [] where it names nobody."""
    names = tuple(publishers)
    authors = data.get("author") or data.get("creator")
    found = people(authors if isinstance(authors, list) else [authors], publishers=names)
    return found or people(meta.all(*_NAMED), publishers=names) or _shown(tree, names)


def _shown(tree: html.HtmlElement, publishers: tuple[str | None, ...]) -> list[str]:
    """The first people that stand in a byline, with those of its neighbours that are marked alike."""
    marked: list[str] = []
    first: html.HtmlElement | None = None
    for element in _bylines(tree):
        if first is not None and not _is_beside(element, first):
            continue
        text = _BY.sub("", " ".join(element.text_content().split()), count=1)
        names = people([text], publishers=publishers) if len(text) <= _LONGEST else []
        names = [name for name in names if " " in name or _SPACE_LESS.search(name)]
        # "Anna Neri, ANSA MILANO": the second is an office
        written = [name for name in names if not name.isupper()] or names
        if written:
            first = element if first is None else first
            marked += [name for name in written if name not in marked]
    return marked


def _bylines(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    found = tree.xpath(
        "//body//*[@rel='author' or @itemprop='author' or @class or contains(@href, '/aut')][not(self::meta)]"
    )
    count = 0
    for element in found:
        href = element.get("href") or ""
        machine = "author" in (element.get("rel"), element.get("itemprop")) or _PROFILE.search(href[:_LONGEST])
        if (machine or _MARKED.search((element.get("class") or "")[:_LONGEST])) and not _is_elsewhere(element):
            yield element
            count += 1
            if count >= _MOST:
                return


def _is_elsewhere(element: html.HtmlElement) -> bool:
    around = [element, *(each for each, _ in zip(element.iterancestors(), range(12), strict=False))]
    return any(
        each.tag in _AROUND or (each.tag != "body" and _ELSEWHERE.search((each.get("class") or "")[:_LONGEST]))
        for each in around
        if isinstance(each.tag, str)
    )


def _is_beside(element: html.HtmlElement, first: html.HtmlElement) -> bool:
    parent, known = element.getparent(), first.getparent()
    if element.get("class") != first.get("class") or parent is None or known is None:
        return False
    return parent is known or parent.getparent() is known.getparent()
