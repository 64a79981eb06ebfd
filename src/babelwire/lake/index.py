"""The lake's own tables under `_index`: what makes a run quick, and can always be made again.

`files` says which files were fully taken in, so that an unchanged one is not opened again. `fingerprints` holds
what matching needs of every article, so that a run loads no texts.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import ARTICLES, FRAME, INPUTS, TABLES, TERMS, TEXT, TIME, Field, Table
from babelwire.frames import from_arrow, with_columns
from babelwire.lake.folder import LakeFolder

FILES = Table(
    "files",
    "One row per file all of whose inputs are settled.",
    ("uri",),
    "",
    (
        Field("uri", TEXT, "The file."),
        Field("size", pa.int64(), "Its bytes."),
        Field("modified_at", TIME, "Its modification time."),
        Field("inputs", pa.int64(), "How many inputs it holds."),
    ),
)

FETCHED = Table(
    "fetched",
    "One row per web address whose inputs are settled.",
    ("uri",),
    "",
    (
        Field("uri", TEXT, "The address as it was asked for."),
        Field("etag", TEXT, "What to send as If-None-Match.", "the server gave none"),
        Field("last_modified", TEXT, "What to send as If-Modified-Since.", "the server gave none"),
        Field("announcement", TEXT, "Digest of the feed entry that led there.", "no feed did"),
        Field("fetched_at", TIME, "When.", "unknown"),
    ),
)

FINGERPRINTS = Table(
    "fingerprints",
    "One row per article and revision.",
    ("article_id", "revision"),
    "published_at",
    (
        Field("article_id", TEXT, "As in articles."),
        Field("revision", pa.int32(), "As in articles."),
        Field("published_at", TIME, "As in articles."),
        Field("published_from", TEXT, "As in articles."),
        Field("language", TEXT, "As in articles."),
        Field("source", TEXT, "As in articles."),
        Field("content_hash", TEXT, "As in articles."),
        Field("word_count", pa.int32(), "As in articles."),
        Field("recipe", TEXT, "What the signature and the terms depend on."),
        Field("signature", FRAME["signature"], "MinHash of the text.", "too short"),
        Field("terms", TERMS, "Weighted terms.", "too short"),
        Field("vector", FRAME["vector"], "Sentence vector.", "no text, or no encoder"),
    ),
)

ALL_TABLES = (*TABLES.values(), FILES, FETCHED, FINGERPRINTS)
"""The published tables and the index."""


def load_files(lake: LakeFolder) -> dict[str, tuple[int, datetime, int]]:
    """File URI -> (size, modification time, number of inputs) of the files that are settled."""
    found = read(lake, FILES)
    return dict(
        zip(
            found["uri"].to_pylist(),
            zip(*(found[c].to_pylist() for c in ("size", "modified_at", "inputs")), strict=True),
            strict=True,
        )
    )


def load_digests(lake: LakeFolder, uris: pa.Array) -> dict[str, str]:
    """Of the inputs that are asked for, URI -> digest of the bytes it had when it was last settled."""
    # A rejection for the run's own window says nothing about the input, and a pending one without an article has
    # to be read again.
    settled = ((ds.field("disposition") != "pending") | ds.field("article_id").is_valid()) & (
        ds.field("reason_code").is_null() | (ds.field("reason_code") != "outside_window")
    )
    columns = ["uri", "bytes_digest", "at"]
    found = read_rows(lake, INPUTS, "uri", uris, columns=columns, where=settled)
    latest = found.sort_by("at").to_pydict()
    return {u: d for u, d in zip(latest["uri"], latest["bytes_digest"], strict=True) if d is not None}


def load_validators(lake: LakeFolder) -> dict[str, tuple[str | None, str | None, str | None, datetime | None]]:
    """Address -> ETag, Last-Modified, digest of the announcement, and time, of what was fetched from the web."""
    found = read(lake, FETCHED)
    rows = zip(*(found[c].to_pylist() for c in FETCHED.schema.names), strict=True)
    return {uri: (etag, modified, announcement, at) for uri, etag, modified, announcement, at in rows}


def fetched_table(validators: Mapping[str, tuple[Any, ...]]) -> pa.Table:
    """The rows of `FETCHED`, as `load_validators` gives them."""
    rows = [dict(zip(FETCHED.schema.names, (uri, *values), strict=True)) for uri, values in validators.items()]
    return pa.Table.from_pylist(rows, schema=FETCHED.schema)


def load_unfetched(lake: LakeFolder) -> dict[str, datetime]:
    """Web address -> since when it has been asked for in vain, of those that are still waited for; sorted."""
    web = pc.starts_with(ds.field("uri"), "http")
    found = read(lake, INPUTS, columns=["uri", "disposition", "article_id", "at"], where=web).sort_by("at")
    fetched = {uri: at for uri, (*_, at) in load_validators(lake).items() if at is not None}
    waiting: dict[str, datetime] = {}
    for row in found.to_pylist():
        at = fetched.get(row["uri"].partition("#")[0])
        if row["disposition"] == "pending" and row["article_id"] is None and (at is None or at <= row["at"]):
            waiting.setdefault(row["uri"], row["at"])
        else:
            waiting.pop(row["uri"], None)
    since: dict[str, datetime] = {}
    for uri, at in waiting.items():
        address = uri.partition("#")[0]
        since[address] = min(at, since.get(address, at))
    return dict(sorted(since.items()))


def load_pending(lake: LakeFolder) -> pd.DataFrame:
    """The articles whose translation is pending, with the `input_uri` they came from, as a batch frame."""
    waiting = read(lake, ARTICLES, where=ds.field("translation_status") == "pending")
    if not waiting.num_rows:
        return pd.DataFrame()
    ledger = read(
        lake,
        INPUTS,
        columns=["uri", "article_id", "revision", "bytes_digest", "size", "at", "origin"],
        where=ds.field("article_id").isin(waiting["article_id"].unique()) & (ds.field("disposition") == "pending"),
    ).sort_by("at")
    origin = {(row["article_id"], row["revision"]): row for row in ledger.to_pylist()}
    keys = zip(waiting["article_id"].to_pylist(), waiting["revision"].to_pylist(), strict=True)
    rows = [origin.get(key, {"uri": "article:{}:{}".format(*key)}) for key in keys]
    return with_columns(
        from_arrow(waiting),
        input_uri=[row["uri"] for row in rows],
        bytes_digest=[row.get("bytes_digest") for row in rows],
        size=[row.get("size") for row in rows],
        origin=[row.get("origin") for row in rows],
    )


def read(lake: LakeFolder, table: Table, *, columns: list[str] | None = None, where: Any = None) -> pa.Table:
    """A table of the lake with today's schema; columns that older files lack are null."""
    folder = lake.table(table)
    if not folder.is_dir():
        return table.schema.empty_table().select(columns or table.schema.names)
    dataset = ds.dataset(folder, schema=table.schema, format="parquet")
    return dataset.to_table(columns=columns, filter=where, cache_metadata=False)


