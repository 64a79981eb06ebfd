"""Charts of a lake for notebooks: each takes frames as `Lake` gives them and gives an Altair chart.

They draw without a network: `altair.renderers.enable("svg")` puts each into the notebook as a picture.
"""

from babelwire.plots.coverage import coverage, sources, story_sizes
from babelwire.plots.names import names_over_time, together
from babelwire.plots.places import places
from babelwire.plots.story import SideBySide, named_when, timeline

__all__ = [
    "SideBySide",
    "coverage",
    "named_when",
    "names_over_time",
    "places",
    "sources",
    "story_sizes",
    "timeline",
    "together",
]
