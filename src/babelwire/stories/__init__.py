"""Which articles tell of one event: fingerprints, matching and grouping."""

from babelwire.stories.corpus import Corpus
from babelwire.stories.fingerprints import Fingerprint, recipe
from babelwire.stories.grouping import group
from babelwire.stories.judging import Part, Verdict, score
from babelwire.stories.matching import compare, find_copies, find_pairs
from babelwire.stories.telling import stories

__all__ = [
    "Corpus",
    "Fingerprint",
    "Part",
    "Verdict",
    "compare",
    "find_copies",
    "find_pairs",
    "group",
    "recipe",
    "score",
    "stories",
]
