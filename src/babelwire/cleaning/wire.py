"""What agencies and their systems put around a dispatch: envelopes, numbers, slugs, stamps, notes to editors, labels."""

from __future__ import annotations

import regex

from babelwire.cleaning.draft import Draft

_LINES = 12
_LONGEST = 300

_MACHINE = regex.compile(
    r"ZCZC[\w/ .-]{0,80}|[\d/ -]{0,20}NNNN"
    r"|ISSN \d{4} ?[-–] ?\d{3}[\dX]"
    r"|[A-Z]{3}\d{4,5}(?:_[A-Z\d]{2,4}){1,3}"
    r"|[A-Z]{3}\d{4} \d(?: [A-Z\d]{1,4}){2,8}(?: /)?"
    r"|(?:[A-Z] [A-Z]{3} )?S\d[A-Z\d] QB[A-Z]{2}"
    r"|[_=*~#-]{2,80}|[=_]|[*#](?: [*#]){1,9}"
)
"""Whole lines that no person wrote: ANSA's, AGI's and Adnkronos's envelopes and numbers, and rules between parts."""

_STAMP = (
    r"(?:(?P<day>\d{2})(?P<hour>[0-2]\d)(?P<minute>[0-5]\d) (?P<month>\p{Lu}{3}) (?P<year>\d{2})"
    r"|(?P<day>\d{2})-(?P<month>\p{L}{3}|\d{2})-(?:20)?(?P<year>\d{2}) (?P<hour>[0-2]\d):(?P<minute>[0-5]\d)(?::\d{2})?(?: \(\d{4}\))?(?: \d)?"
    r"|(?P<hour>[0-2]\d):(?P<minute>[0-5]\d) (?P<day>\d{2})-(?P<month>\d{2})-(?P<year>\d{2}))"
    r"(?: NNNN)?"
)
_STAMPED = regex.compile(rf"(?:(?<=\s)|^)(?:\((?:RADIOCOR|Radiocor)\) )?{_STAMP}$")
_STAMP_LENGTH = 60

_NOTE = regex.compile(
    r"\((?:Adds?|Updates?|Recasts|Corrects|Repeats|Removes|Rewrites|Refiles|Changes|Clarifies|Writes through|Fixes|Deletes"
    r"|Drops|Restores|Inserts|Releads|Aggiorna|Aggiunge|Corregge|Ripete)\b.{2,280}\)"
    r"|\((?:RIPETIZIONE(?: CORRETTA)?|[Vv]\.? .{3,160}\bdel(?:le|l')\s?[\d.: ]{1,6})\)"
    r"|\(?Eds: .{1,280}"
    r"|(?:AM|PM|BC)-[A-Z]{2,3}-.{1,100}"
    r"|(?:(?:AM|PM|BC)-.{1,80})?\b\d(?:st|nd|rd|th) Ld\b.{0,40}"
    r"|[A-Z\d]{2,}(?:-[A-Z\d.']+){1,4}/[A-Z\d -]{0,30}(?: \([A-Z\d ,]{2,60}\))?"
)
"""Above the first sentence: what changed, notes to editors, the slugs of Reuters (`ITALY-FERRY/ (UPDATE 2)`) and AP."""

KEYWORDS = regex.compile(r"(?:key ?words?|parole chiave|tags?|slug)\s?: .{1,200}(?<![.!?])", regex.IGNORECASE)
"""A line of keywords, above the text or under it."""

_BULLET = regex.compile(r"[*•]\s?(?=[\p{L}\d\"“«]).{3,200}")
_SIGNED_DATELINE = regex.compile(r"[\p{L}\d ,.'’/-]{2,60}\((?:Reuters|REUTERS|Thomson Reuters Foundation)\)\s?[-–—]")

_LABEL = regex.compile(
    r"(?:>{0,2}\s?ANSA(?:-\p{Lu}{2,12})?/\s?|>{1,2}\s?(?=\p{Lu})|={1,2}\s|\+{2,3}\s?"
    r"|(?:(?:UPDATE|WRAPUP|PUNTO)\s\d{1,2}|RPT|REFILE|CORRECTED|CORRECTION|RETTIFICA)\s?-\s?){1,3}(?=[\p{L}\d\"“«'‘])"
)
_LABEL_END = regex.compile(r"(?:\s\(\d{1,2}\))?\s(?:={1,2}|\+{2,3})$")
_LONGEST_LABELLED = 200


def cut_wire(draft: Draft) -> None:
    """Cuts the lines of agencies' systems, the notes above the first sentence and the label of the headline.

    A stamp that says when the dispatch was sent (`061530 GEN 25`, `06-GEN-25 15:30`) dates it where nothing else did.
    """
    _read_stamps(draft)
    draft.keep([not _MACHINE.fullmatch(p) for p in draft.paragraphs])
    _cut_notes(draft)
    _cut_labels(draft)


def _read_stamps(draft: Draft) -> None:
    for index in range(len(draft.paragraphs) - 1, -1, -1):
        paragraph = draft.paragraphs[index]
        stamp = _STAMPED.search(paragraph, max(0, len(paragraph) - _STAMP_LENGTH))
        if not stamp:
            continue
        joint = "/" if stamp["month"].isdigit() else " "
        day = joint.join([stamp["day"], stamp["month"], f"20{stamp['year']}"])
        draft.note_date(f"{day} {stamp['hour']}:{stamp['minute']}")
        if stamp.start():
            draft.cut_end(index, stamp.start())
        else:
            draft.cut(index)


def _cut_notes(draft: Draft) -> None:
    head = draft.paragraphs[:_LINES]
    dispatch = next((i for i, p in enumerate(head) if _SIGNED_DATELINE.match(p)), 0)
    draft.keep(
        [
            i >= _LINES
            or len(p) > _LONGEST
            or not (_NOTE.fullmatch(p) or KEYWORDS.fullmatch(p) or (i < dispatch and _BULLET.fullmatch(p)))
            for i, p in enumerate(draft.paragraphs)
        ]
    )


def _cut_labels(draft: Draft) -> None:
    if draft.headline:
        draft.cut_headline(*_label(draft.headline))
    if draft.paragraphs:
        start, end = _label(draft.paragraphs[0])
        if end < len(draft.paragraphs[0]):
            draft.cut_end(0, end)
        if start:
            draft.cut_start(0, start)


def _label(headline: str) -> tuple[int, int]:
    """Where the headline itself begins and ends: `UPDATE 1-Ferry out`, `ANSA/ Nave in secca =`."""
    if len(headline) > _LONGEST_LABELLED:
        return 0, len(headline)
    label, end = _LABEL.match(headline), _LABEL_END.search(headline)
    start = label.end() if label else 0
    return start, end.start() if end and end.start() > start else len(headline)
