"""The manifest: the one object that says which objects are the lake. Replacing it is the commit."""

from __future__ import annotations

import dataclasses
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from babelwire.errors import BabelwireError, UsageError
from babelwire.lake.remote.store import Store

NAME = "manifest.json"
FORMAT = 1
_LAKE = re.compile(r"[0-9a-f]{16}")
_FILE = re.compile(r"(_index/)?[a-z_]+/(month=\d{1,4}-\d\d/)?[A-Za-z0-9][A-Za-z0-9_.-]*\.parquet")


@dataclass(frozen=True)
class Part:
    """What a file holds.

    Attributes:
        size: bytes.
        checksum: the seal in the file, of a file without one its SHA-256.
        rows: how many.
    """

    size: int
    checksum: str
    rows: int


@dataclass(frozen=True)
class Entry(Part):
    """A file of the lake, and the object with its bytes.

    Attributes:
        object: its name below the address.
        etag: what a listing called it when it was put.
    """

    object: str
    etag: str

    @property
    def part(self) -> Part:
        return Part(self.size, self.checksum, self.rows)


@dataclass(frozen=True)
class Manifest:
    """What the lake is.

    Attributes:
        lake: names the lake for good; another one that is made at the same address has another.
        files: path within a lake -> what is there.
        token: of the push that put it.
        etag: of the object.
    """

    lake: str
    files: Mapping[str, Entry]
    token: str
    etag: str

    @property
    def parts(self) -> dict[str, Part]:
        """Path within a lake -> what the file there holds."""
        return {path: entry.part for path, entry in self.files.items()}


# Manifests of large lakes are some megabytes, and readers ask before and after each query whether it is another.
_last: dict[Store, Manifest] = {}


def load(store: Store) -> Manifest | None:
    """The manifest as it is now; None where there is none.

    Raises:
        UsageError: a newer version wrote it.
        BabelwireError: it is damaged.
    """
    known = _last.get(store)
    try:
        found = store.get(NAME, other_than=known.etag if known else None)
    except FileNotFoundError:
        return None
    if found is None:
        return known
    _last[store] = manifest = _parse(store, found.content, found.etag)
    return manifest


def begin(store: Store) -> Manifest:
    """Puts the manifest of a new lake.

    Raises:
        Conflict: there is one.
    """
    return _put(store, Manifest(secrets.token_hex(8), {}, "", ""), replacing=None)


def replace(store: Store, old: Manifest, files: Mapping[str, Entry], token: str) -> Manifest:
    """Puts a manifest in the place of another.

    Raises:
        Conflict: it is no longer there.
    """
    return _put(store, Manifest(old.lake, files, token, ""), replacing=old.etag)


def _put(store: Store, new: Manifest, *, replacing: str | None) -> Manifest:
    value = {
        "format": FORMAT,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "lake": new.lake,
        "token": new.token,
        "files": {path: asdict(entry) for path, entry in sorted(new.files.items())},
    }
    etag = store.put(NAME, json.dumps(value, indent=0).encode(), replacing=replacing)
    _last[store] = manifest = dataclasses.replace(new, etag=etag)
    return manifest


def _check_names(manifest: Manifest) -> None:
    odd = [name for path, entry in manifest.files.items() for name in (path, entry.object) if not is_file(name)]
    odd += [] if _LAKE.fullmatch(manifest.lake) else [manifest.lake]
    if odd:
        raise ValueError(f"it names {odd[0]!r:.80}")


def is_file(name: str) -> bool:
    """Whether it is the path or the object of a file of a lake."""
    return _FILE.fullmatch(name) is not None


def _parse(store: Store, content: bytes, etag: str) -> Manifest:
    where = f"{store.address}/{NAME}"
    try:
        value: Any = json.loads(content)
        if value["format"] > FORMAT:
            raise UsageError(
                f"The lake {store.address} was written by a newer babelwire (format {value['format']} of its manifest). "
                "Update babelwire."
            )
        files = {path: Entry(**entry) for path, entry in value["files"].items()}
        manifest = Manifest(str(value["lake"]), files, str(value["token"]), etag)
        # These become names on this disk.
        _check_names(manifest)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BabelwireError(
            f"The manifest {where} is damaged ({type(error).__name__}: {error!s:.200}). Without it nobody can tell what "
            "is the lake: restore an earlier version of this object, or the lake from a backup."
        ) from error
    return manifest
