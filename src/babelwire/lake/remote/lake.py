"""A lake in an object store, as the rest of the pipeline sees it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from babelwire.article import Table
from babelwire.errors import UsageError
from babelwire.lake.files import write_json
from babelwire.lake.findings import Finding
from babelwire.lake.folder import FORMAT, MARKER, LakeFolder
from babelwire.lake.journal import recover
from babelwire.lake.lock import hold
from babelwire.lake.remote import lease
from babelwire.lake.remote import manifest as manifests
from babelwire.lake.remote.cache import Cache
from babelwire.lake.remote.comparing import compare
from babelwire.lake.remote.copy import Copy
from babelwire.lake.remote.lease import leased
from babelwire.lake.remote.manifest import Manifest
from babelwire.lake.remote.parts import parts_of
from babelwire.lake.remote.store import Conflict, Store, no_conditions


@dataclass(frozen=True)
class StoredLake(LakeFolder):
    """A lake whose tables are objects. What writes to it works on the copy at `root`, inside `writing_alone`."""

    store: Store

    @classmethod
    def make_at(cls, address: str) -> StoredLake:
        """Opens the lake at an address, made new where nothing lies below it.

        Raises:
            UsageError: something else lies there, or the store knows no conditional put.
            BabelwireError: the store cannot be reached or refuses.
        """
        store = Store.at(address)
        lake = cls._of(store, manifests.load(store) or _begun(store))
        if not (lake.root / MARKER).exists():
            write_json(lake.root / MARKER, {"format": FORMAT})
        LakeFolder.create(lake.root)
        return lake

    @classmethod
    def open_at(cls, address: str) -> StoredLake:
        """Opens the lake at an address.

        Raises:
            UsageError: there is none, or a newer version wrote it.
            BabelwireError: the store cannot be reached or refuses.
        """
        store = Store.at(address)
        manifest = manifests.load(store)
        if manifest is None:
            raise UsageError(
                f"There is no lake at {store.address}. Make one with: babelwire ingest PATH --lake {store.address}"
            )
        return cls._of(store, manifest)

    @property
    def address(self) -> str:
        return self.store.address

    @property
    def state(self) -> str:
        """Another after each run that publishes."""
        return self._cache.manifest().etag

    def fetch(self, table: Table, has_month: Callable[[str], bool]) -> list[Path]:
        """The files of a table, of one run's state, in the months that are wanted, fetched where they are not there yet.

        Args:
            has_month: asked with names as `month=2025-03`.
        """
        folder = self.table(table).relative_to(self.root).as_posix()

        def wanted(path: str) -> bool:
            of = path.rpartition("/")[0]
            if not table.month_of:
                return of == folder
            return of.rpartition("/")[0] == folder and has_month(of.rpartition("/")[2])

        return self._cache.files(wanted)

    @contextmanager
    def writing_alone(self, *, timeout_seconds: float, read_only: bool = False) -> Iterator[None]:
        """Inside, the copy is the lake and nobody else writes; after it, what was committed is in the store.

        Args:
            timeout_seconds: how long to wait for another run.
            read_only: nothing is put into the store; the copy is read through, and made good, first.

        Raises:
            BabelwireError: another process holds the lock, another machine has published meanwhile, or the store
                refuses. What is committed to the copy by then goes to the store with the next run.
        """
        copy = Copy(self, self.store)
        with hold(self.lock, what=f"the lake {self.address}", timeout_seconds=timeout_seconds):
            if read_only:
                if not copy.is_ahead:
                    copy.pull(thorough=True)
                yield
                return
            with leased(self.store, timeout_seconds=timeout_seconds):
                recover(self)
                copy.resume()
                base = copy.pull()
                LakeFolder.create(self.root)
                try:
                    yield
                finally:
                    recover(self)
                    ahead = copy.note(base)
                if ahead is not None:
                    copy.push(base, ahead)

    def refresh(self, *, timeout_seconds: float) -> None:
        """Makes the copy what the lake is now, unless a run waits to put into the store what it did."""
        copy = Copy(self, self.store)
        with hold(self.lock, what=f"the lake {self.address}", timeout_seconds=timeout_seconds):
            if not copy.is_ahead:
                copy.pull()

    def elsewhere(self) -> Iterator[Finding]:
        if Copy(self, self.store).is_ahead:
            yield Finding(
                "unfinished_publication",
                f"This machine holds what a run has committed, and {self.address} does not have it yet.",
                "Run babelwire compact, or any run: it puts it there first. Then verify again.",
            )
        yield from compare(self.store, parts_of(self))

    @classmethod
    def _of(cls, store: Store, manifest: Manifest) -> StoredLake:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute()
        return cls(cache / "babelwire" / "lakes" / manifest.lake / "copy", store)

    @property
    def _cache(self) -> Cache:
        return Cache(self.store, self.root.parent / "objects")


def _begun(store: Store) -> Manifest:
    """The manifest of a new lake, or of one that somebody else has made meanwhile."""
    others = sorted(store.list().keys() - {lease.NAME, manifests.NAME})
    if others:
        raise UsageError(
            f"{store.address} is not a lake: it holds {', '.join(others[:3])}{' and more' if others[3:] else ''}. "
            "Give --lake an address below which nothing lies, or one of a lake."
        )
    with suppress(Conflict):
        store.put(lease.NAME, lease.free(), replacing=None)
    for not_there in (None, '"0"'):
        with suppress(Conflict):
            store.put(lease.NAME, lease.free(), replacing=not_there)
            store.delete(lease.NAME)
            raise UsageError(no_conditions(store.address))
    with suppress(Conflict):
        return manifests.begin(store)
    found = manifests.load(store)
    assert found is not None
    return found
