"""What is installed, what works, and what to do about the rest."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from babelwire.errors import BabelwireError, TryLater
from babelwire.settings import Settings

_PACKAGES = ("prefect", "spacy", "pandas", "pyarrow", "langdetect", "deep-translator", "trafilatura", "ftfy")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `state` is ok, missing (babelwire works with less) or broken (it does not)."""

    what: str
    state: Literal["ok", "missing", "broken"]
    detail: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Looks at everything a run needs, by using it."""
    yield Finding("babelwire", "ok", f"{version('babelwire')} on Python {platform.python_version()}.")
    for package in _PACKAGES:
        try:
            yield Finding(package, "ok", f"{version(package)}.")
        except PackageNotFoundError:
            yield Finding(package, "broken", "is not installed.", "Run: pip install -r requirements.lock")
    yield _language(settings)
    yield _model(settings)
    yield _names(settings)
    yield from _engines(settings)


def _language(settings: Settings) -> Finding:
    from babelwire.language import detect_language  # noqa: PLC0415

    found, confidence = detect_language(
        "Il consiglio comunale ha approvato il bilancio dopo una lunga seduta.", settings.language
    )
    if found == "it":
        return Finding("language detection", "ok", f"knows Italian (confidence {confidence}).")
    return Finding("language detection", "broken", f"takes Italian for {found}.", "Install langdetect as locked.")


def _model(settings: Settings) -> Finding:
    from babelwire.entities import find_entities  # noqa: PLC0415

    try:
        (found,) = find_entities(["Angela Merkel met Emmanuel Macron in Paris."], settings.entities)
    except BabelwireError as error:
        return Finding("entity model", "broken", str(error))
    return Finding("entity model", "ok", f"{settings.entities.model} finds {len(found)} names in a test sentence.")


def _names(settings: Settings) -> Finding:
    from babelwire.entities.cities import cities  # noqa: PLC0415
    from babelwire.entities.registry import load_registry  # noqa: PLC0415

    try:
        known = load_registry(settings.entities.file)
    except BabelwireError as error:
        return Finding("known names", "broken", str(error))
    cities()
    return Finding("known names", "ok", f"{len(known)} people and organisations; the index of cities is there.")


def _engines(settings: Settings) -> Iterator[Finding]:
    from babelwire.translation.engine import engines  # noqa: PLC0415

    try:
        chain = engines(settings.translation)
    except BabelwireError as error:
        yield Finding("translation engine", "broken", str(error))
        return
    if not chain:
        yield Finding(
            "translation engine",
            "missing",
            "no local engine is installed; Italian articles are published untranslated, as pending.",
            "Run: apt-get install apertium apertium-spa-ita apertium-eng-spa apertium-cat-ita apertium-eng-cat",
        )
    for engine in chain:
        name = f"translation engine {engine.name}"
        if engine.sends_text_away:
            yield Finding(name, "ok", "is configured; not tried, because that would send text away.")
            continue
        try:
            (translated,) = engine.translate(["Il sindaco ha parlato."], "it", "en")
        except (BabelwireError, TryLater) as error:
            yield Finding(name, "broken", str(error))
            continue
        finally:
            engine.close()
        yield Finding(name, "ok", f"{engine.version} translates: {translated}")
