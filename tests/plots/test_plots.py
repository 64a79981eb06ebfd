"""Charts for notebooks: drawn without a network, of whatever is in the lake, and what an article says stays text."""

import inspect
import re
from xml.etree import ElementTree as ET

import pytest
import vl_convert

from babelwire import plots
from babelwire.frames import records
from written_lake import WrittenLake

HOSTILE = "<script>alert(1)</script>\x1b[2J & \"co\" 'x' {{ 1 }} \u202eoff"
ANNA = ("person:anna-neri", "Anna Neri", ["Anna Neri"])
GENOA = ("geonames:3176219", "Genoa", ["Genoa"])
TERMOLI = ("geonames:3165773", "Termoli", ["Termoli"])
ITALY = ("iso3166:IT", "Italy", ["Italy"])


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = WrittenLake(tmp_path_factory.mktemp("lakes") / "lake")
    made.article("ferry", story="st-aa11", source="Il Faro", names=[ANNA, GENOA, ITALY])
    made.article(
        "traghetto",
        story="st-aa11",
        hours=50,
        language="it",
        source=HOSTILE,
        headline=HOSTILE,
        headline_en=HOSTILE,
        text=f"{HOSTILE}\n\nSecondo paragrafo.",
        text_en=f"Anna Neri of Genoa. {HOSTILE}\n\nSecond paragraph.",
        names=[ANNA, GENOA, ("person:x", HOSTILE, [])],
    )
    made.article("copy", story="st-aa11", hours=51, relation="duplicate", names=[ANNA, TERMOLI])
    made.entities[3]["spans"] = [{"start": 0, "end": 9}]
    return made.write()


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return WrittenLake(tmp_path_factory.mktemp("lakes") / "lake").write()


def drawn(chart):
    """The text in a chart, drawn where nothing may be fetched."""
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    root = ET.fromstring(svg)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} & {"script", "image", "foreignObject"} == set()
    return [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


CHARTS = {
    "coverage": lambda lake: plots.coverage(lake.articles()),
    "sources": lambda lake: plots.sources(lake.articles()),
    "story_sizes": lambda lake: plots.story_sizes(lake.stories()),
    "timeline": lambda lake: plots.timeline(lake.articles()),
    "named_when": lambda lake: plots.named_when(lake.articles(), lake.entities()),
    "names_over_time": lambda lake: plots.names_over_time(lake.entities()),
    "together": lambda lake: plots.together(lake.entities()),
    "places": lambda lake: plots.places(lake.entities()),
}


def test_every_chart_is_drawn_here():
    public = {name for name in plots.__all__ if inspect.isfunction(getattr(plots, name))}
    assert public == set(CHARTS)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("coverage", "it"),
        ("sources", "Il Faro"),
        ("story_sizes", "3"),
        ("timeline", "Il Faro: Headline ferry"),
        ("named_when", "Anna Neri"),
        ("names_over_time", "Genoa"),
        ("together", "Termoli"),
        ("places", "Genoa"),
    ],
)
def test_a_chart_says_what_is_in_the_lake(lake, name, says):
    assert says in drawn(CHARTS[name](lake))


@pytest.mark.parametrize("name", sorted(set(CHARTS) - {"places"}))
def test_a_lake_without_articles_has_nothing_to_show(empty, name):
    assert drawn(CHARTS[name](empty)) == ["Nothing to show."]


def test_a_map_without_places_is_the_world(empty):
    assert [text for text in drawn(CHARTS["places"](empty)) if text] == []
    assert len(vl_convert.vegalite_to_svg(CHARTS["places"](empty).to_dict())) > 50_000


def test_a_map_shows_the_part_where_most_places_are(lake):
    near = vl_convert.vegalite_to_svg(plots.places(lake.entities()).to_dict())
    world = vl_convert.vegalite_to_svg(plots.places(lake.entities(), whole_world=True).to_dict())
    for svg in (near, world):
        at = re.findall(r'aria-label="longitude: [^"]*" [^>]*transform="translate\(([\d.]+),([\d.]+)\)"', svg)
        assert len(at) >= 2
        assert all(0 < float(x) < 680 and 0 < float(y) < 422 for x, y in at)
    assert near != world


def test_a_text_beside_its_translation_is_escaped_and_its_names_are_marked(lake):
    article = next(row for row in records(lake.articles()) if row["language"] == "it")
    html = plots.SideBySide(article, lake.entities())._repr_html_()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 4
    assert "\x1b" not in html
    (mark,) = re.findall(r"<mark[^>]*>(.*?) <small[^>]*>(.*?)</small></mark>", html)
    assert mark == ("Anna Neri", "person")
    rows = ET.fromstring(f"<div>{html}</div>").findall(".//tr")
    assert [len(row) for row in rows] == [2, 2, 2]
    assert "".join(rows[2].itertext()) == "Secondo paragrafo.Second paragraph."
    assert rows[1][0].attrib["lang"] == "it"


def test_an_english_article_stands_alone(lake):
    article = next(row for row in records(lake.articles()) if row["language"] == "en")
    html = plots.SideBySide(article, lake.entities())._repr_html_()
    assert html.count("Words about ferry.") == 1
