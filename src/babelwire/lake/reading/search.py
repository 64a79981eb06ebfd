"""Searching headlines and bodies for words: a small query made into conditions on the columns of articles.

    sciopero scuola        both words, in any order and form of case, with or without accents
    "sciopero generale"    these words one after the other
    scioper*               words that begin so
    sciopero -calcio       not with this word

A word counts wherever it stands: in the headline, the standfirst or the body, in the article's own language or in
English. Words are what lies between anything that is neither a letter nor a digit: `acqua` is found in `l'acqua`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from anyascii import anyascii

from babelwire.errors import UsageError

HEADLINES = ("headline", "headline_en", "standfirst")
BODIES = ("text", "text_en")
_LONGEST = 500
_PART = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))


@dataclass(frozen=True)
class Term:
    """A word or phrase that is wanted or not.

    Attributes:
        pattern: a regular expression for Arrow's engine, which takes time in proportion to the text whatever the pattern.
    """

    pattern: str
    wanted: bool

    def found_in(self, *columns: str) -> pc.Expression:
        """Whether one of the columns has it."""
        found = pc.scalar(False)
        for column in columns:
            text = pc.coalesce(ds.field(column), pa.scalar(""))
            found |= pc.match_substring_regex(text, pattern=self.pattern)
        return found


def parse(query: str) -> list[Term]:
    """The words and phrases of a query.

    Raises:
        UsageError: it has no word, an open quotation mark, or is too long.
    """
    if len(query) > _LONGEST:
        raise UsageError(f"The search has {len(query):,} characters; at most {_LONGEST} are possible.")
    query = unicodedata.normalize("NFC", query).translate(_QUOTES)
    if query.count('"') % 2:
        raise UsageError(f'The search {query} has a quotation mark that is not closed: write "two words".')
    terms = []
    for minus, phrase, word in _PART.findall(query):
        words = _WORDS.findall(phrase or word)
        if words:
            terms.append(Term(_pattern(words, begins=word.endswith("*")), not minus))
    if not terms:
        raise UsageError(f"The search {query!r} has no word to look for: give letters or digits.")
    return terms


def condition(terms: list[Term]) -> pc.Expression:
    """Which articles a search finds."""
    wanted = pc.scalar(True)
    for term in terms:
        found = term.found_in(*HEADLINES, *BODIES)
        wanted &= found if term.wanted else ~found
    return wanted


def scores(terms: list[Term], articles: pa.Table) -> pa.Array:
    """How well articles fit a search: first by the wanted words in the headline, then by how often the body has them.

    Args:
        articles: with the columns of `HEADLINES` and `BODIES`, and word_count.
    """
    points = pa.chunked_array([pa.nulls(len(articles), pa.float64())]).fill_null(0.0)
    words = pc.sqrt(pc.add(articles["word_count"].cast(pa.float64()), 1.0))
    for term in terms:
        if term.wanted:
            head, body = (_most(term, articles, columns) for columns in (HEADLINES, BODIES))
            points = pc.add(points, pc.multiply(pc.min_element_wise(head, 1.0), 1000.0))
            points = pc.add(points, pc.divide(body, words))
    return points


def _most(term: Term, articles: pa.Table, columns: tuple[str, ...]) -> pa.ChunkedArray:
    counts = [pc.count_substring_regex(articles[c].fill_null(""), pattern=term.pattern) for c in columns]
    return pc.max_element_wise(*counts).cast(pa.float64())


def _pattern(words: list[str], *, begins: bool) -> str:
    between = r"[^\p{L}\p{N}]+"
    end = "" if begins else r"(?:[^\p{L}\p{N}]|$)"
    return r"(?i)(?:^|[^\p{L}\p{N}])" + between.join("".join(map(_letter, word)) for word in words) + end


def _letter(character: str) -> str:
    """The letter with and without accents."""
    accented = _accented()
    plain = _plain(character)
    return f"[{plain}{accented[plain]}]" if plain in accented else plain


@cache
def _accented() -> dict[str, str]:
    """Lower-case letter -> the same with accents, of the Latin, Greek and Cyrillic scripts."""
    found: dict[str, str] = defaultdict(str)
    for code in (*range(0xC0, 0x530), *range(0x1E00, 0x2000)):
        character = chr(code)
        if character.islower() and _plain(character) != character:
            found[_plain(character)] += character
    return dict(found)


def _plain(character: str) -> str:
    character = character.lower()[0]
    plain = unicodedata.normalize("NFD", character)[0]
    if plain == character and unicodedata.name(character, "").startswith("LATIN"):
        # A stroke through a letter is no accent to Unicode.
        spelt = anyascii(character).lower()
        return spelt if len(spelt) == 1 and spelt.isalpha() else character
    return plain


_WORDS = re.compile(r"[^\W_]+")
