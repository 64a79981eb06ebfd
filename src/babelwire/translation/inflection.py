"""Forms of Italian and of English words, side by side: plurals, and those forms of a verb that news is written in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Word(NamedTuple):
    """An Italian word and its English.

    Attributes:
        kind: `m` or `f` for a noun, `a` for an adjective, `v` for a verb, `e` for one with the auxiliary `essere`,
            `w` for a word without other forms.
        italian: the lemma, and what is irregular after slashes: the plural of a noun; the participle, the third person
            of the past and of the present of a verb.
        english: the lemma, and what is irregular after slashes: the plural; past tense and participle.
    """

    kind: str
    italian: str
    english: str


def italian_forms(word: Word) -> tuple[str, ...]:
    """The forms of the Italian word, singular before plural.

    An adjective: masculine, feminine. A verb: infinitive, gerund, four participles, then the third persons of
    present, imperfect, past, future and conditional.
    """
    lemma, *irregular = word.italian.split("/")
    if word.kind == "w":
        return (lemma,)
    if word.kind == "a":
        feminine = lemma[:-1] + "a" if lemma[-1] == "o" else lemma
        return (lemma, feminine, _plural(lemma, "m"), _plural(feminine, "f"))
    if word.kind in {"m", "f"}:
        return (lemma, irregular[0] if irregular else _plural(lemma, word.kind))
    return _italian_verb(lemma, irregular)


def english_forms(word: Word) -> tuple[str, ...]:
    """The English for each of `italian_forms`, in that order."""
    lemma, *irregular = word.english.split("/")
    if word.kind in {"w", "a"}:
        return (lemma,) * (1 if word.kind == "w" else 4)
    if word.kind in {"m", "f"}:
        return (lemma, irregular[0] if irregular else _with_s(lemma))
    past, participle = irregular or (_on_first(lemma, _past), _on_first(lemma, _past))
    return (
        lemma,
        _on_first(lemma, _gerund),
        *(participle,) * 4,
        _on_first(lemma, _with_s),
        lemma,
        *(past,) * 4,
        *(f"will {lemma}",) * 2,
        *(f"would {lemma}",) * 2,
    )


def _plural(singular: str, gender: str) -> str:
    if singular.endswith(("à", "ù", "ò", "é", "è")) or singular[-1] not in "aeoi":
        return singular
    stem = singular[:-1]
    if singular[-1] == "o":
        if stem.endswith("i"):
            return stem
        return stem + ("hi" if (stem.endswith("g") and not stem.endswith("olog")) or _hard_c(stem) else "i")
    if singular[-1] == "a":
        hard = "h" if stem.endswith(("c", "g")) else ""
        if gender == "m":
            return stem + hard + "i"
        return stem[:-1] + "e" if re.search(r"(?:[^aeiou]|ss)[cg]i$", stem) else stem + hard + "e"
    return stem + "i"


def _hard_c(stem: str) -> bool:
    return stem.endswith("c") and not stem.endswith("ic")


def _italian_verb(lemma: str, irregular: list[str]) -> tuple[str, ...]:
    contracted = re.fullmatch(r"(.+?)(arr|orr|urr)e", lemma)
    stem, vowel = lemma[:-3], lemma[-3]
    if contracted:
        stem, vowel = contracted[1] + {"arr": "a", "orr": "on", "urr": "uc"}[contracted[2]], "e"
    given = dict(enumerate(irregular))
    participle = given.get(0, stem + {"a": "at", "e": "ut", "i": "it"}[vowel] + "o")[:-1]
    past = given.get(1, stem + {"a": "ò", "e": "é", "i": "ì"}[vowel])
    pasts = past[:-1] + {"ò": "arono", "é": "erono", "ì": "irono"}[past[-1]] if past[-1] in "òéì" else past + "ro"
    present = given.get(2, stem + ("a" if vowel == "a" else "e"))
    future = lemma[:-2] if contracted else stem + ("e" if vowel == "a" else vowel)
    if vowel == "a":
        future = re.sub(r"([cg])e$", r"\1he", future)
        future = re.sub(r"([cg])ie$", r"\1e", future)
    return (
        lemma,
        stem + ("ando" if vowel == "a" else "endo"),
        *(participle + ending for ending in "oaie"),
        present,
        present[:-1] + ("ano" if vowel == "a" else "ono"),
        f"{stem}{vowel}va",
        f"{stem}{vowel}vano",
        past,
        pasts,
        *(future + ending for ending in ("rà", "ranno", "rebbe", "rebbero")),
    )


def _on_first(lemma: str, change: Callable[[str], str]) -> str:
    first, space, rest = lemma.partition(" ")
    return f"{change(first)}{space}{rest}"


def _with_s(lemma: str) -> str:
    if re.search(r"[^aeiou]y$", lemma):
        return lemma[:-1] + "ies"
    return lemma + ("es" if re.search(r"(?:s|x|z|ch|sh)$", lemma) else "s")


def _past(lemma: str) -> str:
    if re.search(r"[^aeiou]y$", lemma):
        return lemma[:-1] + "ied"
    return lemma + "d" if lemma.endswith("e") else _doubled(lemma) + "ed"


def _gerund(lemma: str) -> str:
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    return lemma[:-1] + "ing" if re.search(r"[^e]e$", lemma) else _doubled(lemma) + "ing"


def _doubled(lemma: str) -> str:
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprt]", lemma) or re.search(
        r"(?:xpel|mpel|ncel|mit|nfer|sfer|refer)$", lemma
    )
    return lemma + lemma[-1] if short and not lemma.endswith("k") else lemma
