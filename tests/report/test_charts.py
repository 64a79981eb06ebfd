"""Charts as they stand in a page."""

import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from xml.etree import ElementTree as ET

import altair as alt
import pandas as pd
import pytest

from babelwire.report import charts
from babelwire.report.drawing import draw

HOSTILE = '</text><script>alert(1)</script><a href="javascript:alert(2)">\'&'
WHEN = pd.to_datetime(["2031-05-05", "2031-05-06"], utc=True)
OVER_TIME = {"when": WHEN, "step": "day", "articles": [3, 4]}
CHARTS = {
    "dispositions": (charts.dispositions, pd.DataFrame({"disposition": ["new", HOSTILE], "inputs": [5, 1]})),
    "sizes": (charts.story_sizes, pd.DataFrame({"size": ["1", HOSTILE], "stories": [1200, 1]})),
    "languages": (charts.languages_over_time, pd.DataFrame({**OVER_TIME, "language": ["it", HOSTILE]})),
    "names": (charts.names_over_time, pd.DataFrame({**OVER_TIME, "name": ["Tarvella", HOSTILE]})),
}


@pytest.fixture(params=CHARTS)
def drawn(request):
    chart, counts = CHARTS[request.param]
    return ET.fromstring(draw(chart(counts), name="one", title=f"T {HOSTILE}", description=f"D {HOSTILE}"))


def test_a_chart_holds_shapes_and_text_and_nothing_that_acts_or_loads(drawn):
    tags = {element.tag.partition("}")[2] for element in drawn.iter()}
    assert tags <= {"svg", "g", "path", "line", "rect", "text", "title", "desc", "defs", "clipPath"}
    attributes = {name for element in drawn.iter() for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or "href" in name or name == "style"]


def test_what_an_article_says_stays_text_in_a_chart(drawn):
    assert "</text><script>" in "".join(drawn.itertext())


def test_a_chart_has_a_title_and_a_description_for_screen_readers(drawn):
    assert drawn.get("role") == "img"
    said = {element.get("id"): element.text for element in drawn.iter() if element.get("id")}
    titled, described = drawn.get("aria-labelledby").split()
    assert said[titled] == f"T {HOSTILE}"
    assert said[described] == f"D {HOSTILE}"


def test_all_colours_of_a_chart_are_those_of_the_page(drawn):
    colours = {element.get(kind) for element in drawn.iter() for kind in ("fill", "stroke")} - {None, "none"}
    assert all(re.fullmatch(r"var\(--[a-z0-9-]+\)|transparent", colour) for colour in colours), colours
    assert any(colour.startswith("var(--series") for colour in colours)


def test_the_ids_of_two_charts_on_one_page_differ():
    chart, counts = CHARTS["names"]
    ids = [
        [
            element.get("id")
            for element in ET.fromstring(draw(chart(counts), name=name, title="", description="")).iter()
        ]
        for name in ("one", "two")
    ]
    first, second = (set(each) - {None} for each in ids)
    assert first
    assert not first & second


@pytest.mark.parametrize("width", [charts.NARROW, charts.WIDE])
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_about_as_wide_as_it_was_asked_to_be(name, width):
    chart, counts = CHARTS[name]
    drawn = ET.fromstring(draw(chart(counts.iloc[:1], width=width), name="n", title="", description=""))
    assert width - 150 < float(drawn.get("width")) <= width + 20


def test_days_are_those_of_utc_wherever_the_chart_is_drawn():
    code = (
        "import pandas as pd; from babelwire.report import charts; from babelwire.report.drawing import draw;"
        "when = pd.to_datetime(['2031-05-05', '2031-05-09'], utc=True);"
        "counts = pd.DataFrame({'when': when, 'step': 'day', 'language': 'it', 'articles': [1, 2]});"
        "print(draw(charts.languages_over_time(counts), name='n', title='', description=''))"
    )
    zones = ("America/Los_Angeles", "Pacific/Auckland")
    drawn = {
        subprocess.check_output([sys.executable, "-c", code], env={**os.environ, "TZ": zone}, text=True)
        for zone in zones
    }
    assert len(drawn) == 1
    assert "5 May" in drawn.pop()


def test_drawing_fetches_nothing():
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        chart = alt.Chart(f"http://127.0.0.1:{server.server_port}/x.csv").mark_bar().encode(x="a:Q")
        with pytest.raises(ValueError, match="allowed"):
            draw(chart, name="n", title="", description="")
    finally:
        server.shutdown()
        server.server_close()
    assert not asked


def test_control_characters_do_not_end_the_drawing():
    counts = pd.DataFrame({"disposition": ["ne\x00w", "re\x1bjected\ufffe"], "inputs": [5, 1]})
    drawn = draw(charts.dispositions(counts), name="one", title="T", description="D")
    assert "re jected" in "".join(ET.fromstring(drawn).itertext())
