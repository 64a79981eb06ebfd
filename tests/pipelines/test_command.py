"""The command line as an operator, an archivist and an analyst meet it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from prefect.client.orchestration import get_client

from babelwire.lake import Lake, LakeFolder
from babelwire.lake.lock import hold
from newsdesk import FERRY_EN, FERRY_EN_EDITED, FERRY_IT, LIBRARY_EN, ORCHARD_FR
from terminal import on_a_terminal

BABELWIRE = Path(sys.executable).with_name("babelwire")
ALONE = ("--engine", "none", "--jobs", "1")


@pytest.fixture(scope="module")
def inbox(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inbox")
    for name, text in {"a.txt": FERRY_EN, "b.txt": FERRY_EN_EDITED, "c.txt": FERRY_IT, "d.txt": LIBRARY_EN}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "empty.txt").write_text("")
    return folder


@pytest.fixture(scope="module")
def lake(inbox, environment, tmp_path_factory):
    """The lake of one ordinary run."""
    where = tmp_path_factory.mktemp("lakes") / "lake"
    command = [BABELWIRE, "ingest", inbox, "--lake", where, *ALONE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5 inputs: 3 new, 1 pending, 1 rejected.\n")
    assert "database is locked" not in done.stderr
    assert "telemetry" not in done.stderr
    return where


def test_help_needs_no_heavy_library():
    heavy = "{'pandas', 'spacy', 'prefect', 'pyarrow', 'numpy', 'trafilatura'}"
    code = f"import sys, babelwire.cli; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


@pytest.mark.parametrize(
    "command",
    [
        "ingest",
        "backfill",
        "translate",
        "detect",
        "entities",
        "articles",
        "stories",
        "story",
        "explain",
        "show",
        "rejects",
        "runs",
        "doctor",
    ],
)
def test_every_command_explains_itself_and_has_json(babelwire, command):
    shown = babelwire(command, "--help", COLUMNS="100", NO_COLOR="1")
    assert shown.returncode == 0
    assert "--json" in shown.stdout


def test_running_again_gives_a_json_line_and_changes_no_byte(babelwire, inbox, lake, served):
    before = {p: p.read_bytes() for t in ("articles", "entities", "stories") for p in (lake / t).rglob("*.parquet")}
    done = babelwire("ingest", inbox, "--lake", lake, "--json", *ALONE, **served)
    assert done.returncode == 0
    run = json.loads(done.stdout)
    assert (run["inputs"], run["unchanged"], run["pending"]) == (5, 4, 1)
    assert {p: p.read_bytes() for p in before} == before


def test_strict_tells_by_its_exit_status_that_something_is_not_done(babelwire, served, inbox, tmp_path):
    one = tmp_path / "one"
    one.mkdir()
    shutil.copy(inbox / "empty.txt", one)
    done = babelwire("ingest", one, "--lake", tmp_path / "lake", "--strict", *ALONE, **served)
    assert done.returncode == 3
    assert "1 rejected" in done.stdout
    assert pd.read_parquet(tmp_path / "lake" / "articles").empty


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ingest", "no/such/folder", "--lake", "lake"], "There is no file or folder no/such/folder"),
        (["ingest", ".", "--lake", "notes.txt"], "is a file. Give --lake a folder"),
        (["ingest", ".", "--lake", "."], "is not a lake: it holds"),
        (["ingest", ".", "--lake", "lake", "--config", "wrong.yaml"], "there is no key `translation.engin`"),
        (["ingest", ".", "--lake", "lake", "--config", "missing.yaml"], "There is no configuration file"),
        (["ingest", ".", "--lake", "lake", "--engine", "babelfish"], "babelfish"),
        (["articles", "--lake", "nowhere"], "There is no lake at"),
        (["show", "abc", "--lake", "nowhere"], "There is no lake at"),
        (["story", "abc", "--lake", "nowhere"], "There is no lake at"),
        (["explain", "abc", "def", "--lake", "nowhere"], "There is no lake at"),
        (["stories", "--entity", "Nobody", "--lake", "nowhere"], "There is no lake at"),
        (["entities", "--lake", "nowhere"], "There is no lake at"),
        (["entities", "--lake", "nowhere", "--type", "TOWN"], "There is no type TOWN. The types are PERSON, ORG"),
        (["entities", "notes.txt", "--lake", "nowhere"], "Give either a text (notes.txt) or a lake (nowhere)"),
        (["entities", "--type", "PERSON"], "Give --lake DIR too"),
        (["detect", "nowhere.txt"], "There is no file nowhere.txt"),
    ],
)
def test_a_wrong_command_is_a_sentence_and_status_2(babelwire, tmp_path, arguments, said):
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "wrong.yaml").write_text("translation: {engin: apertium}\n")
    done = babelwire(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_second_run_of_the_same_plan_is_told_who_is_at_it(babelwire, inbox, lake, served):
    first = subprocess.Popen(
        [BABELWIRE, "ingest", inbox, "--lake", lake, *ALONE], env=served, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 120
        while not list((lake / "_work").glob(".*.holder")) and time.monotonic() < deadline:
            time.sleep(0.02)
        first.send_signal(signal.SIGSTOP)
        second = babelwire("ingest", inbox, "--lake", lake, *ALONE, **served)
    finally:
        first.send_signal(signal.SIGCONT)
        first.wait(timeout=120)
    assert second.returncode == 1
    assert f"process {first.pid}" in second.stderr
    assert "Wait until it ends" in second.stderr


def test_a_run_that_is_killed_loses_nothing(babelwire, environment, served, tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for i in range(12):
        (inbox / f"{i:02}.txt").write_text(LIBRARY_EN.replace("Hollowmere", f"Hollow{i}mere"), encoding="utf-8")
    config = tmp_path / "small.yaml"
    config.write_text("batch_size: 2\njobs: 1\ntranslation: {engine: none}\nstories: {encoder: none}\n")
    where = tmp_path / "lake"
    command = [BABELWIRE, "ingest", inbox, "--lake", where, "--config", config]
    run = subprocess.Popen(command, env={**environment, "BABELWIRE_TEST": str(tmp_path)}, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(where.glob("_work/*/batch-*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.02)
    run.kill()
    run.wait()
    while processes_with(str(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_with(str(tmp_path)) == []
    assert Lake(where).articles().empty
    kept = len(list(where.glob("_work/*/batch-*.parquet")))
    assert kept

    done = babelwire("ingest", inbox, "--lake", where, "--config", config, **served)
    assert f"{kept} finished batches are kept" in done.stderr
    assert done.stdout.startswith("12 inputs: 12 new.")
    assert len(Lake(where).articles()) == 12
    assert list((where / "_work").glob("*/")) == []


def test_ctrl_c_says_how_to_go_on(inbox, served, tmp_path):
    command = [BABELWIRE, "ingest", inbox, "--lake", tmp_path / "lake", *ALONE]
    # A shell that starts the tests in the background has its children ignore Ctrl-C.
    heedful = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    )
    command = [sys.executable, "-c", heedful, *command]
    run = subprocess.Popen(command, env=served, stderr=subprocess.PIPE, text=True)
    while not list((tmp_path / "lake").glob("_work/*/plan.json")) and run.poll() is None:
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert said.endswith("babelwire: Stopped. Finished batches are kept: run the same command again to go on.\n")
    assert "Traceback" not in said


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk can only be mounted by root")
def test_a_full_disk_stops_the_run_with_a_sentence_and_publishes_nothing(babelwire, served, inbox, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False).returncode:
        pytest.skip("this machine does not let root mount a disk")
    try:
        where = disk / "lake"
        LakeFolder.create(where)
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        (disk / "ballast").write_bytes(b"x" * (free - 48_000))
        done = babelwire("ingest", inbox, "--lake", where, *ALONE, **served)
        assert done.returncode == 1
        assert "there is no space left on the disk" in done.stderr
        assert Lake(where).articles().empty
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        again = babelwire("ingest", inbox, "--lake", where, *ALONE, **served)
        assert again.stdout.startswith("5 inputs: 3 new, 1 pending, 1 rejected.")
    finally:
        subprocess.run(["umount", disk], check=True)


def test_lists_for_people_and_for_programs(babelwire, lake):
    for command in ("articles", "stories", "rejects", "runs"):
        rows = [json.loads(line) for line in babelwire(command, "--lake", lake, "--json").stdout.splitlines()]
        shown = babelwire(command, "--lake", lake).stdout
        assert rows
        assert len(shown.splitlines()) > len(rows)
    why = {r["reason_code"]: r["disposition"] for r in rows_of(babelwire("rejects", "--lake", lake, "--json"))}
    assert why == {"empty": "rejected", "not_translated": "pending"}


def test_show_finds_an_article_by_the_start_of_its_id(babelwire, lake):
    row = rows_of(babelwire("articles", "--lake", lake, "--language", "en", "--json"))[0]
    shown = babelwire("show", row["article_id"][:10], "--lake", lake).stdout
    assert row["headline"] in shown
    assert row["article_id"] in shown
    assert json.loads(babelwire("show", row["article_id"], "--lake", lake, "--json").stdout)["text"] == row["text"]
    missing = babelwire("show", "zzzz", "--lake", lake)
    assert missing.returncode == 2
    assert "No article has the id zzzz" in missing.stderr


def test_a_story_of_a_run_is_told_and_explained(babelwire, lake):
    story = rows_of(babelwire("stories", "--lake", lake, "--entity", "RUGGERO ALTAVILLA", "--json"))[0]
    shown = babelwire("story", story["story_id"][:8], "--lake", lake).stdout
    assert story["headline_en"] in shown
    assert all(article[:8] in shown for article in story["article_ids"])
    told = rows_of(babelwire("explain", *story["article_ids"][:2], "--lake", lake, "--json"))[0]
    assert told["one_story"]
    assert told["compared"]["relation"] == told["evidence"][0]["relation"]


def test_show_marks_the_names_in_the_text_on_a_terminal_only(babelwire, lake, environment):
    names = {k: v for k, v in environment.items() if k != "NO_COLOR"}
    row = rows_of(babelwire("articles", "--lake", lake, "--language", "en", "--json"))[0]
    found = rows_of(babelwire("show", row["article_id"], "--lake", lake, "--json"))[0]["entities"]
    assert found
    command = [BABELWIRE, "show", row["article_id"], "--lake", lake]
    shown = on_a_terminal(command, names)
    for entity in found:
        assert all(re.search(rf"\x1b\[1;3\dm{re.escape(form)}\x1b\[0m", shown) for form in entity["surface_forms"])
    assert row["text_en"] in re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert "\x1b" not in babelwire(*command[1:]).stdout


def test_entities_of_a_lake_are_counted_over_its_articles(babelwire, lake):
    rows = rows_of(babelwire("entities", "--lake", lake, "--top", "1000", "--json"))
    table = pd.read_parquet(lake / "entities")
    assert {r["entity_id"]: (r["articles"], r["mentions"]) for r in rows} == {
        key: (group["article_id"].nunique(), group["mentions"].sum()) for key, group in table.groupby("entity_id")
    }
    assert rows == sorted(rows, key=lambda r: (-r["articles"], -r["mentions"], r["entity_id"]))
    assert rows_of(babelwire("entities", "--lake", lake, "--top", "2", "--json")) == rows[:2]
    people = rows_of(babelwire("entities", "--lake", lake, "--type", "person", "--top", "1000", "--json"))
    assert people == [r for r in rows if r["type"] == "PERSON"]
    latest = max(r["last_published_at"] for r in rows)
    after = rows_of(babelwire("entities", "--lake", lake, "--since", latest[:19], "--json"))
    assert {r["first_published_at"] for r in after} == {latest}
    shown = babelwire("entities", "--lake", lake, "--top", "3").stdout.splitlines()
    assert shown[0].split() == ["name", "type", "articles", "mentions", "first", "last", "id"]
    assert len(shown) == 4
    assert "No name is in the lake" in babelwire("entities", "--lake", lake, "--since", "2999-01-01").stdout


def test_translate_says_which_service_does_not_answer(babelwire):
    nobody = {
        "BABELWIRE_TRANSLATION__LIBRETRANSLATE__URL": "http://127.0.0.1:9",
        "BABELWIRE_TRANSLATION__ATTEMPTS": "1",
        "BABELWIRE_TRANSLATION__MEMORY": "none",
    }
    done = babelwire("translate", "--engine", "libretranslate", stdin="Piove.\n", **nobody)
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not answer" in done.stderr
    assert "unforeseen" not in done.stderr


def test_models_are_pulled_from_a_folder_only_when_they_are_whole(babelwire, tmp_path):
    (tmp_path / "empty").mkdir()
    missing = babelwire("models", "pull", "it-en", "--from", tmp_path / "empty")
    assert missing.returncode in {1, 2}
    assert str(tmp_path / "empty") in missing.stderr
    assert babelwire("models", "list").stdout.startswith("No model is in")


def test_prune_trims_the_memory_that_the_settings_name(babelwire, tmp_path):
    memory = {"BABELWIRE_TRANSLATION__MEMORY": f"sqlite:///{tmp_path}/memory.sqlite"}
    assert rows_of(babelwire("prune", "--json", **memory)) == [{"segments": 0}]


def test_detect_gives_a_line_for_a_line(babelwire):
    done = babelwire("detect", stdin=f"{FERRY_IT.splitlines()[0]}\n\n{ORCHARD_FR.splitlines()[0]}\n")
    assert [row["language"] for row in rows_of(done)] == ["it", "und", "fr"]


def test_entities_gives_a_line_for_a_line_with_offsets(babelwire):
    lines = ["Captain Ruggero Altavilla left Formia.", "", "Nothing to see."]
    rows = rows_of(babelwire("entities", stdin="\n".join(lines) + "\n"))
    assert len(rows) == 3
    names = rows[0]["entities"]
    assert {"Ruggero Altavilla"} <= {n["text"] for n in names}
    assert all(lines[0][n["start"] : n["end"]] == n["text"] for n in names)
    assert rows[1] == {"entities": []}


def test_doctor_says_what_works(babelwire):
    found = {row["what"]: row for row in rows_of(babelwire("doctor", "--json"))}
    assert found["entity model"]["state"] == "ok"
    (engine,) = (row for what, row in found.items() if what.startswith("translation engine"))
    assert engine["state"] in {"ok", "missing"}
    assert engine["state"] == "ok" or "apt-get install" in engine["remedy"]


def test_a_reader_that_goes_away_is_no_error(lake, environment):
    shell = f"set -o pipefail; {BABELWIRE} articles --lake {lake} --json | head -c 1 >/dev/null"
    done = subprocess.run(["bash", "-c", shell], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_a_prefect_server_of_the_operator_is_used(babelwire, served, tmp_path):
    (tmp_path / "a.txt").write_text(LIBRARY_EN)
    done = babelwire("ingest", tmp_path / "a.txt", "--lake", tmp_path / "lake", *ALONE, **served)
    assert done.returncode == 0
    with get_client(sync_client=True) as client:
        (newest,) = client.read_flow_runs(sort="EXPECTED_START_TIME_DESC", limit=1)
    assert (newest.state.name, newest.state.message) == ("Completed", "1 new")


def test_a_publishing_run_is_waited_for(inbox, lake, served):
    folder = LakeFolder.open(lake)
    variables = {**served, "BABELWIRE_LAKE__LOCK_TIMEOUT_SECONDS": "0"}
    with hold(folder.lock, what="the lake", timeout_seconds=0):
        command = [BABELWIRE, "ingest", inbox, "--lake", lake, *ALONE]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 1
    assert f"process {os.getpid()}" in done.stderr


def processes_with(variable):
    """The processes that have this text in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if variable.encode() in (process / "environ").read_bytes():
                found.append((process.name, (process / "cmdline").read_bytes()))
    return found


def rows_of(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
