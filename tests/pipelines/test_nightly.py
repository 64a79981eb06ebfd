"""The flow of every night: its dates, its sources, and how it ends."""

import json
import os
import re
from datetime import date

import pytest
import yaml
from markdown_it import MarkdownIt
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from babelwire.errors import BabelwireError
from babelwire.lake import Lake, LakeFolder
from babelwire.lake.lock import hold
from babelwire.workers import workers
from newsdesk import FERRY_EN, FERRY_IT, LIBRARY_EN, ORCHARD_FR
from pipelines.artifacts import in_markdown
from pipelines.nightly import NightFailed, run
from website import website

FIRST, SECOND, THIRD = (date(2025, 3, day) for day in (10, 11, 12))


@pytest.fixture(scope="module", autouse=True)
def standing_by(prefect_server):
    """One worker process for all nights of this file: loading the models takes longer than they do."""
    with workers(1):
        yield


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


class Desk:
    """Two sources, one of which delivers into a folder for each date, and the nights that take them in."""

    def __init__(self, root):
        self.root = root
        self.lake = root / "lake"
        self.night = {
            "lake": str(self.lake),
            "sources": [
                {"name": "agency", "paths": [f"{root}/agency/{{date}}"], "publisher": "Agenzia della Costa"},
                {"name": "echo", "paths": [f"{root}/echo"]},
            ],
        }
        (root / "echo").mkdir()
        (root / "echo" / ".keep").write_text("")

    def delivers(self, day, name, text):
        folder = self.root / "agency" / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    def runs(self, day, **settings):
        config = self.root / "night.yaml"
        how = {"jobs": 1, "translation": {"engine": "none"}, "stories": {"encoder": "none"}, "nightly": self.night}
        config.write_text(yaml.safe_dump({**how, **settings}))
        return run(config, day)

    def files(self, *tables):
        return {p: p.read_bytes() for table in tables for p in (self.lake / table).rglob("*.parquet")}


def last_state():
    with get_client(sync_client=True) as client:
        (flow_run, *_) = client.read_flow_runs(sort="EXPECTED_START_TIME_DESC", limit=1)
    return flow_run.state


def test_a_night_is_one_run_with_its_date_and_each_input_has_its_source(desk):
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    (desk.root / "echo" / "b.txt").write_text(LIBRARY_EN)
    summary = desk.runs(FIRST)
    assert summary.counts["new"] == 2
    (row,) = Lake(desk.lake).runs().to_dict("records")
    assert (row["state"], row["logical_date"], list(row["warnings"])) == ("completed", FIRST, [])
    origins = Lake(desk.lake).inputs().set_index("uri")["origin"].to_dict()
    assert {uri.rpartition("/")[2]: origin for uri, origin in origins.items()} == {"a.txt": "agency", "b.txt": "echo"}
    assert set(Lake(desk.lake).articles()["source"]) == {"Agenzia della Costa", ""}
    assert (last_state().name, last_state().message) == ("Completed", "2 new")


def test_a_night_that_is_run_twice_adds_nothing_but_its_row(desk):
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    desk.runs(FIRST)
    before = desk.files("articles", "entities", "stories", "matches", "inputs")
    again = desk.runs(FIRST)
    assert (again.run["inputs"], again.counts["unchanged"], again.run["state"]) == (1, 1, "completed")
    assert desk.files("articles", "entities", "stories", "matches", "inputs") == before
    assert list(Lake(desk.lake).runs()["logical_date"]) == [FIRST, FIRST]


def test_a_night_makes_good_those_that_were_missed_and_what_came_after_the_last(desk):
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    desk.runs(FIRST)
    desk.delivers(FIRST, "late.txt", LIBRARY_EN)
    desk.delivers(SECOND, "b.txt", ORCHARD_FR)
    desk.delivers(THIRD, "c.txt", FERRY_IT)
    summary = desk.runs(THIRD)
    assert (summary.counts["new"], summary.counts["pending"], summary.counts["unchanged"]) == (2, 1, 1)


def test_no_more_dates_are_made_good_than_the_configuration_says(desk):
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    desk.runs(FIRST)
    desk.night["catch_up_days"] = 1
    desk.delivers(FIRST, "late.txt", LIBRARY_EN)
    desk.delivers(SECOND, "b.txt", ORCHARD_FR)
    desk.delivers(THIRD, "c.txt", FERRY_IT)
    assert desk.runs(THIRD).run["inputs"] == 2


