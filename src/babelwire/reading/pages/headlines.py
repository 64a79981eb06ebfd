"""The headline of a web page, by agreement of the places where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lxml import html

from babelwire.reading.metadata import line
from babelwire.reading.pages.head import Meta

_MOST_HEADINGS = 20
_FEWEST_WORDS = 3
_SHORTEST_ENDING = 60
_MARK = r"[|\-–—·•:：»]"
_ENDING = re.compile(rf"\s*{_MARK}\s*")
_LAST_PART = re.compile(r"\s+[|\-–—·•»]\s+(?=[^|–—·•»]{2,60}$)|\s*[|：](?=[^|：]{2,60}$)")
_WORDS = re.compile(r"\w+")
_LETTERS = re.compile(r"[\W_]+")


def headline_of(tree: html.HtmlElement, meta: Meta, data: dict[str, Any], *, sites: Iterable[str | None]) -> str | None:
    """The headline as most of JSON-LD, `h1` and OpenGraph have it, the first of these where no two agree.

    What follows a headline in the title of a page is cut off: everything after the `h1`, and the names in `sites`.
    """
    named = [_letters(site) for site in sites if site]
    told = _without_site(line(data.get("headline")), named)
    shared = _without_site(meta.first("og:title"), named) or _without_site(meta.first("twitter:title"), named)
    headings = [text for h1 in _headings(tree) if (text := line(h1.text_content()))]
    shown = {_plain(text): text for text in headings if len(text.split()) >= _FEWEST_WORDS or len(headings) == 1}
    told, shared = _as_shown(told, shown.values()), _as_shown(shared, shown.values())
    told_is_shown, shared_is_shown = _plain(told) in shown, _plain(shared) in shown
    if shared and shared_is_shown and not told_is_shown:
        return shared
    only = next(iter(shown.values())) if len(shown) == 1 else None
    title = _without_site(line(tree.findtext(".//title")), named)
    return told or shared or _without_site(line(data.get("name")), named) or only or title


def _headings(tree: html.HtmlElement) -> list[html.HtmlElement]:
    return list(tree.xpath(f"(//h1)[position() <= {_MOST_HEADINGS}]"))


def _as_shown(headline: str | None, shown: Iterable[str]) -> str | None:
    """The headline, or the `h1` that it begins with where a mark and less than that follows."""
    for text in shown:
        if headline and len(headline) > len(text) and headline.startswith(text):
            rest = headline[len(text) :]
            if _ENDING.match(rest) and len(rest) <= max(len(text), _SHORTEST_ENDING):
                return text
    return headline


def _without_site(headline: str | None, named: list[str]) -> str | None:
    """The headline without the names of the site that titles of pages end with."""
    for _ in range(3):
        ending = _LAST_PART.search(headline or "")
        if not headline or not ending or not headline[: ending.start()].strip():
            break
        last = _letters(headline[ending.end() :])
        if not any(last and (last in name or (name in last and len(name) >= 3)) for name in named):
            break
        headline = headline[: ending.start()].strip()
    return headline


def _plain(text: str | None) -> str:
    return " ".join(_WORDS.findall((text or "").casefold()))


def _letters(text: str) -> str:
    return _LETTERS.sub("", text.casefold())
