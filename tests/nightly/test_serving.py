"""When nights are due, also where clocks are changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from babelwire.nightly.serving import Schedule

AT_FOUR = Schedule("0 4 * * *", "Europe/Rome")
AT_HALF_PAST_TWO = Schedule("30 2 * * *", "Europe/Rome")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_four_o_clock_is_that_of_the_zone_in_winter_and_in_summer():
    assert AT_FOUR.next_due(utc("2026-03-28T02:00")) == utc("2026-03-28T03:00")
    assert AT_FOUR.next_due(utc("2026-03-28T03:00")) == utc("2026-03-29T02:00")
    assert AT_FOUR.last_due(utc("2026-03-29T01:59:59")) == utc("2026-03-28T03:00")
    assert AT_FOUR.last_due(utc("2026-03-29T02:00")) == utc("2026-03-29T02:00")


@pytest.mark.parametrize("schedule", [AT_FOUR, AT_HALF_PAST_TWO, Schedule("0 0 * * *", "America/Santiago")])
def test_each_date_has_one_night_whatever_clocks_do(schedule):
    now, dates = utc("2026-01-01T00:00"), []
    while len(dates) < 365:
        due = schedule.next_due(now)
        assert due > now
        assert schedule.last_due(due) == due
        dates.append(schedule.date_of(due))
        now = due
    assert dates == [dates[0] + timedelta(days=n) for n in range(365)]


@pytest.mark.parametrize("at", ["2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"])
def test_the_hour_that_comes_twice_in_autumn_is_one_night(at):
    assert AT_HALF_PAST_TWO.last_due(utc(at)) == utc("2026-10-25T00:30")
    assert AT_HALF_PAST_TWO.next_due(utc(at)) == utc("2026-10-26T01:30")


def test_however_many_nights_were_missed_the_latest_is_run():
    began = utc("2026-11-10T03:00:01")
    assert AT_FOUR.missed(utc("2026-11-11T02:59"), began) is None
    missed = AT_FOUR.missed(utc("2026-11-20T12:00"), began)
    assert missed == utc("2026-11-20T03:00")
    assert AT_FOUR.date_of(missed) == date(2026, 11, 20)
    assert AT_FOUR.missed(utc("2026-11-20T12:00"), missed) is None


def test_where_there_never_was_a_night_none_was_missed():
    assert AT_FOUR.missed(utc("2026-11-20T12:00"), None) is None


def test_a_clock_that_is_set_back_brings_no_second_night():
    assert AT_FOUR.missed(utc("2026-11-19T12:00"), utc("2026-11-20T03:00")) is None
