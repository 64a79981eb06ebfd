"""Objects on their way to this disk: several at once, each proved by its checksum before it is a file of the lake."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from babelwire.errors import BabelwireError
from babelwire.lake.files import move, sync, writing
from babelwire.lake.remote.manifest import Entry
from babelwire.lake.remote.parts import has_bytes_of
from babelwire.lake.remote.store import Store

_AT_ONCE = 8
Each = TypeVar("Each")
Made = TypeVar("Made")


class Missing(BabelwireError):  # noqa: N818 - the object is
    """An object that the manifest names is not there, or not with the bytes that were put."""


def at_once(work: Callable[[Each], Made], of: Iterable[Each]) -> list[Made]:
    """What `work` makes of each, several at the same time; raises what the first of them raises."""
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="objects")
    try:
        return list(pool.map(work, of))
    finally:
        pool.shutdown(cancel_futures=True)


def fetch(store: Store, entry: Entry, path: Path) -> None:
    """Makes `path` the file that an entry of the manifest tells of; it is there whole or not at all.

    Raises:
        Missing: there is no such object, or it has other bytes.
        BabelwireError: the store does not answer, or the disk is full.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            try:
                store.download(entry.object, beside)
            except FileNotFoundError:
                raise Missing(_problem(store, entry, "is missing")) from None
            if not has_bytes_of(beside, entry.part):
                raise Missing(_problem(store, entry, "is damaged: its checksum is wrong"))
            sync(beside)
            move(beside, path)
        finally:
            beside.unlink(missing_ok=True)


def _problem(store: Store, entry: Entry, what: str) -> str:
    return (
        f"The object {store.address}/{entry.object} {what}. See what else is, and what to do: "
        f"babelwire verify --lake {store.address}"
    )
