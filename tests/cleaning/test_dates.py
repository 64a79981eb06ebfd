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
        "Tue 4 Mar 2025",
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
        "4 marzo 2025 alle 11:30 (ora italiana)",
        "4 marzo 2025 | 11:30 CET",
        "04 marzo 2025 (10:30)",
        "Tue 4 Mar 2025 10.30 GMT",
        "March 4, 2025 5:30 AM ET",
        "March 4, 2025 11:30 AM GMT+1",
        "Published 5:30 AM EST, March 4, 2025",
        "10:30, 4 March 2025 | Updated: 11:00, 4 March 2025",
        "ore 10:30 del 4 marzo 2025",
        "Pubblicato: 4 Marzo 2025 10:30 - Ultimo aggiornamento: 4 Marzo 2025 12:00",
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


def test_a_day_far_from_the_date_of_the_document_has_no_year() -> None:
    assert read("6 gen.", near=datetime(2025, 12, 7, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    "line", ["07.01.2025 - 14:35", "7/1/2025 14.35", "7-1-2025, ore 14:35", "7 gennaio 2025 alle 14:35"]
)
def test_a_time_without_a_zone_is_read_in_the_zone_of_the_text(line: str) -> None:
    found = dates.date_line(line)
    assert found
    rome = dates.moment(found[0], near=None, latest=LATEST, day_first=True, zone="Europe/Rome")
    assert rome == datetime(2025, 1, 7, 13, 35, tzinfo=UTC)


def test_the_clock_of_rome_knows_summer() -> None:
    summer = dates.moment("7 luglio 2025 14:35", near=None, latest=LATEST, day_first=True, zone="Europe/Rome")
    assert summer == datetime(2025, 7, 7, 12, 35, tzinfo=UTC)


def test_a_day_alone_is_its_midnight_in_utc_also_in_rome() -> None:
    day = dates.moment("7 luglio 2025", near=None, latest=LATEST, day_first=True, zone="Europe/Rome")
    assert day == datetime(2025, 7, 7, tzinfo=UTC)


def test_a_weekday_does_not_give_a_day_its_year() -> None:
    assert read("lunedì 6 gennaio") is None


def test_when_a_text_was_changed_is_not_when_it_was_published() -> None:
    assert dates.date_line("Ultimo aggiornamento: 4 marzo 2025") == ("4 marzo 2025", False)
    assert dates.date_line("Published 4 March 2025") == ("4 March 2025", True)
