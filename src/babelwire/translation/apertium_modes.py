"""The programs of Apertium that lead from Italian through a pivot to English, as Debian's mode files name them."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

INSTALL = {
    "cat": "apt-get install apertium apertium-cat-ita apertium-eng-cat",
    "spa": "apt-get install apertium apertium-spa-ita apertium-eng-spa",
}


def installed(pivot: str) -> bool:
    """Whether the programs, the modes and the data files of a pivot are there."""
    try:
        programs = [command for mode in _modes(pivot) for command in _programs(mode, "-n")]
    except (OSError, ValueError):
        return False
    files = [Path(word) for command in programs for word in command if word.startswith("/")]
    return all(shutil.which(command[0]) for command in programs) and all(file.is_file() for file in files)


def _modes(pivot: str) -> tuple[Path, Path]:
    folder = Path(os.environ.get("APERTIUM_DATADIR", "/usr/share/apertium")) / "modes"
    return folder / f"ita-{pivot}.mode", folder / f"{pivot}-eng.mode"


def commands(pivot: str) -> list[list[str]]:
    """The programs from Italian through a pivot to English, in order.

    Raises:
        OSError: a mode file cannot be read.
        ValueError: it is not a line of programs.
    """
    into_pivot, into_english = _modes(pivot)
    programs = _programs(into_pivot, "-n") + _programs(into_english, "-g")
    return [_fresh(c) if c[0] == "apertium-tagger" else c for c in programs]


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
