"""A real HTTP server on this machine that plays every translation service, and misbehaves on demand."""

import html
import json
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ERROR_PAGE = (
    "Error 500 (Server Error)!!1500.That’s an error.There was an error. Please try again later.That’s all we know."
)
WRONG_LANGUAGE = "Das ist ganz gewiss keine Übersetzung ins Englische, sondern etwas anderes."
FAULTS = (429, 500, "error page", "hang", "half", "wrong language", "empty", "shuffled", "shortened")
"""What a request may be answered with in place of its translation. Also: any status, "not json", "no list",
"no result", "redirect", "drip" (a byte now and then), or a list: the very texts to answer with."""


class Stub:
    """The server. It says in capitals what it is asked, but follows `script` first, then `faults` at `fault_rate`.

    Args:
        english: how it translates.
        faults, fault_rate, seed: a random fault for that share of the requests.
        limits: what a LibreTranslate server limits: `batchLimit`, and `charLimit`, which counts for the whole list as in
            older servers (newer ones count each text).
        key: the key it wants; it tells it to everyone, as careless servers do.
        region: the region of the resource that Microsoft's key is from.
        broken_by: a text with this in it makes LibreTranslate fail with status 500.

    Attributes:
        url: where it is, without a slash at the end.
        script: answers to the next requests for a translation.
        asked: the texts of each such request.
        paths: the path and query of every request.
    """

    def __init__(
        self,
        *,
        english: Callable[[str], str] = str.upper,
        faults: Sequence[Any] = FAULTS,
        fault_rate: float = 0,
        seed: int = 0,
        limits: dict[str, int] | None = None,
        key: str = "",
        region: str = "",
        broken_by: str = "",
    ) -> None:
        self.english, self.faults, self.fault_rate = english, faults, fault_rate
        self.limits, self.key, self.region, self.broken_by = limits or {}, key, region, broken_by
        self.script: list[Any] = []
        self.asked: list[list[str]] = []
        self.paths: list[str] = []
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        self._let_go = threading.Event()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stub._answer(self, b"")

            def do_POST(self) -> None:
                stub._answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        address = urlsplit(handler.path)
        with self._lock:
            self.paths.append(handler.path)
        if address.path == "/languages":
            codes = ("it", "en", "zh-Hans")
            of_libretranslate = [{"code": c, "name": c, "targets": [*codes]} for c in codes]
            asked_by_microsoft = "api-version" in address.query
            _write(
                handler, {"translation": {c: {"name": c} for c in codes}} if asked_by_microsoft else of_libretranslate
            )
        elif address.path == "/frontend/settings":
            _write(
                handler,
                {"charLimit": self.limits.get("charLimit", -1), "apiKeys": bool(self.key), "keyRequired": False},
            )
        else:
            service, given_key, texts = _read(handler, address.path, parse_qs(address.query), body)
            self._translation(handler, service, given_key, texts)

    def _translation(self, handler: BaseHTTPRequestHandler, service: str, given_key: str, texts: list[str]) -> None:
        with self._lock:
            self.asked.append(texts)
            fault = self.script.pop(0) if self.script else None
            if fault is None and self._dice.random() < self.fault_rate:
                fault = self._dice.choice(list(self.faults))
        if fault is None:
            fault = self._refusal(service, given_key, texts)
        if service == "microsoft" and handler.headers.get("Ocp-Apim-Subscription-Region", "") != self.region:
            fault = 401
        english = [self.english(text) for text in texts]
        if isinstance(fault, int):
            said = f"refused, not {self.key or 'a key'}"
            _write(handler, {"error": said if service == "libretranslate" else {"message": said}}, status=fault)
        elif fault == "hang":
            self._let_go.wait(30)
        elif fault == "drip":
            handler.send_response(200)
            handler.end_headers()
            with suppress(ConnectionError):
                while not self._let_go.wait(0.02):
                    handler.wfile.write(b" ")
        elif fault == "half":
            _write(handler, _shown(service, english), half=True)
        elif fault == "redirect":
            handler.send_response(307)
            handler.send_header("Location", f"{self.url}/elsewhere")
            handler.end_headers()
        elif fault == "not json":
            _write(handler, "<html>Welcome to the hotel's network</html>")
        elif fault == "no list":
            _write(handler, {"translatedText": "one for all"})
        elif fault == "no result":
            _write(handler, "<html></html>")
        else:
            _write(handler, _shown(service, self._changed(english, fault)))

    def _refusal(self, service: str, given_key: str, texts: list[str]) -> int | None:
        if self.key and given_key != self.key:
            return 400 if service == "libretranslate" and not given_key else 403
        if service == "libretranslate":
            if len(texts) > self.limits.get("batchLimit", 10**9):
                return 400
            if 0 < self.limits.get("charLimit", -1) < sum(map(len, texts)):
                return 400
            if self.broken_by and any(self.broken_by in text for text in texts):
                return 500
        return None

    def _changed(self, english: list[str], fault: Any) -> list[str]:
        if isinstance(fault, list):
            return fault
        if fault == "shuffled":
            return english[1:] + english[:1] if len(set(english)) > 1 else english
        if fault == "shortened":
            return english[:-1]
        same = {"error page": ERROR_PAGE, "wrong language": WRONG_LANGUAGE, "empty": ""}
        return [same[fault]] * len(english) if fault else english


def _read(
    handler: BaseHTTPRequestHandler, path: str, query: dict[str, list[str]], body: bytes
) -> tuple[str, str, list[str]]:
    """Which service is meant, with which key, and the texts to translate."""
    if path == "/m":
        return "google", "", query["q"]
    if path == "/get":
        assert query["langpair"] == ["it-IT|en-GB"], query
        return "mymemory", "", query["q"]
    if path == "/v2/translate":
        assert not query, query
        form = parse_qs(body.decode(), strict_parsing=True)
        assert (form["source_lang"], form["target_lang"]) == (["it"], ["en"]), form
        return "deepl", handler.headers["Authorization"].removeprefix("DeepL-Auth-Key "), form["text"]
    assert path == "/translate", path
    asked = json.loads(body)
    if "api-version" in query:
        assert (query["from"], query["to"]) == (["it"], ["en"]), query
        return "microsoft", handler.headers["Ocp-Apim-Subscription-Key"], [one["text"] for one in asked]
    assert (asked["source"], asked["target"], asked["format"]) == ("it", "en", "text"), asked
    return "libretranslate", asked.get("api_key", ""), asked["q"]


def _shown(service: str, english: list[str]) -> Any:
    if service == "google":
        return f'<html><div class="result-container">{html.escape("".join(english))}</div></html>'
    if service == "mymemory":
        return {"responseData": {"translatedText": "".join(english)}, "matches": []}
    if service == "deepl":
        return {"translations": [{"detected_source_language": "IT", "text": text} for text in english]}
    if service == "microsoft":
        return [{"translations": [{"text": text, "to": "en"}]} for text in english]
    return {"translatedText": english}


def _write(handler: BaseHTTPRequestHandler, said: Any, *, status: int = 200, half: bool = False) -> None:
    content = (said if isinstance(said, str) else json.dumps(said)).encode()
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2] if half else content)
    handler.close_connection = True
