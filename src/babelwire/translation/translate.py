"""The translate stage: Italian headlines and texts into English, sentence by sentence."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import pandas as pd

from babelwire import settings
from babelwire.errors import TryLater, UsageError
from babelwire.frames import alive, values, with_columns
from babelwire.language import detect_language
from babelwire.translation.apertium import INSTALL
from babelwire.translation.checks import failed_checks
from babelwire.translation.engine import Engine, EngineError, Translated, choose
from babelwire.translation.glossary import load_glossary, translate_with
from babelwire.translation.segments import Segments, split

_NOTHING: dict[str, Any] = {
    "headline_en": None,
    "text_en": None,
    "translation_status": None,
    "translation_engine": None,
    "translation_checks": [],
}
_LOCK = threading.Lock()
_LOG = logging.getLogger(__name__)

_PARAGRAPHS = "\n\n"
_LINES_AT_ONCE = 200
# A shorter paragraph is rarely told apart from the article around it, and a doubtful one is translated.
_OWN_LANGUAGE_FROM_LETTERS = 40
_OWN_LANGUAGE_CONFIDENCE = 0.9


@dataclass(frozen=True)
class Outcome:
    """A translated text: in place of its failed segments it has their source.

    Attributes:
        segments: how many segments it has.
        failed: how many of them failed.
        checks: what they failed, each once: names of `checks`, or `no_answer` where the engine gave none.
    """

    text: str
    segments: int
    failed: int
    checks: tuple[str, ...]


class Translate:
    """Writes headline_en, text_en, translation_status, translation_engine and translation_checks.

    An article in English is its own translation (not_needed); one in another language than those of the settings is
    unsupported. Without an engine, while a service does not answer, or where no segment was translated it is pending,
    which does not mark the row. It is partial where some segment failed and stands there in its own language.

    Args:
        how: the settings.
        engine: used in place of the one the settings choose.
    """

    name = "translate"

    def __init__(self, how: settings.Translation, engine: Engine | None = None) -> None:
        self._how = how
        self._given = engine

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with the columns added; reads language, languages, headline and text.

        Raises:
            UsageError: the settings name an engine that does not exist or is not installed.
        """
        columns = ("language", "languages", "headline", "text", *_NOTHING)
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*(values(frame, c) for c in columns), strict=True)]
        here = [row for row, is_alive in zip(rows, alive(frame), strict=True) if is_alive]
        for row in here:
            row.update(_NOTHING, translation_status="unsupported")
            if row["language"] == "en":
                row.update(translation_status="not_needed", headline_en=row["headline"], text_en=row["text"])
        for language, _, target in (pair.partition("-") for pair in self._how.pairs):
            if language != "en" and target == "en":
                self._finish([row for row in here if row["language"] == language], language)
        for row in rows:
            row["translation_checks"] = row["translation_checks"] or []
        return with_columns(frame, **{column: [row[column] for row in rows] for column in _NOTHING})

    def _finish(self, rows: list[dict[str, Any]], language: str) -> None:
        for row in rows:
            row["translation_status"] = "pending"
        engine = (self._given or _chosen(self._how)) if rows else None
        if engine is None or not engine.can(language, "en"):
            return
        parts = [(i, part, _is_english(part, row)) for i, row in enumerate(rows) for part in _parts(row)]
        try:
            outcomes = iter(translate_texts([part for _, part, keep in parts if not keep], engine, language, "en"))
        except (TryLater, EngineError) as problem:
            _LOG.warning("%d articles stay untranslated until the next run: %s", len(rows), problem)
            return
        done: list[list[Outcome]] = [[] for _ in rows]
        for i, part, keep in parts:
            done[i].append(Outcome(part, 0, 0, ()) if keep else next(outcomes))
        for row, (headline, *paragraphs) in zip(rows, done, strict=True):
            segments = headline.segments + sum(p.segments for p in paragraphs)
            failed = headline.failed + sum(p.failed for p in paragraphs)
            row["translation_checks"] = sorted({check for o in (headline, *paragraphs) for check in o.checks})
            if segments and failed == segments:
                continue
            row["translation_status"] = "partial" if failed else "translated"
            row["translation_engine"] = f"{engine.name} {engine.version}"
            row["headline_en"] = None if row["headline"] is None else headline.text
            row["text_en"] = _PARAGRAPHS.join(p.text for p in paragraphs)


def translate_texts(texts: Sequence[str], engine: Engine, source: str, target: str) -> list[Outcome]:
    """The texts translated, sentence by sentence: equal sentences are sent once, white space and paragraphs stay.

    Raises:
        TryLater, EngineError: the engine does not answer or start.
    """
    cut = [split(text, source) for text in texts]
    sentences = list(dict.fromkeys(sentence for segments in cut for sentence in segments.texts))
    answers = translate_with(engine, load_glossary(source, target), sentences, source, target) if sentences else []
    checked = {s: _checked(s, a) for s, a in zip(sentences, answers, strict=True)}
    return [_outcome(segments, checked) for segments in cut]


def translate_lines(
    lines: Iterable[str], source: str, target: str, how: settings.Translation
) -> Iterator[tuple[str, str]]:
    """Each line and its translation; a sentence that failed stands there as it was.

    Raises:
        UsageError: no engine is installed or chosen, or it cannot translate from `source` to `target`.
        TryLater: the engine does not answer.
    """
    engine = choose(how)
    if engine is None:
        raise UsageError(f"No translation engine is installed or chosen. Install one with: {INSTALL['cat']}")
    if not engine.can(source, target):
        raise UsageError(f"The engine {engine.name} does not translate from {source} to {target}. Choose another.")
    waiting = iter(lines)
    try:
        while batch := list(islice(waiting, _LINES_AT_ONCE)):
            outcomes = translate_texts(batch, engine, source, target)
            yield from zip(batch, (outcome.text for outcome in outcomes), strict=True)
    finally:
        engine.close()


def _parts(row: dict[str, Any]) -> list[str]:
    return [row["headline"] or "", *(row["text"] or "").split(_PARAGRAPHS)]


def _is_english(part: str, row: dict[str, Any]) -> bool:
    if all(share["language"] != "en" for share in row["languages"] or ()):
        return False
    if sum(c.isalpha() for c in part) < _OWN_LANGUAGE_FROM_LETTERS:
        return False
    language, confidence = detect_language(part)
    return language == "en" and confidence >= _OWN_LANGUAGE_CONFIDENCE


def _checked(sentence: str, answer: Translated | None) -> tuple[str, list[str]]:
    if answer is None:
        return sentence, ["no_answer"]
    failed = failed_checks(sentence, answer.text)
    return (sentence if failed else answer.text), failed


def _outcome(segments: Segments, checked: dict[str, tuple[str, list[str]]]) -> Outcome:
    parts = [checked[sentence] for sentence in segments.texts]
    return Outcome(
        segments.join([text for text, _ in parts]),
        len(parts),
        sum(bool(failed) for _, failed in parts),
        tuple(sorted({check for _, failed in parts for check in failed})),
    )


def _chosen(how: settings.Translation) -> Engine | None:
    with _LOCK:
        return _chosen_once(how)


@cache
def _chosen_once(how: settings.Translation) -> Engine | None:
    return choose(how)
