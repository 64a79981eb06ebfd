"""Asks each host no oftener than is polite, and leaves one alone that fails or asks for it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from babelwire.errors import RejectInput, TryLater
from babelwire.reading.web.answers import Answer, Client, NoAnswerError
from babelwire.settings import Fetching

LONGEST_PAUSE = 60.0
"""No longer is waited for a host, in seconds, whatever it asks for."""

_MOST_FAILURES = 3
_MOST_REQUESTS = 5000
_BUSY = {429, 503}


@dataclass
class _Host:
    delay: float
    asked_at: float | None = None
    requests: int = 0
    failures: int = 0
    left_alone: str | None = None


class Hosts:
    """Asks hosts, one request at a time.

    Args:
        settings: the least delay and whatever else `Client` reads.
    """

    def __init__(self, settings: Fetching) -> None:
        self._settings = settings
        self._client = Client(settings)
        self._hosts: dict[bytes, _Host] = {}

    def slow_down(self, url: httpx.URL, seconds: float) -> None:
        """From now on at least so many seconds, and at most a minute, between two requests to the host."""
        host = self._host(url)
        host.delay = max(host.delay, min(seconds, LONGEST_PAUSE))

    def ask(self, url: httpx.URL, headers: Mapping[str, str], *, max_bytes: int) -> Answer:
        """The answer of a host that works; it may still say that it has nothing (4xx).

        A host that names a time to come back within a minute is asked once more then. One that names a later time,
        or fails three times in a row, is not asked again.

        Raises:
            TryLater: it does not answer, or says that it is out of order or busy (`host_down`), or was asked as
                often as one run may (`host_limit`).
            RejectInput: as `Client.ask` raises it.
        """
        host = self._host(url)
        if host.left_alone is not None:
            raise _down(f"{host.left_alone} It is left alone for the rest of this run.")
        if host.requests >= _MOST_REQUESTS:
            raise TryLater(
                "host_limit",
                f"This run has asked {url.host} {_MOST_REQUESTS:,} times, which is enough. The next run goes on.",
            )
        try:
            answer = self._politely(host, url, headers, max_bytes)
            pause = _pause(answer) if answer.status in _BUSY else None
            if pause is not None and pause <= LONGEST_PAUSE:
                time.sleep(pause)
                answer = self._politely(host, url, headers, max_bytes)
                pause = LONGEST_PAUSE + 1 if answer.status in _BUSY else None
        except NoAnswerError as error:
            raise self._failed(host, f"{url.host} {error}.") from error
        if answer.status >= 500 or answer.status in {408, 425, 429}:
            what = f"{url.host} answers {_status(answer.status)}."
            if pause is not None:
                host.left_alone = f"{what} It asks for more time."
            raise self._failed(host, what)
        host.failures = 0
        return answer

    def _host(self, url: httpx.URL) -> _Host:
        return self._hosts.setdefault(url.netloc, _Host(self._settings.delay_seconds))

    def _politely(self, host: _Host, url: httpx.URL, headers: Mapping[str, str], max_bytes: int) -> Answer:
        if host.asked_at is not None:
            time.sleep(max(0.0, host.asked_at + host.delay - time.monotonic()))
        host.requests += 1
        try:
            return self._client.ask(url, headers, max_bytes=max_bytes)
        finally:
            host.asked_at = time.monotonic()

    @staticmethod
    def _failed(host: _Host, what: str) -> TryLater:
        host.failures += 1
        if host.failures >= _MOST_FAILURES and host.left_alone is None:
            host.left_alone = what
        return _down(what)


def refused(answer: Answer) -> RejectInput | TryLater:
    """The problem of an answer that a host gave in order, but that does not hold what was asked for."""
    said = f"{answer.url.host} answers {_status(answer.status)}."
    if answer.status in {401, 403}:
        return _down(f"{said} It does not let this program in.")
    if answer.status in {404, 410}:
        return RejectInput("not_found", f"{said} The page is gone, or its address is wrong.")
    return RejectInput("http_error", f"{said} Open the address in a browser to see what is wrong with it.")


def _down(what: str) -> TryLater:
    return TryLater("host_down", f"{what} The next run tries again; if it goes on, look at the site in a browser.")


def _status(status: int) -> str:
    return f"{status} {httpx.codes.get_reason_phrase(status)}".rstrip()


def _pause(answer: Answer) -> float | None:
    """The seconds that `Retry-After` names."""
    said = answer.headers.get("retry-after", "").strip()[:60]
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
