"""The translation memory: segments that were translated well, kept in a database that several processes share."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from babelwire.errors import UsageError
from babelwire.translation.engine import Translated

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_AT_ONCE = 500
_BUSY_SECONDS = 30
_DAY = 86_400
_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

_SEGMENTS = sa.Table(
    "segments",
    sa.MetaData(),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("unknown_words", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("used_at", sa.BigInteger, nullable=False, index=True),
)
_USED_AT = next(iter(_SEGMENTS.indexes))


@dataclass(frozen=True)
class Maker:
    """What decides a translation beside the segment: where one of these changes, the memory knows nothing yet.

    Attributes:
        rules: a digest of what is done to text around the engine.
    """

    engine: str
    engine_version: str
    rules: str
    source: str
    target: str

    def key(self, segment: str) -> str:
        """SHA-256 of all this and the segment."""
        named = json.dumps([self.engine, self.engine_version, self.rules, self.source, self.target, segment]).encode()
        return hashlib.sha256(named).hexdigest()


class Memory:
    """Finished segments in a database, opened when it is first used; may be shared between threads.

    A database that cannot be used is a warning, once: from then on the memory is empty and keeps nothing.

    Args:
        url: SQLAlchemy URL of a SQLite or PostgreSQL database; empty is a file in the user's cache folder, `none` is
            no memory.
        clock: seconds since 1970.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._clock = clock
        self._lock = threading.Lock()
        self._database: sa.Engine | None = None
        self._usable = url != "none"

    def get(self, maker: Maker, segments: Sequence[str]) -> dict[str, Translated]:
        """What is remembered of these segments. Reading a row keeps it from being pruned."""
        return self._use(lambda database: self._read(database, maker, segments)) or {}

    def put(self, maker: Maker, answers: Mapping[str, Translated]) -> None:
        """Remembers the answers by their segments; what another process has stored meanwhile stays."""
        if answers:
            self._use(lambda database: self._write(database, maker, answers))

    def close(self) -> None:
        """Closes the database. It opens again when it is used again."""
        with self._lock:
            if self._database is not None:
                self._database.dispose()
            self._database = None

    def _use(self, work: Callable[[sa.Engine], T]) -> T | None:
        if not self._usable:
            return None
        try:
            with self._lock:
                if self._database is None:
                    self._database = _open(self._url)
                database = self._database
            return work(database)
        except (SQLAlchemyError, ImportError, OSError) as problem:
            self._usable = False
            _LOG.warning(
                "The translation memory cannot be used (%s). Translation goes on without it; "
                "check translation.memory, or set it to none.",
                _short(problem),
            )
            return None

    def _read(self, database: sa.Engine, maker: Maker, segments: Sequence[str]) -> dict[str, Translated]:
        found: dict[str, Translated] = {}
        now = int(self._clock())
        keys = {maker.key(segment): segment for segment in segments}
        wanted = sa.select(_SEGMENTS.c.key, _SEGMENTS.c.text, _SEGMENTS.c.unknown_words, _SEGMENTS.c.used_at)
        with database.connect() as connection:
            old: list[str] = []
            for some in _chunks(list(keys)):
                for key, text, unknown_words, used_at in connection.execute(wanted.where(_SEGMENTS.c.key.in_(some))):
                    found[keys[key]] = Translated(text, unknown_words)
                    if used_at < now - _DAY:
                        old.append(key)
        if old:
            with database.begin() as connection:
                for some in _chunks(old):
                    connection.execute(sa.update(_SEGMENTS).where(_SEGMENTS.c.key.in_(some)).values(used_at=now))
        return found

    def _write(self, database: sa.Engine, maker: Maker, answers: Mapping[str, Translated]) -> None:
        now = int(self._clock())
        rows = [
            {
                "key": maker.key(segment),
                "text": answer.text,
                "unknown_words": answer.unknown_words,
                "created_at": now,
                "used_at": now,
            }
            for segment, answer in answers.items()
        ]
        # In one order everywhere, so that two processes never wait for each other.
        rows.sort(key=lambda row: str(row["key"]))
        insert = _INSERT[database.dialect.name](_SEGMENTS).on_conflict_do_nothing(index_elements=["key"])
        for some in _chunks(rows):
            with database.begin() as connection:
                connection.execute(insert, some)


def prune(url: str, older_than_days: float, *, clock: Callable[[], float] = time.time) -> int:
    """Deletes what was not used for so many days, and says how many segments went.

    Args:
        url: as of `Memory`.

    Raises:
        UsageError: the database cannot be used.
    """
    if url == "none" or (not url and not default_file().is_file()):
        return 0
    try:
        database = _open(url)
        try:
            with database.begin() as connection:
                before = int(clock() - older_than_days * _DAY)
                return int(connection.execute(sa.delete(_SEGMENTS).where(_SEGMENTS.c.used_at < before)).rowcount)
        finally:
            database.dispose()
    except (SQLAlchemyError, ImportError, OSError) as problem:
        raise UsageError(
            f"The translation memory cannot be pruned ({_short(problem)}). Check translation.memory, and that no other "
            "program holds the database."
        ) from problem


def default_file() -> Path:
    """Where the memory is when no URL is given: `translations.sqlite` in the user's cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "babelwire" / "translations.sqlite"


def _open(url: str) -> sa.Engine:
    if not url:
        default_file().parent.mkdir(parents=True, exist_ok=True)
    where = sa.make_url(url) if url else sa.URL.create("sqlite", database=str(default_file()))
    kind = where.get_backend_name()
    if kind not in _INSERT:
        raise ArgumentError(f"it is a {kind} database, and only SQLite and PostgreSQL will do")
    if kind == "postgresql":
        database = sa.create_engine(where, pool_pre_ping=True)
    else:
        database = sa.create_engine(where, connect_args={"timeout": _BUSY_SECONDS})
        sa.event.listen(database, "connect", _share)
    try:
        _create(database)
    except IntegrityError:
        # On PostgreSQL "if not exists" may still meet a table that another process creates at the same moment.
        _create(database)
    return database


def _create(database: sa.Engine) -> None:
    with database.begin() as connection:
        connection.execute(sa.schema.CreateTable(_SEGMENTS, if_not_exists=True))
        connection.execute(sa.schema.CreateIndex(_USED_AT, if_not_exists=True))


def _share(connection: Any, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _chunks(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _short(problem: Exception) -> str:
    # SQLAlchemy's own message goes on with the statement and its values, which are text of articles.
    said = str(getattr(problem, "orig", None) or problem)
    return f"{type(problem).__name__}: {' '.join(said.split())[:200]}"
