"""Runs of articles that are given as they come out of the stages, for tests of what publishing makes of them."""

import hashlib
import random
from datetime import UTC, datetime, timedelta

from babelwire.article import ARTICLES, FRAME
from babelwire.frames import make_frame
from babelwire.lake import LakeFolder
from babelwire.lake.publishing.publish import publish
from babelwire.lake.publishing.work import Work, write_batch
from babelwire.recipe import Recipe
from babelwire.settings import load_settings
from babelwire.stories import Fingerprint

SETTINGS = load_settings(overrides={"translation": {"engine": "none"}, "stories": {"encoder": "none"}})
FIRST_DAY = datetime(2025, 3, 1, tzinfo=UTC)

_LATER = {"revision", "story_id", "relation", "related_to", "similarity", "run_id", "ingested_at"}
_BEFORE = {f.name for f in ARTICLES.fields} - _LATER
_SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "ul", "an", "or")]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def sent(name, text, at, *, names=(), **columns):
    """An article in English, as the stage before the fingerprints leaves it."""
    entities = [
        {
            "entity_id": f"person:{n.lower()}",
            "name": n,
            "type": "PERSON",
            "mentions": 1,
            "surface_forms": [n],
            "spans": [{"start": 0, "end": 1}],
            "evidence": "model",
        }
        for n in names
    ]
    return {
        "input_uri": f"file:///wire/{name}-{digest(text)[:6]}",
        "bytes_digest": digest(text),
        "size": len(text),
        "file_size": len(text),
        "file_modified_at": at,
        "article_id": digest(name),
        "content_hash": digest(text),
        "source": f"Paper {len(name) % 3}",
        "headline": text.split(". ", maxsplit=1)[0],
        "headline_en": text.split(". ", maxsplit=1)[0],
        "byline": [],
        "published_at": at,
        "published_from": "metadata",
        "language": "en",
        "language_confidence": 1.0,
        "languages": [],
        "text": text,
        "text_en": text,
        "removed": [],
        "translation_status": "not_needed",
        "translation_checks": [],
        "word_count": len(text.split()),
        "entities": entities,
        **columns,
    }


class Wire:
    """A lake, and runs into it."""

    def __init__(self, root):
        self.root = root
        self.folder = LakeFolder.create(root)
        self._runs = 0

    def publish(self, articles, *, batch=50):
        """One run."""
        self._runs += 1
        work = Work.start(self.folder, {"run": self._runs})
        for number, start in enumerate(range(0, len(articles), batch), 1):
            rows = articles[start : start + batch]
            columns = {c: [row.get(c) for row in rows] for c in FRAME if c in _BEFORE or any(c in row for row in rows)}
            frame = Fingerprint(SETTINGS.stories)(make_frame(columns))
            write_batch(work.folder / f"batch-{number:06}.parquet", frame, {})
        return publish(self.folder, work, Recipe(SETTINGS, work.started_at), unchanged=0)


def invent(seed):
    """Thirty days of articles, day by day: stories of some days with copies, edited copies, revisions and twins."""
    chance = random.Random(seed)
    common = [_word(chance) for _ in range(150)]
    days = [[] for _ in range(30)]
    for story in range(45):
        begins, names = chance.randrange(30), [_word(chance).capitalize() for _ in range(9)]
        words, numbers = chance.sample(common, 25), [str(chance.randrange(20, 9000)) for _ in range(3)]
        for part in range(chance.randrange(1, 6)):
            day = begins + chance.choice((0, 0, 1, 2, 5))
            if day < 30:
                at = FIRST_DAY + timedelta(days=day, minutes=chance.randrange(1440))
                text = _text(chance, names, words, numbers, common)
                named = [name for name in names if name in text]
                origin = chance.choice(("metadata", "metadata", "text", "file"))
                days[day].append(sent(f"{story}.{part}", text, at, names=named, published_from=origin))
    for day, articles in enumerate(days):
        for number, article in enumerate(list(articles)):
            later = min(29, day + chance.choice((0, 1, 9)))
            at = max(article["published_at"], FIRST_DAY + timedelta(days=later)) + timedelta(minutes=7)
            what = chance.choice(("copy", "edit", "revision", "", "", ""))
            name = f"{what}.{day}.{number}"
            if what == "copy":
                days[later].append(sent(name, article["text"], at, published_from="metadata"))
            elif what == "edit":
                days[later].append(sent(name, f"{article['text']} It was said on {_word(chance)}.", at))
            elif what == "revision":
                text = f"{article['text']} This was put right."
                again = sent(name, text, article["published_at"], modified_at=at)
                kept = ("article_id", "published_from", "source")
                days[later].append({**again, **{c: article[c] for c in kept}})
    return days


def _word(chance):
    return "".join(chance.choices(_SYLLABLES, k=3))


def _text(chance, names, words, numbers, common):
    sentences = []
    for _ in range(7):
        inside = [*chance.sample(words, 6), *chance.sample(common, 3), *chance.sample(names, 3), chance.choice(numbers)]
        chance.shuffle(inside)
        sentences.append("The " + " ".join(inside) + ".")
    return " ".join(sentences)
