"""Lists for people, as tables."""

from datetime import UTC, date, datetime

from babelwire.article import DISPOSITIONS, RUNS
from babelwire.frames import from_arrow
from babelwire.lake.publishing.edit import rows_to_table
from babelwire.showing import show_runs

RUN = {"run_id": "r1", "state": "completed", "started_at": datetime(2025, 3, 10, 3, 0, tzinfo=UTC), "inputs": 5}
COUNTS = dict.fromkeys(DISPOSITIONS, 0) | {"new": 5}


def shown(capsys, *runs, limit=None):
    show_runs(from_arrow(rows_to_table(RUNS, [RUN | COUNTS | run for run in runs])), limit=limit, as_json=False)
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_runs_have_a_row_each_with_their_counts(capsys):
    header, row = shown(capsys, {})
    assert header == ["run", "state", "started", "inputs", *DISPOSITIONS]
    assert row == ["r1", "completed", "2025-03-10", "03:00", "5", "5", "0", "0", "0", "0", "0"]


def test_the_date_of_a_night_is_shown_where_a_run_was_one(capsys):
    header, night, other = shown(capsys, {"logical_date": date(2025, 3, 9)}, {"run_id": "r2"})
    assert header[:5] == ["run", "state", "started", "night", "inputs"]
    assert night[:6] == ["r1", "completed", "2025-03-10", "03:00", "2025-03-09", "5"]
    assert other[:6] == ["r2", "completed", "2025-03-10", "03:00", "-", "5"]


def test_a_night_that_is_not_among_the_rows_shown_takes_no_column(capsys):
    header, _ = shown(capsys, {}, {"logical_date": date(2025, 3, 9)}, limit=1)
    assert "night" not in header


def test_no_run_is_an_empty_list(capsys):
    (header,) = shown(capsys)
    assert header[0] == "run"
