"""Commands that keep an installation in order: models, the translation memory, what works."""

from __future__ import annotations

from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from babelwire.cli.ending import Exit, interruptible
from babelwire.cli.options import ConfigOption, JsonOption, LakeOption, settings_of

if TYPE_CHECKING:
    from babelwire.lake import LakeFolder


def list_models(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the models that are installed, and whether they are whole."""
    from babelwire.showing import show_models  # noqa: PLC0415
    from babelwire.translation import models as kept  # noqa: PLC0415

    folder = kept.models_folder(settings_of(config, {}).translation.models)
    show_models(kept.list_models(folder), folder, as_json=as_json)


def pull_model(
    pair: Annotated[str, typer.Argument(metavar="PAIR", help="The languages, as in: it-en")],
    source: Annotated[
        str | None, typer.Option("--from", metavar="DIR_OR_URL", help="A folder or web address; Mozilla's without it.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch a model into the models folder, verified; what was fetched before is kept."""
    from babelwire.progress import transfers  # noqa: PLC0415
    from babelwire.showing import print_json  # noqa: PLC0415
    from babelwire.translation import models as kept  # noqa: PLC0415

    folder = kept.models_folder(settings_of(config, {}).translation.models)
    with interruptible(), transfers() as on_progress:
        kept.pull(pair, folder, source=source, on_progress=on_progress)
    (model,) = [m for m in kept.list_models(folder) if m.pair == pair]
    if as_json:
        print_json({"pair": model.pair, "version": model.version, "size": model.size, "folder": str(folder)})
    else:
        print(f"The model {model.pair} {model.version} is in {folder} ({model.size:,} bytes).")


def verify(lake: LakeOption, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say whether a lake is whole: checksums, keys, stories, the ledger and its counts, what lies beside.

    Exit status 1 where something is wrong, with what to do about it.
    """
    from babelwire.lake.keeping.verify import verify as examine  # noqa: PLC0415
    from babelwire.lake.opening import open_lake  # noqa: PLC0415
    from babelwire.progress import counted  # noqa: PLC0415
    from babelwire.showing import print_json  # noqa: PLC0415

    folder = open_lake(lake)
    wrong = 0
    with interruptible(), _alone(folder, config, read_only=True), counted("verifying") as on_file:
        for finding in chain(folder.elsewhere(), examine(folder, on_file=on_file)):
            wrong += 1
            if as_json:
                print_json(
                    {"code": finding.code, "says": finding.says, "remedy": finding.remedy, "count": finding.count}
                )
            else:
                print(f"{finding.code}: {finding.says} {finding.remedy}")
    if wrong:
        raise typer.Exit(Exit.FAILED)
    if not as_json:
        print(f"The lake {folder.address} is whole.")


def compact(
    lake: LakeOption,
    all_months: Annotated[bool, typer.Option("--all", help="Also the months whose articles may still change.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Merge the small files of a lake into large ones. Can be stopped at any point, and run beside readers.

    The size is `lake.file_size_mb`. A month is left until it is over by `stories.window_days`.
    """
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    from babelwire.lake.keeping.compact import compact as merge  # noqa: PLC0415
    from babelwire.lake.opening import create_lake, open_lake  # noqa: PLC0415
    from babelwire.progress import counted  # noqa: PLC0415
    from babelwire.showing import print_json  # noqa: PLC0415

    settings = settings_of(config, {})
    open_lake(lake)
    folder = create_lake(lake)
    over = datetime.max.replace(tzinfo=UTC) if all_months else datetime.now(UTC)
    until = over - timedelta(days=0 if all_months else settings.stories.window_days)
    folders = 0
    with interruptible(), _alone(folder, config), counted("compacting") as on_folder:
        size = settings.lake.file_size_mb * 1_000_000
        for done in merge(folder, file_size=size, until=until, on_folder=on_folder):
            folders += 1
            (before, after), (bytes_before, bytes_after) = done.files, done.size
            if as_json:
                counts = {"files_before": before, "files": after, "bytes_before": bytes_before, "bytes": bytes_after}
                print_json({"folder": done.folder, **counts})
            else:
                print(f"{done.folder}: {before} files are {after}, {bytes_before:,} bytes are {bytes_after:,}.")
    if not folders and not as_json:
        print("There was nothing to merge.")


def prune(
    days: Annotated[float, typer.Option("--days", min=0, help="Forget what was not used for so many days.")] = 90,
    lake: Annotated[
        str | None, typer.Option("--lake", metavar="DIR", help="Also the work of runs that nobody went on with.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Trim the translation memory, and of a lake what was left by runs that were ended and never went on."""
    from babelwire.lake.keeping.unfinished import forget  # noqa: PLC0415
    from babelwire.lake.opening import open_lake  # noqa: PLC0415
    from babelwire.showing import print_json  # noqa: PLC0415
    from babelwire.translation.memory import prune as trim  # noqa: PLC0415

    runs = None
    if lake is not None:
        folder = open_lake(lake)
        with _alone(folder, config):
            runs = forget(folder, days)
    gone = trim(settings_of(config, {}).translation.memory, days)
    if as_json:
        print_json({"segments": gone} | ({} if runs is None else {"runs": runs}))
        return
    print(f"{gone} segments that were not used for {days:g} days were taken out of the translation memory.")
    if runs is not None:
        print(f"{len(runs)} runs that nobody went on with for {days:g} days were forgotten.", *runs, sep="\n  ")


def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say what is installed, what works, and what to do about the rest."""
    from babelwire.doctor import examine  # noqa: PLC0415
    from babelwire.showing import show_findings  # noqa: PLC0415

    findings = list(examine(settings_of(config, {})))
    show_findings(findings, as_json=as_json)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _alone(lake: LakeFolder, config: Path | None, *, read_only: bool = False) -> AbstractContextManager[None]:
    """Holds the lake's lock, waiting for a run that publishes.

    Args:
        read_only: nothing is to be written.
    """
    waits = settings_of(config, {}).lake.lock_timeout_seconds
    return lake.writing_alone(timeout_seconds=waits, read_only=read_only)
