"""Which articles tell of one event: fingerprints, matching and grouping."""

from babelwire.stories.fingerprints import RECIPE, Fingerprint
from babelwire.stories.grouping import group, stories
from babelwire.stories.matching import find_pairs

__all__ = ["RECIPE", "Fingerprint", "find_pairs", "group", "stories"]
