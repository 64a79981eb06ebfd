"""Apertium: rule-based translation on this machine, from Italian to English through Catalan or Spanish.

Debian's language pairs come with a mode file each, a line of programs joined by pipes. The two modes of a pivot are
chained into one long-lived pipeline per process. Text travels in Apertium's stream format, segments end with NUL.
A segment in which the first pivot left words that another may know goes through that one too, and the one that knew
more is kept.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from babelwire.errors import UsageError
from babelwire.settings import configs_folder
from babelwire.translation.apertium_modes import INSTALL, commands, installed
from babelwire.translation.engine import EngineError, Translated
from babelwire.translation.glossary import read_terms
from babelwire.translation.lexicon import Hidden, Lexicon, read_lexicon
from babelwire.translation.phrasing import Phrases, put_right
from babelwire.translation.pipes import Chain, ChainError
from babelwire.translation.stream import Answer, cut, decode, encode

# More words than these are not worth asking about one by one.
_ASKED = 12
_REMEMBERED = 50_000


class Apertium:
    """The engine. Its programs start with the first translation; threads wait for each other.

    Args:
        pivots: `cat`, `spa`: the ways to English, the preferred one first; those that are not installed are left out.
        timeout_seconds: longest wait for one segment before the programs are restarted.

    Raises:
        EngineError: no pivot is installed.
    """

    name = "apertium"
    sends_text_away = False
    keeps_placeholders = True

    def __init__(self, *, pivots: Sequence[str] = ("cat", "spa"), timeout_seconds: float = 60) -> None:
        self._pivots = [pivot for pivot in dict.fromkeys(pivots) if installed(pivot)]
        if not self._pivots:
            wanted = INSTALL[pivots[0] if pivots else "cat"]
            raise EngineError(f"Apertium or its language data is not installed. Install it with: {wanted}")
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._chains: dict[str, Chain] = {}
        self._known: dict[tuple[str, str], bool] = {}

    @property
    def version(self) -> str:
        """Apertium's version, the pivots, and a digest of what is done around it: names, phrases, grammar."""
        return f"{_apertium_version()} via {'+'.join(self._pivots)}, {_surroundings()}"

    def can(self, source: str, target: str) -> bool:
        """Italian to English only."""
        return (source, target) == ("it", "en")

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated | None]:
        """The segments translated, in order. None: the programs died or hung over this segment, twice.

        Raises:
            UsageError: the pair is not Italian and English.
            EngineError: the programs do not start, or answer nothing at all.
        """
        if not self.can(source, target):
            raise UsageError(f"Apertium translates from it to en here, not from {source} to {target}.")
        parts_of = [cut(text) for text in texts]
        pieces = [piece for parts in parts_of for piece in parts if _has_letters(piece)]
        with self._lock:
            answers = iter(self._with_phrases(pieces))
        return [_rejoin([next(answers) if _has_letters(p) else Translated(p) for p in parts]) for parts in parts_of]

    def close(self) -> None:
        """Ends the programs."""
        with self._lock:
            for chain in self._chains.values():
                chain.close()
            self._chains.clear()

    def _with_phrases(self, pieces: list[str]) -> list[Translated | None]:
        phrases = _phrases()
        hidden = [_lexicon().hide(phrases.hide(piece)) for piece in pieces]
        results = [
            None if answer is None else _restored(phrases, piece, answer)
            for piece, answer in zip(hidden, self._best([h.text for h in hidden]), strict=True)
        ]
        lost = [i for i, result in enumerate(results) if result is None and hidden[i].text != pieces[i]]
        for i, answer in zip(lost, self._best([pieces[i] for i in lost]), strict=True):
            results[i] = None if answer is None else Translated(put_right(answer.text), answer.unknown_words)
        return [
            r and Translated(_opened_like(p, r.text), r.unknown_words) for p, r in zip(pieces, results, strict=True)
        ]

    def _best(self, pieces: list[str]) -> list[Answer | None]:
        best = self._run(pieces, self._pivots[0])
        for pivot in self._pivots[1:]:
            doubtful = self._doubtful(pieces, best, pivot)
            for i, other in zip(doubtful, self._run([pieces[i] for i in doubtful], pivot), strict=True):
                so_far = best[i]
                if other is not None and (so_far is None or other.unknown_words < so_far.unknown_words):
                    best[i] = other
        return best

    def _doubtful(self, pieces: list[str], answers: list[Answer | None], pivot: str) -> list[int]:
        """Where the pivot may leave fewer words: it knows one that was left, or that one is not in the Italian."""
        asked = {
            i: answer.left if answer and len(answer.left) <= _ASKED and _stand_in(pieces[i], answer.left) else ()
            for i, answer in enumerate(answers)
            if answer is None or answer.left
        }
        self._ask({word for words in asked.values() for word in words}, pivot)
        return [i for i, words in asked.items() if not words or any(self._known[pivot, word] for word in words)]

    def _ask(self, words: set[str], pivot: str) -> None:
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        new = sorted(word for word in words if (pivot, word) not in self._known)
        for word, answer in zip(new, self._run(new, pivot), strict=True):
            self._known[pivot, word] = answer is None or not answer.left

    def _run(self, pieces: list[str], pivot: str) -> list[Answer | None]:
        results: list[Answer | None] = []
        try:
            for result in self._answers(pieces, pivot):
                results.append(result)  # noqa: PERF402  (what came before the programs died is kept)
        except ChainError:
            results += [self._alone(piece, pivot) for piece in pieces[len(results) :]]
        return results

    def _alone(self, piece: str, pivot: str) -> Answer | None:
        try:
            return next(self._answers([piece], pivot))
        except ChainError:
            self._probe(pivot)
            return None

    def _probe(self, pivot: str) -> None:
        try:
            next(self._answers(["Prova."], pivot))
        except ChainError as problem:
            raise EngineError(
                f"Apertium does not answer ({problem}). Try `echo Prova | apertium ita-{pivot}`, "
                f"and where that fails install it again: {INSTALL[pivot]}"
            ) from problem

    def _answers(self, pieces: list[str], pivot: str) -> Iterator[Answer]:
        if not pieces:
            return
        if pivot not in self._chains or not self._chains[pivot].mine:
            self._chains[pivot] = self._start(pivot)
        chain, missing = self._chains[pivot], len(pieces)
        try:
            for answer in chain.answers([encode(p) for p in pieces], timeout_seconds=self._timeout_seconds):
                decoded = decode(answer)
                missing -= 1
                yield decoded
        finally:
            if missing:
                chain.kill()
                self._chains.pop(pivot, None)

    def _start(self, pivot: str) -> Chain:
        try:
            return Chain(commands(pivot), environment={**os.environ, "LC_ALL": "C.UTF-8"})
        except OSError as error:
            raise EngineError(
                f"A program of Apertium does not start ({error}). Install it again with: {INSTALL[pivot]}"
            ) from error


