"""How much there is: articles by day and language, by source, stories by size."""

from __future__ import annotations

import altair as alt
import pandas as pd

from babelwire.plots.style import finished, language_colour, nothing, number, short
from babelwire.report import charts, counting


def coverage(articles: pd.DataFrame, *, width: int = charts.WIDE) -> alt.Chart:
    """Articles by time of publication and language. Reads published_at, published_from, language.

    Articles without a date of their own are left out.
    """
    counts = counting.languages_over_time(articles)
    return nothing(width) if counts.empty else charts.languages_over_time(counts, width=width)


def sources(articles: pd.DataFrame, *, most: int = 20, width: int = charts.WIDE) -> alt.Chart:
    """Articles by source and language, the largest source first. Reads source, language."""
    if articles.empty:
        return nothing(width)
    counted = articles.groupby(["source", "language"], observed=True).size().rename("articles").reset_index()
    shown = counted.groupby("source")["articles"].sum().sort_values(ascending=False, kind="stable").index[:most]
    order = list(shown)
    rows = counted[counted["source"].isin(order)].astype({"source": object, "language": object})
    rows = rows.assign(source=[_spelt(name) for name in rows["source"]])
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(height=16)
        .encode(
            y=alt.Y("source:N", sort=[_spelt(name) for name in order], title=None, axis=alt.Axis(ticks=False)),
            x=number("articles", "articles"),
            color=language_colour(rows["language"]),
        )
        .properties(width=width - 190, height=alt.Step(24))
    )
    return finished(chart)


def story_sizes(stories: pd.DataFrame, *, width: int = charts.WIDE) -> alt.LayerChart | alt.Chart:
    """Stories by number of articles. Reads article_count."""
    if stories.empty:
        return nothing(width)
    return charts.story_sizes(counting.story_sizes(stories), width=width)


def _spelt(source: str) -> str:
    return short(source, 40) or "unknown"
