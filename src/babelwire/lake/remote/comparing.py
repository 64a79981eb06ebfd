"""Whether a store has what the manifest of a lake says, and what else lies there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from babelwire.lake.findings import Finding
from babelwire.lake.remote import lease
from babelwire.lake.remote import manifest as manifests
from babelwire.lake.remote.manifest import Entry, Part
from babelwire.lake.remote.store import Listed, Store
from babelwire.lake.remote.transfer import Missing, fetch

_ATTEMPTS = 5
_RESTORE = (
    "Restore this object from a backup or, where the bucket keeps versions, an earlier version of it; without one make "
    "a new lake at another address and ingest all inputs into it."
)


def compare(store: Store, copied: Mapping[str, Part]) -> Iterator[Finding]:
    """What is wrong with the objects of a lake; nothing where all are as the manifest says.

    Objects are fetched only where their listing differs from what was put, or this machine has no copy of them.

    Args:
        copied: path within the lake -> what the copy on this machine holds there.
    """
    for _ in range(_ATTEMPTS):
        manifest, listed = manifests.load(store), store.list()
        now = manifests.load(store)
        if manifest is not None and now is not None and now.etag == manifest.etag:
            break
    if manifest is None:
        yield Finding("missing_object", f"The manifest {store.address}/{manifests.NAME} is gone.", _RESTORE)
        return
    for path, entry in sorted(manifest.files.items()):
        problem = _problem(store, entry, listed.get(entry.object), is_copied=copied.get(path) == entry.part)
        if problem is not None:
            yield problem
    yield from _others(store, listed.keys() - {entry.object for entry in manifest.files.values()})


def _problem(store: Store, entry: Entry, found: Listed | None, *, is_copied: bool) -> Finding | None:
    if found is None:
        return Finding(
            "missing_object", f"The manifest names {entry.object}, and the store has no such object.", _RESTORE
        )
    if found.size == entry.size and (is_copied and found.etag == entry.etag):
        return None
    with tempfile.TemporaryDirectory() as folder:
        try:
            fetch(store, entry, Path(folder) / "object.parquet")
        except Missing:
            return Finding("damaged_object", f"{entry.object} is not as it was put: its checksum is wrong.", _RESTORE)
    return None


def _others(store: Store, names: set[str]) -> Iterator[Finding]:
    """What the manifest does not name. While a run publishes, its objects are there before it does."""
    is_quiet = not lease.is_held(store)
    for name in sorted(names - {manifests.NAME, lease.NAME}):
        if not manifests.is_file(name):
            yield Finding(
                "stray_object", f"{name!r} is none of the lake's objects.", "Move it to another place in the store."
            )
        elif is_quiet:
            yield Finding(
                "leftover_object",
                f"{name} was put by a run that was ended, or replaced by one, and is not part of the lake.",
                "Nothing: a later run removes it.",
            )
