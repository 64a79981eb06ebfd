"""Words around a name that are not part of it: honorifics, offices, articles, days and months."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HONORIFICS = _words(
    "mr mrs ms miss mx dr prof sir dame madam madame monsieur signor signora signorina herr frau señor señora hon rev "
    "sen gov rep gen col capt lt sgt cmdr"
)
OFFICES = _words(
    "president minister premier secretary undersecretary chancellor senator governor congressman congresswoman mayor "
    "ambassador commissioner chairman chairwoman chairperson director spokesman spokeswoman spokesperson professor "
    "doctor president-elect lawmaker councillor prosecutor taoiseach tánaiste"
)
# In front of what the recogniser does not call a person ("Premier League" is none).
PLAIN_OFFICES = _words("president minister secretary chancellor senator congressman congresswoman")
# These are family names too: they count only where the name opens with them.
RANKS = _words(
    "general colonel captain major sergeant lieutenant admiral commander marshal judge justice father bishop "
    "archbishop cardinal reverend lord sheriff officer chief deputy vice prime foreign interior attorney former "
    "acting then ex coach"
)
PORTFOLIOS = _words(
    "state defence defense war foreign affairs interior justice finance economy health education labour labor culture "
    "transport energy environment agriculture trade treasury homeland security staff council republic government "
    "parliament senate the of and for"
)
# Capitalised by mistake in front of a name; those that are given names too are not among them.
NOT_GIVEN_NAMES = _words(
    "a about according after again also although an and are as at be because been before being but by can could did "
    "do does during for from had has have he her here his how however if in instead is it its last like many meanwhile "
    "more most next not now of on only or other our she since so some still such than that the their then there these "
    "they this those though to today under until was we were what when where whether which while who why with would "
    "yesterday yet you your said says say told"
)
CALENDAR = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur "
    "thurs fri sat sun today yesterday tomorrow"
)
ABBREVIATIONS = _words("jr sr inc corp co ltd bros st no llc cos")
PARTICLES = _words("von van de der den del della di da dos du la le bin ibn al el ben ter ten zu")
ARTICLES = frozenset({"the", "a", "an"})
KEEP_ARTICLE = frozenset({"the hague"})
IN_FRONT_OF_PLACES = frozenset({"in", "near", "into", "outside", "across"})
KINDS_OF_PLACE = _words("region province city town village district county oblast municipality")


def folded(word: str) -> str:
    """The word as the lists here spell it: lower case, without a final full stop or comma."""
    return word.casefold().rstrip(".,")


def words_of_title(words: list[str], *, person: bool) -> int:
    """How many words at the front of a name are a title and what belongs to it; all of them where no name follows.

    An office counts wherever it stands in a person's name ("Russian President Vladimir Putin"); a rank, and any
    title of what is not known to be a person, only at the front.
    """
    low = [folded(w) for w in words]
    cut = 0
    if person:
        cut = max((i for i, w in enumerate(low[:-1]) if w in OFFICES), default=0)
    titles = HONORIFICS | (OFFICES | RANKS if person else PLAIN_OFFICES)
    titled = False
    while cut < len(low) and low[cut] in titles:
        titled = True
        cut += 1
    if titled and cut < len(low) and low[cut] in {"of", "for"}:
        while cut < len(low) and low[cut] in PORTFOLIOS:
            cut += 1
    if not titled or (cut < len(words) and not words[cut][:1].isupper()):
        return 0
    return cut
