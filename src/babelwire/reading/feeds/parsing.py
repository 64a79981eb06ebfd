"""What the entries of a feed say, with the names of schema.org, and whether they are whole articles."""

from __future__ import annotations

import calendar
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from babelwire.reading.feeds.entry import Entry
from babelwire.reading.markup import is_marked_up, paragraphs
from babelwire.reading.metadata import host_of
from babelwire.reading.text import decode, tidy

_DECLARED = re.compile(rb"""\s{0,99}<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9_-]{2,30})["']""")
_DECLARATION = re.compile(r"\s*<\?xml[^<>]{0,200}\?>")
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_END = re.compile(r"</(?:\w{1,20}:)?(?:rss|feed|rdf|channel)\s{0,99}>", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)\s{0,99}>", re.IGNORECASE)
_SCHEMES = ("http", "https", "")
_WEB = ("http://", "https://")
_HTML = ("text/html", "application/xhtml+xml")
_LONGEST_KEY = 500
_MAIL_AUTHOR = re.compile(r"\S{1,100}@\S{1,100}\s{1,9}\((?P<name>[^()]{1,100})\)")
_TITLE_PARTS = re.compile(r"\s+[|>»:–—-]\s+")
_SHORT = 1000
"""Characters. A longer description is the article; a longer text that ends in an ellipsis is no teaser for that."""
_MORE = (
    r"(?:continua(?: a leggere)?|leggi (?:tutto|di più|il resto|l['’]articolo(?: completo| intero)?)|read (?:more|on|the rest|"
    r"the full (?:story|article)|full (?:story|article))|continue reading|keep reading|weiterlesen|mehr lesen|lire la suite|"
    r"lire plus|leer más|seguir leyendo|leia mais|ler mais)"
)
_BROKEN_OFF = re.compile(
    rf"(?:[\[(](?:…|\.\.\.)[\])]|(?:^|[.!?…»”\"\])]\s{{0,9}}){_MORE}[\s.…→»›>\])]{{0,9}})$", re.IGNORECASE
)
_PROBABLY = re.compile(rf"(?:(?:…|\.\.\.)|(?:^|[.!?…»”\"\])]\s{{0,9}}){_MORE} [^:]{{1,150}})$", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:The post|L['’]articolo|L['’]article|Der Beitrag|La entrada|O post)\s.{1,500}\s(?:appeared first on|proviene da|"
    r"sembra essere il primo su|est apparu en premier sur|erschien zuerst auf|se publicó primero en|apareceu primeiro em)"
    r"\s.{1,200}"
)


def parse_feed(raw: bytes) -> tuple[list[Entry], bool]:
    """The entries of an RSS or Atom feed in its order, and whether the feed is whole.

    Of a feed that breaks off the entries before the break are taken. No address is fetched and no file is read.

    Raises:
        RejectInput: no encoding gives text (`undecodable`).
    """
    declared = _DECLARED.match(raw)
    text = decode(raw, declared=declared[1].decode("ascii") if declared else None)
    text = _DECLARATION.sub("", text.translate(_NOT_XML), count=1).lstrip()
    last = max((each.start() for each in _ENTRY.finditer(text)), default=0)
    is_whole = _END.search(text, last) is not None
    if not is_whole:
        text = text[: max((each.end() for each in _ENTRY_END.finditer(text)), default=0)]
    parsed = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed = _plain(parsed.feed)
    entries = [_entry(_plain(each), feed) for each in parsed.entries]
    found = [entry for entry in entries if entry is not None]
    return found, is_whole and not (parsed.bozo and not found and not parsed.version)


