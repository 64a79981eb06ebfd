"""What a run is called in the end, from what became of its inputs."""

from datetime import date, timedelta

import pytest

from babelwire.nightly.settings import SilentSource, Thresholds
from babelwire.outcome import Nights, Outcome, articles_by_source, judge_night, judge_run

HALF = Thresholds(least_inputs=0)
FIRST = date(2025, 3, 3)  # a Monday


def ledger(**counts):
    """`new=3, empty=2, not_translated=1, host_down=1` of the source agency."""
    waiting = {"not_translated", "host_down"}
    return {
        ("agency", name, None)
        if name in {"new", "revision", "duplicate", "unchanged"}
        else ("agency", "pending" if name in waiting else "rejected", name): n
        for name, n in counts.items()
    }


def test_a_run_without_thresholds_warns_of_a_single_reject_and_never_fails():
    assert judge_run(ledger(new=1000)) == Outcome("completed")
    assert judge_run(ledger(new=1000, unchanged=9, duplicate=3)) == Outcome("completed")
    assert judge_run({}) == Outcome("completed")
    one = judge_run(ledger(new=999, empty=1))
    assert one.state == "completed_with_warnings"
    assert one.warnings == ("1 of 1000 inputs (less than 1%) were rejected or could not be read: 1 empty.",)
    assert judge_run(ledger(empty=1000)).state == "completed_with_warnings"
    assert judge_run(ledger(not_translated=1000)).state == "completed_with_warnings"


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({"new": 95, "empty": 5}, "completed"),
        ({"new": 94, "empty": 6}, "completed_with_warnings"),
        ({"new": 94, "host_down": 6}, "completed_with_warnings"),
        ({"new": 50, "empty": 50}, "completed_with_warnings"),
        ({"new": 49, "empty": 25, "host_down": 26}, "failed"),
        ({"new": 95, "not_translated": 5}, "completed"),
        ({"new": 94, "not_translated": 6}, "completed_with_warnings"),
        ({"new": 40, "revision": 9, "not_translated": 51}, "failed"),
        ({"new": 50, "not_translated": 50, "duplicate": 900}, "completed_with_warnings"),
        ({"new": 10, "empty": 90, "unchanged": 10_000}, "failed"),
    ],
)
def test_a_share_above_its_threshold_decides(counts, state):
    assert judge_night(ledger(**counts), HALF).state == state


def test_the_sentence_names_the_commonest_reasons_and_the_worst_comes_first():
    counts = {"new": 10, "not_translated": 2, "empty": 50, "no_text": 3, "binary": 2, "bomb": 1, "video_page": 1}
    said = judge_night(ledger(**counts, home_page=1), HALF)
    assert said.state == "failed"
    assert said.warnings[0] == (
        "58 of 70 inputs (83%) were rejected or could not be read: 50 empty, 3 no_text, 2 binary, 1 bomb, "
        "1 video_page and others."
    )
    assert said.warnings[1].startswith("2 of 12 articles (17%) wait for their translation.")


def test_few_inputs_warn_and_do_not_fail():
    assert judge_night(ledger(empty=19), Thresholds(least_inputs=20)).state == "completed_with_warnings"
    assert judge_night(ledger(empty=20), Thresholds(least_inputs=20)).state == "failed"
    assert judge_night(ledger(not_translated=19), Thresholds(least_inputs=20)).state == "completed_with_warnings"


def test_a_place_that_is_not_there_is_a_warning():
    said = judge_night(ledger(new=9), HALF, missing=["The source agency: there is nothing at /in."])
    assert said == Outcome("completed_with_warnings", ("The source agency: there is nothing at /in.",))


def silence(before, *, tonight=0, again=0, state="fail", least=5, nights=7):
    days = [FIRST + timedelta(days=i) for i in range(len(before) + 1)]
    earlier = {day: {"agency": n} for day, n in zip(days, before, strict=False)}
    guard = SilentSource(state=state, least_usual=least, nights=nights)
    counts = ledger(new=tonight, unchanged=30)
    known = Nights(days[-1], earlier, {"agency": again})
    return judge_night(counts, HALF, sources=["agency", "other"], silent=guard, nights=known).state


def test_a_source_that_gave_articles_every_night_and_gives_none_tonight_is_noticed():
    assert silence([400]) == "failed"
    assert silence([400], state="warn") == "completed_with_warnings"
    assert silence([400], state="ignore") == "completed"
    assert silence([400] * 7, tonight=1) == "completed"
    assert silence([4, 0, 400, 0, 4, 4, 4]) == "completed"  # four is less than is usual enough
    assert silence([0, 0, 0, 0, 0, 400, 400]) == "failed"  # it is new
    assert silence([400, 0, 0, 0, 0, 0, 0]) == "completed"  # it has been silent for long
    assert silence([400, 400, 0, 0]) == "completed"
    assert silence([400, 400, 400, 0]) == "failed"
    assert silence([400] * 9 + [0, 0], nights=2) == "completed"
    assert silence([]) == "completed"


def test_a_source_that_gives_nothing_on_a_weekday_is_not_asked_for_it():
    working_days = [400] * 5
    week = [*working_days, 0, 0]
    assert silence(working_days, nights=14) == "failed"  # its first Saturday
    assert silence([*week, *working_days], nights=14) == "completed"
    assert silence([*week, *working_days, 0], nights=14) == "completed"
    assert silence([*week, *week], nights=14) == "failed"  # a Monday
    assert silence([*working_days, 80, 0, *week, *working_days], nights=19) == "failed"  # it gave some on a Saturday
    assert silence([0, 0, *week, *working_days], nights=14) == "completed"
    assert silence([*week, *working_days], nights=7) == "failed"  # too short to know


def test_a_night_that_is_run_twice_is_not_silent_the_second_time():
    assert silence([400, 400], again=390) == "completed"


def test_the_silent_source_is_named():
    guard = SilentSource(least_usual=5)
    given = [{"agency": 410}, {"agency": 400, "echo": 7}, {"agency": 390, "echo": 9}]
    nights = Nights(FIRST + timedelta(days=3), {FIRST + timedelta(days=i): night for i, night in enumerate(given)})
    said = judge_night(ledger(new=9), HALF, sources=["agency", "echo", "gone"], silent=guard, nights=nights)
    assert said.warnings == (
        (
            "The source echo gave no article tonight; on most of the last 2 nights it gave 7 or more. Look whether it "
            "still delivers, and whether its address or folder has changed."
        ),
    )


def test_articles_of_a_source_are_the_new_the_revised_and_the_untranslated():
    counts = ledger(new=3, revision=2, not_translated=4, host_down=7, empty=8, duplicate=9, unchanged=10)
    assert articles_by_source(counts) == {"agency": 9}
    assert articles_by_source({(None, "new", None): 3}) == {}
