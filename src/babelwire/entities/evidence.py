"""What kind of thing a name is, decided by evidence rather than by one guess of the model, with the evidence named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from babelwire.article import ENTITY_TYPES
from babelwire.entities.gazetteers import country, is_given_name, place
from babelwire.entities.names import Name
from babelwire.entities.registry import Registry, load_registry
from babelwire.entities.titles import FIRST_OF_PLACES, NATIONALITIES, ORGANISATION_WORDS, PARTICLES, PLACE_WORDS, folded

PLACES = frozenset({"GPE", "LOC", "FAC"})
# Set by hand while reading one half of a development set of English news.
ROLE, SURE_PLACE, AFTER_IN, SAYS, AFTER_THE = 3.0, 3.0, 1.5, 0.6, 1.5
GIVEN = 1.1
HINTS = {
    "PERSON": ("PERSON", 1.5),
    "PLACE": ("GPE", 1.1),
    "THING": ("ORG", 1.1),
    "": ("PERSON", 1.1),
    "TO": ("PERSON", 0.4),
    "WORD": ("PERSON", 0.1),
}
UNKNOWN_PLACE = 0.5
LARGE_CITY = 100_000
VERY_LARGE_CITY = 500_000
LONGEST_ACRONYM = 6


class Verdict(NamedTuple):
    """The type of a name (one of `article.ENTITY_TYPES`) and what decided it (a word of the column `evidence`)."""

    type: str
    evidence: str


def type_of(group: Sequence[Name], *, registry: Registry | None = None) -> Verdict:
    """The type of the mentions of one name in one article.

    What the newsroom's file says comes first, then countries, titles, the words of the name itself (organisations,
    kinds of places, given names), gazetteers, and what stands around the mentions; the recogniser's guesses are
    votes, and decide alone where there is nothing else.

    Args:
        group: not empty; mentions that are spelt alike.
        registry: the newsroom's names, the packaged ones where it is None.
    """
    text = Counter(n.text for n in group).most_common(1)[0][0]
    votes = Counter(n.type for n in group if n.type)
    scores = _scores(group, votes, text)
    guess = max(ENTITY_TYPES, key=lambda t: scores.get(t, 0.0)) if scores else "PERSON"
    registry = load_registry(None) if registry is None else registry
    known = registry.known(text) or (registry.known(text, type_=guess) if scores else None)
    if known:
        return Verdict(known.type, "newsroom")
    titled = any(n.surely_person for n in group)
    if country(text):
        return Verdict("PERSON", "title") if titled and guess == "PERSON" else Verdict("GPE", "country")
    if titled:
        return Verdict("PERSON", "title")
    if folded(text) in NATIONALITIES or folded(text).removesuffix("s") in NATIONALITIES:
        return Verdict("NORP", "country")
    return _by_words(text, guess, votes) or _by_place(text, guess, group) or _by_votes(text, guess, votes, group)


def _scores(group: Sequence[Name], votes: Counter[str], text: str) -> dict[str, float]:
    scores: dict[str, float] = dict.fromkeys(ENTITY_TYPES, 0.0)
    for type_, count in votes.items():
        scores[type_] += count
    if votes["GPE"] and not place(text):
        scores["GPE"] *= UNKNOWN_PLACE
    if " " not in text and is_given_name(text):
        scores["PERSON"] += GIVEN
    for name in group:
        around = name.around
        scores["PERSON"] += ROLE * around.role + SAYS * around.says - AFTER_THE * around.after_the
        scores["ORG"] += SAYS / 2 * around.says
        scores["GPE"] += AFTER_IN * around.after_in
        scores["GPE"] += SURE_PLACE * (around.kind_of_place or around.based or around.dateline)
        if name.found_by in {"source", "both"}:
            type_, weight = HINTS[name.hint]
            scores[type_] += weight
    return {type_: score for type_, score in scores.items() if score > 0}


def _by_words(text: str, guess: str, votes: Counter[str]) -> Verdict | None:
    words = text.split()
    low = [folded(word) for word in words]
    if len(words) < 2:
        return None
    if 1 < len(words) < 6 and _is_full_name(words, low) and not _is_place(text):
        firm = votes["ORG"] > 1 and votes["ORG"] >= 3 * votes["PERSON"]
        return None if firm or guess in {"FAC", "LOC"} else Verdict("PERSON", "given_name")
    for type_, kinds in PLACE_WORDS.items():
        if low[-1] in kinds or low[0] in FIRST_OF_PLACES.get(type_, ()):
            return Verdict(guess if guess in PLACES else type_, "place") if guess not in {"ORG", "PERSON"} else None
    if guess not in PLACES | {"EVENT", "LAW"} and (low[-1] in ORGANISATION_WORDS or low[0] in ORGANISATION_WORDS):
        return Verdict("ORG", "organisation")
    return None


def _is_full_name(words: Sequence[str], low: Sequence[str]) -> bool:
    if not (words[0][:1].isupper() and is_given_name(words[0])) or any(w in ORGANISATION_WORDS for w in low):
        return False
    return words[-1][:1].isupper() and all(w[:1].isupper() or w in PARTICLES for w in words)


def _is_place(text: str) -> bool:
    known = place(text)
    return known is not None and known.sure and (known.population >= LARGE_CITY or not known.population)


def _by_place(text: str, guess: str, group: Sequence[Name]) -> Verdict | None:
    known = place(text)
    if not known:
        return None
    if guess in PLACES or _like_place(group):
        return Verdict(known.type if guess not in PLACES or known.type == "LOC" else guess, "place")
    person = any(n.around.role or n.around.says or n.hint == "PERSON" for n in group)
    large = known.population >= VERY_LARGE_CITY or not known.population
    return Verdict(known.type, "place") if known.sure and (large or not person) else None


def _like_place(group: Sequence[Name]) -> bool:
    return any(n.like_place or n.after_in or n.around.based or n.around.dateline for n in group)


def _by_votes(text: str, guess: str, votes: Counter[str], group: Sequence[Name]) -> Verdict:
    if text.isalpha() and text.isupper() and 1 < len(text) <= LONGEST_ACRONYM and guess not in PLACES | {"NORP"}:
        return Verdict("ORG", "organisation")
    if any(n.found_by == "given_name" for n in group) and guess == "PERSON":
        return Verdict("PERSON", "given_name")
    if guess == "GPE" and _like_place(group):
        return Verdict("GPE", "place")
    if votes[guess] == votes.total() and votes:
        return Verdict(guess, "model")
    from_source = not votes[guess] and any(n.found_by in {"source", "both"} for n in group)
    return Verdict(guess, "source" if from_source else "article")
