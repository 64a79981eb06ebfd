"""Where things lie in a lake, and how a folder is known to be one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from babelwire.article import SCHEMA_VERSION, TABLES, Table
from babelwire.errors import UsageError
from babelwire.lake.files import write_json, write_table, writing
from babelwire.lake.findings import Finding
from babelwire.lake.lock import hold
from babelwire.lake.seal import is_whole

FORMAT = 1
MARKER = "babelwire-lake.json"
"""The file by which a lake is known."""

_FIRST = "empty.parquet"
_FIRST_MONTH = "month=0000-00"
_FIRST_OF_OLD = ("schema.parquet", "month=1970-01/schema.parquet")


@dataclass(frozen=True)
class LakeFolder:
    """A lake on disk. Tables are folders that analysts read; what starts with `_` is the pipeline's own.

    A table holds a file without rows that comes before all others. Most readers take the columns of a dataset from
    its first file: so a lake without articles has every column, and one whose older files lack some has today's.
    """

    root: Path

    @classmethod
    def create(cls, root: Path) -> LakeFolder:
        """Opens the lake at `root`, made new where the folder is missing or empty.

        Raises:
            UsageError: `root` is a file, or a folder with something else in it, or was written by a newer version.
        """
        root = Path(root).absolute()
        with writing(root):
            if root.exists() and not root.is_dir():
                raise UsageError(f"{root} is a file. Give --lake a folder: a new one, or one that babelwire made.")
            root.mkdir(parents=True, exist_ok=True)
            is_lake = (root / MARKER).exists()
            others = () if is_lake else sorted(p.name for p in root.iterdir() if not p.name.startswith(f".{MARKER}"))
        if not is_lake:
            if others:
                raise UsageError(
                    f"{root} is not a lake: it holds {', '.join(others[:3])}{' and more' if len(others) > 3 else ''}. "
                    "Give --lake a new or empty folder, or one that babelwire made."
                )
            write_json(root / MARKER, {"format": FORMAT})
        lake = cls.open(root)
        lake._describe_tables()
        return lake

    @classmethod
    def open(cls, root: Path) -> LakeFolder:
        """Opens the lake at `root`.

        Raises:
            UsageError: there is none, or it is of a newer version.
        """
        root = Path(root).absolute()
        try:
            version = json.loads((root / MARKER).read_text("utf-8"))["format"]
        except (FileNotFoundError, NotADirectoryError):
            raise UsageError(
                f"There is no lake at {root}. Make one with: babelwire ingest PATH --lake {root}"
            ) from None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise UsageError(f"The lake's {root / MARKER} cannot be read: {error}.") from error
        if version > FORMAT:
            raise UsageError(f"The lake {root} was made by a newer babelwire (format {version}). Update babelwire.")
        return cls(root)

    @property
    def address(self) -> str:
        """What `--lake` is given for this lake."""
        return str(self.root)

    @contextmanager
    def writing_alone(self, *, timeout_seconds: float, read_only: bool = False) -> Iterator[None]:
        """Holds the lake's lock, waiting for another run that publishes.

        Args:
            timeout_seconds: how long to wait.
            read_only: nothing is to be written: a lake that nobody here may write needs no lock then.

        Raises:
            BabelwireError: another process holds it; the message names the process.
        """
        if read_only and not os.access(self.root, os.W_OK):
            yield
            return
        with hold(self.lock, what=f"the lake {self.root}", timeout_seconds=timeout_seconds):
            yield

    def refresh(self, *, timeout_seconds: float) -> None:
        """Makes the files of `root` what the lake is now, where the lake lies elsewhere."""

    def fetch(self, table: Table, has_month: Callable[[str], bool]) -> list[Path] | None:  # noqa: ARG002
        """The files of a table for readers, where the lake lies elsewhere; None where they lie in `root`.

        Args:
            has_month: asked with names as `month=2025-03`, whether it is wanted.
        """
        return None

    def elsewhere(self) -> Iterator[Finding]:
        """What is wrong where the lake lies, when that is not in `root`."""
        return iter(())

    @property
    def state(self) -> str | None:
        """Another after each commit, where the lake lies elsewhere."""
        return None

    def table(self, table: Table) -> Path:
        """The folder of a table; the pipeline's own ones lie in the index."""
        return (self.root if table.name in TABLES else self.index) / table.name

    @property
    def index(self) -> Path:
        """What can be made again from the tables."""
        return self.root / "_index"

    @property
    def work(self) -> Path:
        """Finished batches of runs that are not published yet."""
        return self.root / "_work"

    @property
    def compacting(self) -> Path:
        """Where the files of `compact` lie until they are in place."""
        return self.work / "compact"

    @property
    def lock(self) -> Path:
        """The file whose lock the publishing run holds."""
        return self.root / "_lock"

    def first_file(self, table: Table) -> Path:
        """The file without rows that gives readers the columns of a published table."""
        return self.table(table) / (_FIRST_MONTH if table.month_of else "") / _FIRST

    def _describe_tables(self) -> None:
        """Writes the first file of every table whose own is missing, damaged or of an earlier version."""
        found = {name: _schema(self.first_file(table)) for name, table in TABLES.items()}
        newest = max((schema_version(schema) for schema in found.values() if schema is not None), default=0)
        if newest > SCHEMA_VERSION:
            raise UsageError(
                f"The lake {self.root} was written by a newer babelwire (schema {newest}; this one knows {SCHEMA_VERSION}). "
                "Update babelwire; an older one would lose the columns that it does not know."
            )
        for name, table in TABLES.items():
            schema = found[name]
            if schema is None or schema_version(schema) < SCHEMA_VERSION or not schema.equals(table.schema):
                write_table(self.first_file(table), table.schema.empty_table())
            with writing(self.table(table)):
                for old in _FIRST_OF_OLD:
                    (self.table(table) / old).unlink(missing_ok=True)
                if table.month_of:
                    with suppress(OSError):
                        (self.table(table) / "month=1970-01").rmdir()


def schema_version(schema: pa.Schema) -> int:
    """The version of the tables that a file was written with; 0 where it does not say."""
    written = (schema.metadata or {}).get(b"babelwire.schema_version", b"0")
    return int(written) if written.isdigit() else 0


def _schema(file: Path) -> pa.Schema | None:
    """The schema of a file; None where it is missing or not as it was written."""
    try:
        return pq.read_schema(file) if is_whole(file) else None
    except (OSError, pa.ArrowInvalid):
        return None
