"""What the head of a web page says about it: `meta` elements and links."""

from __future__ import annotations

from lxml import html

from babelwire.reading.metadata import line


class Meta:
    """The `meta` elements of a page by name, in order."""

    def __init__(self, tree: html.HtmlElement) -> None:
        self._values: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            value = line(element.get("content"))
            for attribute in ("property", "name", "itemprop"):
                if value and (name := element.get(attribute)):
                    self._values.setdefault(name.lower(), []).append(value)

    def all(self, *names: str) -> list[str]:
        """The values of these names: all of the first, then all of the second."""
        return [value for name in names for value in self._values.get(name, ())]

    def first(self, *names: str) -> str | None:
        """The first value of the first of these names that has one."""
        return next(iter(self.all(*names)), None)


def link(tree: html.HtmlElement, relation: str) -> str | None:
    """The address of the first `link` with this `rel`."""
    found = tree.xpath("//link[@rel=$relation]/@href", relation=relation)
    return str(found[0]).strip() or None if found else None
