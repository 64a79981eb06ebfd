"""Named entities of the English text: found by spaCy, then made one entry per name."""

from babelwire.entities.normalisation import Entity, entities_of
from babelwire.entities.recognition import Mention, find_entities
from babelwire.entities.stage import Recognise

__all__ = ["Entity", "Mention", "Recognise", "entities_of", "find_entities"]
