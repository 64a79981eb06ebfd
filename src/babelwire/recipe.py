"""What decides the result of a run, beside its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from babelwire.settings import Settings


@dataclass(frozen=True)
class Recipe:
    """The settings, when the run started, and the window [since, until) of the articles it takes."""

    settings: Settings
    started_at: datetime
    since: datetime | None = None
    until: datetime | None = None


def in_utc(when: datetime | None) -> datetime | None:
    """A time with its zone; one without a zone is taken to be UTC."""
    return when.replace(tzinfo=UTC) if when is not None and when.tzinfo is None else when


def versions(settings: Settings) -> Mapping[str, str]:
    """Versions of what decides the result."""
    packages = ("babelwire", "ftfy", "langdetect", "pandas", "pyarrow", "rensa", "sentencex", "spacy", "trafilatura")
    return {name: version(name) for name in packages} | {"entities.model": settings.entities.model}
