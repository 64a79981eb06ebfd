"""The biggest stories with their articles, ready to be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from babelwire.frames import records, values
from babelwire.lake import Lake
from babelwire.report.texts import SideBySide, language_tag, link, plain, side_by_side

MOST_STORIES = 20
MOST_ARTICLES = 6
_MOST_NAMES = 8
_MOMENT = timedelta(microseconds=1)
_TRANSLATED = frozenset({"translated", "partial"})
_REPEATS = frozenset({"duplicate", "near_duplicate"})
_READ = [
    "article_id",
    "uri",
    "source",
    "headline",
    "headline_en",
    "published_at",
    "published_from",
    "language",
    "text",
    "text_en",
    "translation_status",
    "translation_engine",
    "translation_checks",
    "word_count",
    "relation",
]
_MARKED = ["article_id", "type", "surface_forms", "spans"]


@dataclass(frozen=True)
class ShownArticle:
    """An article of a story.

    Attributes:
        headline: the beginning of the text where it has none.
        headline_en: empty where it says the same again.
        lang: the language as an attribute has it.
        dated: whether the date is the document's own.
        of_scope: whether the report is on it.
        open: whether its text is shown at once.
    """

    article_id: str
    headline: str
    headline_en: str
    language: str
    lang: str
    source: str
    uri: str
    link: str
    published_at: datetime
    dated: bool
    relation: str
    status: str
    engine: str
    checks: Sequence[str]
    words: int
    lead: bool
    of_scope: bool
    open: bool
    texts: SideBySide


@dataclass(frozen=True)
class ShownStory:
    """A story.

    Attributes:
        headline: in English where there is such a one.
        lang: the language of the headline as an attribute has it.
        left_out: how many of its articles are not shown.
    """

    story_id: str
    headline: str
    lang: str
    articles_count: int
    sources_count: int
    languages: Sequence[str]
    first: datetime
    last: datetime
    names: Sequence[str]
    articles: Sequence[ShownArticle]
    left_out: int


def biggest(lake: Lake, stories: pd.DataFrame, newest: pd.DataFrame, scope: Collection[str]) -> list[ShownStory]:
    """The biggest of `stories`, with their lead and those of their articles that say most besides it.

    Args:
        stories: rows of `stories`.
        newest: the newest revisions of all articles; columns article_id, story_id, published_at, relation.
        scope: ids of the articles that the report is on; they come first among those shown, and are marked.
    """
    order = ["article_count", "source_count", "last_published_at"]
    ranked = records(stories.sort_values(order, ascending=False, kind="stable").head(MOST_STORIES))
    members = newest[newest["story_id"].isin([story["story_id"] for story in ranked])]
    chosen = {story["story_id"]: _chosen(story, members, scope) for story in ranked}
    texts = _texts(lake, members[members["article_id"].isin([a for ids in chosen.values() for a in ids])])
    return [_shown(lake, story, [texts[a] for a in chosen[story["story_id"]] if a in texts], scope) for story in ranked]


def _chosen(story: Mapping[str, Any], members: pd.DataFrame, scope: Collection[str]) -> list[str]:
    """The articles that are shown of a story: its lead, then those of the report, no copies where others are left."""
    rows = records(members[members["story_id"] == story["story_id"]], ["article_id", "relation", "published_at"])

    def order(row: Mapping[str, Any]) -> tuple[Any, ...]:
        article = row["article_id"]
        is_lead = article == story["lead_article_id"]
        return not is_lead, article not in scope, row["relation"] in _REPEATS, row["published_at"], article

    return [row["article_id"] for row in sorted(rows, key=order)[:MOST_ARTICLES]]


def _texts(lake: Lake, chosen: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Rows of `articles` with their texts, by article."""
    if chosen.empty:
        return {}
    quoted = ", ".join("'" + article.replace("'", "''") + "'" for article in values(chosen, "article_id"))
    times = chosen["published_at"]
    found = lake.articles(
        since=times.min().to_pydatetime(),
        until=times.max().to_pydatetime() + _MOMENT,
        where=f"article_id in ({quoted})",
        columns=_READ,
    )
    return {row["article_id"]: row for row in records(found)}


def _shown(
    lake: Lake, story: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], scope: Collection[str]
) -> ShownStory:
    ids = [row["article_id"] for row in rows]
    lead = story["lead_article_id"]
    translated = next((row["article_id"] for row in rows if row["translation_status"] in _TRANSLATED), lead)
    until = story["last_published_at"] + _MOMENT
    named = lake.entities(story=story["story_id"], since=story["first_published_at"], until=until, columns=_MARKED)
    entities = records(named[named["article_id"].isin(ids)])
    articles = [
        _article(
            row,
            [entity for entity in entities if entity["article_id"] == a],
            lead=a == lead,
            of_scope=a in scope,
            open_=a in {lead, translated},
        )
        for a, row in zip(ids, rows, strict=True)
    ]
    headline_en = plain(story["headline_en"])
    return ShownStory(
        story["story_id"],
        headline_en or (articles[0].headline if articles else ""),
        "en" if headline_en or not articles else articles[0].lang,
        story["article_count"],
        story["source_count"],
        [plain(language, 20) for language in story["languages"]],
        story["first_published_at"],
        story["last_published_at"],
        [plain(name, 60) for name in story["top_entities"][:_MOST_NAMES]],
        articles,
        max(story["article_count"] - len(articles), 0),
    )


def _article(
    row: Mapping[str, Any], entities: Iterable[Mapping[str, Any]], *, lead: bool, of_scope: bool, open_: bool
) -> ShownArticle:
    is_english = row["translation_status"] == "not_needed"
    headline = plain(row["headline"]) or plain(row["text"], 90)
    headline_en = plain(row["headline_en"])
    return ShownArticle(
        row["article_id"],
        headline,
        "" if headline_en == headline else headline_en,
        plain(row["language"], 20),
        language_tag(row["language"]),
        plain(row["source"], 80),
        plain(row["uri"]),
        link(row["uri"]),
        row["published_at"],
        row["published_from"] in {"metadata", "text"},
        row["relation"].replace("_", " "),
        row["translation_status"],
        plain(row["translation_engine"], 80),
        row["translation_checks"],
        row["word_count"],
        lead,
        of_scope,
        open_,
        side_by_side(None if is_english else row["text"], row["text_en"], entities),
    )
