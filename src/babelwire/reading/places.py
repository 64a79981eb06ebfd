"""Where inputs come from: files, folders, patterns of names, object stores and web addresses."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from babelwire.errors import UsageError
from babelwire.reading.folder import find_files, path_of
from babelwire.reading.found import Found, Unusable
from babelwire.reading.objects import find_objects
from babelwire.reading.web.fetching import Web, bare

_WEB = ("http://", "https://")


def is_web(path: str) -> bool:
    """Whether it is the address of a feed or page."""
    return path.lower().startswith(_WEB)


def is_object(path: str) -> bool:
    """Whether it is an address in an object store or another file system that fsspec knows, such as `s3://`."""
    return "://" in path and not is_web(path) and not path.startswith("file://")


def absolute(path: str) -> str:
    """The same place whatever the working folder: an absolute path; an address, that of a web page as `bare` gives it."""
    if is_web(path):
        return bare(path)
    return path if is_web(path) or is_object(path) else str(_local(path).absolute())


def check(paths: Sequence[str]) -> None:
    """Looks, without opening anything, whether the paths are there.

    Raises:
        UsageError: a path does not exist, or a pattern fits nothing.
    """
    for path in paths:
        if not is_web(path) and not is_object(path) and not any(os.path.lexists(each) for each in _expanded(path)):
            raise UsageError(f"There is no file or folder {path}. Check its spelling, and that its disk is mounted.")


def find(paths: Sequence[str], web: Web) -> Iterator[Found | Unusable]:
    """What there is to read: files first, then objects, then the web, in a stable order.

    Raises:
        UsageError: a path does not exist, a pattern fits nothing, or a store cannot be listed. It is raised by the
            call, before anything is yielded.
    """
    local = [place for path in paths if not is_web(path) and not is_object(path) for place in _expanded(path)]
    objects = [path for path in paths if is_object(path)]
    addresses = list(dict.fromkeys(path for path in paths if is_web(path)))
    files = find_files(local)
    stored = find_objects(objects)
    return _all(files, stored, addresses, web)


def _all(
    files: Iterator[Found | Unusable], stored: Iterator[Found | Unusable], addresses: list[str], web: Web
) -> Iterator[Found | Unusable]:
    yield from files
    yield from stored
    for address in addresses:
        yield web.find(address)


def _expanded(path: str) -> list[Path]:
    """The path, or the places that it fits as a pattern (`archive/**/*.html`), sorted."""
    place = _local(path)
    if os.path.lexists(place) or not glob.has_magic(path):
        return [place]
    found = sorted(glob.glob(path, recursive=True), key=os.fsencode)  # noqa: PTH207  (a pattern may be absolute)
    if not found:
        raise UsageError(f"Nothing fits the pattern {path}. Check its spelling, and that its disk is mounted.")
    return [Path(each) for each in found]


def _local(path: str) -> Path:
    return path_of(path) if path.startswith("file:///") else Path(path)