def _entry(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> Entry | None:
    """The entry; None where it says nothing."""
    link = _link(entry, feed)
    headline = " ".join(_paragraphs(entry.get("title"), entry.get("title_detail"))) or None
    summary = _paragraphs(entry.get("summary"), entry.get("summary_detail"))
    contents = [_paragraphs(each.get("value"), each) for each in _dicts(entry.get("content"))]
    full = max(contents, key=lambda each: sum(map(len, each)), default=[])
    body = full or summary
    if not (headline or body or link):
        return None
    is_cut = bool(body) and _is_cut(body)
    is_article = bool(full or sum(map(len, body)) > _SHORT) and not is_cut
    languages = (each.get("language") for each in (*_dicts(entry.get("content")), entry, feed))
    published = _time(entry, "published") or _time(entry, "created")
    updated = _time(entry, "updated")
    said = {
        "headline": headline,
        "url": link if link and link.lower().startswith(_WEB) else None,
        "datePublished": published or updated,
        "dateModified": updated if published else None,
        "author": _authors(entry) or _authors(feed),
        "articleBody": "\n\n".join(body),
        "description": "\n".join(summary) if full and not _repeats(summary, full) else None,
        "articleSection": next((tidy(t["term"]) for t in _dicts(entry.get("tags")) if t.get("term")), None),
        "inLanguage": next((tidy(each) for each in languages if isinstance(each, str) and each), None),
        "publisher": _publisher(entry, feed),
    }
    article = {key: value for key, value in said.items() if value}
    key = _string(entry.get("id")) or link
    if key is None or len(key) > _LONGEST_KEY:
        key = hashlib.sha256(repr(key or sorted(article.items())).encode()).hexdigest()[:32]
    return Entry(key, article, bool(body), is_cut, None if is_article else link)


def _plain(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """The same without feedparser's second guesses at keys that are not there."""
    return {key: parsed[key] for key in parsed}


def _link(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> str | None:
    """The address of the entry's page; relative where the feed does not say to what."""
    try:
        address = urljoin(_string(feed.get("link")) or "", _string(entry.get("link")) or "")
        return address if _string(entry.get("link")) and urlsplit(address).scheme in _SCHEMES else None
    except ValueError:
        return None


def _paragraphs(value: Any, detail: Any) -> list[str]:
    """The paragraphs of a field, of which `detail` says whether it is HTML."""
    text = _string(value)
    if text is None:
        return []
    kind = detail.get("type") if isinstance(detail, Mapping) else None
    if is_marked_up(text) if kind is None else kind in _HTML and ("<" in text or "&" in text):
        found = paragraphs(text)
    else:
        found = [each.strip() for each in text.split("\n\n") if each.strip()]
    return found[:-1] if len(found) > 1 and _NOTICE.fullmatch(found[-1]) else found


def _is_cut(body: list[str]) -> bool:
    end = body[-1][-_SHORT:].rstrip()
    return _BROKEN_OFF.search(end) is not None or (sum(map(len, body)) < _SHORT and _PROBABLY.search(end) is not None)


def _repeats(summary: list[str], body: list[str]) -> bool:
    """Whether a summary is only the beginning of the body, or of nothing."""
    start, whole = (re.sub(r"\W+", "", " ".join(each)[:_SHORT]).casefold() for each in (summary, body))
    return whole.startswith(start) or _is_cut(summary)


def _time(entry: Mapping[str, Any], name: str) -> str | None:
    """In ISO 8601 and UTC; as written where feedparser cannot read it."""
    parsed = entry.get(f"{name}_parsed")
    if isinstance(parsed, struct_time):
        try:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
        except (ValueError, OverflowError, OSError):
            return None
    return _string(entry.get(name))


def _authors(said: Mapping[str, Any]) -> list[str]:
    if mailed := _MAIL_AUTHOR.fullmatch(_string(said.get("author")) or ""):
        return [mailed["name"].strip()]
    names = (_string(each.get("name")) for each in _dicts(said.get("authors")))
    return [name for name in names if name]


def _publisher(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> str | None:
    source = entry.get("source")
    named = (
        _string(source.get("title")) if isinstance(source, Mapping) else None,
        _string(entry.get("publisher")),
        _string(feed.get("publisher")),
    )
    title = " ".join(_paragraphs(feed.get("title"), feed.get("title_detail")))
    return next((name for name in named if name), None) or _of_site(title, host_of(feed.get("link"))) or None


def _of_site(title: str, host: str | None) -> str:
    """The part of a feed's title that names its site (`Cronaca | Il Canale` of ilcanale.example), else all of it."""
    site = _letters(host or "")
    label = _letters(max((host or "").split(".")[:-1], key=len, default=""))
    for part in _TITLE_PARTS.split(title[:_LONGEST_KEY]):
        letters = _letters(part)
        if len(letters) > 1 and label and (letters in site or label in letters):
            return part.strip()
    return title


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _string(value: Any) -> str | None:
    return tidy(value).strip() or None if isinstance(value, str) else None


def _dicts(value: Any) -> Iterable[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
