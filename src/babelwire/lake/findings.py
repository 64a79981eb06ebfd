"""What is wrong with a lake, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        code: a short stable word, listed in docs/operations.md.
        says: what and where, as a sentence.
        remedy: what to do, as a sentence.
        count: how many rows or files it is about.
    """

    code: str
    says: str
    remedy: str
    count: int = 1
