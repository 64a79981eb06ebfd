"""One stable key for the spellings of one name, by the name alone: what else is in the article or the lake never counts.

Precision comes first: forms that may be two names (Jon and John, Marko and Marco, McDonald and MacDonald, a name with
and without Jr.) keep two keys, and the newsroom's own file is the place to make them one.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from babelwire.entities.titles import HONORIFICS, words_of_title
from babelwire.entities.transliteration import HAN_FAMILIES, HAN_SYLLABLE, one_spelling, plain


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLACES = frozenset({"GPE", "LOC", "FAC"})
POSSESSIVE = re.compile(r"['’`´]s?$", re.IGNORECASE)
LONGEST_NAME = 200
DOTTED = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
INITIALS = re.compile(r"\b(?:\w\. ?)+(?=\s|$)")
SEPARATORS = re.compile(r"[\s\-‐‑–—/,.·_\u00a0\"“”«»()]+")
NOT_WORD = re.compile(r"[^a-z0-9]+")
ELIDED = re.compile(r"\b(?:dell|all|sull|nell|l)['’](?=\w)", re.IGNORECASE)

GENERATIONS = {"junior": "jr", "senior": "sr"}
RELIGIOUS = _words_of("ayatollah mullah maulana imam rabbi monsignor onorevole sayyed sayyid seyed seyyed")
SHEIKH = {"sheik": "sheikh", "shaikh": "sheikh", "shaykh": "sheikh", "cheikh": "sheikh"}
ARABIC_ARTICLES = frozenset({"al", "el"})
ASSIMILATED = re.compile(r"\b(?:a[lnrstdz]|ash|el)[-‐‑–](?=[^\W\d_]{3})", re.IGNORECASE)
LONE_O = re.compile(r"\bO (?=[A-Z][a-z]{2})")
JOINED_ARTICLE = frozenset({"mc"})

COMPANY_SUFFIXES = _words_of(
    "inc incorporated corp corporation co company ltd limited plc llc llp lp gmbh mbh ag kg kgaa se spa srl sa sas sarl sl "
    "nv bv ab oy oyj asa aps pty pte pjsc pao ojsc oao ooo jsc bhd kk sgr scarl scpa"
)
CLUB_FORMS = frozenset({"fc", "afc", "cf", "ssc"})
ORGANISATION_SPELLING = {
    "center": "centre", "centers": "centres", "defense": "defence", "labor": "labour", "organization": "organisation",
    "organizations": "organisations", "program": "programme", "theater": "theatre", "intl": "international",
    "dept": "department", "univ": "university", "assn": "association", "bros": "brothers", "ministero": "ministry",
    "ministerio": "ministry",
}  # fmt: skip
SMALL_WORDS = _words_of("of the for and di del della dei degli delle e de la le to on in")
MINISTRY = re.compile(r"^ministry (?:of|for) (?:the )?(.+)$")
PLACE_SPELLING = {
    "st": "saint", "sankt": "saint", "mt": "mount", "ft": "fort", "harbor": "harbour", "center": "centre",
}  # fmt: skip
TOWN_OF = re.compile(r"^(?:city|town|municipality) of (?:the )?(.+)$")
KIND_IN_FRONT = re.compile(r"^(river|province of|region of) (?:the )?(.+)$")


@lru_cache(maxsize=50_000)
def key(name: str, type_: str) -> str:
    """The words of the name as all its spellings share them, joined by hyphens; a digest where none can be spelt in ASCII.

    Args:
        type_: one of `article.ENTITY_TYPES`; people, organisations and places are spelt in different ways.
    """
    words = _words(name, type_)
    return "-".join(words) or hashlib.sha256(name.casefold().encode()).hexdigest()[:12]


def is_acronym_of(short: str, long: str) -> bool:
    """Whether `short` is made of the first letters of the words of `long`, with or without its small words."""
    letters = NOT_WORD.sub("", plain(short))
    words = [w for w in NOT_WORD.split(plain(ELIDED.sub("", long))) if w]
    if not 2 <= len(letters) <= 8 or len(words) < 2 or short != short.upper():
        return False
    every = "".join(w[0] for w in words)
    main = "".join(w[0] for w in words if w not in SMALL_WORDS)
    return letters in {every, main}


def _words(name: str, type_: str) -> list[str]:
    name = POSSESSIVE.sub("", name.strip()[:LONGEST_NAME])
    if type_ == "PERSON":
        return _person(name)
    name = DOTTED.sub(lambda m: m[0].replace(".", ""), name)
    words = [w for w in NOT_WORD.split(plain(name.replace("&", " and "))) if w]
    if len(words) > 1 and words[0] in {"the", "a", "an"}:
        words = words[1:]
    if type_ == "ORG":
        return _organisation(words)
    if type_ in PLACES:
        return _place(words)
    if type_ == "NORP" and len(words) == 1 and len(words[0]) > 4 and re.search(r"[^sui]s$", words[0]):
        return [words[0][:-1]]
    return words


def _person(name: str) -> list[str]:
    written = name.split()
    titles = words_of_title(written, person=True)
    name = " ".join(written[titles if titles < len(written) else 0 :])
    name = LONE_O.sub("O", ASSIMILATED.sub("", name))
    # J.K. and J. K. and JK are the same two letters, and a lone one between two names is left out below.
    name = INITIALS.sub(lambda m: m[0].replace(".", "").replace(" ", "") + " ", name)
    spelt = [w for w in SEPARATORS.split(name.casefold()) if w]
    words = [(plain(w), w) for w in spelt]
    words = [(NOT_WORD.sub("", w), s) for w, s in words]
    words = [(w, s) for w, s in words if w]
    while len(words) > 1 and words[0][0] in HONORIFICS | RELIGIOUS:
        words = words[1:]
    words = [(SHEIKH.get(w, GENERATIONS.get(w, w)), s) for w, s in words]
    words = [(w, s) for i, (w, s) in enumerate(words) if not (0 < i < len(words) - 1 and w in ARABIC_ARTICLES)]
    words = _joined(words)
    if len(words) > 2:
        words = [(w, s) for i, (w, s) in enumerate(words) if not (0 < i < len(words) - 1 and len(w) == 1)]
    plain_words = [w for w, _ in words]
    if (han := _han(plain_words)) is not None:
        return han
    return one_spelling(plain_words, [s if plain(s) == w else w for w, s in words])


def _joined(words: list[tuple[str, str]]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str, bool]] = []
    for word, spelt in words:
        if joined and (joined[-1][0] in JOINED_ARTICLE or (len(word) == 1 and joined[-1][2])):
            before = joined.pop()
            joined.append((before[0] + word, before[1] + spelt, before[2]))
        else:
            joined.append((word, spelt, len(word) == 1))
    return [(word, spelt) for word, spelt, _ in joined]


def _han(words: list[str]) -> list[str] | None:
    """Chinese and Korean names, family name first: Jong-un, Jong Un and Jongun are one given name."""
    if len(words) not in {2, 3} or words[0] not in HAN_FAMILIES:
        return None
    if len(words) == 3 and not all(len(w) < 7 and HAN_SYLLABLE.fullmatch(w) for w in words[1:]):
        return None
    return [words[0], "".join(words[1:])]


def _organisation(words: list[str]) -> list[str]:
    words = [ORGANISATION_SPELLING.get(w, w) for w in words]
    full = words
    while len(words) > 1 and (words[-1] in COMPANY_SUFFIXES | CLUB_FORMS or words[-1] == "and"):
        words = words[:-1]
    while len(words) > 1 and words[0] in CLUB_FORMS:
        words = words[1:]
    if len("".join(words)) < 2:
        words = full
    if ministry := MINISTRY.match(" ".join(words)):
        words = [*ministry[1].split(), "ministry"]
    if words[-2:] == ["affairs", "ministry"] and words[:-2] in (["foreign"], ["interior"]):
        words = [words[0], "ministry"]
    return words


def _place(words: list[str]) -> list[str]:
    words = [PLACE_SPELLING.get(w, w) for w in words[:1]] + words[1:]
    name = " ".join(words)
    if town := TOWN_OF.match(name):
        return town[1].split()
    if area := KIND_IN_FRONT.match(name):
        return [*area[2].split(), area[1].split()[0]]
    return words
