"""prefect.yaml as Prefect reads it, deploys it and runs it."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from prefect.cli.deploy._models import PrefectYamlModel
from prefect.client.orchestration import get_client
from prefect.flows import load_flow_from_entrypoint

from babelwire.lake import Lake
from newsdesk import FERRY_EN

ROOT = Path(__file__).parents[2]
PREFECT = Path(sys.executable).with_name("prefect")


def deployments():
    read = PrefectYamlModel.model_validate(yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8")))
    return {each.name: each for each in read.deployments}


def test_the_deployments_are_these():
    night, backfill = deployments()["nightly"], deployments()["backfill"]
    (schedule,) = night.schedules
    assert (schedule.cron, schedule.timezone) == ("0 4 * * *", "Europe/Rome")
    assert backfill.schedules is None
    for each in (night, backfill):
        assert (each.concurrency_limit.limit, each.concurrency_limit.collision_strategy) == (1, "ENQUEUE")
        assert each.work_pool.name == "babelwire"


@pytest.mark.parametrize("name", ["nightly", "backfill"])
def test_each_deployment_names_a_flow_and_parameters_that_it_has(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    deployed = deployments()[name]
    flow = load_flow_from_entrypoint(deployed.entrypoint)
    assert flow.name == name
    assert deployed.parameters.keys() <= flow.parameters.properties.keys()


@pytest.mark.long
def test_a_worker_runs_the_night_of_the_deployment_and_its_end_is_seen_on_the_server(served, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(FERRY_EN, encoding="utf-8")
    (tmp_path / "in" / "empty.txt").write_text("")
    sources = [{"name": "inbox", "paths": [str(tmp_path / "in")]}]
    night = {"lake": str(tmp_path / "lake"), "sources": sources}
    how = {"jobs": 1, "translation": {"engine": "none"}, "stories": {"encoder": "none"}, "nightly": night}
    (tmp_path / "night.yaml").write_text(yaml.safe_dump(how))
    path = f"{PREFECT.parent}{os.pathsep}{served['PATH']}"
    environment = {**served, "PATH": path, "PREFECT_HOME": str(tmp_path / "prefect")}

    def does(*command, folder):
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=200, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    does("sh", ROOT / "scripts" / "deploy.sh", folder=tmp_path)
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("nightly/nightly")
        assert [str(each.schedule.timezone) for each in deployment.schedules] == ["Europe/Rome"]
        parameters = {"config": str(tmp_path / "night.yaml")}
        begun = client.create_flow_run_from_deployment(deployment.id, parameters=parameters)
    worker = ("worker", "start", "--pool", "babelwire", "--type", "process", "--run-once", "--prefetch-seconds", "5")
    does(PREFECT, *worker, folder=tmp_path)
    with get_client(sync_client=True) as client:
        ended = client.read_flow_run(begun.id)
    assert (ended.state.name, ended.state.message) == ("CompletedWithWarnings", "1 new, 1 rejected")
    (run,) = Lake(tmp_path / "lake").runs().to_dict("records")
    scheduled = ended.expected_start_time.astimezone()
    assert abs(run["logical_date"] - scheduled.date()) <= timedelta(days=1)
    assert json.dumps(parameters) == json.dumps(ended.parameters)
