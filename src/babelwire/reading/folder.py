"""Finds the files below the paths that a user names, each once, in a stable order."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from babelwire.errors import InputProblem, RejectInput, TryLater, UsageError
from babelwire.reading.found import Found, Unusable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FoundFile(Found):
    """A regular file on this machine; `uri` is that of its real path, percent-encoded byte by byte."""

    path: Path

    def open(self) -> BinaryIO:
        return open_regular(self.path)


def find_files(paths: Sequence[Path]) -> Iterator[FoundFile | Unusable]:
    """The files at and below `paths`, folder by folder, sorted by the bytes of their names.

    Paths may overlap: a file is yielded once, under its real path. Names that begin with a dot are passed over
    unless they are given in `paths`. A link is followed where its target lies below one of `paths`. A folder is
    listed when its turn comes, never all of them first.

    Raises:
        UsageError: one of `paths` does not exist. It is raised by the call, before anything is yielded.
    """
    return _Walk(_starts(paths)).files()


def path_of(input_uri: str) -> Path:
    """The path in a file URI made here, with or without the `#n` of a record.

    Raises:
        ValueError: it is not a file URI.
    """
    uri, _, _ = input_uri.partition("#")
    if not uri.startswith("file:///"):
        raise ValueError(f"not a file URI: {input_uri!r}")
    return Path(os.fsdecode(unquote_to_bytes(uri.removeprefix("file://"))))


def open_regular(path: Path) -> BinaryIO:
    """Opens a file for reading, and never waits for a pipe that has taken its place.

    Raises:
        OSError: it cannot be opened.
        RejectInput: it is not a regular file.
    """
    opened = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
        opened.close()
        raise RejectInput(
            "not_a_file", "The file was replaced by something that is not one. Look at what writes there."
        )
    return opened


def modification_time(status: os.stat_result) -> datetime:
    """When the file was last changed, in UTC, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=status.st_mtime_ns // 1000)


def unreadable(what: str, error: OSError) -> TryLater:
    """The problem of a file or folder that the system does not hand out."""
    if isinstance(error, FileNotFoundError):
        return TryLater("vanished", f"The {what} was there when the folder was listed and is gone. Nothing to do.")
    because = error.strerror or type(error).__name__
    return TryLater(
        "unreadable", f"The {what} cannot be read: {because}. Give this user the right to read it, or repair the disk."
    )


def _starts(paths: Sequence[Path]) -> list[Path]:
    """The real paths to start from, without those that are met below another one anyway."""
    for path in paths:
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise UsageError(
                f"There is nothing at {_shown(path)}. Give PATHs of folders and files that exist."
            ) from error
        except OSError:
            continue  # the walk says what is wrong with it
    real = list(dict.fromkeys(Path(os.path.realpath(path)) for path in paths))
    return [p for p in real if not any(_is_met_below(p, other) for other in real if other != p)]


def _is_met_below(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) and not any(p.startswith(".") for p in path.relative_to(folder).parts)


def _shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


class _Walk:
    """One walk: `listed` are the folders met so far, `linked` the files met through a link, by real path."""

    def __init__(self, starts: list[Path]) -> None:
        self.starts = starts
        self.listed: set[tuple[int, int]] = set()
        self.linked: set[Path] = set()

    def files(self) -> Iterator[FoundFile | Unusable]:
        # a stack and not recursion: folders nest deeper than Python's calls may
        stack: list[Iterator[Path | Unusable]] = [iter(self.starts)]
        while stack:
            path = next(stack[-1], None)
            if path is None:
                stack.pop()
            elif isinstance(path, Unusable):
                yield path
            else:
                try:
                    met = self._meet(path)
                except InputProblem as problem:
                    yield Unusable(path.as_uri(), problem)
                except OSError as error:
                    yield Unusable(path.as_uri(), unreadable("file", error))
                else:
                    if isinstance(met, FoundFile):
                        yield met
                    elif met is not None:
                        stack.append(met)

    def _meet(self, path: Path) -> FoundFile | Iterator[Path | Unusable] | None:
        """The file at `path`, or what lies in the folder at `path`; None where that is met elsewhere in the walk."""
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            target = self._target(path)
            if target is None:
                return None
            path, status = target, target.stat()
        elif path in self.linked:
            return None
        if stat.S_ISDIR(status.st_mode):
            return self._list(path, status)
        if not stat.S_ISREG(status.st_mode):
            raise RejectInput(
                "not_a_file",
                "This is a pipe, a socket or a device and was not opened. Only files and folders are read.",
            )
        return FoundFile(path.as_uri(), status.st_size, modification_time(status), path)

    def _list(self, folder: Path, status: os.stat_result) -> Iterator[Path | Unusable] | None:
        identity = (status.st_dev, status.st_ino)
        if identity in self.listed:
            return None
        self.listed.add(identity)
        return _entries(folder)

    def _target(self, link: Path) -> Path | None:
        """Where a link leads; None where the walk comes by there itself."""
        try:
            target = Path(os.path.realpath(link, strict=True))
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                raise
            reason = "The link leads to nothing. Delete it, or put back the file that it names."
            raise RejectInput("broken_link", reason) from error
        starts = [start for start in self.starts if target.is_relative_to(start)]
        if not starts:
            raise RejectInput(
                "link_outside",
                f"The link leads to {_shown(target)}, outside all given PATHs. Give that as a PATH of its own to read it.",
            )
        if any(_is_met_below(target, start) for start in starts):
            return None
        if not target.is_dir():
            parent = target.parent.stat()
            if (parent.st_dev, parent.st_ino) in self.listed or target in self.linked:
                return None
            self.linked.add(target)
        return target


def _entries(folder: Path) -> Iterator[Path | Unusable]:
    """What lies in the folder, sorted by the bytes of the names; first of all what went wrong with listing it."""
    names: list[bytes] = []
    try:
        with os.scandir(folder) as entries:
            names.extend(os.fsencode(entry.name) for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        yield Unusable(folder.as_uri(), unreadable("folder", error))
    names.sort()
    for name in names:
        yield folder / os.fsdecode(name)
