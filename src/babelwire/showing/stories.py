"""One story as a timeline, and why two articles are, or are not, one story."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from babelwire.frames import records
from babelwire.showing.printing import day, one_line, print_json, print_table, rows

if TYPE_CHECKING:
    from babelwire.lake import Lake
    from babelwire.lake.reading.explaining import Explanation
    from babelwire.stories import Part

MOST_NAMES = 15
SHOWN = [
    "article_id",
    "revision",
    "published_at",
    "published_from",
    "language",
    "source",
    "uri",
    "headline",
    "headline_en",
    "relation",
    "related_to",
    "similarity",
    "word_count",
]
_ID = 8
_PARTS = {
    "overlap": ("score", "overlap"),
    "words": ("words", ""),
    "names": ("names and numbers", ""),
    "days": ("a weekday in common", ""),
    "terms": ("words and names together", "overlap"),
    "vectors": ("meaning of the openings", "overlap"),
    "other_words": ("words without the strongest", "overlap"),
    "other_names": ("names without the strongest", "overlap"),
    "jaccard": ("jaccard of the texts", "near duplicate"),
    "contained": ("share of the shorter text", "near duplicate"),
    "hours_apart": ("hours apart", ""),
}


def show_story(lake: Lake, start_of_id: str, *, as_json: bool) -> None:
    """One story: its articles by time, and who is named in how many of them.

    Of each article the revision is shown that its publisher made last. The id of a story that was joined to another
    shows that one, and says so.
    """
    story, articles, entities = lake.consistently(lambda: _about(lake, start_of_id))
    current = {row["article_id"]: row for row in articles}
    timeline = [current[article] for article in story["article_ids"] if article in current]
    names = _named(entities)
    if as_json:
        print_json({**story, "articles": timeline, "names": names})
        return
    print(one_line(story["headline_en"] or next((r["headline"] for r in timeline if r["headline"]), "(no headline)")))
    first, last = day(story["first_published_at"]), day(story["last_published_at"])
    print(f"  {'id':12} {story['story_id']}")
    if story["merged_story_ids"]:
        print(f"  {'joined to it':12} {', '.join(story['merged_story_ids'])}")
    print(f"  {'articles':12} {story['article_count']} from {_count(story['source_count'], 'source')}")
    print(f"  {'languages':12} {one_line(', '.join(story['languages']))}")
    print(f"  {'time':12} {first}" + (f" to {last}" if last != first else "") + "\n")
    header = ("published (UTC)", "id", "language", "source", "relation", "headline")
    print_table(header, _timeline(timeline, story["lead_article_id"]))
    if any(_undated(row) for row in timeline):
        print("\n? The document has no date; this is when its file was written or taken in.")
    if names:
        print(f"\nNamed in how many of the {_count(len(timeline), 'article')}:")
        for row in names[:MOST_NAMES]:
            print(f"  {row['articles']:4}  {one_line(row['name'])} ({row['type'].lower()})")
        if names[MOST_NAMES:]:
            print(f"        and {len(names) - MOST_NAMES} more; --json lists them all.")


def _about(lake: Lake, start_of_id: str) -> tuple[dict[str, Any], list[dict[str, Any]], pd.DataFrame]:
    """A story, its articles and their names."""
    (story,) = records(lake.story(start_of_id))
    articles = records(lake.articles(story=story["story_id"], columns=SHOWN))
    return story, articles, lake.entities(story=story["story_id"])


def show_explanation(explanation: Explanation, *, window_days: float, as_json: bool) -> None:
    """Why two articles are, or are not, one story.

    Args:
        window_days: the most days that two articles of one story may lie apart.
    """
    if as_json:
        print_json({**asdict(explanation), "window_hours": window_days * 24})
        return
    print(explanation.reason + "\n")
    both = (explanation.one, explanation.other)
    shown = [(*_facts(row), row["story_id"], _headline(row)) for row in both]
    print_table(("published (UTC)", "id", "language", "source", "story", "headline"), shown)
    for title, pairs in (("Evidence", explanation.evidence), ("Chain", explanation.chain)):
        if pairs:
            print(f"\n{title}:")
            print_table(*_evidence(pairs, explanation.one["article_id"]))
    compared = explanation.compared
    if compared is not None:
        print(f"\nThe two compared today: {compared.relation or 'no pair'}. {compared.reason}")
        print_table(("figure", "value", "threshold"), (_part(part, window_days * 24) for part in compared.parts))


def _timeline(articles: Iterable[Mapping[str, Any]], lead: str) -> Iterator[Sequence[str]]:
    for row in articles:
        mark = " (lead)" if row["article_id"] == lead else ""
        related = f" of {row['related_to'][:_ID]}" if row["related_to"] else ""
        yield (*_facts(row), row["relation"].replace("_", " ") + related, _headline(row) + mark)
        if row["headline_en"] and row["headline"] and row["headline_en"] != row["headline"]:
            yield ("", "", "", "", "", f"  {row['headline']}")


def _facts(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    when = f"{row['published_at']:%Y-%m-%d %H:%M}" + (" ?" if _undated(row) else "")
    return when, row["article_id"][:_ID], row["language"], row["source"] or "-"


def _undated(row: Mapping[str, Any]) -> bool:
    return row["published_from"] in {"file", "run"}


def _headline(row: Mapping[str, Any]) -> str:
    return str(row["headline_en"] or row["headline"] or "-")


def _evidence(pairs: Iterable[Mapping[str, Any]], start: str) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The header and the rows of a table of pairs, read from the article `start` on."""
    steps, here = [], start
    for pair in pairs:
        there = pair["matched_to"] if pair["article_id"] == here else pair["article_id"]
        figures = (pair[c] for c in ("score", "jaccard", "words", "entities", "vectors", "hours_apart"))
        relation = pair["relation"].replace("_", " ")
        shown = ("-" if figure is None else f"{figure:.2f}" for figure in figures)
        steps.append((here[:_ID], there[:_ID], relation, pair["method"], *shown))
        here = there
    return ("from", "to", "relation", "method", "score", "jaccard", "words", "names", "meaning", "hours apart"), steps


def _part(part: Part, window_hours: float) -> tuple[str, str, str]:
    name, needed_for = _PARTS.get(part.name, (part.name.replace("_", " "), "needed"))
    if part.name == "hours_apart":
        threshold = f"at most {window_hours:g}"
    else:
        threshold = "-" if part.least is None else f"{needed_for} from {part.least:.2f}"
    return name, f"{part.value:.2f}", threshold


def _named(entities: pd.DataFrame) -> list[dict[str, Any]]:
    """Who is named in how many articles: entity_id, name (the commonest one), type, articles and mentions."""
    spelt: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    mentions = Counter[str]()
    for entity, name, type_, count in rows(entities, ["entity_id", "name", "type", "mentions"]):
        spelt[entity][name, type_] += 1
        mentions[entity] += count
    found = []
    for entity, spellings in spelt.items():
        name, type_ = min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
        counts = {"articles": spellings.total(), "mentions": mentions[entity]}
        found.append({"entity_id": entity, "name": name, "type": type_, **counts})
    return sorted(found, key=lambda row: (-row["articles"], -row["mentions"], row["entity_id"]))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
