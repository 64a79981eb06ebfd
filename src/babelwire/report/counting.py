"""Counts that charts and tables show: frames as `Lake` gives them in, small frames out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import DISPOSITIONS, TIME
from babelwire.frames import values

Step = Literal["day", "week", "month", "year"]
OTHER = "other"

_LONGEST_DAYS: tuple[tuple[Step, float], ...] = (("day", 45), ("week", 400), ("month", 4500))
_SIZES = ((1, "1"), (2, "2"), (3, "3"), (4, "4"), (9, "5 to 9"), (19, "10 to 19"), (49, "20 to 49"))
_LARGEST = "50 and more"
_DATED = ("metadata", "text")


def dispositions(run: Mapping[str, Any]) -> pd.DataFrame:
    """Inputs by disposition of a row of `runs`, all six: disposition, inputs."""
    return pd.DataFrame({"disposition": DISPOSITIONS, "inputs": [run[d] for d in DISPOSITIONS]})


def languages(articles: pd.DataFrame) -> pd.DataFrame:
    """Articles by language, most first: language, articles, share (0 to 1). Reads `language`."""
    counted = articles["language"].astype(object).value_counts(sort=False).sort_index()
    counted = counted.sort_values(ascending=False, kind="stable")
    found = pd.DataFrame({"language": list(counted.index), "articles": list(counted)})
    return found.assign(share=found["articles"] / max(len(articles), 1))


def languages_over_time(articles: pd.DataFrame, *, most: int = 5) -> pd.DataFrame:
    """Articles by time of publication and language: when (its start), step (day, week, month, year), language, articles.

    The commonest language comes first. Articles without a date of their own are left out.

    Args:
        articles: columns published_at, published_from, language.
        most: languages beyond so many are counted as `other`.
    """
    dated = with_dates(articles)
    order = [*languages(dated)["language"][:most], OTHER]
    spoken = [each if each in order else OTHER for each in values(dated, "language")]
    return _by_time(dated, "language", spoken, order)


def story_sizes(stories: pd.DataFrame) -> pd.DataFrame:
    """Stories by number of articles: size (as words, in order), stories. Reads `article_count`."""
    labels = [*(label for _, label in _SIZES), _LARGEST]
    counts = dict.fromkeys(labels, 0)
    for size in values(stories, "article_count"):
        counts[next((label for most, label in _SIZES if size <= most), _LARGEST)] += 1
    while labels and not counts[labels[-1]]:
        labels.pop()
    return pd.DataFrame({"size": labels, "stories": [counts[label] for label in labels]})


def names(entities: pd.DataFrame) -> pd.DataFrame:
    """Who and what is named in most articles: entity_id, name (the commonest one), type, articles, mentions.

    Args:
        entities: rows of `entities`; columns article_id, entity_id, name, type, mentions.
    """
    rows = pa.table({c: pa.array(entities[c].array) for c in ("article_id", "entity_id", "name", "type", "mentions")})
    spelt = rows.group_by(["entity_id", "name", "type"]).aggregate([("article_id", "count_distinct")])
    spelt = spelt.sort_by([("article_id_count_distinct", "descending"), ("name", "ascending")])
    usual: dict[str, dict[str, Any]] = {}
    for row in spelt.to_pylist():
        usual.setdefault(row["entity_id"], row)
    counts = rows.group_by("entity_id").aggregate([("article_id", "count_distinct"), ("mentions", "sum")])
    order = ("article_id_count_distinct", "descending"), ("mentions_sum", "descending"), ("entity_id", "ascending")
    counts = counts.sort_by(list(order))
    ids = counts["entity_id"].to_pylist()
    return pd.DataFrame(
        {
            "entity_id": ids,
            "name": [usual[i]["name"] for i in ids],
            "type": [usual[i]["type"] for i in ids],
            "articles": counts["article_id_count_distinct"].to_pylist(),
            "mentions": counts["mentions_sum"].to_pylist(),
        }
    )


def names_over_time(entities: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Articles by time of publication that name someone: when (its start), step (day, week, month, year), name, articles.

    Args:
        entities: rows of `entities`; columns entity_id, published_at.
        named: rows of `names`; who is counted, in this order. Two of one name are told apart by their type.
    """
    label = labels(named)
    shown = entities[entities["entity_id"].isin(list(label))]
    return _by_time(shown, "name", [label[i] for i in values(shown, "entity_id")], list(label.values()))


def labels(named: pd.DataFrame) -> dict[str, str]:
    """A name for each entity_id of `names`, in its order; two of one name are told apart by type and id."""
    rows = list(zip(*(values(named, c) for c in ("entity_id", "name", "type")), strict=True))
    found: dict[str, str] = {}
    for i, name, type_ in rows:
        alike = [row for row in rows if row[1] == name]
        apart = name if len(alike) == 1 else f"{name} ({type_})"
        found[i] = apart if apart not in found.values() else f"{name} ({i})"
    return found


def with_dates(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles whose date is their own: not that of a file or of the run. Reads `published_from`."""
    return articles[articles["published_from"].isin(_DATED)]


def _by_time(frame: pd.DataFrame, name: str, kinds: list[str], order: list[str]) -> pd.DataFrame:
    times = pa.array(frame["published_at"].array).cast(TIME)
    step = _step(frame["published_at"])
    starts = pc.floor_temporal(times, unit=step, week_starts_monday=True)
    counted = pa.table({"when": starts, name: pa.array(kinds, pa.string())}).group_by(["when", name])
    found = counted.aggregate([([], "count_all")])
    place = pc.index_in(found[name], pa.array(order, pa.string()))
    found = found.append_column("place", place).sort_by([("place", "ascending"), ("when", "ascending")])
    return pd.DataFrame(
        {
            "when": pd.to_datetime(found["when"].to_pylist(), utc=True),
            "step": step,
            name: found[name].to_pylist(),
            "articles": found["count_all"].to_pylist(),
        }
    )


def _step(times: pd.Series[Any]) -> Step:
    """What to count these times by, so that neither one bar nor a thousand come out."""
    if times.empty:
        return "day"
    days = (times.max() - times.min()).total_seconds() / 86_400
    return next((step for step, longest in _LONGEST_DAYS if days <= longest), "year")
