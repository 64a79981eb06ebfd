"""English for a learned Romance word by its ending, where English has that word: "sublimazione" is "sublimation"."""

from __future__ import annotations

import re
from functools import lru_cache

from wordfreq import zipf_frequency

# Endings of Italian, then of Spanish and Catalan words that the second half of a pivot left.
_ENDINGS = tuple(
    (re.compile(f"(?:{ending})$"), english.split())
    for ending, english in (
        ("zione|ción|ció", "tion"),
        ("zioni|ciones|cions", "tions"),
        ("sione|sión|sió", "sion"),
        ("sioni|siones|sions", "sions"),
        ("ità|idad|itat", "ity"),
        ("età|edad|etat", "ety"),
        ("ismo|isme", "ism"),
        ("ismi|ismos", "isms"),
        ("ista", "ist"),
        ("isti|iste|istas|istes", "ists"),
        ("logia|logía", "logy"),
        ("logie|logías|logies", "logies"),
        ("grafia|grafía", "graphy"),
        ("crazia|cracia|cràcia", "cracy"),
        ("nomia|nomía", "nomy"),
        ("patia|patía", "pathy"),
        ("logo|logue|leg", "logist logue"),
        ("logi|logos|legs", "logists logues"),
        ("enza|encia|ència", "ence ency"),
        ("enze|encias|ències", "ences encies"),
        ("anza|ancia|ància", "ance ancy"),
        ("anze|ancias|àncies", "ances ancies"),
        ("ale|ali|ales", "al"),
        ("ic[oaie]|iche|ici", "ic ical"),
        ("icos|icas|ics|iques", "ic ical"),
        ("os[oaie]|osos|osas", "ous"),
        ("iv[oaie]|ivos|ivas|iu", "ive"),
        ("abile|abili|able|ables", "able"),
        ("ibile|ibili|ible|ibles", "ible"),
        ("ente|enti|entes|ents", "ent"),
        ("ante|anti|antes|ants", "ant"),
        ("ivamente|ivament", "ively"),
        ("icamente|icament", "ically"),
        ("almente|alment", "ally"),
        ("osamente|osament", "ously"),
        ("mento|miento|ment", "ment"),
        ("menti|mientos|ments", "ments"),
        ("tore|tor", "tor"),
        ("tori|tores|tors", "tors"),
        ("izzare|izar|itzar", "ise"),
        ("izzat[oaie]|izad[oa]s?|itzat|itzada", "ised"),
        ("izzando|izando|itzant", "ising"),
        ("oide|oidi|oides", "oid"),
        ("ite|itis", "itis"),
        ("olo|olos|ol", "ol"),
        ("ina|ines|inas", "in ine"),
        ("eno|ene", "ene"),
        ("ato|at", "ate"),
        ("ario|ari|arios", "ary arian"),
        ("orio|ori|orios", "ory"),
        ("ano|ana|ani|anos", "an"),
        ("iano|iana|iani|ianos", "ian"),
        ("gramma", "gram"),
        ("osi", "osis"),
        ("esi", "esis"),
        ("tura", "ture"),
        ("ture", "tures"),
    )
)
_LETTERS = {
    letters: english.split()
    for letters, english in (
        ("f", "ph"),
        ("t", "th"),
        ("i", "y"),
        ("z", "c t"),
        ("e", "ae"),
        ("c", "ch k"),
        ("ss", "x s"),
        ("zz", "z"),
        ("cc", "c"),
        ("mm", "m"),
        ("tt", "ct pt"),
        ("gg", "g"),
        ("o", "u"),
    )
}
_PARTS = re.compile("|".join(sorted(map(re.escape, _LETTERS), key=len, reverse=True)))


@lru_cache(maxsize=20_000)
def english_cognate(word: str) -> str | None:
    """The English word that an Italian, Spanish or Catalan one is by its ending and spelling, in lower case; None where English has none.

    English has a word that it uses once in ten million words or oftener (wordfreq), and of several the commonest.
    """
    if not 6 <= len(word) <= 30:
        return None
    best: tuple[float, str] | None = None
    for ending, english in _ENDINGS:
        found = ending.search(word)
        if found is None or found.start() < 3:
            continue
        for candidate in _spelt(word[: found.start()]):
            for end in english:
                often = zipf_frequency(candidate + end, "en")
                if often >= 2 and candidate + end != word and (best is None or often > best[0]):
                    best = (often, candidate + end)
    return None if best is None else best[1]


def _spelt(stem: str) -> list[str]:
    """The stem, and what it may look like in English: one change of letters each, of those that Greek words have."""
    spellings = [stem]
    for part in _PARTS.finditer(stem):
        spellings += [stem[: part.start()] + other + stem[part.end() :] for other in _LETTERS[part[0]]]
    return spellings
