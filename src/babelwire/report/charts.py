"""Charts of a lake, as Altair charts: for the report, which draws them as SVG, and for notebooks.

Each takes a small frame that `babelwire.report.counting` makes. Their colours are those of a light page; the report
puts its own in their place, so that a dark page and paper look right too.
"""

from __future__ import annotations

from typing import TypeVar

import altair as alt
import pandas as pd

from babelwire.report.counting import OTHER

INK, QUIET, GRID = "#1b1f24", "#59626d", "#dfe3e8"
SERIES = ("#1f5fa8", "#c2560c", "#1a7f5a", "#8a4fb0", "#997000", "#69727d")
WIDE, NARROW = 680, 320
"""Widths in pixels that suit a page and a phone."""

Chart = TypeVar("Chart", alt.Chart, alt.LayerChart, alt.FacetChart)
_FONT = "system-ui, sans-serif"
_DAY = "%-d %b %Y"
_TIMES = {
    "day": (_DAY, "%-d %b"),
    "week": ("week of " + _DAY, "%-d %b %y"),
    "month": ("%b %Y",) * 2,
    "year": ("%Y",) * 2,
}
_FEWEST_DAYS_SHOWN = {"day": 14, "week": 84, "month": 365, "year": 3650}
_WIDTH_OF_STEP = {"day": 1, "week": 7, "month": 30.4, "year": 365.25}


def dispositions(counts: pd.DataFrame, *, width: int = WIDE) -> alt.LayerChart:
    """Inputs by disposition, a bar each with its number. Takes `counting.dispositions`."""
    return _labelled_bars(counts, "disposition", "inputs", width)


def story_sizes(counts: pd.DataFrame, *, width: int = WIDE) -> alt.LayerChart:
    """Stories by number of articles, a bar each with its number. Takes `counting.story_sizes`."""
    return _labelled_bars(counts, "size", "stories", width, title="articles")


def languages_over_time(counts: pd.DataFrame, *, width: int = WIDE) -> alt.Chart:
    """Articles by time and language, stacked. Takes `counting.languages_over_time`."""
    order = list(dict.fromkeys(counts["language"]))
    colours = [*SERIES[: len(order) - 1], SERIES[-1]] if OTHER in order else list(SERIES[: len(order)])
    chart: alt.Chart = (
        alt.Chart(counts.assign(place=counts["language"].map(order.index)))
        .mark_bar(size=_bar(counts, width))
        .encode(
            x=_time_axis(counts, width),
            y=alt.Y("articles:Q", title="articles", axis=_whole_numbers(4)),
            color=alt.Color("language:N", sort=order, scale=alt.Scale(domain=order, range=colours), title=None),
            order=alt.Order("place:Q"),
        )
        .properties(width=width - 60, height=200)
    )
    return styled(chart)


def names_over_time(counts: pd.DataFrame, *, width: int = WIDE) -> alt.FacetChart:
    """Articles by time that name someone, a row for each name. Takes `counting.names_over_time`."""
    chart: alt.FacetChart = (
        alt.Chart(counts)
        .mark_bar(size=_bar(counts, width), color=SERIES[0])
        .encode(x=_time_axis(counts, width), y=alt.Y("articles:Q", title=None, axis=_ends(counts["articles"].max())))
        .properties(width=width - 40, height=38)
        .facet(
            row=alt.Row(
                "name:N",
                sort=list(dict.fromkeys(counts["name"])),
                title=None,
                header=alt.Header(
                    labelOrient="top", labelAnchor="start", labelFontSize=13, labelPadding=2, labelLimit=width - 40
                ),
            ),
            spacing=14,
        )
    )
    return styled(chart)


def written(when: pd.Timestamp, step: str) -> str:
    """A time of a chart as a sentence or a table says it."""
    return when.strftime(_TIMES[step][0])


def styled(chart: Chart, *, background: str = "transparent") -> Chart:
    """The chart in the type and colours of the others."""
    made: Chart = (
        chart.configure(font=_FONT, background=background, padding=8)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=QUIET,
            titleColor=QUIET,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=GRID,
            domainColor=QUIET,
            tickColor=QUIET,
            labelLimit=160,
        )
        .configure_legend(
            labelColor=INK,
            titleColor=QUIET,
            labelFontSize=12,
            titleFontWeight="normal",
            orient="top",
            symbolType="square",
            labelLimit=160,
        )
        .configure_header(labelColor=INK)
    )
    return made


def _labelled_bars(
    counts: pd.DataFrame, category: str, number: str, width: int, *, title: str | None = None
) -> alt.LayerChart:
    bars = alt.Chart(counts).encode(
        y=alt.Y(f"{category}:N", sort=None, title=title, axis=alt.Axis(ticks=False, domain=False, labelPadding=6)),
        x=alt.X(f"{number}:Q", axis=None, scale=alt.Scale(domainMin=0)),
    )
    numbers = bars.mark_text(align="left", dx=5, color=INK, fontSize=13).encode(
        text=alt.Text(f"{number}:Q", format=",")
    )
    both: alt.LayerChart = bars.mark_bar(color=SERIES[0], height=16) + numbers
    both = both.properties(width=width - 170, height=alt.Step(26))
    return styled(both)


def _time_axis(counts: pd.DataFrame, width: int) -> alt.X:
    """The time on the x axis, in whole steps; a short time is shown as part of a longer one."""
    step = _step(counts)
    missing = pd.Timedelta(days=_FEWEST_DAYS_SHOWN[step]) - (counts["when"].max() - counts["when"].min())
    margin = max(missing / 2, pd.Timedelta(days=_WIDTH_OF_STEP[step]))
    ends = [counts["when"].min() - margin, counts["when"].max() + margin]
    written = _TIMES[step][1]
    return alt.X(
        "when:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[int(end.timestamp() * 1000) for end in ends]),
        axis=alt.Axis(format=written, tickCount=max(3, width // 95), grid=False, labelFlush=False),
    )


def _bar(counts: pd.DataFrame, width: int) -> float:
    """How wide a bar is, in pixels."""
    step = _step(counts)
    days = max((counts["when"].max() - counts["when"].min()).days, _FEWEST_DAYS_SHOWN[step])
    pixels = 0.8 * (width - 60) * _WIDTH_OF_STEP[step] / (days + 2 * _WIDTH_OF_STEP[step])
    return max(1.5, float(pixels))


def _step(counts: pd.DataFrame) -> str:
    return str(counts["step"].iloc[0])


def _whole_numbers(ticks: int) -> alt.Axis:
    return alt.Axis(format=",d", tickCount=ticks, tickMinStep=1, domain=False, ticks=False)


def _ends(most: int) -> alt.Axis:
    return alt.Axis(format=",d", values=[0, int(most)], domain=False, ticks=False)
