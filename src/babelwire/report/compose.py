"""The report on a run: reads the lake, counts, draws, and writes the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from babelwire.frames import records, values
from babelwire.lake import Lake
from babelwire.report import charts, counting
from babelwire.report.drawing import draw
from babelwire.report.ledger import find_run, read_ledger
from babelwire.report.page import render
from babelwire.report.stories import MOST_ARTICLES, MOST_STORIES, biggest
from babelwire.report.texts import plain

_LIGHT = [
    "article_id",
    "revision",
    "run_id",
    "story_id",
    "published_at",
    "published_from",
    "language",
    "relation",
    "translation_status",
    "translation_engine",
    "translation_checks",
    "word_count",
]
_OF_NAMES = ["article_id", "entity_id", "name", "type", "mentions", "published_at"]
_MOST_NAMES, _NAMES_DRAWN = 20, 8
_MOST_LANGUAGES = 15
_LEAST_PERIOD = timedelta(days=30)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Report:
    """The page as HTML, and the run it is on."""

    run_id: str
    html: str


@dataclass(frozen=True)
class Drawn:
    """A chart in two widths, and its numbers as a table: the heads of the columns, and rows of cells."""

    wide: Markup
    narrow: Markup
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def report(lake: Lake, *, name: str, run_id: str | None = None, whole_lake: bool = False) -> Report:
    """The report on a run of the lake.

    Args:
        name: what the lake is called on the page.
        run_id: the run, or the start of its id; the latest where it is None.
        whole_lake: languages, stories and names of the whole lake rather than of the articles of the run. So it is
            too where the run wrote no article.

    Raises:
        UsageError: there is no such run.
    """
    return lake.consistently(lambda: _report(lake, name, run_id, whole_lake=whole_lake))


def _report(lake: Lake, name: str, run_id: str | None, *, whole_lake: bool) -> Report:
    run = find_run(lake, run_id)
    inputs = lake.inputs(since=run["started_at"], until=run["started_at"] + _MOMENT)
    inputs = inputs[inputs["run_id"] == run["run_id"]]
    written = _written_by(run, inputs, lake.articles(current=False, columns=_LIGHT))
    newest = lake.articles(columns=_LIGHT)
    wrote_none = written.empty
    scope = newest if whole_lake or wrote_none else written
    ids = set(values(scope, "article_id"))
    stories = _stories(lake, scope)
    html = render(
        name=plain(name, 80),
        ledger=read_ledger(run, inputs),
        drawn_ledger=_dispositions(run),
        of_lake=whole_lake or wrote_none,
        wrote_none=wrote_none,
        missing=0 if wrote_none else max(run["articles"] - len(written), 0),
        articles_count=len(scope),
        lake_count=len(newest),
        words=int(scope["word_count"].sum() or 0),
        languages=records(counting.languages(scope)),
        most_languages=_MOST_LANGUAGES,
        translation=_translation(scope),
        undated=len(scope) - len(counting.with_dates(scope)),
        stories_count=len(stories),
        story_sizes=_story_sizes(stories),
        stories=biggest(lake, stories, newest, ids),
        most_stories=MOST_STORIES,
        most_articles=MOST_ARTICLES,
        **_over_time(lake, newest, scope, ids),
    )
    return Report(run["run_id"], html)


def _written_by(run: Mapping[str, Any], inputs: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The revisions that a run added, and those whose translation it finished."""
    became = inputs[inputs["disposition"].isin(["new", "revision"]) & inputs["revision"].notna()]
    keys = pa.array([f"{a}:{r}" for a, r in zip(*(values(became, c) for c in ("article_id", "revision")), strict=True)])
    there = pc.binary_join_element_wise(
        pa.array(articles["article_id"].array), pa.array(articles["revision"].array).cast(pa.string()), ":"
    )
    added = pc.is_in(there, keys.cast(pa.string()))
    own = pc.equal(pa.array(articles["run_id"].array), run["run_id"])
    written: pd.DataFrame = articles.loc[pc.or_(own, added).to_numpy(zero_copy_only=False)]
    return written


def _stories(lake: Lake, articles: pd.DataFrame) -> pd.DataFrame:
    """The stories of these articles."""
    if articles.empty:
        return lake.stories().head(0)
    since, until = _range(articles)
    near = lake.stories(since=since, until=until)
    return near[near["story_id"].isin(articles["story_id"].unique())]


def _range(articles: pd.DataFrame) -> tuple[datetime, datetime]:
    """When the first and the last of these articles were published; the second just after."""
    times = articles["published_at"]
    return times.min().to_pydatetime(), times.max().to_pydatetime() + _MOMENT


