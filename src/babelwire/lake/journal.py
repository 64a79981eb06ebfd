"""All of a run or nothing: files are staged beside the tables, listed in a journal, then moved into place.

The journal is the commit. Before it exists nothing of the run is in the tables; once it exists the moves are
finished by this process or by the next one that opens the lake for writing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from babelwire.errors import BabelwireError
from babelwire.lake.files import move, write_json, write_parts, write_table, writing
from babelwire.lake.folder import LakeFolder

_JOURNAL = "journal.json"


class Journal:
    """The changes one run makes to the files of a lake."""

    def __init__(self, lake: LakeFolder, run_folder: Path) -> None:
        self._lake = lake
        self._folder = run_folder / "publish"
        self._moves: list[tuple[str, str]] = []
        self._removals: list[str] = []

    @property
    def folder(self) -> Path:
        """Where files lie until they are moved into place."""
        return self._folder

    def write(self, path: Path, table: pa.Table) -> None:
        """Stages `table` as the new content of `path`."""
        staged = self._next()
        write_table(staged, table)
        self._moves.append((self._inside(staged), self._inside(path)))

    def rewrite(self, path: Path, schema: pa.Schema, parts: Iterator[pa.Table], changed: Callable[[], bool]) -> None:
        """Stages the parts as the new content of `path`, unless they turn out to be what it holds already.

        Args:
            parts: each becomes a row group; only one is held at a time.
            changed: asked after the last part.
        """
        staged = self._next()
        write_parts(staged, schema, parts)
        if changed():
            self._moves.append((self._inside(staged), self._inside(path)))
        else:
            staged.unlink()

    def remove(self, path: Path) -> None:
        """Stages the removal of `path`."""
        self._removals.append(self._inside(path))

    def commit(self) -> None:
        """Makes the changes, in the order in which they were staged."""
        # Files are named after their keys: rows that are dropped and put again can come back under the same name.
        written = {destination for _, destination in self._moves}
        removals = [path for path in self._removals if path not in written]
        write_json(self._folder / _JOURNAL, {"moves": self._moves, "removals": removals})
        _apply(self._lake, self._folder)

    def _next(self) -> Path:
        return self._folder / f"{len(self._moves):05d}.parquet"

    def _inside(self, path: Path) -> str:
        return path.relative_to(self._lake.root).as_posix()


def recover(lake: LakeFolder) -> list[str]:
    """Finishes what a run had committed but not moved when it was ended. Needs the lake's lock.

    Returns:
        The runs that were finished.
    """
    finished = []
    for journal in sorted(lake.work.glob(f"*/publish/{_JOURNAL}")):
        _apply(lake, journal.parent)
        finished.append(journal.parent.parent.name)
    return finished


def _apply(lake: LakeFolder, folder: Path) -> None:
    journal = folder / _JOURNAL
    try:
        plan = json.loads(journal.read_text("utf-8"))
    except ValueError as error:
        raise BabelwireError(
            f"The journal {journal} is damaged ({error}). Its run was not published: remove {folder} and run it again."
        ) from error
    for source, destination in plan["moves"]:
        staged = lake.root / source
        if staged.exists():
            move(staged, lake.root / destination)
    with writing(lake.root):
        for path in plan["removals"]:
            (lake.root / path).unlink(missing_ok=True)
        journal.unlink()
