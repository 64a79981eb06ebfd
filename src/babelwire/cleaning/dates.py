"""The date that a text shows about itself, in English, Italian, French, German or Spanish.

A day without a year is not completed from its weekday: that fixes a year only where the text is known to be recent, and
an archive's is not. A wrong date is worse than none.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import regex
from dateparser.date import DateDataParser

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
NEARBY = timedelta(days=31)
"""A day without its year is that of the last change of the article only if it lies at most this long before it."""

_DAY = r"(?:(?:le|il|den|the|el)\s)?\d{1,2}(?:st|nd|rd|th|er|°|º|ª|\.)?"
_MONTH = r"(?:(?:of|de)\s)?\p{L}{3,10}\.?"
_WRITTEN = rf"(?:{_DAY}\s{_MONTH}(?:,?\s(?:de\s|del\s)?\d{{4}})?|\p{{L}}{{3,9}}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s\d{{4}})?)"
_FIGURES = r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})"
DATE = rf"(?:{_FIGURES}|{_WRITTEN})"
"""A calendar date as newspapers write it, with or without its year."""

_WEEKDAY = r"(?:\p{L}{3,10}\.?,?\s)?"
_ZONE = r"(?:Z|UTC|GMT[+-]\d{1,2}|GMT|CET|CEST|BST|EST|EDT|ET|PST|PDT|PT)\b|[+-]\d{2}:?\d{2}|\(?ora italiana\)?"
_TIME = rf"\d{{1,2}}[:.,h]\d{{2}}(?::\d{{2}})?(?:\s?[ap]\.?m\b\.?)?(?:\s?(?:{_ZONE}))?"
_AT = r"(?:(?:at|alle ore|alle|ore|à|um|h)\s)?"
_MOMENT = regex.compile(
    rf"(?P<date>{DATE})(?:(?:T|,?\s)(?:[-–|·]\s)?[(]?{_AT}(?P<time>{_TIME})[)]?)?",
    regex.IGNORECASE,
)
_WHAT = (
    r"(?:(?:first |last )?(?:published|posted|updated|modified|date|pubblicato|pubblicata|aggiornato|aggiornata"
    r"|ultimo aggiornamento|ultima modifica|modificato|data|publié|veröffentlicht|publicado)(?: (?:il|on|le|am|el|alle|at))?:?\s)"
)
_LINE = regex.compile(
    rf"(?P<what>{_WHAT})?(?:{_WEEKDAY}(?P<moment>{_MOMENT.pattern})"
    rf"|{_AT}(?P<time_before>{_TIME})(?:,\s|\s[-–|]\s|\sdel\s|\sdi\s|\son\s|\s){_WEEKDAY}(?P<date_after>{DATE}))[.]?"
    rf"(?:\s?(?:[-–|·/(,]\s?)?{_WHAT}.{{4,60}})?",
    regex.IGNORECASE,
)
_CHANGED = regex.compile(r"update|modif|aggiorn", regex.IGNORECASE)
_LONGEST = 100


def date_line(line: str) -> tuple[str, bool] | None:
    """The date of a paragraph that is a date and nothing else, and whether it is that of publication.

    `Pubblicato il 4 marzo 2025 alle 10:30`, `Tuesday, 4 March 2025`, `10:30, 4 March 2025 | Updated: 11:00, 4 March 2025`;
    a line that says only when the text was changed is a date line, but not of publication.
    """
    if len(line) > _LONGEST:
        return None
    match = _LINE.fullmatch(line)
    if not match or not _is_date(match["date"] or match["date_after"]):
        return None
    written = match["moment"] or f"{match['date_after']} {match['time_before']}"
    return written, not _CHANGED.search(match["what"] or "")


def moment(
    written: str, *, near: datetime | None, latest: datetime, day_first: bool, zone: str = "UTC"
) -> datetime | None:
    """The moment that `written` (a date, perhaps with a time) names, in UTC.

    Args:
        near: where the year is not written, the last such day up to a day after this moment is meant; without it,
            or where that day lies more than `NEARBY` before it, such a date is no date.
        latest: a later moment is not believed, nor one before 1900.
        day_first: read 3/4/2025 as the 3rd of April; otherwise figures that can be read both ways are no date.
        zone: whose clock a time without a zone was read from. What an Italian article prints is the time of
            Europe/Rome, unlike the times of metadata, which are UTC where they name no zone.

    Returns:
        The moment in UTC. Where no time is written it is midnight in UTC, whatever the zone, so that the day is the one
        that is written.
    """
    match = _MOMENT.search(written[:_LONGEST])
    if not match:
        return None
    date, time = match["date"], match["time"]
    figures = regex.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}", date)
    if figures and not day_first and figures[1] != figures[2] and max(int(figures[1]), int(figures[2])) <= 12:
        return None
    if figures or regex.search(r"\d{4}", date):
        found = _parse(date, time, zone)
    else:
        found = _with_year(date, time, near, zone) if near else None
    return found if found and EARLIEST <= found <= latest else None


def is_date(written: str) -> bool:
    """Whether `written` names a day of the calendar, with or without a year."""
    match = _MOMENT.fullmatch(written)
    return match is not None and _is_date(match["date"])


def _is_date(date: str) -> bool:
    return _parse(date if regex.search(r"\d{4}", date) else f"{date} 2000", None, "UTC") is not None


def _with_year(date: str, time: str | None, near: datetime, zone: str) -> datetime | None:
    for year in (near.year + 1, near.year, near.year - 1):
        found = _parse(f"{date} {year}", time, zone)
        if found and near - NEARBY <= found <= near + timedelta(days=1):
            return found
    return None


@lru_cache(maxsize=4096)
def _parse(date: str, time: str | None, zone: str) -> datetime | None:
    plain = regex.sub(r"^(?:le|il|den|the|el)\s|\b(?:of|de|del)\s", "", date.lower())
    plain = regex.sub(r"(\d)(?:st|nd|rd|th|er|[°ºª.])(?=\s)", r"\1", plain)
    plain = regex.sub(r"\bsett\b", "set", plain)
    clock, is_italian = regex.subn(r"\s?\(?ora italiana\)?", "", time or "", flags=regex.IGNORECASE)
    hours = regex.sub(r"(\d)[.,h](\d)", r"\1:\2", clock).replace(".", "")
    reader = _reader("Europe/Rome" if is_italian else zone) if hours else _reader("UTC")
    moment: datetime | None = reader.get_date_data(f"{plain} {hours}".strip()).date_obj
    return moment.astimezone(UTC) if moment else None


@lru_cache(maxsize=2)
def _reader(zone: str) -> DateDataParser:
    strict = {
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "DATE_ORDER": "DMY",
        "TIMEZONE": zone,
        "TO_TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
    }
    return DateDataParser(languages=["it", "en", "fr", "de", "es"], settings=strict)
