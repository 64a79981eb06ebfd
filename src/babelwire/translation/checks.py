"""What a translated segment must not be: empty, an error page, the source again, another language, cut short, or full of repeats."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from babelwire.language import UNKNOWN, detect_language
from babelwire.translation.engine import Translated

# What services have answered with in place of a translation.
ERROR_PAGES = (
    "error 500 (server error)",
    "error 502 (server error)",
    "error 503 (server error)",
    "error 400 (bad request)",
    "error 403 (forbidden)",
    "error 429 (too many requests)",
    "that’s an error",
    "that's an error",
    "that’s all we know",
    "that's all we know",
    "our systems have detected unusual traffic",
    "mymemory warning:",
    "<!doctype html",
)
DOUBTS = frozenset({"names", "unknown_words"})
"""Checks that leave a translation usable where no engine has a better one."""

_NUMBER = re.compile(r"['’]?\d+(?:[.,]\d{3})*")
_POINTS = str.maketrans("", "", ".,'’")
_COMMA = re.compile(r"(?<![\d.,])\d+,\d{1,2}(?![\d,])")
_DECADE = re.compile(r"['’](\d0)\b")
_ROMAN = re.compile(r"\b[IVXLCDM]+\b")
_WORD = re.compile(r"[^\W\d_]+")
_CAPITALISED = re.compile(r"(?<=[a-zà-ÿ,;'’] )[A-ZÀ-Þ][a-zà-ÿ]{2,}")

# A language says the same in much the same length: short segments vary, so that only longer ones are measured.
_MEASURED_FROM, _LONG_FROM = 20, 60
_LEAST_RATIO, _GREATEST_RATIO = 0.3, 3.0
_LEAST_OF_LONG, _GREATEST_OF_LONG = 0.55, 1.9
_END = re.compile(r"[.!?…][\"'»”’)\]\s]*$")
# "Roma, Torino e Bari" is the same in any language; a clause with more small words than this is not.
_SMALL_WORDS = 3
_MOST_REPEATS = 4
_LONGEST_PHRASE = 4
_KNOWN_LETTERS_OF_A_NAME = 3
_MOST_UNKNOWN = 0.6
_UNKNOWN_FROM_WORDS = 4

_LANGUAGE_FROM_LETTERS = 60
_SURE = 0.9
# English that is no word of another large European language. A clause in which one word in twelve is of these is
# English beyond doubt, and the detector, a hundred times slower, need not be asked.
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "was",
        "that",
        "for",
        "with",
        "from",
        "by",
        "this",
        "which",
        "his",
        "they",
        "have",
        "has",
        "had",
        "been",
        "were",
        "will",
        "would",
        "their",
        "he",
        "she",
        "it",
        "at",
        "an",
        "are",
        "be",
        "but",
        "not",
        "who",
        "when",
        "after",
        "its",
    ]
)
_PLAINLY_ENGLISH = 1 / 12


@dataclass(frozen=True)
class _Pair:
    source: str
    answer: Translated
    language: str
    target: str

    @property
    def translated(self) -> str:
        return self.answer.text

    @cached_property
    def words(self) -> list[str]:
        return [word.lower() for word in _WORD.findall(self.translated)]

    @cached_property
    def source_words(self) -> list[str]:
        return [word.lower() for word in _WORD.findall(self.source)]


def failed_checks(source: str, answer: Translated | str, *, language: str = "it", target: str = "en") -> list[str]:
    """The names of the checks that a translation of `source` fails, in a fixed order; empty where it is in order.

    Args:
        answer: the translation; a plain string has no unknown words.
        language: BCP 47 tag of the source.
        target: BCP 47 tag of the translation.
    """
    pair = _Pair(source, Translated(answer) if isinstance(answer, str) else answer, language, target)
    return [name for name, fails in _CHECKS.items() if fails(pair)]


def is_error_page(source: str, translated: str) -> bool:
    """Whether the translation holds the text of a service's error page which the source does not hold."""
    return any(page in translated.lower() and page not in source.lower() for page in ERROR_PAGES)


def _is_empty(pair: _Pair) -> bool:
    return bool(pair.source.strip()) and not pair.translated.strip()


