"""One request to the web and its answer, bounded in time and bytes."""

from __future__ import annotations

import gzip
import io
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import httpcore
import httpx

from babelwire.errors import RejectInput
from babelwire.reading.web.addresses import CheckedBackend
from babelwire.settings import Fetching

# how much longer than for one part of an answer is waited for all of it
_PARTS = 10
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.5"


class NoAnswerError(Exception):
    """The host gave no whole answer; the message goes on after its name: `... broke off its answer`."""


@dataclass(frozen=True)
class Answer:
    """What a host says to one request.

    Attributes:
        content: unpacked; empty where the status is not 2xx.
    """

    url: httpx.URL
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def ok(self) -> bool:
        """Whether it holds what was asked for."""
        return 200 <= self.status < 300


class Client:
    """Asks. It keeps no connections, cookies or passwords, and takes no proxy from the environment: behind one
    nobody could tell which address is really connected to.
    """

    def __init__(self, settings: Fetching) -> None:
        self._settings = settings

    def ask(self, url: httpx.URL, headers: Mapping[str, str], *, max_bytes: int) -> Answer:
        """The answer to a GET; redirects are answers.

        Raises:
            NoAnswerError: there is none, or it breaks off or takes too long.
            RejectInput: private_address, too_large, or http_error where it is packed in an unknown way.
        """
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), self._settings.timeout_seconds)
        try:
            with self._pool.stream(
                "GET",
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=[(k.encode("ascii"), v.encode("latin-1", "replace")) for k, v in self._headers(headers)],
                extensions={"timeout": timeout},
            ) as response:
                answer = Answer(url, response.status, httpx.Headers(response.headers), b"")
                return self._read(answer, response, max_bytes) if answer.ok else answer
        except httpcore.TimeoutException as error:
            raise NoAnswerError("did not answer in time") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise NoAnswerError(_what(error)) from error

    @cached_property
    def _pool(self) -> httpcore.ConnectionPool:
        backend = CheckedBackend(
            allow_private=self._settings.allow_private, longest=_PARTS * self._settings.timeout_seconds
        )
        # SSL_CERT_FILE and SSL_CERT_DIR name other authorities than certifi's
        return httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_keepalive_connections=0, network_backend=backend
        )

    def _headers(self, headers: Mapping[str, str]) -> list[tuple[str, str]]:
        always = {
            "User-Agent": self._settings.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        return list({**always, **headers}.items())

    def _read(self, answer: Answer, response: httpcore.Response, max_bytes: int) -> Answer:
        announced = answer.headers.get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced[:20]) > max_bytes:
            raise _too_long(max_bytes)
        packed = bytearray()
        for part in response.iter_stream():
            packed += part
            if len(packed) > max_bytes:
                raise _too_long(max_bytes)
        content = _unpacked(bytes(packed), answer.headers.get("content-encoding", ""), max_bytes)
        return Answer(answer.url, answer.status, answer.headers, content)


def _unpacked(packed: bytes, encoding: str, max_bytes: int) -> bytes:
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"} or not packed:
        return packed
    if encoding not in {"gzip", "x-gzip"}:
        raise RejectInput(
            "http_error",
            f"The answer is packed as {encoding[:40]!r}, though only gzip was asked for. Fetch it by hand, or ask "
            "the site to send what is asked for.",
        )
    try:
        content = gzip.GzipFile(fileobj=io.BytesIO(packed)).read(max_bytes + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise NoAnswerError("sent an answer that is packed wrongly or breaks off") from error
    if len(content) > max_bytes:
        raise _too_long(max_bytes)
    return content


def _too_long(max_bytes: int) -> RejectInput:
    return RejectInput(
        "too_large",
        f"The answer has more than {max_bytes:,} bytes, so it was given up. If it is in order, raise "
        "fetching.max_bytes (and reading.max_bytes).",
    )


def _what(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"has a certificate that is not trusted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return "offers no connection over TLS"
        if isinstance(cause, ConnectionRefusedError):
            return "refuses the connection"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.ConnectError):
        return "cannot be reached: its name has no address, or no way leads there"
    return "broke off its answer, or its answer is not HTTP"
