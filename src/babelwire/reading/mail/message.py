"""Reads e-mail (RFC 5322): a newsletter or an agency's dispatch as an article."""

from __future__ import annotations

import email
import re
import unicodedata
from datetime import datetime
from email import errors
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from babelwire.errors import RejectInput
from babelwire.reading.mail.text import forwarded, newsletter, plain_text
from babelwire.reading.metadata import canonical, host_of, language_tag, line, people, when
from babelwire.reading.text import decode

_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60}):(?:[ \t]|\r?$)")
_FOLDED = (b" ", b"\t")
_OF_MAIL = frozenset(
    [
        *(b"from", b"to", b"subject", b"date", b"cc", b"reply-to", b"sender", b"return-path", b"delivered-to"),
        *(b"received", b"message-id", b"mime-version", b"content-type", b"content-transfer-encoding", b"list-id"),
        *(b"list-unsubscribe", b"dkim-signature", b"arc-seal", b"arc-message-signature", b"authentication-results"),
    ]
)
_ONLY_OF_MAIL = frozenset(
    [b"received", b"message-id", b"mime-version", b"return-path", b"delivered-to", b"dkim-signature", b"arc-seal"]
)
_FEWEST_HEADERS = 3
_SEPARATOR = re.compile(rb"^From \S{1,300} .{0,40}\d\d:\d\d.{0,40}\r?$", re.MULTILINE)
_LONGEST_HEADER = 4000
_MOST_PARTS = 200
_MOST_BOUNDARIES = 100
# the library takes its time over a million parameters
_ENDLESS = re.compile(rb"^content-(?:type|disposition):(?:[^\n]|\n[ \t]){5000}", re.IGNORECASE | re.MULTILINE)
_MANY_LINKS = 5
_PREFIXES = re.compile(r"^(?:(?:re|r|fwd?|i|tr|wg|aw|rif)\s?:\s*)+", re.IGNORECASE)
_LIST_NAME = re.compile(r"\s*\"?(?P<name>[^<>\"]{2,200}?)\"?\s*<")
_SENDER_PARTS = re.compile(r"\s+(?:da|from|via|[|@–—-])\s+")
_FROM = re.compile(r"\s(?:da|from)\s")
_MAIL_HOST = re.compile(r"^(?:newsletters?|news|nl|e-?mail|mailing|mail|em?|m|info)\.(?=[^.]+\.[^.]+)", re.IGNORECASE)
_ARCHIVED = re.compile(r"\s*<(?P<address>https?://[^<>\s]{1,1000})>")
_PRIVATE_MAIL = re.compile(
    r"(?:g(?:oogle)?mail|outlook|hotmail|live|yahoo|icloud|libero|virgilio|tiscali)\.[a-z.]{2,6}"
)


def is_mail(head: bytes) -> bool:
    """Whether bytes that begin so are an e-mail: nothing but headers up to the first blank line, and those of mail."""
    lines = head.lstrip(b"\xef\xbb\xbf\r\n").split(b"\n")
    if lines[0].startswith(b"From "):
        lines = lines[1:]
    names: dict[bytes, None] = {}
    for number, each in enumerate(lines, start=1):
        if not each.strip():
            break
        found = _HEADER.match(each)
        if found:
            names.setdefault(found[1].lower())
        elif not (names and each.startswith(_FOLDED)) and number < len(lines):
            return False
    known = _OF_MAIL & names.keys()
    is_written = next(iter(names), None) in known and {b"from", b"date"} <= known
    return len(known) >= _FEWEST_HEADERS and (is_written or bool(known & _ONLY_OF_MAIL))


def read_mail(raw: bytes, *, latest: datetime) -> dict[str, Any]:
    """The columns of an e-mail with one article; attachments are passed over.

    Args:
        latest: dates more than a day later are ignored.

    Raises:
        RejectInput: it breaks off or cannot be taken apart (`damaged_mail`), holds several mails (`unknown_format`), or
            has no text (`no_text`).
    """
    raw = raw.lstrip(b"\xef\xbb\xbf\r\n")
    if raw.startswith(b"From ") and _SEPARATOR.search(raw, raw.find(b"\n")):
        raise RejectInput(
            "unknown_format", "The input is a mailbox with several mails. Give each mail as a file of its own (.eml)."
        )
    if _ENDLESS.search(raw) or raw.lower().count(b"boundary=") > _MOST_BOUNDARIES:
        raise _damaged("it nests too deeply, or a header of it has no end")
    try:
        message = email.message_from_bytes(raw)
        mail, parts = _article(message)
        text, link, language = _text(parts)
    except (RejectInput, MemoryError):
        raise
    except Exception as error:  # what the library raises over hostile bytes is not documented
        raise _damaged(f"it cannot be taken apart, {type(error).__name__}") from error
    above, text = forwarded(text)
    subject = above.get("subject") or _header(mail, "Subject") or _header(message, "Subject") or ""
    publisher, byline, site = _sender(above.get("from") or _header(mail, "From"), _header(mail, "List-Id"))
    archived = _ARCHIVED.match(_header(mail, "Archived-At") or "")
    return {
        "uri": (canonical(archived["address"]) if archived else None) or link,
        "publisher": publisher,
        "site": site,
        "headline": line(_PREFIXES.sub("", subject)),
        "byline": byline,
        "published_at": _date(above.get("date") or _header(mail, "Date"), latest),
        "declared_language": language_tag(_header(mail, "Content-Language")) or language,
        "text": text,
    }


