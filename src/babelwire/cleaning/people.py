"""Names of people as bylines write them."""

from __future__ import annotations

import regex

LONGEST_LINE = 160
"""Characters. A longer paragraph is not a byline."""

_WORD = r"\p{Lu}[\p{L}\p{M}'’.-]*"
_PARTICLE = r"(?:de|di|da|del|della|dei|degli|dal|dalla|van|von|der|den|ten|la|le|du|dos|el|al|bin|ibn)"
NAME = rf"{_WORD}(?:\s(?:{_PARTICLE}\s){{0,2}}{_WORD}){{1,4}}"
"""Two to five words with capitals and the particles between them (`Anna De Neri`, `Jan van der Berg`)."""

_NAME = regex.compile(NAME)
_AND = regex.compile(r"\s*[,;&]\s*(?:(?:and|e|et|und|y)\s+)?|\s+(?:and|e|et|und|y)\s+", regex.IGNORECASE)
_PREFIX = regex.compile(
    r"(?:written by|words by|text by|by|a cura di|testo di|articolo di|di|par|von|por)\s+"
    r"|(?:dal nostro|dalla nostra|our) (?:inviat[oa]|corrispondente|correspondent),?\s+(?:di\s+)?",
    regex.IGNORECASE,
)
_ROLE = regex.compile(r"\s*(?:[,|–—]|\s-|\s(?:in|a|da|at)\s).{1,70}")
_NOBODY = regex.compile(
    r"\b(?:redazion\w*|staff|agenzi[ae]|agency|agencies|newsroom|news ?desk|web ?desk|editors?|editorial|reporters?|admin"
    r"|correspondents?|ansa|agi|adnkronos|askanews|reuters|afp|lapresse|associated press|press association)\b|[@/]|www\.",
    regex.IGNORECASE,
)


def names(line: str) -> list[str]:
    """The people named in a list such as `Anna Neri, Ugo Bianchi e Ada Verdi`; newsrooms and agencies are left out."""
    people = [name_in_case(part.strip()) for part in _AND.split(line)]
    return list(dict.fromkeys(p for p in people if _NAME.fullmatch(p) and not _NOBODY.search(p)))


def is_name(line: str) -> bool:
    """Whether the line is one person's name and nothing else."""
    return len(line) <= 60 and bool(_NAME.fullmatch(line)) and not line.endswith(".") and not _NOBODY.search(line)


def byline(line: str) -> list[str] | None:
    """The people of a byline paragraph (`By Jane Doe and John Roe, Political Editor`), [] where it names only a
    newsroom (`a cura della redazione`), None where it is no byline."""
    if len(line) > LONGEST_LINE or line.endswith((".", "!", "?")):
        return None
    if regex.fullmatch(
        r"(?:(?:by|di|a cura della|la)\s+)?(?:redazione(?: web| online)?|staff reporter)", line, regex.I
    ):
        return []
    prefix = _PREFIX.match(line)
    if not prefix:
        return None
    found: list[str] = []
    rest = line[prefix.end() :].strip()
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
