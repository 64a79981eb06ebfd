"""LibreTranslate: a JSON client for a server of one's own, which takes many segments in one request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from babelwire import settings
from babelwire.errors import UsageError
from babelwire.translation.asking import (
    Down,
    KeyRefused,
    ServiceProblem,
    Unfit,
    ask,
    cut,
    give_up,
    has_words,
    manners,
    pace_of,
    tried,
)
from babelwire.translation.engine import EngineError, Translated

_KEY_VARIABLE = "BABELWIRE_TRANSLATION__LIBRETRANSLATE__API_KEY"
_MOST_TEXTS = 50
_MOST_CHARACTERS = 10_000
_T = TypeVar("_T")


class _Disorder(Unfit):
    """As many translations as were asked for did not come, or not in their order."""


@dataclass(frozen=True)
class _Server:
    targets: dict[str, frozenset[str]]
    most_characters: int


class LibreTranslate:
    """The engine. Threads may share it. A server on this machine is asked as fast as it answers.

    Args:
        url: the server's address, http or https; text leaves the machine unless it is a loopback address.
        api_key: only where the server asks for one.
        timeout_seconds: longest wait for one answer.
        attempts: how often a request is made before the server counts as busy or down.
        requests_per_second: at most so many, for all engines of this process, to a server elsewhere.
        most_wait_seconds: longest pause between two attempts.

    Raises:
        EngineError: the address is none.
    """

    name = "libretranslate"
    keeps_placeholders = False

    def __init__(
        self,
        *,
        url: str = "http://127.0.0.1:5000",
        api_key: str = "",
        timeout_seconds: float = 60,
        attempts: int = 3,
        requests_per_second: float = 2,
        most_wait_seconds: float = 10,
    ) -> None:
        self._url, self._host, self.sends_text_away = _checked(url)
        self._api_key = api_key
        self._timeout_seconds = timeout_seconds
        self._attempts = attempts
        self._pace = pace_of(self._url, requests_per_second) if self.sends_text_away else None
        self._most_wait_seconds = most_wait_seconds
        self._most_texts = _MOST_TEXTS
        self._lock = threading.Lock()
        self._server: _Server | None = None

    @property
    def version(self) -> str:
        """Where it is: two servers may have different models, and none tells which."""
        return f"at {self._host}"

    def can(self, source: str, target: str) -> bool:
        """Whether the server has the pair; True too while it cannot be asked."""
        try:
            return _pair(self._about(), source, target) is not None
        except ServiceProblem:
            return True

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated | None]:
        """The segments translated, in order. None: the server refuses this segment, or fails over it alone.

        Raises:
            TryLater: the server refuses, fails or does not answer.
            EngineError: it refuses the key.
            UsageError: it does not have the pair.
        """
        try:
            server = self._about()
            pair = _pair(server, source, target)
            if pair is None:
                raise UsageError(f"{self._label} does not translate from {source} to {target}. Load its models there.")
            segments = [cut(t, server.most_characters, len) if has_words(t) else [("", t)] for t in texts]
            pieces = list(dict.fromkeys(core for segment in segments for core, _ in segment if has_words(core)))
            done: dict[str, str | None] = {}
            for some in self._lists(pieces, server.most_characters):
                done.update(zip(some, self._translated(some, pair), strict=True))
        except ServiceProblem as problem:
            give_up(self._label, problem, key=_KEY_VARIABLE)
        return [_rejoined(segment, done) for segment in segments]

    def close(self) -> None:
        """Forgets what the server said of itself: it may be another one next time."""
        with self._lock:
            self._server = None

    @property
    def _label(self) -> str:
        return f"LibreTranslate at {self._host}"

    def _about(self) -> _Server:
        with self._lock:
            if self._server is None:
                self._server = _Server(self._request("GET", "/languages", _targets), self._most_characters())
            return self._server

    def _most_characters(self) -> int:
        try:
            return self._request("GET", "/frontend/settings", _character_limit)
        except Down as problem:
            if problem.status != 404:  # servers that only speak LibreTranslate's API have no front end
                raise
            return _MOST_CHARACTERS

    def _lists(self, pieces: list[str], most_characters: int) -> Iterator[list[str]]:
        some: list[str] = []
        characters = 0
        for piece in pieces:
            if some and (len(some) >= self._most_texts or characters + len(piece) > most_characters):
                yield some
                some, characters = [], 0
            some.append(piece)
            characters += len(piece) * (3 if len(some) == 1 else 1)  # see _asked
        if some:
            yield some

    def _translated(self, texts: list[str], pair: tuple[str, str]) -> list[str | None]:
        try:
            return list(self._asked(texts, pair))
        except Unfit as problem:
            refused = not isinstance(problem, _Disorder)
            if refused and self._refuses_everything(pair):
                raise KeyRefused from None
        except Down as problem:
            # A text that breaks the model gives status 500 like a broken server, and takes the whole list with it.
            if problem.status != 500 or not self._is_well(pair):
                raise
            refused = False
        if len(texts) == 1:
            return [None]
        middle = len(texts) // 2
        halves = self._translated(texts[:middle], pair) + self._translated(texts[middle:], pair)
        if refused and None not in halves:
            self._most_texts = min(self._most_texts, len(texts) - middle)
        return halves

    def _asked(self, texts: list[str], pair: tuple[str, str]) -> list[str]:
        """The translations of one list. The first text also goes second and last: a list out of order shows there.

        Raises:
            Unfit: the server refuses the list, or answered out of order.
            Busy, Down, KeyRefused: it does not answer, or not with a list of texts.
        """
        first = texts[:1] if len(texts) > 1 else []
        sent = [*first, *texts, *first]
        body = {"q": sent, "source": pair[0], "target": pair[1], "format": "text"}
        key = {"api_key": self._api_key} if self._api_key else {}
        answers: list[str] = self._request("POST", "/translate", _texts, body | key)
        if len(answers) != len(sent) or (first and not answers[0] == answers[1] == answers[-1]):
            raise _Disorder
        return answers[1:-1] if first else answers

    def _refuses_everything(self, pair: tuple[str, str]) -> bool:
        # A server that wants a key says so with status 400, as it does of a list that is too long.
        try:
            self._asked(["1"], pair)
        except _Disorder:
            return False
        except Unfit:
            return True
        return False

    def _is_well(self, pair: tuple[str, str]) -> bool:
        try:
            self._asked(["1"], pair)
        except ServiceProblem:
            return False
        return True

    def _request(self, method: str, path: str, read: Callable[[Any], _T], body: Any = None) -> _T:
        def request() -> _T:
            if self._pace:
                self._pace.wait()
            answer = ask(
                method,
                self._url + path,
                timeout_seconds=self._timeout_seconds,
                direct=not self.sends_text_away,
                json=body,
            )
            return read(answer.json())

        return tried(request, attempts=self._attempts, most_wait_seconds=self._most_wait_seconds)


def from_settings(chosen: settings.Translation) -> LibreTranslate:
    """The engine as the settings want it.

    Raises:
        EngineError: the address is none.
    """
    server = chosen.libretranslate
    return LibreTranslate(
        url=server.url,
        api_key=server.api_key.get_secret_value() if server.api_key else "",
        **manners(chosen),
    )


def _checked(url: str) -> tuple[str, str, bool]:
    """The address without its last slash, its host and port, and whether that is another machine."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise EngineError(
            "The address in translation.libretranslate.url is none of a LibreTranslate server. "
            "Write http or https, the host and the port, and nothing else: http://127.0.0.1:5000"
        )
    return url.strip().rstrip("/"), f"{host}:{port}" if port else host, not _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _targets(languages: Any) -> dict[str, frozenset[str]]:
    try:
        return {str(one["code"]): frozenset(map(str, one["targets"])) for one in languages}
    except (TypeError, KeyError):
        raise Down("it does not list its languages") from None


def _character_limit(said: Any) -> int:
    limit = said.get("charLimit") if isinstance(said, dict) else None
    return min(limit, _MOST_CHARACTERS) if isinstance(limit, int) and limit > 0 else _MOST_CHARACTERS


def _texts(said: Any) -> list[str]:
    texts = said.get("translatedText") if isinstance(said, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Down("its answer is no list of texts")
    return texts


def _pair(server: _Server, source: str, target: str) -> tuple[str, str] | None:
    """The pair in the server's own codes: `pt-BR` where it has that, else `pt`."""
    for code in (source, source.partition("-")[0]):
        for wanted in (target, target.partition("-")[0]):
            if wanted in server.targets.get(code, ()):
                return code, wanted
    return None


def _rejoined(segment: list[tuple[str, str]], done: dict[str, str | None]) -> Translated | None:
    parts: list[str] = []
    for core, gap in segment:
        translated = done[core] if has_words(core) else core
        if translated is None:
            return None
        parts += (translated, gap)
    return Translated("".join(parts))
