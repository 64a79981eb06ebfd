"""Engines in order of preference: what one of them does not answer, or not well, goes to the next."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from babelwire import settings
from babelwire.errors import TryLater, UsageError
from babelwire.settings import configs_folder
from babelwire.translation.asking import within
from babelwire.translation.breaker import Breaker
from babelwire.translation.checks import DOUBTS, failed_checks
from babelwire.translation.engine import Engine, EngineError, Translated, engines
from babelwire.translation.glossary import Glossary, load_glossary, translate_with
from babelwire.translation.memory import Maker, Memory

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

NO_ANSWER = "no_answer"
# A local engine gains from many at once. A service takes them one after the other, and what a call has finished is
# lost when it fails in the middle.
_LOCAL_AT_ONCE, _AWAY_AT_ONCE = 200, 20


@dataclass(frozen=True)
class Answer:
    """What became of a segment.

    Attributes:
        text: its translation, or the segment itself where no engine has a usable one.
        engine: name and version of the engine whose translation it is, or empty.
        checks: the checks it failed: names of `checks`, or `no_answer`; empty where it is in order.
    """

    text: str
    engine: str
    checks: tuple[str, ...] = ()


@dataclass
class Work:
    """Segments under translation.

    Attributes:
        answers: the finished ones; a segment that is missing here was not done.
        problem: why segments were not done; None where all are.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    problem: TryLater | EngineError | None = None


