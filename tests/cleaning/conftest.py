"""How the tests of cleaning call the stage: one document in, its columns out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from babelwire.cleaning import Clean
from babelwire.frames import make_frame, values

LATEST = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = (
    "headline",
    "standfirst",
    "byline",
    "dateline",
    "published_at",
    "published_from",
    "text",
    "removed",
    "word_count",
    "reason_code",
)


def clean_document(text: str | None, **columns: Any) -> dict[str, Any]:
    frame = Clean(latest=LATEST)(make_frame({"text": [text], **{name: [value] for name, value in columns.items()}}))
    return {name: values(frame, name)[0] for name in COLUMNS}


@pytest.fixture
def clean() -> Callable[..., dict[str, Any]]:
    return clean_document
