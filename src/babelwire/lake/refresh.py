"""Making the fingerprints again from the tables, where they are missing or of another recipe."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from babelwire.article import ARTICLES, ENTITIES_TABLE
from babelwire.frames import make_frame, records
from babelwire.lake.edit import edit, rows_to_table
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import FINGERPRINTS, read
from babelwire.lake.journal import Journal
from babelwire.stories import RECIPE, Fingerprint


def refresh_fingerprints(lake: LakeFolder, work: Path) -> int:
    """Brings the fingerprints of all articles to today's recipe, file by file. Needs the lake's lock.

    Signatures of two recipes cannot be compared, and a story window without fingerprints would silently match nothing.

    Returns:
        How many were made.
    """
    kept = read(lake, FINGERPRINTS, columns=["article_id", "revision"], where=ds.field("recipe") == RECIPE)
    articles = ds.dataset(lake.table(ARTICLES), schema=ARTICLES.schema, format="parquet")
    if articles.count_rows() == kept.num_rows:
        return 0
    current = set(zip(kept["article_id"].to_pylist(), kept["revision"].to_pylist(), strict=True))
    made = 0
    for file in articles.get_fragments():
        rows = [row for row in file.to_table(schema=ARTICLES.schema).to_pylist() if _key(row) not in current]
        if not rows:
            continue
        names = _entities(lake, {row["article_id"] for row in rows})
        columns = {c: [row[c] for row in rows] for c in ("headline", "headline_en", "text", "text_en", "language")}
        frame = Fingerprint()(make_frame({**columns, "entities": [names[row["article_id"]] for row in rows]}))
        fresh = [
            {**row, **printed, "recipe": RECIPE}
            for row, printed in zip(rows, records(frame, ["signature", "terms", "vector"]), strict=True)
        ]
        journal = Journal(lake, work)
        edit(journal, lake, FINGERPRINTS, put=rows_to_table(FINGERPRINTS, fresh))
        journal.commit()
        made += len(rows)
    return made


def _key(row: dict[str, Any]) -> tuple[str, int]:
    return row["article_id"], row["revision"]


def _entities(lake: LakeFolder, ids: set[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read(lake, ENTITIES_TABLE, where=ds.field("article_id").isin(sorted(ids))).to_pylist():
        found[row["article_id"]].append(
            {k: row[k] for k in ("entity_id", "name", "type", "mentions", "surface_forms", "spans", "evidence")}
        )
    return found
