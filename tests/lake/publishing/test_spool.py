"""Rows sorted into groups, in memory and on disk."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.errors import BabelwireError
from babelwire.lake.publishing.spool import spool


def rows(*names):
    return pa.table({"name": list(names), "parts": [[n] * 3 for n in names]})


def names(table):
    return None if table is None else table["name"].to_pylist()


@pytest.mark.parametrize("held_bytes", [1_000_000, 60, 1])
def test_each_group_comes_back_in_the_order_of_arrival_whether_it_fits_in_memory_or_not(tmp_path, held_bytes):
    with spool(tmp_path / "spool", held_bytes=held_bytes) as made:
        made.add(rows("a", "b", "c"), np.array([2, 0, 2]))
        made.add(rows(), np.array([], np.int64))
        made.add(rows("d", "e"), np.array([0, 2]))
        made.add(rows("f"), np.array([5]))
        assert [names(made.read(group)) for group in (0, 1, 2, 5)] == [["b", "d"], None, ["a", "c", "e"], ["f"]]
        assert made.read(2)["parts"].to_pylist()[2] == ["e"] * 3
        assert [made.has(group) for group in (0, 1, 2, 5)] == [True, False, True, True]
        assert any(tmp_path.rglob("*.arrow")) == (held_bytes < 1_000_000)
    assert not any(tmp_path.rglob("*.arrow"))


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.lists(st.tuples(st.integers(0, 3), st.text("ab", max_size=2)), max_size=8), max_size=5),
    chunk_rows=st.integers(1, 8),
    held_bytes=st.sampled_from([1, 300, 1_000_000]),
)
def test_any_rows_in_any_pieces_come_back_by_group_and_sorted_where_asked(
    tmp_path_factory, parts, chunk_rows, held_bytes
):
    folder = tmp_path_factory.mktemp("spool")
    arrived = [(group, name, number) for number, (group, name) in enumerate(row for part in parts for row in part)]
    left = iter(arrived)
    with spool(folder, held_bytes=held_bytes) as made:
        for part in parts:
            some = [next(left) for _ in part]
            table = pa.table({"name": pa.array([r[1] for r in some], pa.string()), "at": [r[2] for r in some]})
            pieces = pa.Table.from_batches(table.to_batches(max_chunksize=chunk_rows), table.schema)
            made.add(pieces, np.array([r[0] for r in some], np.int64))
        for group in range(4):
            mine = [{"name": name, "at": number} for g, name, number in arrived if g == group]
            assert made.has(group) == bool(mine)
            for by, wanted in ((), mine), (("name", "at"), sorted(mine, key=lambda row: (row["name"], row["at"]))):
                found = made.read(group, by=by)
                assert ([] if found is None else found.to_pylist()) == wanted


def test_rows_that_come_sorted_are_in_one_piece_as_a_file_needs_them(tmp_path):
    with spool(tmp_path / "spool", held_bytes=1) as made:
        for names_ in (["d", "a"], ["c"], ["b", "e"]):
            made.add(rows(*names_), np.zeros(len(names_), np.int64))
        found = made.read(0, by=["name"])
    assert names(found) == list("abcde")
    assert {column.num_chunks for column in found.columns} == {1}


def test_what_is_held_never_grows_beyond_what_may_be_held(tmp_path):
    part = rows(*"abcdefgh")
    with spool(tmp_path / "spool", held_bytes=5 * part.nbytes // 2) as made:
        on_disk = []
        for _ in range(6):
            made.add(part, np.zeros(8, np.int64))
            on_disk.append(len(list(tmp_path.rglob("*.arrow"))))
    assert on_disk == [0, 0, 1, 1, 2, 2]


def test_one_table_which_its_giver_holds_anyway_is_neither_copied_as_a_whole_nor_put_on_disk(tmp_path):
    table = pa.concat_tables([pa.table({"text": ["x" * 100_000] * 100})] * 4)
    groups = np.arange(400) % 20
    outer = pa.default_memory_pool()
    pool = pa.proxy_memory_pool(outer)
    pa.set_memory_pool(pool)
    try:
        with spool(tmp_path / "spool", held_bytes=1) as made:
            made.add(table, groups)
            for group in range(20):
                assert made.read(group, by=["text"]).num_rows == 20
            assert not any(tmp_path.rglob("*.arrow"))
    finally:
        pa.set_memory_pool(outer)
    assert pool.max_memory() < table.nbytes / 4


def test_a_place_that_cannot_be_written_is_told_as_a_sentence(tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pa, "OSFile", full)
    with spool(tmp_path / "spool", held_bytes=1) as made:
        made.add(rows("a"), np.array([0]))
        with pytest.raises(BabelwireError, match="no space left"):
            made.add(rows("b"), np.array([0]))
