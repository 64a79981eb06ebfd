"""In which order a publisher made the revisions of an article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from babelwire.article import TIME

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def made_at(row: Mapping[str, Any]) -> datetime:
    """When the publisher made this revision, as far as it is known."""
    when = row["modified_at"] or row["published_at"] or _EPOCH
    assert isinstance(when, datetime)
    return when


def all_made_at(rows: pa.Table) -> pa.ChunkedArray:
    """The same of every row, from its columns modified_at and published_at."""
    return pc.coalesce(rows["modified_at"], rows["published_at"], pa.scalar(_EPOCH, TIME))
