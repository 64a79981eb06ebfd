"""The lake: the output folder, its tables, its ledger, and how a run is published into it."""

from babelwire.lake.folder import LakeFolder
from babelwire.lake.reading.read import Lake

__all__ = ["Lake", "LakeFolder"]
