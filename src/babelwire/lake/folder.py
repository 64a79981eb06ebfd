"""Where things lie in a lake, and how a folder is known to be one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from babelwire.article import TABLES, Table
from babelwire.errors import UsageError
from babelwire.lake.files import write_json, write_table, writing

FORMAT = 1
_MARKER = "babelwire-lake.json"
_SCHEMA_FILE = "schema.parquet"


@dataclass(frozen=True)
class LakeFolder:
    """A lake on disk. Tables are folders that analysts read; what starts with `_` is the pipeline's own.

    A table holds an empty file with its schema from the first day, so that reading a lake without articles gives
    no rows and every column.
    """

    root: Path

    @classmethod
    def create(cls, root: Path) -> LakeFolder:
        """Opens the lake at `root`, made new where the folder is missing or empty.

        Raises:
            UsageError: `root` is a file, or a folder with something else in it, or of a newer version.
        """
        root = Path(root).absolute()
        with writing(root):
            if root.exists() and not root.is_dir():
                raise UsageError(f"{root} is a file. Give --lake a folder: a new one, or one that babelwire made.")
            root.mkdir(parents=True, exist_ok=True)
            is_lake = (root / _MARKER).exists()
            others = () if is_lake else sorted(p.name for p in root.iterdir() if not p.name.startswith(f".{_MARKER}"))
        if not is_lake:
            if others:
                raise UsageError(
                    f"{root} is not a lake: it holds {', '.join(others[:3])}{' and more' if len(others) > 3 else ''}. "
                    "Give --lake a new or empty folder, or one that babelwire made."
                )
            write_json(root / _MARKER, {"format": FORMAT})
        lake = cls.open(root)
        for table in TABLES.values():
            empty = lake.table(table) / ("month=1970-01" if table.month_of else "") / _SCHEMA_FILE
            if not empty.exists():
                write_table(empty, table.schema.empty_table())
        return lake

    @classmethod
    def open(cls, root: Path) -> LakeFolder:
        """Opens the lake at `root`.

        Raises:
            UsageError: there is none, or it is of a newer version.
        """
        root = Path(root).absolute()
        try:
            version = json.loads((root / _MARKER).read_text("utf-8"))["format"]
        except (FileNotFoundError, NotADirectoryError):
            raise UsageError(
                f"There is no lake at {root}. Make one with: babelwire ingest PATH --lake {root}"
            ) from None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise UsageError(f"The lake's {root / _MARKER} cannot be read: {error}.") from error
        if version > FORMAT:
            raise UsageError(f"The lake {root} was made by a newer babelwire (format {version}). Update babelwire.")
        return cls(root)

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
    def lock(self) -> Path:
        """The file whose lock the publishing run holds."""
        return self.root / "_lock"
