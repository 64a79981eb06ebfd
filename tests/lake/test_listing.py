"""What readers see of a run while its files are moved into place: all of it or nothing, after each single step."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from babelwire.article import ARTICLES, RUNS, TABLES
from babelwire.errors import BabelwireError
from babelwire.frames import records
from babelwire.lake import Lake, LakeFolder
from babelwire.lake import journal as journal_module
from babelwire.lake.files import write_json
from babelwire.lake.journal import pending, recover
from babelwire.lake.keeping.exchange import exchange
from babelwire.lake.listing import files, generation, readable
from babelwire.lake.window import Window
from newsdesk import FERRY_EN, FERRY_EN_EDITED, FERRY_IT, LIBRARY_EN, page
from newsroom import Newsroom

ADDRESS = "https://example.org/ferry"


def die(*_):
    raise KeyboardInterrupt


def said_by(lake):
    """Answers from all tables."""
    answers = {name: records(getattr(lake, name)()) for name in TABLES if name != "articles"}
    answers["articles"] = records(lake.articles(current=False, order="newest"))
    ids = {row["article_id"] for row in answers["articles"]}
    return answers | {
        "spring": records(lake.articles(since="2025-03", until="2025-06")),
        "named": records(lake.articles(entity="Ruggero Altavilla")),
        "fingerprints": records(lake.fingerprints(ids)),
    }


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """A lake before and after a run, and with that run committed and none of its files moved.

    The run takes in a translation, and a new revision of an article that its publisher has given another month.
    """
    folder = tmp_path_factory.mktemp("night")
    room = Newsroom(folder)
    headline, text, again = ("\n".join(FERRY_EN.splitlines()[:1]), FERRY_EN[60:], FERRY_EN_EDITED[60:])
    room.write("a.json", page(headline, text, url=ADDRESS, published="2025-03-03T10:00:00Z"))
    room.write("b.txt", LIBRARY_EN.replace("March", "January"))
    room.ingest()
    shutil.copytree(room.root, folder / "before")
    when = "2025-05-20T10:00:00Z"
    room.write("c.json", page(headline, again, url=ADDRESS, published=when, modified=when))
    room.write("d.txt", FERRY_IT)
    with pytest.MonkeyPatch.context() as ended:
        ended.setattr(journal_module, "_apply", die)
        with pytest.raises(KeyboardInterrupt):
            room.ingest()
    shutil.copytree(room.root, folder / "after")
    recover(LakeFolder.open(folder / "after"))
    return folder


@pytest.fixture
def committed(night, tmp_path):
    # Files are replaced as a whole and never written into, so that the copies can share them.
    shutil.copytree(night / "lake", tmp_path / "lake", copy_function=os.link)
    return LakeFolder.open(tmp_path / "lake")


def steps_of(lake):
    (plan,) = pending(lake)
    return len(plan.moves) + len(plan.removals)


def apply(lake, steps, monkeypatch):
    """Goes so many steps of the journal and is ended then."""
    gone, move, unlink = [], journal_module.move, Path.unlink

    def counted(do):
        def step(*args, **kwargs):
            if len(gone) == steps:
                raise KeyboardInterrupt
            gone.append(args)
            do(*args, **kwargs)

        return step

    with monkeypatch.context() as ended:
        ended.setattr(journal_module, "move", counted(move))
        ended.setattr(Path, "unlink", counted(unlink))
        with pytest.raises(KeyboardInterrupt):
            recover(lake)


def test_the_run_adds_rewrites_and_removes_files(committed):
    (plan,) = pending(committed)
    there = [destination.exists() for _, destination in plan.moves]
    assert any(there)
    assert not all(there)
    assert plan.removals
    assert all(path.exists() for path in plan.removals)


def test_after_each_step_of_publishing_all_tables_are_as_after_the_run(night, committed, monkeypatch):
    expected = said_by(Lake(night / "after"))
    assert expected != said_by(Lake(night / "before"))
    assert generation(committed) != generation(LakeFolder.open(night / "before"))
    runs = generation(committed)
    steps = steps_of(committed)
    assert steps > 10
    for done in range(steps + 1):
        # Each try goes one step further than the one before.
        if done:
            apply(committed, 1, monkeypatch)
        assert len(pending(committed)) == 1
        assert said_by(Lake(committed.root)) == expected, f"after {done} steps"
        assert generation(committed) == runs
    assert recover(committed)
    assert said_by(Lake(committed.root)) == expected
    assert generation(committed) == runs


def test_before_the_journal_is_written_all_tables_are_as_before_the_run(night, committed):
    (journal,) = committed.work.glob("*/publish/journal.json")
    journal.rename(journal.with_name(".journal.json.1"))
    assert said_by(Lake(committed.root)) == said_by(Lake(night / "before"))


def test_a_month_has_the_waiting_files_of_that_month_only(committed):
    of_may = readable(committed, ARTICLES, Window.of("2025-05", "2025-06"))
    assert [file.month for file in of_may] == ["month=2025-05"]
    assert "_work" in of_may[0].lies
    assert Path(of_may[0].belongs).parent == committed.table(ARTICLES) / "month=2025-05"
    assert readable(committed, ARTICLES, Window.of("2025-06", None)) == []


def test_of_a_lake_at_rest_readers_and_writers_list_the_same(night):
    lake = LakeFolder.open(night / "after")
    for table in TABLES.values():
        listed = readable(lake, table)
        assert [file.lies for file in listed] == [file.belongs for file in listed] == list(map(str, files(lake, table)))


def test_files_come_in_the_order_of_months_and_names_and_those_being_written_do_not_count(tmp_path):
    lake = LakeFolder.create(tmp_path / "lake")
    wanted = [
        "month=0987-12/b.parquet",
        "month=2024-11/a.parquet",
        "month=2024-11/b.parquet",
        "month=2025-02/a.parquet",
    ]
    others = ["month=2025-02/.a.parquet.17", "month=2025-02/notes.txt", "month=2025-02/.c.parquet", "other/a.parquet"]
    for name in (*reversed(wanted), *others, "month=2025-01/deeper/a.parquet"):
        path = lake.table(ARTICLES) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (lake.table(ARTICLES) / "month=2025-03").touch()
    found = [path.relative_to(lake.table(ARTICLES)).as_posix() for path in files(lake, ARTICLES)]
    assert found == ["month=0000-00/empty.parquet", *wanted]
    # A journal adds to them, and the order stays.
    added = ["month=0999-01/a.parquet", "month=2024-11/aa.parquet", "month=2025-04/a.parquet"]
    moves = [(f"_work/run/publish/{i}.parquet", f"articles/{name}") for i, name in enumerate(added)]
    write_json(lake.work / "run" / "publish" / "journal.json", {"moves": moves, "removals": [f"articles/{wanted[-1]}"]})
    found = [Path(file.belongs).relative_to(lake.table(ARTICLES)).as_posix() for file in readable(lake, ARTICLES)]
    assert found == ["month=0000-00/empty.parquet", *sorted({*wanted[:-1], *added})]


def test_a_table_that_is_not_there_has_no_files(tmp_path):
    lake = LakeFolder.create(tmp_path / "lake")
    shutil.rmtree(lake.table(RUNS))
    shutil.rmtree(lake.table(ARTICLES))
    assert files(lake, RUNS) == files(lake, ARTICLES) == []


def test_a_folder_that_is_exchanged_while_it_is_listed_is_not_taken_for_whole(committed, monkeypatch):
    month, merged = committed.table(ARTICLES) / "month=2025-03", committed.root / "_work" / "merged"
    shutil.copytree(month, merged)
    real = os.scandir

    def exchanged(path):
        found = real(path)
        if Path(path) == month:
            assert exchange(merged, month)
            monkeypatch.undo()
            shutil.rmtree(merged)
        return found

    monkeypatch.setattr(os, "scandir", exchanged)
    with pytest.raises(FileNotFoundError):
        readable(committed, ARTICLES)


@pytest.fixture
def somebody_else(night):
    """A copy of the lake, and a user who is neither its owner nor root."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shutil.copytree(night / "lake", Path(folder) / "lake")
        yield LakeFolder.open(Path(folder) / "lake")
        if os.getuid() == 0:
            os.seteuid(0)


@pytest.mark.parametrize(
    ("shut", "said"),
    [
        ("_work/*/publish/journal.json", r"journal\.json of the lake may not be read by this user"),
        ("_work", r"_work of the lake may not be read by this user"),
        ("articles/month=2025-03", r"month=2025-03 of the lake may not be read by this user"),
        ("_work/*/publish/*.parquet", r"\.parquet of the lake may not be read by this user"),
        ("articles/month=2025-01/*.parquet", r"\.parquet of the lake may not be read by this user"),
    ],
)
def test_what_may_not_be_read_is_named_with_the_remedy(somebody_else, shut, said):
    lake = Lake(somebody_else.root)
    assert len(lake.articles()) == 3
    for path in somebody_else.root.glob(shut):
        path.chmod(0)
    if os.getuid() == 0:
        os.seteuid(65534)
    with pytest.raises(BabelwireError, match=rf"{said}.*Give it the right to read\."):
        lake.articles()
