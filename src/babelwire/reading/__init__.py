"""Where inputs come from and how their bytes become documents."""

from babelwire.reading.folder import FoundFile, Unusable, find_files, path_of
from babelwire.reading.parse import Parse
from babelwire.reading.read import Read
from babelwire.reading.records import discover, split

__all__ = ["FoundFile", "Parse", "Read", "Unusable", "discover", "find_files", "path_of", "split"]
