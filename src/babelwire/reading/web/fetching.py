"""Fetches feeds and pages, politely and safely."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import BinaryIO
from urllib.parse import urljoin

import httpx

from babelwire.errors import InputProblem, RejectInput
from babelwire.reading.found import Found, Unusable
from babelwire.reading.web.answers import Answer
from babelwire.reading.web.hosts import Hosts, refused
from babelwire.reading.web.robots import MOST_BYTES, Robots
from babelwire.settings import Fetching

_PATIENCE = timedelta(days=14)
_REDIRECTS = {301, 302, 303, 307, 308}
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_HOST = re.compile(rb"[A-Za-z0-9._:-]{1,253}")
_LONGEST_VALIDATOR = 1000


class NotModified(InputProblem):
    """It is as it was when it was last fetched; nothing is wrong."""

    disposition = "unchanged"

    def __init__(self) -> None:
        super().__init__("not_modified", "It is as it was when it was last fetched.")


@dataclass(frozen=True)
class Validators:
    """What to ask with whether something changed since it was fetched; kept between nights.

    Attributes:
        announcement: digest of the feed entry that led there.
    """

    etag: str | None = None
    last_modified: str | None = None
    announcement: str | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True)
class Fetched(Found):
    """An answer from the web.

    Attributes:
        uri: the address as it was asked for, as `bare` gives it.
        address: the one that it came from in the end.
    """

    content: bytes = b""
    address: str = ""
    charset: str | None = None
    lasts = False

    def open(self) -> BinaryIO:
        return io.BytesIO(self.content)

    def about(self) -> dict[str, object]:
        return {"fetched_from": self.address, "charset": self.charset}


@dataclass
class Web:
    """Fetches, one page after the other, and remembers what it fetched.

    Args:
        settings: how.
        known: the validators of earlier runs by address.
        waiting: since when an address has been asked for in vain; after a fortnight it is given up.
    """

    settings: Fetching
    known: Mapping[str, Validators] = field(default_factory=dict)
    waiting: Mapping[str, datetime] = field(default_factory=dict)
    fetched: dict[str, Validators] = field(default_factory=dict)
    _outcomes: dict[str, InputProblem | None] = field(default_factory=dict)

    def find(self, address: str) -> Found | Unusable:
        """The feed or page at an address that a user named. A name and password in it are sent, and only there."""
        try:
            return self._fetched(bare(address), named=address)
        except InputProblem as problem:
            return Unusable(bare(address), problem)

    def page(self, address: str, *, announcement: str) -> Fetched:
        """The page that a feed announces.

        Raises:
            NotModified: it is as it was, or its announcement is, or this run has it already.
            RejectInput, TryLater: it cannot be had.
        """
        address = bare(address)
        known = self.known.get(address)
        if known is not None and known.announcement == announcement and address not in self.waiting:
            self._outcomes.setdefault(address, None)
        return self._fetched(address, named=address, announcement=announcement)

    def follows(self, feed: Found) -> bool:
        """Whether the pages that this feed announces are fetched."""
        return self.settings.follow == "always" or (self.settings.follow == "web" and isinstance(feed, Fetched))

    def _fetched(self, address: str, *, named: str, announcement: str | None = None) -> Fetched:
        """What is at `address`, once in a run."""
        if address in self._outcomes:
            before = self._outcomes[address]
            raise NotModified if before is None else type(before)(before.reason_code, before.reason)
        known = self.known.get(address, Validators())
        known = replace(known, announcement=announcement or known.announcement, fetched_at=datetime.now(UTC))
        try:
            answer = self._answer(address, _url(named), known)
        except NotModified:
            self._outcomes[address] = None
            raise
        except InputProblem as problem:
            self._outcomes[address] = final = self._given_up(address, problem)
            raise final from problem
        self._outcomes[address] = None
        self.fetched[address] = replace(
            known,
            etag=_validator(answer, "etag"),
            last_modified=_validator(answer, "last-modified"),
        )
        declared = _CHARSET.search(answer.headers.get("content-type", "")[:1000])
        return Fetched(
            uri=address,
            size=len(answer.content),
            modified_at=None,
            content=answer.content,
            address=bare(str(answer.url)),
            charset=declared[1].lower() if declared else None,
        )

    def _answer(self, address: str, url: httpx.URL, known: Validators) -> Answer:
        answer = self._get(url, _conditions(known), robots=True)
        if answer.status == 304 and address in self.known:
            self.fetched[address] = known
            raise NotModified
        if not answer.ok:
            raise refused(answer)
        return answer

    def _get(self, url: httpx.URL, headers: Mapping[str, str], *, robots: bool) -> Answer:
        first = url
        for _ in range(self.settings.max_redirects + 1):
            if robots:
                self._robots.check(url)
            secret = _secret(first) if _site(url) == _site(first) else {}
            max_bytes = self.settings.max_bytes if robots else MOST_BYTES
            answer = self._hosts.ask(url, {**headers, **secret}, max_bytes=max_bytes)
            if answer.status not in _REDIRECTS:
                return answer
            url = _target(answer)
        raise RejectInput(
            "too_many_redirects",
            f"{first.host} leads on more than {self.settings.max_redirects} times. Open the address in a browser, and "
            "give the one where it ends; or raise fetching.max_redirects.",
        )

    def _given_up(self, address: str, problem: InputProblem) -> InputProblem:
        since = self.waiting.get(address)
        if since is None or problem.reason_code != "host_down" or datetime.now(UTC) - since < _PATIENCE:
            return problem
        return RejectInput(
            "given_up",
            f"It could not be had since {since:%Y-%m-%d}, so it is not asked for again. At last: {problem.reason}",
        )

    @cached_property
    def _hosts(self) -> Hosts:
        return Hosts(self.settings)

    @cached_property
    def _robots(self) -> Robots:
        return Robots(
            self.settings.user_agent,
            fetch=lambda url: self._get(url, {}, robots=False),
            slow_down=self._hosts.slow_down,
        )


def without_web() -> Web:
    """One that knows nothing of earlier runs."""
    return Web(Fetching())


def linked(link: str, feed: Found) -> str:
    """The web address that a link in a feed means, as `bare` gives it; relative ones start from the feed's own."""
    try:
        return bare(urljoin(feed.address, link) if isinstance(feed, Fetched) else link)
    except ValueError:
        return bare(link)


