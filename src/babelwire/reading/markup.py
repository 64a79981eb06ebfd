"""Turns HTML into a tree, and a piece of HTML inside another document into plain paragraphs."""

from __future__ import annotations

import re

from lxml import etree, html

from babelwire.errors import RejectInput

_PARSER = html.HTMLParser(collect_ids=False, remove_comments=True, remove_pis=True)
# what lxml's trees may not hold, though its parser lets it in
_ILLEGAL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bce-f]|1[0-9a-f]|fff[ef]));",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"\s*<\?xml[^<>]{0,200}>")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(
    ["figcaption", "form", "head", "iframe", "noscript", "object", "script", "style", "svg", "template"]
)
_TAG = re.compile(
    r"</?(?:a|b|blockquote|br|div|em|figure|h[1-6]|i|img|li|ol|p|section|span|strong|ul)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n[ \n]*\n")
_SPACES = re.compile(r"[ \t\r\n\f]+")


def tree_of(text: str) -> html.HtmlElement:
    """The document as a tree, without comments.

    Raises:
        RejectInput: the parser makes nothing of it (`damaged_html`).
    """
    try:
        return html.document_fromstring(_DECLARATION.sub("", _ILLEGAL.sub(" ", text), count=1), parser=_PARSER)
    except Exception as error:  # what a parser raises over hostile bytes is not documented
        raise damaged(error) from error


def damaged(error: Exception) -> RejectInput:
    """The problem of a page that a parser fails on."""
    return RejectInput(
        "damaged_html", f"The page cannot be read as HTML ({type(error).__name__}). Fetch it again, or give its text."
    )


def is_marked_up(text: str) -> bool:
    """Whether a field of a document holds HTML and not plain text."""
    return _TAG.search(text) is not None


def paragraphs(markup: str) -> list[str]:
    """The paragraphs that a browser would show of a piece of HTML.

    Raises:
        RejectInput: the parser makes nothing of it (`damaged_html`).
    """
    parts: list[str] = []
    walk = etree.iterwalk(tree_of(f"<div>{markup}</div>"), events=("start", "end"))
    for event, element in walk:
        block = element.tag in _BLOCKS
        if event == "start":
            if element.tag in _UNSEEN:
                walk.skip_subtree()
            else:
                parts += ["\n\n" if block else "", _SPACES.sub(" ", element.text or "")]
        else:
            parts += ["\n\n" if block else "\n" if element.tag == "br" else "", _SPACES.sub(" ", element.tail or "")]
    blocks = _BLANK_LINES.split("".join(parts))
    shown = ("\n".join(" ".join(line.split()) for line in block.split("\n")).strip() for block in blocks)
    return [each for each in shown if each]
