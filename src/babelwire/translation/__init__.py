"""Translation into English: engines, segmentation, glossary, checks and the translate stage."""

from babelwire.translation.engine import Engine, EngineError, Translated, choose
from babelwire.translation.translate import Translate, translate_lines, translate_texts

__all__ = ["Engine", "EngineError", "Translate", "Translated", "choose", "translate_lines", "translate_texts"]
