"""The text of an e-mail without what mail programs and newsletter services put around it."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree, html

from babelwire.reading.markup import paragraphs, tree_of
from babelwire.reading.metadata import canonical, language_tag

_SIGNATURE = re.compile(r"\n-- ?\n")
_LONGEST_SIGNATURE = 1000
_LONGEST_NOTICE = 400
_TOP = 3
_IN_BROWSER = re.compile(
    r"(?:view|read|open|see)\b.{0,40}\b(?:browser|online|web)\b|(?:visualizza|leggi|apri|vedi|guarda)\w{0,6}\b.{0,40}"
    r"\b(?:browser|online|web)\b|(?:problems|trouble|problemi|difficoltà)\b.{0,60}\b(?:viewing|reading|visualizz\w+|lettura)",
    re.IGNORECASE,
)
_LEAVING = re.compile(
    r"\bunsubscribe\b|\bopt[ -]out\b|\bmanage (?:your )?(?:email |newsletter )?(?:preferences|subscriptions?)\b|\bupdate (?:your )?"
    r"(?:email )?preferences\b|\byou(?:['’]re| are)? (?:receiv(?:e|ed|ing)|getting) this\b|\bdisiscri\w+|\bcancella(?:rti|rsi|re|ti)?"
    r"\b.{0,30}\b(?:iscrizione|newsletter|lista|mailing)|\bannulla\w*\b.{0,20}\biscrizione|\b(?:ricevi|hai ricevuto|riceve|"
    r"ha ricevuto) questa (?:e-?mail|mail|newsletter|comunicazione)\b|\bnon (?:vuoi|desideri|vuole) più ricever\w+|\b(?:gestisci|"
    r"aggiorna|modifica) (?:le )?(?:tue )?preferenze\b|\babbestell\w+|\bse désabonner\b|\bdésinscri\w+|\bdarse de baja\b",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none|mso-hide\s{0,9}:\s{0,9}all", re.IGNORECASE)
_TRACKING = re.compile(r"\b(?:click|track\w*|trk|link\w*|redirect|email|go|ct|list-manage)\b", re.IGNORECASE)
_TOKEN = re.compile(r"(?=[A-Za-z]*\d)[A-Za-z0-9_=-]{24,}")
_FORWARDED = re.compile(
    r"^(?:-{2,20} ?(?:forwarded message|messaggio inoltrato|original message|messaggio originale) ?-{2,20}"
    r"|(?:begin forwarded message|inizio messaggio inoltrato):)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LINE_OF_HEAD = re.compile(
    r"[*>]{0,2}\s{0,3}(?P<name>from|da|date|data|sent|inviato|subject|oggetto|to|a|cc|reply-to)\s?:[* ]{0,3}(?P<value>.{0,1000})",
    re.IGNORECASE,
)
_NAMES = {"da": "from", "data": "date", "sent": "date", "inviato": "date", "oggetto": "subject"}


class Letter(NamedTuple):
    """A newsletter: its text, the address where a browser shows it, and the language it declares."""

    text: str
    link: str | None
    language: str | None


def plain_text(text: str, *, flowed: bool) -> str:
    """A text part without signature and footer; of `format=flowed` (RFC 3676) the lines are joined again."""
    start = max((found.start() for found in _SIGNATURE.finditer(text)), default=len(text))
    if len(text) - start <= _LONGEST_SIGNATURE:
        text = text[:start]
    if flowed:
        text = re.sub(r"(?<= )\n(?=\S)", "", text)
    return "\n\n".join(_without_notices([block.strip("\n ") for block in re.split(r"\n[ \t]{0,99}\n", text)]))


def newsletter(markup: str) -> Letter:
    """What a browser would show of an HTML part, without the service's notices around it.

    Raises:
        RejectInput: the parser makes nothing of it (`damaged_html`).
    """
    if not markup.strip():
        return Letter("", None, None)
    tree = tree_of(markup)
    for element in tree.xpath("//*[@style]"):
        if _HIDDEN.search(element.get("style")[:_LONGEST_SIGNATURE]) and element.getparent() is not None:
            element.drop_tree()
    link = next((found for each in tree.iter("a") if (found := _own_address(each))), None)
    shown = paragraphs(etree.tostring(tree, encoding="unicode", method="html"))
    return Letter("\n\n".join(_without_notices(shown)), link, language_tag(tree.get("lang")))


def forwarded(text: str) -> tuple[dict[str, str], str]:
    """What stands above a mail that was forwarded in the text of another (`from`, `date`, `subject`), and its text.

    Without such a mail nothing and the text as it is.
    """
    mark = _FORWARDED.search(text)
    if mark is None:
        return {}, text
    lines = text[mark.end() :].lstrip().split("\n")
    head: dict[str, str] = {}
    while lines and (not lines[0].strip() or (found := _LINE_OF_HEAD.fullmatch(lines[0].strip()))):
        if lines.pop(0).strip() and found:
            name = found["name"].lower()
            head.setdefault(_NAMES.get(name, name), found["value"].strip())
    rest = "\n".join(lines).strip()
    return (head, rest) if "subject" in head and rest else ({}, text)


def _without_notices(blocks: list[str]) -> list[str]:
    """The blocks without the invitation to look at them in a browser on top, and the ways to leave the list below."""
    blocks = [
        block
        for number, block in enumerate(each for each in blocks if each.strip())
        if not (number < _TOP and len(block) <= _LONGEST_NOTICE and _IN_BROWSER.search(block))
    ]
    footer = (
        number
        for number, block in enumerate(blocks)
        if 2 * number >= len(blocks) and len(block) <= _LONGEST_NOTICE and _LEAVING.search(block)
    )
    return blocks[: next(footer, len(blocks))]


def _own_address(anchor: html.HtmlElement) -> str | None:
    """The address behind "view in browser", unless it counts clicks or belongs to one reader."""
    if not _IN_BROWSER.search(" ".join(anchor.text_content().split())[:_LONGEST_NOTICE]):
        return None
    address = canonical(anchor.get("href"))
    if address is None or _TOKEN.search(address):
        return None
    parts = urlsplit(address)
    return None if parts.query or _TRACKING.search(parts.netloc + parts.path) else address
