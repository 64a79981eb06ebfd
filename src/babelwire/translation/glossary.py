"""Terms with a fixed translation and proper names, hidden from an engine behind invented words and put back afterwards.

`configs/glossaries/it-en.tsv` holds the terms and, in its header, the rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babelwire.errors import UsageError
from babelwire.settings import configs_folder
from babelwire.translation.alternatives import any_of
from babelwire.translation.engine import Engine, Translated
from babelwire.translation.names import Name, country_names, find_names

# Apertium takes capitals with a digit for one unknown word and passes it on as it is.
_PLACEHOLDER = re.compile(r"(?:(?P<at>\b[Aa]t )|(?P<an>\ban? |^An? ))?ZQX(?P<number>\d+)Q")
_VOWEL = re.compile(r"[AEIOaeio](?!u|ne\b)|[Uu](?!ni|N|[ekst]|ra)")
_CLASH = re.compile(r"zqx", re.IGNORECASE)

_PLAIN = dict.fromkeys(("il", "lo", "la", "i", "gli", "le", "l'"), "") | {
    stem + ending: plain
    for stem, plain in (("de", "di "), ("a", "a "), ("da", "da "), ("ne", "in "), ("su", "su "))
    for ending in ("l", "llo", "lla", "i", "gli", "lle", "ll'")
}
_NATIONALITIES = (
    r"(?:italian|american|russ|ucrain|tedesc|britannic|israelian|iranian|turc|sirian|egizian|spagnol|polacc|svizzer"
    r"|austriac|argentin|brasilian|indian|grec|nordcorean|sudcorean)[oaie]|(?:frances|ingles|cines|giappones|statunitens"
    r"|libanes|palestines|canades|portoghes|olandes|ungheres|svedes|norveges|danes)[ei]"
)


@dataclass(frozen=True)
class Hidden:
    """A text in which `ZQXnQ` stands for `terms[n]`: a translation, and whether it may name a place."""

    text: str
    terms: tuple[tuple[str, bool], ...]

    def restore(self, translated: str) -> str | None:
        """The translation with the terms in it; None where a placeholder was lost or doubled on the way."""
        if not self.terms:
            return translated
        numbers = sorted(int(match["number"]) for match in _PLACEHOLDER.finditer(translated))
        if numbers != list(range(len(self.terms))):
            return None
        return _PLACEHOLDER.sub(self._term, translated)

    def _term(self, match: re.Match[str]) -> str:
        term, is_place = self.terms[int(match["number"])]
        before = match["at"] or ""
        if is_place and before:
            # An engine that does not know the word as a place says "at Genoa" for "a Genova".
            before = {"at ": "in ", "At ": "In "}[before]
        if match["an"]:
            return f"{match['an'][0]}{'n' if _VOWEL.match(term) else ''} {term}"
        shown = before + term
        return shown[0].upper() + shown[1:] if match.start() == 0 else shown


class Glossary:
    """Terms and their translations, matched by the rules in the header of the glossary file."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        spelt = {_plain(source): target for source, target in terms.items()}
        self._names = {source: target for source, target in spelt.items() if source[0].isupper()}
        self._phrases = {source.lower(): target for source, target in spelt.items() if not source[0].isupper()}
        self._pattern = re.compile(
            rf"(?<!\w)(?:(?i:(?P<article>{any_of(_PLAIN)})(?:(?<=['’])|\s))?(?P<name>{any_of(self._names)})"
            rf"|(?i:(?P<phrase>{any_of(self._phrases)})(?:\s(?P<adjective>{_NATIONALITIES}))?))(?!\w)"
        )

    def hide(self, text: str, *, names: bool = False) -> Hidden:
        """The text with a placeholder for every term. A text that holds something like a placeholder stays as it is.

        Args:
            names: for the proper names of an Italian text too, which stay as they are.
        """
        if _CLASH.search(text):
            return Hidden(text, ())
        found = find_names(text) if names else []
        terms: list[tuple[str, bool]] = []
        pieces: list[str] = []
        done = 0
        for start, end, before, term, is_place in self._hidden(text, found):
            pieces.append(f"{text[done:start]}{before}ZQX{len(terms)}Q")
            terms.append((term, is_place))
            done = end
        return Hidden("".join([*pieces, text[done:]]), tuple(terms))

    def _hidden(self, text: str, found: Sequence[Name]) -> list[tuple[int, int, str, str, bool]]:
        """Start, end, what stays before, target, is a place; from left to right."""
        matches = [match for match in self._pattern.finditer(text) if not _is_surname(match, found)]
        spans = [(match.start(), match.end()) for match in matches]
        hidden = [(match.start(), match.end(), *self._term(match)) for match in matches]
        for name in found:
            hidden += [(start, end, "", text[start:end], False) for start, end in _left(text, name, spans)]
        return sorted(hidden)

    def _term(self, match: re.Match[str]) -> tuple[str, str, bool]:
        if match["name"]:
            target = self._names[_plain(match["name"])]
            return _without_article(match["article"] or ""), target, not target.startswith("the ")
        adjective = match["adjective"]
        return f"{adjective} " if adjective else "", self._phrases[_plain(match["phrase"]).lower()], False


