"""Merging small files: the same rows, whatever interrupts it and whoever reads meanwhile."""

import errno
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from babelwire.article import ARTICLES, ENTITIES_TABLE, STORIES, TABLES
from babelwire.cli import app
from babelwire.errors import BabelwireError
from babelwire.lake import LakeFolder
from babelwire.lake.files import write_table
from babelwire.lake.index import FINGERPRINTS, read
from babelwire.lake.journal import Journal
from babelwire.lake.keeping import compact as compact_module
from babelwire.lake.keeping.compact import compact
from babelwire.lake.keeping.exchange import exchange
from babelwire.lake.keeping.merging import merged
from babelwire.lake.keeping.verify import verify
from babelwire.lake.publishing.edit import edit, rows_to_table
from babelwire.lake.seal import is_whole
from lake.publishing.test_edit import NOTES, note
from newsdesk import FERRY_EN, FERRY_EN_EDITED, FERRY_IT, LIBRARY_EN
from newsroom import Newsroom

NEVER = datetime.max.replace(tzinfo=UTC)
SIZE = 128_000_000
EVERYTHING = (*TABLES.values(), FINGERPRINTS)


@pytest.fixture(scope="module")
def four_nights(tmp_path_factory):
    room = Newsroom(tmp_path_factory.mktemp("four nights"))
    for name, text in (("a", FERRY_EN), ("b", LIBRARY_EN), ("c", FERRY_EN_EDITED), ("d", FERRY_IT)):
        room.write(f"{name}.txt", text)
        room.ingest()
    return room


@pytest.fixture
def lake(four_nights, tmp_path):
    shutil.copytree(four_nights.root, tmp_path / "lake")
    return LakeFolder.open(tmp_path / "lake")


def rows_of(lake):
    return {t.name: read(lake, t).sort_by([(k, "ascending") for k in t.key]) for t in EVERYTHING}


def bytes_of(lake):
    return {str(p.relative_to(lake.root)): p.read_bytes() for p in lake.root.rglob("*.parquet")}


def merge(lake, **how):
    return list(compact(lake, **{"file_size": SIZE, "until": NEVER, **how}))


def test_every_month_is_one_file_and_no_row_changes(lake):
    before = rows_of(lake)
    done = merge(lake)
    assert {"articles/month=2025-03", "runs", "_index/fingerprints/month=2025-03"} <= {d.folder for d in done}
    assert rows_of(lake) == before
    for table in EVERYTHING:
        for folder in {p.parent for p in lake.table(table).rglob("part-*.parquet")}:
            assert len(list(folder.glob("part-*.parquet"))) == 1
    assert list(verify(lake)) == []
    assert not lake.compacting.exists()


def test_a_second_time_changes_nothing(lake):
    merge(lake)
    before = bytes_of(lake)
    assert merge(lake) == []
    assert bytes_of(lake) == before


def test_the_names_and_bytes_do_not_depend_on_how_the_rows_were_split(tmp_path):
    made = []
    for order in ("abcdef", "fedcba"):
        lake = LakeFolder.create(tmp_path / order)
        for i, names in enumerate((order[:1], order[1:4], order[4:])):
            put = rows_to_table(STORIES, [story(name) for name in names])
            journal = Journal(lake, lake.work / str(i))
            edit(journal, lake, STORIES, put=put)
            journal.commit()
        merge(lake)
        made.append({p.name: p.read_bytes() for p in lake.table(STORIES).rglob("part-*.parquet")})
    assert len(made[0]) == 1
    assert made[0] == made[1]


def story(name):
    at = datetime(2025, 3, 4, tzinfo=UTC)
    return {
        "story_id": f"st-{name}",
        "article_ids": [name],
        "article_count": 1,
        "source_count": 1,
        "languages": ["en"],
        "first_published_at": at,
        "last_published_at": at,
        "top_entities": [],
        "lead_article_id": name,
    }


