"""Terms with a fixed translation, hidden from an engine behind invented words and put back afterwards.

`configs/glossaries/it-en.tsv` holds the terms and, in its header, the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from babelwire.errors import UsageError
from babelwire.settings import configs_folder
from babelwire.translation.engine import Engine, Translated

# Apertium takes capitals with a digit for one unknown word and passes it on as it is.
_PLACEHOLDER = re.compile(r"(?P<at>\b[Aa]t )?ZQX(?P<number>\d+)Q")
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
        shown = before + term
        return shown[0].upper() + shown[1:] if match.start() == 0 else shown


class Glossary:
    """Terms and their translations, matched by the rules in the header of the glossary file."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self._names = {source: target for source, target in terms.items() if source[0].isupper()}
        self._phrases = {source.lower(): target for source, target in terms.items() if not source[0].isupper()}
        self._pattern = re.compile(
            rf"(?<!\w)(?:(?i:(?P<article>{_any_of(_PLAIN)})(?:(?<=['’])|\s))?(?P<name>{_any_of(self._names)})"
            rf"|(?i:(?P<phrase>{_any_of(self._phrases)})(?:\s(?P<adjective>{_NATIONALITIES}))?))(?!\w)"
        )

    def hide(self, text: str) -> Hidden:
        """The text with a placeholder for every term. A text that holds something like a placeholder stays as it is."""
        terms: list[tuple[str, bool]] = []

        def placeholder(match: re.Match[str]) -> str:
            if match["name"]:
                target, before = self._names[_plain(match["name"])], _without_article(match["article"] or "")
            else:
                target, before = self._phrases[_plain(match["phrase"]).lower()], match["adjective"] or ""
                before += " " if before else ""
            terms.append((target, bool(match["name"]) and not target.startswith("the ")))
            return f"{before}ZQX{len(terms) - 1}Q"

        return Hidden(text if _CLASH.search(text) else self._pattern.sub(placeholder, text), tuple(terms))


@cache
def load_glossary(source: str, target: str) -> Glossary | None:
    """The packaged glossary for a pair of languages (BCP 47 tags), or None where there is none.

    Raises:
        UsageError: a line of the file is not a source, a TAB and a target.
    """
    file = configs_folder() / "glossaries" / f"{source}-{target}.tsv"
    if not file.is_file():
        return None
    terms: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        term, _, translation = (part.strip() for part in line.partition("\t"))
        if not term or not translation or "\t" in translation:
            raise UsageError(f"Line {number} of {file} is not a term, a TAB and its translation.")
        terms[term] = translation
    return Glossary(terms)


def translate_with(
    engine: Engine, glossary: Glossary | None, texts: Sequence[str], source: str, target: str
) -> list[Translated | None]:
    """The segments translated by `engine` with the terms of `glossary`, as many and in the order given.

    Where the engine lost a placeholder, the segment is translated again without the glossary. Raises what it raises.
    """
    if glossary is None or not engine.keeps_placeholders:
        return engine.translate(texts, source, target)
    hidden = [glossary.hide(text) for text in texts]
    results = [
        _restore(h, r) for h, r in zip(hidden, engine.translate([h.text for h in hidden], source, target), strict=True)
    ]
    lost = [i for i, (h, result) in enumerate(zip(hidden, results, strict=True)) if h.terms and result is None]
    if lost:
        again = engine.translate([texts[i] for i in lost], source, target)
        for i, result in zip(lost, again, strict=True):
            results[i] = result
    return results


def _restore(hidden: Hidden, result: Translated | None) -> Translated | None:
    text = None if result is None else hidden.restore(result.text)
    if result is None or text is None:
        return None
    return Translated(text, max(0, result.unknown_words - len(hidden.terms)))


def _any_of(sources: Iterable[str]) -> str:
    longest_first = sorted(sources, key=lambda source: (-len(source), source))
    words = ([re.escape(word).replace("'", "['’]") for word in source.split()] for source in longest_first)
    return "(?:" + ("|".join(r"\s+".join(w) for w in words) or "(?!)") + ")"


def _plain(found: str) -> str:
    return " ".join(found.split()).replace("’", "'")


def _without_article(article: str) -> str:
    plain = _PLAIN.get(_plain(article).lower(), "")
    return plain.capitalize() if article[:1].isupper() else plain
