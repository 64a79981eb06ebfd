"""Commands for lines of text: translation, language and names."""

from __future__ import annotations

from typing import Annotated

import typer

from babelwire.cli.look import top_entities
from babelwire.cli.options import (
    ConfigOption,
    CsvOption,
    Day,
    EngineOption,
    JsonOption,
    TextFile,
    form_of,
    lines_of,
    settings_of,
)
from babelwire.errors import UsageError


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

    settings = settings_of(config, {"translation": {"engine": engine}} if engine else {})
    for line, translated in translate_lines(lines_of(file), source, target, settings.translation):
        if as_json:
            print_json({"text": line, "translation": translated})
        else:
            print(translated)


def detect(file: TextFile = None, config: ConfigOption = None, as_json: JsonOption = False) -> None:  # noqa: ARG001
    """Tell the language of each line, as JSON lines."""
    from babelwire.language import detect_language  # noqa: PLC0415
    from babelwire.showing import print_json  # noqa: PLC0415

    settings = settings_of(config, {})
    for line in lines_of(file):
        language, confidence = detect_language(line, settings.language)
        print_json({"language": language, "confidence": confidence})


def entities(
    file: TextFile = None,
    lake: Annotated[
        str | None, typer.Option("--lake", metavar="DIR", help="Count the names of a lake instead.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="With --lake: how many.")] = 20,
    type_: Annotated[str | None, typer.Option("--type", help="With --lake: only these, as in: PERSON")] = None,
    since: Day = None,
    until: Day = None,
    config: ConfigOption = None,
    as_csv: CsvOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find the names in each line of English text, as JSON lines; with --lake list the names in most of its articles."""
    if lake is not None:
        top_entities(file, lake, top, type_, (since, until), form=form_of(as_csv=as_csv, as_json=as_json))
        return
    if type_ or since or until or as_csv:
        raise UsageError("--type, --since, --until and --csv are for the names of a lake. Give --lake DIR too.")
    from babelwire.entities import find_entities  # noqa: PLC0415
    from babelwire.showing import print_json  # noqa: PLC0415

    settings = settings_of(config, {})
    for found in find_entities(lines_of(file), settings.entities):
        print_json({"entities": [{"text": m.text, "type": m.type, "start": m.start, "end": m.end} for m in found]})
