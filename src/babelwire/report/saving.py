"""A report on its way into a file: written beside and moved into place, so that no reader sees half of it."""

from __future__ import annotations

import stat
from pathlib import Path

from babelwire.errors import UsageError
from babelwire.lake.files import write_bytes


def check(path: Path) -> None:
    """Says early that a file cannot be written there.

    Raises:
        UsageError: the folder does not exist, or `path` is a folder, a device or a pipe.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Give -o a file in it, as in: -o {path / 'report.html'}")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent} to write {path.name} to. Make it, or give -o another file.")
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        raise UsageError(f"{path} is no file. Give -o a file, or - to write the report to standard output.")


def save(html: str, path: Path) -> int:
    """Writes the page; an earlier file of the name is replaced. Gives its size in bytes.

    Raises:
        UsageError: as `check` does.
        BabelwireError: this user may not write there, or the disk is full or read-only.
    """
    check(path)
    content = html.encode("utf-8")
    write_bytes(path.resolve(), content)
    return len(content)
