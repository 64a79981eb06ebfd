"""Finding rows in all the files of a table."""

import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from babelwire.article import ARTICLES
from babelwire.lake import LakeFolder

LOOKS = """
import sys
from pathlib import Path
import pyarrow as pa
from babelwire.article import ARTICLES
from babelwire.lake import LakeFolder
from babelwire.lake.index import files_with, read_rows

def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) // 1024

lake, none = LakeFolder.open(Path(sys.argv[1])), pa.array(["not there"])
before = peak()
assert not files_with(lake, ARTICLES, {"article_id": none})
assert not read_rows(lake, ARTICLES, "article_id", none).num_rows
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells a process its memory only on Linux")
def test_memory_does_not_grow_with_the_number_of_files_that_are_looked_through(tmp_path):
    lake = LakeFolder.create(tmp_path / "lake")
    month = lake.table(ARTICLES) / "month=2025-03"
    month.mkdir()
    grown = []
    for files in (50, 650):
        for number in range(files):
            pq.write_table(ARTICLES.schema.empty_table(), month / f"part-{number}.parquet")
        done = subprocess.run([sys.executable, "-c", LOOKS, str(lake.root)], capture_output=True, text=True, check=True)
        grown.append(int(done.stdout))  # megabytes
    assert grown[1] - grown[0] < 15, grown
