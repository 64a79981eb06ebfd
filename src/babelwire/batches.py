"""What happens to one batch: the stages in order, from a list of inputs to a file of finished rows."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from babelwire.article import PENDING
from babelwire.frames import Stage, alive, make_frame, values, with_columns
from babelwire.lake.publishing.work import read_batch, write_batch
from babelwire.logs import configure_logs, working_on
from babelwire.recipe import Recipe
from babelwire.settings import Settings


@lru_cache(maxsize=1)
def stages(recipe: Recipe) -> tuple[Stage, ...]:
    """The stages of a batch in order. Models are loaded when a stage is first called, once per process."""
    # Imported here because only worker processes need them: spaCy alone takes a second.
    from babelwire.cleaning import Clean  # noqa: PLC0415
    from babelwire.entities import Recognise  # noqa: PLC0415
    from babelwire.identity import Identify  # noqa: PLC0415
    from babelwire.language import Detect  # noqa: PLC0415
    from babelwire.reading import Parse, Read  # noqa: PLC0415
    from babelwire.skipping import KeepWindow, SkipUnchanged  # noqa: PLC0415
    from babelwire.stories import Fingerprint  # noqa: PLC0415
    from babelwire.translation import Translate  # noqa: PLC0415

    how = recipe.settings
    return (
        Read(how.reading),
        SkipUnchanged(),
        Parse(how.source, how.reading),
        Clean(latest=recipe.started_at),
        Identify(recipe.started_at),
        KeepWindow(recipe.since, recipe.until),
        Detect(how.language),
        Translate(how.translation),
        Recognise(how.entities),
        Fingerprint(how.stories),
    )


def run_batch(planned: Path, finished: Path, recipe: Recipe) -> dict[str, int]:
    """Takes the inputs listed in `planned` through the stages and writes `finished`; where that is there, nothing is done.

    Returns:
        How many inputs the stages rejected, left pending, found unchanged or passed on ("articles").
    """
    configure_logs(recipe.settings.nightly.log)
    with working_on(run=planned.parent.name, batch=planned.stem.rpartition("-")[2]):
        return _run(planned, finished, recipe)


def _run(planned: Path, finished: Path, recipe: Recipe) -> dict[str, int]:
    if finished.exists():
        # A worker of a cluster was lost after it had written the batch and before it had said so.
        planned.unlink(missing_ok=True)
        return tally(read_batch(finished, columns=["disposition", "translation_status"]))
    frame = read_batch(planned)
    todo = stages(recipe)
    if "article_id" in frame.columns:
        # These rows come from the lake, to have their translation finished.
        todo = todo[next(i for i, stage in enumerate(todo) if stage.name == "translate") :]
        frame = make_frame({column: values(frame, column) for column in frame.columns})
    seconds: dict[str, float] = {}
    for stage in todo:
        began, before = time.perf_counter(), frame
        with working_on(stage=stage.name):
            frame = stage(frame)
        seconds[stage.name] = time.perf_counter() - began
        frame = share_out(seconds[stage.name], before, frame)
    write_batch(finished, frame, seconds)
    planned.unlink()
    return tally(frame)


def share_out(seconds: float, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """`after` with the time of a stage in `processing_seconds`: what it did not put there row by row goes by the length of the text.

    Rows that an earlier stage had stopped have no part in it.
    """
    so_far = np.array([s or 0.0 for s in values(before, "processing_seconds")])
    noted = np.array([s or 0.0 for s in values(after, "processing_seconds")])
    lengths = np.array([len(text or "") for text in values(before, "text")])
    weights = np.where(alive(before), 1 + lengths, 0)
    rest = max(0.0, seconds - float((noted - so_far).sum()))
    return with_columns(after, processing_seconds=noted + rest * weights / max(1, weights.sum()))


def warm_up(settings: Settings) -> None:
    """Loads what the stages load, by taking one sentence through them, so that the first batch need not wait for it."""
    recipe = Recipe(settings, datetime.now(UTC))
    sentence = "Il consiglio comunale di Bologna ha approvato ieri il bilancio dopo una lunga seduta."
    frame = make_frame({"raw": [sentence.encode()], "input_uri": ["file:///"], "file_modified_at": [recipe.started_at]})
    for stage in stages(recipe)[2:]:
        frame = stage(frame)


def tally(frame: pd.DataFrame) -> dict[str, int]:
    """Counts of a finished batch by disposition; articles without translation are pending."""
    states = zip(values(frame, "disposition"), values(frame, "translation_status"), strict=True)
    return dict(Counter(d or (PENDING if t == PENDING else "articles") for d, t in states))
