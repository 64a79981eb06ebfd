"""Which file every row to put goes to, and which rows of the files of the lake give way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import Table
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import files_with, row_groups

_BETWEEN = "\0"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Slice:
    """A row group of a file of the lake: which of its rows stay, and the group of those that come to it."""

    keep: pa.Array
    group: int


@dataclass(frozen=True)
class Layout:
    """The rows to put in groups, each of which comes to one row group of the lake or makes a new file.

    Attributes:
        units: what names each unit.
        groups: the group of each unit.
        files: the files of the lake in which a row gives way, or may change, with their row groups.
        new: the other groups, each with the name of its month's folder.
    """

    units: pa.Array
    groups: Ints
    files: Mapping[Path, list[Slice]]
    new: list[tuple[int, str]]

    def groups_of(self, units: pa.Array) -> Ints | None:
        """The groups of the rows of these units; None where one is not among those that were laid out."""
        place = _places(units, self.units)
        return None if (place < 0).any() else self.groups[place]


def lay_out(
    lake: LakeFolder,
    table: Table,
    units: pa.Table,
    *,
    drop: Mapping[str, Collection[str]] | None,
    revise: pa.Table | None,
    file_units: int,
) -> Layout:
    """Lays out the changes to a table; see `edit.stage` for what they are."""
    key = [column for column in table.key if column in units.column_names]
    names = names_of(units, key)
    months, folders = _months(table, units)
    number_of = {folder: number for number, folder in enumerate(folders)}
    dropped = {column: pa.array(sorted(values), pa.string()) for column, values in (drop or {}).items()}
    first = table.key[0]
    asked = [units[first], dropped.get(first), None if revise is None else revise[first]]
    held = pa.chunked_array([c for a in asked if a is not None for c in _chunks(a)], pa.string())
    groups = np.full(len(names), -1, np.int64)
    files: dict[Path, list[Slice]] = {}
    count = 0
    for path in files_with(lake, table, {**dropped, first: pc.unique(held)}):
        files[path] = []
        month = number_of.get(path.parent.name, -1) if table.month_of else 0
        for rows in row_groups(path, table, [*key, *dropped]):
            keep = np.ones(rows.num_rows, bool)
            for column, values in dropped.items():
                keep &= ~pc.is_in(rows[column], values).to_numpy().astype(bool)
            place = _places(names_of(rows, key), names)
            replaced = keep & (place >= 0)
            here = place[replaced]
            groups[here[months[here] == month]] = count
            files[path].append(Slice(pa.array(keep & ~replaced), count))
            count += 1
    new = [(number, folders[month]) for number, month in _group_new(names, months, groups, count, file_units)]
    return Layout(names, groups, files, new)


def names_of(rows: pa.Table, key: Collection[str]) -> pa.Array:
    """What these columns of the key say of every row, in one text."""
    columns = [pc.cast(rows[c], pa.string()) for c in key]
    named = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, _BETWEEN)
    return named.combine_chunks() if isinstance(named, pa.ChunkedArray) else named


def _group_new(names: pa.Array, months: Ints, groups: Ints, count: int, file_units: int) -> list[tuple[int, int]]:
    """Gives the units that have no group one, a new file each: its number and its month."""
    order = pc.sort_indices(names).to_numpy().astype(np.int64)
    order = order[groups[order] < 0]
    order = order[np.argsort(months[order], kind="stable")]
    new = []
    for inside in np.split(order, np.flatnonzero(np.diff(months[order])) + 1):
        for start in range(0, len(inside), file_units):
            groups[inside[start : start + file_units]] = count
            new.append((count, int(months[inside[0]])))
            count += 1
    return new


def _months(table: Table, units: pa.Table) -> tuple[Ints, list[str]]:
    """The month of each unit as a number, and the folder of each month."""
    if not table.month_of:
        return np.zeros(units.num_rows, np.int64), [""]
    times = units[table.month_of]
    whole = pc.add(pc.multiply(pc.year(times), 100), pc.month(times))
    months, which = np.unique(np.asarray(whole, np.int64), return_inverse=True)
    return which, [f"month={m // 100:04}-{m % 100:02}" for m in months.tolist()]


def _places(wanted: pa.Array, among: pa.Array) -> Ints:
    """Where each value is in `among`; -1 where it is not."""
    return np.asarray(pc.fill_null(pc.index_in(wanted, among), -1), np.int64)


def _chunks(values: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return list(values.chunks) if isinstance(values, pa.ChunkedArray) else [values]
