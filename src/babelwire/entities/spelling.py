"""The keys under which a name is known, however it is written."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii
from slugify import slugify

NOT_WORD = re.compile(r"[^a-z0-9]+")
LEFT_OUT = str.maketrans("", "", ".'’‘`´ʼʹ")
ARTICLE = re.compile(r"(?:(?:the|il|lo|la|i|gli|le) +|l['’])(?=\S)", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def slug(name: str) -> str:
    """The name in lower-case ASCII words joined by hyphens, other letters transliterated; empty where none is left."""
    name = name.casefold().replace("’", "'")
    return NOT_WORD.sub("-", name if name.isascii() else slugify(name, entities=False)).strip("-")


@lru_cache(maxsize=50_000)
def spelling(name: str) -> str:
    """The key under which lists know a name: no case, accents, apostrophes or full stops; other signs are spaces."""
    bare = name.translate(LEFT_OUT)
    return NOT_WORD.sub(" ", (bare if bare.isascii() else anyascii(bare)).lower()).strip()


def without_article(name: str) -> str:
    """The name without an English or Italian article in front."""
    return ARTICLE.sub("", name, count=1) if ARTICLE.match(name) else name
