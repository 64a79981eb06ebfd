"""What follows the end of a night, however it ended: its figures for the node exporter, and who is told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from prefect.client.schemas.objects import FlowRun, State

from babelwire.article import DISPOSITIONS
from babelwire.errors import BabelwireError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.opening import Place, open_lake
from babelwire.nightly.alerts import Alert, send
from babelwire.nightly.metrics import write_metrics
from babelwire.nightly.settings import Alerts
from babelwire.outcome import COMPLETED, FAILED
from babelwire.settings import Settings, load_settings

_LOG = logging.getLogger(__name__)


def after_a_night(flow: object, flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - Prefect names it
    """A hook of the flow, for every end of it. Nothing in it can change how the night ended.

    After a night that was killed it is the worker that calls it, with the parameters of the run alone.
    """
    try:
        settings = load_settings(Path(flow_run.parameters["config"]))
        where = flow_run.parameters.get("lake") or settings.nightly.lake
        lake = _opened(where, settings) if where else None
        run = _published(state)
        _write_figures(settings, lake, run)
        _tell(settings, lake, state, run)
    except Exception as error:
        said = str(error) if isinstance(error, BabelwireError) else type(error).__name__
        _LOG.warning("Nobody could be told how the night ended: %s", said)


def _opened(where: Place, settings: Settings) -> LakeFolder | None:
    """The lake as it is now; None where it cannot be had: that a store is down is a reason to tell somebody."""
    try:
        lake = open_lake(where)
        lake.refresh(timeout_seconds=settings.lake.lock_timeout_seconds)
    except BabelwireError as error:
        _LOG.warning("The lake cannot be looked at after the night: %s", error)
        return None
    return lake


def _write_figures(settings: Settings, lake: LakeFolder | None, run: Mapping[str, Any] | None) -> None:
    if settings.nightly.metrics_file is None or lake is None:
        return
    try:
        write_metrics(settings.nightly.metrics_file, lake, broke_off_at=None if run else datetime.now(UTC))
    except (BabelwireError, OSError) as error:
        _LOG.warning("The metrics file could not be written: %s", error)


def _tell(settings: Settings, lake: LakeFolder | None, state: State[Any], run: Mapping[str, Any] | None) -> None:
    how = settings.nightly.alerts
    ended = run["state"] if run else FAILED
    if ended == COMPLETED or (ended != FAILED and how.after == "failed"):
        return
    alert = Alert(
        state=ended,
        lake=lake.address if lake else "",
        night=run["logical_date"] if run else None,
        run_id=run["run_id"] if run else None,
        counts={name: run[name] for name in DISPOSITIONS} if run else None,
        sentences=run["warnings"] if run else [_without_secrets(_why(state), how)],
    )
    for problem in send(alert, how, webhook_url=_address_in_prefect(how)):
        _LOG.warning("%s", problem)


def _published(state: State[Any]) -> Mapping[str, Any] | None:
    """The row of `runs` of the night; None where it was not published."""
    if state.data is None:
        return None
    found = state.result(raise_on_failure=False)
    summary = getattr(found, "summary", found)
    run = getattr(summary, "run", None)
    return run if isinstance(run, Mapping) else None


def _why(state: State[Any]) -> str:
    found = state.result(raise_on_failure=False) if state.data is not None else None
    if isinstance(found, BabelwireError):
        return str(found)
    return f"It ended without being published: {state.message or state.name}"


def _without_secrets(sentence: str, how: Alerts) -> str:
    secrets = [s.get_secret_value() for s in (how.webhook_url, how.email.password) if s]
    for secret in filter(None, secrets):
        sentence = sentence.replace(secret, "...")
    return sentence


def _address_in_prefect(how: Alerts) -> str | None:
    if not how.webhook_secret_block:
        return None
    from prefect.blocks.system import Secret  # noqa: PLC0415

    block = cast("Secret[Any]", Secret.load(how.webhook_secret_block))
    return str(block.get())
