"""Which inputs a run has: articles of the lake that wait for a translation, and files that are new or changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from itertools import chain
from urllib.parse import quote

import pyarrow as pa

from babelwire.article import UNCHANGED
from babelwire.frames import values
from babelwire.lake import LakeFolder
from babelwire.lake.index import fetched_table, load_digests, load_files, load_pending, load_unfetched, load_validators
from babelwire.lake.nights import load_origins
from babelwire.lake.publishing.work import Work, identities
from babelwire.nightly.settings import Source
from babelwire.portions import Portions, Row
from babelwire.reading import Found, FoundFile, discover
from babelwire.reading.web.fetching import Validators, Web
from babelwire.settings import Settings

_MOST_CARRIED = 10_000_000
"""Bytes of inputs that travel with them and wait for their digests."""
_MOST_ASKED = 5_000
"""Inputs whose digests are asked for at once: of a ledger of a million rows 500 cost 0.11 s and 5,000 cost 0.12 s."""


class Plan:
    """The inputs that wait in a lake and at paths, streamed, and cut into the portions that are published one by one.

    Attributes:
        unchanged: inputs passed over so far because their file or page is as it was.
        met: files of this machine met so far, those that are passed over included.
    """

    def __init__(
        self, lake: LakeFolder, work: Work, paths: Sequence[str], settings: Settings, *, sources: Sequence[Source] = ()
    ) -> None:
        self._lake = lake
        self._root = lake.root.resolve()
        self._address = quote(lake.address, safe="/:") + "/"
        self._paths = paths
        self._sources = sources
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
        self.met = 0
        self._at_once = settings.batch_size
        self._portions = Portions(chain(self._waiting_rows(), self._files()), self._done)

    def portions(self, most: int | None) -> Iterator[Iterator[Row]]:
        """All inputs, in portions of about `most`; what the finished batches of `work` hold counts in the first."""
        # Within a portion, since looking ahead for digests must not decide where one ends.
        return map(self._with_digests, self._portions.cut(most))

    @property
    def over(self) -> bool:
        """Whether all inputs have been given."""
        return self._portions.over

    @property
    def fetched(self) -> pa.Table:
        """What to ask the web with next time whether something changed; complete once all portions are used up."""
        return fetched_table({uri: astuple(validators) for uri, validators in self._web.fetched.items()})

    def _waiting_rows(self) -> Iterator[Row]:
        """Articles of the lake whose translation waits, as rows that have gone through the first stages."""
        columns = list(self._pending.columns)
        rows = zip(*(values(self._pending, c) for c in columns), strict=True)
        for identity, row in zip(identities(self._pending), rows, strict=True):
            if identity not in self._done:
                yield dict(zip(columns, row, strict=True))

    def _files(self) -> Iterator[Row]:
        """Inputs to be read."""
        for row in self._discovered():
            if row["disposition"] == UNCHANGED:
                # What waits in the lake is counted there.
                self.unchanged += row["input_uri"] not in self._waiting
                continue
            identity = tuple(row.get(c) for c in ("input_uri", "offset", "length", "file_size", "file_modified_at"))
            if identity not in self._done:
                yield row

    def _discovered(self) -> Iterator[Row]:
        """What lies at the paths and what the sources give, then the pages that could not be had before."""
        named = {path for source in self._sources for path in source.paths}
        again = [address for address in self._unfetched if address not in named]
        origins = load_origins(self._lake, again) if self._sources else {}
        publishers = {source.name: source.publisher for source in self._sources}
        groups: list[tuple[str | None, Sequence[str]]] = [(None, self._paths)]
        groups += [(source.name, source.paths) for source in self._sources]
        groups += [(name, [a for a in again if origins.get(a) == name]) for name in (*publishers, None)]
        for name, paths in groups:
            tags = {"origin": name, "publisher": publishers.get(name or "") or None}
            for row in discover(paths, limits=self._limits, skip=self._skip, web=self._web):
                yield row | tags

    def _with_digests(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The ledger is asked bit by bit, so that memory does not grow with it; first for a batch, which is waited for."""
        held: list[Row] = []
        size, most = 0, self._at_once
        for row in rows:
            held.append(row)
            size += len(row.get("raw") or b"")
            if len(held) >= most or size >= _MOST_CARRIED:
                yield from self._known(held)
                held, size = [], 0
                most = max(most, min(2 * most, _MOST_ASKED))
        yield from self._known(held)

    def _known(self, rows: Sequence[Row]) -> Iterator[Row]:
        asked = [row["input_uri"] for row in rows if "article_id" not in row]
        try:
            digests = load_digests(self._lake, pa.array(asked, pa.string())) if asked else {}
        except FileNotFoundError:
            # A file was merged away meanwhile. Then these are read, and publishing finds them unchanged.
            digests = {}
        for row in rows:
            yield row if "article_id" in row else row | {"known_digest": digests.get(row["input_uri"])}

    def _skip(self, file: Found) -> bool:
        """Whether a file is as the lake knows it, or a part of the lake."""
        if isinstance(file, FoundFile):
            if file.path.is_relative_to(self._root):
                return True
            self.met += 1
        elif file.uri.startswith(self._address):
            return True
        self._portions.meet(file.uri)
        size, modified_at, inputs = self._settled.get(file.uri, (None, None, 0))
        if modified_at is None or (size, modified_at) != (file.size, file.modified_at):
            return False
        # The inputs of this file that wait in the lake are counted there.
        self.unchanged += inputs - self._waiting[file.uri]
        return True
