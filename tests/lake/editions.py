"""A lake of which every run changes every table, and whose rows all say after which run they are."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from babelwire.article import ARTICLES, ENTITIES_TABLE, RUNS, STORIES
from babelwire.lake import Lake, LakeFolder
from babelwire.lake import journal as journal_module
from babelwire.lake.journal import Journal, recover
from babelwire.lake.lock import hold
from babelwire.lake.publishing.edit import edit, rows_to_table

STORY = "st-edition"
NAMED = "Anna Neri"
_WHO = "person:anna-neri"
ARTICLES_BY_MONTH = 5
_FIRST = datetime(2025, 1, 10, tzinfo=UTC)
_IDS = [f"{n:032x}" for n in range(ARTICLES_BY_MONTH)]
_TIMES = [_FIRST + timedelta(days=31 * n) for n in range(ARTICLES_BY_MONTH)]


def publish(lake, number, work="run"):
    """Publishes run `number`: each article and the story are rewritten, and another article names Anna Neri.

    The file of entities in one month loses its only row and is removed, and that of the next month is new.
    """
    journal = Journal(lake, lake.work / work)
    edit(journal, lake, ARTICLES, put=_table(ARTICLES, [_article(n, number) for n in range(ARTICLES_BY_MONTH)]))
    named = number % ARTICLES_BY_MONTH
    about = {"article_id": _IDS[named], "story_id": STORY, "published_at": _TIMES[named], "mentions": number}
    about |= {"entity_id": _WHO, "name": NAMED}
    edit(journal, lake, ENTITIES_TABLE, put=_table(ENTITIES_TABLE, [about]), drop={"entity_id": [_WHO]})
    edit(journal, lake, STORIES, put=_table(STORIES, [_story(number)]))
    run = {"run_id": f"run-{number:06}", "started_at": _FIRST + timedelta(minutes=number)}
    edit(journal, lake, RUNS, put=_table(RUNS, [run]))
    journal.commit()


def _article(n, number):
    said = {"headline": f"Edition {number}", "text": f"Words of edition {number}."}
    said |= {"headline_en": said["headline"], "text_en": said["text"]}
    return {
        "article_id": _IDS[n],
        "revision": 1,
        "published_at": _TIMES[n],
        "story_id": STORY,
        "language": "en",
        **said,
    }


def _story(number):
    return {
        "story_id": STORY,
        "headline_en": f"Edition {number}",
        "article_ids": _IDS,
        "article_count": ARTICLES_BY_MONTH,
        "first_published_at": _TIMES[0],
        "last_published_at": _TIMES[-1],
    }


def _table(table, rows):
    """The rows with something plain in each column that may not be null."""
    plain = {field.name: _plain(field) for field in table.fields if not field.null}
    return rows_to_table(table, ({**plain, **row} for row in rows))


def _plain(field):
    if field.one_of:
        return field.one_of[0]
    if pa.types.is_timestamp(field.type):
        return _FIRST
    return [] if pa.types.is_list(field.type) else pa.scalar(field.least or 0).cast(field.type).as_py()


def _edition(frame, *, rows):
    """The one edition of which all rows are."""
    assert len(frame) == rows
    (headline,) = set(frame["headline" if "headline" in frame else "headline_en"])
    return int(headline.removeprefix("Edition "))


def _named(articles):
    number = _edition(articles, rows=1)
    assert list(articles["article_id"]) == [_IDS[number % ARTICLES_BY_MONTH]]
    return number


QUESTIONS = {
    "articles": lambda lake: _edition(lake.articles(), rows=ARTICLES_BY_MONTH),
    "story": lambda lake: _edition(lake.story("edition"), rows=1),
    "articles of a story": lambda lake: _edition(lake.articles(story=STORY), rows=ARTICLES_BY_MONTH),
    "articles by a name": lambda lake: _named(lake.articles(entity=NAMED)),
    "stories by a name": lambda lake: _edition(lake.stories(entity=NAMED), rows=1),
    "a search": lambda lake: _edition(lake.articles(text="words", order="best", limit=3), rows=3),
    "a condition": lambda lake: _edition(lake.articles(where="text LIKE 'Words%'", limit=4), rows=4),
    "names": lambda lake: int(lake.top_entities(1)["mentions"][0]),
    "runs": lambda lake: len(lake.runs()),
}
"""Each gives the number of the run after which the lake was, and fails where an answer is of two states."""


def all_at_once(lake):
    """The same of all questions together."""
    (number,) = lake.consistently(lambda: {ask(lake) for ask in QUESTIONS.values()})
    return number


def publish_again_and_again(root, until, *, pause=0, killed_at=None):
    """What a process does that publishes one run after another.

    Args:
        until: the number of the last run.
        pause: seconds before each run.
        killed_at: the process ends itself with SIGKILL in the last run, after so many files were moved.
    """
    lake = LakeFolder.open(root)
    with hold(lake.lock, what="the lake", timeout_seconds=10):
        recover(lake)
        for number in range(len(Lake(root).runs()) + 1, until + 1):
            if number == until and killed_at is not None:
                _kill_after(killed_at)
            time.sleep(pause)
            publish(lake, number)


def _kill_after(moves):
    left, move = [None] * moves, journal_module.move

    def move_or_die(staged, destination):
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left.pop()
        move(staged, destination)

    journal_module.move = move_or_die
