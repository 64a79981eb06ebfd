"""Rows in and out of a table, through the journal, on real files."""

import hashlib
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.article import MATCHES, TEXT, TIME, Field, Table
from babelwire.errors import BabelwireError
from babelwire.lake import LakeFolder
from babelwire.lake.index import read
from babelwire.lake.journal import Journal
from babelwire.lake.publishing.edit import edit, rows_to_table, stage

NOTES = Table(
    "notes",
    "For these tests.",
    ("id",),
    "at",
    (
        Field("id", TEXT, ""),
        Field("at", TIME, ""),
        Field("word", TEXT, "", "unknown"),
        Field("group", TEXT, "", "none"),
    ),
)

EDITIONS = Table(
    "editions",
    "For these tests.",
    ("id", "edition"),
    "at",
    (Field("id", TEXT, ""), Field("edition", pa.int32(), ""), Field("at", TIME, "")),
)


def note(name, day="2025-03-01", word="x", group=None):
    return {"id": name, "at": datetime.fromisoformat(day).replace(tzinfo=UTC), "word": word, "group": group}


def change(lake, rows=(), drop=None, run="run"):
    journal = Journal(lake, lake.work / run)
    edit(journal, lake, NOTES, put=rows_to_table(NOTES, rows), drop=drop)
    journal.commit()


def content(lake):
    return {row["id"]: row for row in read(lake, NOTES).to_pylist()}


def files(lake):
    return {str(p.relative_to(lake.root)): p.read_bytes() for p in lake.table(NOTES).rglob("*.parquet")}


@pytest.fixture
def lake(tmp_path):
    return LakeFolder.create(tmp_path / "lake")


def test_rows_lie_in_the_month_they_belong_to(lake):
    change(lake, [note("a"), note("b", "2025-04-02")])
    assert sorted(p.parent.name for p in lake.table(NOTES).rglob("*.parquet")) == ["month=2025-03", "month=2025-04"]


def test_new_rows_of_a_month_make_one_file_however_the_months_follow_each_other(lake):
    change(lake, [note(n, f"2025-0{m}-01") for n, m in zip("abcdef", (4, 3, 4, 5, 3, 4), strict=True)])
    found = {p.parent.name: pq.read_table(p)["id"].to_pylist() for p in lake.table(NOTES).rglob("*.parquet")}
    assert found == {"month=2025-03": ["b", "e"], "month=2025-04": ["a", "c", "f"], "month=2025-05": ["d"]}
    assert len(files(lake)) == 3


def test_putting_the_same_rows_again_changes_no_byte(lake):
    change(lake, [note("a"), note("b")])
    before = files(lake)
    change(lake, [note("b"), note("a")])
    assert files(lake) == before


def test_a_row_with_a_known_key_is_replaced_in_its_file_and_other_files_stay(lake):
    change(lake, [note("a"), note("b")])
    change(lake, [note("c")])
    before = files(lake)
    change(lake, [note("a", word="new")])
    assert content(lake)["a"]["word"] == "new"
    assert len([name for name, body in files(lake).items() if before[name] != body]) == 1


def test_a_row_whose_month_changes_moves(lake):
    change(lake, [note("a"), note("b")])
    change(lake, [note("a", "2025-05-01")])
    assert content(lake).keys() == {"a", "b"}
    assert [p.parent.name for p in lake.table(NOTES).rglob("*.parquet")].count("month=2025-05") == 1


def test_the_last_row_of_a_file_takes_the_file_with_it(lake):
    change(lake, [note("a", group="g")])
    change(lake, drop={"group": ["g"]})
    assert files(lake) == {}


def test_dropping_a_row_and_putting_it_again_keeps_it_once(lake):
    change(lake, [note("a", group="g"), note("b", group="g")])
    change(lake, [note("a", word="again")], drop={"group": ["g"]})
    assert {k: v["word"] for k, v in content(lake).items()} == {"a": "again"}


