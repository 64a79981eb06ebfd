"""Times that are asked for, and which rows and months of a table can have them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from babelwire.article import TIME
from babelwire.errors import UsageError

_SHORT = re.compile(r"\d{4}(?:-\d\d)?")
_MONTH = re.compile(r"month=(\d{1,4})-(\d\d)")

Moment = datetime | date | str


def moment(when: Moment | None, name: str) -> datetime | None:
    """A day or time as a time in UTC: `2026`, `2026-01`, `2026-01-31`, `2026-01-31T10:00`, a date or a datetime.

    What has no zone is UTC, a day, month or year begins at midnight.

    Raises:
        UsageError: it is none of these; the message calls it `name`.
    """
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when + "-01-01"[len(when) - 4 :] if _SHORT.fullmatch(when) else when)
        except ValueError:
            raise UsageError(
                f"{name} is {when!r:.60}: give a day or a time, as 2026-01-31 or 2026-01-31T10:00 (UTC)."
            ) from None
    if when is None:
        return None
    if not isinstance(when, datetime):
        return datetime.combine(when, time(), UTC)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def year_and_month(folder: str) -> tuple[int, int] | None:
    """The month that a partition as `month=2026-01` is of; None where the name is another."""
    found = _MONTH.fullmatch(folder)
    return (int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True)
class Window:
    """The time [since, until); None is without such an end."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, since: Moment | None, until: Moment | None) -> Window:
        return cls(moment(since, "since"), moment(until, "until"))

    def within(self, other: Window) -> Window:
        """What of this lies in `other` as well."""
        starts = [t for t in (self.since, other.since) if t is not None]
        ends = [t for t in (self.until, other.until) if t is not None]
        return Window(max(starts, default=None), min(ends, default=None))

    def condition(self, column: str) -> pc.Expression:
        """Whether a row's time is in it."""
        return starting(column, self.since) & before(column, self.until)

    def has_month(self, folder: str) -> bool:
        """Whether a row of the partition `folder` can be in it."""
        month = year_and_month(folder)
        if month is None:
            return False
        last = None if self.until is None else self.until - timedelta(microseconds=1)
        return (self.since is None or month >= (self.since.year, self.since.month)) and (
            last is None or month <= (last.year, last.month)
        )


ALWAYS = Window()


def starting(column: str, since: datetime | None) -> pc.Expression:
    """Rows of this time or later."""
    return pc.scalar(True) if since is None else ds.field(column) >= pa.scalar(since, TIME)


def before(column: str, until: datetime | None) -> pc.Expression:
    """Rows of before this time."""
    return pc.scalar(True) if until is None else ds.field(column) < pa.scalar(until, TIME)
