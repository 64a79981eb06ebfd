"""A run in the making: its finished batches on disk, so that a run that was ended goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from babelwire.article import FRAME, RUNS
from babelwire.frames import from_arrow, values
from babelwire.lake.files import write_json, write_table, writing
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import read
from babelwire.lake.lock import hold

_SECONDS = b"babelwire.seconds"
_MOST_CARRIED = 50_000_000
_IDENTITY = ["input_uri", "offset", "length", "file_size", "file_modified_at"]


@dataclass(frozen=True)
class Work:
    """The work folder of one run. A batch is finished when its file is there: it is moved into place whole."""

    run_id: str
    started_at: datetime
    folder: Path
    resumed: bool

    @classmethod
    def start(cls, lake: LakeFolder, plan: Mapping[str, Any]) -> Work:
        """The unfinished run with this very plan, else a new one.

        Args:
            plan: what decides the result: inputs asked for, window, settings, versions.
        """
        digest = _digest(plan)
        for file in sorted(lake.work.glob("*/plan.json")):
            try:
                found = json.loads(file.read_text("utf-8"))
                started_at = datetime.fromisoformat(found["started_at"])
            except (OSError, ValueError, KeyError):
                continue
            if found.get("digest") == digest:
                work = cls(file.parent.name, started_at, file.parent, resumed=True)
                if not _is_published(lake, work.run_id):
                    return work
                work.remove()
        started_at = datetime.now(UTC)
        run_id = f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        work = cls(run_id, started_at, lake.work / run_id, resumed=False)
        write_json(
            work.folder / "plan.json",
            {"digest": digest, "started_at": started_at.isoformat(), "plan": json.loads(_canonical(plan))},
        )
        return work

    def finished(self) -> list[Path]:
        """The finished batches, oldest first."""
        return sorted(self.folder.glob("batch-*.parquet"))

    def done(self) -> set[tuple[Any, ...]]:
        """What identifies the inputs of the finished batches: URI, byte range, size and time of the file."""
        return {row for path in self.finished() for row in identities(read_batch(path, columns=_IDENTITY))}

    def batches(self, inputs: Iterable[Mapping[str, Any]], size: int) -> Iterator[tuple[Path, Path]]:
        """Writes the inputs down in batches of `size`, fewer where their bytes come along and are many; yields for
        each where it is and where its result goes. Articles of the lake and inputs to be read share no batch."""
        number = max((int(path.stem.rpartition("-")[2]) for path in self.folder.glob("*-*.parquet")), default=0)
        group: list[Mapping[str, Any]] = []
        carried = 0
        for row in inputs:
            if group and ("article_id" in row) != ("article_id" in group[0]):
                number += 1
                yield self._plan(number, group)
                group, carried = [], 0
            group.append(row)
            carried += len(row.get("raw") or b"")
            if len(group) == size or carried >= _MOST_CARRIED:
                number += 1
                yield self._plan(number, group)
                group, carried = [], 0
        if group:
            yield self._plan(number + 1, group)

    def remove(self) -> None:
        """Forgets the run's work; it is published."""
        with writing(self.folder):
            shutil.rmtree(self.folder)

    def _plan(self, number: int, rows: Sequence[Mapping[str, Any]]) -> tuple[Path, Path]:
        columns = [c for c in FRAME if c in rows[0]]
        planned = self.folder / f"inputs-{number:06d}.parquet"
        schema = pa.schema([(c, FRAME[c]) for c in columns])
        write_table(planned, pa.Table.from_pylist([dict(r) for r in rows], schema=schema))
        return planned, self.folder / f"batch-{number:06d}.parquet"


@contextmanager
def plan_lock(lake: LakeFolder, plan: Mapping[str, Any]) -> Iterator[None]:
    """Keeps a second run with the same plan from doing the same work at the same time.

    Raises:
        BabelwireError: there is one; the message names its process.
    """
    with hold(
        lake.work / f".{_digest(plan)[:16]}.lock",
        what=f"the lake {lake.address} for the same inputs",
        timeout_seconds=0,
    ):
        yield


def _is_published(lake: LakeFolder, run_id: str) -> bool:
    """Whether the run was ended after its publication and before its work was forgotten."""
    return bool(read(lake, RUNS, columns=["run_id"], where=ds.field("run_id") == run_id).num_rows)


def identities(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """One tuple per row that names the input and the state its file was in."""
    return list(zip(*(values(frame, c) for c in _IDENTITY), strict=True))


def _digest(plan: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(plan).encode()).hexdigest()


def _canonical(plan: Mapping[str, Any]) -> str:
    return json.dumps(plan, sort_keys=True, default=str)


def write_batch(path: Path, frame: pd.DataFrame, seconds: Mapping[str, float]) -> None:
    """Writes a finished batch with the seconds each stage took."""
    columns = [c for c in FRAME if c in frame.columns and c != "raw"]
    schema = pa.schema([(c, FRAME[c]) for c in columns], metadata={_SECONDS: json.dumps(dict(seconds)).encode()})
    write_table(path, pa.table({c: pa.array(frame[c].array) for c in columns}).cast(schema))


def read_batch(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """A batch as a frame; columns it does not have are left out."""
    if columns is not None:
        have = set(pq.read_schema(path).names)
        columns = [c for c in columns if c in have]
    return from_arrow(pq.read_table(path, columns=columns))


def read_columns(path: Path, columns: Iterable[str]) -> pa.Table:
    """These columns of a batch, typed as `article.FRAME` says; one that it does not have is null."""
    have = set(pq.read_schema(path).names)
    found = pq.read_table(path, columns=[c for c in columns if c in have])
    return pa.table({c: found[c] if c in have else pa.nulls(found.num_rows, FRAME[c]) for c in columns})


def read_seconds(path: Path) -> dict[str, float]:
    """Seconds by stage of a finished batch."""
    metadata = pq.read_schema(path).metadata or {}
    return dict(json.loads(metadata.get(_SECONDS, b"{}")))
