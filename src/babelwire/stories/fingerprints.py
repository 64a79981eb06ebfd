"""The fingerprint stage: what matching needs to know of an article, taken from that article alone.

Nothing here looks at other articles (how rare a word is comes from the tables of wordfreq), so that a pair of
articles is judged the same whatever else is in the lake and however the articles were split over runs.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas as pd
import regex
from rensa import RMinHash
from wordfreq import available_languages, get_frequency_dict

from babelwire.frames import each_row
from babelwire.settings import Stories
from babelwire.stories.encoder import encoder

NUM_PERM = 128
SEED = 1
SHINGLE_WORDS = 3
MOST_TERMS = 200
MOST_WORDS = 20_000
LONGEST_WORD = 40

COMMON_ZIPF = 6.5
HIGHEST_RARITY = 5.0
UNKNOWN_RARITY = 3.5
NUMBER_RARITY = 2.0
WEAK_NUMBER_RARITY = 0.6
HEADLINE_BOOST = 1.5
LEAD_BOOST, LEAD_WORDS = 3.0, 60
DAMPING = 0.75
STEM_LETTERS = 6

ENOUGH_LETTERS, ENCODED_WORDS, ENCODED_LETTERS = 40, 30, 300
LOOKED_AT = 2_000
VECTOR_UNIT = 127

NAME, NUMBER, OWN, DAY = "n:", "#", "own:", "day:"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def recipe(settings: Stories) -> str:
    """Everything that a stored signature, stored terms and a stored vector depend on. Two recipes cannot be compared.

    Raises:
        UsageError: the encoder that the settings name is not installed.
    """
    encodes = encoder(settings)
    vectors = f"{encodes.name} {encodes.version}, recipe 1" if encodes else "none"
    return (
        f"minhash: rensa {_release('rensa')} algorithm {RMinHash.ALGORITHM_VERSION}, {NUM_PERM} permutations, "
        f"seed {SEED}, {SHINGLE_WORDS} words, form 1; terms: wordfreq {_release('wordfreq')}, recipe 3; "
        f"vectors: {vectors}"
    )


_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_FORM_WORD = regex.compile(rf"(?V1)[{_UNSPACED}]|[\w--[{_UNSPACED}]]+")
_TERM_WORD = regex.compile(rf"(?V1)[{_UNSPACED}]{{1,2}}|[\p{{L}}\p{{M}}--[{_UNSPACED}]]+|\d+(?:[.,:]\d+)*")
_ADDRESS = regex.compile(r"(?:https?://|www\.)\S+")
_CLOCK = regex.compile(r"(?:[01]?\d|2[0-4])[.:][0-5]\d")
_YEAR = regex.compile(r"(?:19|20)\d\d")
_THOUSANDS = regex.compile(r"\d{1,3}(?:[.,]\d{3})+")
_WEEKDAY = regex.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_OPENING = regex.compile(rf"(?s).{{{ENOUGH_LETTERS},}}?(?:[.!?](?=\s)|[。！？\n])")
_BEFORE_A_SENTENCE = frozenset('.!?:;\n"“”„«»‘(—–')


class Fingerprint:
    """Adds `signature`, `terms` and `vector`.

    Reads `text`, `headline`, `text_en`, `headline_en`, `language` and `entities`. The signature is of the article's own
    text, because near duplicates are within a language. The terms are of the English text; while there is none they
    are of the text itself, so that articles in one language still meet. The days of the week that an English text names
    are terms too. The vector is of the opening as it was written, where the encoder knows the language.

    Args:
        settings: name the encoder.
    """

    name = "fingerprint"

    def __init__(self, settings: Stories | None = None) -> None:
        self._encoder = encoder(settings or Stories())

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with these columns; None where there is no text. Stops no row.

        Raises:
            UsageError: the encoder is not installed.
        """
        reads = ("text", "headline", "text_en", "headline_en", "language", "entities")
        return each_row(frame, self.name, reads, {"signature": None, "terms": None, "vector": None}, self._fingerprint)

    def _fingerprint(
        self, *, text: str | None, headline: str | None, language: str | None, **article: Any
    ) -> dict[str, Any]:
        return {
            "signature": signature(text or ""),
            "terms": _terms(text or "", headline, language or "en", **article) or None,
            "vector": self._vector(text or "", headline, language or ""),
        }

    def _vector(self, text: str, headline: str | None, language: str) -> list[int] | None:
        words = opening(headline, text)
        if self._encoder is None or not words or _main_language(language) not in self._encoder.languages:
            return None
        (unit,) = self._encoder.encode([words])
        return [int(step) for step in np.rint(unit * VECTOR_UNIT)]


