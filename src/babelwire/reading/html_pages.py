"""How a web page is read: what it says about itself, and its body without the furniture around it."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import Any

import trafilatura
from htmldate import find_date
from lxml import html
from trafilatura.metadata import extract_metadata

from babelwire.errors import RejectInput
from babelwire.reading.linked_data import articles_of
from babelwire.reading.markup import damaged, tree_of
from babelwire.reading.metadata import (
    EARLIEST,
    address,
    canonical,
    host_of,
    language_tag,
    line,
    people,
    publisher,
    when,
)

# they report every page that has no article, and babelwire reports it itself
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_CHARSET = re.compile(rb"""<meta[^<>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_-]{2,30})""", re.IGNORECASE)
_MOST_ELEMENTS = 20_000
_SHORT_BODY = 1000
_SHORTEST_PARAGRAPH = 60
# letters in links for each letter of the body: above 3 on home pages, below on nearly all articles
_MOST_LINKS = 3.0
_MOST_LINKS_AT_HOME = 0.5
_SENTENCE = re.compile(r"[.!?…।][\"'”»’)]{0,3}(?:\s|$)|[。！？]")
_CONSENT = re.compile(r"\bcookies?\b|\bconsen(?:t|so|si)\b|\bprivacy\b|\bjavascript\b|\bad ?blocker?\b", re.IGNORECASE)
_AUTHORS = ("author", "article:author", "byl", "dc.creator")
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date.issued",
    "pubdate",
)
_MODIFIED = ("article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "last-modified")
_WORDS = re.compile(r"\w+")


def charset_of(raw: bytes) -> str | None:
    """The character encoding that a page declares in a `meta` element near its start."""
    found = _CHARSET.search(raw[:4096])
    return found.group(1).decode("ascii") if found else None


def read_page(text: str, *, latest: datetime) -> dict[str, Any]:
    """The columns of a web page with one article.

    Args:
        latest: dates more than a day later are ignored.

    Raises:
        RejectInput: there is no article (`not_an_article`), the page is too large to be read in reasonable time
            (`too_large`), or a parser fails on it (`damaged_html`).
    """
    tree = tree_of(text)
    elements = sum(1 for _ in tree.iter())
    if elements > _MOST_ELEMENTS:
        raise RejectInput(
            "too_large",
            f"The page has {elements:,} elements; at most {_MOST_ELEMENTS:,} are read. Give its text instead.",
        )
    meta = _Meta(tree)
    uri = canonical(_link(tree)) or canonical(meta.first("og:url"))
    data = (articles_of(tree, uri) or [{}])[0]
    about = _metadata(tree, meta, data, uri, latest)
    body, standfirst = _trim(_body(tree), about["headline"], about["standfirst"])
    described = bool(data) or (meta.first("og:type") or "").lower().endswith("article")
    if not _is_told(body, described=described) or (
        not described and _is_list(tree, body, _link(tree) or meta.first("og:url"))
    ):
        raise RejectInput(
            "not_an_article",
            "The page has no article in it: a home page, a list, a menu or a cookie notice. Give the article's own page.",
        )
    if about["published_at"] is None:
        about["published_at"] = when(_find_date(tree, about["uri"], latest), latest=latest)
    return {**about, "standfirst": standfirst, "text": "\n\n".join(body)}


def _metadata(
    tree: html.HtmlElement, meta: _Meta, data: dict[str, Any], uri: str | None, latest: datetime
) -> dict[str, Any]:
    """What the page says about the article: JSON-LD before OpenGraph before other `meta` before what is guessed."""
    uri = uri or next((u for k in ("mainEntityOfPage", "url") if (u := canonical(address(data.get(k))))), None)
    named = publisher(data.get("publisher")) or publisher(meta.first("og:site_name"))
    language = (
        language_tag(data.get("inLanguage")) or language_tag(tree.get("lang")) or language_tag(meta.first("og:locale"))
    )
    headline = line(data.get("headline")) or meta.first("og:title") or line(data.get("name"))
    authors = data.get("author", data.get("creator"))
    publishers = (named, host_of(uri))
    byline = people(authors if isinstance(authors, list) else [authors], publishers=publishers)
    byline = byline or people(meta.all(*_AUTHORS), publishers=publishers)
    if not headline or not byline:
        guessed = _guess(tree)
        headline = headline or line(guessed.title)
        byline = byline or people((guessed.author or "").split("; "), publishers=publishers)

    def time(*values: Any) -> datetime | None:
        return next((t for v in values if (t := when(v, latest=latest, language=language))), None)

    return {
        "uri": uri,
        "publisher": named,
        "section": line(data.get("articleSection")) or meta.first("article:section"),
        "headline": _without_site(headline, named),
        "standfirst": line(data.get("description")) or meta.first("og:description", "description"),
        "byline": byline,
        "published_at": time(data.get("datePublished"), data.get("dateCreated"), *meta.all(*_PUBLISHED)),
        "modified_at": time(data.get("dateModified"), *meta.all(*_MODIFIED)),
        "declared_language": language,
    }


class _Meta:
    """The `meta` elements of a page by name, in order."""

    def __init__(self, tree: html.HtmlElement) -> None:
        self._values: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            value = line(element.get("content"))
            for attribute in ("property", "name", "itemprop"):
                if value and (name := element.get(attribute)):
                    self._values.setdefault(name.lower(), []).append(value)

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self._values.get(name, ())]

    def first(self, *names: str) -> str | None:
        return next(iter(self.all(*names)), None)


def _link(tree: html.HtmlElement) -> str | None:
    found = tree.xpath("//link[@rel='canonical']/@href")
    return str(found[0]) if found else None


def _body(tree: html.HtmlElement) -> list[str]:
    """The paragraphs of the article: what is surely its text, unless that is little and half of what probably is."""
    sure = _extract(tree, favor_precision=True)
    if len(sure) < _SHORT_BODY:
        probable = _extract(tree, favor_precision=False)
        sure = probable if len(probable) > 2 * len(sure) else sure
    lines = (" ".join(each.split()).removeprefix("- ") for each in sure.split("\n"))
    return [each for each in lines if each.strip("- ")]


def _extract(tree: html.HtmlElement, *, favor_precision: bool) -> str:
    try:
        found = trafilatura.bare_extraction(
            tree, favor_precision=favor_precision, include_comments=False, include_tables=False
        )
    except Exception as error:  # what the library raises over hostile pages is not documented
        raise damaged(error) from error
    return getattr(found, "text", None) or ""


def _guess(tree: html.HtmlElement) -> Any:
    try:
        return extract_metadata(tree, date_config={"extensive_search": False, "original_date": True})
    except Exception as error:
        raise damaged(error) from error


def _find_date(tree: html.HtmlElement, uri: str | None, latest: datetime) -> str | None:
    try:
        found: str | None = find_date(
            tree,
            extensive_search=False,
            original_date=True,
            url=uri,
            min_date=EARLIEST.date().isoformat(),
            max_date=latest,
        )
    except Exception as error:
        raise damaged(error) from error
    return found


def _without_site(headline: str | None, site: str | None) -> str | None:
    """The headline without the name of the site that titles of pages end with."""
    if headline and site and headline.casefold().endswith(site.casefold()):
        rest = headline[: -len(site)].rstrip()
        if rest.endswith(("|", "-", "–", "—", "·", ":")) and rest[:-1].strip():
            return rest[:-1].strip()
    return headline


def _trim(body: list[str], headline: str | None, standfirst: str | None) -> tuple[list[str], str | None]:
    """The body without a headline and standfirst on top, and the standfirst unless it only repeats the body."""
    words, below = _words(headline), _words(standfirst)
    start = 0
    while start < len(body) and start < 3 and (found := _words(body[start])) and found in (words, below):
        if found == below and _SENTENCE.search(body[start]):
            break
        start += 1
    rest = body[start:]
    if below == words or (below and _words(" ".join(rest[:3])).startswith(below)):
        standfirst = None
    return rest, standfirst


def _words(text: str | None) -> str:
    return " ".join(_WORDS.findall((text or "").casefold()))


def _is_told(body: list[str], *, described: bool) -> bool:
    """Whether the body is an article's: sentences, most of it where the page does not say so, and no consent notice."""
    length = sum(map(len, body))
    told = [p for p in body if _SENTENCE.search(p) and len(p) >= _SHORTEST_PARAGRAPH]
    consent = sum(len(p) for p in told if _CONSENT.search(p))
    return bool(told) and 2 * consent <= length and (described or 2 * sum(map(len, told)) >= length)


def _is_list(tree: html.HtmlElement, body: list[str], own: str | None) -> bool:
    """Whether a page has far more letters in links than in its body; fewer where it calls itself a site's home page."""
    letters = sum(len(" ".join(link.text_content().split())) for link in tree.iter("a"))
    at_home = host_of(own) is not None and canonical(own) is None
    return letters > (_MOST_LINKS_AT_HOME if at_home else _MOST_LINKS) * sum(map(len, body))
