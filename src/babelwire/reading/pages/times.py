"""When the article of a web page was published and changed, in the time zone that it means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml import html

from babelwire.reading.metadata import as_written, when
from babelwire.reading.pages.head import Meta

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "publish-date",
    "publication_date",
    "pubdate",
)
_MODIFIED = ("article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "last-modified")
_ELEMENTS = (
    "//time[@itemprop='datePublished' or @pubdate]/@datetime",
    "//*[@itemprop='datePublished']/@content",
    "//time/@datetime",
)
_MOST = 20
_ZONES = {
    "at": "Vienna",
    "be": "Brussels",
    "ch": "Zurich",
    "cz": "Prague",
    "de": "Berlin",
    "dk": "Copenhagen",
    "fi": "Helsinki",
    "fr": "Paris",
    "gr": "Athens",
    "hr": "Zagreb",
    "hu": "Budapest",
    "ie": "Dublin",
    "it": "Rome",
    "lu": "Luxembourg",
    "mt": "Malta",
    "nl": "Amsterdam",
    "no": "Oslo",
    "pl": "Warsaw",
    "ro": "Bucharest",
    "se": "Stockholm",
    "si": "Ljubljana",
    "sk": "Bratislava",
    "sm": "San_Marino",
    "uk": "London",
}
"""Countries in Europe with one zone, by the end of their sites' names."""


def times_of(
    tree: html.HtmlElement,
    meta: Meta,
    data: dict[str, Any],
    *,
    latest: datetime,
    language: str | None = None,
    host: str | None = None,
) -> tuple[datetime | None, datetime | None]:
    """When the article was published and changed, in UTC; None where the page does not say, or says later than `latest`.

    A day without a time gives way to a time on the same day elsewhere on the page, and is taken as its midnight in UTC.
    A time without a zone is taken in that of the same time elsewhere on the page, else of the country that `host`
    ends in, else in UTC.
    """
    published = [
        *(data.get(key) for key in ("datePublished", "dateCreated", "uploadDate")),
        *meta.all(*_PUBLISHED),
        *(str(value) for value in tree.xpath(_ELEMENTS[0])[:_MOST]),
        *(str(value) for value in tree.xpath(_ELEMENTS[1])[:_MOST]),
    ]
    modified = [data.get("dateModified"), *meta.all(*_MODIFIED)]
    shown = [str(value) for value in tree.xpath(_ELEMENTS[2])[:_MOST]]
    moments = [_moments(values, language) for values in (published, modified, shown)]
    everything = [moment for each in moments for moment in each]
    zone = _zone(host)
    found = (_settled(each, everything, zone, latest) for each in moments[:2])
    return next(found), next(found)


def _moments(values: Iterable[Any], language: str | None) -> list[datetime]:
    return [moment for value in values if (moment := as_written(value, language=language)) is not None]


def _settled(
    moments: list[datetime], everything: list[datetime], zone: tzinfo | None, latest: datetime
) -> datetime | None:
    for moment in moments:
        exact = next(
            (m for m in everything if _is_day(moment) and m.date() == moment.date() and not _is_day(m)), moment
        )
        if exact.tzinfo is None and not _is_day(exact):
            clock = exact.replace(second=0, microsecond=0)
            same = (m for m in everything if m.tzinfo and m.replace(tzinfo=None, second=0, microsecond=0) == clock)
            known = next(same, None)
            exact = exact.replace(tzinfo=known.tzinfo if known else zone or UTC)
        found = when(exact, latest=latest)
        if found is not None and found <= latest:
            return found
    return None


def _is_day(moment: datetime) -> bool:
    return moment.tzinfo is None and moment.time() == time()


def _zone(host: str | None) -> tzinfo | None:
    city = _ZONES.get((host or "").rpartition(".")[2])
    try:
        return ZoneInfo(f"Europe/{city}") if city else None
    except ZoneInfoNotFoundError:
        return None
