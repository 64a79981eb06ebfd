"""Names of the Italian original that stand unchanged in the English text, and what Italian grammar says of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import regex
from wordfreq import zipf_frequency

from babelwire.entities.recognition import LONGEST_TEXT, Mention
from babelwire.translation.names import find_names

MOST_WORDS = 8
LONGEST_LINE = 20_000
WORD = regex.compile(r"[^\W\d_][\w.&'’-]*\w|[^\W\d_]")
# Italian puts an article before rivers, clubs and companies, seldom before people and never before towns.
ARTICLE = regex.compile(
    r"(?:^|[^\p{L}])(?:il|lo|la|i|gli|le|(?:de|a|da|ne|su)(?:l|llo|lla|i|gli|lle)|(?:(?:de|a|da|ne|su)?l)l?['’])[ ]?$",
    regex.I,
)
TITLE = regex.compile(
    r"(?:^|[^\p{L}])(?:president[ei]|presidentessa|ministr[oa]|premier|cancelliere|segretari[oa]|sottosegretari[oa]|senat(?:ore|rice)"
    r"|deputat[oa]|onorevole|sindac[oa]|govern(?:atore|atrice)|assessore|assessora|prefetto|questore|giudice|magistrato|procurat(?:ore|rice)|pm|gip|gup"
    r"|avvocat[oa]|dottor(?:e|essa)?|professor(?:e|essa)?|ingegner|signor[ae]?|papa|cardinale|monsignor|vescovo|arcivescovo|don|suor|padre|frate|re|regina"
    r"|principe|principessa|generale|colonnello|capitano|maresciallo|comandante|tenente|ammiraglio|allenat(?:ore|rice)|mister|tecnico"
    r"|attore|attrice|cantante|cantautore|regista|scritt(?:ore|rice)|poeta|giornalista|pittore|musicista|calciatore|ciclista|pilota|portavoce|leader"
    r"|moglie|marito|figli[oa]|fratello|sorella|madre|nipote|vedova|coniug[ei]|fidanzat[oa]|medico|imprenditore|imprenditrice|banchiere|boss|inviato|ambasciat(?:ore|rice))\s$",
    regex.I,
)
SAYS = regex.compile(
    r",?\s(?:(?:non|si|lo|la|gli|ne|l['’])\s?)?(?:ha|aveva|avrà|avrebbe)?\s?(?:dett|dichiarat|spiegat|affermat|aggiunt|sottolineat|risposto|commentat|raccontat|annunciat|ricordat|scritt|chiest|ribadit"
    r"|dice|afferma|spiega|aggiunge|sostiene|racconta|ricorda|scrive|commenta|disse|replica)(?:o|a|e)?\b"
)
SAID_BEFORE = regex.compile(
    r"(?:dett|dichiarat|spiegat|affermat|aggiunt|sottolineat|rispost|commentat|raccontat|conclus|scritt)o\s$|\b(?:dice|afferma|spiega|aggiunge|sostiene|racconta|conclude|disse)\s$"
)
IN = regex.compile(r"(?:^|\s)in\s$", regex.I)
KIND = regex.compile(
    r"(?<!\p{L})(?:citt[àa]|cittadina|paesi?n?o?|villaggi?o?|comun[ei]|provinc[ei]a?|region[ei]|frazion[ei]|localit[àa]|base"
    r"|quartier[ei]|zona|periferia|porto|valle|isola|capitale)(?: \p{L}{3,20}+)? d(?:i|el|ella|['’])\s?$",
    regex.I,
)
TO = regex.compile(r"(?:^|\s)ad?\s$", regex.I)
ITALIAN = 3.0
AROUND = 50


def hints_of(italian: str) -> dict[str, str]:
    """The names of an Italian text, each with what speaks for its type: PERSON after a title or with a verb of saying,
    PLACE after `in` or a kind of place, THING after an article, TO after `a`, WORD where it may be the first word of a sentence, and
    nothing where it stands alone."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for line in italian[:LONGEST_TEXT].splitlines():
        for name in find_names(line) if len(line) <= LONGEST_LINE else ():
            votes[line[name.start : name.end]][_hint(line, name.start, name.end)] += 1
    return {name: max(counted, key=lambda hint: (counted[hint], hint)) for name, counted in sorted(votes.items())}


def kept_names(english: str, hints: Mapping[str, str]) -> Iterator[Mention]:
    """Where these names stand in the English text, the longest first; without a type."""
    if not hints:
        return
    words = [(m.start(), m.end()) for m in WORD.finditer(english[:LONGEST_TEXT])]
    most = min(MOST_WORDS, max(len(name.split()) for name in hints))
    taken = 0
    for i, (start, _) in enumerate(words):
        if start < taken or not english[start].isupper():
            continue
        for _, end in reversed(words[i : i + most]):
            if english[start:end] in hints:
                yield Mention(start, end, english[start:end], "", "source", hints[english[start:end]])
                taken = end
                break


def _hint(line: str, start: int, end: int) -> str:
    before = line[max(0, start - AROUND) : start]
    if TITLE.search(before) or SAYS.match(line, end) or SAID_BEFORE.search(before):
        return "PERSON"
    if IN.search(before) or KIND.search(before):
        return "PLACE"
    if ARTICLE.search(before):
        return "THING"
    if TO.search(before):
        return "TO"
    opens = not before.strip() or before.rstrip(' "“«')[-1:] in ".!?:;"
    return "WORD" if opens and zipf_frequency(line[start:end], "it") > ITALIAN else ""
