"""Google Translate's web page through deep-translator: it sends the text away, so it is used only when it is named."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import deep_translator.google
import requests
from deep_translator import GoogleTranslator
from deep_translator.exceptions import BaseError, LanguageNotSupportedException, RequestError, TooManyRequests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from babelwire.errors import TryLater
from babelwire.translation.checks import is_error_page
from babelwire.translation.engine import Translated

_PAGE = "https://translate.google.com/m"
_TRIES = 2
# The page is asked with GET: what counts is the length of the address, in which an accented letter takes six bytes.
# Addresses were refused from about 16,000 bytes on; deep-translator itself refuses 5,000 characters.
_MOST_BYTES = 4_500
_OUTAGES = (RequestError, TooManyRequests, requests.RequestException)
_CODES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "he": "iw"}


class _ErrorPageError(Exception):
    """The service answered with an error page as if it were the translation."""


class Google:
    """The engine.

    Args:
        timeout_seconds: longest wait for one answer.
        page: the address of the translation page.
        most_wait_seconds: longest pause before the second try.
    """

    name = "google"
    sends_text_away = True
    keeps_placeholders = False

    def __init__(self, *, timeout_seconds: float = 60, page: str = _PAGE, most_wait_seconds: float = 10) -> None:
        self._timeout_seconds = timeout_seconds
        self._page = page
        self._most_wait_seconds = most_wait_seconds

    @property
    def version(self) -> str:
        """deep-translator's version: the service tells none."""
        return f"through deep-translator {version('deep-translator')}"

    def can(self, source: str, target: str) -> bool:
        """Whether Google's page knows both languages."""
        try:
            GoogleTranslator(source=_code(source), target=_code(target))
        except LanguageNotSupportedException:
            return False
        return True

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated | None]:
        """The segments translated, in order. None: the service has no translation, or gave an error page.

        Raises:
            TryLater: the service refuses, fails or does not answer.
        """
        return [self._segment(text, source, target) for text in texts]

    def close(self) -> None:
        """Nothing is kept open."""

    def _segment(self, text: str, source: str, target: str) -> Translated | None:
        if not text.strip():
            return Translated(text)
        parts: list[str] = []
        for core, gap in _cut(text):
            translated = self._part(core, source, target) if any(c.isalnum() for c in core) else core
            if translated is None:
                return None
            parts += (translated, gap)
        return Translated("".join(parts))

    def _part(self, text: str, source: str, target: str) -> str | None:
        try:
            for attempt in Retrying(
                stop=stop_after_attempt(_TRIES),
                wait=wait_random_exponential(max=self._most_wait_seconds),
                retry=retry_if_exception_type((*_OUTAGES, _ErrorPageError)),
                reraise=True,
            ):
                with attempt:
                    return self._ask(text, source, target)
        except TooManyRequests as problem:
            raise TryLater(
                "translator_busy", "Google refuses more requests for now. Run again in some hours."
            ) from problem
        except _OUTAGES as problem:
            raise TryLater(
                "translator_down",
                f"Google Translate does not answer ({type(problem).__name__}). Check the network and run again later.",
            ) from problem
        except (BaseError, _ErrorPageError):
            return None
        return None

    def _ask(self, text: str, source: str, target: str) -> str:
        # A new one for each request: an instance keeps the text it asks for, and mixes up what threads ask at once.
        translator = GoogleTranslator(source=_code(source), target=_code(target))
        translator._base_url = self._page
        _timeout.seconds = self._timeout_seconds
        translated = translator.translate(text)
        if translated is None:
            return text
        if is_error_page(text, translated):
            raise _ErrorPageError
        return str(translated)


class _Requests:
    """`requests` as deep-translator's Google module sees it: with a timeout, which it has no way to set."""

    @staticmethod
    def get(url: str, **options: Any) -> requests.Response:
        return requests.get(url, timeout=_timeout.seconds, **options)


class _Timeout(threading.local):
    seconds: float = 60


_timeout = _Timeout()
deep_translator.google.requests = _Requests


def _code(tag: str) -> str:
    return _CODES.get(tag, tag)


def _cut(text: str) -> list[tuple[str, str]]:
    """Pieces short enough for one request, each with the white space after it."""
    pieces = [("", text[: len(text) - len(text.lstrip())])]
    words = text.strip().split(" ")
    core = ""
    for word in words:
        longer = f"{core} {word}" if core else word
        if core and len(quote(longer)) > _MOST_BYTES:
            pieces.append((core, " "))
            longer = word
        core = longer
    return [*pieces, (core, text[len(text.rstrip()) :])]