def read_rows(
    lake: LakeFolder,
    table: Table,
    column: str,
    among: pa.Array,
    *,
    columns: list[str] | None = None,
    where: Any = None,
) -> pa.Table:
    """The rows of a table whose text `column` is one of `among`, of those the ones that are `where`.

    Only this column is read of all files, and the others only of the files that have such a row.
    """
    files = files_with(lake, table, {column: among})
    if not files:
        return table.schema.empty_table().select(columns or table.schema.names)
    wanted = ds.field(column).isin(among)
    dataset = ds.dataset([str(file) for file in files], schema=table.schema, format="parquet")
    asked = wanted if where is None else wanted & where
    return dataset.to_table(columns=columns, filter=asked, cache_metadata=False)


def files_with(lake: LakeFolder, table: Table, wanted: Mapping[str, pa.Array]) -> list[Path]:
    """The files of a table with a row that has, in one of these columns, one of its values."""
    asked = {column: among for column, among in wanted.items() if len(among)}
    folder = lake.table(table)
    if not asked or not folder.is_dir():
        return []
    touched = reduce(operator.or_, (ds.field(column).isin(among) for column, among in asked.items()))
    dataset = ds.dataset(folder, schema=table.schema, format="parquet")
    # The footers of all files would be kept until the end: with them memory grows by 0.1 MB a file.
    found = dataset.to_table(columns=["__filename"], filter=touched, cache_metadata=False)
    return sorted({Path(name) for name in found["__filename"].unique().to_pylist()})


def row_groups(path: Path, table: Table, columns: Iterable[str] | None = None) -> Iterator[pa.Table]:
    """The row groups of a file, one after another, with today's schema."""
    wanted = None if columns is None else list(dict.fromkeys(columns))
    for file in ds.dataset(path, schema=table.schema, format="parquet").get_fragments():
        for group in file.split_by_row_group(schema=table.schema):
            yield group.to_table(schema=table.schema, columns=wanted)
