"""Opening a lake by what `--lake` is given: a folder, or an address in a store."""

from __future__ import annotations

from pathlib import Path

from babelwire.errors import UsageError
from babelwire.lake.folder import LakeFolder

Place = str | Path
"""A folder, or an address as `s3://bucket/prefix`. As a `Path` an address would lose one of its slashes."""


def is_address(where: Place) -> bool:
    """Whether a lake lies in a store."""
    return isinstance(where, str) and "://" in where


def name_of(where: Place) -> str:
    """What people call the lake: the last part of its path or address."""
    return str(where).rstrip("/").rpartition("/")[2] if is_address(where) else _folder(where).absolute().name


def open_lake(where: Place) -> LakeFolder:
    """The lake there.

    Raises:
        UsageError: there is none, or a newer version wrote it.
        BabelwireError: its store cannot be reached or refuses.
    """
    if is_address(where):
        from babelwire.lake.remote.lake import StoredLake  # noqa: PLC0415 - it loads a second's worth of libraries

        return StoredLake.open_at(str(where))
    return LakeFolder.open(_folder(where))


def create_lake(where: Place) -> LakeFolder:
    """The lake there, made new where there is nothing yet.

    Raises:
        UsageError: something else is there, or a newer version wrote the lake.
        BabelwireError: its store cannot be reached or refuses.
    """
    if is_address(where):
        from babelwire.lake.remote.lake import StoredLake  # noqa: PLC0415

        return StoredLake.make_at(str(where))
    return LakeFolder.create(_folder(where))


def _folder(where: Place) -> Path:
    path = Path(where)
    if path.parts[:1] == ("s3:",):
        raise UsageError(
            f"{path} is neither a folder nor an address: an address has two slashes, as in s3://bucket/prefix."
        )
    return path
