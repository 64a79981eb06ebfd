"""What fails around a night while it works: each night ends as docs/operations.md says, and nothing is lost."""

import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import yaml

from babelwire.lake import Lake
from babelwire.workers import workers
from newsdesk import FERRY_EN, LIBRARY_EN
from pipelines.nightly import run
from tests.pipelines.translator import article

FIRST, SECOND = date(2025, 3, 10), date(2025, 3, 11)


@pytest.fixture(scope="module", autouse=True)
def standing_by(prefect_server):
    """One worker process for all nights of this file: loading the models takes longer than they do."""
    with workers(1):
        yield


@pytest.fixture
def night(tmp_path):
    """Runs a night over the folder `in`, with a translator where a port is given."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    source = {"name": "inbox", "paths": [str(inbox)]}

    def run_night(day, port=None, **settings):
        server = {"engine": "libretranslate", "attempts": 1, "libretranslate": {"url": f"http://127.0.0.1:{port}"}}
        how = {
            "jobs": 1,
            "batch_size": 2,
            "translation": {"memory": "none", **(server if port else {"engine": "none"})},
            "stories": {"encoder": "none"},
            "nightly": {"lake": str(tmp_path / "lake"), "sources": [source]},
            **settings,
        }
        (tmp_path / "night.yaml").write_text(yaml.safe_dump(how))
        return run(tmp_path / "night.yaml", day).run

    return run_night


@contextmanager
def translator(port=0, *until):
    """A server that is killed when it is asked for the number, else afterwards; gives its process and its port."""
    command = [sys.executable, Path(__file__).with_name("translator.py"), str(port), *map(str, until)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server, int(server.stdout.readline())
        finally:
            server.kill()


def test_articles_wait_when_the_translator_is_killed_and_the_next_night_finishes_them(night, tmp_path):
    for number in range(101, 109):
        (tmp_path / "in" / f"{number}.txt").write_text(article(number), encoding="utf-8")
    with translator(0, 105) as (server, port):
        first = night(FIRST, port)
        assert server.wait(60) == -signal.SIGKILL
    assert (first["inputs"], first["new"], first["pending"], first["rejected"]) == (8, 4, 4, 0)
    assert first["state"] == "completed_with_warnings"
    (sentence,) = first["warnings"]
    assert sentence == "4 of 8 articles (50%) wait for their translation. The next run with an engine finishes them."
    before = Lake(tmp_path / "lake").articles().set_index("article_id")
    assert before["translation_status"].value_counts().to_dict() == {"translated": 4, "pending": 4}
    assert before["text"].str.contains("Il sindaco").all()

    with translator(port):
        second = night(SECOND, port)
    assert (second["new"], second["unchanged"], second["pending"], second["state"]) == (4, 4, 0, "completed")
    after = Lake(tmp_path / "lake").articles().set_index("article_id")
    assert sorted(after.index) == sorted(before.index)
    assert set(after["translation_status"]) == {"translated"}
    assert after["text_en"].str.contains("The mayor thanked the volunteers").all()


def test_a_document_that_bursts_the_memory_of_its_parser_is_rejected_and_the_others_are_taken(night, tmp_path):
    (tmp_path / "in" / "a.txt").write_text(FERRY_EN)
    (tmp_path / "in" / "b.json").write_text('{"articleBody": "x", "data": [' + ",".join(["[]"] * 1_500_000) + "]}")
    (tmp_path / "in" / "c.txt").write_text(LIBRARY_EN)
    done = night(FIRST, reading={"max_memory_bytes": 50_000_000})
    assert (done["new"], done["rejected"], done["state"]) == (2, 1, "completed_with_warnings")
    inputs = Lake(tmp_path / "lake").inputs().set_index("disposition")
    assert inputs.loc["rejected", "reason_code"] == "too_much_memory"
    assert inputs.loc["rejected", "uri"].endswith("/b.json")
    assert len(Lake(tmp_path / "lake").articles()) == 2
