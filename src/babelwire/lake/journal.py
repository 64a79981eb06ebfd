"""All of a run or nothing: files are staged beside the tables, listed in a journal, then moved into place.

The journal is the commit. Before it exists nothing of the run is in the tables; once it exists the moves are
finished by this process or by the next one that opens the lake for writing. Readers meanwhile go by the journal.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from babelwire.errors import BabelwireError
from babelwire.lake.files import move, sync, write_json, write_parts, write_table, writing
from babelwire.lake.folder import LakeFolder

_JOURNAL = "journal.json"


class Journal:
    """The changes one run makes to the files of a lake."""

    def __init__(self, lake: LakeFolder, run_folder: Path) -> None:
        self._lake = lake
        self._folder = run_folder / "publish"
        # A reader that took a staged file for that of one journal must never find that of another under its name.
        self._mark = secrets.token_hex(4)
        self._moves: list[tuple[str, str]] = []
        self._removals: list[str] = []
        if not (self._folder / _JOURNAL).exists():
            # An earlier try of this run was ended before it committed what it staged.
            shutil.rmtree(self._folder, ignore_errors=True)

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
        _apply(self._folder / _JOURNAL, _read(self._lake, self._folder / _JOURNAL))

    def _next(self) -> Path:
        return self._folder / f"{self._mark}-{len(self._moves):05d}.parquet"

    def _inside(self, path: Path) -> str:
        return path.relative_to(self._lake.root).as_posix()


@dataclass(frozen=True)
class Pending:
    """What a journal has to have done; some of it can be. All paths are whole.

    Attributes:
        moves: (staged file, destination), in their order. A staged file that is not there has been moved.
    """

    moves: list[tuple[Path, Path]]
    removals: list[Path]


def pending(lake: LakeFolder) -> list[Pending]:
    """The journals of runs that are committed and not wholly in place, in the order in which `recover` takes them.

    Raises:
        BabelwireError: one is damaged or may not be read; the message names it.
    """
    return [plan for _, plan in _pending(lake)]


def recover(lake: LakeFolder) -> list[str]:
    """Finishes what a run had committed but not moved when it was ended. Needs the lake's lock.

    Returns:
        The runs that were finished.

    Raises:
        BabelwireError: a journal is damaged or may not be read; the message names it.
    """
    finished = []
    for journal, plan in _pending(lake):
        _apply(journal, plan)
        finished.append(journal.parent.parent.name)
    return finished


def _pending(lake: LakeFolder) -> Iterator[tuple[Path, Pending]]:
    try:
        with os.scandir(lake.work) as entries:
            works = sorted(entry.path for entry in entries if entry.is_dir())
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise _unreadable(lake.work) from error
    for work in works:
        journal = Path(work, "publish", _JOURNAL)
        try:
            plan = _read(lake, journal)
        except FileNotFoundError:
            continue
        yield journal, plan


def _read(lake: LakeFolder, journal: Path) -> Pending:
    try:
        plan = json.loads(journal.read_text("utf-8"))
        moves = [(lake.root / staged, lake.root / path) for staged, path in plan["moves"]]
        return Pending(moves, [lake.root / path for path in plan["removals"]])
    except PermissionError as error:
        raise _unreadable(journal) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BabelwireError(
            f"The journal {journal} is damaged ({error}): some files of its run can be in place and others not. "
            f"Restore it from a backup; without one remove {journal.parent}, and babelwire verify says what is amiss."
        ) from error


def _unreadable(path: Path) -> BabelwireError:
    return BabelwireError(
        f"{path} of the lake may not be read by this user, so that nobody can say whether a run is being published. "
        "Give it the right to read."
    )


def _apply(journal: Path, plan: Pending) -> None:
    for staged, destination in plan.moves:
        if staged.exists():
            move(staged, destination)
    with writing(journal):
        for path in plan.removals:
            path.unlink(missing_ok=True)
        # A loss of power must not bring back a file, and its rows with it, once the journal is gone.
        for inside in sorted({path.parent for path in plan.removals}):
            if inside.is_dir():
                sync(inside)
        journal.unlink()
        sync(journal.parent)
