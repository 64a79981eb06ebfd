"""Which inputs a run has: articles of the lake that wait for a translation, and files that are new or changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from functools import cached_property
from typing import Any

import pyarrow as pa

from babelwire.article import UNCHANGED
from babelwire.frames import values
from babelwire.lake import LakeFolder
from babelwire.lake.index import fetched_table, load_digests, load_files, load_pending, load_unfetched, load_validators
from babelwire.lake.work import Work, identities
from babelwire.reading import Found, FoundFile, discover
from babelwire.reading.web.fetching import Validators, Web
from babelwire.settings import Settings


class Plan:
    """The inputs of a run, streamed.

    Attributes:
        unchanged: inputs passed over because their file or page is as it was; complete once `files` is used up.
    """

    def __init__(self, lake: LakeFolder, work: Work, paths: Sequence[str], settings: Settings) -> None:
        self._lake = lake
        self._paths = paths
        self._limits = settings.reading
        self._unfetched = load_unfetched(lake)
        self._web = Web(
            settings.fetching, {u: Validators(*v) for u, v in load_validators(lake).items()}, self._unfetched
        )
        self._done = work.done()
        self._settled = load_files(lake)
        self._pending = load_pending(lake)
        self._waiting = Counter(uri.partition("#")[0] for uri in values(self._pending, "input_uri"))
        self.unchanged = 0

    def pending(self) -> Iterator[dict[str, Any]]:
        """Articles of the lake whose translation waits, as rows that have gone through the first stages."""
        columns = list(self._pending.columns)
        rows = zip(*(values(self._pending, c) for c in columns), strict=True)
        for identity, row in zip(identities(self._pending), rows, strict=True):
            if identity not in self._done:
                yield dict(zip(columns, row, strict=True))

    def files(self) -> Iterator[dict[str, Any]]:
        """Inputs to be read, with the digest of the bytes that the lake knows them by."""
        paths = [*self._paths, *self._unfetched]
        for row in discover(paths, limits=self._limits, skip=self._skip, web=self._web):
            if row["disposition"] == UNCHANGED:
                # What waits in the lake is counted there.
                self.unchanged += row["input_uri"] not in self._waiting
                continue
            identity = tuple(row.get(c) for c in ("input_uri", "offset", "length", "file_size", "file_modified_at"))
            if identity not in self._done:
                yield row | {"known_digest": self._digests.get(row["input_uri"])}

    @property
    def fetched(self) -> pa.Table:
        """What to ask the web with next time whether something changed; complete once `files` is used up."""
        return fetched_table({uri: astuple(validators) for uri, validators in self._web.fetched.items()})

    @cached_property
    def _digests(self) -> dict[str, str]:
        return load_digests(self._lake)

    def _skip(self, file: Found) -> bool:
        """Whether a file is as the lake knows it, or a part of the lake."""
        if isinstance(file, FoundFile) and file.path.is_relative_to(self._lake.root.resolve()):
            return True
        size, modified_at, inputs = self._settled.get(file.uri, (None, None, 0))
        if modified_at is None or (size, modified_at) != (file.size, file.modified_at):
            return False
        # The inputs of this file that wait in the lake are counted there.
        self.unchanged += inputs - self._waiting[file.uri]
        return True
