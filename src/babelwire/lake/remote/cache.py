"""Objects that readers have fetched: kept on this disk under their own names, since no object ever changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from babelwire.errors import BabelwireError
from babelwire.lake.remote import manifest as manifests
from babelwire.lake.remote.manifest import Entry, Manifest
from babelwire.lake.remote.store import Store
from babelwire.lake.remote.transfer import at_once, fetch

# A reader that began with an earlier manifest may not have opened its files yet.
_KEPT_SECONDS = 3600.0


@dataclass(frozen=True)
class Cache:
    """The files of a stored lake that queries asked for. Several processes may use one folder."""

    store: Store
    folder: Path

    def files(self, wanted: Callable[[str], bool]) -> list[Path]:
        """The files, of one and the same manifest, whose path within the lake is wanted, sorted.

        Raises:
            Missing: an object is gone or damaged; where a run has replaced the manifest meanwhile, ask again.
            BabelwireError: the store does not answer, or the disk is full.
        """
        manifest = self.manifest()
        entries = [entry for path, entry in sorted(manifest.files.items()) if wanted(path)]
        if any(at_once(self._fetch, entries)):
            self._forget(manifest)
        return sorted(self.folder / entry.object for entry in entries)

    def manifest(self) -> Manifest:
        """The manifest as it is now.

        Raises:
            BabelwireError: there is none.
        """
        found = manifests.load(self.store)
        if found is None:
            raise BabelwireError(f"There is no lake at {self.store.address} any more: its manifest is gone.")
        return found

    def _fetch(self, entry: Entry) -> bool:
        """Whether it had to be fetched."""
        path = self.folder / entry.object
        try:
            if path.stat().st_size == entry.size:
                return False
        except FileNotFoundError:
            pass
        fetch(self.store, entry, path)
        return True

    def _forget(self, manifest: Manifest) -> None:
        """Removes what the lake does not have any more."""
        named = {self.folder / entry.object for entry in manifest.files.values()}
        for path in self.folder.rglob("*.parquet*"):
            if path not in named:
                try:
                    if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
                        path.unlink()
                except FileNotFoundError:
                    continue
