"""Rows sorted into groups, in memory and on disk."""

import numpy as np
import pyarrow as pa
import pytest

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
        assert any(tmp_path.rglob("*.arrow")) == (held_bytes < 1_000_000)
    assert not any(tmp_path.rglob("*.arrow"))


def test_a_place_that_cannot_be_written_is_told_as_a_sentence(tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pa, "OSFile", full)
    with spool(tmp_path / "spool", held_bytes=1) as made, pytest.raises(BabelwireError, match="no space left"):
        made.add(rows("a"), np.array([0]))
