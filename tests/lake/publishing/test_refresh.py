"""Fingerprints made again from the tables."""

import shutil
from datetime import timedelta

import pyarrow.parquet as pq

from babelwire.article import ARTICLES
from babelwire.lake.index import FINGERPRINTS, read
from babelwire.lake.publishing import refresh
from wire import FIRST_DAY, SETTINGS, Wire, invent, sent


def fingerprints(wire):
    rows = read(wire.folder, FINGERPRINTS).sort_by([(key, "ascending") for key in FINGERPRINTS.key])
    return rows.select([c for c in rows.column_names if c != "recipe"]).to_pylist()


def test_lost_fingerprints_are_made_again_as_they_were_some_at_a_time(tmp_path, monkeypatch):
    wire = Wire(tmp_path / "lake")
    articles = [article for day in invent(seed=5)[:4] for article in day]
    wire.publish(articles)
    for path in wire.folder.table(ARTICLES).rglob("part-*.parquet"):
        pq.write_table(pq.read_table(path), path, row_group_size=9)
    before = fingerprints(wire)
    shutil.rmtree(wire.folder.table(FINGERPRINTS))
    monkeypatch.setattr(refresh, "_AT_ONCE", 4)
    assert refresh.refresh_fingerprints(wire.folder, wire.folder.work / "run", SETTINGS.stories) == len(before) > 9
    assert fingerprints(wire) == before
    assert refresh.refresh_fingerprints(wire.folder, wire.folder.work / "run", SETTINGS.stories) == 0


def test_only_what_is_missing_is_made(tmp_path):
    wire = Wire(tmp_path / "lake")
    wire.publish([sent("one", "The harbour of Tarvella opens again. " * 5, FIRST_DAY)])
    kept = list(wire.folder.table(FINGERPRINTS).rglob("part-*.parquet"))
    wire.publish([sent("two", "Growers in Sint expect many apples. " * 5, FIRST_DAY + timedelta(days=1))])
    (lost,) = set(wire.folder.table(FINGERPRINTS).rglob("part-*.parquet")) - set(kept)
    lost.unlink()
    assert refresh.refresh_fingerprints(wire.folder, wire.folder.work / "run", SETTINGS.stories) == 1
    assert len(fingerprints(wire)) == 2
