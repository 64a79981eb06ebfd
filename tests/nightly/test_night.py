"""What a night takes in: dates, places that are missing, and what the lake knows of the nights before."""

from datetime import UTC, date, datetime

import pytest

from babelwire.errors import BabelwireError, UsageError
from babelwire.lake import LakeFolder
from babelwire.nightly.night import logical_date, plan_night, prepared
from babelwire.nightly.settings import Nightly

TONIGHT = date(2025, 3, 10)


@pytest.fixture
def lake(tmp_path):
    return LakeFolder.create(tmp_path / "lake")


def night_of(*paths, **more):
    return Nightly(sources=[{"name": "agency", "paths": paths}], **more)


@pytest.mark.parametrize(
    ("at", "day"),
    [("2025-03-09T22:59", "2025-03-09"), ("2025-03-09T23:00", "2025-03-10"), ("2025-07-09T22:00", "2025-07-10")],
)
def test_the_date_of_a_night_is_that_of_its_zone(at, day):
    scheduled = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert logical_date(Nightly(), scheduled) == date.fromisoformat(day)


def test_the_first_night_takes_its_own_date_alone(lake, tmp_path):
    for day in ("2025-03-09", "2025-03-10"):
        (tmp_path / day).mkdir()
    night = plan_night(lake, night_of(f"{tmp_path}/{{date}}"), TONIGHT)
    assert [s.paths for s in night.sources] == [(f"{tmp_path}/2025-03-10",)]
    assert night.missing == ()


def test_a_place_that_is_missing_is_told_and_the_others_are_taken(lake, tmp_path):
    night = plan_night(lake, night_of(str(tmp_path), f"{tmp_path}/gone", "https://echo.example/feed"), TONIGHT)
    assert night.sources[0].paths == (str(tmp_path), "https://echo.example/feed")
    (sentence,) = night.missing
    assert sentence.startswith("The source agency: There is nothing at")
    assert f"{tmp_path}/gone" in sentence


def test_a_night_without_any_place_stops_with_what_to_look_at(lake, tmp_path):
    with pytest.raises(BabelwireError, match=r"None of the sources .*/gone.*mounted"):
        plan_night(lake, night_of(f"{tmp_path}/gone"), TONIGHT)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nightly: {lake: here}", "names no sources"),
        ("nightly: {sources: [{name: a, paths: [b]}]}", "names no lake"),
        ("nightly: {lake: x, sources: [{name: a, paths: [b/]}, {name: c, paths: [b]}]}", "a and c both name b"),
    ],
)
def test_a_configuration_without_lake_or_sources_is_refused(tmp_path, text, said):
    (tmp_path / "my.yaml").write_text(text)
    with pytest.raises(UsageError, match=said):
        prepared(tmp_path / "my.yaml", None)
