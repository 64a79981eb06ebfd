"""Where inputs come from and how their bytes become documents."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babelwire.reading.discovery import discover as discover
    from babelwire.reading.discovery import rows_of as rows_of
    from babelwire.reading.folder import FoundFile as FoundFile
    from babelwire.reading.folder import find_files as find_files
    from babelwire.reading.folder import path_of as path_of
    from babelwire.reading.found import Found as Found
    from babelwire.reading.found import Unusable as Unusable
    from babelwire.reading.parse import Parse as Parse
    from babelwire.reading.read import Read as Read

_PLACES = {
    "Found": "found",
    "FoundFile": "folder",
    "Parse": "parse",
    "Read": "read",
    "Unusable": "found",
    "discover": "discovery",
    "find_files": "folder",
    "path_of": "folder",
    "rows_of": "discovery",
}
__all__ = ["Found", "FoundFile", "Parse", "Read", "Unusable", "discover", "find_files", "path_of", "rows_of"]


def __getattr__(name: str) -> Any:
    # The process that parses needs no pandas, and the command line none of it to print its help.
    if name in _PLACES:
        return getattr(import_module(f"babelwire.reading.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
