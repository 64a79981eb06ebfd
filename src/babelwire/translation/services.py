"""The adapter around deep-translator, for the engines that ask a public service through it."""

from __future__ import annotations

import functools
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from importlib.metadata import version
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
from deep_translator.exceptions import (
    ApiKeyException,
    AuthorizationException,
    BaseError,
    InvalidSourceOrTargetLanguage,
    LanguageNotSupportedException,
    TooManyRequests,
)

from babelwire.errors import UsageError
from babelwire.translation.asking import (
    Answer,
    Busy,
    Down,
    ErrorPage,
    KeyRefused,
    ServiceProblem,
    Unfit,
    ask,
    cut,
    give_up,
    has_words,
    pace_of,
    tried,
)
from babelwire.translation.checks import is_error_page
from babelwire.translation.engine import Translated


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
    _to_check = ""
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
            give_up(self.label, problem, key=self._to_check or self._key_variable)

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
