"""What stands under the last sentence of the body: signatures, author notes, credits and addresses."""

from __future__ import annotations

import regex

from babelwire.cleaning import people
from babelwire.cleaning.agencies import AGENCY
from babelwire.cleaning.draft import Draft

LONGEST_NOTE = 400
"""Characters. A longer last paragraph belongs to the article."""

_LINES = 12
_SIGNATURE = regex.compile(rf"[-–—]?\s?(?:\({AGENCY}\)|{AGENCY})\.?")
_SIGNED = regex.compile(rf"\s*(?:\({AGENCY}\)\.?|(?<=[.!?»”\"])\s\([a-z]{{1,2}}\.\s?[a-z]{{1,4}}\.?\))$")
_CREDIT = regex.compile(
    r"\(?(?:(?:additional |further )?(?:reporting|writing|research|editing) by|with (?:additional )?reporting (?:by|from)"
    r"|ha(?:nno)? collaborato|con la collaborazione di|with files from)\b.*",
    regex.IGNORECASE,
)
_ADDRESS = regex.compile(
    r"(?:[\p{L} .:-]{0,60}[:\s(<])?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}[>).]?", regex.IGNORECASE
)
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
        signed = _SIGNED.search(last, max(0, len(last) - 60))
        if len(last) <= LONGEST_NOTE and (author := _author(draft, last)) is not None:
            draft.byline = draft.byline or people.names(author)
            draft.cut(at)
        elif signed and signed.start() > 0:
            draft.cut_end(at, signed.start())
        else:
            return


def _author(draft: Draft, last: str) -> str | None:
    """The person that the last paragraph names as the author, empty where it names none; None where it is text."""
    if _SIGNATURE.fullmatch(last) or _CREDIT.fullmatch(last) or _ADDRESS.fullmatch(last):
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
