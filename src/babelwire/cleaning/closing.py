"""What stands under the last sentence of the body: signatures, author notes, credits and addresses."""

from __future__ import annotations

import regex

from babelwire.cleaning import people
from babelwire.cleaning.agencies import AGENCY
from babelwire.cleaning.draft import Draft
from babelwire.cleaning.wire import KEYWORDS

LONGEST_NOTE = 400
"""Characters. A longer last paragraph belongs to the article."""

_LINES = 12
_INITIALS = r"(?:\p{Ll}{2,4}(?:[/-]\p{Ll}{2,4}){1,4}|\p{Lu}\p{L}{1,2}(?:[/-]\p{Lu}\p{L}{1,2}){1,3})"
_DESK = r"(?:\p{Lu}\p{L}{1,2}(?:[/-]\p{Lu}\p{L}{1,2}){0,3})"
_SIGNATURE = regex.compile(
    rf"[-–—]?\s?(?:\((?:{_DESK}/)?{AGENCY}\)|(?:{_DESK}/)?{AGENCY})\.?(?:\s?(?:{_DESK}|{_INITIALS})\.?)?"
    rf"|\(?{_INITIALS}/?\)?|\p{{Lu}}{{2,4}}(?:-[\p{{Lu}}\d]{{2,4}}){{0,3}}/"
    r"|\(?(?:END|ENDS|FINE|Fine|fine|MORE|MTF|Enditem|ENDITEM)\)?|-(?:30|0)-"
)
"""The last line of a dispatch: `(ANSA).`, `(Abc/Adnkronos)`, `(AGI)Red/Abc`, `XYZ-ABC/`, `rf/ul/ab`, `Enditem`."""

_SIGNED = regex.compile(
    rf"\s*(?:\((?:{_DESK}/)?{AGENCY}\)\.?(?:\s?(?:{_DESK}|{_INITIALS})\.?)?"
    r"|(?<=[.!?»”\"])\s\([a-z]{1,2}\.\s?[a-z]{1,4}\.?\)|(?<=[.!?»”\"])\s(?:Enditem|=|-(?:30|0)-))$"
)
_CREDIT = regex.compile(
    r"\(?(?:(?:additional |further )?(?:reporting|writing|research|editing|compiled|graphics?) by"
    r"|with (?:additional )?reporting (?:by|from)|ha(?:nno)? collaborato|con la collaborazione di|with files from"
    r"|tradotto da|traduzione di)\b.*"
    r"|\((?=[^()]*\b(?:editing|in redazione a|tradotto da)\b)\p{L}[^()]*\)"
    r"|(?:the )?(?:associated press|ap|reuters|afp|bbc|cnn)(?: \p{L}+){0,4} (?:writers?|journalists?|reporters?|correspondents?"
    r"|producers?) .{2,250}\b(?:contributed|reported)\b.{0,80}"
    r"|\(\(.{3,300}\)\)",
    regex.IGNORECASE,
)
_CORRECTION = regex.compile(
    r"[(*_ -]{0,3}(?:this (?:\([^()]{2,30}\) )?(?:story|article|report|version|item)(?:,? [^.]{0,60})? (?:has been|was|is being)"
    r" (?:corrected|updated|amended|refiled|refined|first published|originally published|edited)\b.*"
    r"|this (?:version|story) (?:corrects|updates)\b.*"
    r"|(?:questo )?articolo (?:aggiornato|corretto|modificato) (?:il|alle|l'|con)\b.*)",
    regex.IGNORECASE,
)
"""What a newsroom says of its own text."""

_PROMOTION = regex.compile(
    r"(?:follow|find|see|read|more)\b[^.!?]{0,120}(?:\bat|\bon|:) ?(?:https?://|www\.)\S{3,150}"
    r"|(?:the )?associated press [^.!?]{0,80}\b(?:coverage|reporting) receives\b.{0,300}"
    r"|sul sito (?:www\.)?reuters\.\w{2,3}\b.{0,250}",
    regex.IGNORECASE,
)
_ADDRESS = regex.compile(
    r"(?:[\p{L} .:-]{0,60}[:\s(<])?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}[>).]?", regex.IGNORECASE
)
_UNDER = (_SIGNATURE, KEYWORDS, _CREDIT, _CORRECTION, _PROMOTION, _ADDRESS)
_NOTE = regex.compile(
    rf"(?P<name>{people.NAME})\s(?:is|was|has|writes|covers|reports|è|scrive|segue|collabora|vive|lavora)\s(?P<rest>.+)"
)
_OFFICE = regex.compile(
    r"(?:an?|the|our|il|la|un|una|inviat[oa]|corrispondente|\w+['’])?\s?(?:[\p{L}'’-]+\s){0,4}"
    r"(?:correspondent|contributor|reporter|editor|columnist|journalist|freelance(?:r)?|corrispondente|inviat[oa]"
    r"|collaborat(?:ore|rice)|giornalista|redat(?:tore|trice)|editorialista)\b",
    regex.IGNORECASE,
)


def read_closing(draft: Draft) -> None:
    """Cuts what stands under the body into `removed`; a name that signs it becomes the byline where there is none."""
    for _ in range(_LINES):
        if not draft.paragraphs:
            return
        last = draft.paragraphs[-1]
        at = len(draft.paragraphs) - 1
        signed = _SIGNED.search(last, max(0, len(last) - 90))
        if len(last) <= LONGEST_NOTE and (author := _author(draft, last)) is not None:
            draft.byline = draft.byline or people.names(author)
            draft.cut(at)
        elif signed and signed.start() > 0:
            draft.cut_end(at, signed.start())
        else:
            return


def _author(draft: Draft, last: str) -> str | None:
    """The person that the last paragraph names as the author, empty where it names none; None where it is text."""
    if any(pattern.fullmatch(last) for pattern in _UNDER):
        return ""
    body = draft.paragraphs[:-1]
    before = body[-1] if body else ""
    if people.is_name(last):
        known = people.name_in_case(last) in draft.byline or last == before
        return last if known or before.endswith((".", "”", "»", '"', "?", "!")) else None
    note = _NOTE.fullmatch(last)
    if not note:
        return None
    name = note["name"]
    is_author = name in draft.byline or name == before
    unnamed = not any(name.split()[-1] in paragraph for paragraph in body)
    return name if is_author or (unnamed and _OFFICE.match(note["rest"])) else None
