"""Which articles tell of one event: fingerprints, matching and grouping."""

from babelwire.stories.fingerprints import RECIPE, Fingerprint
from babelwire.stories.grouping import group, stories
from babelwire.stories.judging import Part, Verdict, score
from babelwire.stories.matching import find_pairs

__all__ = ["RECIPE", "Fingerprint", "Part", "Verdict", "find_pairs", "group", "score", "stories"]
