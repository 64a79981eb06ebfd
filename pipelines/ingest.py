"""The main flow: files of articles in, Parquet out. The way of an article reads from top to bottom."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Cancelled, Completed

from babelwire.batches import run_batch
from babelwire.lake import LakeFolder
from babelwire.lake.journal import recover
from babelwire.lake.opening import Place, create_lake
from babelwire.lake.publishing.publish import Summary
from babelwire.lake.publishing.publish import publish as publish_run
from babelwire.lake.publishing.work import Work, plan_lock
from babelwire.losses import judged_with_losses, losses_told
from babelwire.nightly.night import Night
from babelwire.outcome import judge_run
from babelwire.planning import Plan
from babelwire.portions import Row
from babelwire.progress import watcher
from babelwire.reading.places import absolute
from babelwire.recipe import Recipe, in_utc, versions
from babelwire.runner_names import LOCAL
from babelwire.settings import Settings, load_settings
from babelwire.stopping import Stopped, asked_to_stop, beside_signals
from babelwire.workers import WorkerLost, Workers
from pipelines.runners import Runner, runner

Window = tuple[datetime | None, datetime | None]


@flow(name="ingest")
def ingest(
    paths: list[str],
    lake: Place,
    config: Path | None = None,
    overrides: dict[str, Any] | None = None,
    window: Window = (None, None),
) -> State[Summary]:
    """Reads the articles at `paths` (files, folders, patterns, addresses) and publishes them into `lake`, all at once.

    Args:
        config: a YAML file as configs/default.yaml; the packaged one where it is None.
        overrides: settings that win over the file, `{"translation": {"engine": "none"}}`.
        window: takes only articles published in [first, second); without a zone they are UTC.
    """
    try:
        (summary,) = portions(paths, lake, load_settings(config, overrides), window)
    except Stopped as stopped:
        return Cancelled(message=str(stopped))
    return completed(summary)


def portions(
    paths: list[str],
    lake: Place,
    settings: Settings,
    window: Window,
    *,
    most: int | None = None,
    on: str = LOCAL,
    night: Night | None = None,
) -> Iterator[Summary]:
    """Takes articles in, and publishes each portion of about `most` inputs as a run of its own; one where it is None.

    Inputs become batches; each batch goes through read, parse, clean, identify, detect, translate, recognise and
    fingerprint on a runner and is kept on disk; then the portion is grouped and published.

    Raises:
        Stopped: the operator ended it. Finished batches are kept, and the same call goes on with them.
    """
    window = (in_utc(window[0]), in_utc(window[1]))
    progress = watcher()
    folder = create_lake(lake)
    plan_of_run = {
        "paths": sorted(map(absolute, paths)),
        "window": window,
        "settings": settings.digest(),
        "versions": dict(versions(settings)),
        **(night.plan if night else {}),
    }
    with plan_lock(folder, plan_of_run), runner(on, settings.jobs) as batches_run_on:
        with writing_alone(folder, settings):
            recover(folder)
        work = Work.start(folder, plan_of_run)
        plan = Plan(folder, work, paths, settings, sources=night.sources if night else ())
        told = 0
        for inputs in plan.portions(most):
            recipe = Recipe(settings, work.started_at, *window)
            progress.begin(work)
            for counts in batches_done(work, inputs, recipe, batches_run_on):
                progress.advance(counts, plan.unchanged, plan.met)
            unchanged, told = plan.unchanged - told, plan.unchanged
            yield publish(folder, work, recipe, unchanged, plan.fetched if plan.over else None, night)
            if not plan.over:
                work = Work.start(folder, plan_of_run)


def batches_done(work: Work, inputs: Iterable[Row], recipe: Recipe, on: Runner) -> Iterator[dict[str, int]]:
    """Takes the inputs through the stages, batch by batch, a few planned ahead; gives each batch's counts in order."""
    running: deque[tuple[Path, PrefectFuture[dict[str, int]]]] = deque()
    for planned, finished in work.batches(inputs, recipe.settings.batch_size):
        if asked_to_stop():
            break
        batch = {"planned": planned, "finished": finished, "recipe": recipe, "pool": on.pool}
        running.append((planned, on.tasks.submit(process, batch)))
        while len(running) > 2 * on.at_once:
            yield on.result(*running.popleft())
    while running:
        yield on.result(*running.popleft())
    if asked_to_stop():
        raise Stopped("Stopped. Finished batches are kept: run the same command again to go on.")


def lost_its_worker(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether a batch is to be tried again."""
    return isinstance(state.result(raise_on_failure=False), WorkerLost)


@task(name="process batch", cache_policy=NO_CACHE, retries=1, retry_condition_fn=lost_its_worker)
def process(planned: Path, finished: Path, recipe: Recipe, pool: Workers | None) -> dict[str, int]:
    """Takes one batch through the stages: in a worker process of `pool`, else in this one. Nothing once all is to stop."""
    if asked_to_stop():
        return {}
    if pool is None:
        return run_batch(planned, finished, recipe)
    with losses_told(planned):
        return pool.run(run_batch, planned, finished, recipe)


@task(name="publish", cache_policy=NO_CACHE)
def publish(
    lake: LakeFolder, work: Work, recipe: Recipe, unchanged: int, fetched: pa.Table | None, night: Night | None
) -> Summary:
    """Groups the run's articles into stories, decides how it ended, and writes all tables at once."""
    judge = judged_with_losses(partial(night.judge, lake) if night else judge_run, work.folder)
    date = night.date if night else None
    with writing_alone(lake, recipe.settings):
        return publish_run(lake, work, recipe, unchanged=unchanged, fetched=fetched, judge=judge, logical_date=date)


def run(
    paths: list[str], lake: Place, config: Path | None, overrides: dict[str, Any], window: Window = (None, None)
) -> Summary:
    """Runs the flow.

    Raises:
        BabelwireError: what stopped the run, as a sentence.
    """
    return result_of(beside_signals(ingest, paths, lake, config, overrides, window, return_state=True))


def result_of(state: State[Any]) -> Summary:
    """What a flow of this package came to.

    Raises:
        BabelwireError: what stopped the run, as a sentence.
    """
    if state.is_cancelled():
        raise Stopped(state.message or "Stopped.")
    return cast("Summary", state.result())


def completed(summary: Summary) -> State[Summary]:
    """The final state of a flow that did this."""
    name = "Completed" if summary.run["state"] == "completed" else "CompletedWithWarnings"
    said = ", ".join(f"{count} {name}" for name, count in summary.counts.items() if count) or "no inputs"
    return Completed(name=name, message=said, data=summary)


def writing_alone(lake: LakeFolder, settings: Settings) -> AbstractContextManager[None]:
    """Holds the lake's lock, waiting for another run that publishes."""
    return lake.writing_alone(timeout_seconds=settings.lake.lock_timeout_seconds)
