"""The recognise stage: the entities of each article's English text."""

from __future__ import annotations

import pandas as pd

from babelwire.entities.normalisation import Entity, entities_of
from babelwire.entities.recognition import find_entities
from babelwire.frames import alive, values, with_columns
from babelwire.settings import Entities


class Recognise:
    """Adds `entities` from `text_en`; the names of `headline_en` only help to tell who is meant.

    A row without English text has no entities. The pipeline is loaded with the first row that has some.
    """

    name = "recognise"

    def __init__(self, settings: Entities) -> None:
        self.settings = settings

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Adds the column `entities`, typed `article.ENTITIES`.

        Raises:
            UsageError: the model is not installed or finds no entities.
        """
        found: list[list[Entity] | None] = values(frame, "entities")
        texts = [text or "" for text in values(frame, "text_en")]
        headlines = [headline or "" for headline in values(frame, "headline_en")]
        rows = [i for i, ok in enumerate(alive(frame)) if ok]
        mentions = find_entities(
            [texts[i] for i in rows] + [headlines[i] if texts[i] else "" for i in rows],
            self.settings,
        )
        in_texts, in_headlines = mentions[: len(rows)], mentions[len(rows) :]
        for i, in_text, in_headline in zip(rows, in_texts, in_headlines, strict=True):
            found[i] = entities_of(texts[i], in_text, headline=in_headline)
        return with_columns(frame, entities=found)
