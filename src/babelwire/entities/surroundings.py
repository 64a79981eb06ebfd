"""What the words around a name say about it: titles, roles, verbs of saying, prepositions, the kind of a place."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from babelwire.entities.titles import (
    HONORIFICS,
    IN_FRONT_OF_PLACES,
    KINDS_OF_PLACE,
    OFFICES,
    PEOPLE_ONLY,
    PLAIN_OFFICES,
    ROLES,
    SAYING,
)

AROUND = 60
BEFORE = regex.compile(r"([^\W\d_][\w-]{0,40}+)([.,]?)[ \u00a0]+$")
KIND_BEFORE = regex.compile(r"\b(\p{L}{1,30}+) of $")
AFTER = regex.compile(r"[ \u00a0]+([^\W\d_]{1,40}+)")
SAYS = regex.compile(r"[ \u00a0](?:(?:also|later|then|has|had|\p{Ll}{2,15}+ly) )?(\p{Ll}{2,20}+)\b")
AGE = regex.compile(r",? \(?1?\d{1,2}(?:[,.;)]| and | years)")
BEFORE_ROLES = frozenset({"a", "an", "the", "his", "her", "their", "its", "our", "former", "then", "now"})
AFTER_ROLES = frozenset({"of", "for", "at", "in", "and", "from", "to", "with"})
DATELINE = regex.compile(
    r" ?[,(] ?(?:\p{Lu}[\p{L}.]+)(?: \d|[ \p{L}]{0,20}\) ?[-–—])|, [^\n(]{1,40}\([\p{L} ]{2,20}\) ?[-–—]"
)


@dataclass(frozen=True)
class Surroundings:
    """Which words beside a name speak for what it is."""

    titled: bool = False
    role: bool = False
    says: bool = False
    kind_of_place: bool = False
    after_in: bool = False
    after_the: bool = False
    based: bool = False
    dateline: bool = False


NOTHING = Surroundings()


def surroundings(text: str, start: int, end: int) -> Surroundings:
    """What the words beside `text[start:end]` say, in time that does not depend on the length of the text."""
    before = BEFORE.search(text, max(0, start - AROUND), start)
    after = AFTER.match(text, end, end + AROUND)
    kind = KIND_BEFORE.search(text, max(0, start - AROUND), start)
    says = SAYS.match(text, end, end + AROUND)
    word = before[1] if before and not before[2] else ""
    return Surroundings(
        titled=_after_title(before, several=" " in text[start:end]),
        role=_role_follows(text, end) or (word.islower() and word in ROLES),
        says=bool(says and says[1] in SAYING) or word in {"said", "says"},
        kind_of_place=bool(after and after[1] in KINDS_OF_PLACE) or bool(kind and kind[1].casefold() in KINDS_OF_PLACE),
        after_in=word.casefold() in IN_FRONT_OF_PLACES,
        after_the=word.casefold() == "the",
        based=text.startswith(("-based", "-born", "-area"), end),
        dateline=text[max(0, start - 1) : start] in {"", "\n"} and DATELINE.match(text, end, end + AROUND) is not None,
    )


def _after_title(before: regex.Match[str] | None, *, several: bool) -> bool:
    if not before:
        return False
    title = before[1].casefold()
    if before[2] == ",":
        return title in OFFICES and several
    return title in HONORIFICS or (not before[2] and title in PLAIN_OFFICES)


def _role_follows(text: str, end: int) -> bool:
    if AGE.match(text, end, end + AROUND):
        return True
    if not text.startswith(", ", end):
        return False
    words = [w for w in text[end + 2 : end + 2 + AROUND].split("\n", 1)[0].split(" ")[:7] if w]
    if words and words[0] in PEOPLE_ONLY:
        return True
    for i, word in enumerate(words):
        following = words[i + 1] if i + 1 < len(words) else ""
        if word.rstrip(",.") in ROLES:
            described = i > 0 and words[0] in BEFORE_ROLES
            return not following[:1].isupper() and (described or word[-1] in ",." or following in AFTER_ROLES)
        if word[-1] in ",.;:)":
            return False
    return False
