"""Files of every version in one lake, read by today's code and by the readers that analysts have."""

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from babelwire.article import SCHEMA_VERSION, TABLES
from babelwire.errors import UsageError
from babelwire.lake import Lake, LakeFolder
from babelwire.lake.files import write_table
from babelwire.lake.index import read
from newsdesk import FERRY_EN, FERRY_IT

LAKES = Path(__file__).parents[1] / "data" / "lakes"
VERSIONS = sorted(p.name for p in LAKES.iterdir() if p.is_dir() and p.name.startswith("version"))
ROWS = {"articles": 3, "stories": 1, "matches": 3, "inputs": 4, "runs": 1}
READERS = {
    "pandas": lambda folder: pa.table(dict(pd.read_parquet(folder, dtype_backend="pyarrow"))),
    "polars": lambda folder: pl.scan_parquet(folder, missing_columns="insert").collect().to_arrow(),
    "duckdb": lambda folder: duckdb.sql(
        f"select * from read_parquet('{folder}/**/*.parquet', union_by_name = true)"
    ).to_arrow_table(),
    "pyarrow": lambda folder: ds.dataset(folder, partitioning="hive").to_table(),
}


def lake_of(root, *versions):
    for version in versions:
        shutil.copytree(LAKES / version, root, dirs_exist_ok=True)
    return LakeFolder.create(root)


@pytest.fixture(scope="module")
def of_all_versions(tmp_path_factory):
    return lake_of(tmp_path_factory.mktemp("lakes") / "lake", *VERSIONS).root


def test_a_lake_is_kept_of_today_s_version():
    newest = LAKES / VERSIONS[-1]
    for table in TABLES.values():
        for file in (newest / table.name).rglob("*.parquet"):
            schema = pq.read_schema(file)
            assert schema.metadata[b"babelwire.schema_version"] == str(SCHEMA_VERSION).encode()
            assert schema.equals(table.schema), file


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", TABLES)
def test_plain_readers_see_every_row_and_every_column_of_all_versions(of_all_versions, name, reader):
    found = READERS[reader](of_all_versions / name)
    assert [c for c in found.column_names if c != "month"] == TABLES[name].schema.names
    if name in ROWS:
        assert found.num_rows == ROWS[name] * len(VERSIONS)
    key = list(TABLES[name].key)
    ours = read(LakeFolder.open(of_all_versions), TABLES[name]).to_pandas()
    assert found.num_rows == len(ours)
    theirs = found.to_pandas()
    pd.testing.assert_frame_equal(
        ours[key].sort_values(key, ignore_index=True),
        theirs[key].sort_values(key, ignore_index=True),
        check_dtype=False,
    )


@pytest.mark.parametrize(
    ("table", "column", "without"),
    [
        ("entities", "evidence", {"version-1-first"}),
        ("stories", "merged_story_ids", {"version-1-first", "version-1"}),
        ("matches", "vectors", {"version-1-first", "version-1"}),
        ("inputs", "processing_seconds", {"version-1-first", "version-1", "version-2", "version-3"}),
    ],
)
def test_a_column_is_null_in_the_files_that_are_older_than_it(tmp_path, table, column, without):
    for version in VERSIONS:
        folder = lake_of(tmp_path / version, version)
        assert column in pd.read_parquet(folder.table(TABLES[table])).columns
        (file,) = (f for f in folder.table(TABLES[table]).rglob("part-*.parquet"))
        assert (column not in pq.read_schema(file).names) == (version in without)
        if version in without:
            assert pd.read_parquet(folder.table(TABLES[table]))[column].isna().all()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_lake_of_an_earlier_version_is_read_before_anything_is_written_to_it(tmp_path, version):
    shutil.copytree(LAKES / version, tmp_path / "lake")
    lake = Lake(tmp_path / "lake")
    assert len(lake.articles()) == 3
    assert list(lake.stories()["article_count"]) == [3]
    assert "evidence" in lake.entities().columns


@pytest.mark.parametrize("version", VERSIONS)
def test_a_run_goes_on_in_a_lake_of_an_earlier_version(newsroom, version):
    shutil.copytree(LAKES / version, newsroom.root)
    newsroom.write("new.txt", FERRY_EN.replace("140", "141"))
    newsroom.ingest()
    articles = newsroom.lake.articles()
    assert len(articles) == 4
    assert articles["article_id"].is_unique
    for table in TABLES.values():
        frame = pd.read_parquet(newsroom.root / table.name)
        assert [c for c in frame.columns if c != "month"] == table.schema.names


def test_opening_an_old_lake_for_writing_changes_none_of_its_rows(tmp_path):
    shutil.copytree(LAKES / "version-1", tmp_path / "lake")
    before = {p: p.read_bytes() for p in (tmp_path / "lake").rglob("part-*.parquet")}
    LakeFolder.create(tmp_path / "lake")
    assert {p: p.read_bytes() for p in (tmp_path / "lake").rglob("part-*.parquet")} == before
    assert not list((tmp_path / "lake").rglob("schema.parquet"))


def test_an_article_of_long_ago_does_not_come_before_the_file_that_gives_the_columns(newsroom):
    newsroom.write("old.txt", FERRY_EN.replace("3 March 2025", "3 March 1951"), when=-594_000_000)
    newsroom.ingest()
    for table in ("articles", "runs"):
        first = min((newsroom.root / table).rglob("*.parquet"))
        assert first.name == "empty.parquet"


def test_a_lake_that_a_newer_babelwire_wrote_is_read_but_not_written(tmp_path):
    folder = LakeFolder.create(tmp_path / "lake")
    table = TABLES["stories"]
    newer = table.schema.append(pa.field("mood", pa.string())).with_metadata({"babelwire.schema_version": "99"})
    write_table(folder.first_file(table), newer.empty_table())
    before = folder.first_file(table).read_bytes()
    with pytest.raises(UsageError, match="written by a newer babelwire"):
        LakeFolder.create(tmp_path / "lake")
    assert folder.first_file(table).read_bytes() == before
    assert Lake(tmp_path / "lake").stories().empty


def test_a_damaged_first_file_is_made_again(tmp_path):
    folder = LakeFolder.create(tmp_path / "lake")
    first = folder.first_file(TABLES["articles"])
    first.write_bytes(b"PAR1")
    LakeFolder.create(tmp_path / "lake")
    assert pq.read_schema(first).equals(TABLES["articles"].schema)


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([FERRY_EN], id="one row"),
        pytest.param([FERRY_IT], id="no translation"),
        pytest.param([""], id="only rejects"),
        pytest.param([], id="no inputs"),
    ],
)
def test_an_unusual_night_has_the_types_of_any_other(newsroom, texts):
    for i, text in enumerate(texts):
        newsroom.write(f"{i}.txt", text)
    newsroom.ingest()
    for table in TABLES.values():
        for file in (newsroom.root / table.name).rglob("*.parquet"):
            assert pq.read_schema(file).equals(table.schema), file
        found = ds.dataset(newsroom.root / table.name, partitioning="hive").schema
        assert {f.name: f.type for f in found if f.name != "month"} == {f.name: f.type for f in table.schema}
