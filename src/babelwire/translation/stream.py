"""Apertium's stream format: a segment as its programs read it, and what they answer as text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from babelwire.translation.cognates import english_cognate
from babelwire.translation.pipes import ChainError

# A segment ends with a full stop of our own between empty format blocks: without a sentence end the analysis would
# run on into the next segment, and without a block at the end lt-proc 3.7.1 holds the answer back (-b, -g with -z).
_END = "[].[]"

# The stream format gives these a meaning, and not every program honours its escapes; Spanish loses the per cent sign.
# Unicode's noncharacters are never text, so they stand in for them.
_SPECIAL = "\\^$/[]{}<>@*#~%"
_STAND_INS = {ord(c): chr(0xFDD0 + i) for i, c in enumerate(_SPECIAL)}
_STOOD_FOR = {ord(stand_in): chr(c) for c, stand_in in _STAND_INS.items()}
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_MARKS = re.compile(r"[*#@~]")
# A word with a digit is a code or a placeholder, which no dictionary is expected to know.
_UNKNOWN = re.compile(r"[*@](?!\w*\d)(\w+)")
_LEFT = re.compile(r"\*((?=[^\W\d_A-Z])[^\W\d_]{6,30})(?![\w])")
_ESCAPED = re.compile(r"\\(.)")

# 1.200 and 1.200,5 and 3,5 as Italian writes them; a comma with three digits after it is left alone.
_NUMBER = re.compile(r"(?<![\d.,-])(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d{1,2})(?![.,-]?\d)")
_POINTS_AND_COMMAS = str.maketrans(".,", ",.")

# The programs handle up to 500 words at once and take ever longer for long ones; sentences are rarely above 400.
_LONGEST = 1500


@dataclass(frozen=True)
class Answer:
    """English text, and the words in it that no dictionary knew and no cognate stands for."""

    text: str
    left: tuple[str, ...] = ()

    @property
    def unknown_words(self) -> int:
        """How many words were left."""
        return len(self.left)


def cut(text: str) -> list[str]:
    """The text in pieces that the programs handle, between words where that is possible; joined they are the text."""
    parts, start = [], 0
    while len(text) - start > _LONGEST:
        end = text.rfind(" ", start, start + _LONGEST) + 1 or start + _LONGEST
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]


def encode(piece: str) -> bytes:
    """The text for the first program, without the NUL after it; what is no text is a replacement character."""
    return (_UNSAFE.sub("\ufffd", piece).translate(_STAND_INS) + _END).encode()


def decode(answer: bytes) -> Answer:
    """What the last program answered, without its NUL: no marks, cognates for learned words, numbers as in English.

    Raises:
        ChainError: the answer is cut short.
    """
    text = answer.decode(errors="replace")
    if not text.endswith(_END):
        # Programs after one that died end their output with whatever they have, and a NUL.
        raise ChainError("an answer is cut short")
    text = _LEFT.sub(lambda word: english_cognate(word[1]) or word[0], _ESCAPED.sub(r"\1", text.removesuffix(_END)))
    words = _NUMBER.sub(lambda number: number[0].translate(_POINTS_AND_COMMAS), _MARKS.sub("", text))
    return Answer(words.translate(_STOOD_FOR), tuple(_UNKNOWN.findall(text)))
