"""What happens to one batch: the stages in order, from a list of inputs to a file of finished rows."""

from __future__ import annotations

import time
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pandas as pd

from babelwire.article import PENDING
from babelwire.cleaning import Clean
from babelwire.entities import Recognise
from babelwire.frames import Stage, make_frame, values
from babelwire.identity import Identify
from babelwire.lake.work import read_batch, write_batch
from babelwire.language import Detect
from babelwire.reading import Parse, Read
from babelwire.recipe import Recipe
from babelwire.skipping import KeepWindow, SkipUnchanged
from babelwire.stories import Fingerprint
from babelwire.translation import Translate


@lru_cache(maxsize=1)
def stages(recipe: Recipe) -> tuple[Stage, ...]:
    """The stages of a batch in order. Models are loaded when a stage is first called, once per process."""
    how = recipe.settings
    return (
        Read(how.reading),
        SkipUnchanged(),
        Parse(how.source),
        Clean(latest=recipe.started_at),
        Identify(recipe.started_at),
        KeepWindow(recipe.since, recipe.until),
        Detect(how.language),
        Translate(how.translation),
        Recognise(how.entities),
        Fingerprint(),
    )


def run_batch(planned: Path, finished: Path, recipe: Recipe) -> dict[str, int]:
    """Takes the inputs listed in `planned` through the stages and writes `finished`.

    Returns:
        How many inputs the stages rejected, left pending, found unchanged or passed on ("articles").
    """
    frame = read_batch(planned)
    todo = stages(recipe)
    if "article_id" in frame.columns:
        # These rows come from the lake, to have their translation finished.
        todo = todo[next(i for i, stage in enumerate(todo) if stage.name == "translate") :]
        frame = make_frame({column: values(frame, column) for column in frame.columns})
    seconds: dict[str, float] = {}
    for stage in todo:
        began = time.perf_counter()
        frame = stage(frame)
        seconds[stage.name] = time.perf_counter() - began
    write_batch(finished, frame, seconds)
    return tally(frame)


def tally(frame: pd.DataFrame) -> dict[str, int]:
    """Counts of a finished batch by disposition; articles without translation are pending."""
    states = zip(values(frame, "disposition"), values(frame, "translation_status"), strict=True)
    return dict(Counter(d or (PENDING if t == PENDING else "articles") for d, t in states))
