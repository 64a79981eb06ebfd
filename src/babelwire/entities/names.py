"""A mention cut down to the name itself, and the places where a known name stands unnoticed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from wordfreq import zipf_frequency

from babelwire.entities.gazetteers import country
from babelwire.entities.parting import apart, strangers_before
from babelwire.entities.recognition import Mention, has_capitals
from babelwire.entities.surroundings import AFTER, AROUND, BEFORE, NOTHING, Surroundings, surroundings
from babelwire.entities.titles import (
    ABBREVIATIONS,
    ARTICLES,
    CALENDAR,
    GENERATIONS,
    HONORIFICS,
    KEEP_ARTICLE,
    NOT_GIVEN_NAMES,
    NOT_NAMES,
    OFFICES,
    PARTICLES,
    PORTFOLIOS,
    RULERS_AFTER,
    folded,
    words_of_title,
)

LONGEST_NAME = 120
EDGES = " \t\r\n\u00a0\"'“”‘’«»„‹›`´()[]{}<>,;:!?…*_#|/\\–—-@=+~^•·"
WORD = re.compile(r"\S+")
POSSESSIVE = re.compile(r"\s?['’`´]s$", re.IGNORECASE)
REST_OF_NAME = re.compile(r"((?: [a-z]{1,5}){0,3}) [^\W\d_][\w-]{1,40}")
SPELT = re.compile(r"[^\W\d_][\w.&-]*\w|[^\W\d_]")
LOWER = re.compile(r"\b[^\W\d_]+\b")
MOST_WORDS = 6
RARE = 3.3


@dataclass(frozen=True)
class Name:
    """A name in the text, and what stands around it. `type` is empty where only the spelling was recognised;
    `surely_person` is the evidence of a title; `found_by` is `model`, or what else brought the name to notice,
    `hint` what the Italian original says of it."""

    start: int
    end: int
    text: str
    type: str
    surely_person: bool = False
    around: Surroundings = NOTHING
    found_by: str = "model"
    hint: str = ""

    @property
    def like_place(self) -> bool:
        """Whether a word beside it says that it is a region, a city or the like."""
        return self.around.kind_of_place

    @property
    def after_in(self) -> bool:
        """Whether a preposition of places stands in front of it."""
        return self.around.after_in


def narrowed(text: str, mentions: Iterable[Mention]) -> list[Name]:
    """The mentions without title, article, possessive, quotation marks and what is no name; none overlap.

    What the recogniser took for one name where there are two ("Alphabet's Google") is two.
    """
    names: list[Name] = []
    end = 0
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if mention.start < end:
            continue
        for piece in apart(_whole(text, mention)):
            if name := _narrow(text, piece):
                names.append(name)
                end = name.end
    return _without_glued_words(text, names)


def named_again(text: str, names: list[Name]) -> list[Name]:
    """Where else the text spells one of these names exactly, between them and with no other capitalised word beside it."""
    known = _family_names(names) | {n.text: n for n in names if _can_be_sought(n)}
    most_words = min(MOST_WORDS, max((len(name.split()) for name in known), default=0))
    again: list[Name] = []
    edges = [0, *(edge for n in names for edge in (n.start, n.end)), len(text)]
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        words = [(m.start(), m.end()) for m in SPELT.finditer(text, low, high)]
        taken = low
        for i, (start, _) in enumerate(words):
            if start < taken or not text[start].isupper():
                continue
            for _, end in reversed(words[i : i + most_words]):
                like = known.get(text[start:end])
                if like and not _beside_capitals(text, start, end) and not (like.type == "" and _opens(text, start)):
                    again.append(
                        replace(
                            like,
                            text=text[start:end],
                            start=start,
                            end=end,
                            type="",
                            surely_person=False,
                            around=surroundings(text, start, end),
                            found_by="article",
                        )
                    )
                    taken = end
                    break
    return again


def _whole(text: str, mention: Mention) -> Mention:
    """A person's name that the recogniser ended at a particle ("Ursula von"), with the rest of it."""
    if mention.type != "PERSON" or mention.text.rpartition(" ")[2] not in PARTICLES:
        return mention
    rest = REST_OF_NAME.match(text, mention.end)
    if not rest or not set(rest[1].split()) <= PARTICLES:
        return mention
    return replace(mention, end=rest.end(), text=mention.text + rest[0])


def _narrow(text: str, mention: Mention) -> Name | None:
    cut = _cut(mention)
    if not cut:
        return None
    start, end, after_title = cut
    name = mention.text[start:end]
    start, end = mention.start + start, mention.start + end
    around = surroundings(text, start, end)
    before = BEFORE.search(text, max(0, start - AROUND), start)
    if not _is_name(name) or (before and before[1] == "of" and folded(name) in PORTFOLIOS):
        return None
    titled = after_title or (mention.type != "NORP" and not country(name) and around.titled)
    return Name(
        start,
        end,
        name,
        mention.type,
        surely_person=titled,
        around=around,
        found_by=mention.found_by,
        hint=mention.hint,
    )


