"""The command line. Heavy libraries are imported by the command that needs them, so that --help is quick."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from babelwire import __version__
from babelwire.errors import BabelwireError, InputProblem, UsageError

if TYPE_CHECKING:
    from babelwire.settings import Settings

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


class Exit(IntEnum):
    """Exit status."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130


LakeOption = Annotated[Path, typer.Option("--lake", metavar="DIR", help="The lake, the output folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="A YAML file of settings.")]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="auto, none, or by preference: firefox, apertium, libretranslate, google, deepl, microsoft, mymemory.",
    ),
]
Day = Annotated[datetime | None, typer.Option(metavar="DATE", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])]
TextFile = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Lines of text; standard input without it.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many rows at most.")]


@app.callback(invoke_without_command=True)
def babelwire(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(f"babelwire {__version__}")
        raise typer.Exit


@app.command()
def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Files, folders, patterns ('in/**/*.html'), addresses (https://, s3://), or - for a list of them on "
            "standard input.",
        ),
    ],
    lake: LakeOption,
    config: ConfigOption = None,
    engine: EngineOption = None,
    since: Day = None,
    until: Day = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes; one for each core without it.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if an input was rejected or is pending.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take articles in: text, HTML, JSON, feeds, mail and archives of them, told apart by content.

    --since and --until take only articles published in that time, until not included.
    Running again takes in only what is new or changed; a run that was ended goes on where it stopped.
    """
    overrides: dict[str, Any] = {}
    if engine:
        overrides["translation"] = {"engine": engine}
    if jobs:
        overrides["jobs"] = jobs
    paths = _places(paths)
    settings = _check_before_starting(paths, lake, config, overrides)

    from babelwire.batches import warm_up  # noqa: PLC0415
    from babelwire.workers import processes, workers  # noqa: PLC0415
    from pipelines.embedded import prefect_ready  # noqa: PLC0415

    with _interruptible(), workers(processes(settings.jobs)) as pool, prefect_ready() as wait_until_ready:
        pool.begin(warm_up, settings)
        from babelwire.progress import Shown, watching  # noqa: PLC0415
        from babelwire.showing import show_summary  # noqa: PLC0415
        from pipelines.ingest import run  # noqa: PLC0415

        _keep_prefect_off_the_screen()
        wait_until_ready()
        shown = Shown()
        watching.set(shown)
        try:
            summary = run(paths, lake, config, overrides, (since, until))
        finally:
            shown.end()
        show_summary(summary, lake, as_json=as_json)
    if strict and (summary.counts["rejected"] or summary.counts["pending"]):
        raise typer.Exit(Exit.INCOMPLETE)


@app.command()
def translate(
    file: TextFile = None,
    source: Annotated[str, typer.Option("--from", help="BCP 47 tag of the text.")] = "it",
    target: Annotated[str, typer.Option("--to", help="BCP 47 tag of the translation.")] = "en",
    engine: EngineOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Translate lines: one line in, one line out."""
    from babelwire.showing import print_json  # noqa: PLC0415
    from babelwire.translation import translate_lines  # noqa: PLC0415

    settings = _settings(config, {"translation": {"engine": engine}} if engine else {})
    for line, translated in translate_lines(_lines(file), source, target, settings.translation):
        if as_json:
            print_json({"text": line, "translation": translated})
        else:
            print(translated)


@app.command()
def detect(file: TextFile = None, config: ConfigOption = None, as_json: JsonOption = False) -> None:  # noqa: ARG001
    """Tell the language of each line, as JSON lines."""
    from babelwire.language import detect_language  # noqa: PLC0415
    from babelwire.showing import print_json  # noqa: PLC0415

    settings = _settings(config, {})
    for line in _lines(file):
        language, confidence = detect_language(line, settings.language)
        print_json({"language": language, "confidence": confidence})