def comparison_form(text: str) -> list[str]:
    """The words of a text as they are compared: NFC, case folded, word characters only."""
    return _FORM_WORD.findall(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()))


def opening(headline: str | None, text: str) -> str:
    """What the encoder reads of an article: the headline, else the first sentence; 30 words of it at most.

    A headline or sentence of fewer than 40 letters is read on into the next one. On development data this told
    German and English articles on one event from others better (AUC 0.91) than the first 10, 20, 40, 60 or 120 words.
    """
    parts = (" ".join(part.split()) for part in ((headline or "")[:LOOKED_AT], text[:LOOKED_AT]))
    start = "\n".join(part for part in parts if part)
    first = _OPENING.match(start)
    return " ".join((first[0] if first else start).split()[:ENCODED_WORDS])[:ENCODED_LETTERS]


def signature(text: str) -> list[int] | None:
    """MinHash of the set of three-word shingles of a text: 128 values of 32 bits, None where it has no word.

    A text of fewer than three words is one shingle. The estimate of a Jaccard j has a standard error of
    sqrt(j (1 - j) / 128), at most 0.045 (Broder 1997).
    """
    words = comparison_form(text)
    if not words:
        return None
    last = max(1, len(words) - SHINGLE_WORDS + 1)
    shingles = {" ".join(words[i : i + SHINGLE_WORDS]) for i in range(last)}
    minhash = RMinHash(num_perm=NUM_PERM, seed=SEED)
    minhash.update(sorted(shingles))
    return list(minhash.digest())


def estimate_jaccard(a: Sequence[int], b: Sequence[int]) -> float:
    """The share of common shingles of two texts, 0 to 1, from their signatures."""
    return float(np.mean(np.asarray(a, np.uint32) == np.asarray(b, np.uint32)))


def weigh_terms(
    headline: str | None, text: str, entities: Sequence[Mapping[str, Any]] | None = None, *, language: str = "en"
) -> list[dict[str, Any]]:
    """The at most 200 heaviest terms of an article, heaviest first.

    Terms are words cut to six letters (`earthq`), so that inflected forms meet; the words of names (`n:blinken`, from
    entities and from capitals inside a sentence); and numbers of two digits or more (`#3800`, `#3.9`). The weight is
    (count x rarity)^0.75 with a logarithmic count; rarity is 6.5 less the word's Zipf frequency in wordfreq, between 0
    and 5, so that stop words weigh nothing. A word counts up to four times as much where the article opens, and half as
    much again in the headline; years and clock times count little. All numbers were chosen on development data: around
    them the result hardly changes.

    Args:
        language: BCP 47 tag of the words; picks the frequency table.
    """
    words, names, numbers = Counter[str](), Counter[str](), Counter[str]()
    first: dict[str, int] = {}
    in_headline = {word for word, _ in _words(headline or "")}
    body = islice(_words(text), MOST_WORDS)
    for place, (word, capital) in enumerate(chain(((word, False) for word, _ in _words(headline or "")), body)):
        (numbers if word.startswith(NUMBER) else words)[word] += 1
        first.setdefault(word, place)
        if capital:
            names[word] += 1
    named = Counter[str]()
    for entity in entities or ():
        for word in {word for word, _ in _words(entity["name"]) if not word.startswith(NUMBER)}:
            named[word] += entity["mentions"]
    names |= named

    table = _table(language)
    weights = dict[str, float]()
    for word, n in words.items():
        stem = word[:STEM_LETTERS]
        lead = 1 + LEAD_BOOST * math.exp(-first[word] / LEAD_WORDS)
        weights[stem] = max(weights.get(stem, 0.0), _weight(n, _rarity(word, *table) * lead, word in in_headline))
    weights |= {NAME + word: _weight(n, _rarity(word, *table), word in in_headline) for word, n in names.items()}
    weights |= {number: _weight(n, _number_rarity(number), number in in_headline) for number, n in numbers.items()}
    heaviest = sorted(((-weight, term) for term, weight in weights.items() if weight > 0))[:MOST_TERMS]
    return [{"term": term, "weight": -weight} for weight, term in heaviest]


