"""A scheduled night through the services of docker-compose.yml, as processes of this machine."""

import datetime as dt
import json
import shutil
import urllib.error
import urllib.request

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate, WorkPoolUpdate
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from babelwire.lake import Lake
from database import programs
from deployment.stack import Stack, database, wait_until
from newsdesk import FERRY_EN, FERRY_IT, LIBRARY_EN

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is missing. Run: sh scripts/install-postgresql.sh"),
    pytest.mark.skipif(not shutil.which("lt-proc"), reason="Apertium is missing. Run: sh scripts/install-engine.sh"),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Stack(tmp_path_factory.mktemp("stack"))
    with database(stack):
        try:
            stack.start("server")
            done = stack.run("setup")
            assert done.returncode == 0, done.stdout + done.stderr
            stack.start("worker")
            yield stack
        finally:
            stack.end()


@pytest.fixture
def client(stack):
    api, auth = (stack.environment("worker")[name] for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING"))
    with (
        temporary_settings({PREFECT_API_URL: api, PREFECT_API_AUTH_STRING: auth}),
        get_client(sync_client=True) as client,
    ):
        yield client


def asked(address, *, data=None):
    """Status and beginning of what a server answers to somebody without a password."""
    request = urllib.request.Request(address, data=data, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read(200)
    except urllib.error.HTTPError as error:
        return error.code, b""


def scheduled(client):
    """The first run of a schedule that is set on the deployment of the night, as soon as the worker takes it."""
    deployment = client.read_deployment_by_name("nightly/nightly")
    earlier = {run.id for run in client.read_flow_runs()}
    # A minute later again, in case that the scheduler of a busy machine comes too late for the first.
    soon = IntervalSchedule(
        interval=dt.timedelta(minutes=1), anchor_date=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=12)
    )
    (schedule,) = client.create_deployment_schedules(deployment.id, [(soon, True)])
    # The scheduler looks at a deployment that was changed within seconds, at others every minute.
    client.update_deployment(deployment.id, DeploymentUpdate(description=deployment.description))

    def taken():
        return [run for run in client.read_flow_runs() if run.id not in earlier and run.state.name != "Scheduled"]

    wait_until(taken, "the worker takes the scheduled run")
    run = min(taken(), key=lambda run: run.expected_start_time)
    client.delete_deployment_schedule(deployment.id, schedule.id)
    return run


def ended(client, run, stack):
    def final():
        return client.read_flow_run(run.id).state.is_final()

    wait_until(final, f"{run.name} ends\n{stack.log('worker')}")
    return client.read_flow_run(run.id)


def test_nobody_without_the_password_gets_more_than_the_health_of_the_server(stack):
    api = stack.environment("worker")["PREFECT_API_URL"]
    assert asked(f"{api}/health") == (200, b"true")
    assert asked(f"{api}/deployments/filter", data=b"{}")[0] == 401
    status, page = asked(api.removesuffix("/api") + "/")
    assert (status, page.lower()[:15]) == (200, b"<!doctype html>")


def test_setting_up_again_changes_nothing_not_even_what_somebody_paused(stack, client):
    before = {each.name: each.id for each in client.read_deployments()}
    assert before.keys() == {"nightly", "backfill"}
    client.update_work_pool("babelwire", WorkPoolUpdate(is_paused=True))
    done = stack.run("setup")
    assert done.returncode == 0, done.stdout + done.stderr
    (pool,) = client.read_work_pools()
    assert (pool.name, pool.is_paused) == ("babelwire", True)
    assert {each.name: each.id for each in client.read_deployments()} == before
    (schedule,) = client.read_deployment_by_name("nightly/nightly").schedules
    assert (schedule.schedule.cron, schedule.schedule.timezone, schedule.active) == ("0 4 * * *", "Europe/Rome", True)
    client.update_work_pool("babelwire", WorkPoolUpdate(is_paused=False))


def test_a_scheduled_night_takes_the_articles_in_although_libretranslate_is_not_there_yet(stack, client):
    for name, text in (("a.txt", FERRY_EN), ("b.txt", FERRY_IT), ("c.txt", LIBRARY_EN), ("empty.txt", "")):
        (stack.srv / "in" / name).write_text(text, "utf-8")
    run = ended(client, scheduled(client), stack)
    assert (run.state.name, run.state.message) == ("CompletedWithWarnings", "3 new, 1 rejected")
    articles = Lake(stack.srv / "lake").articles()
    engines = dict(zip(articles["language"], articles["translation_engine"], strict=False))
    assert engines["it"].startswith("apertium ")
    assert (stack.folder / "memory" / "translations.db").stat().st_size > 0
    assert stack.is_well("worker")


def test_after_a_loss_of_power_in_the_middle_of_a_night_the_next_one_goes_on_where_it_stopped(stack, client):
    night = stack.srv / "configs" / "nightly.yaml"
    night.write_text(night.read_text("utf-8") + yaml.safe_dump({"batch_size": 1, "jobs": 1}), "utf-8")
    for number in range(24):
        text = FERRY_EN.replace("140 passengers", f"{140 + number} passengers").replace("nine", str(10 + number))
        (stack.srv / "in" / f"more-{number}.txt").write_text(text, "utf-8")
    lake = Lake(stack.srv / "lake")
    published = len(lake.runs())
    deployment = client.read_deployment_by_name("nightly/nightly")
    lost = client.create_flow_run_from_deployment(deployment.id)
    wait_until(lambda: len(list((stack.srv / "lake" / "_work").glob("*/batch-*"))) > 2, "three batches are finished")
    stack.kill("worker")
    stack.kill("server")
    lost_at = dt.datetime.now(dt.UTC)
    assert len(lake.runs()) == published

    five_minutes_pass(stack)
    stack.start("server")
    stack.start("worker")
    assert client.read_flow_run(lost.id).state.name == "Running"
    run = ended(client, client.create_flow_run_from_deployment(deployment.id), stack)
    assert (run.state.name, run.state.message) == ("Completed", "24 new, 4 unchanged")
    assert len(lake.runs()) == published + 1
    assert lake.runs()["started_at"].max() < lost_at


def five_minutes_pass(stack):
    """Lets the slot of the night lapse, as it does by itself when nobody renews it."""
    folder = stack.folder / "var" / "lib" / "prefect" / "concurrency_leases"
    (lease,) = (each for each in folder.glob("*.json") if each.name != "expirations.json")
    now = dt.datetime.now(dt.UTC).isoformat()
    lease.write_text(json.dumps(json.loads(lease.read_text()) | {"expiration": now}))
    (folder / "expirations.json").write_text(json.dumps({lease.stem: now}))
