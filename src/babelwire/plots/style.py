"""What the charts for notebooks have in common: colours, type, axes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import altair as alt
import pandas as pd

from babelwire.report.charts import GRID, INK, QUIET, SERIES
from babelwire.report.texts import plain

_Chart = TypeVar("_Chart", alt.Chart, alt.LayerChart)
MOST_LETTERS = 70


def finished(chart: _Chart) -> _Chart:
    """The chart in the type and colours of the others."""
    styled: _Chart = (
        chart.configure(font="system-ui, sans-serif", background="white", padding=8)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=QUIET,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=GRID,
            domainColor=QUIET,
            tickColor=QUIET,
            labelLimit=180,
        )
        .configure_legend(labelColor=INK, titleColor=QUIET, labelFontSize=12, titleFontWeight="normal", orient="top")
    )
    return styled


def nothing(width: int) -> alt.Chart:
    """What stands for a chart of no rows."""
    says = alt.Chart(pd.DataFrame({"says": ["Nothing to show."]})).mark_text(color=QUIET, fontSize=13)
    chart: alt.Chart = says.encode(text="says:N").properties(width=width, height=60)
    return finished(chart)


def language_colour(languages: Iterable[str]) -> alt.Color:
    """A colour for each language, the same in every chart with the same languages."""
    order = sorted(set(languages))
    colours = [SERIES[min(i, len(SERIES) - 1)] for i in range(len(order))]
    return alt.Color("language:N", scale=alt.Scale(domain=order, range=colours), title=None)


def number(column: str, title: str) -> alt.X:
    """Whole numbers from nought on."""
    return alt.X(f"{column}:Q", title=title, axis=alt.Axis(format=",d", tickMinStep=1, domain=False, ticks=False))


def short(text: str | None, most: int = MOST_LETTERS) -> str:
    """Text on one line of at most so many letters, without the control characters that would end the drawing program."""
    return plain(text, most)
