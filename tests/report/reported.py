"""Lakes to report on, written row by row: runs, their inputs, articles with the names in them, and stories."""

import hashlib
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from babelwire.article import ARTICLES, DISPOSITIONS, ENTITIES_TABLE, INPUTS, RUNS, STORIES
from babelwire.lake import Lake, LakeFolder
from babelwire.lake.files import write_table
from babelwire.lake.listing import month_of
from babelwire.lake.publishing.edit import rows_to_table

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
SECONDS = {"parse": 2.0, "translate": 6.0, "publish": 2.0}


def id_of(name):
    return hashlib.sha256(name.encode()).hexdigest()[:32]


class ReportedLake:
    """What is put in belongs to the run that was begun last."""

    def __init__(self, root):
        self.folder = LakeFolder.create(root)
        self.rows = {table: [] for table in (ARTICLES, ENTITIES_TABLE, STORIES, INPUTS, RUNS)}
        self.begin("20310506T120000Z-aaaa", NOON)

    def begin(self, run_id, started_at, **columns):
        self.rows[RUNS].append({"run_id": run_id, "started_at": started_at, **columns})

    @property
    def run_id(self):
        return self.rows[RUNS][-1]["run_id"]

    def article(self, name, *, story=None, hours=0, names=(), **columns):
        """An article with the id of `name`; `names` are (name, type), marked wherever they stand in `text_en`."""
        text = columns.pop("text", f"Words about {name}.")
        language = columns.get("language", "en")
        text_en = columns.pop("text_en", text if language == "en" else None)
        status = "not_needed" if language == "en" else "translated" if text_en else "pending"
        row = {
            "article_id": id_of(name),
            "revision": 1,
            "content_hash": id_of(text),
            "source": "",
            "published_at": NOON + timedelta(hours=hours),
            "published_from": "metadata",
            "language": language,
            "language_confidence": 1.0,
            "headline": f"Headline of {name}",
            "text": text,
            "text_en": text_en,
            "translation_status": status,
            "translation_engine": "stub 1" if status == "translated" else None,
            "translation_checks": [],
            "word_count": len(text.split()),
            "story_id": story or f"st-{id_of(name)[:16]}",
            "relation": "original",
            "byline": [],
            "removed": [],
            "languages": [{"language": language, "share": 1.0}],
            "run_id": self.run_id,
            "ingested_at": NOON,
            **columns,
        }
        self.rows[ARTICLES].append(row)
        for called, type_ in names:
            found = [m.span() for m in re.finditer(re.escape(called), text_en or "")]
            self.rows[ENTITIES_TABLE].append(
                {
                    "article_id": row["article_id"],
                    "story_id": row["story_id"],
                    "entity_id": f"{type_.lower()}:{called.lower().replace(' ', '-')}",
                    "name": called,
                    "type": type_,
                    "mentions": len(found),
                    "surface_forms": [called],
                    "spans": [{"start": start, "end": end} for start, end in found],
                    "published_at": row["published_at"],
                }
            )
        made = {"disposition": "new" if row["revision"] == 1 else "revision", "revision": row["revision"]}
        self.input(f"file:///in/{name}.txt", article_id=row["article_id"], **made)

    def input(self, uri, disposition="rejected", **columns):
        at = self.rows[RUNS][-1]["started_at"]
        self.rows[INPUTS].append({"uri": uri, "disposition": disposition, "run_id": self.run_id, "at": at, **columns})

    def write(self):
        """The lake; a run counts its inputs where it was not given counts, and a story is made for each story id."""
        self.rows[RUNS] = [self._run(row) for row in self.rows[RUNS]]
        newest = {row["article_id"]: row for row in self.rows[ARTICLES]}
        stories = {}
        for row in sorted(newest.values(), key=lambda row: row["published_at"]):
            stories.setdefault(row["story_id"], []).append(row)
        self.rows[STORIES] = [self._story(*each) for each in stories.items()]
        for table, rows in self.rows.items():
            months = {}
            for row in rows:
                months.setdefault(month_of(row[table.month_of]) if table.month_of else "", []).append(row)
            for month, inside in months.items():
                write_table(self.folder.table(table) / month / "rows.parquet", rows_to_table(table, inside))
        return Lake(self.folder.root)

    def _run(self, row):
        counts = Counter(i["disposition"] for i in self.rows[INPUTS] if i["run_id"] == row["run_id"])
        written = [a for a in self.rows[ARTICLES] if a["run_id"] == row["run_id"]]
        return {
            "state": "completed",
            "finished_at": row["started_at"] + timedelta(seconds=75),
            "inputs": counts.total(),
            **{d: counts[d] for d in DISPOSITIONS},
            "articles": len(written),
            "stories": len({a["story_id"] for a in written}),
            "seconds": [{"stage": s, "seconds": n} for s, n in SECONDS.items()],
            "versions": [{"name": "babelwire", "version": "0.1.0"}],
            "configuration": "00ff",
            **row,
        }

    def _story(self, story_id, articles):
        ids = {row["article_id"] for row in articles}
        return {
            "story_id": story_id,
            "headline_en": next((a["headline_en"] for a in articles if a.get("headline_en")), None),
            "article_ids": [row["article_id"] for row in articles],
            "article_count": len(articles),
            "source_count": len({row["source"] for row in articles}),
            "languages": sorted({row["language"] for row in articles}),
            "first_published_at": articles[0]["published_at"],
            "last_published_at": articles[-1]["published_at"],
            "top_entities": sorted({e["name"] for e in self.rows[ENTITIES_TABLE] if e["article_id"] in ids})[:10],
            "lead_article_id": articles[0]["article_id"],
        }
