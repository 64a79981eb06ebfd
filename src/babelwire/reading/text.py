"""How bytes become characters, and how a text or Markdown document is read."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import Any

import charset_normalizer
from markdown_it import MarkdownIt
from markdown_it.token import Token

from babelwire.errors import RejectInput
from babelwire.reading.markup import paragraphs

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what a page may declare; Latin-1 and ASCII mean Windows-1252, as in browsers (WHATWG Encoding Standard)
_LATIN = re.compile(r"iso-?8859-?1|latin-?1|l1|(us-)?ascii|ansi|windows-1252|cp-?1252|x-cp1252")
_DECLARABLE = re.compile(
    r"iso-?8859-?\d{1,2}|(windows|cp)-?125\d|koi8-[ru]|mac(intosh|roman)|big5|gb(k|2312|18030)|euc-(jp|kr)|shift_jis"
)
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒŠŽßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœšž«»‹›“”„‘’‚–—…•·°ºª§©®™€£¥¿¡½¼¾²³×´\xa0\xad"
)
_WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]")
# charset-normalizer also knows encodings of mainframes and of computers no newsroom has had, and often prefers them
_PLAUSIBLE = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "mac_roman"),
    *("iso8859_2", "iso8859_7", "iso8859_9", "koi8_r", "koi8_u"),
    *("cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "cp949"),
]
_SAMPLE = 1 << 16
_LONGEST_MARKDOWN = 200_000
_UNICODE_NEWLINES = re.compile("\r\n?|[\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_TITLE = re.compile(r"# +\S")


def decode(raw: bytes, *, declared: str | None = None) -> str:
    r"""The characters of `raw`: without NUL, surrogates or byte order mark, lines ended by ``\n``.

    Tried in this order: the byte order mark, UTF-8, UTF-8 with stray bytes of Windows-1252 in it, the encoding that
    the document declares, Windows-1252 where that gives Western text, and what charset-normalizer finds.

    Raises:
        RejectInput: no encoding fits (`undecodable`).
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    marked = next((encoding for mark, encoding in _BOMS if raw.startswith(mark)), None)
    text = _strictly(raw, marked or "utf-8")
    if text is None and marked is None:
        text = _mixed(raw) or _as_declared(raw, declared) or _western(raw) or _guessed(raw)
    if text is None or _SURROGATES.search(text):
        raise RejectInput(
            "undecodable",
            "No character encoding fits the bytes of the input; it is damaged. Ask its sender for it again.",
        )
    return tidy(text)


def tidy(text: str) -> str:
    r"""The text without NUL or byte order mark, lone surrogates as U+FFFD, lines ended by ``\n``."""
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text.replace("\0", ""))
    return _UNICODE_NEWLINES.sub("\n", text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))


def read_text(text: str) -> dict[str, Any]:
    """The columns of a plain text: `text`; for Markdown that opens with a title also `headline`.

    Raises:
        RejectInput: there is nothing but white space (`no_text`).
    """
    if not text.strip():
        raise RejectInput("no_text", "The input has no visible text. Ask its sender for the article.")
    # no article is longer, and the parser takes its time over a million brackets
    if len(text) > _LONGEST_MARKDOWN or not _TITLE.match(text.lstrip()):
        return {"text": text}
    headline, *paragraphs = _markdown_paragraphs(text)
    if not paragraphs:
        raise RejectInput("no_text", "The input has a title and no text under it. Ask its sender for the article.")
    return {"headline": headline, "text": "\n\n".join(paragraphs)}


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _mixed(raw: bytes) -> str | None:
    """UTF-8 in which some bytes are Windows-1252, as where copy from two systems was joined."""
    text = raw.decode("utf-8", "surrogateescape")
    counts = _foreign(text)
    strays = {c: n for c, n in counts.items() if _SURROGATES.match(c)}
    if 2 * sum(strays.values()) >= sum(counts.values()):
        return None
    try:
        windows = {ord(c): c.encode("utf-8", "surrogateescape").decode("cp1252") for c in strays}
    except UnicodeDecodeError:
        return None
    return text.translate(windows)


def _as_declared(raw: bytes, declared: str | None) -> str | None:
    name = (declared or "").strip().lower()
    if _LATIN.fullmatch(name):
        return _strictly(raw, "cp1252")
    return _strictly(raw, name) if _DECLARABLE.fullmatch(name) else None


def _western(raw: bytes) -> str | None:
    text = _strictly(raw, "cp1252")
    if text is None:
        return None
    if "¤" in text and not _WINDOWS_ONLY.search(raw):
        return raw.decode("iso8859-15")  # the same, with the euro sign where nobody writes a currency sign
    counts = _foreign(text)
    foreign = sum(counts.values())
    fitting = sum(n for c, n in counts.items() if c in _WESTERN)
    # Greek or Cyrillic read as Western is nearly all accents; Western text never is
    return text if fitting >= 0.9 * foreign and 4 * foreign < len(text) else None


def _foreign(text: str) -> dict[str, int]:
    """How often each character beyond ASCII occurs."""
    return {c: n for c, n in Counter(text).items() if c > "\x7f"}


def _guessed(raw: bytes) -> str | None:
    sample = raw[:_SAMPLE]
    if len(raw) > _SAMPLE:
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b" ")) + 1] or sample
    best = charset_normalizer.from_bytes(sample, cp_isolation=_PLAUSIBLE).best()
    return _strictly(raw, best.encoding) if best else None


def _markdown_paragraphs(text: str) -> list[str]:
    """Title, headings, paragraphs and list items in order, without marks; the numbers of a list stay."""
    found: list[str] = []
    number = ""
    for token in MarkdownIt().parse(text):
        if token.type == "list_item_open":
            number = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "html_block":
            found += paragraphs(token.content)
        elif plain := _plain(token).strip():
            found.append(number + plain)
            number = ""
    return found


def _plain(token: Token) -> str:
    if token.children is None:
        return token.content
    instead = {"softbreak": " ", "hardbreak": "\n", "html_inline": "", "image": ""}
    return "".join(instead.get(child.type, child.content) for child in token.children)
