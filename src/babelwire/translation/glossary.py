"""Terms with a fixed translation, hidden from an engine behind invented words and put back afterwards.

`configs/glossaries/it-en.tsv` holds the terms and, in its header, the rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babelwire.errors import UsageError
from babelwire.settings import configs_folder
from babelwire.translation.engine import Engine, Translated

# Apertium takes letters with a digit for one unknown word and passes it on as it is.
_PLACEHOLDER = "ZQX{}Q"
_HIDDEN = re.compile(r"(\bat +)?ZQX(\d+)Q")
_CLASH = re.compile(r"zqx", re.IGNORECASE)

_PLAIN = {"d": "di", "a": "a", "dal": "da", "nel": "in", "sul": "su", "col": "con"}
_ARTICLE = (
    r"(?:(?P<preposition>d|a|dal|nel|sul|col)(?P<rest>ell['’]|ello|ella|elle|egli|el|ei|all['’]|allo|alla|alle|agli|al|ai"
    r"|l['’]|lo|la|le|l|i)?\s*)"
)
_ADJECTIVE = (
    r"(?:\s+(?P<adjective>(?:italian|american|russ|ucrain|tedesc|britannic|israelian|palestines|iranian|turc|sirian"
    r"|egizian|european|greco|spagnol|polacc|svizzer|austriac|argentin|brasilian)[oae]"
    r"|(?:frances|ingles|cines|giappones|statunitens|libanes|canades|portoghes|olandes|unghereses|svedes)[ei])\b)"
)