def test_files_are_sorted_sealed_compressed_and_have_statistics_and_a_page_index(lake):
    merge(lake)
    (path,) = lake.table(ARTICLES).rglob("part-*.parquet")
    assert is_whole(path) is True
    rows = pq.read_table(path, partitioning=None)
    assert rows.schema.equals(ARTICLES.schema)
    assert rows["article_id"].to_pylist() == sorted(rows["article_id"].to_pylist())
    column = pq.read_metadata(path).row_group(0).column(0)
    assert column.compression == "ZSTD"
    assert column.has_column_index
    assert column.has_offset_index
    assert column.statistics.has_min_max


def test_publishing_goes_on_and_changes_single_rows_of_a_merged_file(four_nights, another_newsroom):
    shutil.copytree(four_nights.root, another_newsroom.root)
    merge(LakeFolder.open(another_newsroom.root))
    another_newsroom.write("e.txt", FERRY_EN.replace("nine people", "ten people"))
    another_newsroom.ingest()
    articles = another_newsroom.lake.articles()
    assert len(articles) == 5
    assert articles["article_id"].is_unique
    assert len(another_newsroom.lake.stories()) == 2 + 1 - 1
    assert [f for f in verify(LakeFolder.open(another_newsroom.root)) if f.code != "no_fingerprint"] == []


def test_a_large_file_is_left_alone_while_small_ones_are_merged(lake):
    merge(lake)
    (large,) = lake.table(ARTICLES).rglob("part-*.parquet")
    stamp = large.stat().st_mtime_ns, large.read_bytes()
    for day in (1, 2):
        rows = read(lake, ARTICLES).slice(0, 1)
        fresh = rows.set_column(0, rows.schema.field(0), pa.array([f"{day}" * 32]))
        write_table(large.with_name(f"part-{day}.parquet"), fresh)
    merge(lake, file_size=2 * large.stat().st_size)
    assert (large.stat().st_mtime_ns, large.read_bytes()) == stamp
    assert len(list(large.parent.glob("*.parquet"))) == 2
    assert read(lake, ARTICLES).num_rows == 6


