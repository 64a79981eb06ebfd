"""The section `nightly` of the settings: what a night takes in, when, and when its end is good. `configs/nightly.yaml` names each key."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from pydantic import Field, SecretStr, field_validator, model_validator

from babelwire.section import Section

_SOME_DAY = datetime(2025, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"\{date(?::([^{}]+))?\}")

Share = Annotated[float, Field(ge=0, le=1)]


class Source(Section):
    """Something that a night takes in."""

    name: str = Field(
        pattern=r"^\S(.{0,98}\S)?$", description="What it is called in the ledger (`origin`), in warnings and metrics."
    )
    paths: tuple[str, ...] = Field(
        min_length=1,
        description="Files, folders, patterns, feeds, s3://. `{date:%Y/%m/%d}` stands for the night's date, and for the "
        "dates of the nights before it that were missed.",
    )
    publisher: str = Field("", description="The publisher of documents that name none; empty: as `source` says.")

    @field_validator("paths")
    @classmethod
    def _only_dates_in_braces(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        for path in paths:
            if not path.strip():
                raise ValueError("a path is empty")
            if set("{}") & set(_DATE.sub("", path)):
                raise ValueError(f"only the date can stand in braces, as in {{date:%Y/%m/%d}}, but {path} has others")
        return paths


class Thresholds(Section):
    """How much of a night may go wrong. A share above `warn` is a warning, above `fail` the night has failed."""

    warn_rejected_share: Share = Field(0.05, description="Of the inputs that were read.")
    fail_rejected_share: Share = Field(0.5, description="Of the inputs that were read.")
    warn_untranslated_share: Share = Field(0.05, description="Of the night's articles: those whose translation waits.")
    fail_untranslated_share: Share = Field(0.5, description="Of the night's articles: those whose translation waits.")
    least_inputs: int = Field(20, ge=0, description="With fewer inputs read a share is a warning at most.")


class SilentSource(Section):
    """The guard against a source that gave articles on most of the last nights and gives none tonight, unless it never does on this weekday."""

    state: Literal["ignore", "warn", "fail"] = Field("warn", description="What it makes of the night.")
    nights: int = Field(14, ge=1, description="How many nights back it looks; with fewer than 9 it knows no weekdays.")
    least_usual: int = Field(5, ge=1, description="A source that usually gives fewer articles may give none.")


class Email(Section):
    """Alerts by e-mail; none without a host."""

    host: str = Field("", description="The SMTP server.")
    port: int = Field(587, ge=1, le=65535)
    starttls: bool = Field(True, description="Whether the connection must become encrypted before anything is said.")
    sender: str = Field("", description="The address it comes from.")
    to: tuple[str, ...] = Field((), description="The addresses it goes to.")
    user: str = Field("", description="Who logs in; empty: nobody does.")
    password: SecretStr | None = Field(None, description="Best given in the environment.")

    @model_validator(mode="after")
    def _complete(self) -> Email:
        if self.host and not (self.sender and self.to):
            raise ValueError("with a host it needs `sender` and `to` too")
        if self.user and not self.starttls:
            raise ValueError("a password is only sent over an encrypted connection: set `starttls: true`")
        return self


class Alerts(Section):
    """Who is told about a night that went wrong."""

    after: Literal["failed", "warnings"] = Field("failed", description="Failed nights only, or warnings too.")
    webhook_url: SecretStr | None = Field(None, description="Gets a POST of JSON; best given in the environment.")
    webhook_secret_block: str = Field("", description="A Secret block of Prefect that holds the address instead.")
    timeout_seconds: float = Field(10, gt=0, le=300, description="Longest wait for each of them.")
    email: Email = Email()


class Nightly(Section):
    """The night."""

    lake: str | Path | None = Field(None, description="The lake, the output folder, or `s3://bucket/prefix`.")
    sources: tuple[Source, ...] = Field((), description="What a night takes in.")
    schedule: str = Field("0 4 * * *", description="When it starts: minute, hour, day, month, weekday, as cron has it.")
    timezone: str = Field("Europe/Rome", description="Where that hour and the night's date are meant.")
    catch_up_days: int = Field(7, ge=0, le=366, description="How many missed dates a night makes good.")
    thresholds: Thresholds = Thresholds()
    silent_source: SilentSource = SilentSource()
    report: str = Field("", description="The HTML report's file; `{date:%Y-%m-%d}` is the night's. Empty: none.")
    metrics_file: Path | None = Field(None, description="A file for node-exporter's textfile collector (`*.prom`).")
    log: Literal["text", "json"] = Field("text", description="Lines for people, or one JSON object a line.")
    alerts: Alerts = Alerts()

    @field_validator("lake")
    @classmethod
    def _folder_or_address(cls, lake: str | Path | None) -> str | Path | None:
        return lake if lake is None or "://" in str(lake) else Path(lake)

    @field_validator("sources")
    @classmethod
    def _named_once(cls, sources: tuple[Source, ...]) -> tuple[Source, ...]:
        names = [source.name for source in sources]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two sources are called {name}")
        return sources

    @field_validator("schedule")
    @classmethod
    def _comes_round(cls, schedule: str) -> str:
        try:
            CronSim(schedule, _SOME_DAY)
        except CronSimError as error:
            raise ValueError(f"not a cron schedule ({error}), as in: 0 4 * * *") from error
        return schedule

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("no zone of that name is known, as in: Europe/Rome") from error
        return timezone

    @field_validator("report")
    @classmethod
    def _only_a_date_in_braces(cls, report: str) -> str:
        if set("{}") & set(_DATE.sub("", report)):
            raise ValueError("only the date can stand in braces, as in {date:%Y-%m-%d}")
        return report


def dated(path: str, night: date) -> str:
    """The path with the date in place of `{date:%Y/%m/%d}`; without a form the date is as in 2025-03-04."""
    return _DATE.sub(lambda found: night.strftime(found[1] or "%Y-%m-%d"), path)


def is_dated(path: str) -> bool:
    """Whether the path is another one every night."""
    return _DATE.search(path) is not None