def test_dropping_all_rows_of_a_file_and_putting_the_same_keys_keeps_them(lake):
    change(lake, [note("a", group="g"), note("b", group="g")])
    change(lake, [note("a", word="again"), note("b", word="again")], drop={"group": ["g"]})
    assert {k: v["word"] for k, v in content(lake).items()} == {"a": "again", "b": "again"}


def test_nothing_changes_before_the_commit(lake):
    journal = Journal(lake, lake.work / "run")
    edit(journal, lake, NOTES, put=rows_to_table(NOTES, [note("a")]))
    assert content(lake) == {}


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([{"id": None, "at": datetime(2025, 1, 1, tzinfo=UTC)}], "no id"),
        ([{"id": "a", "at": None}], "no at"),
        ([note("a"), note("a")], "one key"),
        ([note("a"), note("a", "2025-04-02")], "one key"),
    ],
)
def test_rows_that_break_the_contract_stop_the_run(lake, rows, named):
    with pytest.raises(BabelwireError, match=named):
        change(lake, rows)
    assert content(lake) == {}


def test_a_missing_column_stops_the_run(lake):
    with pytest.raises(BabelwireError, match="no column at"):
        edit(Journal(lake, lake.work / "run"), lake, NOTES, put=pa.table({"id": ["a"]}))


def test_plain_pandas_reads_a_table_of_several_months(lake):
    change(lake, [note("a"), note("b", "2025-04-02", word=None)])
    frame = pd.read_parquet(lake.table(NOTES))
    assert sorted(frame["id"]) == ["a", "b"]


def test_an_all_null_month_does_not_change_the_type_of_a_column(lake):
    change(lake, [note("a", word=None)])
    change(lake, [note("b", "2025-04-01", word="y")])
    assert sorted(pd.read_parquet(lake.table(NOTES))["word"].fillna("null")) == ["null", "y"]


def test_tables_of_the_product_accept_an_empty_change(lake):
    journal = Journal(lake, lake.work / "run")
    edit(journal, lake, MATCHES, put=rows_to_table(MATCHES, []))
    journal.commit()
    assert read(lake, MATCHES).num_rows == 0


def staged(lake, rows, units=None, **how):
    journal = Journal(lake, lake.work / "run")
    put = rows_to_table(NOTES, rows)
    parts = [put.slice(i, 1) for i in range(put.num_rows)]
    stage(journal, lake, NOTES, put if units is None else rows_to_table(NOTES, units), parts, **how)
    journal.commit()


def test_more_new_rows_than_a_file_takes_go_to_several_files_each_with_a_range_of_keys(lake):
    staged(lake, [note(n) for n in "dbeac"], file_units=2)
    found = [pq.read_table(path)["id"].to_pylist() for path in lake.table(NOTES).rglob("*.parquet")]
    assert sorted(found) == [["a", "b"], ["c", "d"], ["e"]]
    before = files(lake)
    staged(lake, [note(n) for n in "ecabd"], file_units=2)
    assert files(lake) == before


def test_a_value_is_revised_in_every_row_that_stays_and_only_in_files_that_hold_one(lake):
    change(lake, [note("a"), note("b")])
    change(lake, [note("c"), note("d")])
    before = files(lake)
    staged(lake, [note("b", word="put")], revise=pa.table({"id": ["a", "b", "z"], "word": ["n1", "n2", "n3"]}))
    assert {k: v["word"] for k, v in content(lake).items()} == {"a": "n1", "b": "put", "c": "x", "d": "x"}
    assert len([name for name, body in files(lake).items() if before[name] != body]) == 1


def test_a_file_of_several_row_groups_keeps_them_and_their_order(lake):
    change(lake, [note(n) for n in "aceg"])
    (path,) = lake.table(NOTES).rglob("*.parquet")
    pq.write_table(pq.read_table(path), path, row_group_size=2)
    change(lake, [note("e", word="new"), note("b")])
    assert pq.read_table(path)["id"].to_pylist() == list("aceg")
    assert pq.ParquetFile(path).num_row_groups == 2
    assert content(lake)["e"]["word"] == "new"


