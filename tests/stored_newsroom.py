"""Runs into a lake in an object store, without Prefect and without worker processes.

As a program it publishes what `prepare` has made ready: a process that a test can kill.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from babelwire.lake import LakeFolder
from babelwire.lake.journal import recover
from babelwire.lake.opening import create_lake
from babelwire.lake.publishing.publish import Summary, publish
from babelwire.lake.publishing.work import Work
from babelwire.recipe import Recipe
from babelwire.settings import Settings, load_settings


def ingest(where: str | Path, *paths: str | Path, timeout_seconds: float = 30) -> Summary:
    """Takes in what lies at the paths, as the flow does it."""
    unchanged = prepare(where, *paths)
    return publish_prepared(where, *paths, timeout_seconds=timeout_seconds, unchanged=unchanged)


def prepare(where: str | Path, *paths: str | Path) -> int:
    """The same up to publishing; gives how many inputs were passed over."""
    from babelwire.batches import run_batch  # noqa: PLC0415 - a process that only publishes starts sooner without
    from babelwire.planning import Plan  # noqa: PLC0415

    settings = _settings()
    lake = create_lake(where)
    with lake.writing_alone(timeout_seconds=30):
        recover(lake)
    work = _work(lake, paths, settings)
    plan = Plan(lake, work, [str(path) for path in paths], settings)
    for inputs in plan.portions(None):
        for planned, finished in work.batches(inputs, settings.batch_size):
            run_batch(planned, finished, Recipe(settings, work.started_at, None, None))
    return plan.unchanged


def publish_prepared(where: str | Path, *paths: str | Path, timeout_seconds: float = 30, unchanged: int = 0) -> Summary:
    """What follows `prepare`."""
    settings = _settings()
    lake = create_lake(where)
    work = _work(lake, paths, settings)
    with lake.writing_alone(timeout_seconds=timeout_seconds):
        return publish(lake, work, Recipe(settings, work.started_at, None, None), unchanged=unchanged)


def _settings() -> Settings:
    return load_settings(overrides={"translation": {"engine": "none"}})


def _work(lake: LakeFolder, paths: Sequence[str | Path], settings: Settings) -> Work:
    return Work.start(lake, {"paths": sorted(map(str, paths)), "settings": settings.digest()})


if __name__ == "__main__":
    publish_prepared(*sys.argv[1:])
