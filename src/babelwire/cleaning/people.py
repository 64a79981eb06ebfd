"""Names of people as bylines write them."""

from __future__ import annotations

import regex

from babelwire.cleaning.agencies import AGENCY

LONGEST_LINE = 160
"""Characters. A longer paragraph is not a byline."""

_WORD = r"\p{Lu}[\p{L}\p{M}'’.-]*"
_PARTICLE = r"(?:de|di|da|del|della|dei|degli|dal|dalla|van|von|der|den|ten|la|le|du|dos|el|al|bin|ibn)"
NAME = rf"{_WORD}(?:\s(?:{_PARTICLE}\s){{0,2}}{_WORD}){{1,4}}"
"""Two to five words with capitals and the particles between them (`Anna De Neri`, `Jan van der Berg`)."""

_NAME = regex.compile(NAME)
_AND = regex.compile(r"\s*[,;&]\s*(?:(?:and|e|et|und|y)\s+)?|\s+(?:and|e|et|und|y)\s+", regex.IGNORECASE)
_PREFIX = regex.compile(
    r"(?:written by|words by|text by|story by|by|a cura di|testo di|articolo di|servizio di|di|par|von|por)\s+"
    r"|(?:dal nostro|dalla nostra|del nostro|della nostra|our) (?:inviat[oa]|corrispondente|correspondent)(?: speciale)?"
    rf"(?:\s(?:a|ad|in|da|dal|dalla)\s{_WORD}(?=,|:|\s(?:di\s)?{_WORD}\s{_WORD}))?[,:]?\s+(?:di\s+)?"
    r"|(?:dall|dell)['’](?:inviat[oa]|corrispondente)[,:]?\s+(?:di\s+)?",
    regex.IGNORECASE,
)
_OFFICE = (
    r"(?:inviat[oa]|corrispondente|correspondent|special to|staff writer|staff reporter|reporter|political editor|editor"
    r"|giornalista|redattore|redattrice)"
)
_ROLE = regex.compile(r"\s*(?:[,|–—]|\s-|\s(?:in|a|da|at)\s).{1,70}")
_OFFICER = regex.compile(rf"(?P<name>{NAME})\s?[,|–—-]\s?(?i:{_OFFICE})\b[^.!?;:]{{0,60}}")
_DESK = (
    rf"(?:(?:{AGENCY})|redazion[ei](?:\s\p{{L}}+){{0,3}}|(?:\p{{L}}+\s){{0,2}}(?:staff|newsroom|news ?desk|web ?desk)"
    r"(?:\s(?:reporters?|writers?))?|(?:staff|press) (?:reporters?|writers?)|agenzie|agencies)"
)
_DESKS = regex.compile(
    rf"(?:(?:by|di|da|por|par|von|fonte:|source:|a cura (?:di|della)|la)\s+)?{_DESK}(?:\s?(?:,|/|&|-|e|and|con|with)\s?{_DESK})*",
    regex.IGNORECASE,
)
_EMPLOYER = regex.compile(
    rf"(?:\s*[,|/–—-]\s*|\s+)(?:(?:and|e|with)\s)?(?:(?:{AGENCY})(?: (?:staff )?(?:writers?|reporters?|correspondents?))?|(?i:redazione)|(?i:staff))$"
)
_REACHED_AT = regex.compile(
    r"[\s,|–—-]*[(\[]?(?<![\w.])(?:@\w{1,30}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})[)\]]?"
)
_NOBODY = regex.compile(
    r"\b(?:redazion\w*|staff|agenzi[ae]|agency|agencies|newsroom|news ?desk|web ?desk|editors?|editorial|reporters?|admin"
    r"|correspondents?|ansa|agi|adnkronos|askanews|reuters|afp|lapresse|associated press|press association|xinhua|italpress"
    r"|canadian press|radiocor|nova news|dow jones|europa press)\b|[@/]|www\.",
    regex.IGNORECASE,
)


def names(line: str) -> list[str]:
    """The people named in a list such as `Anna Neri, Ugo Bianchi e Ada Verdi`; newsrooms and agencies are left out."""
    people = [name_in_case(part.strip()) for part in _AND.split(line)]
    return list(dict.fromkeys(p for p in people if _NAME.fullmatch(p) and not _NOBODY.search(p)))


def is_name(line: str) -> bool:
    """Whether the line is one person's name and nothing else."""
    return len(line) <= 60 and bool(_NAME.fullmatch(line)) and not line.endswith(".") and not _NOBODY.search(line)


def is_desk(name: str) -> bool:
    """Whether what stands for an author is a newsroom, a desk or an agency (`Redazione ANSA`, `Reuters Staff`)."""
    return bool(_DESKS.fullmatch(name))


def byline(line: str) -> list[str] | None:
    """The people of a byline paragraph, [] where it names only a newsroom, None where it is no byline.

    `By Jane Doe and John Roe, Political Editor`, `dal nostro inviato a Bruxelles Ugo Neri`, `(di Anna Neri)`,
    `Anna Neri, inviata a Bruxelles`, `Jane Doe @janedoe`; of a newsroom: `a cura della redazione`, `By Reuters Staff`.
    """
    if len(line) > LONGEST_LINE or line.endswith((".", "!", "?")):
        return None
    if line.startswith("(") and line.endswith(")"):
        inside = line[1:-1]
        return byline(inside) if _PREFIX.match(inside) else None
    if is_desk(line):
        return []
    signed = _REACHED_AT.sub("", line).strip(" ,|")
    if prefix := _PREFIX.match(signed):
        return _listed(signed[prefix.end() :])
    officer = _OFFICER.fullmatch(signed)
    name = officer["name"] if officer else signed
    return names(name) if officer or (signed != line and is_name(signed)) else None


def _listed(line: str) -> list[str] | None:
    """The people that follow `By`, where nothing but their office follows them."""
    rest = _EMPLOYER.sub("", line.strip()) or line.strip()
    found: list[str] = []
    while name := _NAME.match(rest):
        found.append(name[0])
        rest = rest[name.end() :]
        separator = _AND.match(rest)
        if not separator or not _NAME.match(rest, separator.end()):
            break
        rest = rest[separator.end() :]
    is_ended = not rest.strip() or bool(_ROLE.fullmatch(rest)) or (len(rest) < 40 and bool(_NOBODY.search(rest)))
    if not is_ended or (not found and not _NOBODY.search(rest)):
        return None
    return names(", ".join(found))


def name_in_case(name: str) -> str:
    """The name with small letters where it came all in capitals (`ANNA NERI`, `IAN MCKAY`)."""
    if not name.isupper():
        return name
    return regex.sub(r"\bMc(\p{Ll})", lambda m: "Mc" + m[1].upper(), name.title())
