import itertools
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from babelwire.article import FRAME
from babelwire.lake.publishing import dispositions as dispositions_module
from babelwire.lake.publishing.dispositions import Known

COLUMNS = (
    "input_uri disposition bytes_digest article_id content_hash published_at modified_at translation_status ingested_at"
)


def row(uri, article="A", text="t1", day=1, **others):
    values = {
        "input_uri": uri,
        "bytes_digest": f"bytes of {uri} {text}",
        "article_id": article,
        "content_hash": text,
        "published_at": datetime(2025, 3, day, tzinfo=UTC),
        "translation_status": "translated",
    }
    return {**dict.fromkeys(COLUMNS.split()), **values, **others}


def decide(rows, known, digests):
    """Dispositions by input, and the revisions of those that are written."""
    inputs = pa.table({c: pa.array([r[c] for r in rows], FRAME[c]) for c in COLUMNS.split()})
    dispositions, written = (a.to_pylist() for a in dispositions_module.decide(inputs, known, digests))
    uris = [r["input_uri"] for r in rows]
    revisions = {uri: revision for uri, revision in zip(uris, written, strict=True) if revision is not None}
    return dict(zip(uris, dispositions, strict=True)), revisions


def test_a_first_article_is_new_and_its_copy_a_duplicate():
    dispositions, written = decide([row("one"), row("two")], {}, {})
    assert sorted(dispositions.values()) == ["duplicate", "new"]
    assert list(written.values()) == [1]


def test_another_text_under_the_same_id_is_a_revision():
    dispositions, written = decide([row("one"), row("two", text="t2", day=2)], {}, {})
    assert dispositions == {"one": "new", "two": "revision"}
    assert written == {"one": 1, "two": 2}


def test_revisions_are_counted_in_the_order_of_their_making_whatever_the_order_of_files():
    rows = [row("c", text="t1", day=1), row("a", text="t2", day=2), row("b", text="t3", day=3)]
    outcomes = {tuple(sorted(decide(order, {}, {})[1].items())) for order in itertools.permutations(rows)}
    assert outcomes == {(("a", 2), ("b", 3), ("c", 1))}


def test_bytes_that_the_lake_knows_from_this_place_are_unchanged():
    dispositions, written = decide([row("one")], {}, {"one": "bytes of one t1"})
    assert dispositions == {"one": "unchanged"}
    assert written == {}


def test_a_moved_file_adds_a_ledger_row_and_no_article():
    dispositions, written = decide([row("moved")], {"A": Known({"t1": (1, False)})}, {"one": "bytes of one t1"})
    assert dispositions == {"moved": "duplicate"}
    assert written == {}


def test_an_old_text_that_comes_back_is_not_a_revision():
    known = {"A": Known({"t1": (1, False), "t2": (2, False)})}
    assert decide([row("again", text="t1")], known, {})[0] == {"again": "duplicate"}


def test_an_untranslated_article_is_pending_and_written():
    dispositions, written = decide([row("one", translation_status="pending")], {}, {})
    assert dispositions == {"one": "pending"}
    assert written == {"one": 1}


@pytest.mark.parametrize(("revision", "disposition"), [(1, "new"), (2, "revision")])
def test_an_article_of_the_lake_that_was_finished_is_written_under_its_revision(revision, disposition):
    waiting = {"A": Known({"t0": (3 - revision, False), "t1": (revision, True)})}
    finished = row("one", ingested_at=datetime(2025, 3, 1, tzinfo=UTC))
    dispositions, written = decide([finished], waiting, {"one": "bytes of one t1"})
    assert dispositions == {"one": disposition}
    assert written == {"one": revision}


def test_an_article_of_the_lake_that_still_waits_is_pending_and_not_written_again():
    waits = row("one", translation_status="pending", ingested_at=datetime(2025, 3, 1, tzinfo=UTC))
    dispositions, written = decide([waits], {"A": Known({"t1": (1, True)})}, {})
    assert dispositions == {"one": "pending"}
    assert written == {}


def test_what_a_stage_said_stays():
    assert decide([row("one", disposition="rejected", article_id=None)], {}, {}) == ({"one": "rejected"}, {})


def test_more_inputs_than_are_looked_at_at_once_are_all_decided(monkeypatch):
    monkeypatch.setattr(dispositions_module, "_AT_ONCE", 2)
    rows = [row(f"{article}{day}", article, text=f"t{day}", day=day) for day in (3, 1, 2) for article in "BA"]
    assert decide(rows, {}, {})[1] == {f"{article}{day}": day for day in (1, 2, 3) for article in "AB"}
