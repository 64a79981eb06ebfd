"""Whether the tables of a lake agree with each other: keys, stories and their articles, evidence, ledger, counts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow.dataset as ds
import pyarrow.fs

from babelwire.article import DISPOSITIONS, TABLES, UNCHANGED, Table
from babelwire.lake.findings import Finding

_MEMORY = "500MB"
_SHOWN = 3
_RESTORE = "Restore {} from a backup; without one move the lake away and ingest all inputs into a new one."
_INDEX = "Remove the whole folder _index: the next run makes it again."


class _Check(NamedTuple):
    """A query that gives no rows where all is well; its column `it` names what is wrong."""

    code: str
    says: str
    query: str
    remedy: str


_COUNTED = [d for d in DISPOSITIONS if d != UNCHANGED]
_OTHER_COUNTS = " OR ".join(f"runs.{d} <> coalesce(ledger.{d}, 0)" for d in _COUNTED)
_COUNTS = ", ".join(f"count(*) FILTER (disposition = '{d}') AS {d}" for d in _COUNTED)
_CHECKS = (
    _Check(
        "no_story",
        "{n} articles belong to a story that is not there: {them}.",
        "SELECT DISTINCT article_id AS it FROM articles ANTI JOIN stories USING (story_id)",
        _RESTORE.format("stories"),
    ),
    _Check(
        "not_listed",
        "{n} articles are not listed by their story: {them}.",
        "SELECT DISTINCT article_id AS it FROM articles SEMI JOIN stories USING (story_id) "
        "ANTI JOIN members USING (story_id, article_id)",
        _RESTORE.format("stories or articles"),
    ),
    _Check(
        "listed_wrongly",
        "{n} articles are listed by a story and are not there, or belong to another one: {them}.",
        "SELECT DISTINCT article_id AS it FROM members ANTI JOIN articles USING (story_id, article_id)",
        _RESTORE.format("articles or stories"),
    ),
    _Check(
        "wrong_story_count",
        "{n} stories do not have the number of articles they say, or do not list their lead: {them}.",
        "SELECT story_id AS it FROM stories WHERE article_count <> len(article_ids) "
        "OR article_count <> len(list_distinct(article_ids)) OR NOT list_contains(article_ids, lead_article_id)",
        _RESTORE.format("stories"),
    ),
    _Check(
        "no_match_end",
        "{n} articles that are named in matches are not there: {them}.",
        "SELECT DISTINCT it FROM (SELECT article_id AS it FROM matches UNION ALL SELECT matched_to FROM matches) "
        "ANTI JOIN articles ON it = article_id",
        _RESTORE.format("articles or matches"),
    ),
    _Check(
        "no_evidence",
        "{n} articles are related to one with which they have no row in matches: {them}.",
        "SELECT DISTINCT article_id AS it FROM articles ANTI JOIN pairs "
        "ON articles.article_id = pairs.one AND articles.related_to = pairs.other WHERE related_to IS NOT NULL",
        _RESTORE.format("matches"),
    ),
    _Check(
        "no_article_of_entity",
        "{n} articles that are named in entities are not there, or belong to another story: {them}.",
        "SELECT DISTINCT article_id AS it FROM entities ANTI JOIN articles USING (article_id, story_id)",
        _RESTORE.format("articles or entities"),
    ),
    _Check(
        "no_article_of_input",
        "{n} articles that the ledger names are not there: {them}.",
        "SELECT DISTINCT article_id AS it FROM inputs ANTI JOIN articles USING (article_id) "
        "WHERE article_id IS NOT NULL",
        _RESTORE.format("articles"),
    ),
    _Check(
        "no_revision_of_input",
        "{n} revisions that the ledger names are not there: {them}.",
        "SELECT DISTINCT article_id || ' revision ' || revision AS it FROM inputs SEMI JOIN articles USING (article_id) "
        "ANTI JOIN articles USING (article_id, revision) WHERE revision IS NOT NULL",
        _RESTORE.format("articles"),
    ),
    _Check(
        "no_input_of_article",
        "{n} articles are not in the ledger: {them}.",
        "SELECT DISTINCT article_id AS it FROM articles ANTI JOIN inputs USING (article_id)",
        _RESTORE.format("inputs"),
    ),
    _Check(
        "no_run",
        "{n} runs that wrote rows have no row of their own: {them}.",
        "SELECT DISTINCT it FROM (SELECT run_id AS it FROM articles UNION ALL SELECT run_id FROM inputs) "
        "ANTI JOIN runs ON it = run_id",
        _RESTORE.format("runs"),
    ),
    _Check(
        "wrong_run_sum",
        "{n} runs have counts that do not add up to their inputs: {them}.",
        f"SELECT run_id AS it FROM runs WHERE inputs <> {' + '.join(DISPOSITIONS)}",  # noqa: S608
        _RESTORE.format("runs"),
    ),
    _Check(
        "wrong_run_count",
        "{n} runs count other inputs than the ledger has of them: {them}.",
        "SELECT run_id AS it FROM runs LEFT JOIN ledger USING (run_id) WHERE " + _OTHER_COUNTS,  # noqa: S608
        _RESTORE.format("inputs or runs"),
    ),
    _Check(
        "no_article_of_fingerprint",
        "{n} fingerprints are of articles that are not there: {them}.",
        "SELECT article_id || ' revision ' || revision AS it FROM fingerprints ANTI JOIN articles USING (article_id, revision)",
        _INDEX,
    ),
    _Check(
        "no_fingerprint",
        "{n} articles have no fingerprint, and some have: {them}.",
        "SELECT article_id || ' revision ' || revision AS it FROM articles ANTI JOIN fingerprints "
        "USING (article_id, revision) WHERE EXISTS (FROM fingerprints)",
        "Nothing: the next run makes them.",
    ),
)
_VIEWS = {
    "members": "SELECT story_id, unnest(article_ids) AS article_id FROM stories",
    "pairs": "SELECT article_id AS one, matched_to AS other FROM matches UNION ALL SELECT matched_to, article_id FROM matches",
    "ledger": f"SELECT run_id, {_COUNTS} FROM inputs GROUP BY run_id",  # noqa: S608
}


def disagreements(tables: Mapping[str, tuple[Table, list[Path]]]) -> Iterator[Finding]:
    """What the tables say of each other that cannot be.

    Args:
        tables: the tables by name, the lake's own ones too, each with its files; these can be read.
    """
    with tempfile.TemporaryDirectory(prefix="babelwire-verify-") as spill, duckdb.connect(":memory:") as database:
        database.execute(f"SET memory_limit = '{_MEMORY}'")
        database.execute("SET temp_directory = $1", [spill])
        for name, (table, files) in tables.items():
            database.register(name, _dataset(table, files))
        for name, query in _VIEWS.items():
            database.execute(f"CREATE VIEW {name} AS {query}")
        for table, _ in tables.values():
            yield from _run(database, _key_check(table))
        for check in _CHECKS:
            yield from _run(database, check)


def _key_check(table: Table) -> _Check:
    key = ", ".join(table.key)
    return _Check(
        "double_key",
        f"{{n}} rows of {table.name} are there more than once ({key}): {{them}}.",
        f"SELECT concat_ws(' ', {key}) AS it FROM {table.name} GROUP BY {key} HAVING count(*) > 1",  # noqa: S608
        _RESTORE.format(table.name) if table.name in TABLES else _INDEX,
    )


def _run(database: duckdb.DuckDBPyConnection, check: _Check) -> Iterator[Finding]:
    counted = database.execute(f"SELECT count(*) FROM ({check.query})").fetchone()  # noqa: S608
    assert counted is not None
    if counted[0]:
        rows = database.execute(f"SELECT it FROM ({check.query}) ORDER BY it LIMIT {_SHOWN}").fetchall()  # noqa: S608
        them = ", ".join(str(it) for (it,) in rows) + (", ..." if counted[0] > _SHOWN else "")
        yield Finding(check.code, check.says.format(n=counted[0], them=them), check.remedy, counted[0])


def _dataset(table: Table, files: list[Path]) -> ds.Dataset:
    if not files:
        return ds.dataset(table.schema.empty_table())
    return ds.FileSystemDataset.from_paths(
        [str(path) for path in files],
        schema=table.schema,
        format=ds.ParquetFileFormat(),
        filesystem=pyarrow.fs.LocalFileSystem(),
    )
