"""Batch frames: Arrow-backed columns of the types `babelwire.article` gives them, and how stages read and mark rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from babelwire.article import FRAME
from babelwire.errors import InputProblem

MARKS = ("disposition", "stage", "reason_code", "reason")


class Stage(Protocol):
    """One step of the pipeline: adds its columns, never drops a row, marks a row it cannot handle."""

    name: str

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame: ...


def make_frame(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """A frame of these columns, typed as `article.FRAME` says, with the marks of a frame that is in order.

    Raises:
        KeyError: a column is not named in `babelwire.article`.
    """
    rows = len(next(iter(columns.values()), ()))
    marks: dict[str, Sequence[Any]] = {m: [None] * rows for m in MARKS if m not in columns}
    return with_columns(pd.DataFrame(index=pd.RangeIndex(rows)), **columns, **marks)


def with_columns(frame: pd.DataFrame, **columns: Sequence[Any]) -> pd.DataFrame:
    """A copy of `frame` with these columns added or replaced, typed as `article.FRAME` says."""
    typed = {
        name: pd.Series(pd.array(pa.array(values, FRAME[name]), dtype=pd.ArrowDtype(FRAME[name])), index=frame.index)
        for name, values in columns.items()
    }
    return frame.assign(**typed)


def values(frame: pd.DataFrame, column: str) -> list[Any]:
    """The column as plain Python values, None where it is null or the frame has no such column."""
    if column not in frame.columns:
        return [None] * len(frame)
    return list(pa.array(frame[column].array).to_pylist())


def records(frame: pd.DataFrame, columns: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The rows as plain Python values; a column that the frame does not have is None."""
    names = [str(c) for c in frame.columns] if columns is None else list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*(values(frame, c) for c in names), strict=True)]


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """A frame whose columns stay Arrow's."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def alive(frame: pd.DataFrame) -> list[bool]:
    """Which rows no stage has stopped."""
    return [d is None for d in values(frame, "disposition")]


def each_row(
    frame: pd.DataFrame,
    stage: str,
    reads: Iterable[str],
    writes: Mapping[str, Any],
    work: Callable[..., Mapping[str, Any]],
) -> pd.DataFrame:
    """Calls `work(**{column: value})` for every row in order, writes what it returns, and adds its time to `processing_seconds`.

    Args:
        reads: the columns handed to `work`.
        writes: the columns it adds, each with the value for rows that are stopped (here or before). For a
            stopped row a column that the frame already has keeps its value.
        work: returns the values of `writes`; raises RejectInput or TryLater to stop the row.
    """
    reads = list(reads)
    rows = zip(*(values(frame, c) for c in reads), strict=True)
    marks = {m: values(frame, m) for m in MARKS}
    out = {c: (values(frame, c) if c in frame.columns else [default] * len(frame)) for c, default in writes.items()}
    seconds = values(frame, "processing_seconds")
    for i, (row, ok) in enumerate(zip(rows, alive(frame), strict=True)):
        if not ok:
            continue
        began = time.perf_counter()
        try:
            result = work(**dict(zip(reads, row, strict=True)))
        except InputProblem as problem:
            marks["disposition"][i] = problem.disposition
            marks["stage"][i] = stage
            marks["reason_code"][i] = problem.reason_code
            marks["reason"][i] = problem.reason
        else:
            for column in writes:
                out[column][i] = result[column]
        seconds[i] = (seconds[i] or 0.0) + time.perf_counter() - began
    return with_columns(frame, **out, **marks, processing_seconds=seconds)
