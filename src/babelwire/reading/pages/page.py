"""How a web page is read: what it says about itself, and its body without the furniture around it."""

from __future__ import annotations

import logging
import re
from copy import deepcopy
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import trafilatura
from htmldate import find_date
from lxml import html

from babelwire.errors import RejectInput
from babelwire.reading.markup import damaged, tree_of
from babelwire.reading.metadata import EARLIEST, canonical, host_of, language_tag, line, publisher, string, when
from babelwire.reading.metadata import address as address_of
from babelwire.reading.pages.bylines import byline_of
from babelwire.reading.pages.furniture import without_furniture
from babelwire.reading.pages.head import Meta, link
from babelwire.reading.pages.headlines import headline_of
from babelwire.reading.pages.invitations import without_invitations
from babelwire.reading.pages.kinds import reject_others
from babelwire.reading.pages.linked_data import articles_of
from babelwire.reading.pages.split_bodies import with_the_rest
from babelwire.reading.pages.times import times_of
from babelwire.reading.pages.told import as_told

# they report every page that has no article, and babelwire reports it itself
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_CHARSET = re.compile(rb"""<meta[^<>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_-]{2,30})""", re.IGNORECASE)
_MOST_ELEMENTS = 20_000
_SHORT_BODY = 1000
_SENTENCE = re.compile(r"[.!?…।][\"'”»’)]{0,3}(?:\s|$)|[。！？]")
_WORDS = re.compile(r"\w+")


def charset_of(raw: bytes) -> str | None:
    """The character encoding that a page declares in a `meta` element near its start."""
    found = _CHARSET.search(raw[:4096])
    return found.group(1).decode("ascii") if found else None


def read_page(text: str, *, latest: datetime, address: str | None = None) -> dict[str, Any]:
    """The columns of a web page with one article.

    Args:
        latest: later dates are ignored.
        address: where the page was fetched from; its relative links lead from there.

    Raises:
        RejectInput: there is no article (see `reject_others`), the page is too large to be read in reasonable time
            (`too_large`), or a parser fails on it (`damaged_html`).
    """
    tree = tree_of(text)
    elements = sum(1 for _ in tree.iter())
    if elements > _MOST_ELEMENTS:
        raise RejectInput(
            "too_large",
            f"The page has {elements:,} elements; at most {_MOST_ELEMENTS:,} are read. Give its text instead.",
        )
    meta = Meta(tree)
    uri, own = _addresses(tree, meta, address)
    fetched = canonical(address)
    data = (articles_of(tree, uri or fetched) or [{}])[0]
    about = _metadata(tree, meta, data, uri, fetched, latest)
    found = _body(tree, about["headline"], string(data.get("articleBody")))
    body, standfirst = _trim(found, about["headline"], about["standfirst"])
    reject_others(tree, meta, data, body, own=own)
    if about["published_at"] is None:
        about["published_at"] = when(_find_date(tree, about["uri"], latest), latest=latest)
    return {**about, "standfirst": standfirst, "text": "\n\n".join(body)}


def _addresses(tree: html.HtmlElement, meta: Meta, address: str | None) -> tuple[str | None, str | None]:
    """The article's address where the page names one, and what it calls its own, else where it was fetched from."""
    named = [urljoin(address or "", each) for each in (link(tree, "canonical"), meta.first("og:url")) if each]
    own = next(iter(named), address)
    return next((uri for each in named if (uri := canonical(each))), None), own


def _metadata(
    tree: html.HtmlElement, meta: Meta, data: dict[str, Any], uri: str | None, fetched: str | None, latest: datetime
) -> dict[str, Any]:
    """What the page says about the article: JSON-LD before OpenGraph before other `meta` before what it shows."""
    uri = uri or next((u for k in ("mainEntityOfPage", "url") if (u := canonical(address_of(data.get(k))))), fetched)
    site = meta.first("og:site_name")
    named = publisher(data.get("publisher")) or publisher(site)
    language = (
        language_tag(data.get("inLanguage")) or language_tag(tree.get("lang")) or language_tag(meta.first("og:locale"))
    )
    host = host_of(uri)
    published, modified = times_of(tree, meta, data, latest=latest, language=language, host=host)
    return {
        "uri": uri,
        "publisher": named,
        "section": line(data.get("articleSection")) or meta.first("article:section"),
        "headline": headline_of(tree, meta, data, sites=(named, site, host)),
        "standfirst": line(data.get("description")) or meta.first("og:description", "description"),
        "byline": byline_of(tree, meta, data, publishers=_publishers(named, site, host)),
        "published_at": published,
        "modified_at": modified,
        "declared_language": language,
    }


def _publishers(*names: str | None) -> tuple[str, ...]:
    """These names, and what stands before the last dots of those that are hosts."""
    known = [name for name in names if name]
    return (*known, *(name.rpartition(".")[0] for name in known if "." in name))


def _body(tree: html.HtmlElement, headline: str | None, told: str | None) -> list[str]:
    """The paragraphs of the article: what is surely its text, unless that is little and half of what probably is.

    Args:
        told: the text as JSON-LD gives it, which decides where it is whole.
    """
    bare = deepcopy(tree)
    without_furniture(bare, headline)
    sure = _extract(bare, favor_precision=True)
    if told and (agreed := as_told(told, sure, lambda: _extract(bare, favor_precision=False))):
        return without_invitations(agreed)
    if _size(sure) < _SHORT_BODY:
        probable = _extract(bare, favor_precision=False)
        sure = probable if _size(probable) > 2 * _size(sure) else sure
    return with_the_rest(bare, without_invitations(sure))


def _size(paragraphs: list[str]) -> int:
    return sum(map(len, paragraphs))


def _extract(tree: html.HtmlElement, *, favor_precision: bool) -> list[str]:
    try:
        found = trafilatura.bare_extraction(
            deepcopy(tree), favor_precision=favor_precision, include_comments=False, include_tables=False
        )
    except Exception as error:  # what the library raises over hostile pages is not documented
        raise damaged(error) from error
    lines = (" ".join(each.split()).removeprefix("- ") for each in (getattr(found, "text", None) or "").split("\n"))
    return [each for each in lines if each.strip("- ")]


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