def bare(address: str) -> str:
    """A web address without name, password and fragment, else as it was given."""
    scheme, separator, rest = address.partition("#")[0].partition("://")
    authority = re.split(r"[/?\\]", rest, maxsplit=1)[0]
    return scheme + separator + authority.rpartition("@")[2] + rest[len(authority) :]


def _url(address: str) -> httpx.URL:
    """The address as a request needs it.

    Raises:
        RejectInput: it is none, or not of the web (`http_error`).
    """
    try:
        url = httpx.URL(address.partition("#")[0])
    except (httpx.InvalidURL, ValueError) as error:
        raise RejectInput("http_error", "The link is not a web address. Look at where it comes from.") from error
    if url.scheme not in {"http", "https"} or not _HOST.fullmatch(url.raw_host):
        raise RejectInput("http_error", "The link is not the address of a web page. Look at where it comes from.")
    return url


def _target(answer: Answer) -> httpx.URL:
    """Where a redirect leads. One from https to http is followed to https: nobody on the way may change a page."""
    location = answer.headers.get("location", "")
    try:
        url = _url(bare(str(answer.url.join(location))))
    except (httpx.InvalidURL, ValueError) as error:
        raise RejectInput("http_error", f"{answer.url.host} leads on to no web address.") from error
    if not location:
        raise RejectInput("http_error", f"{answer.url.host} leads on, but does not say where.")
    return url.copy_with(scheme="https") if answer.url.scheme == "https" else url


def _site(url: httpx.URL) -> tuple[str, bytes]:
    return url.scheme, url.netloc


def _secret(url: httpx.URL) -> dict[str, str]:
    if not url.userinfo:
        return {}
    pair = f"{url.username}:{url.password}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}


def _conditions(known: Validators) -> dict[str, str]:
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value}


def _validator(answer: Answer, name: str) -> str | None:
    value = answer.headers.get(name)
    return value if value and len(value) <= _LONGEST_VALIDATOR else None
