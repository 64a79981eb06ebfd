"""A condition in SQL on the columns of articles, as people type one: checked, and held to that table alone."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from babelwire.article import ARTICLES, Table
from babelwire.errors import UsageError

_LONGEST = 10_000
_MEMORY = "1GB"


class Condition:
    """A condition such as `language = 'it' and word_count > 300`.

    It is an expression of DuckDB over the columns of `articles`. It has no other table, no file, no network and no
    setting at hand, and holds no query of its own.

    Attributes:
        columns: the columns that it reads.

    Raises:
        UsageError: it is not one expression that is true or false; the message says what is wrong.
    """

    def __init__(self, expression: str, *, table: Table = ARTICLES) -> None:
        self._table = table
        self._expression = expression
        if len(expression) > _LONGEST:
            raise UsageError(f"The condition has {len(expression):,} characters; at most {_LONGEST:,} are possible.")
        self._database = _closed_database()
        self.columns = self._checked()

    def keys(self, rows: pa.Table) -> pa.Table:
        """The key columns of the rows for which it holds.

        Args:
            rows: with at least `columns` and the key of the table.

        Raises:
            UsageError: it cannot be worked out for a row, as where a word is compared with a number.
        """
        try:
            keys = ", ".join(self._table.key)
            return self._named(rows).filter(self._expression).project(keys).to_arrow_table()
        except duckdb.Error as error:
            raise self._wrong(error) from error

    def _checked(self) -> list[str]:
        try:
            # Of several expressions, a whole statement or a part of one nothing is taken.
            self._named(self._table.schema.empty_table()).filter(self._expression).fetchall()
            # The new line ends a comment that the expression ends with.
            statement = f"SELECT ({self._expression}\n)"
            answer = self._database.execute("SELECT json_serialize_sql(?)", [statement]).fetchall()
            parsed = json.loads(answer[0][0])
        except (duckdb.Error, UnicodeEncodeError, RecursionError) as error:
            raise self._wrong(error) from error
        if parsed["error"]:
            raise self._wrong(ValueError(parsed.get("error_message", "not an expression")))
        nodes = list(_nodes(parsed["statements"]))
        if any(node.get("class") == "SUBQUERY" for node in nodes):
            raise self._wrong(ValueError("a condition cannot hold a query (SELECT) of its own"))
        every = any(node.get("class") == "STAR" for node in nodes)
        named = {name.lower() for node in nodes for name in node.get("column_names", ())}
        return [name for name in self._table.schema.names if every or name in named]

    def _named(self, rows: pa.Table) -> duckdb.DuckDBPyRelation:
        return self._database.from_arrow(rows).set_alias(self._table.name)

    def _wrong(self, error: Exception) -> UsageError:
        why = str(error).partition("\n")[0].strip()
        missing = re.search(r'Referenced column "([^"]*)" not found', why)
        if missing:
            near = difflib.get_close_matches(missing[1].lower(), self._table.schema.names, 1)
            why = f"there is no column {missing[1]}" + (f", did you mean {near[0]}?" if near else "")
        why = re.sub(r"^[\w ]+ Error: ", "", "".join(c if c.isprintable() else " " for c in why))
        return UsageError(
            f"The condition {self._expression!r:.200} does not work: {why.rstrip('.!')}. Write one as in: "
            "language = 'it' and word_count > 300. "
            f"The columns are {', '.join(self._table.schema.names)}."
        )


def _closed_database() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "memory_limit": _MEMORY,
            "temp_directory": "",
        },
    )
    for setting in ("TimeZone = 'UTC'", "enable_external_access = false", "lock_configuration = true"):
        database.execute(f"SET {setting}")
    return database


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
