"""The translate stage: headlines and texts into English, sentence by sentence."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import pandas as pd

from babelwire import settings
from babelwire.errors import UsageError
from babelwire.frames import alive, values, with_columns
from babelwire.language import detect_language
from babelwire.translation.apertium_modes import INSTALL
from babelwire.translation.chain import Answer, EngineChain, chain
from babelwire.translation.engine import Engine
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
    """A translated text: in place of the segments that no engine translated it has their source.

    Attributes:
        segments: how many segments it has.
        untranslated: how many of them stand there in their own language.
        checks: what segments failed, each once: names of `checks`, or `no_answer` where no engine gave any.
        engines: name and version of the engine of each translated segment.
    """

    text: str
    segments: int
    untranslated: int
    checks: tuple[str, ...]
    engines: tuple[str, ...]


class Translate:
    """Writes headline_en, text_en, translation_status, translation_engine and translation_checks.

    An article in English is its own translation (not_needed); one in another language than those of the settings is
    unsupported. Without an engine, while none answers, or where no segment was translated it is pending, which does not
    mark the row. It is partial where some segment failed a check. `translation_engine` names the engines of its
    segments, the one of most segments first.

    Args:
        how: the settings.
        engines: used in place of those the settings choose.
    """

    name = "translate"

    def __init__(self, how: settings.Translation, *engines: Engine) -> None:
        self._how = how
        self._given = EngineChain(engines, how) if engines else None

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
        chosen = (self._given or _chosen(self._how)) if rows else None
        if chosen is None or not chosen.can(language, "en"):
            return
        waiting = 0
        problem: Exception | None = None
        for group in _groups([_Draft.of(row, language) for row in rows], chosen.at_once):
            work = chosen.translate(
                [s for draft in group for s in draft.sentences], language, "en", articles=len(group)
            )
            problem = work.problem or problem
            for draft in group:
                if all(sentence in work.answers for sentence in draft.sentences):
                    draft.finish(work.answers)
                else:
                    waiting += 1
        if waiting:
            _LOG.warning("%d articles stay untranslated until the next run: %s", waiting, problem)


@dataclass(frozen=True)
class _Draft:
    """An article on its way: its headline and paragraphs in segments, or None where a part is English already."""

    row: dict[str, Any]
    parts: tuple[tuple[str, Segments | None], ...]

    @classmethod
    def of(cls, row: dict[str, Any], language: str) -> _Draft:
        parts = (row["headline"] or "", *(row["text"] or "").split(_PARAGRAPHS))
        return cls(row, tuple((part, None if _is_english(part, row) else split(part, language)) for part in parts))

    @property
    def sentences(self) -> list[str]:
        return [sentence for _, segments in self.parts if segments for sentence in segments.texts]

    def finish(self, answers: Mapping[str, Answer]) -> None:
        headline, *paragraphs = (
            _outcome(segments, answers) if segments else Outcome(part, 0, 0, (), ()) for part, segments in self.parts
        )
        whole = (headline, *paragraphs)
        segments = sum(outcome.segments for outcome in whole)
        checks = sorted({check for outcome in whole for check in outcome.checks})
        self.row["translation_checks"] = checks
        if segments and sum(outcome.untranslated for outcome in whole) == segments:
            return
        by_share = Counter(engine for outcome in whole for engine in outcome.engines).most_common()
        self.row["translation_status"] = "partial" if checks else "translated"
        self.row["translation_engine"] = " + ".join(engine for engine, _ in by_share) or None
        self.row["headline_en"] = None if self.row["headline"] is None else headline.text
        self.row["text_en"] = _PARAGRAPHS.join(outcome.text for outcome in paragraphs)


def _groups(drafts: list[_Draft], at_once: int) -> Iterator[list[_Draft]]:
    """The articles in order, so many together that they have at least `at_once` segments."""
    group: list[_Draft] = []
    segments = 0
    for draft in drafts:
        group.append(draft)
        segments += len(draft.sentences)
        if segments >= at_once:
            yield group
            group, segments = [], 0
    if group:
        yield group


def translate_texts(texts: Sequence[str], chain: EngineChain, source: str, target: str) -> list[Outcome]:
    """The texts translated, sentence by sentence: equal sentences are sent once, white space and paragraphs stay.

    Raises:
        TryLater, EngineError: no engine answers or starts.
    """
    cut = [split(text, source) for text in texts]
    work = chain.translate([s for segments in cut for s in segments.texts], source, target, articles=len(texts))
    if work.problem:
        raise work.problem
    return [_outcome(segments, work.answers) for segments in cut]


def translate_lines(
    lines: Iterable[str], source: str, target: str, how: settings.Translation
) -> Iterator[tuple[str, str]]:
    """Each line and its translation; a sentence that failed stands there as it was.

    Raises:
        UsageError: no engine is installed or chosen, or it cannot translate from `source` to `target`.
        TryLater: the engine does not answer.
    """
    chosen = chain(how)
    if not chosen.engines:
        raise UsageError(f"No translation engine is installed or chosen. Install one with: {INSTALL['spa']}")
    if not chosen.can(source, target):
        names = ", ".join(engine.name for engine in chosen.engines)
        raise UsageError(f"The engine {names} does not translate from {source} to {target}. Choose another.")
    waiting = iter(lines)
    try:
        while batch := list(islice(waiting, _LINES_AT_ONCE)):
            outcomes = translate_texts(batch, chosen, source, target)
            yield from zip(batch, (outcome.text for outcome in outcomes), strict=True)
    finally:
        chosen.close()


def _is_english(part: str, row: dict[str, Any]) -> bool:
    if all(share["language"] != "en" for share in row["languages"] or ()):
        return False
    if sum(c.isalpha() for c in part) < _OWN_LANGUAGE_FROM_LETTERS:
        return False
    language, confidence = detect_language(part)
    return language == "en" and confidence >= _OWN_LANGUAGE_CONFIDENCE


def _outcome(segments: Segments, answers: Mapping[str, Answer]) -> Outcome:
    parts = [answers[sentence] for sentence in segments.texts]
    return Outcome(
        segments.join([part.text for part in parts]),
        len(parts),
        sum(not part.engine for part in parts),
        tuple(sorted({check for part in parts for check in part.checks})),
        tuple(part.engine for part in parts if part.engine),
    )


def _chosen(how: settings.Translation) -> EngineChain:
    with _LOCK:
        return _chosen_once(how)


@cache
def _chosen_once(how: settings.Translation) -> EngineChain:
    return chain(how)
