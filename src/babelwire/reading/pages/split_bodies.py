"""Bodies that a page lays out in several boxes, between which advertisements stand."""

from __future__ import annotations

import re
from collections import Counter

from lxml import html

_SHORTEST = 60
_MOST_LINKED = 0.3
_CHIEF = 0.5
_SENTENCE = re.compile(r"[.!?…][\"'”»’)]{0,3}$")

_Box = tuple[str, str, int]


def with_the_rest(tree: html.HtmlElement, body: list[str]) -> list[str]:
    """The body with the sentences that stand in boxes of the same kind, in the same article, each in its place."""
    shown = [(p, " ".join(p.text_content().split())) for p in tree.iter("p")]
    place = {text: at for at, text in reversed(list(enumerate(body)))}
    boxes: Counter[_Box] = Counter()
    for p, text in shown:
        if text in place:
            boxes[_box(p)] += len(text)
    chief, size = max(boxes.items(), key=lambda box: box[1], default=(("", "", 0), 0))
    if not chief[1] or size < _CHIEF * sum(map(len, body)):
        return body
    starts = {text[:_SHORTEST] for text in body}
    added: dict[int, list[str]] = {}
    last = -1
    for p, text in shown:
        if text in place:
            last = max(last, place[text])
        elif last >= 0 and _box(p) == chief and _is_told(p, text) and text[:_SHORTEST] not in starts:
            added.setdefault(last, []).append(text)
    return [line for at, text in enumerate(body) for line in (text, *added.get(at, ()))]


def _box(paragraph: html.HtmlElement) -> _Box:
    parent = paragraph.getparent()
    if parent is None:
        return "", "", 0
    article = next(paragraph.iterancestors("article"), None)
    return str(parent.tag), " ".join(sorted((parent.get("class") or "").split())), id(article)


def _is_told(paragraph: html.HtmlElement, text: str) -> bool:
    linked = sum(len(" ".join(link.text_content().split())) for link in paragraph.iter("a"))
    return len(text) >= _SHORTEST and _SENTENCE.search(text) is not None and linked <= _MOST_LINKED * len(text)
