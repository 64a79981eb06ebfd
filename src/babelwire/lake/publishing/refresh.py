"""Making the fingerprints again from the tables, where they are missing or of another recipe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import ARTICLES, ENTITIES_TABLE, TEXT, Table
from babelwire.frames import make_frame
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import FINGERPRINTS, read_rows, row_groups
from babelwire.lake.journal import Journal
from babelwire.lake.listing import files
from babelwire.lake.publishing.comparing import node_of
from babelwire.lake.publishing.edit import ARTICLES_A_FILE, stage
from babelwire.settings import Stories
from babelwire.stories import Fingerprint, recipe

_AT_ONCE = 500
_KEY = ("article_id", "revision", "published_at")
_READ = ("headline", "headline_en", "text", "text_en", "language")
_MADE = ("signature", "terms", "vector")
_ENTITY = ("entity_id", "name", "type", "mentions", "surface_forms", "spans", "evidence")


def refresh_fingerprints(lake: LakeFolder, work: Path, settings: Stories) -> int:
    """Brings the fingerprints of all articles to today's recipe, file by file. Needs the lake's lock.

    Signatures of two recipes cannot be compared, and a story window without fingerprints would silently match nothing.

    Args:
        settings: name the encoder.

    Returns:
        How many were made.
    """
    today = recipe(settings)
    if _count(lake, ARTICLES) == _count(lake, FINGERPRINTS, ds.field("recipe") == today):
        return 0
    fingerprint = Fingerprint(settings)
    made = 0
    for path in files(lake, ARTICLES):
        missing = _missing(lake, path, today)
        if missing.num_rows:
            journal = Journal(lake, work)
            parts = _made(lake, path, node_of(missing), fingerprint, today)
            stage(journal, lake, FINGERPRINTS, missing, parts, file_units=ARTICLES_A_FILE)
            journal.commit()
            made += missing.num_rows
    return made


def _count(lake: LakeFolder, table: Table, where: Any = None) -> int:
    # One file after another: a dataset of all of them keeps their footers, 0.1 MB a file.
    return sum(
        ds.dataset(path, schema=table.schema, format="parquet").count_rows(filter=where) for path in files(lake, table)
    )


def _missing(lake: LakeFolder, path: Path, today: str) -> pa.Table:
    """The articles of a file without a fingerprint of today's recipe. It would lie in the same month."""
    articles = pa.concat_tables([ARTICLES.schema.empty_table().select(_KEY), *row_groups(path, ARTICLES, _KEY)])
    same_month = lake.table(FINGERPRINTS) / path.parent.name
    if not same_month.is_dir():
        return articles
    prints = ds.dataset(same_month, schema=FINGERPRINTS.schema, format="parquet")
    kept = prints.to_table(columns=["article_id", "revision"], filter=ds.field("recipe") == today)
    return articles.filter(pc.invert(pc.is_in(node_of(articles), node_of(kept))))


def _made(lake: LakeFolder, path: Path, wanted: pa.Array, fingerprint: Fingerprint, today: str) -> Iterator[pa.Table]:
    """Rows of `FINGERPRINTS` for the articles of a file that are `wanted`."""
    from_article = [c for c in FINGERPRINTS.schema.names if c not in {"recipe", *_MADE}]
    for group in row_groups(path, ARTICLES, [*from_article, *_READ]):
        chosen = group.filter(pc.is_in(node_of(group), wanted))
        entities = read_rows(lake, ENTITIES_TABLE, "article_id", pc.unique(chosen["article_id"]))
        for start in range(0, chosen.num_rows, _AT_ONCE):
            rows = chosen.slice(start, _AT_ONCE)
            texts = {c: rows[c].to_pylist() for c in _READ}
            frame = fingerprint(make_frame({**texts, "entities": _entities(entities, rows["article_id"])}))
            columns = {c: rows[c] for c in from_article} | {c: pa.array(frame[c].array) for c in _MADE}
            columns["recipe"] = pa.repeat(pa.scalar(today, TEXT), rows.num_rows)
            yield pa.table({c: columns[c] for c in FINGERPRINTS.schema.names})


def _entities(entities: pa.Table, ids: pa.ChunkedArray) -> list[list[dict[str, Any]]]:
    """The entities of each of these articles."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = entities.filter(pc.is_in(entities["article_id"], ids.combine_chunks()))
    for article, row in zip(rows["article_id"].to_pylist(), rows.select(_ENTITY).to_pylist(), strict=True):
        found[article].append(row)
    return [found[article] for article in ids.to_pylist()]
