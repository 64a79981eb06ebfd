"""The flow of every night: what the sources of a configuration have, published at once and judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Failed

from babelwire.counting import Counting
from babelwire.errors import BabelwireError
from babelwire.lake import Lake, LakeFolder
from babelwire.lake.journal import recover
from babelwire.lake.lock import hold
from babelwire.lake.nights import forget_unfinished
from babelwire.lake.opening import Place, name_of
from babelwire.lake.publishing.publish import Summary
from babelwire.logs import configure_logs
from babelwire.nightly.night import logical_date, plan_night, prepared
from babelwire.nightly.settings import Nightly, dated
from babelwire.outcome import FAILED
from babelwire.progress import watching
from babelwire.settings import Settings
from babelwire.stopping import Stopped, beside_signals
from pipelines.alerts import after_a_night
from pipelines.artifacts import ShownInPrefect, attempt, show_night
from pipelines.ingest import completed, portions, result_of, writing_alone


class NightFailed(BabelwireError):  # noqa: N818 - the night has
    """The night is published, and its thresholds say that it has failed."""

    def __init__(self, summary: Summary) -> None:
        super().__init__(summary)
        self.summary = summary

    def __str__(self) -> str:
        why = " ".join(self.summary.run["warnings"])
        return f"The night of {self.summary.run['logical_date']} has failed: {why} What it has is published."


@flow(name="nightly", on_completion=[after_a_night], on_failure=[after_a_night], on_crashed=[after_a_night])
def nightly(config: Path, date: dt.date | None = None, lake: Place | None = None) -> State[Summary]:
    """Takes in what the sources of a configuration have for a night, and for the nights before it that were missed.

    Running a night again takes in only what is new or changed; one that was ended goes on where it stopped.

    Args:
        config: a YAML file as configs/nightly.yaml.
        date: the night's logical date; that of the time the run is scheduled for where it is None.
        lake: in place of the configuration's.
    """
    settings, folder = prepared(config, lake)
    # Here too, because Prefect sets up all logging anew when it is imported.
    configure_logs(settings.nightly.log)
    night_of = date or logical_date(settings.nightly, runtime.flow_run.scheduled_start_time)
    with _one_at_a_time(folder, settings):
        with writing_alone(folder, settings):
            recover(folder)
            forget_unfinished(folder, night_of)
        night = plan_night(folder, settings.nightly, night_of)
        counting = Counting([path for source in night.sources for path in source.paths], folder.root)
        watched = watching.set(ShownInPrefect(counting, watching.get()))
        try:
            (summary,) = portions([], folder.address, settings, (None, None), night=night)
            watching.get().published(summary)
        except Stopped as stopped:
            return Cancelled(message=str(stopped))
        finally:
            watching.reset(watched)
    report = attempt("report", lambda: write_report(settings.nightly, folder, summary))
    show_night(summary, folder, report=report)
    if summary.run["state"] == FAILED:
        return Failed(message=" ".join(summary.run["warnings"]), data=NightFailed(summary))
    return completed(summary)


def run(config: Path, date: dt.date | None = None, lake: Place | None = None) -> Summary:
    """Runs the flow.

    Raises:
        NightFailed: its thresholds say so; the summary comes with it.
        BabelwireError: what stopped it, as a sentence.
    """
    return result_of(beside_signals(nightly, config, date, lake, return_state=True))


def write_report(nightly: Nightly, lake: LakeFolder, summary: Summary) -> Path | None:
    """Writes the HTML report where the configuration says; None where it wants none.

    Raises:
        BabelwireError: its folder does not exist or cannot be written.
    """
    if not nightly.report:
        return None
    from babelwire.report import report, save  # noqa: PLC0415 - its charts take a second to load

    run = summary.run
    page = Path(dated(nightly.report, run["logical_date"]))
    save(report(Lake(lake.root), name=name_of(lake.address), run_id=run["run_id"]).html, page)
    return page


@contextmanager
def _one_at_a_time(lake: LakeFolder, settings: Settings) -> Iterator[None]:
    """Waits for another night of this lake as long as for the lake itself."""
    waits = settings.lake.lock_timeout_seconds
    with hold(lake.work / ".nightly.lock", what=f"the lake {lake.address} for a night", timeout_seconds=waits):
        yield