def _phrases_file() -> Path:
    return configs_folder() / "glossaries" / "it-en.apertium.tsv"


@functools.cache
def _phrases() -> Phrases:
    return Phrases(read_terms(_phrases_file()))


def _words_file() -> Path:
    return configs_folder() / "glossaries" / "it-en.words.tsv"


@functools.cache
def _lexicon() -> Lexicon:
    return read_lexicon(_words_file())


def _restored(phrases: Phrases, hidden: Hidden, answer: Answer) -> Translated | None:
    english = hidden.restore(answer.text)
    text = None if english is None else phrases.restore(hidden.text, put_right(english))
    return None if text is None else Translated(text, answer.unknown_words)


@functools.cache
def _surroundings() -> str:
    modules = (
        "alternatives",
        "apertium",
        "apertium_modes",
        "cognates",
        "glossary",
        "inflection",
        "lexicon",
        "names",
        "phrasing",
        "stream",
    )
    files = [*(Path(__file__).with_name(f"{name}.py") for name in modules), _phrases_file(), _words_file()]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


@functools.cache
def _apertium_version() -> str:
    try:
        said = subprocess.run(["apertium", "-V"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    found = re.search(r"\d+(?:\.\d+)+", said)
    return found[0] if found else "unknown version"


def _opened_like(source: str, text: str) -> str:
    """`text` with a capital where its source opens with one: phrases put in afterwards are in lower case."""
    opens = next((i for i, c in enumerate(text) if c.isalpha()), None)
    if opens is None or not next((c for c in source if c.isalpha()), "").isupper():
        return text
    return text[:opens] + text[opens].upper() + text[opens + 1 :]


def _stand_in(text: str, words: Sequence[str]) -> bool:
    return set(re.findall(r"\w+", text)).issuperset(words)


def _has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _rejoin(parts: list[Translated | None]) -> Translated | None:
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return None
    return Translated("".join(part.text for part in whole), sum(part.unknown_words for part in whole))
