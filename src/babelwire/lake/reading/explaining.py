"""Why two articles of a lake are, or are not, one story: what was found when they came in, and what is found today."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from babelwire.errors import UsageError
from babelwire.frames import records
from babelwire.lake.reading.read import Lake
from babelwire.settings import Stories
from babelwire.stories import Verdict, recipe, score

SHOWN = (
    "article_id",
    "revision",
    "published_at",
    "published_from",
    "language",
    "source",
    "headline",
    "headline_en",
    "story_id",
    "relation",
    "related_to",
)


@dataclass(frozen=True)
class Explanation:
    """What the lake knows of two articles together.

    Attributes:
        one: the first article asked for, with the columns `SHOWN` of the revision that its publisher made last.
        other: the second.
        one_story: whether they are in one story.
        reason: why, in a sentence.
        evidence: rows of `matches` of the two; none where they are no accepted pair.
        chain: rows of `matches` that lead from one to the other where only a chain of pairs connects them.
        compared: what matching says of these texts of the two, without the rest of the lake; None where the
            index holds no fingerprints of both that can be compared.
    """

    one: Mapping[str, Any]
    other: Mapping[str, Any]
    one_story: bool
    reason: str
    evidence: list[dict[str, Any]]
    chain: list[dict[str, Any]]
    compared: Verdict | None


def explain(lake: Lake, one: str, other: str, settings: Stories) -> Explanation:
    """Why two articles are, or are not, one story.

    Args:
        one: the id of an article, or the start of it.
        other: that of another one.
        settings: the thresholds to compare the two with.

    Raises:
        UsageError: no article, or more than one, has such an id, or both ids are of one article.
    """
    return lake.consistently(lambda: _explain(lake, one, other, settings))


def _explain(lake: Lake, one: str, other: str, settings: Stories) -> Explanation:
    a, b = (records(lake.article(asked).tail(1), SHOWN)[0] for asked in (one, other))
    ends = {a["article_id"], b["article_id"]}
    if len(ends) == 1:
        raise UsageError(f"{one} and {other} are the same article ({a['article_id']}). Give the ids of two articles.")
    one_story = a["story_id"] == b["story_id"]
    evidence = records(lake.matches(among=ends))
    chain: list[dict[str, Any]] = []
    if one_story and not evidence:
        (members,) = records(lake.story(a["story_id"]), ["article_ids"])
        pairs = records(lake.matches(among=members["article_ids"]))
        chain = _chain(pairs, a["article_id"], b["article_id"])
    compared = _compare(lake, a, b, settings)
    if one_story:
        reason = _why_one(evidence, chain)
    else:
        reason = _why_two({row["article_id"]: row for row in (a, b)}, evidence, compared)
    return Explanation(a, b, one_story, reason, evidence, chain, compared)


def _compare(lake: Lake, a: Mapping[str, Any], b: Mapping[str, Any], settings: Stories) -> Verdict | None:
    found = records(lake.fingerprints([a["article_id"], b["article_id"]]))
    today = recipe(settings)
    known = {(row["article_id"], row["revision"]): row for row in found if row["recipe"] == today}
    prints = [known.get((row["article_id"], row["revision"])) for row in (a, b)]
    if prints[0] is None or prints[1] is None:
        return None
    return score(prints[0], prints[1], settings)


def _chain(pairs: Iterable[Mapping[str, Any]], start: str, end: str) -> list[dict[str, Any]]:
    """The fewest pairs that lead from `start` to `end`, in order; none where nothing does."""
    neighbours: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda row: (-row["score"], row["article_id"], row["matched_to"])):
        neighbours[pair["article_id"]].append((pair["matched_to"], dict(pair)))
        neighbours[pair["matched_to"]].append((pair["article_id"], dict(pair)))
    came_by: dict[str, list[dict[str, Any]]] = {start: []}
    ahead = deque([start])
    while ahead and end not in came_by:
        here = ahead.popleft()
        for there, pair in neighbours[here]:
            if there not in came_by:
                came_by[there] = [*came_by[here], pair]
                ahead.append(there)
    return came_by.get(end, [])


def _why_one(evidence: list[dict[str, Any]], chain: list[dict[str, Any]]) -> str:
    if evidence:
        return f"They are one story: the two are an accepted pair ({evidence[0]['relation']})."
    if chain:
        return f"They are one story by a chain of {len(chain)} pairs; the two themselves are none."
    return "They have been one story since an earlier run; the evidence of that time is no longer in the lake."


def _why_two(
    articles: Mapping[str, Mapping[str, Any]], evidence: list[dict[str, Any]], compared: Verdict | None
) -> str:
    if evidence:
        later = articles[evidence[0]["article_id"]]
        return (
            "They are two stories although the two are an accepted pair: the later one belongs to the story of the "
            f"article that it is closest to, and that is {later['related_to'] or 'another one'}."
        )
    if compared is None:
        return (
            "They are two stories: no pair of them was accepted. They cannot be compared today, because the index has "
            "no fingerprints of both by this version. The next run of babelwire ingest on this lake makes them."
        )
    if compared.relation is not None:
        return (
            f"They are two stories: no pair of them was accepted when they came in. Compared today they would be one "
            f"({compared.relation}): the settings have changed since, or the two share too few names to be looked at."
        )
    return f"They are two stories. {compared.reason}"
