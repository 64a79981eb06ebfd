"""Nights on a schedule, in one process that waits and a process of its own for each, without piling up what was missed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from cronsim import CronSim

from babelwire.lake.nights import last_started
from babelwire.lake.opening import Place
from babelwire.nightly.night import prepared
from babelwire.nightly.settings import Nightly

_SECOND = timedelta(seconds=1)
_AN_HOUR = timedelta(hours=1)
_LONGEST_NAP_SECONDS = 60.0


@dataclass(frozen=True)
class Schedule:
    """The times at which nights are due, in the zone of the configuration."""

    cron: str
    timezone: str

    @classmethod
    def of(cls, nightly: Nightly) -> Schedule:
        return cls(nightly.schedule, nightly.timezone)

    def last_due(self, now: datetime) -> datetime:
        """The latest time that is not after `now`."""
        local = now.astimezone(ZoneInfo(self.timezone)).replace(microsecond=0)
        backwards = next(CronSim(self.cron, local + _SECOND, reverse=True)).astimezone(UTC)
        # Going backwards CronSim takes the second of two equal hours in autumn, going forwards the first.
        latest, due = backwards, self.next_due(backwards - 2 * _AN_HOUR)
        while due <= now:
            latest, due = due, self.next_due(due)
        return latest

    def next_due(self, now: datetime) -> datetime:
        """The first time after `now`."""
        start = now
        while True:
            due = next(CronSim(self.cron, start.astimezone(ZoneInfo(self.timezone)))).astimezone(UTC)
            if due > now:
                return due
            # In the second of two equal hours CronSim finds a time in the first.
            start += _AN_HOUR

    def date_of(self, due: datetime) -> date:
        """The logical date of the night that is due then."""
        return due.astimezone(ZoneInfo(self.timezone)).date()

    def missed(self, now: datetime, last_began: datetime | None) -> datetime | None:
        """The latest night that should have begun since one last did; None where it did.

        However many were missed, it is one: it looks at the dates of those before it too. Where there never was a
        night none was missed.
        """
        due = self.last_due(now)
        return due if last_began is not None and last_began < due else None


class Server:
    """Waits until a night is due, runs it, and waits again.

    Args:
        config: as for `babelwire nightly`; each night reads it anew.
        lake: in place of the configuration's.
        as_json: whether it says what it does as JSON lines on standard output, else as sentences on standard error.

    Raises:
        UsageError: the configuration is wrong.
    """

    def __init__(self, config: Path, lake: Place | None = None, *, as_json: bool = False) -> None:
        settings, self._lake = prepared(config, lake)
        self._waits = settings.lake.lock_timeout_seconds
        self._config = config
        self._as_json = as_json
        self._schedule = Schedule.of(settings.nightly)
        self._over = threading.Event()
        self._night: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Serves until Ctrl-C or SIGTERM; a night that is at work then finishes its batches first."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._stop)
        self._lake.refresh(timeout_seconds=self._waits)
        last_began = last_started(self._lake)
        while not self._over.is_set():
            due = self._schedule.missed(datetime.now(UTC), last_began)
            if due is None:
                due = self._schedule.next_due(datetime.now(UTC))
                self._say("waiting", f"The next night is due at {due:%Y-%m-%d %H:%M:%S} UTC.", due=due)
                self._sleep_until(due)
            if not self._over.is_set():
                last_began = due
                self._run(due)
        self._say("stopped", "Stopped. A night that was at work goes on when this is started again.")

    def _run(self, due: datetime) -> None:
        night = self._schedule.date_of(due)
        # The night ends when nobody holds the other end any more: with this process, however that ends.
        held, theirs = os.pipe()[::-1]
        command = [
            sys.executable,
            "-m",
            "babelwire.nightly.one_night",
            str(theirs),
            "nightly",
            "--config",
            str(self._config),
        ]
        command += ["--lake", self._lake.address, "--date", night.isoformat(), *(["--json"] if self._as_json else [])]
        self._night = subprocess.Popen(command, pass_fds=[theirs], stdin=subprocess.DEVNULL, start_new_session=True)
        os.close(theirs)
        began = time.monotonic()
        self._say(
            "started", f"The night of {night} has begun (process {self._night.pid}).", date=night, pid=self._night.pid
        )
        if self._over.is_set():
            self._night.send_signal(signal.SIGINT)
        status = self._night.wait()
        os.close(held)
        self._night = None
        seconds = round(time.monotonic() - began, 1)
        ended = f"The night of {night} ended after {seconds:.0f} s with exit status {status}."
        self._say("ended", ended, date=night, status=status, seconds=seconds)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self._over.set()
        if self._night is not None:
            # The same signal: one that the night was sent besides, as by systemd, then counts as the same request.
            self._night.send_signal(number)
            self._say("stopping", "Stopping once the batches at work are finished. Ask again to stop at once.")

    def _sleep_until(self, due: datetime) -> None:
        # In short naps, because clocks are set and machines sleep.
        while not self._over.is_set() and (left := (due - datetime.now(UTC)).total_seconds()) > 0:
            self._over.wait(min(left, _LONGEST_NAP_SECONDS))

    def _say(self, event: str, sentence: str, **about: object) -> None:
        if self._as_json:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            print(json.dumps({"event": event, "at": at, **about}, default=str), flush=True)
        else:
            print(f"babelwire: {sentence}", file=sys.stderr, flush=True)
