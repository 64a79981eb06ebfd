"""What a column and a table are: types, units, the values that may occur, and the Arrow schema of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

SCHEMA_VERSION = 4

_FIRST_TIME = datetime(1, 1, 1, tzinfo=UTC)
_LAST_TIME = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
# A cosine that is computed in floats may be a little more than 1.
_ROUNDING = 1e-6
_MOST_SHOWN = 60


@dataclass(frozen=True)
class Field:
    """A column, or a part of a column whose values are lists of records.

    Attributes:
        holds: what it holds, as a sentence.
        null: when it is null; empty means never.
        unit: what a number counts, or its range.
        source: which part of the pipeline, or of the document, it comes from.
        one_of: the only values it may have.
        least, most: the bounds of a number, inclusive.
        parts: the rules for the parts of the records that it lists.
    """

    name: str
    type: pa.DataType
    holds: str
    null: str = ""
    example: str = ""
    unit: str = ""
    source: str = ""
    one_of: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    parts: tuple[Field, ...] = ()

    def wrong(self, column: Any) -> Any:
        """Which values of an Arrow array may not occur, as an Arrow array of booleans; null for what is null."""
        fine = pc.is_valid(column)
        if pa.types.is_timestamp(self.type):
            fine = pc.and_(fine, pc.greater_equal(column, pa.scalar(_FIRST_TIME, self.type)))
            fine = pc.and_(fine, pc.less_equal(column, pa.scalar(_LAST_TIME, self.type)))
        if self.one_of:
            fine = pc.and_(fine, pc.is_in(column, pa.array(self.one_of, self.type)))
        if self.least is not None:
            fine = pc.and_(fine, pc.greater_equal(column, self.least - self._rounding))
        if self.most is not None:
            fine = pc.and_(fine, pc.less_equal(column, self.most + self._rounding))
        return pc.and_(pc.is_valid(column), pc.invert(fine))

    @property
    def rule(self) -> str:
        """What its values have to be, as words; empty where any will do."""
        if pa.types.is_timestamp(self.type):
            return "of the years 1 to 9999"
        if self.one_of:
            return f"one of {', '.join(self.one_of)}"
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        return "" if self.least is None else f"{self.least:g} or more"

    @property
    def _rounding(self) -> float:
        return _ROUNDING if pa.types.is_floating(self.type) else 0


@dataclass(frozen=True)
class Table:
    """A Parquet dataset of the lake.

    `key` is unique in the table and orders the rows of a file; `month_of` is the column whose month
    is the hive partition, or empty where the table is not partitioned.
    """

    name: str
    holds: str
    key: tuple[str, ...]
    month_of: str
    fields: tuple[Field, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema written into every file of the table."""
        return pa.schema(
            [pa.field(f.name, f.type, nullable=bool(f.null)) for f in self.fields],
            metadata={"babelwire.table": self.name, "babelwire.schema_version": str(SCHEMA_VERSION)},
        )

    def violations(self, content: pa.Table) -> Iterator[str]:
        """What may not be published of `content`, whose types are those of the table: a sentence for each column.

        It names the table, the column, the first such value, its row by its key, and what is allowed.
        """
        for field in self.fields:
            column = content[field.name]
            if not field.null and column.null_count:
                row = pc.index(pc.is_null(column), value=True).as_py()
                yield f"{self.name}.{field.name} is empty in the row {self._row(content, row)}; it may never be."
            if field.rule:
                row = pc.index(field.wrong(column), value=True).as_py()
                if row >= 0:
                    yield self._sentence(field.name, column[row], self._row(content, row), field.rule)
            for part in field.parts:
                inside = pc.struct_field(pc.list_flatten(column), part.name)
                place = pc.index(part.wrong(inside), value=True).as_py()
                if place >= 0:
                    row = pc.list_parent_indices(column)[place].as_py()
                    yield self._sentence(f"{field.name}.{part.name}", inside[place], self._row(content, row), part.rule)

    def _sentence(self, column: str, value: Any, row: str, rule: str) -> str:
        return f"{self.name}.{column} is {_shown(value)} in the row {row}; it has to be {rule}."

    def _row(self, content: pa.Table, row: int) -> str:
        return ", ".join(f"{k} {_shown(content[k][row])}" for k in self.key)


def _shown(value: Any) -> str:
    # A time that Python's datetime cannot hold is shown as Arrow writes it.
    text = str(pc.cast(value, pa.string())) if pa.types.is_timestamp(value.type) else str(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
