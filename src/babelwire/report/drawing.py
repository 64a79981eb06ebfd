"""Charts as SVG inside a page: in the page's colours, with a title and a description, and nothing that acts or loads."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import vl_convert
from markupsafe import Markup

from babelwire.report.charts import GRID, INK, QUIET, SERIES
from babelwire.report.texts import CONTROLS

_SVG = "http://www.w3.org/2000/svg"
_SHAPES = {f"{{{_SVG}}}{name}" for name in ("svg", "g", "path", "line", "rect", "text", "tspan", "defs", "clipPath")}
_ATTRIBUTES = {
    *("class", "id", "display", "viewBox", "width", "height", "transform", "clip-path", "opacity"),
    *("d", "x", "x1", "x2", "y", "y1", "y2", "dx", "dy", "fill", "fill-opacity"),
    *("stroke", "stroke-dasharray", "stroke-miterlimit", "stroke-opacity", "stroke-width"),
    *("font-size", "font-weight", "text-anchor"),
}
_COLOURS = {INK: "var(--ink)", QUIET: "var(--quiet)", GRID: "var(--grid)"} | {
    colour: f"var(--series-{i})" for i, colour in enumerate(SERIES, 1)
}
_OF_CLIP = re.compile(r"^url\(#(clip\d+)\)$")
ET.register_namespace("", _SVG)


def draw(chart: Any, *, name: str, title: str, description: str) -> Markup:
    """An Altair chart as an SVG element.

    Args:
        name: a word for its ids, the only one of its kind on the page.
        title: what a screen reader calls it.
        description: what a screen reader says of it.
    """
    drawn = vl_convert.vegalite_to_svg(_printable(chart.to_dict()), vl_version="6.4", allowed_base_urls=[])
    root = ET.fromstring(drawn)  # noqa: S314 - drawn here, from a chart of ours
    _keep_only_shapes(root)
    for element in root.iter():
        for key, value in dict(element.attrib).items():
            element.attrib[key] = _COLOURS.get(value, value)
            if key == "id":
                element.attrib[key] = f"{name}-{value}"
            elif key == "clip-path":
                element.attrib[key] = _OF_CLIP.sub(rf"url(#{name}-\1)", value)
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title {name}-description"}
    for i, (tag, says) in enumerate((("title", title), ("desc", description))):
        said = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{'title' if tag == 'title' else 'description'}"})
        said.text = says
        root.insert(i, said)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - every text in it is escaped by ElementTree


def _printable(value: Any) -> Any:
    """The same without the control characters that would end the drawing program."""
    if isinstance(value, dict):
        return {key: _printable(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_printable(held) for held in value]
    return value.translate(CONTROLS) if isinstance(value, str) else value


def _keep_only_shapes(element: ET.Element) -> None:
    """Takes out whatever is no shape or text, and what only scripts and screen readers would read."""
    for key in [key for key in element.attrib if key not in _ATTRIBUTES]:
        del element.attrib[key]
    for child in list(element):
        if child.tag not in _SHAPES or child.get("display") == "none":
            element.remove(child)
        else:
            _keep_only_shapes(child)
