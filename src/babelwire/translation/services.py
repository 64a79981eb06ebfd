"""What the engines that ask a service share: one way to ask, a pace, tries, and the adapter around deep-translator."""

from __future__ import annotations

import functools
import json
import ssl
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn, TypeVar

import httpx
from deep_translator.exceptions import (
    ApiKeyException,
    AuthorizationException,
    BaseError,
    InvalidSourceOrTargetLanguage,
    LanguageNotSupportedException,
    TooManyRequests,
)
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from babelwire import settings
from babelwire.errors import TryLater, UsageError
from babelwire.translation.checks import is_error_page
from babelwire.translation.engine import EngineError, Translated

_MOST_BYTES_OF_AN_ANSWER = 10_000_000
_T = TypeVar("_T")


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
        direct: go past the proxy of the environment.
        params: added to the address.

    Raises:
        Busy, Down, KeyRefused, Unfit: there is no answer, or one with another status than 2xx.
    """
    content = bytearray()
    try:
        address = httpx.URL(url).copy_merge_params(params or {})
        with (
            httpx.Client(timeout=timeout_seconds, verify=_trusted(), trust_env=not direct) as client,
            client.stream(method, address, headers=headers, data=data, json=json) as response,
        ):
            until = time.monotonic() + timeout_seconds
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
    """What `request` returns; where the service is busy or down it is asked again, after ever longer random pauses.

    Raises:
        ServiceProblem: the last one.
    """
    return Retrying(
        stop=stop_after_attempt(attempts),
        wait=wait_random_exponential(max=most_wait_seconds),
        retry=retry_if_exception_type((Busy, Down)),
        reraise=True,
    )(request)


def give_up(label: str, problem: ServiceProblem, *, key: str = "") -> NoReturn:
    """Says what it means for the run that a service was asked in vain.

    Args:
        label: the service, as an operator knows it.
        key: the environment variable that holds its key; empty where it has none.

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


class Service(ABC):
    """An engine through deep-translator. A subclass names the service and makes its translator.

    Args:
        timeout_seconds: longest wait for one answer.
        attempts: how often a request is made before the service counts as busy or down.
        requests_per_second: at most so many, for all engines of this process.
        address: another one than the service's own.
        most_wait_seconds: longest pause between two attempts.
    """

    name: str
    label: str
    sends_text_away = True
    keeps_placeholders = False
    _address: str
    _key_variable = ""
    _most: int

    def __init__(
        self,
        *,
        timeout_seconds: float = 60,
        attempts: int = 3,
        requests_per_second: float = 2,
        address: str | None = None,
        most_wait_seconds: float = 10,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._attempts = attempts
        self._address = address or self._address
        self._pace = pace_of(self._address, requests_per_second)
        self._most_wait_seconds = most_wait_seconds

    @property
    def version(self) -> str:
        """deep-translator's version: the service tells none."""
        return f"through deep-translator {version('deep-translator')}"

    def can(self, source: str, target: str) -> bool:
        """Whether the service knows both languages; True too while it cannot be asked."""
        try:
            self._translator(source, target)
        except BaseError:
            return False
        except ServiceProblem:
            return True
        return True

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated | None]:
        """The segments translated, in order. None: the service has no translation, or gave an error page.

        Raises:
            TryLater: the service refuses, fails or does not answer.
            EngineError: it refuses the key.
            UsageError: it does not know a language.
        """
        return [self._segment(text, source, target) for text in texts]

    def close(self) -> None:  # noqa: B027 - most services keep nothing open
        """Nothing is kept open."""

    @abstractmethod
    def _translator(self, source: str, target: str) -> Any:
        """A new translator of deep-translator: one keeps the text it asks for, and mixes up what threads ask at once.

        Raises:
            BaseError: a language is unknown.
            ServiceProblem: the service had to be asked, in vain.
        """

    def _measure(self, text: str) -> int:
        """The size that counts against the service's limit, here bytes in UTF-8."""
        return len(text.encode("utf-8", "replace"))

    def _send(self, method: str, url: str, **request: Any) -> Answer:
        """Makes a request of deep-translator's; a subclass may make it another way."""
        self._pace.wait()
        return ask(method, url, timeout_seconds=self._timeout_seconds, **request)

    def _judge(self, text: str, translated: str) -> None:
        """Raises a ServiceProblem where what was returned is no translation."""
        if is_error_page(text, translated):
            raise ErrorPage("an error page")

    def _segment(self, text: str, source: str, target: str) -> Translated | None:
        if not has_words(text):
            return Translated(text)
        parts: list[str] = []
        for core, gap in cut(text, self._most, self._measure):
            translated = self._piece(core, source, target) if has_words(core) else core
            if translated is None:
                return None
            parts += (translated, gap)
        return Translated("".join(parts))

    def _piece(self, text: str, source: str, target: str) -> str | None:
        try:
            return tried(
                lambda: self._ask(text, source, target),
                attempts=self._attempts,
                most_wait_seconds=self._most_wait_seconds,
            )
        except (Unfit, ErrorPage):
            return None
        except ServiceProblem as problem:
            give_up(self.label, problem, key=self._key_variable)

    def _ask(self, text: str, source: str, target: str) -> str:
        _current.send = self._send
        try:
            translated = self._translator(source, target).translate(text)
        except ServiceProblem:
            raise
        except TooManyRequests:
            raise Busy from None
        except (ApiKeyException, AuthorizationException):
            raise KeyRefused from None
        except (LanguageNotSupportedException, InvalidSourceOrTargetLanguage):
            raise UsageError(f"{self.label} does not translate from {source} to {target}.") from None
        except (BaseError, StopIteration):  # StopIteration: MyMemory has no match
            raise Unfit from None
        except Exception as problem:  # deep-translator reads answers unchecked: KeyError, TypeError, AttributeError
            raise Down(type(problem).__name__) from None
        finally:
            _current.send = None
        if translated is None:  # deep-translator's answer to a text that came back as it was
            return text
        if not isinstance(translated, str):
            raise Down("its answer is no text")
        self._judge(text, translated)
        return translated


class _Current(threading.local):
    send: Callable[..., Answer] | None = None


_current = _Current()


class _Requests:
    """`requests` as deep-translator's modules see it: with the timeout, pace and limits of the engine that asks."""

    exceptions = SimpleNamespace(RequestException=httpx.HTTPError)

    @staticmethod
    def get(url: str, **request: Any) -> Answer:
        return _sent("GET", url, **request)

    @staticmethod
    def post(url: str, **request: Any) -> Answer:
        return _sent("POST", url, **request)


def _sent(method: str, url: str, *, proxies: object = None, **request: Any) -> Answer:  # noqa: ARG001
    send = _current.send or functools.partial(ask, timeout_seconds=60)
    return send(method, url, **request)


def adopt(module: ModuleType) -> None:
    """Lets a module of deep-translator ask through the engine in whose `translate` it runs."""
    module.requests = _Requests  # type: ignore[attr-defined]
