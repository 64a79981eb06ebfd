"""How many files lie at some paths, counted beside the work, so that a run knows how far it is."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from babelwire.errors import BabelwireError
from babelwire.reading import FoundFile
from babelwire.reading.places import find, is_object, is_web
from babelwire.reading.web.fetching import without_web


class Counting:
    """Counts in a thread of its own, which ends with the process.

    Attributes:
        files: files of this machine found so far, the lake's own not counted.
        complete: whether these are all inputs there are to list.
    """

    def __init__(self, paths: Sequence[str], lake: Path) -> None:
        self.files = 0
        self.complete = False
        self._local = [path for path in paths if not is_web(path) and not is_object(path)]
        self._all_local = len(self._local) == len(paths)
        self._lake = lake.resolve()
        threading.Thread(target=self._count, name="counting", daemon=True).start()

    def in_words(self, met: int, *, passed_over: int, seconds: float) -> str:
        """How many files there are, and how long they will take.

        Args:
            met: files that the run has come to.
            passed_over: those of them that are as they were, which take no time.
            seconds: how long the run has been at work.
        """
        if not self.complete:
            return f"at least {self.files} files" if self.files else ""
        worked_on = met - passed_over
        if worked_on <= 0 or met > self.files:
            return f"{self.files} files"
        left = round((self.files - met) * seconds / worked_on)
        return f"{self.files} files, {left // 3600}:{left // 60 % 60:02}:{left % 60:02} left"

    def _count(self) -> None:
        try:
            for each in find(self._local, without_web()):
                if isinstance(each, FoundFile) and not each.path.is_relative_to(self._lake):
                    self.files += 1
        except (BabelwireError, OSError):
            return  # the run itself comes by there and says it
        self.complete = self._all_local
