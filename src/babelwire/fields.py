"""Writes docs/fields.md from the tables: `python -m babelwire.fields > docs/fields.md`."""

from __future__ import annotations

from babelwire.article import SCHEMA_VERSION, TABLES, Field, Table

_READING = """
Files that are older than a column do not have it; every reader gives null for it when it is asked in this way:

| reader | |
|---|---|
| babelwire | `Lake("lake").articles()` |
| pandas | `pandas.read_parquet("lake/articles")` |
| pyarrow | `pyarrow.dataset.dataset("lake/articles", partitioning="hive")` |
| Polars | `polars.scan_parquet("lake/articles", missing_columns="insert")` |
| DuckDB | `SELECT * FROM read_parquet('lake/articles/**/*.parquet', union_by_name = true)` |

The columns come from the file without rows that lies first in each table (`month=0000-00/empty.parquet`); the next run after an
upgrade writes it anew. `babelwire compact` writes all older files anew: after it the options are not needed.
"""


def fields_page() -> str:
    """The field dictionary as Markdown."""
    head = (
        "# Fields\n\n"
        "Generated from `babelwire.article`; change it there and run `make docs`.\n\n"
        f"Schema version {SCHEMA_VERSION}, in the metadata of every file as `babelwire.schema_version`. Columns are only ever added. "
        "Times are UTC. Files of a partitioned table lie in `month=YYYY-MM` folders, so that a reader also sees a column `month`.\n"
    )
    return head + _READING + "".join(map(_section, TABLES.values()))


def _section(table: Table) -> str:
    place = f"Partitioned by the month of `{table.month_of}`." if table.month_of else "Not partitioned."
    rows = "\n".join(map(_row, table.fields))
    return (
        f"\n## {table.name}\n\n{table.holds} Key: {', '.join(f'`{k}`' for k in table.key)}. {place}\n\n"
        f"| column | type | unit | holds | from | null when | example |\n|---|---|---|---|---|---|---|\n{rows}\n"
    )


def _row(field: Field) -> str:
    kind = str(field.type).replace("|", "\\|")
    cells = (f"`{field.name}`", kind, field.unit, field.holds, field.source, field.null or "never", field.example)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(fields_page(), end="")
