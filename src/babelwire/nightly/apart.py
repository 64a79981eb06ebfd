"""That no place of one source lies within a place of another, whose articles both would take."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import permutations, starmap

from babelwire.errors import UsageError
from babelwire.nightly.settings import Source
from babelwire.reading.places import absolute, is_object, is_web


def check_apart(sources: Sequence[Source]) -> None:
    """Looks at the places alone, not at what lies there: two patterns may still meet in a file.

    Raises:
        UsageError: a place of one source is that of another, or lies within it; the message names both.
    """
    places = [(source.name, path, _steps(path)) for source in sources for path in source.paths]
    for (name, path, steps), (other, inner, deeper) in permutations(places, 2):
        if name == other or not _leads_to(steps, deeper):
            continue
        if len(steps) == len(deeper):
            raise UsageError(f"The sources {name} and {other} both name {inner}. Leave it to one of them.")
        raise UsageError(
            f"The source {name} names {path}, and within it lies {inner} of the source {other}: both would take its "
            f"articles. Name places in {name} that do not hold {inner}, or leave that out."
        )


def _steps(path: str) -> tuple[str, ...]:
    """The way to a place, folder by folder. The address of a feed or page leads to nothing but itself."""
    if is_web(path):
        return (absolute(path),)
    where = path if is_object(path) else os.path.realpath(absolute(path))
    return tuple(where.rstrip("/").split("/"))


def _leads_to(steps: tuple[str, ...], deeper: tuple[str, ...]) -> bool:
    """Whether what is below one place, names that begin with a dot left out, is or holds the other."""
    if len(steps) > len(deeper) or any(step.startswith(".") for step in deeper[len(steps) :]):
        return False
    return all(starmap(_fits, zip(steps, deeper, strict=False)))


def _fits(step: str, name: str) -> bool:
    return step == name or fnmatchcase(name, step)