def _article(message: Message) -> tuple[Message, list[tuple[Message, bool]]]:
    """The mail with the article and its parts with text, each with whether it is whole.

    Of a mail that only forwards another as an attachment it is the other.
    """
    mail, parts = message, list[tuple[Message, bool]]()
    waiting = [(message, True)]
    for _ in range(_MOST_PARTS):
        if not waiting:
            break
        part, is_whole = waiting.pop(0)
        payload = part.get_payload()
        inner = [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
        if part.get_content_type() == "message/rfc822":
            if inner and not any(_bytes(each).strip() for each, _ in parts):
                mail, parts, waiting = inner[0], [], [(inner[0], is_whole)]
        elif inner:
            breaks_off = any(isinstance(defect, errors.CloseBoundaryNotFoundDefect) for defect in part.defects)
            waiting[:0] = [(each, not breaks_off or each is not inner[-1]) for each in inner]
        elif part.get_content_maintype() == "multipart":
            parts.append((part, False))
        elif part.get_content_maintype() == "text" and not _is_attached(part):
            _bytes(part)
            damaged = any(isinstance(defect, errors.InvalidBase64LengthDefect) for defect in part.defects)
            parts.append((part, is_whole and not damaged))
    return mail, parts


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _text(parts: list[tuple[Message, bool]]) -> tuple[str, str | None, str | None]:
    """The text of the best part, the address where it can be read in a browser, and the language it declares.

    Raises:
        RejectInput: there is none.
    """
    whole = [part for part, is_whole in parts if is_whole]
    letters = [newsletter(_decoded(part)) for part in whole if part.get_content_subtype() == "html"]
    shown = "\n\n".join(each.text for each in letters if each.text)
    plain = (
        plain_text(_decoded(part), flowed=str(part.get_param("format")).lower() == "flowed")
        for part in whole
        if part.get_content_subtype() == "plain"
    )
    written = "\n\n".join(each for each in plain if each)
    # the plain alternative of a newsletter is often one line that says to look at the other, or full of addresses
    is_written = 2 * len(written) > len(shown) and (not shown or written.count("://") < _MANY_LINKS)
    if text := written if is_written else shown:
        found = (
            next((each.link for each in letters if each.link), None),
            next((each.language for each in letters if each.language), None),
        )
        return text, *found
    if len(whole) < len(parts):
        raise _damaged("it breaks off before the end of its text")
    raise RejectInput("no_text", "The mail has no text, or only attachments. Give the attached document itself.")


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(part: Message) -> str:
    content = _bytes(part)
    return decode(content, declared=part.get_content_charset()) if content.strip() else ""


def _header(message: Message, name: str) -> str | None:
    """A header as one line of text, its encoded words decoded; None where it is missing or absurdly long."""
    value = next((str(v) for key, v in message.raw_items() if key.lower() == name.lower()), None)
    if value is None or len(value) > _LONGEST_HEADER:
        return None
    try:
        pieces = decode_header(value)
    except errors.HeaderParseError:
        pieces = [(value, None)]
    text = "".join(piece if isinstance(piece, str) else _word(piece, charset) for piece, charset in pieces)
    return line(_word(text.encode("utf-8", "surrogateescape"), None))


def _word(piece: bytes, charset: str | None) -> str:
    try:
        return decode(piece, declared=charset)
    except RejectInput:
        return piece.decode("latin-1")


def _date(written: str | None, latest: datetime) -> datetime | None:
    try:
        return when(parsedate_to_datetime(written or "").isoformat(), latest=latest)
    except (ValueError, OverflowError, TypeError, IndexError):
        return when(written, latest=latest)


def _sender(sender: str | None, list_id: str | None) -> tuple[str | None, list[str], str | None]:
    """The publisher, the people who wrote it, and the site of the sender's address.

    A sender is a person where the address is made of the name (`anna.neri@`), or where the publisher stands behind it
    ("Anna Neri da Il Canale").
    """
    listed = _LIST_NAME.match(list_id or "")
    list_name = listed["name"].strip() if listed else None
    name, address = parseaddr(sender or "")
    local, _, domain = address.rpartition("@")
    site = host_of(_MAIL_HOST.sub("", domain))
    site = None if site is None or _PRIVATE_MAIL.fullmatch(site) else site
    label = _letters(max((site or "").split(".")[:-1], key=len, default=""))
    parts = [part.strip() for part in _SENDER_PARTS.split(name) if part.strip()]
    of_site = [part for part in parts if label and (label in _letters(part) or _letters(part) in _letters(site or ""))]
    is_from = len(parts) > 1 and parts[1] in of_site and _FROM.search(name) is not None
    named = [part for part in parts if part not in of_site and _is_made_of(local, part)] or (
        parts[:1] if is_from else []
    )
    byline = people(named, publishers=(list_name, site))
    others = [part for part in parts if part not in byline]
    return list_name or next(iter(of_site or others), None), byline, site


def _is_made_of(local: str, name: str) -> bool:
    """Whether the part of an address before the @ holds the last word of a name."""
    words = [_letters(word) for word in name.split()]
    return len(words) > 1 and len(words[-1]) > 2 and words[-1] in _letters(local)


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c.isalnum())


def _damaged(what: str) -> RejectInput:
    return RejectInput("damaged_mail", f"The mail is damaged: {what}. Export it again from the mail program.")
