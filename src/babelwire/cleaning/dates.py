"""The date that a text shows about itself, in English, Italian, French, German or Spanish."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import regex
from dateparser.date import DateDataParser

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)

_DAY = r"(?:(?:le|il|den|the|el)\s)?\d{1,2}(?:st|nd|rd|th|er|°|º|ª|\.)?"
_MONTH = r"(?:(?:of|de)\s)?\p{L}{3,10}\.?"
_WRITTEN = rf"(?:{_DAY}\s{_MONTH}(?:,?\s(?:de\s|del\s)?\d{{4}})?|\p{{L}}{{3,9}}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s\d{{4}})?)"
_FIGURES = r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4})"
DATE = rf"(?:{_FIGURES}|{_WRITTEN})"
"""A calendar date as newspapers write it, with or without its year."""

_WEEKDAY = r"(?:\p{L}{3,10}\.?,?\s)?"
_TIME = (
    r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?(?:\s?(?:Z|UTC|GMT|CET|CEST|BST|EST|EDT)\b|\s?[+-]\d{2}:?\d{2})?"
)
_MOMENT = regex.compile(
    rf"(?P<date>{DATE})(?:(?:T|,?\s)(?:[-–|]\s)?(?:(?:at|alle|ore|alle ore|à|um|h)\s)?(?P<time>{_TIME}))?",
    regex.IGNORECASE,
)
_LINE = regex.compile(
    r"(?P<what>(?:first |last )?(?:published|posted|updated|modified|date|pubblicato|pubblicata|aggiornato|ultimo aggiornamento"
    r"|ultima modifica|data|publié|veröffentlicht|publicado)(?: (?:il|on|le|am|el|alle|at))?:?\s)?"
    rf"{_WEEKDAY}(?P<moment>{_MOMENT.pattern})[.]?",
    regex.IGNORECASE,
)
_CHANGED = regex.compile(r"update|modif|aggiorn", regex.IGNORECASE)
_LONGEST = 100


def date_line(line: str) -> tuple[str, bool] | None:
    """The date of a paragraph that is a date and nothing else, and whether it is that of publication.

    `Pubblicato il 4 marzo 2025 alle 10:30`, `Tuesday, 4 March 2025`; a line that says when the text was changed is a
    date line, but not of publication.
    """
    if len(line) > _LONGEST:
        return None
    match = _LINE.fullmatch(line)
    if not match or not _is_date(match["date"]):
        return None
    return match["moment"], not _CHANGED.search(match["what"] or "")


def moment(written: str, *, near: datetime | None, latest: datetime, day_first: bool) -> datetime | None:
    """The moment that `written` (a date, perhaps with a time) names, in UTC.

    Args:
        near: where the year is not written, the last such day up to a day after this moment is meant; without it
            such a date is no date.
        latest: a later moment is not believed, nor one before 1900.
        day_first: read 3/4/2025 as the 3rd of April; otherwise figures that can be read both ways are no date.

    Returns:
        Midnight where no time is written, and the time as UTC where it has no zone.
    """
    match = _MOMENT.search(written[:_LONGEST])
    if not match:
        return None
    date, time = match["date"], match["time"]
    figures = regex.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.]\d{4}", date)
    if figures and not day_first and figures[1] != figures[2] and max(int(figures[1]), int(figures[2])) <= 12:
        return None
    if figures or regex.search(r"\d{4}", date):
        found = _parse(date, time)
    else:
        found = _with_year(date, time, near) if near else None
    return found if found and EARLIEST <= found <= latest else None


def is_date(written: str) -> bool:
    """Whether `written` names a day of the calendar, with or without a year."""
    match = _MOMENT.fullmatch(written)
    return match is not None and _is_date(match["date"])


def _is_date(date: str) -> bool:
    return _parse(date if regex.search(r"\d{4}", date) else f"{date} 2000", None) is not None


def _with_year(date: str, time: str | None, near: datetime) -> datetime | None:
    for year in (near.year + 1, near.year, near.year - 1):
        found = _parse(f"{date} {year}", time)
        if found and found <= near + timedelta(days=1):
            return found
    return None


@lru_cache(maxsize=4096)
def _parse(date: str, time: str | None) -> datetime | None:
    plain = regex.sub(r"^(?:le|il|den|the|el)\s|\b(?:of|de|del)\s", "", date.lower())
    plain = regex.sub(r"(\d)(?:st|nd|rd|th|er|[°ºª.])(?=\s)", r"\1", plain)
    plain = regex.sub(r"\bsett\b", "set", plain)
    hours = regex.sub(r"(\d)[.h](\d)", r"\1:\2", time or "").replace(".", "")
    parsed = _reader().get_date_data(f"{plain} {hours}".strip())
    moment: datetime | None = parsed.date_obj
    return moment.astimezone(UTC) if moment else None


@lru_cache(maxsize=1)
def _reader() -> DateDataParser:
    strict = {
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "DATE_ORDER": "DMY",
        "TIMEZONE": "UTC",
        "TO_TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
    }
    return DateDataParser(languages=["it", "en", "fr", "de", "es"], settings=strict)
