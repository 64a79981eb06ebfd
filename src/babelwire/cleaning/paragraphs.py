"""Where a paragraph ends: blank lines, lines that are paragraphs, and lines that were wrapped at a column."""

from __future__ import annotations

import re
from itertools import pairwise

NARROWEST_WRAP, WIDEST_WRAP = 40, 100
"""Columns. Typewriters, mail programs and agency terminals wrap between the two."""

_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK = " \t\xa0\u00ad\u200b\u200c\u200d\u2060\ufeff"


def split(text: str) -> list[str]:
    """The paragraphs of `text`, each on one line.

    Blank lines always end a paragraph. Inside a block of lines, a line goes on in the next one where the
    document shows that it was wrapped: no line of the block is wider than `WIDEST_WRAP`, the first word of the
    next line would not have fitted, and at least half of such lines of the document go on in lower case.
    """
    blocks = _blocks(text)
    narrow = [b for b in blocks if len(b) > 1 and max(map(len, b)) <= WIDEST_WRAP]
    width = max((len(line) for b in narrow for line in b), default=0)
    full = [(here, there) for b in narrow for here, there in _pairs(b) if _is_full(here, there, width)]
    lower = sum(there.lstrip()[:1].islower() for _, there in full)
    wrapped = width >= NARROWEST_WRAP and 2 * lower >= max(1, len(full))
    paragraphs: list[str] = []
    for block in blocks:
        joins = wrapped and max(map(len, block)) <= WIDEST_WRAP
        parts = [[block[0]]]
        for here, there in _pairs(block):
            if joins and _is_full(here, there, width):
                parts[-1].append(there)
            else:
                parts.append([there])
        paragraphs += [_join(lines) for lines in parts]
    return paragraphs


def _blocks(text: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in _BREAK.sub("\n", text).split("\n"):
        if line.strip(_BLANK):
            blocks[-1].append(line.rstrip(" \t"))
        elif blocks[-1]:
            blocks.append([])
    return [b for b in blocks if b]


def _pairs(lines: list[str]) -> list[tuple[str, str]]:
    return list(pairwise(lines))


def _is_full(here: str, there: str, width: int) -> bool:
    indented = there[:1] in " \t" and here[:1] not in " \t"
    words = there.split(maxsplit=1)
    return not indented and here != there and bool(words) and len(here) + 1 + len(words[0]) > width


def _join(lines: list[str]) -> str:
    joined = lines[0].strip(" \t")
    for line in lines[1:]:
        at_hyphen = joined.endswith("-") and joined[-2:-1].isalpha()
        joined += ("" if at_hyphen else " ") + line.strip(" \t")
    return joined
