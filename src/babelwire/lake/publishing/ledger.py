"""The inputs of a run: what the batches say of them, and what the ledger and the index keep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import FRAME, INPUTS, PENDING, REJECTED, TEXT, UNCHANGED
from babelwire.lake.index import FILES
from babelwire.lake.publishing.work import Work, read_columns

_COLUMNS = [
    "input_uri",
    "bytes_digest",
    "size",
    "disposition",
    "stage",
    "reason_code",
    "reason",
    "article_id",
    "revision",
    "content_hash",
    "published_at",
    "modified_at",
    "translation_status",
    "ingested_at",
    "file_size",
    "file_modified_at",
    "origin",
    "processing_seconds",
]

NOT_TRANSLATED = {
    "stage": "translate",
    "reason_code": "not_translated",
    "reason": "It is published in its own language. No engine was there to translate it, or the engine failed; the next "
    "run with an engine finishes it.",
}


def load_inputs(work: Work) -> pa.Table:
    """One row per input: what the stages said of it, and where it is: `batch`, which of the finished ones, and `row`.

    One that changed while the run was interrupted was read twice; the later reading counts.
    """
    schema = pa.schema([*((c, FRAME[c]) for c in _COLUMNS), ("batch", pa.int64()), ("row", pa.int64())])
    parts = []
    for number, path in enumerate(work.finished()):
        said = read_columns(path, _COLUMNS)
        places = np.full(said.num_rows, number), np.arange(said.num_rows)
        parts.append(pa.table([*said.columns, *map(pa.array, places)], schema=schema))
    rows = pa.concat_tables([schema.empty_table(), *parts])
    if pc.count_distinct(rows["input_uri"]).as_py() == rows.num_rows:
        return rows
    place = pa.array(np.arange(rows.num_rows))
    counts = pc.not_equal(pc.fill_null(rows["disposition"], ""), UNCHANGED)
    read = pa.table({"input_uri": rows["input_uri"], "first": place, "last": pc.if_else(counts, place, None)})
    found = read.group_by("input_uri").aggregate([("first", "min"), ("last", "max")])
    return rows.take(pc.coalesce(found["last_max"], found["first_min"]).sort())


def to_ledger(work: Work, inputs: pa.Table) -> pa.Table:
    """The rows of `inputs`, the table, for the inputs of this run (with `decided` and `written`)."""
    rows = inputs.filter(pc.not_equal(inputs["decided"], UNCHANGED))
    waits = pc.and_(pc.is_null(rows["disposition"]), pc.equal(rows["decided"], PENDING))
    said = {c: pc.if_else(waits, pa.scalar(sentence, TEXT), rows[c]) for c, sentence in NOT_TRANSLATED.items()}
    rejected = pc.equal(rows["decided"], REJECTED)
    columns: dict[str, Any] = {
        "uri": rows["input_uri"],
        "bytes_digest": rows["bytes_digest"],
        "size": rows["size"],
        "disposition": rows["decided"],
        "article_id": pc.if_else(rejected, pa.scalar(None, TEXT), rows["article_id"]),
        "revision": pc.coalesce(rows["written"], rows["revision"]),
        **said,
        "origin": rows["origin"],
        "processing_seconds": pc.round(rows["processing_seconds"], 3),
        "run_id": pa.repeat(pa.scalar(work.run_id, TEXT), rows.num_rows),
        "at": pa.repeat(pa.scalar(work.started_at, INPUTS.schema.field("at").type), rows.num_rows),
    }
    return pa.table({f.name: columns[f.name] for f in INPUTS.fields})


def settled_files(inputs: pa.Table) -> pa.Table:
    """The files that need not be opened again: all of their inputs came to an end or wait in the lake."""
    rows = inputs.filter(pc.is_null(inputs["ingested_at"]))
    outside = pc.fill_null(pc.equal(rows["reason_code"], "outside_window"), False)
    states = pa.table(
        {
            "uri": file_of(rows["input_uri"]),
            "size": rows["file_size"],
            "modified_at": rows["file_modified_at"],
            "open": pc.or_(outside, is_to_be_read_again(rows)),
        }
    )
    every = pc.CountOptions(mode="all")
    files = states.group_by("uri").aggregate(
        [
            ("size", "min"),
            ("size", "count_distinct", every),
            ("modified_at", "min"),
            ("modified_at", "count_distinct", every),
            ("open", "any"),
            ([], "count_all"),
        ]
    )
    one_state = pc.and_(pc.equal(files["size_count_distinct"], 1), pc.equal(files["modified_at_count_distinct"], 1))
    known = pc.and_(one_state, pc.is_valid(files["modified_at_min"]))
    files = files.filter(pc.and_(known, pc.invert(files["open_any"])))
    columns = (files["uri"], files["size_min"], files["modified_at_min"], files["count_all"])
    return pa.table(dict(zip(FILES.schema.names, columns, strict=True)))


def settled_addresses(fetched: pa.Table | None, inputs: pa.Table) -> pa.Table | None:
    """Those of the web addresses all of whose inputs came to an end or wait in the lake."""
    if fetched is None:
        return None
    waiting = pc.unique(file_of(inputs.filter(is_to_be_read_again(inputs))["input_uri"]))
    return fetched.filter(pc.invert(pc.is_in(fetched["uri"], waiting)))


def is_to_be_read_again(inputs: pa.Table) -> Any:
    """Which inputs are pending while no article of theirs waits in the lake."""
    return pc.and_(pc.equal(inputs["decided"], PENDING), pc.is_null(inputs["article_id"]))


def file_of(uris: pa.ChunkedArray) -> pa.ChunkedArray:
    """The file or page of each input: its URI without the fragment."""
    return pc.list_element(pc.split_pattern(uris, "#", max_splits=1), 0)
