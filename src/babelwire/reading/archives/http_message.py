"""Takes the page out of an answer of a web server, as crawlers keep it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import brotli

from babelwire.errors import RejectInput
from babelwire.reading.archives.compression import unpacked
from babelwire.reading.archives.member import damaged
from babelwire.reading.limits import Budget, too_large

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_LONGEST_HEAD = 1 << 18
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_OK = (200, 203)
_NEVER_ARTICLES = ("text/css", "text/javascript", "application/javascript", "application/x-javascript")
_ENCODINGS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "zlib", "zstd": "zstd"}
_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_PIECE = 1 << 14


@dataclass(frozen=True)
class Page:
    """The bytes of a page, and the character encoding that the transport declared."""

    content: bytes
    charset: str | None

    @classmethod
    def of_type(cls, content_type: str, content: bytes) -> Page:
        """A page of this Content-Type.

        Raises:
            RejectInput: it is a style sheet or a script (`unknown_format`).
        """
        if content_type.partition(";")[0].strip().lower() in _NEVER_ARTICLES:
            raise RejectInput("unknown_format", "The record is a style sheet or a script, no page. Nothing to do.")
        charset = _CHARSET.search(content_type)
        return cls(content, charset[1] if charset else None)


def page_in(message: bytes, budget: Budget) -> Page:
    """The page in an HTTP answer, with its transfer and content encodings undone.

    An answer that says it is encoded and is not, as crawlers write that decode first, is taken as it is.

    Raises:
        RejectInput: it is not an answer, or breaks off (`damaged_archive`); the status is not 200 or 203
            (`http_error`); it is larger than `reading.max_bytes` (`too_large`) or than all that may be unpacked
            (`bomb`); it is encoded in a way that is not known, or no page (`unknown_format`).
    """
    status = _STATUS.match(message)
    end = _HEAD_END.search(message, 0, _LONGEST_HEAD)
    if status is None or end is None:
        raise damaged("record", "it holds no answer of a web server")
    code = int(status[1])
    if code not in _OK:
        raise RejectInput("http_error", f"The server answered {code} when the page was fetched. Nothing to do.")
    fields = _fields(message[: end.start()])
    body = message[end.end() :]
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = _joined(body)
    for encoding in reversed(fields.get("content-encoding", "").lower().split(",")[:3]):
        body = _decoded(body, encoding.strip(), budget)
    if len(body) > budget.limits.max_bytes:
        raise too_large(len(body), budget.limits.max_bytes)
    return Page.of_type(fields.get("content-type", ""), body)


def _fields(head: bytes) -> dict[str, str]:
    fields = {}
    for line in head.splitlines()[1:]:
        name, _, value = line.partition(b":")
        fields[name.strip().lower().decode("latin-1")] = value.strip().decode("latin-1")
    return fields


def _joined(body: bytes) -> bytes:
    """The content of chunks; the body itself where it consists of none."""
    chunks: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        if not length:
            return b"".join(chunks)
        chunk = body[size.end() : size.end() + length]
        chunks.append(chunk)
        at = size.end() + length
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
        if len(chunk) < length:
            break
    if not chunks:
        return body
    raise damaged("record", "its last chunk is missing")


def _decoded(body: bytes, encoding: str, budget: Budget) -> bytes:
    if (
        not body
        or encoding in ("", "identity", "none", "utf-8")
        or not body.startswith(_MAGIC.get(encoding.removeprefix("x-"), b""))
    ):
        return body
    if encoding == "br":
        return _brotli(body, budget)
    kind = _ENCODINGS.get(encoding)
    if kind is None:
        raise RejectInput(
            "unknown_format", f"The page is encoded as {encoding[:40]!r}, which is not known. Fetch it again without."
        )
    if kind == "zlib":
        if body.lstrip()[:1] == b"<":
            return body
        if body[0] & 15 != 8 or int.from_bytes(body[:2]) % 31:
            kind = "deflate"
    max_bytes = budget.limits.max_bytes
    with unpacked(io.BytesIO(body), kind, budget) as stream:
        content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise too_large(None, max_bytes)
    return content


def _brotli(body: bytes, budget: Budget) -> bytes:
    if body.lstrip()[:1] == b"<":
        return body
    decoder = brotli.Decompressor()
    content = bytearray()
    feed = body
    try:
        while not decoder.is_finished():
            piece = decoder.process(feed, output_buffer_limit=_PIECE)
            feed = b""
            budget.spend(len(piece))
            content += piece
            if len(content) > budget.limits.max_bytes:
                raise too_large(None, budget.limits.max_bytes)
            if not piece and decoder.can_accept_more_data():
                break
    except brotli.error as error:
        raise damaged("record", "its br encoding is none") from error
    if not decoder.is_finished():
        raise damaged("record", "its br encoding breaks off")
    return bytes(content)
