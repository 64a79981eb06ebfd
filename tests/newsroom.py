"""Runs without Prefect and without worker processes: the same plan, stages and publication, in this process."""

import os
from pathlib import Path

from babelwire.batches import run_batch
from babelwire.lake import Lake, LakeFolder
from babelwire.lake.journal import recover
from babelwire.lake.publishing.publish import publish
from babelwire.lake.publishing.work import Work
from babelwire.planning import Plan
from babelwire.recipe import Recipe
from babelwire.settings import load_settings


class Newsroom:
    """A folder to write articles into and a lake to take them into."""

    def __init__(self, root: Path) -> None:
        self.inbox = root / "inbox"
        self.inbox.mkdir(parents=True)
        self.root = root / "lake"

    def write(self, name: str, content: str | bytes, *, when: float = 1_741_000_000) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (when, when))
        return path

    def ingest(self, *paths: Path | str, window=(None, None), before_publishing=None, **overrides):
        settings = load_settings(overrides={"translation": {"engine": "none"}, **overrides})
        folder = LakeFolder.create(self.root)
        recover(folder)
        work = Work.start(folder, {"paths": sorted(map(str, paths)), "window": window, "settings": settings.digest()})
        plan = Plan(folder, work, [str(path) for path in paths or [self.inbox]], settings)
        recipe = Recipe(settings, work.started_at, *window)
        for inputs in plan.portions(None):
            for planned, finished in work.batches(inputs, settings.batch_size):
                run_batch(planned, finished, recipe)
        if before_publishing:
            before_publishing()
        return publish(folder, work, recipe, unchanged=plan.unchanged, fetched=plan.fetched)

    @property
    def lake(self) -> Lake:
        return Lake(self.root)

    def bytes_of(self, *tables: str) -> dict[str, bytes]:
        files = (p for t in tables for p in (self.root / t).rglob("*.parquet"))
        return {str(p.relative_to(self.root)): p.read_bytes() for p in files}