@cache
def load_glossary(source: str, target: str, *, folder: Path | None = None) -> Glossary | None:
    """The glossary for a pair of languages (BCP 47 tags) with the names of countries, or None where there is no file.

    Args:
        folder: where the glossaries are, in place of the packaged ones.

    Raises:
        UsageError: a line of the file is not a source, a TAB and a target.
    """
    file = (folder or configs_folder() / "glossaries") / f"{source}-{target}.tsv"
    if not file.is_file():
        return None
    return Glossary(country_names(source, target) | read_terms(file))


def read_terms(file: Path) -> dict[str, str]:
    """Sources and targets of a glossary file: lines of a term, a TAB and its translation; `#` opens a comment.

    Raises:
        UsageError: a line is something else.
    """
    terms: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        term, _, translation = (part.strip() for part in line.partition("\t"))
        if not term or not translation or "\t" in translation:
            raise UsageError(f"Line {number} of {file} is not a term, a TAB and its translation.")
        terms[term] = translation
    return terms


def translate_with(
    engine: Engine, glossary: Glossary | None, texts: Sequence[str], source: str, target: str, *, names: bool = True
) -> list[Translated | None]:
    """The segments translated by `engine` with the terms of `glossary`, as many and in the order given.

    Where the engine lost a placeholder, the segment is translated again without the glossary. Raises what it raises.

    Args:
        names: proper names stay as they are, where the text is Italian.
    """
    if glossary is None or not engine.keeps_placeholders:
        return engine.translate(texts, source, target)
    hidden = [glossary.hide(text, names=names and source == "it") for text in texts]
    results = [
        _restore(h, r) for h, r in zip(hidden, engine.translate([h.text for h in hidden], source, target), strict=True)
    ]
    lost = [i for i, (h, result) in enumerate(zip(hidden, results, strict=True)) if h.terms and result is None]
    if lost:
        again = engine.translate([texts[i] for i in lost], source, target)
        for i, result in zip(lost, again, strict=True):
            results[i] = result
    return results


def _is_surname(match: re.Match[str], found: Sequence[Name]) -> bool:
    """Whether a term of one word ends a longer name: Mosca in Gaetano Mosca."""
    if not match["name"] or " " in match["name"]:
        return False
    return any(name.words > 1 and name.start < match.start("name") and match.end() == name.end for name in found)


def _left(text: str, name: Name, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of a name no term has taken, without white space at its ends."""
    pieces, start = [], name.start
    for term_start, term_end in [*taken, (name.end, name.end)]:
        if term_end <= start and term_start < name.end:
            continue
        end = min(term_start, name.end)
        piece = text[start:end]
        if piece.strip(" \u00a0-."):
            pieces.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = max(start, term_end)
        if start >= name.end:
            break
    return pieces


def _restore(hidden: Hidden, result: Translated | None) -> Translated | None:
    text = None if result is None else hidden.restore(result.text)
    return None if result is None or text is None else Translated(text, result.unknown_words)


def _plain(found: str) -> str:
    return " ".join(found.split()).replace("’", "'")


def _without_article(article: str) -> str:
    plain = _PLAIN.get(_plain(article).lower(), "")
    return plain.capitalize() if article[:1].isupper() else plain
