"""Italian words that Apertium's pivots lack or mistake, sent through under the guise of a word that both pivots know.

"il villaggio portuale" goes through as "il coccodrillo molecolare" and comes back as "the molecular crocodile": the
grammar of the pivots has worked on it, and "the port village" is put in. The words are in `it-en.words.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from wordfreq import zipf_frequency

from babelwire.errors import UsageError
from babelwire.translation.inflection import Word, english_forms, italian_forms


class Guise(NamedTuple):
    """A word that both pivots know and bring to one English word: its forms, in the order of `italian_forms`."""

    italian: tuple[str, ...]
    english: tuple[str, ...]


def _guises(kind: str, pairs: str) -> tuple[Guise, ...]:
    found = []
    for pair in pairs.split():
        italian, english = pair.split(":")
        word = Word(kind, italian, english)
        found.append(Guise(italian_forms(word), english_forms(word)))
    return tuple(found)


_GUISES = {
    "m": _guises(
        "m", "coccodrillo:crocodile pinguino:penguin cammello:camel elefante:elephant delfino:dolphin coniglio:rabbit"
    ),
    "f": _guises("f", "farfalla:butterfly zebra:zebra balena:whale iena:hyena zanzara:mosquito formica:ant"),
    "a": _guises(
        "a", "molecolare:molecular lunare:lunar muscolare:muscular dentale:dental orbitale:orbital stellare:stellar"
    ),
    # The first two tell the past from the participle ("wrote", "written"), which only irregular verbs need.
    "v": _guises("v", "congelare:freeze/froze/frozen dimenticare:forget/forgot/forgotten"),
    "r": _guises(
        "v",
        "masticare:chew ballare:dance sognare:dream abbracciare:embrace congelare:freeze/froze/frozen dimenticare:forget/forgot/forgotten",
    ),
}
_SUPERLATIVE = re.compile(r"(?<!\w)([a-zàèéìòù]{3,20})issim([oaie])(?!\w)")
_IN_A_WAY = re.compile(r"(?<!\w)in (?:modo|maniera) (?P<stem>[a-zàèéìòù]{3,20})(?P<end>[oae])(?![\wàèéìòù])")
_OPENS = r"(?:(?:i|il|la|lo|gli|le|una?|su[oaie]i?|(?:de|a|da|ne|su)(?:l|i|gli|ll[oae])|in|a|per|con|di|da|su|tra)(?= )|(?:(?:(?:de|a|da|ne|su)l)?l|un)['’])"
_BOTH = re.compile(
    rf"(?<!\w)(?<!che )(?<!non )(?<!come )(?<!dove )(?<!quale )sia (?P<one>{_OPENS}(?:[^\W\d_]|[ '’-]){{1,60}}?) (?:che|sia) (?={_OPENS})",
    re.IGNORECASE,
)
_AFTER_FIRST = re.compile(r"^(ZQW\d+Q )([A-Z])(?=[a-z])")
_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")
_DETERMINER = re.compile(
    r"(?<!\w)(?:(?:(?:de|da|a|ne|su)?ll|un|quest|quell)['’]|(?:i|la|lo|gli|le|il|una?|uno|(?:de|da|a|ne|su)(?:l|llo|lla|i|gli|lle)|col|coi"
    r"|quest[oaie]|que[il]|quell[oae]|quegli|[mts]u[oae]|miei|tuoi|suoi|[nv]ostr[oaie]|loro|alcun[ie]|qualche|ogni|nuov[oaie]|prim[oaie]"
    r"|altr[oaie]|stess[oaie]|grand[ei]|molt[ie]|due|tre|quattro|cinque|sei|dieci|\d{1,9}|ZQW\d+Q)\s)$",
    re.IGNORECASE,
)
_GUARDED = {"M": "m", "F": "f", "A": "a"}

_PARTICIPLE = r"[a-zàèéìòù]{2,20}(?:[aiu]t|ss|tt|lt|nt|st|rt|rs|s)[oaie]"
_ADVERBS = r"(?:(?:già|ancora|anche|poi|sempre|mai|stato|stata|stati|state|[a-z]{2,20}mente) ){0,2}"
_PASSIVE = {
    "viene": "è",
    "vengono": "sono",
    "veniva": "era",
    "venivano": "erano",
    "venne": "fu",
    "vennero": "furono",
    "verrà": "sarà",
    "verranno": "saranno",
    "verrebbe": "sarebbe",
    "verrebbero": "sarebbero",
    "venga": "sia",
    "vengano": "siano",
    "venisse": "fosse",
    "venissero": "fossero",
}
_VIENE = re.compile(rf"\b({'|'.join(_PASSIVE)}) (?={_ADVERBS}{_PARTICIPLE}\b)")
_HAVE = {
    "è": "ha",
    "sono": "hanno",
    "era": "aveva",
    "erano": "avevano",
    "sia": "abbia",
    "siano": "abbiano",
    "fosse": "avesse",
    "fossero": "avessero",
    "sarà": "avrà",
    "saranno": "avranno",
    "sarebbe": "avrebbe",
    "sarebbero": "avrebbero",
    "essere": "avere",
}

_FOR_THE = "(?:l|llo|lla|i|gli|lle|ll['’])"
_CAME_FROM = (
    "andat|arrivat|cadut|derivat|dettat|differit|distanziat|esclus|estratt|fuggit|giunt|isolat|liberat|nat|partit|passat|"
    "provenut|ricavat|salit|scappat|sces|separat|tornat|tratt|uscit|venut|rientrat|prelevat|rimoss|tolt|dimess|evas"
)
_TIMES = "anni|anno|mesi|settimane|giorni|ore|minuti|decenni|secoli"
_FUNCTION_WORDS = re.compile(
    rf"(?<![\w'’])(?:(?P<theirs>(?:il|la|i|le)|(?:de|a|da|ne|su)(?:l|lla|i|lle)) (?:loro|(?P<own>propri[oae]?)) (?=[a-z])"
    rf"|(?P<six>(?<!tu )(?<!non )(?<!se )(?<!chi )sei) (?=(?:\w+[^\W\d_] )?(?:{_TIMES}|\w{{3,20}}[ie])\b)"
    rf"|(?P<since>dal) (?=\d{{4}}\b(?! al\b))"
    rf"|(?P<lasting>da) (?=(?:\w+ ){{1,2}}(?:{_TIMES})\b)"
    rf"|(?P<agent>(?<=[aiust]t[oaie] )|(?<=[lr]t[oi] )|(?<=s[oaie] ))?(?P<da>da{_FOR_THE}|da(?!\s+\w+[aei]r(?:e|si|lo|la|li|le|ci|gli)\b))"
    rf"(?:\s|(?<=['’]))(?!quando\b|sol[oaie]\b|parte\b|cui\b))",
    re.IGNORECASE,
)
_MOTION = re.compile(rf"\b(?:{_CAME_FROM})[oaie] $")
_THEIRS = {"d": "of ", "a": "to ", "da": "from ", "n": "in ", "s": "on "}


def _function_word(match: re.Match[str]) -> str:
    if match["theirs"]:
        before = match["theirs"].lower()
        theirs = "their own" if match["own"] else "their"
        return (
            theirs
            if before in {"il", "la", "i", "le"}
            else _THEIRS["da" if before.startswith("da") else before[0]] + theirs
        )
    if match["six"]:
        return "six"
    if match["since"]:
        return "since"
    if match["lasting"]:
        return "for"
    before, after = (
        match.string[max(0, match.start() - 20) : match.start()],
        match.string[match.end() : match.end() + 1],
    )
    by = match["agent"] is not None and not after.isdigit() and not _MOTION.search(before)
    return ("by" if by else "from") + (" the" if len(match["da"]) > 2 else "")


def _adverb(match: re.Match[str]) -> str:
    stem, end = match["stem"], match["end"]
    feminine = f"{stem}a" if end == "o" else stem if end == "e" and stem[-1] in "lr" else stem + end
    adverb = f"{feminine}mente"
    return adverb if zipf_frequency(adverb, "it") >= 2 else match[0]


class Hidden(NamedTuple):
    """A text in guise.

    Attributes:
        text: the Italian.
        worn: English forms of the guises, and what stands behind them.
        plain: what stands behind `ZQWnQ`.
    """

    text: str
    worn: dict[str, str]
    plain: tuple[str, ...]

    def restore(self, translated: str) -> str | None:
        """The English with the words in it; None where one was lost or doubled on the way."""
        if not self.worn and not self.plain:
            return translated
        shown = _SHOWN.findall(translated)
        if sorted(n for n, _ in shown if n) != sorted(map(str, range(len(self.plain)))):
            return None
        guises = [_LEMMA[word.lower()] for _, word in shown if word.lower() in self.worn]
        if len(guises) != len(set(guises)) or set(guises) != {_LEMMA[word] for word in self.worn}:
            return None
        return _SHOWN.sub(self._word, _AFTER_FIRST.sub(lambda m: m[1] + m[2].lower(), translated))

    def _word(self, match: re.Match[str]) -> str:
        number, word = match[1], match[2]
        if number:
            return self.plain[int(number)]
        shown = self.worn.get(word.lower(), word)
        return shown[0].upper() + shown[1:] if word[0].isupper() else shown


class Lexicon:
    """Words of the dictionary file, by their Italian forms.

    Args:
        words: entries; of two with one form the first counts. `M` and `F` are nouns only after an article or its like,
            and `A` is an adjective only elsewhere: "la politica", "la vita politica".
        left: forms that stay as they are, because they are other words too.
    """

    def __init__(self, words: Iterable[Word], *, left: Iterable[str] = ()) -> None:
        self._found: dict[str, tuple[str, int, tuple[str, ...]]] = {}
        self._after_determiner: dict[str, tuple[str, int, tuple[str, ...]]] = {}
        self._elsewhere: dict[str, tuple[str, int, tuple[str, ...]]] = {}
        moved: list[str] = []
        for given in words:
            word = given._replace(kind=_GUARDED.get(given.kind, given.kind))
            found = {"M": self._after_determiner, "F": self._after_determiner, "A": self._elsewhere}.get(
                given.kind, self._found
            )
            english = english_forms(word)
            kind = "r" if word.kind in {"v", "e"} and english[2] == english[10] else word.kind.replace("e", "v")
            forms = italian_forms(word)
            for slot, form in enumerate(forms):
                found.setdefault(form, (kind, slot, english))
            if word.kind in {"v", "e"}:
                found.setdefault(forms[0].removesuffix("re").removesuffix("r") + "rsi", (kind, 0, english))
            moved += forms[2:6] if word.kind == "e" else ()
        for form in left:
            self._found.pop(form, None)
        participles = "|".join(map(re.escape, sorted(set(moved)))) or "(?!)"
        self._essere = re.compile(rf"\b({'|'.join(_HAVE)}) (?={_ADVERBS}(?:{participles})\b)")

    def _entry(self, word: re.Match[str]) -> tuple[str, int, tuple[str, ...]] | None:
        form, start = word[0].lower(), word.start()
        determined = _DETERMINER.search(word.string, max(0, start - 12), start)
        return (self._after_determiner if determined else self._elsewhere).get(form) or self._found.get(form)

    def _very(self, match: re.Match[str]) -> str:
        if match[0] in self._found:
            return match[0]
        stem = match[1].removesuffix("h") if match[1][-2:] in {"ch", "gh"} else match[1]
        with_o, with_e = zipf_frequency(stem + "o", "it"), zipf_frequency(stem + "e", "it")
        if max(with_o, with_e) < 3:
            return match[0]
        if with_o >= with_e:
            hard = "h" if match[1] != stem and match[2] in "ie" else ""
            return f"molto {stem}{hard}{match[2]}"
        return f"molto {stem}{'e' if match[2] in 'oa' else 'i'}"

    def hide(self, text: str) -> Hidden:
        """The text with its words of the lexicon in guise, and passives with `venire` as passives with `essere`."""
        if "ZQW" in text:
            return Hidden(text, {}, ())
        text = _SUPERLATIVE.sub(self._very, text)
        text = _IN_A_WAY.sub(_adverb, text)
        text = _VIENE.sub(lambda m: f"{_PASSIVE[m[1]]} ", text)
        text = self._essere.sub(lambda m: f"{_HAVE[m[1]]} ", text)
        plain: list[str] = []

        def set_aside(match: re.Match[str]) -> str:
            english = _function_word(match)
            plain.append(english.capitalize() if match[0][0].isupper() else english)
            return f"ZQW{len(plain) - 1}Q "

        first = next((i for i, c in enumerate(text) if c.isalpha()), 0)

        def both(match: re.Match[str]) -> str:
            plain.extend(("both", "and"))
            return f"ZQW{len(plain) - 2}Q {match['one']} ZQW{len(plain) - 1}Q "

        text = _BOTH.sub(both, text)
        text = _FUNCTION_WORDS.sub(set_aside, text)
        lower = text.lower()
        free = {kind: [g for g in guises if not _in(g.italian, lower)] for kind, guises in _GUISES.items()}
        worn: dict[str, str] = {}

        def dressed(match: re.Match[str]) -> str:
            word = match[0]
            if not word.islower() and match.start() != first:
                return word
            entry = self._entry(match)
            if entry is None:
                return word
            kind, slot, english = entry
            guises = free.get(kind)
            if not guises:
                plain.append(english[min(slot, len(english) - 1)])
                return f"ZQW{len(plain) - 1}Q"
            guise = guises.pop(0)
            for other in free.values():
                if guise in other:
                    other.remove(guise)
            worn.update((g, e) for g, e in zip(guise.english, english, strict=True) if " " not in g)
            return guise.italian[slot] if word.islower() else guise.italian[slot].capitalize()

        return Hidden(_WORD.sub(dressed, text), worn, tuple(plain))


def read_lexicon(file: Path) -> Lexicon:
    """The lexicon in a file: lines of a kind, a TAB, the Italian, a TAB and the English; `-` names forms to leave.

    Raises:
        UsageError: a line is something else.
    """
    words: list[Word] = []
    left: list[str] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        kind, *rest = line.split("\t")
        if not line.strip() or line.startswith("#"):
            continue
        if kind == "-" and len(rest) == 1:
            left += rest[0].split()
        elif kind in {*"mfavew", *_GUARDED} and len(rest) == 2 and all(rest):
            words.append(Word(kind, *rest))
        else:
            raise UsageError(f"Line {number} of {file} is not a kind, an Italian word and its English, with TABs.")
    return Lexicon(words, left=left)


def _in(forms: Iterable[str], text: str) -> bool:
    return any(form in text for form in forms)


_LEMMA = {
    form: guise.english[0]
    for guises in _GUISES.values()
    for guise in guises
    for form in guise.english
    if " " not in form
}
_SHOWN = re.compile(rf"\bZQW(\d+)Q\b|\b((?i:{'|'.join(sorted(_LEMMA))}))\b")
