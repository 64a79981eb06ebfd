"""A night: its date, the dates before it that it looks at again, what its sources have for them, and how it is judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babelwire.errors import BabelwireError, UsageError
from babelwire.lake import LakeFolder
from babelwire.lake.nights import given_before, open_since
from babelwire.lake.opening import Place, create_lake
from babelwire.nightly.apart import check_apart
from babelwire.nightly.settings import Nightly, Source, dated, is_dated
from babelwire.outcome import Ledger, Outcome, judge_night
from babelwire.reading.places import find
from babelwire.reading.web.fetching import without_web
from babelwire.settings import Settings, load_settings


@dataclass(frozen=True)
class Night:
    """One night.

    Attributes:
        date: its logical date: the day it was scheduled for, whenever it runs.
        earlier: the dates before it whose places are looked at once more.
        sources: what there is to take in, with dates put in.
        missing: sentences about places that are not there.
        how: the configuration.
    """

    date: dt.date
    earlier: tuple[dt.date, ...]
    sources: tuple[Source, ...]
    missing: tuple[str, ...]
    how: Nightly

    @property
    def plan(self) -> Mapping[str, Any]:
        """What makes two runs the same night, so that the second goes on with the first."""
        return {"night": self.date, "sources": [source.model_dump() for source in self.how.sources]}

    def judge(self, lake: LakeFolder, ledger: Ledger) -> Outcome:
        """The outcome, held against what the lake knows of earlier nights."""
        return judge_night(
            ledger,
            self.how.thresholds,
            sources=[source.name for source in self.how.sources],
            silent=self.how.silent_source,
            nights=given_before(lake, self.date, self.how.silent_source.nights),
            missing=self.missing,
        )


def logical_date(nightly: Nightly, scheduled_at: dt.datetime | None = None) -> dt.date:
    """The date, in the zone of the configuration, of the time a night was scheduled for; today where it was not."""
    return (scheduled_at or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(nightly.timezone)).date()


def plan_night(lake: LakeFolder, nightly: Nightly, night: dt.date) -> Night:
    """The night of a date, with what its sources have now.

    Raises:
        BabelwireError: no source has anything at any of its places.
    """
    earlier = _still_open(lake, nightly, night)
    sources, missing = [], []
    for source in nightly.sources:
        wanted = [each for path in source.paths for each in _on(path, [*earlier, night])]
        # A date before tonight's that has nothing was perhaps a day without news; what is not dated has to be there.
        must_be_there = {dated(path, night) for path in source.paths}
        there = []
        for path in dict.fromkeys(wanted):
            problem = _problem(path)
            if problem is None:
                there.append(path)
            elif path in must_be_there:
                missing.append(f"The source {source.name}: {problem}")
        if there:
            sources.append(source.model_copy(update={"paths": tuple(there)}))
    if not sources:
        raise BabelwireError(
            "None of the sources has anything to take in. "
            + " ".join(missing)
            + " Look whether disks are mounted and deliveries have come, then run the same night again."
        )
    return Night(night, tuple(earlier), tuple(sources), tuple(missing), nightly)


def prepared(config: Path, lake: Place | None) -> tuple[Settings, LakeFolder]:
    """The settings and the lake of a night; `lake` in place of the configuration's.

    Raises:
        UsageError: the configuration is wrong, names no lake or no source, or places of two sources lie in each other.
    """
    settings = load_settings(config)
    if not settings.nightly.sources:
        raise UsageError(
            f"The configuration {config} names no sources: list them in `nightly.sources`, as configs/nightly.yaml does."
        )
    check_apart(settings.nightly.sources)
    where = lake or settings.nightly.lake
    if where is None:
        raise UsageError(f"The configuration {config} names no lake: set `nightly.lake`, or give --lake.")
    return settings, create_lake(where)


def _still_open(lake: LakeFolder, nightly: Nightly, night: dt.date) -> list[dt.date]:
    """The dates since the last night that did not fail. Its own is among them: its delivery may have gone on after it."""
    since = open_since(lake, night)
    if since is None:
        return []
    days = min((night - since).days, nightly.catch_up_days)
    return [night - dt.timedelta(days=back) for back in range(days, 0, -1)]


def _on(path: str, dates: Sequence[dt.date]) -> list[str]:
    return [dated(path, each) for each in dates] if is_dated(path) else [path]


def _problem(path: str) -> str | None:
    try:
        find([path], without_web())
    except BabelwireError as error:
        return str(error)
    return None
