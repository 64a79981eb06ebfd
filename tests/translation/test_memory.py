"""What translations are remembered, in SQLite and in PostgreSQL."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

import database
from babelwire.errors import UsageError
from babelwire.translation import Translated
from babelwire.translation.memory import Maker, Memory, default_file, prune

MAKER = Maker("parrot", "1", "0.1 abc", "it", "en")
DAY = 86_400


@pytest.fixture(scope="module")
def postgresql():
    if database.programs() is None:
        pytest.skip("PostgreSQL is not installed; sh scripts/install-postgresql.sh installs it, with root")
    with database.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Of an empty memory."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/memory.sqlite"
    address = request.getfixturevalue("postgresql")
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS segments"))
    engine.dispose()
    return address


def test_what_was_put_is_there_in_the_next_process(url):
    Memory(url).put(MAKER, {"uno": Translated("one", 2), "è «due»": Translated("is two")})
    assert Memory(url).get(MAKER, ["è «due»", "tre", "uno"]) == {
        "uno": Translated("one", 2),
        "è «due»": Translated("is two"),
    }


@pytest.mark.parametrize(
    "other",
    [
        Maker("crow", "1", "0.1 abc", "it", "en"),
        Maker("parrot", "2", "0.1 abc", "it", "en"),
        Maker("parrot", "1", "0.1 abd", "it", "en"),
        Maker("parrot", "1", "0.1 abc", "fr", "en"),
        Maker("parrot", "1", "0.1 abc", "it", "de"),
    ],
)
def test_another_engine_version_glossary_or_pair_remembers_nothing(url, other):
    memory = Memory(url)
    memory.put(MAKER, {"uno": Translated("one")})
    assert memory.get(other, ["uno"]) == {}


def test_thousands_of_segments_go_in_and_out_at_once(url):
    memory = Memory(url)
    answers = {f"frase {i}": Translated(f"sentence {i}") for i in range(1_234)}
    memory.put(MAKER, answers)
    assert memory.get(MAKER, list(answers)) == answers


def test_the_first_answer_stays(url):
    memory = Memory(url)
    memory.put(MAKER, {"uno": Translated("one")})
    memory.put(MAKER, {"uno": Translated("an other"), "due": Translated("two")})
    assert memory.get(MAKER, ["uno", "due"]) == {"uno": Translated("one"), "due": Translated("two")}


def test_none_remembers_nothing_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    memory = Memory("none")
    memory.put(MAKER, {"uno": Translated("one")})
    assert memory.get(MAKER, ["uno"]) == {}
    assert list(tmp_path.iterdir()) == []


def test_without_an_address_it_lies_in_the_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    Memory("").put(MAKER, {"uno": Translated("one")})
    assert default_file() == tmp_path / "babelwire" / "translations.sqlite"
    assert default_file().is_file()


@pytest.mark.parametrize("kind", ["no folder", "no database", "other database", "no address", "no driver"])
def test_a_memory_that_cannot_be_opened_is_one_warning(tmp_path, caplog, kind):
    (tmp_path / "text.sqlite").write_text("not a database, and long enough to be taken for one " * 20)
    address = {
        "no folder": f"sqlite:///{tmp_path}/there/is/none.sqlite",
        "no database": f"sqlite:///{tmp_path}/text.sqlite",
        "other database": "mssql+pyodbc://server/base",
        "no address": "nonsense",
        "no driver": "postgresql+nodriver://server/base",
    }[kind]
    memory = Memory(address)
    for _ in range(2):
        memory.put(MAKER, {"uno": Translated("one")})
        assert memory.get(MAKER, ["uno"]) == {}
    assert caplog.text.count("goes on without it") == 1


def test_a_locked_memory_is_a_warning_that_quotes_no_text(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("babelwire.translation.memory._BUSY_SECONDS", 0.05)
    memory = Memory(f"sqlite:///{tmp_path}/memory.sqlite")
    memory.put(MAKER, {"uno": Translated("one")})
    with sqlite3.connect(tmp_path / "memory.sqlite") as holder:
        holder.execute("BEGIN EXCLUSIVE")
        memory.put(MAKER, {"confidenziale": Translated("confidential")})
        holder.rollback()
    assert "locked" in caplog.text
    assert "confiden" not in caplog.text


def test_pruning_deletes_what_was_not_used_for_so_long(url):
    now = [1_000 * DAY]
    memory = Memory(url, clock=lambda: now[0])
    memory.put(MAKER, {"vecchio": Translated("old"), "usato": Translated("used")})
    now[0] += 20 * DAY
    memory.get(MAKER, ["usato"])
    now[0] += 20 * DAY
    memory.put(MAKER, {"nuovo": Translated("new")})
    assert prune(url, 30, clock=lambda: now[0]) == 1
    assert set(memory.get(MAKER, ["vecchio", "usato", "nuovo"])) == {"usato", "nuovo"}


def test_pruning_where_there_is_nothing_is_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert (prune("none", 30), prune("", 30)) == (0, 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["sqlite:////dev/null/none.sqlite", "nonsense", "mysql://server/base"])
def test_pruning_a_memory_that_cannot_be_opened_says_so(address):
    with pytest.raises(UsageError, match=r"translation\.memory"):
        prune(address, 30)


def _store(url: str, number: int) -> None:
    memory = Memory(url)
    for start in range(0, 200, 20):
        memory.put(MAKER, {f"comune {i}": Translated(f"common {i}") for i in range(start, start + 20)})
        memory.put(MAKER, {f"proprio {number} {start}": Translated("own")})
    assert memory._usable


def test_processes_share_it(url):
    store = "import runpy, sys; runpy.run_path(sys.argv[1])['_store'](sys.argv[2], int(sys.argv[3]))"
    commands = [[sys.executable, "-c", store, __file__, url, str(n)] for n in range(6)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    processes = [subprocess.Popen(command, env=environment) for command in commands]
    assert [process.wait(60) for process in processes] == [0] * 6
    asked = [f"comune {i}" for i in range(200)] + [f"proprio {n} {i}" for n in range(6) for i in range(0, 200, 20)]
    assert len(Memory(url).get(MAKER, asked)) == 260
