"""How a service is asked: one request, the pace, the tries, the time there is, and what an answer means."""

from __future__ import annotations

import functools
import json
import math
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_before_delay, wait_random_exponential

from babelwire import settings
from babelwire.errors import TryLater
from babelwire.translation.engine import EngineError

_MOST_BYTES_OF_AN_ANSWER = 10_000_000
_T = TypeVar("_T")
_ends_at: ContextVar[float] = ContextVar("_ends_at", default=math.inf)


class ServiceProblem(Exception):  # noqa: N818 - its kinds say what to do
    """A request that brought no translation."""


class Busy(ServiceProblem):
    """The service refuses more requests for now, or a quota is used up."""


class Down(ServiceProblem):
    """The service does not answer, fails, or answers what it never should.

    Args:
        why: a few words for the operator; never text of the service or of a request, which may hold a key.
        status: the HTTP status, where there was one.
    """

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


class ErrorPage(Down):
    """The service answered with an error page as if it were the translation."""


class KeyRefused(ServiceProblem):
    """The service wants a key, or another one."""


class Unfit(ServiceProblem):
    """The service cannot translate this text (or list of texts); it may do others."""


@dataclass(frozen=True)
class Answer:
    """A whole answer of a service, with what deep-translator expects of one."""

    status_code: int
    content: bytes

    @property
    def text(self) -> str:
        """The content as UTF-8."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The content as JSON.

        Raises:
            Down: it is none.
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            raise Down("its answer is not JSON") from None

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Whatever this thread asks in this block is given up when so many seconds are over; an earlier end stays."""
    token = _ends_at.set(min(_ends_at.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _ends_at.reset(token)


def _seconds_left() -> float:
    return _ends_at.get() - time.monotonic()


def ask(
    method: str,
    url: str,
    *,
    timeout_seconds: float,
    direct: bool = False,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    data: Mapping[str, str] | None = None,
    json: Any = None,
) -> Answer:
    """One request. Redirects are not followed: they could lead the text, and a key, to another host.

    Args:
        timeout_seconds: longest wait to connect and for each part of the answer; the body as a whole has it once more.
            It is shorter where less is left `within` the time given.
        direct: go past the proxy of the environment.
        params: added to the address.

    Raises:
        Busy, Down, KeyRefused, Unfit: there is no answer, or one with another status than 2xx.
    """
    content = bytearray()
    wait = min(timeout_seconds, _seconds_left())
    if wait <= 0:
        raise Down("the time for these articles is over")
    try:
        address = httpx.URL(url).copy_merge_params(params or {})
        with (
            httpx.Client(timeout=wait, verify=_trusted(), trust_env=not direct) as client,
            client.stream(method, address, headers=headers, data=data, json=json) as response,
        ):
            until = time.monotonic() + wait
            for piece in response.iter_bytes():
                content += piece
                if len(content) > _MOST_BYTES_OF_AN_ANSWER:
                    raise Down("its answer has no end")
                if time.monotonic() > until:
                    raise Down("its answer takes too long")
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise Down(type(problem).__name__) from None
    except UnicodeEncodeError:
        raise Unfit("it holds half a character") from None
    _raise_for(response.status_code)
    return Answer(response.status_code, bytes(content))


def _raise_for(status: int) -> None:
    if 200 <= status <= 299:
        return
    if status in {429, 456}:  # 456: DeepL's quota is used up
        raise Busy
    if status in {401, 403}:
        raise KeyRefused
    if status in {400, 413, 414, 422}:
        raise Unfit
    raise Down(f"status {status}", status)


@functools.cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class Pace:
    """Lets at most so many requests a second pass, evenly spaced, whatever number of threads ask."""

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Returns when it is this caller's turn."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._gap
        if turn > now:
            self._sleep(turn - now)


@functools.cache
def pace_of(address: str, per_second: float) -> Pace:  # noqa: ARG001  (the cache tells addresses apart)
    """The pace that all engines of this process keep towards one address."""
    return Pace(per_second)


def tried(request: Callable[[], _T], *, attempts: int, most_wait_seconds: float) -> _T:
    """What `request` returns; where the service is busy or down it is asked again, after ever longer random pauses,
    but not after a pause that would outlast the time given by `within`.

    Raises:
        ServiceProblem: the last one.
    """
    return Retrying(
        stop=stop_after_attempt(attempts) | stop_before_delay(_seconds_left()),
        wait=wait_random_exponential(max=most_wait_seconds),
        retry=retry_if_exception_type((Busy, Down)),
        reraise=True,
    )(request)


def give_up(label: str, problem: ServiceProblem, *, key: str = "") -> NoReturn:
    """Says what it means for the run that a service was asked in vain.

    Args:
        label: the service, as an operator knows it.
        key: the environment variable that holds its key, and what else a key depends on; empty where it has none.

    Raises:
        TryLater: it is busy or down.
        EngineError: it refuses the key.
    """
    if isinstance(problem, KeyRefused) and key:
        raise EngineError(
            f"{label} refuses the key it was given, or wants one, or has shut this machine out. "
            f"Check {key} and the account it belongs to."
        ) from None
    if isinstance(problem, Busy | KeyRefused):
        raise TryLater("translator_busy", f"{label} refuses more requests for now. Run again in some hours.") from None
    raise TryLater(
        "translator_down",
        f"{label} does not answer ({str(problem) or type(problem).__name__}). Check the network and run again later.",
    ) from None


def cut(text: str, most: int, measure: Callable[[str], int]) -> list[tuple[str, str]]:
    """Pieces that measure `most` at the most, each with the white space after it; joined they are the text.

    Args:
        measure: additive: two texts together measure what they measure apart.
    """
    start = len(text) - len(text.lstrip())
    end = max(start, len(text.rstrip()))
    pieces = [("", text[:start])]
    words: list[str] = []
    size = 0
    for word in text[start:end].split(" "):
        *parts, rest = _broken(word, most, measure)
        longer = measure(" " + rest)
        if words and (parts or size + longer > most):
            pieces.append((" ".join(words), " "))
            words, size = [], 0
        pieces += [(part, "") for part in parts]
        words.append(rest)
        size += longer
    return [*pieces, (" ".join(words), text[end:])]


def _broken(word: str, most: int, measure: Callable[[str], int]) -> list[str]:
    if measure(word) <= most:
        return [word]
    parts = [""]
    size = 0
    for character in word:
        size += measure(character)
        if parts[-1] and size > most:
            parts.append("")
            size = measure(character)
        parts[-1] += character
    return parts


def has_words(text: str) -> bool:
    """Whether there is anything to translate: services answer oddly to punctuation alone."""
    return any(c.isalnum() for c in text)


def manners(chosen: settings.Translation) -> dict[str, Any]:
    """How the settings want every service asked: the arguments that all engines of this kind share."""
    return {
        "timeout_seconds": chosen.timeout_seconds,
        "attempts": chosen.attempts,
        "requests_per_second": chosen.requests_per_second,
    }
