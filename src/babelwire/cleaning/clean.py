"""The stage that turns the text of a document into an article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import regex

from babelwire.cleaning import accents, paragraphs, people
from babelwire.cleaning.boilerplate import cut_captions, cut_notices, cut_repeats
from babelwire.cleaning.closing import read_closing
from babelwire.cleaning.draft import Draft
from babelwire.cleaning.opening import read_opening
from babelwire.cleaning.unicode import repair
from babelwire.cleaning.wire import cut_wire
from babelwire.errors import RejectInput
from babelwire.frames import each_row

_READS = (
    "text",
    "headline",
    "standfirst",
    "byline",
    "dateline",
    "published_at",
    "published_from",
    "modified_at",
    "declared_language",
)
_WRITES: dict[str, Any] = {
    "headline": None,
    "standfirst": None,
    "byline": [],
    "dateline": None,
    "published_at": None,
    "published_from": None,
    "text": None,
    "removed": [],
    "word_count": None,
}
_WORD = regex.compile(r"\w+")
_ROUNDS = 8


class Clean:
    """Repairs the text and sets apart what is not its body.

    Reads text, headline, standfirst, byline, dateline, published_at, published_from, modified_at and
    declared_language; any may be null. Writes headline, standfirst, byline, dateline, published_at, published_from,
    text, removed and word_count. A value that the document gave stays, but for the label of a wire headline
    (`UPDATE 1-`) and authors that are newsrooms; what the text shows of it leaves the text all the same. A row with no
    sentence left is rejected as `no_text`.

    Args:
        latest: a date in a text that lies after this moment is not believed; None is the moment of cleaning.
    """

    name = "clean"

    def __init__(self, *, latest: datetime | None = None) -> None:
        self._latest = latest

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        return each_row(frame, self.name, _READS, _WRITES, self._clean)

    def _clean(self, **row: Any) -> Mapping[str, Any]:
        draft = _draft(row, self._latest or datetime.now(UTC))
        for _ in range(_ROUNDS):
            before = draft.state()
            _restore_accents(draft, row["declared_language"])
            cut_repeats(draft)
            cut_notices(draft)
            cut_captions(draft)
            cut_wire(draft)
            read_opening(draft)
            read_closing(draft)
            if draft.state() == before:
                break
        text = "\n\n".join(draft.paragraphs)
        words = len(_WORD.findall(text))
        if not words:
            raise RejectInput(
                "no_text",
                "No sentence is left after menus and notices were cut. Look at the document: "
                "if it is an article, its text is not where babelwire looks for it.",
            )
        return {
            "headline": draft.headline,
            "standfirst": draft.standfirst,
            "byline": draft.byline,
            "dateline": draft.dateline,
            "published_at": draft.published_at,
            "published_from": draft.published_from,
            "text": text,
            "removed": draft.removed,
            "word_count": words,
        }


def _draft(row: Mapping[str, Any], latest: datetime) -> Draft:
    repaired = (repair(p) for p in paragraphs.split(row["text"] or ""))
    return Draft(
        [p for p in repaired if p],
        headline=repair(row["headline"] or "") or None,
        standfirst=repair(row["standfirst"] or "") or None,
        byline=[people.name_in_case(n) for n in map(repair, row["byline"] or []) if n and not people.is_desk(n)],
        dateline=repair(row["dateline"] or "") or None,
        published_at=row["published_at"],
        published_from=row["published_from"],
        modified_at=row["modified_at"],
        latest=latest,
    )


def _restore_accents(draft: Draft, declared_language: str | None) -> None:
    text = "\n\n".join(draft.paragraphs)
    draft.is_italian = accents.is_italian(text) or (declared_language or "").lower().split("-")[0] == "it"
    if not draft.is_italian:
        return
    draft.paragraphs = [accents.restore(p) for p in draft.paragraphs]
    draft.headline = accents.restore(draft.headline) if draft.headline else None
    draft.standfirst = accents.restore(draft.standfirst) if draft.standfirst else None
