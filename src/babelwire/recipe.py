"""What decides the result of a run, beside its inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from babelwire.settings import Settings, configs_folder

_PACKAGES = (
    "babelwire",
    "ftfy",
    "langdetect",
    "pandas",
    "pyarrow",
    "rensa",
    "sentencex",
    "spacy",
    "trafilatura",
    "wordfreq",
)


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
    """Versions of what decides the result, beside the settings.

    Raises:
        UsageError: the settings name a translation engine that does not exist or is not installed.
    """
    from babelwire.translation.engine import engines  # noqa: PLC0415

    found = {name: version(name) for name in _PACKAGES} | {"entities.model": settings.entities.model}
    chain = engines(settings.translation)
    found |= {f"translation.{engine.name}": engine.version for engine in chain}
    if chain:
        glossaries = settings.translation.glossaries or configs_folder() / "glossaries"
        for glossary in sorted(glossaries.glob("*.tsv")):
            found[f"glossary.{glossary.stem}"] = hashlib.sha256(glossary.read_bytes()).hexdigest()[:16]
    return found
