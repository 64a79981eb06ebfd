"""The recognise stage: the entities of each article's English text."""

from __future__ import annotations

import pandas as pd

from babelwire.entities.normalisation import Entity, entities_of
from babelwire.entities.recognition import find_entities
from babelwire.entities.registry import load_registry
from babelwire.entities.source import hints_of
from babelwire.entities.unnoticed import with_unnoticed
from babelwire.frames import alive, values, with_columns
from babelwire.settings import Entities


class Recognise:
    """Adds `entities` from `text_en`; the names of `headline_en` only help to tell who is meant.

    The names of an Italian original help to find them in its translation. A row without English text has no entities.
    The pipeline is loaded with the first row that has some.
    """

    name = "recognise"

    def __init__(self, settings: Entities) -> None:
        self.settings = settings

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Adds the column `entities`, typed `article.ENTITIES`.

        Raises:
            UsageError: the model is not installed or finds no entities, or the newsroom's file is damaged.
        """
        found: list[list[Entity] | None] = values(frame, "entities")
        texts = [text or "" for text in values(frame, "text_en")]
        headlines = [headline or "" for headline in values(frame, "headline_en")]
        originals = [
            f"{headline or ''}\n{text or ''}" if language == "it" else ""
            for headline, text, language in zip(
                values(frame, "headline"), values(frame, "text"), values(frame, "language"), strict=True
            )
        ]
        rows = [i for i, ok in enumerate(alive(frame)) if ok]
        mentions = find_entities(
            [texts[i] for i in rows] + [headlines[i] if texts[i] else "" for i in rows],
            self.settings,
        )
        in_texts, in_headlines = mentions[: len(rows)], mentions[len(rows) :]
        registry = load_registry(self.settings.file)
        for i, in_text, in_headline in zip(rows, in_texts, in_headlines, strict=True):
            hints = hints_of(originals[i]) if texts[i] else {}
            mentions_here = with_unnoticed(texts[i], in_text, registry=registry, hints=hints)
            found[i] = entities_of(texts[i], mentions_here, headline=in_headline, registry=registry)
        return with_columns(frame, entities=found)
