"""A lake written row by row, for tests of what is read from one."""

import hashlib
from datetime import UTC, datetime, timedelta

from babelwire.article import ARTICLES, ENTITIES_TABLE, MATCHES, STORIES
from babelwire.frames import records
from babelwire.lake import Lake, LakeFolder
from babelwire.lake.files import write_table
from babelwire.lake.index import FINGERPRINTS
from babelwire.lake.listing import month_of
from babelwire.lake.publishing.edit import rows_to_table
from babelwire.stories import recipe as fingerprint_recipe
from stories.events import SETTINGS, fingerprinted

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)


def id_of(name):
    """The article id that stands for a short name."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


class WrittenLake:
    """Articles, their stories and the evidence, put into the tables as they are given.

    Attributes:
        merged: story id -> the ids of stories that were joined to it.
    """

    def __init__(self, root):
        self.folder = LakeFolder.create(root)
        self.articles = []
        self.entities = []
        self.matches = []
        self.merged = {}

    def article(self, name, *, story, hours=0, names=(), **columns):
        """An article with the id of `name`; `names` are (entity id, name, surface forms)."""
        article_id, at = id_of(name), NOON + timedelta(hours=hours)
        text = columns.get("text", f"Words about {name}.")
        made = {
            "article_id": article_id,
            "revision": 1,
            "content_hash": hashlib.sha256(text.encode()).hexdigest(),
            "source": "",
            "published_at": at,
            "published_from": "metadata",
            "language": "en",
            "text": text,
            "text_en": text,
            "headline": f"Headline {name}",
            "headline_en": f"Headline {name}",
            "word_count": len(text.split()),
            "story_id": story,
            "relation": "original",
            "byline": [],
            "removed": [],
            "languages": [],
            "translation_checks": [],
            **columns,
        }
        self.articles.append(made)
        about = {"article_id": article_id, "story_id": story, "published_at": at}
        about |= {"type": "PERSON", "mentions": 1, "spans": []}
        for entity_id, spelt, forms in names:
            self.entities.append({**about, "entity_id": entity_id, "name": spelt, "surface_forms": forms})
        return article_id

    def pair(self, later, earlier, relation="overlap", score=0.5, **columns):
        row = {"article_id": id_of(later), "matched_to": id_of(earlier), "relation": relation, "score": score}
        self.matches.append({**row, "method": "words_and_entities", "published_at": NOON, **columns})

    def write(self, *, recipe=None):
        """The lake, with a row for every story and the fingerprints of every article."""
        recipe = recipe or fingerprint_recipe(SETTINGS)
        newest = {row["article_id"]: row for row in self.articles}
        prints = []
        if self.articles:
            frame = fingerprinted(*({**row, "entities": []} for row in self.articles))
            prints = [{**row, "recipe": recipe} for row in records(frame)]
        stories = [self._story(s, newest.values()) for s in sorted({r["story_id"] for r in newest.values()})]
        tables = ((ARTICLES, self.articles), (ENTITIES_TABLE, self.entities), (STORIES, stories))
        for table, rows in (*tables, (MATCHES, self.matches), (FINGERPRINTS, prints)):
            for month in {month_of(row[table.month_of]) for row in rows}:
                inside = [row for row in rows if month_of(row[table.month_of]) == month]
                write_table(self.folder.table(table) / month / "rows.parquet", rows_to_table(table, inside))
        return Lake(self.folder.root)

    def _story(self, story_id, articles):
        members = sorted((r for r in articles if r["story_id"] == story_id), key=lambda r: r["published_at"])
        ids = {row["article_id"] for row in members}
        return {
            "story_id": story_id,
            "headline_en": next((row["headline_en"] for row in members if row["headline_en"]), None),
            "article_ids": [row["article_id"] for row in members],
            "article_count": len(members),
            "source_count": len({row["source"] for row in members}),
            "languages": sorted({row["language"] for row in members}),
            "first_published_at": members[0]["published_at"],
            "last_published_at": members[-1]["published_at"],
            "top_entities": sorted({row["name"] for row in self.entities if row["article_id"] in ids}),
            "lead_article_id": members[0]["article_id"],
            "merged_story_ids": self.merged.get(story_id),
        }
