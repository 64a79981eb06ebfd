"""Cuts the inputs of a long run into portions, each of which can be published on its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from babelwire.reading.folder import path_of
from babelwire.reading.places import is_web

Row = dict[str, Any]


class Portions:
    """Inputs, one portion after the other. Use one up before the next.

    A file is never cut, and neither is what comes from the web: a file or a feed half of which is published would
    pass for done. What is cut is therefore between two files, and the web is in the last portion.

    Attributes:
        over: whether the inputs have come to their end.
    """

    def __init__(self, rows: Iterator[Row], done: Collection[tuple[Any, ...]]) -> None:
        """`done` are the inputs that the first portion has from before, as `lake.work.identities` gives them."""
        self._rows = rows
        self._done = len(done)
        self._begun = frozenset(uri.partition("#")[0] for uri, *_, modified_at in done if modified_at is not None)
        self._to_meet = {uri for uri in self._begun if _is_there(uri)}
        self._fetching = any(is_web(uri) for uri in self._begun)
        self._ahead: Row | None = None
        self.over = False

    def meet(self, uri: str) -> None:
        """The file or object `uri` is listed, and its inputs follow."""
        self._to_meet.discard(uri)

    def cut(self, most: int | None) -> Iterator[Iterator[Row]]:
        """Portions of `most` inputs and a few more, one portion where it is None. There is at least one; it may be empty."""
        self._ahead = next(self._rows, None)
        room = None if most is None else most - self._done
        while not self.over:
            yield self._portion(room)
            room = most

    def _portion(self, room: int | None) -> Iterator[Row]:
        file, taken = "", 0
        while self._ahead is not None:
            row, place = self._ahead, self._ahead["input_uri"].partition("#")[0]
            if room is not None and taken >= room and place != file and self._may_end_before(place):
                return
            self._fetching = self._fetching or is_web(place)
            yield row
            file = place
            taken += 1
            self._ahead = next(self._rows, None)
        self.over = True

    def _may_end_before(self, place: str) -> bool:
        return not self._fetching and not self._to_meet and place not in self._begun


def _is_there(uri: str) -> bool:
    """Whether a file of this machine can still be met; what lies elsewhere is taken to be there."""
    return not uri.startswith("file:///") or path_of(uri).is_file()