def test_files_grow_to_the_size_and_then_a_new_one_is_begun(tmp_path):
    lake = LakeFolder.create(tmp_path / "lake")
    folder = lake.table(STORIES) / "month=2025-03"
    for i in range(6):
        names = [f"{k:06d}" for k in range(i, 30_000, 6)]
        write_table(folder / f"part-{i}.parquet", rows_to_table(STORIES, map(story, names)).cast(STORIES.schema))
    sizes_before = sum(p.stat().st_size for p in folder.iterdir())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("babelwire.lake.keeping.merging._GROUP_BYTES", 100_000)
        merge(lake, file_size=sizes_before // 4)
        files = sorted(folder.iterdir())
        assert len(files) > 2
        assert sum(p.stat().st_size < sizes_before // 8 for p in files) <= 1
        ids = [pq.read_table(p, partitioning=None)["story_id"].to_pylist() for p in files]
        assert sorted(i for part in ids for i in part) == [f"st-{k:06d}" for k in range(30_000)]
        assert merge(lake, file_size=sizes_before // 4) == []


def test_a_month_that_may_still_change_is_left(lake):
    until = datetime(2025, 3, 31, tzinfo=UTC)
    done = {d.folder for d in merge(lake, until=until)}
    assert done == {"runs", "_index/files"}
    assert "articles/month=2025-03" in {d.folder for d in merge(lake, until=datetime(2025, 4, 1, tzinfo=UTC))}


def test_what_else_lies_in_a_folder_stays_there(lake):
    folder = lake.table(ARTICLES) / "month=2025-03"
    (folder / "notes.txt").write_text("mine")
    merge(lake)
    assert (folder / "notes.txt").read_text() == "mine"
    (folder / "deeper").mkdir()
    shutil.copy(next(iter(folder.glob("part-*.parquet"))), folder / "part-again.parquet")
    merge(lake)
    assert (folder / "deeper").is_dir()


@pytest.mark.parametrize("can_exchange", [True, False])
def test_it_can_be_ended_before_every_step_and_nobody_sees_anything_but_the_same_rows(lake, monkeypatch, can_exchange):
    before = rows_of(lake)
    plain = {t: len(pd.read_parquet(lake.root / t)) for t in TABLES}
    real = compact_module.exchange
    steps = 0

    def tried(one, other):
        nonlocal steps
        steps += 1
        if steps % 2:
            raise KeyboardInterrupt
        return real(one, other) if can_exchange else False

    monkeypatch.setattr(compact_module, "exchange", tried)
    while True:
        try:
            merge(lake)
            break
        except KeyboardInterrupt:
            assert rows_of(lake) == before
            assert {t: len(pd.read_parquet(lake.root / t)) for t in TABLES} == plain
            assert {f.code for f in verify(lake)} == {"leftover"}
    assert steps > 6
    assert rows_of(lake) == before
    assert list(verify(lake)) == []


def test_without_an_exchange_a_kill_between_two_moves_is_mended_by_the_next_run(lake, monkeypatch):
    before = rows_of(lake)
    monkeypatch.setattr(compact_module, "exchange", lambda *_: False)
    monkeypatch.setattr(compact_module, "recover", lambda _: None)
    for _ in compact(lake, file_size=SIZE, until=NEVER):
        break
    monkeypatch.undo()
    assert {f.code for f in verify(lake)} >= {"unfinished_publication"} or not lake.compacting.exists()
    merge(lake)
    assert rows_of(lake) == before
    assert list(verify(lake)) == []


def test_someone_who_listed_the_files_before_is_told_and_gets_no_row_twice(lake):
    listed = sorted(lake.table(ARTICLES).rglob("part-*.parquet"))
    merge(lake)
    for path in listed:
        with pytest.raises(FileNotFoundError):
            pq.read_table(path)
    assert len(pd.read_parquet(lake.table(ARTICLES))) == 4


READER = """
import sys, pandas as pd
folder, rows, stop = sys.argv[1], int(sys.argv[2]), sys.argv[3]
from pathlib import Path
read = again = 0
print("ready", flush=True)
while not Path(stop).exists():
    try:
        found = len(pd.read_parquet(folder))
    except FileNotFoundError:
        again += 1
        continue
    read += 1
    assert found == rows, f"{found} rows"
print(read, again)
"""


def test_a_plain_reader_beside_it_never_sees_a_row_twice_or_not_at_all(tmp_path):
    lake = LakeFolder.create(tmp_path / "lake")
    folder = lake.table(STORIES) / "month=2025-03"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, lake.table(STORIES), "40", tmp_path / "stop"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    staged = tmp_path / "split"
    with reader:
        for round_ in range(12):
            staged.mkdir()
            for i in range(4):
                names = [f"{k:03d}" for k in range(i * 10, i * 10 + 10)]
                rows = rows_to_table(STORIES, map(story, names)).cast(STORIES.schema)
                write_table(staged / f"part-{round_}-{i}.parquet", rows)
            if round_ == 0:
                staged.rename(folder)
                assert reader.stdout.readline() == "ready\n"
            else:
                assert exchange(staged, folder)
                shutil.rmtree(staged)
            assert len(merge(lake)) == 1
        (tmp_path / "stop").touch()
        said, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    assert int(said.split()[0]) > 0


def test_a_merged_file_never_has_the_name_of_one_with_other_rows(tmp_path):
    """Else whoever has read one old file, and opens the other one after the exchange, has its rows twice."""
    lake = LakeFolder.create(tmp_path / "lake")
    in_april = {**story("b"), "first_published_at": datetime(2025, 4, 2, tzinfo=UTC)}
    for night, put in enumerate((story("a"), story("b"), in_april, story("b"))):
        journal = Journal(lake, lake.work / str(night))
        edit(journal, lake, STORIES, put=rows_to_table(STORIES, [put]))
        journal.commit()
        if night == 1:
            merge(lake)
    folder = lake.table(STORIES) / "month=2025-03"
    before = {path.name for path in folder.iterdir()}
    assert len(before) == 2
    merge(lake)
    (merged_file,) = folder.iterdir()
    assert merged_file.name not in before
    assert read(lake, STORIES)["story_id"].to_pylist() == ["st-a", "st-b"]
    assert merge(lake) == []


def test_a_lake_of_several_versions_is_of_today_afterwards(tmp_path):
    from lake.test_versions import VERSIONS, lake_of  # noqa: PLC0415

    lake = lake_of(tmp_path / "lake", *VERSIONS)
    before = rows_of(lake)
    merge(lake)
    assert rows_of(lake) == before
    for table in EVERYTHING:
        for path in lake.table(table).rglob("*.parquet"):
            assert pq.read_schema(path).equals(table.schema)
    assert list(verify(lake)) == []


def test_a_file_whose_rows_are_in_no_order_is_sorted(lake):
    folder = lake.table(ENTITIES_TABLE) / "month=2025-03"
    everything = read(lake, ENTITIES_TABLE)
    for path in folder.iterdir():
        path.unlink()
    backwards = everything.sort_by([("entity_id", "descending")])
    write_table(folder / "part-0.parquet", backwards.slice(0, 5))
    write_table(folder / "part-1.parquet", backwards.slice(5))
    merge(lake)
    (path,) = folder.iterdir()
    found = pq.read_table(path, partitioning=None)
    assert found == everything.sort_by([(k, "ascending") for k in ENTITIES_TABLE.key])


@pytest.mark.parametrize("damage", ["footer", "bit"])
def test_a_damaged_file_is_named_with_the_remedy_and_never_merged(lake, damage):
    path = min(lake.table(ARTICLES).rglob("part-*.parquet"))
    body = bytearray(path.read_bytes())
    body[len(body) // 3 if damage == "bit" else -20] ^= 8
    path.write_bytes(body)
    before = bytes_of(lake)
    with pytest.raises(BabelwireError, match=rf"{path.name} is damaged.*babelwire verify --lake"):
        merge(lake)
    assert bytes_of(lake) == before


FULL = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from babelwire.errors import BabelwireError
from babelwire.lake import LakeFolder
from babelwire.lake.keeping.compact import compact
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000))
list(compact(LakeFolder.open(Path(sys.argv[1])), file_size=10**8, until=datetime.max.replace(tzinfo=UTC)))
"""


def test_a_disk_that_takes_no_more_leaves_the_lake_as_it_was(lake):
    before = rows_of(lake)
    done = subprocess.run([sys.executable, "-c", FULL, lake.root], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert os.strerror(errno.EFBIG) in done.stderr
    assert rows_of(lake) == before
    assert {f.code for f in verify(lake)} <= {"leftover"}
    merge(lake)
    assert list(verify(lake)) == []


def test_the_command_says_what_it_did(lake):
    compacting = ["compact", "--lake", str(lake.root), "--json"]
    first = [json.loads(line) for line in CliRunner().invoke(app, compacting).stdout.splitlines()]
    assert {row["folder"] for row in first} >= {"articles/month=2025-03", "stories/month=2025-03"}
    assert all(row["files"] < row["files_before"] for row in first)
    # The ledger's month is the one of the runs, which is not over.
    (ledger,) = CliRunner().invoke(app, [*compacting, "--all"]).stdout.splitlines()
    assert json.loads(ledger)["folder"].startswith("inputs/month=")
    assert CliRunner().invoke(app, compacting[:-1]).stdout == "There was nothing to merge.\n"


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(st.integers(0, 400), unique=True, max_size=30), min_size=1, max_size=35))
def test_any_files_are_merged_into_the_order_of_the_key(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("notes")
    paths = []
    for i, numbers in enumerate(files):
        rows = rows_to_table(NOTES, [note(f"{n:03d}", word=str(i)) for n in numbers])
        write_table(folder / f"{i:02d}.parquet", rows.cast(NOTES.schema))
        paths.append(folder / f"{i:02d}.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("babelwire.lake.keeping.merging._LEAST_ROWS", 7)
        patch.setattr("babelwire.lake.keeping.merging._GROUP_BYTES", 1)
        groups = list(merged(NOTES, paths, folder / "beside"))
    assert all(group.num_rows == 7 for group in groups[:-1])
    found = [name for group in groups for name in group["id"].to_pylist()]
    assert found == sorted(f"{n:03d}" for numbers in files for n in numbers)
