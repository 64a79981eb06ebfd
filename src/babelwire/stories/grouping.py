"""Stories: connected articles, the relation of each to an earlier one, and a row for every story."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import chain, count
from typing import Any

import pandas as pd
import pyarrow as pa

from babelwire.article import ARTICLES, RELATIONS, STORIES
from babelwire.frames import values

ID_DIGITS = 16
STRONG = 0.53
MOST_NAMES = 10

_ASSIGNED = ("article_id", "story_id", "relation", "related_to", "similarity")
_STRENGTH = {relation: place for place, relation in enumerate(RELATIONS)}


def group(
    articles: pd.DataFrame, pairs: pd.DataFrame, previous: Mapping[str, str], *, whole: Collection[str] = ()
) -> pd.DataFrame:
    """Story and relation of every article of a component that has a pair or a new article.

    The relation is to the best earlier partner: duplicate before near_duplicate before overlap, then the higher score,
    then the earlier article; without one the article is the original. An article belongs to the story of that partner,
    so a third article that resembles two stories joins one of them and does not chain them. Two stories are joined by
    a pair that leaves no doubt: a duplicate, a near duplicate, or an overlap whose score is `STRONG` at least.

    A component is what these links connect, and an earlier story that is not `whole`. It keeps the oldest of the
    story ids that its articles had (by first `published_at`, then by id): so two stories merge. A new one is named
    after its lead, the earliest, then longest article. Where a late arrival takes the best partner's place, a whole
    story may come apart: the part with its oldest article keeps the id.

    Args:
        articles: article_id (unique), published_at, word_count.
        pairs: rows of `article.MATCHES`: every accepted pair among `articles`, those found now and the stored ones.
            Pairs with an article that is not in `articles` are passed over.
        previous: the story id of articles that have one.
        whole: ids of the earlier stories all of whose articles and pairs are given, so that they can be found anew.

    Returns:
        article_id, story_id, relation, related_to and similarity, by article_id.
    """
    leading = _leading(articles)
    chosen = [c for c in ("article_id", "matched_to", "relation", "score") if c in pairs.columns]
    best: dict[str, tuple[Any, ...]] = {}
    links: set[tuple[str, str]] = set()
    paired: set[str] = set()
    for later, earlier, relation, score in zip(*(values(pairs, c) for c in chosen), strict=True):
        if later not in leading or earlier not in leading:
            continue
        paired |= {later, earlier}
        partner = ((_STRENGTH[relation], -score, leading[earlier]), relation, earlier, score)
        best[later] = min(best.get(later, partner), partner)
        if relation != "overlap" or score >= STRONG:
            links.add((later, earlier))
    links |= {(later, partner[2]) for later, partner in best.items()}
    held = {article: story for article, story in previous.items() if story not in whole}
    taken: set[str] = set()
    out = []
    for members in sorted(_components(leading, links, held), key=lambda found: min(leading[a] for a in found)):
        story = _story_id(members, leading, previous, taken)
        taken.add(story)
        if all(article in held and article not in paired for article in members):
            continue
        for article in members:
            _, relation, earlier, score = best.get(article, (None, RELATIONS[0], None, None))
            out.append((article, story, relation, earlier, score))
    return _frame(ARTICLES.schema, dict(zip(_ASSIGNED, zip(*sorted(out), strict=True), strict=False)), _ASSIGNED)


def stories(articles: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Rows of `article.STORIES`, by story id, for all stories of `assignments`.

    Args:
        articles: article_id, published_at, word_count, language, source, headline_en and entities (names, or structs
            with a name); must hold every article of these stories.
        assignments: article_id and story_id.
    """
    story_of = dict(zip(values(assignments, "article_id"), values(assignments, "story_id"), strict=True))
    leading = _leading(articles)
    columns = ("article_id", "language", "source", "published_at", "headline_en", "entities")
    rows = {
        row[0]: dict(zip(columns, row, strict=True))
        for row in zip(*(values(articles, c) for c in columns), strict=True)
    }
    members = defaultdict(list)
    for article in sorted(story_of, key=leading.__getitem__):
        members[story_of[article]].append(rows[article])
    made = [_story(story, members[story]) for story in sorted(members)]
    return _frame(STORIES.schema, {f.name: [row.get(f.name) for row in made] for f in STORIES.fields})


def _story(story_id: str, members: list[dict[str, Any]]) -> dict[str, Any]:
    named = Counter(name for row in members for name in _names(row["entities"]))
    return {
        "story_id": story_id,
        "headline_en": next((row["headline_en"] for row in members if row["headline_en"]), None),
        "article_ids": [row["article_id"] for row in members],
        "article_count": len(members),
        "source_count": len({row["source"] or "" for row in members}),
        "languages": sorted({row["language"] for row in members}),
        "first_published_at": members[0]["published_at"],
        "last_published_at": members[-1]["published_at"],
        "top_entities": sorted(named, key=lambda name: (-named[name], name))[:MOST_NAMES],
        "lead_article_id": members[0]["article_id"],
    }


def _names(entities: Iterable[Any] | None) -> set[str]:
    return {entity if isinstance(entity, str) else entity["name"] for entity in entities or ()}


def _leading(articles: pd.DataFrame) -> dict[str, tuple[Any, int, str]]:
    """For each article what orders it: earliest, then longest, then by id."""
    columns = (values(articles, c) for c in ("article_id", "published_at", "word_count"))
    return {article: (at, -(words or 0), article) for article, at, words in zip(*columns, strict=True)}


def _components(
    leading: Mapping[str, tuple[Any, int, str]], linked: Iterable[tuple[str, str]], previous: Mapping[str, str]
) -> list[list[str]]:
    parent: dict[Any, Any] = {article: article for article in leading}

    def root(node: Any) -> Any:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for later, earlier in linked:
        parent[root(later)] = root(earlier)
    for article in leading:
        if article in previous:
            story = ("story", previous[article])
            parent.setdefault(story, story)
            parent[root(article)] = root(story)
    found: dict[Any, list[str]] = defaultdict(list)
    for article in leading:
        found[root(article)].append(article)
    return list(found.values())


def _story_id(
    members: Iterable[str],
    leading: Mapping[str, tuple[Any, int, str]],
    previous: Mapping[str, str],
    taken: Collection[str],
) -> str:
    """The id of the oldest story that no older component keeps, else one after the first article that names none."""
    had = [(leading[article][0], previous[article]) for article in members if article in previous]
    free = [(at, story) for at, story in had if story not in taken]
    if free:
        return min(free)[1]
    names = [article for *_, article in sorted(leading[article] for article in members)]
    used = {*taken, *previous.values()}
    made = chain((f"st-{article[:ID_DIGITS]}" for article in names), (f"st-{names[0]}-{n}" for n in count(2)))
    return next(story for story in made if story not in used)


def _frame(schema: pa.Schema, columns: Mapping[str, Any], names: Iterable[str] | None = None) -> pd.DataFrame:
    fields = [schema.field(name) for name in names or schema.names]
    arrays = [pa.array(columns.get(f.name, ()), f.type) for f in fields]
    frame: pd.DataFrame = pa.table(arrays, names=[f.name for f in fields]).to_pandas(types_mapper=pd.ArrowDtype)
    return frame
