"""The article while it is being cleaned: its paragraphs, what was found in them, and what was cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from babelwire.cleaning import dates


@dataclass
class Draft:
    """Paragraphs of one document, with the columns found so far.

    Steps take paragraphs out by `cut` (they are kept in `removed`) or `take` (they went to a column).
    """

    paragraphs: list[str]
    headline: str | None = None
    standfirst: str | None = None
    byline: list[str] = field(default_factory=list)
    dateline: str | None = None
    published_at: datetime | None = None
    published_from: str | None = None
    modified_at: datetime | None = None
    latest: datetime | None = None
    is_italian: bool = False
    _places: list[int] = field(init=False)
    _cut: list[tuple[int, int, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._places = list(range(len(self.paragraphs)))

    @property
    def removed(self) -> list[str]:
        """What was cut, in order of appearance."""
        return [text for *_, text in sorted(self._cut)]

    def take(self, index: int) -> str:
        """Takes a paragraph out because it went to a column."""
        del self._places[index]
        return self.paragraphs.pop(index)

    def cut(self, index: int) -> str:
        """Takes a paragraph out and keeps it in `removed`."""
        self._cut.append((self._places[index], 1, -len(self._cut), self.paragraphs[index]))
        return self.take(index)

    def cut_end(self, index: int, start: int) -> None:
        """Cuts a paragraph off at `start` and keeps what follows in `removed`."""
        whole = self.paragraphs[index]
        self._cut.append((self._places[index], 1, -len(self._cut), whole[start:].strip()))
        self.paragraphs[index] = whole[:start].rstrip()

    def cut_start(self, index: int, end: int) -> None:
        """Cuts a paragraph off up to `end` and keeps what stood there in `removed`."""
        whole = self.paragraphs[index]
        self._cut.append((self._places[index], 0, len(self._cut), whole[:end].strip()))
        self.paragraphs[index] = whole[end:].lstrip()

    def cut_headline(self, start: int, end: int) -> None:
        """Keeps of the headline what stands between the two; the rest is in `removed`, before all else."""
        whole = self.headline or ""
        self._cut += [(-1, 0, len(self._cut), cut) for cut in (whole[:start].strip(), whole[end:].strip()) if cut]
        self.headline = whole[start:end].strip()

    def note_date(self, written: str) -> None:
        """Believes that the text was published at `written` where no better date is known; see `dates.moment`."""
        if self.published_at is not None or self.latest is None:
            return
        zone = "Europe/Rome" if self.is_italian else "UTC"
        found = dates.moment(written, near=self.modified_at, latest=self.latest, day_first=self.is_italian, zone=zone)
        if found:
            self.published_at, self.published_from = found, "text"

    def keep(self, wanted: list[bool]) -> None:
        """Cuts every paragraph that is not wanted."""
        for place, text, want in zip(self._places, self.paragraphs, wanted, strict=True):
            if not want:
                self._cut.append((place, 1, -len(self._cut), text))
        self._places = [p for p, want in zip(self._places, wanted, strict=True) if want]
        self.paragraphs = [p for p, want in zip(self.paragraphs, wanted, strict=True) if want]

    def state(self) -> tuple[object, ...]:
        """What a further round of cleaning would start from."""
        found = (self.headline, self.standfirst, tuple(self.byline), self.dateline, self.published_at)
        return (tuple(self.paragraphs), *found)