def _is_page(pair: _Pair) -> bool:
    return is_error_page(pair.source, pair.translated)


def _is_untranslated(pair: _Pair) -> bool:
    small = sum(word.islower() for word in _WORD.findall(pair.source))
    return small > _SMALL_WORDS and pair.source_words == pair.words


def _is_in_another_language(pair: _Pair) -> bool:
    if sum(map(len, pair.words)) < _LANGUAGE_FROM_LETTERS:
        return False
    if pair.target == "en" and sum(word in _ENGLISH for word in pair.words) >= _PLAINLY_ENGLISH * len(pair.words):
        return False
    found, confidence = detect_language(pair.translated, declared=pair.target)
    return found not in {pair.target, UNKNOWN} and confidence >= _SURE


def _has_other_length(pair: _Pair) -> bool:
    before, after = len(pair.source.strip()), len(pair.translated.strip())
    least, greatest = _LEAST_RATIO, _GREATEST_RATIO
    if before >= _LONG_FROM:
        least, greatest = _LEAST_OF_LONG, _GREATEST_OF_LONG
    return before >= _MEASURED_FROM and not least <= after / before <= greatest


def _is_cut_short(pair: _Pair) -> bool:
    end = pair.translated.rstrip()[-1:]
    return len(pair.source) >= _LONG_FROM and (end.isalnum() or end in ",;:") and bool(_END.search(pair.source))


def _has_other_numbers(pair: _Pair) -> bool:
    before = Counter(n.translate(_POINTS) for n in _NUMBER.findall(pair.source))
    after = Counter(n.translate(_POINTS) for n in _NUMBER.findall(pair.translated))
    lost, added = before - after, after - before
    for decade in _DECADE.findall(pair.source):
        # "anni '70" are the 1970s.
        year = next((n for n in added if len(n) == 4 and n.endswith(decade)), None)
        if year and lost[decade]:
            lost, added = lost - Counter([decade]), added - Counter([year])
    # "XV secolo" is the 15th century.
    return bool(lost) or (bool(added) and not _ROMAN.search(pair.source)) or _has_decimal_comma(pair)


def _has_decimal_comma(pair: _Pair) -> bool:
    if pair.target != "en" or pair.language == "en":
        return False
    return bool(set(_COMMA.findall(pair.source)) & set(_COMMA.findall(pair.translated)))


def _repeats_itself(pair: _Pair) -> bool:
    return any(
        _repeats(pair.words, n) > max(_MOST_REPEATS, _repeats(pair.source_words, n))
        for n in range(1, _LONGEST_PHRASE + 1)
    )


def _repeats(words: list[str], length: int) -> int:
    """How often a phrase of `length` words stands there in a row, at most."""
    longest = run = 0
    for i in range(length, len(words)):
        run = run + 1 if words[i] == words[i - length] else 0
        longest = max(longest, run)
    return longest // length + 1


def _lost_names(pair: _Pair) -> bool:
    names = set(_CAPITALISED.findall(pair.source))
    kept = {_beginning(word) for word in pair.words}
    lost = [name for name in names if _beginning(name) not in kept]
    # Names that have an English form of their own are capitalised there too.
    return len(lost) >= 2 and len(lost) > len(names) / 2 and len(_CAPITALISED.findall(pair.translated)) < len(lost)


def _beginning(word: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    return plain[:_KNOWN_LETTERS_OF_A_NAME]


def _has_unknown_words(pair: _Pair) -> bool:
    words = len(pair.source_words)
    return words >= _UNKNOWN_FROM_WORDS and pair.answer.unknown_words > _MOST_UNKNOWN * words


_CHECKS: dict[str, Callable[[_Pair], bool]] = {
    "empty": _is_empty,
    "error_page": _is_page,
    "untranslated": _is_untranslated,
    "wrong_language": _is_in_another_language,
    "length_ratio": _has_other_length,
    "cut_short": _is_cut_short,
    "repetition": _repeats_itself,
    "numbers": _has_other_numbers,
    "names": _lost_names,
    "unknown_words": _has_unknown_words,
}
