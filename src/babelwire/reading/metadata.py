"""What documents say about themselves, made uniform: times, links, names, languages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from courlan import clean_url, validate_url
from courlan.clean import TRACKERS_RE
from dateparser.date import DateDataParser

from babelwire.reading.text import tidy

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LONGEST_URL = 2000
_LONGEST_DATE = 60
_LONGEST_LINE = 1000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
_EPOCH_TIME = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
_MAIL_DATE = re.compile(r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|[A-Z]{1,4})", re.ASCII)
_DATE_LANGUAGES = ["it", "en", "de", "fr", "es", "pt"]
_CACHED_AMP = re.compile(
    r"https?://(?:www\.google\.[a-z.]{2,6}/amp/(?:s/)?|[\w-]+\.cdn\.ampproject\.org/[cv]/(?:s/)?)(?=[\w-]+\.)",
    re.IGNORECASE,
)
_AMP_HOST = re.compile(r"^amp\.")
_AMP_START = re.compile(r"^/amp/(?=.)", re.IGNORECASE)
_AMP_END = re.compile(r"(?<=.)/amp$|(?<=[^/])\.amp(?P<ending>\.html?|)$", re.IGNORECASE)
_AMP_PARAMETER = re.compile(r"amp(?:=(?:1|true)?)?|(?:outputType|output|view|mode)=amp", re.IGNORECASE)
_NUMERIC_ID = re.compile(r"(?:c|e|u)id=\d+", re.IGNORECASE)
_LINK = re.compile(r"https?://|www\.|@|\.(?:com|it|org|net|eu|uk|de|fr)\b", re.IGNORECASE)
_PREFIX = re.compile(
    r"(?i:written by|words by|text by|by|a cura di|testo di|articolo di|par|por|von|av|af|door|przez|text|testo|"
    r"autor(?:e|in)?|authors?|redacción)\s*:?\s+(?=[^\W\da-z])|di\s+(?=\S)"
)
_SEPARATOR = re.compile(r"\s+(?:and|e|ed|und|et|y|og|och|en|&|with|con)\s+|\s*[;|/]\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^()]{0,80}\)")
_NOT_A_PERSON = re.compile(
    r"\b(?:admin|administrator|afp|agenc(?:y|ies)|agenzi[ae]|agence|(?:presse-?)?agentur(?:en)?|ansa|apa|apcom|adnkronos|askanews|associated press|"
    r"bbc|bureau|"
    r"contributors?|correspondents?|desk|direttore|dpa|editors?|editorial|editore|guest author|inviat[oa]|italpress|lapresse|news|newsroom|newspaper|"
    r"online|press|quotidiano|redaktion|redacci[oó]n|redazion[ei]|r[eé]daction|reporters?|reuters|staff|team|webmaster|"
    r"writers?)\b",
    re.IGNORECASE,
)


def line(value: Any) -> str | None:
    """A field as one line of plain text; None where it has none, or far too much for a line."""
    text = string(value)
    if text is None or len(text) > _LONGEST_LINE:
        return None
    return " ".join(html.unescape(text).split()) or None


def string(value: Any) -> str | None:
    """A field as text, whatever its type: the first usable of a list, the name of an object; None where it has none."""
    if isinstance(value, list | tuple):
        simple = (string(each) for each in value[:20] if not isinstance(each, list | tuple))
        return next((found for found in simple if found), None)
    if isinstance(value, dict):
        named = (value.get(key) for key in ("name", "@value", "alternateName", "text", "@id", "url"))
        return next((tidy(each).strip() for each in named if isinstance(each, str) and each.strip()), None)
    if isinstance(value, str):
        return tidy(value).strip() or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def when(value: Any, *, latest: datetime, language: str | None = None) -> datetime | None:
    """A time in UTC, or None where there is none or an absurd one: before 1900, or more than a day after `latest`.

    ISO 8601, RFC 2822, seconds or milliseconds since 1970, or a date written out in a few languages. A time without
    zone is taken as UTC, a date without time as its midnight.
    """
    moment = as_written(value, language=language)
    if moment is None:
        return None
    try:
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None
    return moment if EARLIEST <= moment <= latest + timedelta(days=1) else None


def as_written(value: Any, *, language: str | None = None) -> datetime | None:
    """A time as `when` reads it, in the zone that it names and without one where it names none, however absurd."""
    if isinstance(value, datetime):
        return value
    return _number(value) if isinstance(value, int | float) else _written(string(value), language)


def address(value: Any) -> Any:
    """The web address of a schema.org object; anything else as it is."""
    return (value.get("@id") or value.get("url")) if isinstance(value, dict) else value


def canonical(value: Any) -> str | None:
    """An article's web address, the same for its AMP page, for http and https, with and without a slash at the end.

    Without fragment and tracking parameters; None where it is not one. The address of a whole site is none: a page that
    names it as its own would be taken for every other page there. Letters of another case, other parameters and other
    hosts are other addresses.
    """
    url = string(value)
    if url is None or len(url) > _LONGEST_URL or not url.lower().startswith(("http://", "https://")):
        return None
    if cached := _CACHED_AMP.match(url):
        url = f"https://{url[cached.end() :]}"
    bare, _, query = url.partition("#")[0].partition("?")
    cleaned = clean_url(bare)
    if cleaned is None or not validate_url(cleaned)[0] or "@" in urlsplit(cleaned).netloc:
        return None
    # courlan drops parameters without a value and the numeric ids of old systems, which tell articles apart
    kept = sorted(p for p in html.unescape(query).split("&") if p and (_NUMERIC_ID.fullmatch(p) or not _tracks(p)))
    kept = [parameter for parameter in kept if not _AMP_PARAMETER.fullmatch(parameter)]
    _, host, path, _, _ = urlsplit(cleaned)
    host = _AMP_HOST.sub("www.", re.sub(r":(?:80|443)$", "", host))
    path = _AMP_START.sub("/", _AMP_END.sub(r"\g<ending>", path.rstrip("/"))).rstrip("/")
    if not kept and not path:
        return None
    return urlunsplit(("https", host, path or "/", "&".join(kept), ""))


def host_of(value: Any) -> str | None:
    """The host of a web address or domain without `www.`."""
    url = string(value)
    if url is None or len(url) > _LONGEST_URL:
        return None
    try:
        host = urlsplit(url if "://" in url else f"//{url}").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host and "." in host and not re.search(r"\s", host) else None


def publisher(value: Any) -> str | None:
    """The name of a publisher; None for a web address."""
    name = line(value)
    return None if name is None or "://" in name else name


def language_tag(value: Any) -> str | None:
    """A BCP 47 tag, None where it is none."""
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    tag = string(value)
    return tag.replace("_", "-") if tag and _LANGUAGE.fullmatch(tag) else None


def people(values: Iterable[Any], *, publishers: Iterable[str | None] = ()) -> list[str]:
    """The names of people among authors, in order, each once: no agencies, desks, roles, addresses or `publishers`.

    An author is a string, which may name several ("A and B", "A e B", "A, B"), or an object with `@type` and `name`.
    """
    publishing = {_letters(each) for each in publishers if each}
    found: dict[str, str] = {}
    for value in values:
        if isinstance(value, dict) and "Organization" in str(value.get("@type")):
            continue
        for name in _names(line(value) or ""):
            if _is_person(name) and _letters(name) not in publishing:
                found.setdefault(name.casefold(), name)
    return list(found.values())


def _number(value: float) -> datetime | None:
    seconds = value / 1000 if abs(value) > 1e11 else value
    try:
        return datetime.fromtimestamp(seconds, UTC) if abs(seconds) > 1e8 else None
    except (ValueError, OverflowError, OSError):
        return None


def _written(text: str | None, language: str | None) -> datetime | None:
    if text is None or len(text) > _LONGEST_DATE:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if _EPOCH_TIME.fullmatch(text):
        return _number(int(text))
    try:
        return parsedate_to_datetime(text) if _MAIL_DATE.fullmatch(text) else _in_words(text, language)
    except (ValueError, OverflowError):
        return None


def _in_words(text: str, language: str | None) -> datetime | None:
    first = (language or "").lower().split("-")[0]
    languages = sorted(_DATE_LANGUAGES, key=lambda each: each != first)
    settings = {"STRICT_PARSING": True, "PARSERS": ["absolute-time"], "TIMEZONE": "UTC"}
    try:
        parser = DateDataParser(languages=languages, use_given_order=True, settings=settings)
        moment: datetime | None = parser.get_date_data(text).date_obj
    except Exception:  # a stranger's string may trip the library anywhere, and a date is not worth an article
        return None
    return moment


def _tracks(parameter: str) -> bool:
    return TRACKERS_RE.search(parameter.partition("=")[0].lower()) is not None


def _names(text: str) -> Iterable[str]:
    for part in _SEPARATOR.split(_PREFIX.sub("", text, count=1)):
        first, *others = (_IN_BRACKETS.sub("", each).strip() for each in part.split(","))
        if len(others) == 1 and " " not in first and " " not in others[0]:
            yield f"{others[0]} {first}".strip()  # as in a catalogue: "Neri, Anna"
        else:
            yield first
            # "Anna Neri, Luca Bassi" are two people, "Anna Neri, Roma" is one
            yield from (each for each in others if " " in each)


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _is_person(name: str) -> bool:
    words = name.split()
    shouted = len(words) == 1 and name.isupper()
    return (
        1 <= len(words) <= 6
        and not shouted
        and name[0].isalpha()
        and ":" not in name
        and not name.islower()
        and not any(c.isdigit() for c in name)
        and _NOT_A_PERSON.search(name) is None
        and _LINK.search(name) is None
    )
