"""Rows that come in one order and are wanted in another: sorted into groups on disk, so that few are held at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from babelwire.lake.files import writing

HELD_BYTES = 100_000_000
"""Rows of so many bytes are gathered before they are sorted and written; sorting takes as much again."""

Ints = npt.NDArray[np.int64]


class Spool:
    """Takes rows with the number of their group, and gives them back group by group in the order of arrival.

    Rows that fit in `held_bytes` altogether never touch the disk.
    """

    def __init__(self, folder: Path, *, held_bytes: int = HELD_BYTES) -> None:
        self._folder = folder
        self._most = held_bytes
        self._held: list[tuple[pa.Table, Ints]] = []
        self._bytes = 0
        self._files: list[tuple[Path, dict[int, int]]] = []
        self._rest: dict[int, pa.Table] = {}

    def add(self, rows: pa.Table, groups: Ints) -> None:
        """Takes rows, each with its group."""
        if not rows.num_rows:
            return
        self._held.append((rows, groups))
        self._bytes += rows.nbytes
        if self._bytes > self._most:
            self._write()

    def read(self, group: int) -> pa.Table | None:
        """The rows of a group; None where it has none. Nothing can be added any more."""
        if self._held:
            self._rest = dict(self._sorted())
        parts = []
        for path, batches in self._files:
            if group in batches:
                with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as file:
                    parts.append(pa.Table.from_batches([file.get_batch(batches[group])]))
        if group in self._rest:
            parts.append(self._rest[group])
        return pa.concat_tables(parts) if parts else None

    def close(self) -> None:
        """Removes what was written."""
        for path, _ in self._files:
            path.unlink(missing_ok=True)

    def _sorted(self) -> Iterator[tuple[int, pa.Table]]:
        """What is held, by group."""
        groups = np.concatenate([numbers for _, numbers in self._held])
        order = np.argsort(groups, kind="stable")
        rows = pa.concat_tables([part for part, _ in self._held]).take(pa.array(order)).combine_chunks()
        self._held, self._bytes = [], 0
        numbers, opens = np.unique(groups[order], return_index=True)
        for number, start, end in zip(numbers.tolist(), opens, [*opens[1:], len(groups)], strict=True):
            yield number, rows.slice(start, end - start)

    def _write(self) -> None:
        path = self._folder / f"{len(self._files):05d}.arrow"
        batches: dict[int, int] = {}
        options: Any = pa.ipc.IpcWriteOptions(compression="lz4")
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            schema = self._held[0][0].schema
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema, options=options) as file:
                for place, (group, rows) in enumerate(self._sorted()):
                    (batch,) = rows.to_batches()
                    file.write_batch(batch)
                    batches[group] = place
        self._files.append((path, batches))


@contextmanager
def spool(folder: Path, *, held_bytes: int = HELD_BYTES) -> Iterator[Spool]:
    """A spool whose files are gone in the end."""
    made = Spool(folder, held_bytes=held_bytes)
    try:
        yield made
    finally:
        made.close()
