"""The flow for a large archive: as `ingest`, published portion by portion, where one likes on a cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Cancelled

from babelwire.article import DISPOSITIONS
from babelwire.lake.opening import Place
from babelwire.lake.publishing.publish import Summary
from babelwire.progress import watcher
from babelwire.runner_names import LOCAL
from babelwire.settings import load_settings
from babelwire.stopping import Stopped, beside_signals
from pipelines.ingest import Window, completed, portions, result_of


@flow(name="backfill")
def backfill(
    paths: list[str],
    lake: Place,
    config: Path | None = None,
    overrides: dict[str, Any] | None = None,
    window: Window = (None, None),
    runner: str = LOCAL,
) -> State[Summary]:
    """Takes the articles at `paths` into `lake`, so that neither memory nor lost work grows with their number.

    Each portion (`lake.portion` inputs and a few more) is a run of its own. Grouping portion by portion gives the same
    stories as grouping all at once.

    Args:
        config: a YAML file as configs/default.yaml; the packaged one where it is None.
        overrides: settings that win over the file.
        window: takes only articles published in [first, second); without a zone they are UTC.
        runner: where batches run: `local`, `dask://HOST:PORT` or `ray`.
    """
    settings = load_settings(config, overrides)
    progress = watcher()
    done = []
    try:
        for summary in portions(paths, lake, settings, window, most=settings.lake.portion, on=runner):
            progress.published(summary)
            done.append(summary)
    except Stopped as stopped:
        return Cancelled(message=str(stopped))
    return completed(together(done))


def together(summaries: Sequence[Summary]) -> Summary:
    """What several runs of one command did, as if it had been one: sums, the first start, the last end, every warning."""
    runs = [summary.run for summary in summaries]
    sums = {key: sum(run[key] for run in runs) for key in ("inputs", *DISPOSITIONS, "articles", "stories")}
    seconds: Counter[str] = Counter()
    for run in runs:
        seconds.update({each["stage"]: each["seconds"] for each in run["seconds"]})
    warned = any(run["state"] != "completed" for run in runs)
    one = {
        **runs[-1],
        **sums,
        "state": "completed_with_warnings" if warned else "completed",
        "started_at": runs[0]["started_at"],
        "seconds": [{"stage": stage, "seconds": round(spent, 3)} for stage, spent in seconds.items()],
        "warnings": list(dict.fromkeys(warning for run in runs for warning in run["warnings"])),
    }
    return Summary(one, dict(sum((Counter(summary.reasons) for summary in summaries), Counter()).most_common()))


def run(
    paths: list[str],
    lake: Place,
    config: Path | None,
    overrides: dict[str, Any],
    window: Window = (None, None),
    runner: str = LOCAL,
) -> Summary:
    """Runs the flow.

    Raises:
        BabelwireError: what stopped the run, as a sentence.
    """
    return result_of(beside_signals(backfill, paths, lake, config, overrides, window, runner, return_state=True))
