"""The command line. Heavy libraries are imported by the command that needs them, so that --help is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from babelwire import __version__
from babelwire.cli import backfill, care, ingest, look, nightly, report, text
from babelwire.cli.ending import Exit, errors_as_sentences

__all__ = ["Exit", "app", "main"]

app = typer.Typer(
    name="babelwire",
    help="News articles in, normalised Parquet out: language, translation, entities and stories.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

models = typer.Typer(help="Models of the neural engine firefox.", no_args_is_help=True)
app.add_typer(models, name="models")


@app.callback(invoke_without_command=True)
def babelwire(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(f"babelwire {__version__}")
        raise typer.Exit


for command in (
    ingest.ingest,
    backfill.backfill,
    nightly.nightly,
    nightly.serve,
    text.translate,
    text.detect,
    text.entities,
    look.articles,
    look.stories,
    look.story,
    look.explain,
    look.show,
    look.rejects,
    look.runs,
    report.report,
    care.verify,
    care.compact,
    care.prune,
    care.doctor,
):
    app.command()(command)
models.command("list")(care.list_models)
models.command("pull")(care.pull_model)


def main() -> None:
    """Runs the command; tells what stopped it as a sentence and an exit status, never as a traceback."""
    with errors_as_sentences():
        app()