def test_a_failed_night_is_published_and_the_next_looks_at_its_date_again(desk):
    desk.night["thresholds"] = {"least_inputs": 0}
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    desk.delivers(FIRST, "empty.txt", "")
    desk.delivers(FIRST, "bare.txt", " ")
    with pytest.raises(NightFailed, match=r"The night of 2025-03-10 has failed: 2 of 3 inputs \(67%\).*is published"):
        desk.runs(FIRST)
    assert len(Lake(desk.lake).articles()) == 1
    assert Lake(desk.lake).runs()["state"].tolist() == ["failed"]
    assert (last_state().type.value, last_state().name) == ("FAILED", "Failed")
    assert last_state().message.startswith("2 of 3 inputs (67%) were rejected")
    for name in ("empty.txt", "bare.txt"):
        desk.delivers(FIRST, name, f"{LIBRARY_EN}\n{name}")
    desk.delivers(SECOND, "b.txt", ORCHARD_FR)
    assert desk.runs(SECOND).run["state"] == "completed"
    assert len(Lake(desk.lake).articles()) == 4


def test_a_source_that_falls_silent_is_a_warning_but_not_when_the_night_is_run_again(desk):
    desk.night["silent_source"] = {"least_usual": 1}
    (desk.root / "echo" / "b.txt").write_text(LIBRARY_EN)
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    desk.runs(FIRST)
    assert desk.runs(FIRST).run["state"] == "completed"
    desk.delivers(SECOND, "c.txt", ORCHARD_FR)
    summary = desk.runs(SECOND)
    assert summary.run["warnings"] == [
        (
            "The source echo gave no article tonight; on the night before it gave 1 or more. Look whether it still "
            "delivers, and whether its address or folder has changed."
        )
    ]
    assert last_state().name == "CompletedWithWarnings"
    assert last_state().message == "1 new, 2 unchanged"


def test_a_place_that_is_missing_does_not_keep_the_other_sources_out(desk):
    (desk.root / "echo" / "b.txt").write_text(LIBRARY_EN)
    summary = desk.runs(FIRST)
    assert summary.counts["new"] == 1
    (sentence,) = summary.run["warnings"]
    assert sentence.startswith("The source agency: There is nothing at")


def test_work_of_a_night_that_was_ended_is_not_left_lying(desk):
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    folder = LakeFolder.create(desk.lake)
    for name, plan in {"of-a-night": {"night": "2025-03-09"}, "of-an-ingest": {"paths": ["/in"]}}.items():
        (folder.work / name).mkdir(parents=True)
        (folder.work / name / "plan.json").write_text(json.dumps({"plan": plan}))
    desk.runs(FIRST)
    assert [p.name for p in folder.work.glob("*/")] == ["of-an-ingest"]


def test_a_second_night_at_once_is_told_who_is_at_it(desk):
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    folder = LakeFolder.create(desk.lake)
    with (
        hold(folder.work / ".nightly.lock", what="the lake", timeout_seconds=0),
        pytest.raises(BabelwireError, match=f"for a night .process {os.getpid()} "),
    ):
        desk.runs(FIRST, lake={"lock_timeout_seconds": 0})


def test_a_night_without_a_date_is_that_of_the_day(desk):
    (desk.root / "echo" / "b.txt").write_text(LIBRARY_EN)
    desk.night["timezone"] = "UTC"
    started = desk.runs(None).run
    assert started["logical_date"] == started["started_at"].date()


def test_nothing_secret_of_the_configuration_is_kept(desk):
    desk.night["alerts"] = {"webhook_url": "https://hooks.example/sesame"}
    (desk.root / "echo" / "b.txt").write_text(LIBRARY_EN)
    desk.runs(FIRST)
    for file in [*desk.lake.rglob("*.json"), *(desk.lake / "runs").rglob("*.parquet")]:
        assert b"sesame" not in file.read_bytes()
    with get_client(sync_client=True) as client:
        (flow_run, *_) = client.read_flow_runs(sort="EXPECTED_START_TIME_DESC", limit=1)
    assert "sesame" not in flow_run.model_dump_json()


def artifacts():
    """What the last night shows in Prefect, by key."""
    with get_client(sync_client=True) as client:
        (flow_run, *_) = client.read_flow_runs(sort="EXPECTED_START_TIME_DESC", limit=1)
        mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run.id]))
        found = client.read_artifacts(artifact_filter=mine)
    return {artifact.key: artifact.data for artifact in found}


def test_a_night_shows_its_ledger_languages_slowest_stages_and_inputs_and_rejects(desk):
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    desk.delivers(FIRST, "b.txt", FERRY_IT)
    desk.delivers(FIRST, "<b>|x_[y](z)`.txt", "")
    desk.runs(FIRST)
    shown = artifacts()
    ledger = {row["disposition"]: row["inputs"] for row in json.loads(shown["ledger"])}
    assert ledger.pop("all") == sum(ledger.values()) == 3
    assert json.loads(shown["languages"]) == [{"language": "en", "articles": 1}, {"language": "it", "articles": 1}]
    stages = [row["seconds"] for row in json.loads(shown["slowest-stages"])]
    assert stages == sorted(stages, reverse=True)
    slowest = json.loads(shown["slowest-inputs"])
    assert [row["seconds"] for row in slowest] == sorted((row["seconds"] for row in slowest), reverse=True)
    assert {row["input"].rpartition("/")[2] for row in slowest} >= {"a.txt", "b.txt"}
    assert shown["progress"] == 100
    page = MarkdownIt("commonmark").enable("table").render(shown["rejected"])
    assert set(re.findall(r"<(\w+)", page)) == {"table", "thead", "tbody", "tr", "th", "td"}
    assert "rejected empty" in page
    assert "not_translated" in page


