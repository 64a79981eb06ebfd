"""What readers do with damaged inputs: a sound result, or a problem that has a name."""

import io
import re

import pytest

from babelwire.article import FRAME
from babelwire.errors import InputProblem
from babelwire.frames import make_frame
from babelwire.reading import records
from babelwire.reading.contents import contents
from babelwire.reading.document import document
from babelwire.reading.feeds import feed as feeds
from babelwire.reading.feeds.parsing import parse_feed
from babelwire.reading.record import Record
from babelwire.reading.text import decode
from babelwire.settings import Reading
from fuzz import samples
from fuzz.damage import SECONDS, damaged, fuzz

pytestmark = pytest.mark.timeout(300 + 3 * SECONDS)

LIMITS = Reading(max_bytes=100_000, max_unpacked_bytes=10_000_000, max_members=1000)
CODE = re.compile(r"[a-z]+(_[a-z]+)*")
NAME = re.compile(r"[!-~]*")


def check_text(text: str) -> None:
    text.encode()
    assert "\0" not in text


def check_problem(problem: InputProblem) -> None:
    assert CODE.fullmatch(problem.reason_code)
    assert problem.disposition in ("rejected", "pending")
    assert problem.reason.endswith(".")
    check_text(problem.reason)


def check_document(raw: bytes, media_type: str | None) -> None:
    try:
        found = document(raw, media_type=media_type)
    except InputProblem as problem:
        check_problem(problem)
        return
    assert found["text"].strip()
    assert set(found) <= set(FRAME)
    for value in found.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                check_text(each)
    make_frame({column: [value] for column, value in found.items()})


def check_records(found: list[Record], size: int | None) -> None:
    """`size` is that of the stream, None where the records come with their content."""
    assert found
    names = [record.name for record in found]
    assert len(set(names)) == len(names)
    for record in found:
        assert NAME.fullmatch(record.name)
        if record.problem is not None:
            check_problem(record.problem)
        elif size is None:
            assert record.content is not None
            assert len(record.content) <= LIMITS.max_bytes
        else:
            assert 0 <= record.offset <= record.offset + (record.length or 0) <= size


def test_characters():
    def check(raw: bytes) -> None:
        try:
            check_text(decode(raw, declared="iso-8859-1"))
        except InputProblem as problem:
            check_problem(problem)

    fuzz(damaged(samples.DOCUMENTS), check)


@pytest.mark.parametrize(
    ("media_type", "sample"),
    [("text/plain", "markdown"), ("text/html", "page"), ("application/json", "object"), (None, "mail")],
)
def test_documents_of_one_kind(media_type, sample):
    fuzz(damaged({sample: samples.DOCUMENTS[sample]}), lambda raw: check_document(raw, media_type))


def test_documents_told_apart_by_content():
    fuzz(damaged(samples.DOCUMENTS), lambda raw: check_document(raw, None))


def test_records_of_a_file():
    def check(raw: bytes) -> None:
        check_records(list(records.records(io.BytesIO(raw), max_bytes=2000)), len(raw))

    fuzz(damaged(samples.RECORDS), check)


def test_feeds():
    def check(raw: bytes) -> None:
        feeds.is_feed(raw)
        try:
            parse_feed(raw)
        except InputProblem as problem:
            check_problem(problem)

    fuzz(damaged(samples.FEEDS), check)


@pytest.mark.parametrize("kind", [*samples.ARCHIVES, *samples.WEB_ARCHIVES])
def test_archives(kind):
    archive = {**samples.ARCHIVES, **samples.WEB_ARCHIVES}[kind]
    fuzz(damaged({kind: archive}), check_contents)


def test_anything():
    everything = {**samples.DOCUMENTS, **samples.RECORDS, **samples.ARCHIVES, **samples.WEB_ARCHIVES}
    fuzz(damaged(everything), check_contents)


def check_contents(raw: bytes) -> None:
    if not feeds.is_feed(raw):  # those have a process of their own and are slow here
        check_records(list(contents(io.BytesIO(raw), limits=LIMITS, lasts=False)), None)
