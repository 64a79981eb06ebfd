"""What people ask a lake by, as the lake writes it: ids that are given by their start, and languages."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from babel import Locale, UnknownLocaleError

from babelwire.article import ARTICLES
from babelwire.errors import UsageError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.reading.scan import scan


def check_is_one(lake: LakeFolder, ids: pa.ChunkedArray, asked: str, things: str, thing: str) -> None:
    """Does nothing where all ids are the same.

    Args:
        ids: those that begin as was `asked`.
        things, thing: what they are the ids of, as "stories" and "story".

    Raises:
        UsageError: there is none, or several are meant; the message names some.
    """
    found = sorted(set(ids.to_pylist()))
    if len(found) == 1:
        return
    several = f"{len(found)} {things} begin with {asked}: {', '.join(found[:3])}{' ...' if found[3:] else ''}"
    which = several if found else f"No {thing} has the id {asked}"
    raise UsageError(f"{which}. List ids with: babelwire {things} --lake {lake.address}")


def tag_of(lake: LakeFolder, language: str | None) -> str | None:
    """A BCP 47 tag as the lake writes it.

    Raises:
        UsageError: it is none; the message names the languages that are there.
    """
    if language is None or language == "und":
        return language
    try:
        Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        found = pc.unique(scan(lake, ARTICLES, columns=["language"])["language"]).to_pylist()
        there = f"The lake has {', '.join(sorted(found))}." if found else "The lake has no articles yet."
        raise UsageError(f"{language!r:.40} is no language tag: give one as in it or en. {there}") from None
    first, *rest = language.split("-")
    # A script is written as Hans and a region as CH.
    return "-".join([first.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])
