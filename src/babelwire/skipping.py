"""Rows that need no work in this run: inputs known with these bytes, and articles outside the window asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from babelwire.article import UNCHANGED
from babelwire.errors import RejectInput
from babelwire.frames import alive, each_row, values, with_columns


class SkipUnchanged:
    """Marks inputs whose bytes are those that the lake has taken in from the same place."""

    name = "skip_unchanged"

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Reads bytes_digest and known_digest; marks `unchanged`."""
        marks = [
            UNCHANGED if ok and digest is not None and digest == known else disposition
            for ok, digest, known, disposition in zip(
                alive(frame),
                values(frame, "bytes_digest"),
                values(frame, "known_digest"),
                values(frame, "disposition"),
                strict=True,
            )
        ]
        return with_columns(frame, disposition=marks)


class KeepWindow:
    """Rejects articles published outside [since, until)."""

    name = "keep_window"

    def __init__(self, since: datetime | None, until: datetime | None) -> None:
        self._since = since
        self._until = until

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Reads published_at; marks `outside_window`."""
        return each_row(frame, self.name, ["published_at"], {}, self._check)

    def _check(self, published_at: datetime) -> Mapping[str, Any]:
        if (self._since and published_at < self._since) or (self._until and published_at >= self._until):
            raise RejectInput(
                "outside_window",
                f"It was published on {published_at:%Y-%m-%d}, outside the dates asked for. A run with other dates takes it.",
            )
        return {}
