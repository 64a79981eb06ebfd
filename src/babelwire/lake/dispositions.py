"""What becomes of each input, held against what the lake already has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from babelwire.article import DUPLICATE, NEW, PENDING, REVISION, UNCHANGED

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Known:
    """The revisions of one article that the lake has: content hash -> (revision, whether its translation waits)."""

    revisions: dict[str, tuple[int, bool]] = field(default_factory=dict)

    @property
    def newest(self) -> int:
        return max((revision for revision, _ in self.revisions.values()), default=0)


def decide(
    inputs: Iterable[Mapping[str, Any]], known: dict[str, Known], digests: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, int]]:
    """Gives every input its disposition.

    The outcome does not depend on the order of `inputs`: revisions of one article are counted in the order in
    which their publisher made them.

    Args:
        inputs: rows with input_uri, disposition (what the stages said), bytes_digest, article_id, content_hash,
            published_at, modified_at, translation_status, and ingested_at (set where the row comes from the lake
            to have its translation finished).
        known: what the lake has, by article_id; brought up to date.
        digests: input URI -> the bytes it had when it was last settled.

    Returns:
        Disposition by input URI, and for the inputs whose article is to be written its revision.
    """
    dispositions: dict[str, str] = {}
    written: dict[str, int] = {}
    for row in sorted(inputs, key=_in_order):
        uri = row["input_uri"]
        if row["disposition"] is not None:
            dispositions[uri] = row["disposition"]
            continue
        from_lake = row["ingested_at"] is not None
        if not from_lake and digests.get(uri) == row["bytes_digest"]:
            dispositions[uri] = UNCHANGED
            continue
        article = known.setdefault(row["article_id"], Known())
        waits = row["translation_status"] == PENDING
        if row["content_hash"] not in article.revisions:
            revision = article.newest + 1
        else:
            revision, waited = article.revisions[row["content_hash"]]
            if not waited or waits:
                dispositions[uri] = PENDING if from_lake and waited else DUPLICATE
                continue
        article.revisions[row["content_hash"]] = (revision, waits)
        written[uri] = revision
        dispositions[uri] = PENDING if waits else NEW if revision == 1 else REVISION
    return dispositions, written


def made_at(row: Mapping[str, Any]) -> datetime:
    """When the publisher made this revision, as far as it is known."""
    when = row["modified_at"] or row["published_at"] or _EPOCH
    assert isinstance(when, datetime)
    return when


def _in_order(row: Mapping[str, Any]) -> tuple[bool, datetime, str, str]:
    return row["ingested_at"] is None, made_at(row), row["content_hash"] or "", row["input_uri"]
