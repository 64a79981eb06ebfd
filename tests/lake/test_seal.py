"""The checksum inside a file."""

import random

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from babelwire.lake.files import write_parts, write_table
from babelwire.lake.seal import SEAL, is_whole

ROWS = pa.table({"id": [f"{i:05d}" for i in range(2000)], "text": ["words " * (i % 7) for i in range(2000)]})


@pytest.fixture
def sealed(tmp_path):
    path = tmp_path / "rows.parquet"
    write_parts(path, ROWS.schema, (ROWS.slice(0, 900), ROWS.slice(900)))
    return path


def test_a_file_is_whole_as_it_was_written(sealed):
    assert is_whole(sealed) is True
    assert pq.ParquetFile(sealed).metadata.num_row_groups == 2


def test_every_reader_reads_it(sealed):
    for rows in (
        pd.read_parquet(sealed),
        pl.read_parquet(sealed),
        duckdb.sql(f"select * from '{sealed}'").df(),
        pq.read_table(sealed, page_checksum_verification=True),
    ):
        assert len(rows) == 2000


def test_the_same_rows_give_the_same_bytes_and_others_another_checksum(tmp_path):
    for name, rows in (("a", ROWS), ("b", ROWS), ("c", ROWS.slice(1))):
        write_table(tmp_path / name, rows)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    seals = {pq.read_metadata(tmp_path / n).metadata[SEAL.encode()] for n in "abc"}
    assert len(seals) == 2


def test_any_flipped_bit_is_noticed(sealed):
    body = sealed.read_bytes()
    for place in [*range(20), *range(len(body) - 20, len(body)), *random.Random(1).sample(range(len(body)), 400)]:
        damaged = bytearray(body)
        damaged[place] ^= 1 << place % 8
        sealed.write_bytes(damaged)
        # Without its footer it is no Parquet file, which reading it shows; else the checksum is wrong.
        assert is_whole(sealed) is not True, place


@pytest.mark.parametrize("body", [b"", b"PAR1", b"PAR1\xff\xff\xff\xffPAR1", b"x" * 5000, b"PAR1" * 1000])
def test_what_is_no_parquet_file_has_no_seal(tmp_path, body):
    path = tmp_path / "x.parquet"
    path.write_bytes(body)
    assert is_whole(path) is None


def test_a_file_that_was_cut_off_is_not_whole(sealed):
    body = sealed.read_bytes()
    for length in (len(body) - 1, len(body) // 2, 12, 0):
        sealed.write_bytes(body[:length])
        assert is_whole(sealed) is None


def test_a_file_written_without_a_seal_says_so(tmp_path):
    pq.write_table(ROWS, tmp_path / "plain.parquet")
    assert is_whole(tmp_path / "plain.parquet") is None


def test_rows_that_hold_the_words_of_the_seal_do_not_confuse_it(tmp_path):
    rows = pa.table({"text": [f"{SEAL}XX" + "0" * 64] * 10}, metadata={"note": f"{SEAL}XX" + "0" * 64})
    write_table(tmp_path / "odd.parquet", rows)
    assert is_whole(tmp_path / "odd.parquet") is True
