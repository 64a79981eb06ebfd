"""The copy of a stored lake on this machine that runs write to: made equal to a manifest before, put into the store after."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath

from babelwire.article import ARTICLES, INPUTS, RUNS
from babelwire.errors import BabelwireError
from babelwire.lake.files import write_json, writing
from babelwire.lake.folder import LakeFolder
from babelwire.lake.index import ALL_TABLES
from babelwire.lake.remote import manifest as manifests
from babelwire.lake.remote.manifest import Entry, Manifest, Part
from babelwire.lake.remote.parts import has_bytes_of, parts_of
from babelwire.lake.remote.store import Conflict, Listed, Store
from babelwire.lake.remote.transfer import Missing, at_once, fetch

_NEVER_FEWER = (ARTICLES.name, INPUTS.name, RUNS.name)
# The clocks of one store differ by less.
_SKEW = timedelta(seconds=10)
_ATTEMPTS = 5
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ahead:
    """What runs have committed to the copy and what is not in the store yet.

    It is written down before it is put there: so that after a kill the next run can tell it from files that somebody
    else has removed from the copy.

    Attributes:
        base: the ETag of the manifest that it is to replace.
        token: of its objects and its manifest.
        files: what the copy holds.
    """

    base: str
    token: str
    files: Mapping[str, Part]


class Copy:
    """The copy of a lake on this machine. Its lock is held by the caller."""

    def __init__(self, lake: LakeFolder, store: Store) -> None:
        self._lake = lake
        self._store = store
        self._note = lake.root.parent / "ahead.json"

    def pull(self, *, thorough: bool = False) -> Manifest:
        """Makes the copy equal to the manifest; the work of runs in the making stays.

        Args:
            thorough: reads all files through, and leaves out what the store does not have as it should: `verify` tells.

        Raises:
            BabelwireError: an object is missing or damaged.
        """
        for _ in range(_ATTEMPTS):
            manifest = self._manifest()
            wrong = self._make_equal(manifest, thorough=thorough)
            if not wrong or self._manifest().etag == manifest.etag:
                break
        if wrong and not thorough:
            raise wrong[0]
        return manifest

    def note(self, base: Manifest) -> Ahead | None:
        """Writes down what was committed since the copy was equal to `base`; None where nothing was."""
        files = parts_of(self._lake, strict=True)
        if files == base.parts:
            return None
        for table in _NEVER_FEWER:
            before, after = _rows(base.parts, table), _rows(files, table)
            if after < before:
                raise BabelwireError(
                    f"Files were removed from {self._lake.root} while a run worked on it: it had {before} rows of {table} "
                    f"and has {after}. Nothing was put into {self._store.address}. Run the same command again."
                )
        ahead = Ahead(base.etag, secrets.token_hex(4), files)
        write_json(self._note, asdict(ahead))
        return ahead

    def push(self, base: Manifest, ahead: Ahead) -> Manifest:
        """Puts into the store what is ahead of `base`, and commits it.

        Raises:
            BabelwireError: another machine has published meanwhile, or the store does not do it.
        """
        held = {path: entry for path, entry in base.files.items() if ahead.files.get(path) == entry.part}
        names = {path: _object(path, each, ahead.token) for path, each in ahead.files.items() if path not in held}
        at_once(lambda each: self._upload(each[0], ahead.files[each[0]], each[1]), names.items())
        listed = self._store.list()
        new = {path: self._entry(ahead.files[path], name, listed.get(name)) for path, name in names.items()}
        try:
            manifest = manifests.replace(self._store, base, {**held, **new}, ahead.token)
        except Conflict:
            manifest = self._manifest()
            if manifest.token != ahead.token:
                raise BabelwireError(
                    f"Another machine published into {self._store.address} while this run did, which had lost the lock. "
                    "Nothing of this run is in the store. Run the same command again: it takes in what is missing."
                ) from None
        self._note.unlink(missing_ok=True)
        self._tidy_up(base, manifest, listed)
        return manifest

    def resume(self) -> None:
        """Puts into the store what a run had committed to the copy when it was ended."""
        ahead = self._ahead()
        if ahead is None:
            return
        manifest = self._manifest()
        if ahead.token != manifest.token:
            if ahead.base == manifest.etag and parts_of(self._lake) == ahead.files:
                self.push(manifest, ahead)
                return
            because = (
                "another machine has published since"
                if ahead.base != manifest.etag
                else f"files are missing in {self._lake.root}"
            )
            _LOG.warning(
                "What an earlier run was putting into %s when it was ended is dropped, since %s; "
                "its inputs are taken in again when they are given again.",
                self._store.address,
                because,
            )
        self._note.unlink(missing_ok=True)

    @property
    def is_ahead(self) -> bool:
        """Whether something is to be put into the store."""
        return self._ahead() is not None

    def _make_equal(self, manifest: Manifest, *, thorough: bool) -> list[BabelwireError]:
        root, there = self._lake.root, parts_of(self._lake)
        if thorough:
            there = {path: each for path, each in there.items() if has_bytes_of(root / path, each)}
        wanted = manifest.parts
        missing = [(path, manifest.files[path]) for path, each in wanted.items() if there.get(path) != each]
        found = at_once(lambda each: self._download(*each), missing)
        with writing(root):
            for path in self._surplus(wanted):
                path.unlink(missing_ok=True)
        return [problem for problem in found if problem is not None]

    def _surplus(self, wanted: Mapping[str, Part]) -> list[Path]:
        kept = {self._lake.root / path for path in wanted}
        return [
            path
            for table in ALL_TABLES
            for path in self._lake.table(table).rglob("*")
            if path not in kept and not path.is_dir() and not path.name.startswith(".")
        ]

    def _download(self, path: str, entry: Entry) -> BabelwireError | None:
        try:
            fetch(self._store, entry, self._lake.root / path)
        except Missing as problem:
            return problem
        return None

    def _upload(self, path: str, part: Part, name: str) -> None:
        file = self._lake.root / path
        if not has_bytes_of(file, part):
            raise BabelwireError(
                f"{file} is damaged: its checksum is wrong. Look at the disk, remove {self._lake.root.parent} and run "
                "the same command again."
            )
        self._store.upload(file, name)

    def _entry(self, of: Part, name: str, listed: Listed | None) -> Entry:
        if listed is None or listed.size != of.size:
            raise BabelwireError(
                f"The store of {self._store.address} took {name} and does not have it as it was put. Nothing was "
                "published there. Run the same command again, and look at what else writes there."
            )
        return Entry(of.size, of.checksum, of.rows, name, listed.etag)

    def _tidy_up(self, base: Manifest, manifest: Manifest, listed: Mapping[str, Listed]) -> None:
        """Removes objects that the manifest does not name: those it has replaced, and what killed runs left.

        What is younger than the manifest another machine may be about to publish.
        """
        named = {entry.object for entry in manifest.files.values()}
        replaced = {entry.object for entry in base.files.values()} - named
        times = [each.modified_at for name, each in listed.items() if name == manifests.NAME]
        old = {
            name
            for name, each in listed.items()
            if manifests.is_file(name) and name not in named and times and each.modified_at < times[0] - _SKEW
        }
        try:
            at_once(self._store.delete, sorted(replaced | old))
        except BabelwireError as error:
            _LOG.warning("What the lake does not have any more could not be removed from the store: %s", error)

    def _manifest(self) -> Manifest:
        found = manifests.load(self._store)
        if found is None:
            raise BabelwireError(
                f"The manifest {self._store.address}/{manifests.NAME} is gone. Restore an earlier version of this object."
            )
        return found

    def _ahead(self) -> Ahead | None:
        try:
            value = json.loads(self._note.read_text("utf-8"))
            return Ahead(value["base"], value["token"], {path: Part(**each) for path, each in value["files"].items()})
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return None


def _object(path: str, of: Part, token: str) -> str:
    """The name of an object. No two pushes give the same: what one removes late cannot be what another has just put."""
    where = PurePosixPath(path)
    return where.with_name(f"{where.stem}-{of.checksum[:16]}-{token}.parquet").as_posix()


def _rows(files: Mapping[str, Part], table: str) -> int:
    return sum(each.rows for path, each in files.items() if path.partition("/")[0] == table)