@app.command()
def entities(
    file: TextFile = None,
    lake: Annotated[
        Path | None, typer.Option("--lake", metavar="DIR", help="Count the names of a lake instead.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="With --lake: how many.")] = 20,
    type_: Annotated[str | None, typer.Option("--type", help="With --lake: only these, as in: PERSON")] = None,
    since: Day = None,
    until: Day = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the names in each line of English text, as JSON lines; with --lake list the names in most of its articles."""
    if lake is not None:
        _top_entities(file, lake, top, type_, (since, until), as_json=as_json)
        return
    if type_ or since or until:
        raise UsageError("--type, --since and --until choose among the names of a lake. Give --lake DIR too.")
    from babelwire.entities import find_entities  # noqa: PLC0415
    from babelwire.showing import print_json  # noqa: PLC0415

    settings = _settings(config, {})
    for found in find_entities(_lines(file), settings.entities):
        print_json({"entities": [{"text": m.text, "type": m.type, "start": m.start, "end": m.end} for m in found]})


@app.command()
def articles(
    lake: LakeOption,
    language: Annotated[str | None, typer.Option(help="BCP 47 tag, as in: it")] = None,
    source: Annotated[str | None, typer.Option(help="The publisher.")] = None,
    story: Annotated[str | None, typer.Option(help="The id of a story.")] = None,
    since: Day = None,
    until: Day = None,
    limit: Limit = 50,
    as_json: JsonOption = False,
) -> None:
    """List articles, the latest first."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.recipe import in_utc  # noqa: PLC0415
    from babelwire.showing import show_articles  # noqa: PLC0415

    found = Lake(lake).articles(since=in_utc(since), until=in_utc(until), language=language, source=source, story=story)
    show_articles(found[::-1], limit=limit, as_json=as_json)


@app.command()
def stories(
    lake: LakeOption, since: Day = None, until: Day = None, limit: Limit = 50, as_json: JsonOption = False
) -> None:
    """List stories, the largest first."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.recipe import in_utc  # noqa: PLC0415
    from babelwire.showing import show_stories  # noqa: PLC0415

    show_stories(Lake(lake).stories(since=in_utc(since), until=in_utc(until)), limit=limit, as_json=as_json)


@app.command()
def show(
    article: Annotated[str, typer.Argument(metavar="ID", help="An article id, or the start of one.")],
    lake: LakeOption,
    as_json: JsonOption = False,
) -> None:
    """Show one article with its translation, names and related articles."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import show_article  # noqa: PLC0415

    show_article(Lake(lake), article, as_json=as_json)


@app.command()
def rejects(lake: LakeOption, limit: Limit = 200, as_json: JsonOption = False) -> None:
    """List inputs that were rejected or are pending, and why."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import show_rejects  # noqa: PLC0415

    show_rejects(Lake(lake).rejects(), limit=limit, as_json=as_json)


@app.command()
def runs(lake: LakeOption, limit: Limit = 50, as_json: JsonOption = False) -> None:
    """List runs, the latest first."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import show_runs  # noqa: PLC0415

    show_runs(Lake(lake).runs()[::-1], limit=limit, as_json=as_json)


@models.command("list")
def list_models(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the models that are installed, and whether they are whole."""
    from babelwire.showing import show_models  # noqa: PLC0415
    from babelwire.translation import models as kept  # noqa: PLC0415

    folder = kept.models_folder(_settings(config, {}).translation.models)
    show_models(kept.list_models(folder), folder, as_json=as_json)


@models.command("pull")
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

    folder = kept.models_folder(_settings(config, {}).translation.models)
    with _interruptible(), transfers() as on_progress:
        kept.pull(pair, folder, source=source, on_progress=on_progress)
    (model,) = [m for m in kept.list_models(folder) if m.pair == pair]
    if as_json:
        print_json({"pair": model.pair, "version": model.version, "size": model.size, "folder": str(folder)})
    else:
        print(f"The model {model.pair} {model.version} is in {folder} ({model.size:,} bytes).")


@app.command()
def prune(
    days: Annotated[float, typer.Option("--days", min=0, help="Forget what was not used for so many days.")] = 90,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Trim the translation memory."""
    from babelwire.showing import print_json  # noqa: PLC0415
    from babelwire.translation.memory import prune as trim  # noqa: PLC0415

    gone = trim(_settings(config, {}).translation.memory, days)
    if as_json:
        print_json({"segments": gone})
    else:
        print(f"{gone} segments that were not used for {days:g} days were taken out of the translation memory.")


@app.command()
def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say what is installed, what works, and what to do about the rest."""
    from babelwire.doctor import examine  # noqa: PLC0415
    from babelwire.showing import show_findings  # noqa: PLC0415

    findings = list(examine(_settings(config, {})))
    show_findings(findings, as_json=as_json)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _top_entities(
    file: Path | None,
    lake: Path,
    top: int,
    type_: str | None,
    window: tuple[datetime | None, datetime | None],
    *,
    as_json: bool,
) -> None:
    from babelwire.article import ENTITY_TYPES  # noqa: PLC0415
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.recipe import in_utc  # noqa: PLC0415
    from babelwire.showing import show_entities  # noqa: PLC0415

    if file is not None:
        raise UsageError(f"Give either a text ({file}) or a lake ({lake}), not both.")
    if type_ is not None and type_.upper() not in ENTITY_TYPES:
        raise UsageError(f"There is no type {type_}. The types are {', '.join(ENTITY_TYPES)}.")
    since, until = window
    found = Lake(lake).top_entities(top, type_=type_ and type_.upper(), since=in_utc(since), until=in_utc(until))
    show_entities(found, as_json=as_json)


def main() -> None:
    """Runs the command; tells what stopped it as a sentence and an exit status, never as a traceback."""
    with _errors_as_sentences():
        app()


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # The reader went away, as `head` does. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.DONE)
    except UsageError as error:
        _fail(str(error), Exit.USAGE)
    except (BabelwireError, InputProblem) as error:
        _fail(str(error), Exit.FAILED)
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        _fail(
            f"{named}{error.strerror or error}. Nothing that was published is harmed; mend this and run again.",
            Exit.FAILED,
        )
    except Exception as error:  # noqa: BLE001, RUF100 - the last line of defence of the operator's screen
        if os.environ.get("BABELWIRE_DEBUG"):
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        _fail(
            f"Something unforeseen stopped babelwire ({what}). Nothing that was published is harmed and finished "
            "batches are kept. Run again with BABELWIRE_DEBUG=1 for the details to report.",
            Exit.FAILED,
        )


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        _fail("Stopped. Finished batches are kept: run the same command again to go on.", Exit.INTERRUPTED)


def _fail(sentence: str, status: Exit) -> NoReturn:
    print(f"babelwire: {sentence}", file=sys.stderr)
    sys.exit(status)


def _check_before_starting(
    paths: Sequence[str], lake: Path, config: Path | None, overrides: dict[str, Any]
) -> Settings:
    """What can be seen to be wrong at once is said at once, before a server starts."""
    from babelwire.reading.places import check  # noqa: PLC0415

    check(paths)
    settings = _settings(config, overrides)
    if settings.translation.engine not in {"auto", "none"}:
        from babelwire.translation import choose  # noqa: PLC0415

        choose(settings.translation)
    from babelwire.lake import LakeFolder  # noqa: PLC0415

    LakeFolder.create(lake)
    return settings


def _places(paths: Sequence[str]) -> list[str]:
    """The paths, with those on standard input in place of `-`: one a line, or separated by NUL as `find -print0` does."""
    places: list[str] = []
    for path in paths:
        if path == "-":
            listed = os.fsdecode(sys.stdin.buffer.read())
            places += (each for each in listed.split("\0" if "\0" in listed else "\n") if each.strip())
        else:
            places.append(path)
    if not places:
        raise UsageError("No paths came on standard input. Pipe a list of files in, one a line.")
    return places


def _settings(config: Path | None, overrides: dict[str, Any]) -> Settings:
    from babelwire.settings import load_settings  # noqa: PLC0415

    return load_settings(config, overrides)


def _keep_prefect_off_the_screen() -> None:
    """What Prefect logs goes to its server; the operator reads the summary."""
    for name in [None, *logging.root.manager.loggerDict]:
        for handler in logging.getLogger(name).handlers:
            if type(handler).__name__ == "PrefectConsoleHandler":
                handler.setLevel(logging.CRITICAL + 1)


def _lines(file: Path | None) -> Iterator[str]:
    if file is None:
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield from (line.rstrip("\r\n") for line in sys.stdin)
        return
    if not file.is_file():
        raise UsageError(f"There is no file {file}. Give a text file, or text on standard input.")
    with file.open(encoding="utf-8", errors="replace") as lines:
        yield from (line.rstrip("\r\n") for line in lines)
