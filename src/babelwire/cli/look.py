"""Commands that look into a lake."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from babelwire.cli.options import (
    ConfigOption,
    CsvOption,
    Day,
    JsonOption,
    LakeOption,
    RowsOption,
    TableOption,
    day_option,
    form_of,
    settings_of,
)
from babelwire.errors import UsageError

if TYPE_CHECKING:
    from babelwire.showing.printing import Form

Named = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Someone or something named, or its id; case and accents do not matter."),
]


class Order(StrEnum):
    """What comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    BEST = "best"


_USUAL_ROWS = 50


def articles(
    lake: LakeOption,
    language: Annotated[str | None, typer.Option(help="BCP 47 tag, as in: it")] = None,
    source: Annotated[str | None, typer.Option(help="The publisher.")] = None,
    story: Annotated[str | None, typer.Option(help="The id of a story, or the start of one.")] = None,
    entity: Named = None,
    text: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS",
            help="Words in headline or body, in either language: 'sciopero scuola' both, '\"two words\"' a phrase, "
            "'scioper*' a beginning, '-calcio' without.",
        ),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="SQL",
            help="A condition on the columns, as in: \"word_count > 300 and translation_status = 'partial'\"",
        ),
    ] = None,
    since: Day = None,
    until: Day = None,
    primary: Annotated[bool, typer.Option("--primary", help="Without copies and near copies of others.")] = False,
    revisions: Annotated[
        bool, typer.Option("--all-revisions", help="Also texts that their publisher has replaced since.")
    ] = False,
    order: Annotated[Order, typer.Option(help="best puts first what fits --text best.")] = Order.NEWEST,
    columns: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Only these columns, separated by commas, as in: uri,headline")
    ] = None,
    limit: RowsOption = None,
    as_table: TableOption = False,
    as_csv: CsvOption = False,
    as_json: JsonOption = False,
) -> None:
    """List articles, the latest first. Every column is described in docs/fields.md."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import ARTICLE_COLUMNS, Form, show_articles  # noqa: PLC0415

    form = form_of(as_table=as_table, as_json=as_json, as_csv=as_csv)
    chosen = [name.strip() for name in columns.split(",") if name.strip()] if columns else None
    is_table = form is Form.TABLE
    found = Lake(lake).articles(
        since=since,
        until=until,
        language=language,
        source=source,
        story=story,
        entity=entity,
        text=text,
        where=where,
        current=not revisions,
        primary=primary,
        columns=chosen or (ARTICLE_COLUMNS if is_table else None),
        order=order.value,
        # A table says how many more there are.
        limit=None if is_table else limit,
    )
    show_articles(found, form=form, limit=limit or _USUAL_ROWS, columns=chosen)


def stories(
    lake: LakeOption,
    since: Annotated[
        datetime | None, day_option("Stories still running then: the latest article is of that time or later.")
    ] = None,
    until: Annotated[datetime | None, day_option("Stories that had begun before.")] = None,
    language: Annotated[str | None, typer.Option(help="BCP 47 tag of at least one article, as in: it")] = None,
    entity: Named = None,
    limit: RowsOption = None,
    as_table: TableOption = False,
    as_csv: CsvOption = False,
    as_json: JsonOption = False,
) -> None:
    """List stories, the largest first."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import Form, show_stories  # noqa: PLC0415

    form = form_of(as_table=as_table, as_json=as_json, as_csv=as_csv)
    found = Lake(lake).stories(since=since, until=until, language=language, entity=entity)
    show_stories(found, form=form, limit=limit or (_USUAL_ROWS if form is Form.TABLE else None))


def story(
    story: Annotated[str, typer.Argument(metavar="ID", help="A story id, or the start of one.")],
    lake: LakeOption,
    as_json: JsonOption = False,
) -> None:
    """Show one story: its articles by time, how they are related, and who is named in them."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import show_story  # noqa: PLC0415

    show_story(Lake(lake), story, as_json=as_json)


def explain(
    one: Annotated[str, typer.Argument(metavar="A", help="An article id, or the start of one.")],
    other: Annotated[str, typer.Argument(metavar="B", help="That of another article.")],
    lake: LakeOption,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why two articles are, or are not, one story."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.lake.reading.explaining import explain as find_reasons  # noqa: PLC0415
    from babelwire.showing import show_explanation  # noqa: PLC0415

    settings = settings_of(config, {}).stories
    explanation = find_reasons(Lake(lake), one, other, settings)
    show_explanation(explanation, window_days=settings.window_days, as_json=as_json)


def show(
    article: Annotated[str, typer.Argument(metavar="ID", help="An article id, or the start of one.")],
    lake: LakeOption,
    as_json: JsonOption = False,
) -> None:
    """Show one article with its translation, names and related articles."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import show_article  # noqa: PLC0415

    show_article(Lake(lake), article, as_json=as_json)


def rejects(lake: LakeOption, limit: RowsOption = None, as_json: JsonOption = False) -> None:
    """List inputs that were rejected or are pending, and why."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import show_rejects  # noqa: PLC0415

    show_rejects(Lake(lake).rejects(), limit=limit or (None if as_json else _USUAL_ROWS), as_json=as_json)


def runs(lake: LakeOption, limit: RowsOption = None, as_json: JsonOption = False) -> None:
    """List runs, the latest first."""
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import show_runs  # noqa: PLC0415

    show_runs(Lake(lake).runs()[::-1], limit=limit or (None if as_json else _USUAL_ROWS), as_json=as_json)


def top_entities(
    file: Path | None,
    lake: str,
    top: int,
    type_: str | None,
    window: tuple[datetime | None, datetime | None],
    *,
    form: Form,
) -> None:
    from babelwire.article import ENTITY_TYPES  # noqa: PLC0415
    from babelwire.lake import Lake  # noqa: PLC0415
    from babelwire.showing import show_entities  # noqa: PLC0415

    if file is not None:
        raise UsageError(f"Give either a text ({file}) or a lake ({lake}), not both.")
    if type_ is not None and type_.upper() not in ENTITY_TYPES:
        raise UsageError(f"There is no type {type_}. The types are {', '.join(ENTITY_TYPES)}.")
    since, until = window
    found = Lake(lake).top_entities(top, type_=type_ and type_.upper(), since=since, until=until)
    show_entities(found, form=form)
