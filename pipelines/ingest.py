"""The main flow: files of articles in, Parquet out. The way of an article reads from top to bottom."""

from __future__ import annotations

from collections import deque
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from babelwire.batches import run_batch
from babelwire.lake import LakeFolder
from babelwire.lake.journal import recover
from babelwire.lake.lock import hold
from babelwire.lake.publish import Summary
from babelwire.lake.publish import publish as publish_run
from babelwire.lake.work import Work, plan_lock
from babelwire.planning import Plan
from babelwire.progress import watching
from babelwire.reading.places import absolute
from babelwire.recipe import Recipe, in_utc, versions
from babelwire.settings import Settings, load_settings
from babelwire.workers import Workers, processes, workers

Window = tuple[datetime | None, datetime | None]


@flow(name="ingest")
def ingest(
    paths: list[str],
    lake: Path,
    config: Path | None = None,
    overrides: dict[str, Any] | None = None,
    window: Window = (None, None),
) -> State[Summary]:
    """Reads the articles at `paths` (files, folders, patterns, addresses) and publishes them into `lake`.

    Inputs become batches; each batch goes through read, parse, clean, identify, detect, translate, recognise and
    fingerprint in a worker process and is kept on disk; then the run is grouped and published at once.

    Args:
        config: a YAML file as configs/default.yaml; the packaged one where it is None.
        overrides: settings that win over the file, `{"translation": {"engine": "none"}}`.
        window: takes only articles published in [first, second); without a zone they are UTC.
    """
    settings = load_settings(config, overrides)
    window = (in_utc(window[0]), in_utc(window[1]))
    progress = watching.get()
    folder = LakeFolder.create(lake)
    plan_of_run = {
        "paths": sorted(map(absolute, paths)),
        "window": window,
        "settings": settings.digest(),
        "versions": dict(versions(settings)),
    }
    with plan_lock(folder, plan_of_run), workers(processes(settings.jobs)) as pool:
        with writing_alone(folder, settings):
            recover(folder)
        work = Work.start(folder, plan_of_run)
        plan = Plan(folder, work, paths, settings)
        recipe = Recipe(settings, work.started_at, *window)
        progress.begin(work)

        running: deque[PrefectFuture[dict[str, int]]] = deque()
        for inputs in (plan.pending(), plan.files()):
            for planned, finished in work.batches(inputs, settings.batch_size):
                running.append(process.submit(planned, finished, recipe, pool))
                while len(running) > 2 * pool.jobs:
                    progress.advance(running.popleft().result(), plan.unchanged)
        while running:
            progress.advance(running.popleft().result(), plan.unchanged)

        summary = publish(folder, work, recipe, plan.unchanged, plan.fetched)
    name = "Completed" if summary.run["state"] == "completed" else "CompletedWithWarnings"
    return Completed(name=name, message=_in_words(summary), data=summary)


@task(name="process batch", cache_policy=NO_CACHE)
def process(planned: Path, finished: Path, recipe: Recipe, pool: Workers) -> dict[str, int]:
    """Takes one batch through the stages."""
    return pool.run(run_batch, planned, finished, recipe)


@task(name="publish", cache_policy=NO_CACHE)
def publish(lake: LakeFolder, work: Work, recipe: Recipe, unchanged: int, fetched: pa.Table) -> Summary:
    """Groups the run's articles into stories and writes all tables at once."""
    with writing_alone(lake, recipe.settings):
        return publish_run(lake, work, recipe, unchanged=unchanged, fetched=fetched)


def run(
    paths: list[str], lake: Path, config: Path | None, overrides: dict[str, Any], window: Window = (None, None)
) -> Summary:
    """Runs the flow with as many batches at a time as there are worker processes.

    Raises:
        BabelwireError: what stopped the run, as a sentence.
    """
    jobs = processes(load_settings(config, overrides).jobs)
    # Prefect types its own runners as if they could not be given to a flow.
    here = ingest.with_options(task_runner=cast("Any", ThreadPoolTaskRunner(max_workers=jobs)))
    state = here(paths, lake, config, overrides, window, return_state=True)
    return cast("Summary", state.result())


def writing_alone(lake: LakeFolder, settings: Settings) -> AbstractContextManager[None]:
    """Holds the lake's lock, waiting for another run that publishes."""
    return hold(lake.lock, what=f"the lake {lake.root}", timeout_seconds=settings.lake.lock_timeout_seconds)


def _in_words(summary: Summary) -> str:
    return ", ".join(f"{count} {name}" for name, count in summary.counts.items() if count) or "no inputs"
