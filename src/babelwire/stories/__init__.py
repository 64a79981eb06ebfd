"""Which articles tell of one event: fingerprints, matching and grouping."""

from babelwire.stories.fingerprints import RECIPE, Fingerprint
from babelwire.stories.grouping import group, stories
from babelwire.stories.matching import Part, Verdict, find_pairs, score

__all__ = ["RECIPE", "Fingerprint", "Part", "Verdict", "find_pairs", "group", "score", "stories"]
