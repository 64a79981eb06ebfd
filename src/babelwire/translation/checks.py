"""What a translated segment must not be: empty, an error page, the source again, far too short or long, or without its numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

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
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"\b[IVXLCDM]+\b")
_WORD = re.compile(r"[^\W\d_]+")

# A language says the same in much the same length: short segments vary, so that only longer ones are measured.
_MEASURED_FROM = 20
_LEAST_RATIO, _GREATEST_RATIO = 0.3, 3.0
# "Roma, Torino e Bari" is the same in any language; a clause with more small words than this is not.
_SMALL_WORDS = 3


def failed_checks(source: str, translated: str) -> list[str]:
    """The names of the checks that a translation of `source` fails, in a fixed order; empty where it is in order."""
    return [name for name, fails in _CHECKS.items() if fails(source, translated)]


def is_error_page(source: str, translated: str) -> bool:
    """Whether the translation holds the text of a service's error page which the source does not hold."""
    return any(page in translated.lower() and page not in source.lower() for page in ERROR_PAGES)


def _is_empty(source: str, translated: str) -> bool:
    return bool(source.strip()) and not translated.strip()


def _is_untranslated(source: str, translated: str) -> bool:
    small = sum(word.islower() for word in _WORD.findall(source))
    return small > _SMALL_WORDS and _WORD.findall(source) == _WORD.findall(translated)


def _has_other_length(source: str, translated: str) -> bool:
    before, after = len(source.strip()), len(translated.strip())
    return before >= _MEASURED_FROM and not _LEAST_RATIO <= after / before <= _GREATEST_RATIO


def _has_other_numbers(source: str, translated: str) -> bool:
    before, after = Counter(_DIGITS.findall(source)), Counter(_DIGITS.findall(translated))
    # "XV secolo" is the 15th century.
    return bool(before - after) or (before != after and not _ROMAN.search(source))


_CHECKS: dict[str, Callable[[str, str], bool]] = {
    "empty": _is_empty,
    "error_page": is_error_page,
    "untranslated": _is_untranslated,
    "length_ratio": _has_other_length,
    "numbers": _has_other_numbers,
}
