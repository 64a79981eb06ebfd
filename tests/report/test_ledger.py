"""The ledger of a run as its report tells it."""

from datetime import timedelta

import pytest

from babelwire.errors import UsageError
from babelwire.frames import records
from babelwire.report.ledger import find_run, read_ledger
from report.reported import NOON, ReportedLake


@pytest.fixture
def lake(tmp_path):
    return ReportedLake(tmp_path / "lake")


def ledger_of(lake):
    opened = lake.write()
    (run,) = records(opened.runs())
    return read_ledger(run, opened.inputs())


def test_the_run_is_the_latest_unless_one_is_named(lake):
    lake.begin("20310507T120000Z-bbbb", NOON + timedelta(days=1))
    opened = lake.write()
    assert find_run(opened, None)["run_id"] == "20310507T120000Z-bbbb"
    assert find_run(opened, "20310506")["run_id"] == "20310506T120000Z-aaaa"
    assert find_run(opened, "20310506T120000Z-aaaa")["run_id"] == "20310506T120000Z-aaaa"


@pytest.mark.parametrize("asked", ["2031", "2040", ""])
def test_a_run_that_is_not_there_or_not_the_only_one_is_answered_with_those_there_are(lake, asked):
    lake.begin("20310507T120000Z-bbbb", NOON + timedelta(days=1))
    with pytest.raises(UsageError) as told:
        find_run(lake.write(), asked)
    assert "20310506T120000Z-aaaa" in str(told.value)
    assert "20310507T120000Z-bbbb" in str(told.value)


def test_of_many_runs_the_latest_are_named_and_the_others_counted(lake):
    for day in range(1, 31):
        lake.begin(f"203106{day:02}T040000Z-cccc", NOON + timedelta(days=day))
    with pytest.raises(UsageError) as told:
        find_run(lake.write(), "x")
    assert str(told.value).count("Z-cccc") == 10
    assert "21 earlier ones" in str(told.value)


def test_counts_that_add_up_raise_no_warning(lake):
    lake.article("one")
    lake.input("file:///in/empty.txt", reason_code="empty")
    ledger = ledger_of(lake)
    assert {d: n for d, _, n in ledger.counts} == {
        "new": 1,
        "revision": 0,
        "duplicate": 0,
        "unchanged": 0,
        "pending": 0,
        "rejected": 1,
    }
    assert ledger.warning == ""


def test_counts_that_do_not_add_up_are_said_to(lake):
    lake.rows[next(iter(t for t in lake.rows if t.name == "runs"))][0]["inputs"] = 7
    lake.article("one")
    assert "add up to 1 and not to the 7 inputs" in ledger_of(lake).warning


def test_inputs_that_the_table_lacks_are_said_to(lake):
    lake.rows[next(iter(t for t in lake.rows if t.name == "runs"))][0] |= {"rejected": 3, "inputs": 4}
    lake.article("one")
    lake.input("file:///in/empty.txt", reason_code="empty")
    assert "1 rejected where the run counted 3" in ledger_of(lake).warning
    assert "babelwire verify" in ledger_of(lake).warning


def test_stages_are_listed_the_slowest_first_with_shares_that_add_up(lake):
    ledger = ledger_of(lake)
    assert ledger.seconds[0] == ("translate", 6.0, 0.6)
    assert sum(share for _, _, share in ledger.seconds) == pytest.approx(1)


def test_reasons_are_told_by_code_the_commonest_first_with_the_first_inputs(lake):
    for i in range(30):
        said = "It is empty." if i else "It has no bytes."
        lake.input(f"file:///in/a%20{i:02}.txt", stage="read", reason_code="empty", reason=said)
    lake.input("file:///in/late.txt", "pending", stage="translate", reason_code="not_translated", reason="Later.")
    lake.input("file:///in/same.txt", "duplicate")
    empty, later = ledger_of(lake).reasons
    assert (empty.code, empty.disposition, empty.inputs, empty.says) == ("empty", "rejected", 30, "It is empty.")
    assert len(empty.examples) == 10
    assert empty.examples[0] == ("/in/a 00.txt", "It has no bytes.")
    assert (later.code, later.disposition, later.inputs, later.stages) == (
        "not_translated",
        "pending",
        1,
        ["translate"],
    )


def test_the_slowest_inputs_are_listed_with_what_became_of_them(lake):
    for number in range(12):
        lake.input(f"file:///in/{number}.txt", reason_code="empty", processing_seconds=float(number))
    slowest = ledger_of(lake).slowest
    assert slowest[0] == ("/in/11.txt", "rejected", 11.0)
    assert [seconds for _, _, seconds in slowest] == [float(n) for n in range(11, 1, -1)]


def test_inputs_whose_time_an_earlier_version_did_not_keep_are_not_among_the_slowest(lake):
    lake.input("file:///in/empty.txt", reason_code="empty")
    assert ledger_of(lake).slowest == []
