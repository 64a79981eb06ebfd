"""One story: its articles by time, who is named when, and a text beside its translation."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from babelwire.frames import records
from babelwire.plots.style import finished, language_colour, nothing, short
from babelwire.report.charts import INK, QUIET, WIDE
from babelwire.report.texts import Piece, language_tag, plain, side_by_side

_MOST_ARTICLES = 60
_MARKS = {
    "PERSON": "#d6e6fa",
    "ORG": "#f3dcf5",
    "GPE": "#d3f0dd",
    "LOC": "#d3f0dd",
    "FAC": "#d3f0dd",
    "NORP": "#fbedc2",
    "EVENT": "#fbdcd0",
}
_OTHER_MARK = "#e7e9ec"


def timeline(articles: pd.DataFrame, *, width: int = 900) -> alt.LayerChart | alt.Chart:
    """The articles of a story by time, a row each with its source and headline, in the colour of its language.

    Reads article_id, published_at, language, source, headline, headline_en, relation. Copies are hollow. A story of
    more than 60 articles is cut.
    """
    if articles.empty:
        return nothing(width)
    rows = records(articles.sort_values("published_at", kind="stable").head(_MOST_ARTICLES), _TIMELINE)
    shown = pd.DataFrame(
        {
            "place": range(len(rows)),
            "when": pd.to_datetime([row["published_at"] for row in rows], utc=True),
            "language": [row["language"] for row in rows],
            "label": [
                f"{plain(row['source'], 30) or 'unknown'}: {short(row['headline_en'] or row['headline'])}"
                for row in rows
            ],
            "copy": [row["relation"] in {"duplicate", "near_duplicate"} for row in rows],
        }
    )
    middle = shown["when"].min() + (shown["when"].max() - shown["when"].min()) / 2
    shown["late"] = shown["when"] > middle
    base = alt.Chart(shown).encode(y=alt.Y("place:O", axis=None), x=_time(shown["when"]))
    dots = base.mark_point(size=90, strokeWidth=2, opacity=1).encode(
        color=language_colour(shown["language"]),
        fill=alt.condition("datum.copy", alt.value("white"), language_colour(shown["language"])),
    )
    words: dict[str, Any] = {"color": INK, "fontSize": 12, "limit": width * 0.55}
    right = base.transform_filter("!datum.late").mark_text(align="left", dx=12, **words).encode(text="label:N")
    left = base.transform_filter("datum.late").mark_text(align="right", dx=-12, **words).encode(text="label:N")
    both: alt.LayerChart = dots + right + left
    return finished(both.properties(width=width, height=alt.Step(24)))


_TIMELINE = ["published_at", "language", "source", "headline", "headline_en", "relation"]


def named_when(articles: pd.DataFrame, entities: pd.DataFrame, *, most: int = 15, width: int = WIDE) -> alt.Chart:
    """Who is named when in a story: a row for each name, from the first named on, a dot for each article.

    Reads article_id, published_at, language of the articles, and article_id, entity_id, name, mentions of the entities.
    """
    languages = dict(zip(articles["article_id"], articles["language"], strict=True))
    named = entities[entities["article_id"].isin(list(languages))]
    if named.empty:
        return nothing(width)
    in_most = (
        named.groupby("entity_id")["article_id"].nunique().sort_values(ascending=False, kind="stable").index[:most]
    )
    named = named[named["entity_id"].isin(list(in_most))].sort_values("published_at", kind="stable")
    usual = named.groupby("entity_id", sort=False)["name"].first()
    shown = pd.DataFrame(
        {
            "name": [short(usual[i], 40) for i in named["entity_id"]],
            "when": pd.to_datetime(named["published_at"].to_list(), utc=True),
            "mentions": named["mentions"].astype(int).to_list(),
            "language": [languages[i] for i in named["article_id"]],
        }
    )
    chart: alt.Chart = (
        alt.Chart(shown)
        .mark_circle(opacity=0.75)
        .encode(
            x=_time(shown["when"]),
            y=alt.Y(
                "name:N", sort=list(dict.fromkeys(shown["name"])), title=None, axis=alt.Axis(ticks=False, grid=True)
            ),
            yOffset=alt.YOffset("language:N"),
            size=alt.Size("mentions:Q", scale=alt.Scale(range=[40, 300]), legend=None),
            color=language_colour(shown["language"]),
        )
        .properties(width=width - 170, height=26 * shown["name"].nunique())
    )
    return finished(chart)


def _time(times: pd.Series[Any]) -> alt.X:
    first, last = times.min(), times.max()
    # One article alone stands in the middle of two hours.
    margin = max((last - first) * 0.04, pd.Timedelta(hours=1))
    ends = [int((first - margin).timestamp() * 1000), int((last + margin).timestamp() * 1000)]
    spread = "%-d %b" if last - first > pd.Timedelta(days=4) else "%-d %b %H:%M"
    return alt.X(
        "when:T",
        title=None,
        scale=alt.Scale(type="utc", domain=ends),
        axis=alt.Axis(format=spread, tickCount=6, orient="top", labelColor=QUIET),
    )


class SideBySide:
    """An article beside its English translation, names marked, as a notebook shows it. Every text is escaped.

    Args:
        article: a row of `articles`.
        entities: the rows of `entities` that are of this article, or of more.
    """

    def __init__(self, article: Mapping[str, Any], entities: pd.DataFrame) -> None:
        self._article = article
        named = entities[entities["article_id"] == article["article_id"]]
        own = None if article["language"] == "en" else article["text"]
        self._text = side_by_side(own, article["text_en"], records(named, ["type", "spans", "surface_forms"]))

    def _repr_html_(self) -> str:
        article = self._article
        when = f"{article['published_at']:%Y-%m-%d %H:%M} UTC"
        head = escape(plain(f"{article['source'] or 'unknown'}, {when}"))
        lang = escape(language_tag(article["language"]))
        rows = [
            f'<tr><th style="{_CELL}" lang="{lang}">{escape(plain(article["headline"]))}</th>',
            f'<th style="{_CELL}" lang="en">{escape(plain(article["headline_en"]))}</th></tr>',
        ]
        for pair in (*self._text.opening, *self._text.rest):
            english = "".join(map(_marked, pair.english or ()))
            rows.append(
                f'<tr><td style="{_CELL}" lang="{lang}" dir="auto">{escape(pair.original or "")}</td>'
                f'<td style="{_CELL}" lang="en" dir="auto">{english}</td></tr>'
            )
        more = "" if self._text.complete else "<p>The rest of a long text is left out.</p>"
        return f'<p>{head}</p><table style="table-layout: fixed; width: 100%">{"".join(rows)}</table>{more}'


_CELL = "text-align: left; vertical-align: top; width: 50%; white-space: pre-line"


def _marked(piece: Piece) -> str:
    if not piece.type:
        return escape(piece.text)
    colour = _MARKS.get(piece.type, _OTHER_MARK)
    kind = escape(piece.type.lower().replace("_", " "))
    return (
        f'<mark style="background: {colour}; color: #1b1f24; padding: 0 .2em">{escape(piece.text)}'
        f' <small style="color: #59626d">{kind}</small></mark>'
    )
