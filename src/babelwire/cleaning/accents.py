"""Italian accents that agencies write as apostrophes (`gia'`, `citta'`, `e'`) and accented letters left double."""

from __future__ import annotations

import math
from functools import cache

import regex
import wordfreq

_LETTERS = regex.compile(r"\p{L}+")
_ITALIAN = frozenset(
    _LETTERS.findall(
        "il lo gli che di del della dei delle nel nella per con non una sono anche alla dal dalla sul sulla dopo è ha"
    )
)
_OTHERS = frozenset(
    _LETTERS.findall(
        "the of and to for that with was by from les des dans pour que los las por una del der die das und el une est"
    )
)
_SAMPLE = 6000

# After these the apostrophe is right: it stands for a syllable that was dropped.
_TRUNCATED = frozenset(_LETTERS.findall("po mo be to fa va sta di de co ca pie fe vo bo qui qua"))
_SHORT = {"e": "è", "da": "dà", "la": "là", "li": "lì", "si": "sì", "se": "sé", "ne": "né", "te": "tè", "giu": "giù"}
_ENDINGS = {"che": "ché", "tre": "tré", "ta": "tà", "ra": "rà", "ro": "rò", "tu": "tù"}
_GRAVE = dict(zip("aeiou", "àèìòù", strict=True))
_RARER = 200
"""An accented form is believed when it is at most this much rarer than the plain word (là beside la: 190)."""

_ENDING = regex.compile(r"(?<![\p{L}\p{N}])(\p{L}*[aeiouAEIOU])(['’´`]{1,3})(?![\p{L}\p{N}'’´`])")
_OPENING = regex.compile(
    r"(?<![\p{L}\p{N}.,;:!?»”)'’])['‘`](?=\p{L})(?!ndr[aieà]|sto\b|sta\b|na\b|nu\b|o\b)", regex.IGNORECASE
)
_CLOSING = regex.compile(r"(?<=[\p{L}\p{N}.,!?»”])['’](?![\p{L}\p{N}])")
_DOUBLED = regex.compile(r"([àèéìòùÀÈÉÌÒÙ])\1(?![\p{L}])")


def is_italian(text: str) -> bool:
    """Whether the frequent short words of the text are those of Italian; a guess that costs microseconds."""
    words = [w.lower() for w in _LETTERS.findall(text[:_SAMPLE])]
    italian = sum(w in _ITALIAN for w in words)
    return italian * 12 >= len(words) > 0 and italian > sum(w in _OTHERS for w in words)


def restore(paragraph: str) -> str:
    """An Italian paragraph with its accents: `citta'` becomes `città`, `E'` becomes `È`, `èè` becomes `è`.

    An apostrophe stays where it stands for something else: an elision (`l'uomo`), a dropped syllable (`un po'`),
    a closing quotation mark, or after a word that Italian does not know with an accent. Which words it knows, and
    whether é or è ends them, is read from the Italian word list of wordfreq.
    """
    if not any(mark in paragraph for mark in "'’´`"):
        return _DOUBLED.sub(r"\1", paragraph)
    quotes = _QuotationMarks(paragraph)

    def accented(match: regex.Match[str]) -> str:
        word, marks = match[1], match[2]
        new = _with_accent(word)
        if new is None or len(marks) == 2 or quotes.closes(match.start(2), word):
            return match[0]
        return new + marks[1:]

    return _DOUBLED.sub(r"\1", _ENDING.sub(accented, paragraph))


class _QuotationMarks:
    """The single quotation marks of a paragraph, asked from left to right."""

    def __init__(self, paragraph: str) -> None:
        self._openings = [m.start() for m in _OPENING.finditer(paragraph)]
        closings = [m.start() for m in _CLOSING.finditer(paragraph)]
        accents = {m.start(2) for m in _ENDING.finditer(paragraph) if _with_accent(m[1])}
        self._closings = [c for c in closings if c not in accents]
        self._opened = self._closed = 0
        self._used = -1

    def closes(self, at: int, word: str) -> bool:
        """Whether the apostrophe at this offset, after `word`, closes a quotation rather than being an accent."""
        while self._opened < len(self._openings) and self._openings[self._opened] < at:
            self._opened += 1
        while self._closed < len(self._closings) and self._closings[self._closed] < at:
            self._closed += 1
        last_opening = self._openings[self._opened - 1] if self._opened else -1
        last_closing = self._closings[self._closed - 1] if self._closed else -1
        is_open = last_opening > max(last_closing, self._used)
        closed_later = _at(self._closings, self._closed) < _at(self._openings, self._opened)
        one_letter_quoted = at - last_opening == len(word) + 1
        if not is_open or closed_later or (len(word) == 1 and not one_letter_quoted):
            return False
        self._used = at
        return True


def _at(places: list[int], index: int) -> float:
    return places[index] if index < len(places) else math.inf


@cache
def _known() -> dict[str, float]:
    return dict(wordfreq.get_frequency_dict("it"))


def _with_accent(word: str) -> str | None:
    plain = word.lower()
    if plain in _TRUNCATED:
        return None
    new = _SHORT.get(plain) or _from_list(plain)
    if new is None:
        return None
    last = new[-1].upper() if word[-1].isupper() else new[-1]
    return word[:-1] + last


def _from_list(plain: str) -> str | None:
    known = _known()
    ending = next((e for e in _ENDINGS if plain.endswith(e) and len(plain) > len(e)), None)
    grave, acute = plain[:-1] + _GRAVE[plain[-1]], plain[:-1] + "é"
    is_acute = plain[-1] == "e" and (ending is not None or known.get(acute, 0) > known.get(grave, 0))
    new = acute if is_acute else grave
    often, often_plain = max(known.get(new, 0), known.get(grave, 0)), known.get(plain, 0)
    if often and often * _RARER >= often_plain:
        return new
    return new if ending and not often and not often_plain else None