@pytest.mark.parametrize("in_the_lake", [[], ["a"]], ids=["in a new file", "in a file that is rewritten"])
def test_two_rows_of_one_key_that_come_apart_stop_the_run(lake, in_the_lake):
    change(lake, [note(n) for n in in_the_lake])
    before = files(lake)
    with pytest.raises(BabelwireError, match="Two rows of notes have one key"):
        staged(lake, [note("a", word="one"), note("b"), note("a", word="two")], units=[note("a"), note("b")])
    assert files(lake) == before


def test_rows_of_a_file_are_sorted_by_key_as_what_it_is_and_not_as_text(lake):
    journal = Journal(lake, lake.work / "run")
    rows = [{"id": n, "edition": e, "at": datetime(2025, 3, 1, tzinfo=UTC)} for e in (10, 2, 1) for n in "ba"]
    edit(journal, lake, EDITIONS, put=rows_to_table(EDITIONS, rows))
    journal.commit()
    (path,) = lake.table(EDITIONS).rglob("*.parquet")
    found = pq.read_table(path, partitioning=None).to_pylist()
    assert [(row["id"], row["edition"]) for row in found] == [(n, e) for n in "ab" for e in (1, 2, 10)]


@pytest.mark.parametrize("ids", [["a"], ["b", "a"], ["è", "", "\n", "a\tb", "𝔞"]])
def test_a_new_file_is_named_by_a_digest_of_its_keys_a_line_each(lake, ids):
    at = datetime(2025, 3, 1, tzinfo=UTC)
    rows = {NOTES: [note(n) for n in ids], EDITIONS: [{"id": n, "edition": 12, "at": at} for n in ids]}
    for table, some in rows.items():
        journal = Journal(lake, lake.work / "run")
        edit(journal, lake, table, put=rows_to_table(table, some))
        journal.commit()
        (path,) = lake.table(table).rglob("*.parquet")
        keys = sorted(tuple(row[k] for k in table.key) for row in some)
        lines = "\n".join("\t".join(map(str, key)) for key in keys)
        assert path.stem == f"part-{hashlib.sha256(lines.encode()).hexdigest()[:16]}"


@pytest.mark.parametrize("rows_at_once", [1, 3, 100])
def test_the_same_rows_make_the_same_bytes_however_they_come(lake, tmp_path, rows_at_once):
    rows = [note(f"{n:02}", f"2025-0{n % 3 + 1}-01", word=str(n)) for n in range(40)]
    change(lake, rows)
    other = LakeFolder.create(tmp_path / "other")
    put = rows_to_table(NOTES, rows[::-1])
    journal = Journal(other, other.work / "run")
    parts = [put.slice(i, rows_at_once) for i in range(0, 40, rows_at_once)]
    stage(journal, other, NOTES, pa.concat_tables(parts), parts)
    journal.commit()
    assert files(other) == files(lake)


def test_rows_in_memory_are_written_without_a_second_copy_of_them(lake):
    put = rows_to_table(NOTES, [note(f"{i:03}", f"2025-{i % 12 + 1:02}-01", word="x" * 100_000) for i in range(360)])
    outer = pa.default_memory_pool()
    pool = pa.proxy_memory_pool(outer)
    pa.set_memory_pool(pool)
    try:
        edit(Journal(lake, lake.work / "run"), lake, NOTES, put=put)
    finally:
        pa.set_memory_pool(outer)
    assert put.nbytes > 36_000_000
    assert pool.max_memory() < put.nbytes / 2


def test_a_row_that_was_not_announced_stops_the_run(lake):
    with pytest.raises(BabelwireError, match="not expected"):
        staged(lake, [note("a"), note("b")], units=[note("a")])
    assert content(lake) == {}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([1, 2, 3]), st.sampled_from("xyz")), max_size=6),
        max_size=5,
    )
)
def test_any_sequence_of_changes_ends_with_the_last_value_of_each_key(tmp_path_factory, changes):
    lake = LakeFolder.create(tmp_path_factory.mktemp("lake"))
    expected = {}
    for rows in changes:
        latest = {name: note(name, f"2025-0{month}-01", word) for name, month, word in rows}
        expected |= latest
        change(lake, list(latest.values()))
    assert content(lake) == expected