def _translation(articles: pd.DataFrame) -> dict[str, Any]:
    """Articles by status, by engine, and by check that segments of them failed; the commonest first."""
    engines = Counter(plain(e, 80) for e in values(articles, "translation_engine") if e)
    checks = Counter(c for failed in values(articles, "translation_checks") for c in failed)
    return {
        "statuses": Counter(values(articles, "translation_status")).most_common(),
        "engines": engines.most_common(_MOST_NAMES),
        "checks": checks.most_common(_MOST_NAMES),
    }


def _over_time(lake: Lake, newest: pd.DataFrame, scope: pd.DataFrame, ids: set[str]) -> dict[str, Any]:
    """Languages and names of the lake in the time that the articles of the report are from."""
    dated = counting.with_dates(newest)
    since, until = _period(counting.with_dates(scope)["published_at"])
    near = dated[(dated["published_at"] >= since) & (dated["published_at"] < until)]
    entities = _entities(lake, scope, since, until)
    named = counting.names(entities[entities["article_id"].isin(list(ids))])
    named = named.assign(name=[plain(name, 60) for name in named["name"]])
    drawn = named.head(_NAMES_DRAWN)
    among = entities[entities["entity_id"].isin(list(drawn["entity_id"]))]
    among = among[among["article_id"].isin(values(near, "article_id"))]
    label = counting.labels(named.head(_MOST_NAMES))
    return {
        "since": since,
        "until": until,
        "languages_over_time": _series(
            counting.languages_over_time(near), charts.languages_over_time, "language", "Articles by language over time"
        ),
        "names": [{**row, "name": label[row["entity_id"]]} for row in records(named.head(_MOST_NAMES))],
        "names_count": len(named),
        "names_over_time": _series(
            counting.names_over_time(among, drawn),
            charts.names_over_time,
            "name",
            "Articles that name someone or something over time",
        ),
    }


def _entities(lake: Lake, scope: pd.DataFrame, since: datetime, until: datetime) -> pd.DataFrame:
    """Rows of `entities` of the articles of the report, and of all articles of the time that is drawn."""
    first, last = (since, until) if scope.empty else _range(scope)
    return lake.entities(since=min(first, since), until=max(last, until), columns=_OF_NAMES)


def _period(times: pd.Series[Any]) -> tuple[datetime, datetime]:
    """From when to when most of these times are, in days, without the few that are far from the others."""
    if times.empty:
        now = datetime.now(UTC)
        return now - _LEAST_PERIOD, now
    ordered = times.sort_values()
    few = len(ordered) // 50
    first, last = (pd.Timestamp(ordered.iloc[i]) for i in (few, len(ordered) - 1 - few))
    until = last.floor("D") + pd.Timedelta(days=1)
    return min(first.floor("D"), until - _LEAST_PERIOD).to_pydatetime(), until.to_pydatetime()


def _dispositions(run: Mapping[str, Any]) -> Drawn | None:
    counts = counting.dispositions(run)
    if not run["inputs"]:
        return None
    says = ", ".join(f"{n:,} {d}" for d, n in zip(counts["disposition"], counts["inputs"], strict=True))
    return _drawn(
        lambda width: charts.dispositions(counts, width=width), "dispositions", "Inputs by disposition", says, ()
    )


def _story_sizes(stories: pd.DataFrame) -> Drawn | None:
    if stories.empty:
        return None
    counts = counting.story_sizes(stories)
    rows = [(size, f"{n:,}") for size, n in zip(counts["size"], counts["stories"], strict=True)]
    says = "; ".join(f"{size}: {n}" for size, n in rows)
    return _drawn(
        lambda width: charts.story_sizes(counts, width=width),
        "sizes",
        "Stories by number of articles",
        says,
        rows,
        ("Articles", "Stories"),
    )


def _series(counts: pd.DataFrame, chart: Callable[..., Any], series: str, title: str) -> Drawn | None:
    if counts.empty:
        return None
    step = counts["step"].iloc[0]
    wide = counts.pivot_table(index="when", columns=series, values="articles", aggfunc="sum", fill_value=0)
    wide = wide[list(dict.fromkeys(counts[series]))]
    rows = [
        (charts.written(when, step), *(f"{int(n):,}" for n in numbers))
        for when, numbers in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    heads = (step.capitalize(), *map(str, wide.columns))
    says = f"By {step}, from {rows[0][0]} to {rows[-1][0]}: " + ", ".join(
        f"{c} {int(n)}" for c, n in wide.sum().items()
    )
    name = "languages-drawn" if series == "language" else "names-drawn"
    return _drawn(lambda width: chart(counts, width=width), name, title, says, rows, heads)


def _drawn(
    chart: Callable[[int], Any],
    name: str,
    title: str,
    says: str,
    rows: Sequence[Sequence[str]],
    heads: Sequence[str] = (),
) -> Drawn:
    wide, narrow = (
        draw(chart(width), name=f"{name}-{size}", title=title, description=f"{says}.")
        for size, width in (("wide", charts.WIDE), ("narrow", charts.NARROW))
    )
    return Drawn(wide, narrow, title, heads, rows)