def test_a_text_from_outside_is_plain_and_short_in_markdown():
    assert in_markdown("a|b\n# c <i>") == r"a\|b \# c \<i\>"
    assert len(in_markdown("#" * 1_000_000)) < 500


def test_an_artifact_that_cannot_be_written_does_not_fail_the_night(desk, monkeypatch, caplog):
    def refuses(*_, **__):
        raise RuntimeError("no")

    monkeypatch.setattr("pipelines.artifacts.create_table_artifact", refuses)
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    (desk.root / "echo" / "b.txt").write_text(LIBRARY_EN)
    assert desk.runs(FIRST).run["state"] == "completed"
    assert "There is no ledger in Prefect of this night (RuntimeError)" in caplog.text


def test_the_report_and_the_figures_of_a_night_are_where_the_configuration_says(desk):
    desk.night |= {"report": f"{desk.root}/{{date}}.html", "metrics_file": f"{desk.root}/night.prom"}
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    summary = desk.runs(FIRST)
    page = desk.root / "2025-03-10.html"
    assert summary.run["run_id"] in page.read_text("utf-8")
    assert page.as_uri() in artifacts()["report"]
    assert 'babelwire_night_inputs{disposition="new"} 1.0' in (desk.root / "night.prom").read_text("utf-8")


def test_a_report_that_cannot_be_written_does_not_fail_the_night(desk, caplog):
    desk.night["report"] = f"{desk.root}/gone/report.html"
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    assert desk.runs(FIRST).counts["new"] == 1
    assert "There is no report of this night" in caplog.text


@pytest.mark.parametrize(("after", "told"), [("failed", 0), ("warnings", 1)])
def test_warnings_are_told_where_the_configuration_says_so(desk, after, told):
    desk.delivers(FIRST, "a.txt", FERRY_EN)
    desk.delivers(FIRST, "empty.txt", "")
    with website({"/hook": b"ok"}) as site:
        desk.night["alerts"] = {"webhook_url": site.at("/hook"), "after": after}
        desk.runs(FIRST)
    assert [json.loads(r.body)["state"] for r in site.requests] == ["completed_with_warnings"] * told


def test_a_failed_night_is_told_with_its_counts(desk):
    desk.night["thresholds"] = {"least_inputs": 0, "fail_rejected_share": 0}
    desk.delivers(FIRST, "empty.txt", "")
    with website({"/hook": b"ok"}) as site:
        desk.night["alerts"] = {"webhook_url": site.at("/hook")}
        with pytest.raises(NightFailed):
            desk.runs(FIRST)
    (body,) = (json.loads(request.body) for request in site.requests)
    assert (body["state"], body["night"], body["counts"]["rejected"]) == ("failed", "2025-03-10", 1)
    assert body["sentences"][0].startswith("1 of 1 inputs (100%) were rejected")


def test_a_night_that_breaks_off_is_told_with_the_reason_and_in_the_figures(desk):
    LakeFolder.create(desk.lake)
    (desk.root / "echo" / ".keep").unlink()
    (desk.root / "echo").rmdir()
    with website({"/hook": b"ok"}) as site:
        desk.night |= {"alerts": {"webhook_url": site.at("/hook")}, "metrics_file": f"{desk.root}/night.prom"}
        with pytest.raises(BabelwireError, match="None of the sources"):
            desk.runs(FIRST)
    (body,) = (json.loads(request.body) for request in site.requests)
    assert (body["state"], body["run"], body["counts"]) == ("failed", None, None)
    assert body["sentences"][0].startswith("None of the sources has anything to take in.")
    assert 'babelwire_night_state{state="failed"} 1.0' in (desk.root / "night.prom").read_text("utf-8")


def test_the_address_of_the_webhook_can_lie_in_a_secret_of_prefect(desk):
    desk.delivers(FIRST, "empty.txt", "")
    with website({"/hook": b"ok"}) as site:
        Secret(value=site.at("/hook")).save("night-hook", overwrite=True)
        desk.night["alerts"] = {"webhook_secret_block": "night-hook", "after": "warnings"}
        desk.runs(FIRST)
    assert site.asked == ["/hook"]
