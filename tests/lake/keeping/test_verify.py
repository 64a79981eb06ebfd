"""What is wrong with a lake is found and named; a lake in order gives no finding."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from typer.testing import CliRunner

from babelwire.article import ARTICLES, ENTITIES_TABLE, INPUTS, MATCHES, RUNS, STORIES, TABLES
from babelwire.cli import app
from babelwire.lake import LakeFolder
from babelwire.lake.files import write_table
from babelwire.lake.index import FINGERPRINTS
from babelwire.lake.keeping.unfinished import forget
from babelwire.lake.keeping.verify import verify
from babelwire.lake.publishing.work import Work
from newsdesk import FERRY_EN, FERRY_EN_EDITED, FERRY_IT, LIBRARY_EN, ORCHARD_FR
from newsroom import Newsroom


@pytest.fixture(scope="module")
def three_nights(tmp_path_factory):
    room = Newsroom(tmp_path_factory.mktemp("three nights"))
    for night in ({"a": FERRY_EN, "e": ""}, {"b": FERRY_EN_EDITED, "c": FERRY_IT, "d": FERRY_EN}, {"f": LIBRARY_EN}):
        for name, text in night.items():
            room.write(f"{name}.txt", text)
        room.ingest()
    return room.root


@pytest.fixture
def lake(three_nights, tmp_path):
    shutil.copytree(three_nights, tmp_path / "lake")
    return LakeFolder.open(tmp_path / "lake")


def codes(lake):
    return {finding.code for finding in verify(lake)}


def parts(lake, table):
    return sorted(lake.table(table).rglob("part-*.parquet"))


def rewrite(path, change):
    rows = pq.read_table(path, partitioning=None)
    write_table(path, change(rows).replace_schema_metadata(rows.schema.metadata))


def without(column, values):
    return lambda rows: rows.filter(pc.invert(pc.is_in(rows[column], pa.array(values))))


def with_value(column, value, *, at=0):
    def change(rows):
        place = rows.column_names.index(column)
        values = rows[column].to_pylist()
        values[at] = value
        return rows.set_column(place, rows.schema.field(place), pa.array(values, rows.schema.field(place).type))

    return change


def nullable(rows):
    return rows.cast(pa.schema([field.with_nullable(True) for field in rows.schema]))


def doubled(rows):
    return pa.concat_tables([rows, rows.slice(0, 1)])


def test_a_lake_of_several_nights_is_whole(lake):
    assert list(verify(lake)) == []


def test_a_new_lake_is_whole(tmp_path):
    assert list(verify(LakeFolder.create(tmp_path / "lake"))) == []


def test_looking_changes_nothing(lake):
    before = {p: p.stat().st_mtime_ns for p in lake.root.rglob("*")}
    list(verify(lake))
    assert {p: p.stat().st_mtime_ns for p in lake.root.rglob("*")} == before


@pytest.mark.parametrize("table", [ARTICLES, ENTITIES_TABLE, STORIES, MATCHES, INPUTS, RUNS, FINGERPRINTS])
def test_a_flipped_bit_is_found(lake, table):
    path = parts(lake, table)[0]
    body = bytearray(path.read_bytes())
    body[len(body) // 3] ^= 4
    path.write_bytes(body)
    found = [f for f in verify(lake) if f.code == "damaged"]
    assert len(found) == 1
    assert path.name in found[0].says


def test_a_file_that_breaks_off_is_found(lake):
    path = parts(lake, ARTICLES)[0]
    path.write_bytes(path.read_bytes()[:-100])
    assert "damaged" in codes(lake)


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (ARTICLES, {"listed_wrongly", "no_article_of_input"}),
        (STORIES, {"no_story"}),
        (MATCHES, {"no_evidence"}),
        (INPUTS, {"wrong_run_count"}),
        (RUNS, {"no_run"}),
        (FINGERPRINTS, {"no_fingerprint"}),
    ],
)
def test_a_file_that_is_gone_is_found(lake, table, found):
    path = parts(lake, table)[0]
    path.unlink()
    assert found <= codes(lake)


@pytest.mark.parametrize("table", [*TABLES.values(), FINGERPRINTS])
def test_a_file_that_is_there_twice_is_found(lake, table):
    path = parts(lake, table)[0]
    shutil.copy(path, path.with_name("part-0.parquet"))
    assert "double_key" in codes(lake)


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        (ARTICLES, doubled, "double_key"),
        (ARTICLES, with_value("story_id", "st-0000"), "no_story"),
        (ARTICLES, with_value("revision", 7), "no_revision_of_input"),
        (ARTICLES, with_value("run_id", "never"), "no_run"),
        (ARTICLES, with_value("relation", "cousin"), "wrong_value"),
        (ARTICLES, lambda rows: with_value("text", None)(nullable(rows)), "wrong_value"),
        (ARTICLES, lambda rows: rows.drop_columns(["source"]), "wrong_schema"),
        (ARTICLES, lambda rows: rows.append_column("mood", rows["source"]), "wrong_schema"),
        (ENTITIES_TABLE, with_value("article_id", "0" * 32), "no_article_of_entity"),
        (ENTITIES_TABLE, with_value("story_id", "st-0000"), "no_article_of_entity"),
        (STORIES, with_value("article_count", 9), "wrong_story_count"),
        (STORIES, with_value("lead_article_id", "0" * 32), "wrong_story_count"),
        (STORIES, with_value("article_ids", ["0" * 32]), "not_listed"),
        (STORIES, with_value("article_ids", ["0" * 32]), "listed_wrongly"),
        (MATCHES, with_value("matched_to", "0" * 32), "no_match_end"),
        (INPUTS, with_value("disposition", "unchanged"), "wrong_run_count"),
        (INPUTS, with_value("article_id", "0" * 32), "no_article_of_input"),
        (INPUTS, with_value("run_id", "never"), "no_run"),
        (INPUTS, without("disposition", ["new", "rejected"]), "wrong_run_count"),
        (RUNS, with_value("new", 5), "wrong_run_sum"),
        (FINGERPRINTS, with_value("article_id", "0" * 32), "no_article_of_fingerprint"),
    ],
)
def test_rows_that_do_not_fit_each_other_are_found(lake, table, change, found):
    path = parts(lake, table)[0]
    rewrite(path, change)
    assert found in codes(lake)


def test_rows_in_the_folder_of_another_month_are_found(lake):
    path = parts(lake, ARTICLES)[0]
    other = path.parent.with_name("month=2024-01")
    other.mkdir()
    path.rename(other / path.name)
    assert codes(lake) == {"wrong_month"}


def test_what_lies_beside_is_found(lake):
    (lake.root / "thesis.doc").write_text("x")
    (lake.table(ARTICLES) / "month=2025-03" / "copy of part.csv").write_text("x")
    (lake.table(ARTICLES) / "month=2025-03" / ".part-1.parquet.4711").write_bytes(b"PAR1")
    (lake.table(STORIES) / "Kopie").mkdir()
    said = " ".join(finding.says for finding in verify(lake))
    for name in ("thesis.doc", "copy of part.csv", ".part-1.parquet.4711", "Kopie"):
        assert name in said
    assert codes(lake) == {"stray", "leftover"}


def test_a_file_of_a_newer_babelwire_asks_for_an_update(lake):
    path = parts(lake, STORIES)[0]
    rows = pq.read_table(path, partitioning=None)
    write_table(path, rows.replace_schema_metadata({"babelwire.schema_version": "99"}))
    (found,) = (f for f in verify(lake) if f.code == "wrong_schema")
    assert found.remedy == "Update babelwire."


def begun(room, text=ORCHARD_FR):
    """A run that is ended before it is published; returns its work folder."""

    def end():
        raise KeyboardInterrupt

    room.write("late.txt", text)
    with pytest.raises(KeyboardInterrupt):
        room.ingest(before_publishing=end)
    (folder,) = (p for p in (room.root / "_work").iterdir() if p.is_dir())
    return folder


def test_a_run_that_was_ended_is_found_and_pruned_when_it_is_old(newsroom):
    folder = begun(newsroom)
    lake = LakeFolder.open(newsroom.root)
    (found,) = verify(lake)
    assert found.code == "unfinished_run"
    assert "1 finished batches" in found.says
    assert forget(lake, days=1) == []
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert forget(lake, days=1) == [folder.name]
    assert not folder.exists()
    assert list(verify(lake)) == []


def test_a_run_that_goes_on_is_neither_found_nor_pruned(newsroom):
    folder = begun(newsroom)
    lake = LakeFolder.open(newsroom.root)
    digest = json.loads((folder / "plan.json").read_text())["digest"]
    holding = (
        "import sys; from filelock import FileLock; lock = FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, lake.work / f".{digest[:16]}.lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "held\n"
        assert list(verify(lake)) == []
        assert forget(lake, days=0) == []
        assert folder.exists()
        other.stdin.close()
    assert forget(lake, days=0) == [folder.name]


def test_a_publication_that_was_cut_short_is_named_alone_and_never_pruned(newsroom):
    folder = begun(newsroom)
    (folder / "publish").mkdir()
    (folder / "publish" / "journal.json").write_text('{"moves": [], "removals": []}')
    lake = LakeFolder.open(newsroom.root)
    assert codes(lake) == {"unfinished_publication"}
    assert forget(lake, days=0) == []


@pytest.fixture
def published_and_ended(newsroom, monkeypatch):
    """A lake of a run that was ended between its publication and the removal of its work."""

    def end(_):
        raise KeyboardInterrupt

    newsroom.write("a.txt", FERRY_EN)
    with monkeypatch.context() as ended:
        ended.setattr(Work, "remove", end)
        with pytest.raises(KeyboardInterrupt):
            newsroom.ingest()
    return LakeFolder.open(newsroom.root)


def test_what_a_published_run_did_not_tidy_up_is_a_leftover_and_the_next_run_removes_it(newsroom, published_and_ended):
    (found,) = verify(published_and_ended)
    assert found.code == "leftover"
    assert "a run that was published" in found.says
    assert "all of it is in the lake" in found.remedy
    newsroom.ingest()
    assert list(verify(published_and_ended)) == []
    assert len(newsroom.lake.articles()) == 1


def test_a_damaged_file_of_runs_is_no_reason_to_stop(published_and_ended):
    parts(published_and_ended, RUNS)[0].write_bytes(b"not Parquet")
    assert {"damaged", "unfinished_run"} <= codes(published_and_ended)


@pytest.mark.parametrize("plan", ["", "[]", '{"digest": "../../x"}', '{"digest": 5}'])
def test_a_damaged_plan_is_no_reason_to_stop(lake, plan):
    folder = lake.work / "20250101T000000Z-0000"
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(plan)
    assert codes(lake) == {"unfinished_run"}


def test_the_command_says_so_and_ends_with_status_0_or_1(lake):
    verifying = ["verify", "--lake", str(lake.root)]
    done = CliRunner().invoke(app, verifying)
    assert (done.exit_code, done.stdout) == (0, f"The lake {lake.root} is whole.\n")
    parts(lake, STORIES)[0].unlink()
    failed = CliRunner().invoke(app, verifying)
    assert failed.exit_code == 1
    assert "no_story: " in failed.stdout
    as_json = CliRunner().invoke(app, [*verifying, "--json"])
    assert as_json.exit_code == 1
    for line in as_json.stdout.splitlines():
        assert {"code", "says", "remedy", "count"} == json.loads(line).keys()


def test_the_command_waits_for_a_run_that_publishes_and_then_says_who_it_is(lake, monkeypatch):
    monkeypatch.setenv("BABELWIRE_LAKE__LOCK_TIMEOUT_SECONDS", "0")
    with FileLock(lake.lock, is_singleton=False):
        failed = CliRunner().invoke(app, ["verify", "--lake", str(lake.root)])
    assert "Another run is using the lake" in str(failed.exception)


def test_prune_forgets_old_work_of_a_lake(newsroom):
    folder = begun(newsroom)
    done = CliRunner().invoke(app, ["prune", "--days", "0", "--lake", str(newsroom.root), "--json"])
    assert json.loads(done.stdout) == {"segments": 0, "runs": [folder.name]}
    assert not Path(folder).exists()
