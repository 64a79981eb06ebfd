"""Rows that come in one order and are wanted in another: sorted into groups on disk, so that few are held at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.lake.files import writing

HELD_BYTES = 100_000_000
"""Rows of so many bytes at most are gathered before they are sorted and written; sorting takes as much again."""

Ints = npt.NDArray[np.int64]


class Spool:
    """Takes rows with the number of their group, and gives them back group by group.

    Rows that fit in `held_bytes` altogether never touch the disk, nor do those that come as one table, however large:
    its giver holds it anyway, and of it the rows of one group at a time are copied.
    """

    def __init__(self, folder: Path, *, held_bytes: int = HELD_BYTES) -> None:
        self._folder = folder
        self._most = held_bytes
        self._held: list[tuple[pa.Table, Ints]] = []
        self._bytes = 0
        self._files: list[tuple[Path, dict[int, int]]] = []
        self._rest: _Grouped | None = None

    def add(self, rows: pa.Table, groups: Ints) -> None:
        """Takes rows, each with its group."""
        if not rows.num_rows:
            return
        size = rows.nbytes
        if self._held and self._bytes + size > self._most:
            self._write()
        self._held.append((rows, groups))
        self._bytes += size

    def has(self, group: int) -> bool:
        """Whether a group has rows. Nothing can be added any more."""
        rest = self._settle()
        return any(group in batches for _, batches in self._files) or (rest is not None and group in rest)

    def read(self, group: int, *, by: Sequence[str] = ()) -> pa.Table | None:
        """The rows of a group; None where it has none. Nothing can be added any more.

        Args:
            by: the columns by which they are sorted; without any they come in the order of arrival.
        """
        if not self.has(group):
            return None
        rest = self._settle()
        parts = []
        for path, batches in self._files:
            if group in batches:
                with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as file:
                    parts.append(pa.Table.from_batches([file.get_batch(batches[group])]))
        if rest is not None and group in rest:
            if not parts:
                return rest.read(group, by)
            parts.append(rest.read(group))
        rows = pa.concat_tables(parts)
        return sort_rows(rows, by) if by else rows

    def close(self) -> None:
        """Removes what was written."""
        for path, _ in self._files:
            path.unlink(missing_ok=True)

    def _settle(self) -> _Grouped | None:
        if self._held:
            self._rest = self._grouped()
        return self._rest

    def _grouped(self) -> _Grouped:
        groups = np.concatenate([numbers for _, numbers in self._held])
        parts = [part for part, _ in self._held]
        # Taking from many small parts would be slow.
        rows = parts[0] if len(parts) == 1 else pa.concat_tables(parts).combine_chunks()
        self._held, self._bytes = [], 0
        return _Grouped(rows, groups)

    def _write(self) -> None:
        path = self._folder / f"{len(self._files):05d}.arrow"
        batches: dict[int, int] = {}
        options: Any = pa.ipc.IpcWriteOptions(compression="lz4")
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            schema = self._held[0][0].schema
            held = self._grouped()
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema, options=options) as file:
                for place, group in enumerate(held.groups):
                    (batch,) = held.read(group).combine_chunks().to_batches()
                    file.write_batch(batch)
                    batches[group] = place
        self._files.append((path, batches))


class _Grouped:
    """Rows in memory, of which those of one group are copied out when they are asked for."""

    def __init__(self, rows: pa.Table, groups: Ints) -> None:
        self._batches = rows.to_batches()
        self._opens = np.cumsum([0, *(batch.num_rows for batch in self._batches)])
        self._order = np.argsort(groups, kind="stable")
        numbers, opens = np.unique(groups[self._order], return_index=True)
        ends = [*opens[1:].tolist(), len(groups)]
        self._spans = dict(zip(numbers.tolist(), zip(opens.tolist(), ends, strict=True), strict=True))

    @property
    def groups(self) -> list[int]:
        return list(self._spans)

    def __contains__(self, group: int) -> bool:
        return group in self._spans

    def read(self, group: int, by: Sequence[str] = ()) -> pa.Table:
        """The rows of a group that it has, sorted by these columns."""
        places = self._order[slice(*self._spans[group])]
        in_batch = np.searchsorted(self._opens, places, side="right") - 1
        touched = np.unique(in_batch).tolist()
        parts = []
        for number in touched:
            inside = pa.array(places[in_batch == number] - self._opens[number])
            batch = self._batches[number]
            if by and len(touched) == 1:
                inside = inside.take(_order(batch.select(by).take(inside), by))
            parts.append(batch.take(inside))
        rows = pa.Table.from_batches(parts)
        return sort_rows(rows, by) if by and len(touched) > 1 else rows


def sort_rows(rows: pa.Table, by: Sequence[str]) -> pa.Table:
    """Rows sorted by these columns, each column in one piece."""
    return rows.take(_order(rows, by)).combine_chunks()


def _order(rows: pa.Table | pa.RecordBatch, by: Sequence[str]) -> pa.Array:
    return pc.sort_indices(rows, [(column, "ascending") for column in by])


@contextmanager
def spool(folder: Path, *, held_bytes: int = HELD_BYTES) -> Iterator[Spool]:
    """A spool whose files are gone in the end."""
    made = Spool(folder, held_bytes=held_bytes)
    try:
        yield made
    finally:
        made.close()
