"""Lists the inputs at the places that a user names, as rows of a batch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from babelwire.article import UNCHANGED
from babelwire.errors import InputProblem
from babelwire.reading.contents import contents
from babelwire.reading.folder import unreadable
from babelwire.reading.found import Found, Unusable
from babelwire.reading.places import find
from babelwire.reading.record import Record
from babelwire.reading.web.fetching import NotModified, Web, linked, without_web
from babelwire.settings import Reading


def discover(
    paths: Sequence[str],
    *,
    limits: Reading,
    skip: Callable[[Found], bool] | None = None,
    web: Web | None = None,
) -> Iterator[dict[str, Any]]:
    """The inputs at and below `paths`, as rows of the columns that `rows_of` names, in a stable order.

    Args:
        paths: files, folders, patterns, and addresses (`s3://`, `https://`).
        skip: says of something found, before it is opened, that its inputs are not wanted.
        web: fetches web addresses, and the pages that their feeds announce; without it those are problems.

    Raises:
        UsageError: one of `paths` does not exist or cannot be listed.
    """
    web = web or without_web()
    found = find(paths, web)
    return (row for each in found for row in _rows(each, limits=limits, skip=skip, web=web))


def rows_of(found: Found, *, limits: Reading, web: Web | None = None) -> Iterator[dict[str, Any]]:
    """The inputs in something found, as rows; at least one.

    Columns: `input_uri`, `offset`, `length` (None to the end), `raw` (None: the worker reads it), `size` (None: not
    read yet), `file_size`, `file_modified_at`, `fetched_from`, `charset`, `media_type` (None: the bytes say), and
    `disposition`, `stage`, `reason_code`, `reason`, which are None where nothing is wrong.
    """
    try:
        with found.open() as stream:
            for record in contents(stream, limits=limits, lasts=found.lasts):
                if record.link is not None and web is not None and web.follows(found):
                    yield from _announced(record, linked(record.link, found), limits, web)
                else:
                    yield _row(found, record)
    except InputProblem as problem:
        yield _row(found, Record(problem=problem))
    except OSError as error:
        yield _row(found, Record(problem=unreadable("file", error)))


def _rows(
    each: Found | Unusable, *, limits: Reading, skip: Callable[[Found], bool] | None, web: Web
) -> Iterator[dict[str, Any]]:
    if isinstance(each, Unusable):
        if isinstance(each.problem, NotModified):
            yield _unchanged(each.uri)
        else:
            yield _row(Found(each.uri, None, None), Record(problem=each.problem))
    elif skip is None or not skip(each):
        yield from rows_of(each, limits=limits, web=web)


def _announced(record: Record, link: str, limits: Reading, web: Web) -> Iterator[dict[str, Any]]:
    """The page that an entry of a feed leads to; unchanged where the entry says what it said before."""
    announcement = hashlib.sha256(record.content or b"").hexdigest()
    try:
        page = web.page(link, announcement=announcement)
    except NotModified:
        yield _unchanged(link)
    except InputProblem as problem:
        yield _row(Found(link, None, None), Record(problem=problem))
    else:
        yield from rows_of(page, limits=limits)


def _unchanged(uri: str) -> dict[str, Any]:
    return {**_row(Found(uri, None, None), Record()), "disposition": UNCHANGED}


def _row(found: Found, record: Record) -> dict[str, Any]:
    problem = record.problem
    return {
        "input_uri": f"{found.uri}#{record.name}" if record.name else found.uri,
        "offset": record.offset,
        "length": record.length,
        "raw": record.content,
        "size": None,
        "file_size": found.size,
        "file_modified_at": found.modified_at,
        "fetched_from": record.address,
        "charset": record.charset,
        "media_type": record.media_type,
        **({} if record.name else found.about()),
        "disposition": problem.disposition if problem else None,
        "stage": "read" if problem else None,
        "reason_code": problem.reason_code if problem else None,
        "reason": problem.reason if problem else None,
    }