class EngineChain:
    """Asks the engines in order, each behind a circuit breaker, and remembers what is in order. May be shared by threads.

    Args:
        engines: the engines, the preferred one first.
        how: the settings.
        clock: seconds that never go back.
    """

    def __init__(
        self, engines: Sequence[Engine], how: settings.Translation, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.engines = tuple(engines)
        self.at_once = min((_at_once(engine) for engine in engines), default=_LOCAL_AT_ONCE)
        self._how = how
        self._clock = clock
        self._memory = Memory(how.memory)
        self._breakers = [
            Breaker(failures=how.breaker_failures, pause_seconds=how.breaker_pause_seconds, clock=clock)
            for _ in self.engines
        ]

    def can(self, source: str, target: str) -> bool:
        """Whether some engine translates from `source` to `target` (BCP 47 tags)."""
        return any(engine.can(source, target) for engine in self.engines)

    def translate(self, segments: Sequence[str], source: str, target: str, *, articles: int = 1) -> Work:
        """The segments translated, each once. It never raises for an outage: what is finished is in `answers`.

        A segment whose every answer fails some check gets the answer that fails the fewest, of the earlier engine where
        they are as many; its own text where that answer cannot be used. Past the deadline it waits for a better one,
        and no service is asked or waited for any more.

        Args:
            articles: the texts they are from: for each there is `deadline_seconds`.

        Raises:
            UsageError: the glossary is wrong.
        """
        work = Work()
        todo = list(dict.fromkeys(segments))
        ends_at = self._clock() + articles * self._how.deadline_seconds
        doubtful: dict[str, Answer] = {}
        with within(articles * self._how.deadline_seconds):
            for engine, breaker in zip(self.engines, self._breakers, strict=True):
                if todo and engine.can(source, target):
                    maker = Maker(engine.name, engine.version, self._rules(source, target), source, target)
                    self._take(work, doubtful, self._remembered(maker, todo))
                    for some in chunks([s for s in todo if s not in work.answers], _at_once(engine)):
                        if self._clock() >= ends_at:
                            work.problem = self._too_late()
                            return work
                        try:
                            self._take(work, doubtful, self._asked(engine, breaker, maker, some))
                        except (TryLater, EngineError) as problem:
                            work.problem = self._too_late() if self._clock() >= ends_at else problem
                            _LOG.info("%s did not translate %d segments: %s", engine.name, len(some), problem)
                    todo = [s for s in todo if s not in work.answers]
        work.answers |= doubtful
        if all(segment in work.answers for segment in todo):
            work.problem = None
        return work

    def close(self) -> None:
        """Ends what the engines started, and closes the memory."""
        for engine in self.engines:
            engine.close()
        self._memory.close()

    def _take(self, work: Work, doubtful: dict[str, Answer], answers: dict[str, Answer]) -> None:
        for segment, answer in answers.items():
            if not answer.checks:
                work.answers[segment] = answer
                doubtful.pop(segment, None)
            else:
                doubtful[segment] = min(doubtful.get(segment, answer), answer, key=_badness)

    def _remembered(self, maker: Maker, segments: list[str]) -> dict[str, Answer]:
        named = f"{maker.engine} {maker.engine_version}"
        return {s: Answer(answer.text, named) for s, answer in self._memory.get(maker, segments).items()}

    def _asked(self, engine: Engine, breaker: Breaker, maker: Maker, segments: list[str]) -> dict[str, Answer]:
        glossary = load_glossary(maker.source, maker.target, folder=self._how.glossaries)
        if not breaker.lets_through():
            raise TryLater(
                "translator_down",
                f"{engine.name} failed {self._how.breaker_failures} times in a row and is left alone for "
                f"{self._how.breaker_pause_seconds:g} s. Run again later.",
            )
        try:
            translated = _translated(engine, glossary, segments, maker)
            answers = {s: _judge(s, t, maker) for s, t in zip(segments, translated, strict=True)}
        except (TryLater, UsageError):
            breaker.failed()
            raise
        except Exception as problem:
            # The libraries under an engine raise what they like, and one of them must not take a batch with it.
            breaker.failed()
            # Its message may quote the text, or an address with a key in it.
            _LOG.debug("%s broke off", engine.name, exc_info=True)
            raise TryLater(
                "translator_down",
                f"{engine.name} broke off ({type(problem).__name__}). Run again later; where it stays, try another engine.",
            ) from problem
        if any(_is_answer(answer) for answer in answers.values()):
            breaker.succeeded()
        else:
            breaker.failed()
        self._memory.put(
            maker, {s: t for s, t in zip(segments, translated, strict=True) if t is not None and not answers[s].checks}
        )
        return answers

    def _too_late(self) -> TryLater:
        return TryLater(
            "translator_busy",
            f"It takes longer than {self._how.deadline_seconds:g} s for each article. Run again to go on, or raise "
            "translation.deadline_seconds.",
        )

    def _rules(self, source: str, target: str) -> str:
        folder = self._how.glossaries or configs_folder() / "glossaries"
        return f"{_code()} {_digest(folder / f'{source}-{target}.tsv')}"


def chain(how: settings.Translation) -> EngineChain:
    """The chain the settings ask for. Raises what `engines` raises."""
    return EngineChain(engines(how), how)


def chunks(items: list[T], size: int) -> Iterable[list[T]]:
    """The items in order, `size` at once."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _translated(
    engine: Engine, glossary: Glossary | None, segments: list[str], maker: Maker
) -> list[Translated | None]:
    translated = translate_with(engine, glossary, segments, maker.source, maker.target)
    if len(translated) != len(segments):
        raise TryLater(
            "translator_down",
            f"{engine.name} gave {len(translated)} answers to {len(segments)} segments. Run again later.",
        )
    return translated


def _at_once(engine: Engine) -> int:
    return _AWAY_AT_ONCE if engine.sends_text_away else _LOCAL_AT_ONCE


def _judge(segment: str, translated: Translated | None, maker: Maker) -> Answer:
    if translated is None:
        return Answer(segment, "", (NO_ANSWER,))
    checks = tuple(failed_checks(segment, translated, language=maker.source, target=maker.target))
    if DOUBTS.issuperset(checks):
        return Answer(translated.text, f"{maker.engine} {maker.engine_version}", checks)
    return Answer(segment, "", checks)


def _is_answer(answer: Answer) -> bool:
    return not {NO_ANSWER, "empty", "error_page"} & set(answer.checks)


def _badness(answer: Answer) -> tuple[bool, int]:
    return not answer.engine, len(answer.checks)


def _digest(*files: Path) -> str:
    return sha256(b"\0".join(file.read_bytes() for file in files if file.is_file())).hexdigest()[:16]


@cache
def _code() -> str:
    # Names, phrases and checks are code of this package: with other code the same engine gives another text.
    return _digest(*sorted(Path(__file__).parent.glob("*.py")))
