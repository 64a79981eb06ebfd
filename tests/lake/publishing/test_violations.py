"""A value that may not be in a table stops the run that would publish it."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from babelwire.errors import BabelwireError
from newsdesk import FERRY_EN, LIBRARY_EN


def test_a_run_with_such_a_value_is_stopped_before_a_byte_of_it_is_in_the_lake(newsroom):
    newsroom.write("a.txt", FERRY_EN)
    newsroom.ingest()
    tables = sorted({p.relative_to(newsroom.root).parts[0] for p in newsroom.root.rglob("*.parquet")})
    before = newsroom.bytes_of(*tables)
    newsroom.write("b.txt", LIBRARY_EN)

    def spoil():
        (batch,) = (newsroom.root / "_work").glob("*/batch-*.parquet")
        rows = pq.read_table(batch)
        place = rows.column_names.index("word_count")
        pq.write_table(rows.set_column(place, "word_count", pa.array([-7], pa.int32())), batch)

    with pytest.raises(
        BabelwireError, match=r"articles\.word_count is -7 in the row article_id .*Nothing was published"
    ):
        newsroom.ingest(before_publishing=spoil)
    assert newsroom.bytes_of(*tables) == before
