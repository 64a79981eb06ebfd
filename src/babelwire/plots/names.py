"""Names over many articles: how often over time, and who is named together with whom."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import altair as alt
import pandas as pd

from babelwire.frames import values
from babelwire.plots.style import finished, nothing, short
from babelwire.report import charts, counting


def names_over_time(entities: pd.DataFrame, *, most: int = 8, width: int = charts.WIDE) -> alt.FacetChart | alt.Chart:
    """Articles by time that name those who are named most, a row for each. Reads rows of `entities`."""
    entities = entities.assign(name=[short(name) for name in values(entities, "name")])
    named = counting.names(entities).head(most)
    if named.empty:
        return nothing(width)
    return charts.names_over_time(counting.names_over_time(entities, named), width=width)


def together(entities: pd.DataFrame, *, most: int = 16, width: int = charts.WIDE) -> alt.LayerChart | alt.Chart:
    """How many articles name each two of those who are named most. Reads rows of `entities`."""
    label = counting.labels(counting.names(entities).head(most))
    shown = entities[entities["entity_id"].isin(list(label))]
    counts = Counter[tuple[str, str]]()
    for ids in shown.groupby("article_id")["entity_id"].unique():
        counts.update(combinations(sorted(ids, key=list(label).index), 2))
    if not counts:
        return nothing(width)
    names = {i: short(name, 28) for i, name in label.items()}
    pairs = [(names[a], names[b], n) for (a, b), n in counts.items()]
    rows = pd.DataFrame(pairs + [(b, a, n) for a, b, n in pairs], columns=["one", "other", "articles"])
    order = [*names.values()]
    base = alt.Chart(rows).encode(
        x=alt.X("one:N", sort=order, title=None, axis=alt.Axis(labelAngle=-50, ticks=False, domain=False)),
        y=alt.Y("other:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False)),
    )
    heat = base.mark_rect(cornerRadius=2).encode(
        color=alt.Color("articles:Q", scale=alt.Scale(scheme="blues", domainMin=0), legend=None)
    )
    dark = f"datum.articles > {rows['articles'].max() * 0.6}"
    figures = base.mark_text(fontSize=11).encode(
        text="articles:Q", color=alt.condition(dark, alt.value("white"), alt.value(charts.INK))
    )
    both: alt.LayerChart = heat + figures
    side = min(26 * len(order), width - 190)
    return finished(both.properties(width=side, height=side))