def _cut(mention: Mention) -> tuple[int, int, bool] | None:
    """Where in the mention the name itself begins and ends, and whether a title was cut; None where no name is left."""
    start, end = _trim(mention.text, 0, len(mention.text))
    if not 0 < end - start <= LONGEST_NAME:
        return None
    words = list(WORD.finditer(mention.text, start, end))
    article = mention.type != "WORK_OF_ART" and mention.text[start:end].casefold() not in KEEP_ARTICLE
    if article and len(words) > 1 and words[0][0].casefold() in ARTICLES:
        words = words[1:]
    person = mention.type == "PERSON"
    titles = words_of_title([w[0] for w in words], person=person)
    if titles == len(words):
        return None
    strangers = strangers_before([w[0] for w in words[titles:]], person=person)
    if strangers:
        return words[titles + strangers].start(), end, titles > 0
    if len(words) - titles == 2 and folded(words[-1][0]) in RULERS_AFTER and not person:
        return words[titles].start(), words[-2].end(), False
    first = words[titles].start()
    if titles and (person or not country(mention.text[first:end])):
        return *_trim(mention.text, first, end), True
    return words[0].start(), end, False


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    before = None
    while before != (start, end) and start < end:
        before = (start, end)
        while start < end and text[start] in EDGES + ".":
            start += 1
        while start < end and text[end - 1] in EDGES:
            end -= 1
        if possessive := POSSESSIVE.search(text, max(start, end - 3), end):
            end = possessive.start()
        if start < end and text[end - 1] == "." and not _is_abbreviation(text[start:end]):
            end -= 1
        opening = text.rfind("(", start, end)
        if opening > start and ")" not in text[opening:end]:
            end = opening
    return start, end


def _is_abbreviation(name: str) -> bool:
    last = name.rsplit(maxsplit=1)[-1][:-1]
    return "." in last or len(last) == 1 or last.casefold() in ABBREVIATIONS


def _is_name(name: str) -> bool:
    if sum(c.isalpha() for c in name) < 2 or not has_capitals(name):
        return False
    words = [folded(word) for word in name.split()]
    dated = words[0] in CALENDAR and all(word.isdigit() for word in words[1:])
    return not dated and not all(word in NOT_NAMES for word in words)


def _without_glued_words(text: str, names: list[Name]) -> list[Name]:
    spelt = Counter(n.text for n in names)
    alone = {n.text for n in names if n.type == "PERSON" and " " not in n.text}
    ordinary: set[str] | None = None
    cut = []
    for name in names:
        words = [m.start() for m in WORD.finditer(name.text)]
        if len(words) > 2 and (name.type == "PERSON" or name.text[words[-1] :] in alone):
            rest = name.text[words[1] :]
            first = name.text[: words[1]].strip().casefold()
            glued = first in NOT_GIVEN_NAMES
            if not glued and name.type == "PERSON" and spelt[rest]:
                if ordinary is None:
                    ordinary = set(LOWER.findall(text))
                glued = first in ordinary
            if glued and rest[:1].isupper():
                name = replace(name, start=name.end - len(rest), text=rest, surely_person=True)  # noqa: PLW2901
        cut.append(name)
    return cut


def _family_names(names: Iterable[Name]) -> dict[str, Name]:
    """The last words of people's names, of no type: they are sought as well, but where a sentence opens only rare words."""
    found = {}
    for name in names:
        last = name.text.rpartition(" ")[2]
        person = name.surely_person or name.type == "PERSON"
        if (
            person
            and last != name.text
            and len(last) > 3
            and last[0].isupper()
            and not last.isupper()
            and folded(last) not in GENERATIONS
        ):
            found[last] = replace(name, text=last, type="" if zipf_frequency(last, "en") > RARE else "PERSON")
    return found


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].strip("\"“”'‘’«( ")
    return not before or before[-1] in ".!?:;\n"


def _can_be_sought(name: Name) -> bool:
    if not name.text[0].isupper() or folded(name.text) in CALENDAR | NOT_GIVEN_NAMES | OFFICES:
        return False
    return len(name.text) > 3 or country(name.text) is not None


def _beside_capitals(text: str, start: int, end: int) -> bool:
    before = BEFORE.search(text, max(0, start - AROUND), start)
    after = AFTER.match(text, end)
    if before and not before[2] and before[1][0].isupper() and folded(before[1]) not in HONORIFICS | OFFICES:
        return True
    return bool(after and after[1][0].isupper())
