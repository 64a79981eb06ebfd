"""Apertium: rule-based translation on this machine, from Italian to English through Catalan or Spanish.

Debian's language pairs come with a mode file each, a line of programs joined by pipes. The two modes of a pivot are
chained into one long-lived pipeline per process. Text travels in Apertium's stream format, segments end with NUL.
A segment in which the first pivot left unknown words goes through the others too, and the one that knew more is kept.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from babelwire.errors import UsageError
from babelwire.settings import configs_folder
from babelwire.translation.cognates import english_cognate
from babelwire.translation.engine import EngineError, Translated
from babelwire.translation.glossary import read_terms
from babelwire.translation.lexicon import Hidden, Lexicon, read_lexicon
from babelwire.translation.phrasing import Phrases, put_right
from babelwire.translation.pipes import Chain, ChainError

INSTALL = {
    "cat": "apt-get install apertium apertium-cat-ita apertium-eng-cat",
    "spa": "apt-get install apertium apertium-spa-ita apertium-eng-spa",
}

# A segment ends with a full stop of our own between empty format blocks: without a sentence end the analysis would
# run on into the next segment, and without a block at the end lt-proc 3.7.1 holds the answer back (-b, -g with -z).
_END = "[].[]"

# The stream format gives these a meaning, and not every program honours its escapes; Spanish loses the per cent sign. Unicode's noncharacters are never
# text, so they stand in for them.
_SPECIAL = "\\^$/[]{}<>@*#~%"
_STAND_INS = {ord(c): chr(0xFDD0 + i) for i, c in enumerate(_SPECIAL)}
_STOOD_FOR = {ord(stand_in): chr(c) for c, stand_in in _STAND_INS.items()}
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_MARKS = re.compile(r"[*#@~]")
# A word with a digit is a code or a placeholder, which no dictionary is expected to know.
_UNKNOWN = re.compile(r"[*@](?=\w)(?!\w*\d)")
_LEFT = re.compile(r"\*((?=[^\W\d_A-Z])[^\W\d_]{6,30})(?![\w])")
_ESCAPED = re.compile(r"\\(.)")

# 1.200 and 1.200,5 and 3,5 as Italian writes them; a comma with three digits after it is left alone.
_NUMBER = re.compile(r"(?<![\d.,-])(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d{1,2})(?![.,-]?\d)")
_POINTS_AND_COMMAS = str.maketrans(".,", ",.")

# The programs handle up to 500 words at once and take ever longer for long ones; sentences are rarely above 400.
_LONGEST = 1500


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
        cut = [_cut(text) for text in texts]
        pieces = [piece for parts in cut for piece in parts if _has_letters(piece)]
        with self._lock:
            answers = iter(self._with_phrases(pieces))
        return [_rejoin([next(answers) if _has_letters(p) else Translated(p) for p in parts]) for parts in cut]

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
            answer and _restored(phrases, piece, answer)
            for piece, answer in zip(hidden, self._best([h.text for h in hidden]), strict=True)
        ]
        lost = [i for i, result in enumerate(results) if result is None and hidden[i].text != pieces[i]]
        for i, answer in zip(lost, self._best([pieces[i] for i in lost]), strict=True):
            results[i] = answer and Translated(put_right(answer.text), answer.unknown_words)
        return [
            r and Translated(_opened_like(p, r.text), r.unknown_words) for p, r in zip(pieces, results, strict=True)
        ]

    def _best(self, pieces: list[str]) -> list[Translated | None]:
        best = self._run(pieces, self._pivots[0])
        for pivot in self._pivots[1:]:
            doubtful = [i for i, result in enumerate(best) if result is None or result.unknown_words]
            for i, other in zip(doubtful, self._run([pieces[i] for i in doubtful], pivot), strict=True):
                so_far = best[i]
                if other is not None and (so_far is None or other.unknown_words < so_far.unknown_words):
                    best[i] = other
        return best

    def _run(self, pieces: list[str], pivot: str) -> list[Translated | None]:
        results: list[Translated | None] = []
        try:
            for result in self._answers(pieces, pivot):
                results.append(result)  # noqa: PERF402  (what came before the programs died is kept)
        except ChainError:
            results += [self._alone(piece, pivot) for piece in pieces[len(results) :]]
        return results

    def _alone(self, piece: str, pivot: str) -> Translated | None:
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

    def _answers(self, pieces: list[str], pivot: str) -> Iterator[Translated]:
        if not pieces:
            return
        if pivot not in self._chains or not self._chains[pivot].mine:
            self._chains[pivot] = self._start(pivot)
        chain, missing = self._chains[pivot], len(pieces)
        try:
            for answer in chain.answers([_encode(p) for p in pieces], timeout_seconds=self._timeout_seconds):
                translated = _decode(answer)
                missing -= 1
                yield translated
        finally:
            if missing:
                chain.kill()
                self._chains.pop(pivot, None)

    def _start(self, pivot: str) -> Chain:
        try:
            return Chain(_commands(pivot), environment={**os.environ, "LC_ALL": "C.UTF-8"})
        except OSError as error:
            raise EngineError(
                f"A program of Apertium does not start ({error}). Install it again with: {INSTALL[pivot]}"
            ) from error


def installed(pivot: str) -> bool:
    """Whether the programs, the modes and the data files of a pivot are there."""
    try:
        commands = [command for mode in _modes(pivot) for command in _programs(mode, "-n")]
    except (OSError, ValueError):
        return False
    files = [Path(word) for command in commands for word in command if word.startswith("/")]
    return all(shutil.which(command[0]) for command in commands) and all(file.is_file() for file in files)


def _modes(pivot: str) -> tuple[Path, Path]:
    folder = Path(os.environ.get("APERTIUM_DATADIR", "/usr/share/apertium")) / "modes"
    return folder / f"ita-{pivot}.mode", folder / f"{pivot}-eng.mode"


def _commands(pivot: str) -> list[list[str]]:
    into_pivot, into_english = _modes(pivot)
    commands = _programs(into_pivot, "-n") + _programs(into_english, "-g")
    return [_fresh(c) if c[0] == "apertium-tagger" else c for c in commands]


def _programs(mode: Path, generate: str) -> list[list[str]]:
    """The commands of a mode file, each with -z: answer at every NUL.

    Args:
        generate: the generator's option, `$1` in the file: -n hides unknown words, -g marks them with `*`.
    """
    commands: list[list[str]] = [[]]
    for word in shlex.split(mode.read_text(encoding="utf-8")):
        if word == "|":
            commands.append([])
        elif word != "$2":
            commands[-1].append(generate if word == "$1" else word)
    if not all(commands):
        raise ValueError(f"{mode} is not a line of programs")
    return [[program, "-z", *arguments] for program, *arguments in commands]


def _fresh(tagger: list[str]) -> list[str]:
    script = Path(__file__).with_name("fresh_tagger.py")
    return [sys.executable, "-I", "-S", str(script), tagger[0], "-d", *tagger[1:]]


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


def _restored(phrases: Phrases, hidden: Hidden, answer: Translated) -> Translated | None:
    english = hidden.restore(answer.text)
    text = None if english is None else phrases.restore(hidden.text, put_right(english))
    return None if text is None else Translated(text, answer.unknown_words)


@functools.cache
def _surroundings() -> str:
    modules = ("apertium", "cognates", "glossary", "inflection", "lexicon", "names", "phrasing")
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


def _has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _cut(text: str) -> list[str]:
    parts, start = [], 0
    while len(text) - start > _LONGEST:
        end = text.rfind(" ", start, start + _LONGEST) + 1 or start + _LONGEST
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]


def _rejoin(parts: list[Translated | None]) -> Translated | None:
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return None
    return Translated("".join(part.text for part in whole), sum(part.unknown_words for part in whole))


def _encode(piece: str) -> bytes:
    return (_UNSAFE.sub("\ufffd", piece).translate(_STAND_INS) + _END).encode()


def _decode(answer: bytes) -> Translated:
    text = answer.decode(errors="replace")
    if not text.endswith(_END):
        # Programs after one that died end their output with whatever they have, and a NUL.
        raise ChainError("an answer is cut short")
    text = _LEFT.sub(lambda word: english_cognate(word[1]) or word[0], _ESCAPED.sub(r"\1", text.removesuffix(_END)))
    words = _NUMBER.sub(lambda number: number[0].translate(_POINTS_AND_COMMAS), _MARKS.sub("", text))
    return Translated(words.translate(_STOOD_FOR), len(_UNKNOWN.findall(text)))
