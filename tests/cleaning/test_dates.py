"""Dates as texts write them."""

from datetime import UTC, datetime

import pytest

from babelwire.cleaning import dates

LATEST = datetime(2026, 1, 1, tzinfo=UTC)


def read(line: str, *, near: datetime | None = None, day_first: bool = False) -> datetime | None:
    found = dates.date_line(line)
    return dates.moment(found[0], near=near, latest=LATEST, day_first=day_first) if found else None


@pytest.mark.parametrize(
    "line",
    [
        "4 March 2025",
        "4 marzo 2025",
        "martedì 4 marzo 2025",
        "Tuesday, March 4, 2025",
        "4 mar. 2025",
        "March 4th, 2025",
        "le 4 mars 2025",
        "4. März 2025",
        "4 de marzo de 2025",
        "2025-03-04",
        "Pubblicato il 4 marzo 2025",
        "Published: 4 March 2025",
    ],
)
def test_a_day_is_its_midnight_in_utc(line: str) -> None:
    assert read(line) == datetime(2025, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "Pubblicato il 4 marzo 2025 alle 10:30",
        "Published 4 March 2025 at 10:30",
        "4 marzo 2025, ore 10.30",
        "March 4, 2025 10:30 AM",
        "2025-03-04T11:30:00+01:00",
        "4 March 2025 11:30 CET",
    ],
)
def test_a_time_is_read_with_its_zone(line: str) -> None:
    assert read(line) == datetime(2025, 3, 4, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    ["yesterday", "ieri", "May 2025", "2025", "12 persone", "31 febbraio 2025", "Page 12", "40 anni fa", "10:30"],
)
def test_what_is_no_day_of_the_calendar_is_no_date(line: str) -> None:
    assert dates.date_line(line) is None


def test_a_date_inside_a_sentence_is_no_date_line() -> None:
    assert dates.date_line("On 4 March 2025 the ferry came back") is None


@pytest.mark.parametrize("line", ["4 March 2099", "2 January 2026", "4 marzo 1899"])
def test_the_future_and_the_time_before_1900_are_not_believed(line: str) -> None:
    assert read(line) is None


def test_a_day_without_its_year_takes_it_only_from_a_date_of_the_document() -> None:
    assert read("6 gen.") is None
    assert read("6 gen.", near=datetime(2025, 1, 7, 9, tzinfo=UTC)) == datetime(2025, 1, 6, tzinfo=UTC)
    assert read("30 dic.", near=datetime(2025, 1, 7, 9, tzinfo=UTC)) == datetime(2024, 12, 30, tzinfo=UTC)


def test_figures_that_can_be_read_both_ways_need_a_language_that_decides() -> None:
    assert read("03/04/2025", day_first=True) == datetime(2025, 4, 3, tzinfo=UTC)
    assert read("03/04/2025") is None
    assert read("13/04/2025") == datetime(2025, 4, 13, tzinfo=UTC)


def test_when_a_text_was_changed_is_not_when_it_was_published() -> None:
    assert dates.date_line("Ultimo aggiornamento: 4 marzo 2025") == ("4 marzo 2025", False)
    assert dates.date_line("Published 4 March 2025") == ("4 March 2025", True)
