"""Writes docs/fields.md from the tables: `python -m babelwire.fields > docs/fields.md`."""

from __future__ import annotations

from babelwire.article import SCHEMA_VERSION, TABLES, Field, Table


def fields_page() -> str:
    """The field dictionary as Markdown."""
    head = (
        "# Fields\n\n"
        "Generated from `babelwire.article`; change it there and run `make docs`.\n\n"
        f"Schema version {SCHEMA_VERSION}, in the metadata of every file as `babelwire.schema_version`. Columns are only ever added. "
        "Times are UTC. Files of a partitioned table lie in `month=YYYY-MM` folders, so that a reader also sees a column `month`.\n"
    )
    return head + "".join(map(_section, TABLES.values()))


def _section(table: Table) -> str:
    place = f"Partitioned by the month of `{table.month_of}`." if table.month_of else "Not partitioned."
    rows = "\n".join(map(_row, table.fields))
    return (
        f"\n## {table.name}\n\n{table.holds} Key: {', '.join(f'`{k}`' for k in table.key)}. {place}\n\n"
        f"| column | type | holds | null when | example |\n|---|---|---|---|---|\n{rows}\n"
    )


def _row(field: Field) -> str:
    kind = str(field.type).replace("|", "\\|")
    return f"| `{field.name}` | {kind} | {field.holds} | {field.null or 'never'} | {field.example} |"


if __name__ == "__main__":
    print(fields_page(), end="")