def _terms(
    text: str,
    headline: str | None,
    language: str,
    *,
    text_en: str | None,
    headline_en: str | None,
    entities: Sequence[Mapping[str, Any]] | None,
) -> list[dict[str, Any]]:
    own = weigh_terms(headline, text, language=language)
    if text_en is None:
        return own
    terms = weigh_terms(headline_en, text_en, entities)
    named = {day.casefold() for day in _WEEKDAY.findall(f"{headline_en or ''}\n{text_en}")}
    terms += [{"term": DAY + day, "weight": 1.0} for day in DAYS if day in named]
    if text_en != text:
        terms += [{**term, "term": f"{OWN}{language}:{term['term']}"} for term in own if _is_word(term["term"])]
    return terms


def _is_word(term: str) -> bool:
    return not term.startswith((NAME, NUMBER))


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Terms in order of appearance, each with whether it is written with a capital inside a sentence."""
    end = 0
    text = _ADDRESS.sub(" ", unicodedata.normalize("NFC", text).replace("’", "'"))
    for match in _TERM_WORD.finditer(text):
        between, written = text[end : match.start()], match.group()
        opens = end == 0 or not _BEFORE_A_SENTENCE.isdisjoint(between)
        end = match.end()
        if len(written) > LONGEST_WORD:
            continue
        if written[0].isdigit():
            if sum(c.isdigit() for c in written) > 1:
                yield NUMBER + _digits(written), False
        elif len(written) > 1:
            yield _singular(written.casefold()), written[0].isupper() and not opens


def _digits(written: str) -> str:
    """`3,800` and `3.800` as `3800`, `3,9` as `3.9`."""
    if _THOUSANDS.fullmatch(written):
        return written.replace(",", "").replace(".", "")
    return written.replace(",", ".")


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word


def _weight(count: int, rarity: float, headline: bool) -> float:
    boost = HEADLINE_BOOST if headline else 1.0
    return float(np.float32(((1 + math.log(max(count, 1))) * rarity * boost) ** DAMPING))


def _rarity(word: str, language: str, size: str) -> float:
    frequencies = get_frequency_dict(language, size)
    frequency = max(frequencies.get(word, 0.0), frequencies.get(word + "s", 0.0))
    if frequency == 0.0:
        return UNKNOWN_RARITY
    return min(max(COMMON_ZIPF - (math.log10(frequency) + 9), 0.0), HIGHEST_RARITY)


def _number_rarity(number: str) -> float:
    digits = number.removeprefix(NUMBER)
    weak = _YEAR.fullmatch(digits) or _CLOCK.fullmatch(digits)
    return WEAK_NUMBER_RARITY if weak else NUMBER_RARITY


def _table(language: str) -> tuple[str, str]:
    """The frequency table for a BCP 47 tag: the small one of another language is a tenth of the English one."""
    language = _main_language(language)
    if language == "en" or language not in available_languages("small"):
        return "en", "best"
    return language, "small"


def _main_language(tag: str) -> str:
    return tag.split("-", maxsplit=1)[0].lower()


def _release(package: str) -> str:
    return ".".join(version(package).split(".")[:2])
