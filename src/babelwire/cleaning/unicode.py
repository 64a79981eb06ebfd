"""Repair of characters: mojibake, entities, invisible characters and white space, one paragraph at a time."""

from __future__ import annotations

import ftfy
import regex

# What ftfy would also do, but that is right as it stands in a newspaper: curly quotes, the full-width
# punctuation of Chinese and Japanese, and the compatibility characters (½, ², ™) that NFKC would spell out.
_REPAIRS = ftfy.TextFixerConfig(
    uncurl_quotes=False,
    fix_character_width=False,
    fix_line_breaks=False,
    normalization="NFC",
    explain=False,
)
_ROUNDS = 4

# Joiners shape letters in Arabic and Indic scripts and hold emoji together: there they stay.
_INVISIBLE = regex.compile(
    r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    r"|(?<![\p{Arabic}\p{Syriac}\p{Devanagari}\p{Bengali}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{So}\p{Mn}\p{Sk}])"
    r"[\u200c\u200d]"
)
_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}--[\s]]", flags=regex.VERSION1)
_SOUND = regex.compile(r"[\t -%'-~]*+")
_SPACES = regex.compile(r"\s+")


def repair(paragraph: str) -> str:
    """The paragraph on one line, in NFC, with broken characters mended and invisible ones taken out.

    Repairing what was repaired changes nothing.
    """
    if _SOUND.fullmatch(paragraph):
        return _SPACES.sub(" ", paragraph).strip()
    for _ in range(_ROUNDS):
        before, paragraph = paragraph, _repair_once(paragraph)
        if paragraph == before:
            break
    return paragraph


def _repair_once(paragraph: str) -> str:
    fixed = _CONTROL.sub("", _INVISIBLE.sub("", ftfy.fix_text_segment(paragraph, _REPAIRS)))
    return _SPACES.sub(" ", fixed).strip()
