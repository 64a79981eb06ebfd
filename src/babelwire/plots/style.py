"""What the charts for notebooks have in common: colours, type, axes."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import pandas as pd

from babelwire.report.charts import QUIET, SERIES, Chart, styled
from babelwire.report.texts import plain

MOST_LETTERS = 70


def finished(chart: Chart) -> Chart:
    """The chart as a notebook shows it, on white."""
    return styled(chart, background="white")


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
