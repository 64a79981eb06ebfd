"""The metrics file as Prometheus reads it."""

from datetime import UTC, date, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families

from babelwire.article import RUNS
from babelwire.errors import BabelwireError
from babelwire.lake import LakeFolder
from babelwire.lake.files import write_table
from babelwire.lake.publishing.edit import rows_to_table
from babelwire.nightly.metrics import write_metrics


@pytest.fixture
def lake(tmp_path):
    return LakeFolder.create(tmp_path / "lake")


def add_night(lake, day, state, **counts):
    row = dict.fromkeys(RUNS.schema.names)
    row |= dict.fromkeys(("inputs", "new", "revision", "duplicate", "unchanged", "pending", "rejected"), 0)
    row |= {"articles": 0, "stories": 0, "versions": [], "configuration": "", "warnings": [], "state": state, **counts}
    row |= {"run_id": f"r{day}", "logical_date": date(2025, 3, day), "seconds": [{"stage": "parse", "seconds": 4.5}]}
    row |= {
        "started_at": datetime(2025, 3, day, 3, tzinfo=UTC),
        "finished_at": datetime(2025, 3, day, 3, 30, tzinfo=UTC),
    }
    write_table(lake.table(RUNS) / f"{day}.parquet", rows_to_table(RUNS, [row]))


def figures(file):
    families = text_string_to_metric_families(file.read_text("utf-8"))
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_the_last_night_is_told_with_its_counts_and_seconds(lake, tmp_path):
    add_night(lake, 9, "completed", new=1)
    add_night(lake, 10, "completed_with_warnings", new=7, rejected=2)
    write_metrics(tmp_path / "b.prom", lake)
    found = figures(tmp_path / "b.prom")
    assert found["babelwire_night_inputs", "new"] == 7
    assert found["babelwire_night_inputs", "rejected"] == 2
    assert found["babelwire_night_inputs", "pending"] == 0
    assert found["babelwire_night_stage_seconds", "parse"] == 4.5
    assert found["babelwire_night_duration_seconds",] == 1800
    assert found["babelwire_night_state", "completed_with_warnings"] == 1
    assert found["babelwire_night_state", "failed"] == 0
    ended = datetime(2025, 3, 10, 3, 30, tzinfo=UTC).timestamp()
    assert found["babelwire_night_last_success_timestamp_seconds",] == ended
    assert found["babelwire_night_ended_timestamp_seconds",] == ended
    assert found["babelwire_lake_articles",] == 0


def test_a_failed_night_does_not_count_as_the_last_success(lake, tmp_path):
    add_night(lake, 9, "completed")
    add_night(lake, 10, "failed")
    write_metrics(tmp_path / "b.prom", lake)
    found = figures(tmp_path / "b.prom")
    assert found["babelwire_night_state", "failed"] == 1
    assert (
        found["babelwire_night_last_success_timestamp_seconds",] == datetime(2025, 3, 9, 3, 30, tzinfo=UTC).timestamp()
    )


def test_a_night_that_broke_off_is_told_and_the_file_is_replaced_as_a_whole(lake, tmp_path):
    add_night(lake, 9, "completed")
    write_metrics(tmp_path / "b.prom", lake)
    broke = datetime(2025, 3, 10, 3, 1, tzinfo=UTC)
    write_metrics(tmp_path / "b.prom", lake, broke_off_at=broke)
    found = figures(tmp_path / "b.prom")
    assert (found["babelwire_night_state", "failed"], found["babelwire_night_state", "completed"]) == (1, 0)
    assert found["babelwire_night_ended_timestamp_seconds",] == broke.timestamp()
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["b.prom"]


def test_a_lake_without_nights_has_no_state(lake, tmp_path):
    write_metrics(tmp_path / "b.prom", lake)
    assert figures(tmp_path / "b.prom") == {("babelwire_lake_articles",): 0}


def test_a_file_that_cannot_be_written_is_a_sentence(lake, tmp_path):
    with pytest.raises((BabelwireError, OSError)):
        write_metrics(tmp_path / "gone" / "b.prom", lake)
