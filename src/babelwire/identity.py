"""Who an article is: digests of its URI and of its text, and a date for articles that show none.

The digests are part of every lake for ever. They are SHA-256 over an encoding that names its version and writes
every part with its length in front, so that no two lists of parts share an encoding; the first 32 hexadecimal
digits are kept. Parts that come from the text enter in their comparison form.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from babelwire.frames import each_row

_READS = ("uri", "source", "headline", "standfirst", "text", "published_at", "published_from", "file_modified_at")
_WRITES = {"article_id": None, "content_hash": None, "published_at": None, "published_from": None}


class Identify:
    """Adds article_id and content_hash, and a published_at where neither document nor text gave one.

    Reads uri, source, headline, standfirst, text, published_at, published_from and file_modified_at; any may be null.
    Writes article_id, content_hash, published_at and published_from. Without a date the modification time of the file
    is taken (`file`), and the start of the run (`run`) where there is no file or its time lies after that start.

    Args:
        run_started_at: when the run started, with its time zone.
    """

    name = "identify"

    def __init__(self, run_started_at: datetime) -> None:
        self._run_started_at = run_started_at

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        return each_row(frame, self.name, _READS, _WRITES, self._identify)

    def _identify(self, **row: Any) -> Mapping[str, Any]:
        published_at, published_from = row["published_at"], row["published_from"]
        if published_at is None:
            published_at, published_from = self._fallback(row["file_modified_at"])
        words = {"headline": row["headline"], "standfirst": row["standfirst"], "text": row["text"]}
        return {
            "article_id": article_id(uri=row["uri"], source=row["source"], **words),
            "content_hash": content_hash(**words),
            "published_at": published_at,
            "published_from": published_from,
        }

    def _fallback(self, file_modified_at: datetime | None) -> tuple[datetime, str]:
        if file_modified_at is not None and file_modified_at <= self._run_started_at:
            return file_modified_at, "file"
        return self._run_started_at, "run"


def article_id(
    *, uri: str | None, source: str | None, headline: str | None, standfirst: str | None, text: str | None
) -> str:
    """The identifier of an article: a digest of its URI, else of its source and its words."""
    if uri is not None:
        return _digest("article", "uri", uri)
    return _digest("article", "text", source or "", *_words(headline, standfirst, text))


def content_hash(*, headline: str | None, standfirst: str | None, text: str | None) -> str:
    """A digest of the words of an article, the same wherever it was published."""
    return _digest("content", *_words(headline, standfirst, text))


def comparison_form(text: str | None) -> str:
    """The text in NFC, casefolded, every run of white space one space, none at the ends; empty for None."""
    return " ".join(unicodedata.normalize("NFC", text or "").casefold().split())


def _words(headline: str | None, standfirst: str | None, text: str | None) -> tuple[str, str, str]:
    return comparison_form(headline), comparison_form(standfirst), comparison_form(text)


def _digest(kind: str, *parts: str) -> str:
    encoded = [p.encode("utf-8", "surrogatepass") for p in (f"babelwire.{kind}.1", *parts)]
    return hashlib.sha256(b"".join(b"%d:%s," % (len(p), p) for p in encoded)).hexdigest()[:32]
