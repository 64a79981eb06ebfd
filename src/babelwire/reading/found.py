"""What there is to read: something that has bytes, wherever it lies, or the reason why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from babelwire.errors import InputProblem


@dataclass(frozen=True)
class Found:
    """Something with bytes, as it was when it was listed or fetched.

    Attributes:
        uri: where it lies, percent-encoded, without a fragment.
        size: in bytes; None where that is not known before it is read.
        modified_at: in UTC, cut to microseconds; None where nobody says.
    """

    uri: str
    size: int | None
    modified_at: datetime | None

    lasts = True
    """Whether a worker can open it again by its URI; else its bytes have to travel."""

    def open(self) -> BinaryIO:
        """Its bytes, as a file that can seek. Close it.

        Raises:
            OSError: it cannot be opened.
            RejectInput, TryLater: it is not what it was when it was listed.
        """
        raise NotImplementedError

    def about(self) -> dict[str, object]:
        """What is known of all its inputs, by column: `fetched_from`, `charset`, `etag`, `last_modified`."""
        return {}


@dataclass(frozen=True)
class Unusable:
    """A place that gives nothing to read, and why."""

    uri: str
    problem: InputProblem
