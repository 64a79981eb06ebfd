"""Commands that keep an installation in order: models, the translation memory, what works."""

from __future__ import annotations

from typing import Annotated

import typer

from babelwire.cli.ending import Exit, interruptible
from babelwire.cli.options import ConfigOption, JsonOption, settings_of


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


def prune(
    days: Annotated[float, typer.Option("--days", min=0, help="Forget what was not used for so many days.")] = 90,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Trim the translation memory."""
    from babelwire.showing import print_json  # noqa: PLC0415
    from babelwire.translation.memory import prune as trim  # noqa: PLC0415

    gone = trim(settings_of(config, {}).translation.memory, days)
    if as_json:
        print_json({"segments": gone})
    else:
        print(f"{gone} segments that were not used for {days:g} days were taken out of the translation memory.")


def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say what is installed, what works, and what to do about the rest."""
    from babelwire.doctor import examine  # noqa: PLC0415
    from babelwire.showing import show_findings  # noqa: PLC0415

    findings = list(examine(settings_of(config, {})))
    show_findings(findings, as_json=as_json)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(Exit.FAILED)
