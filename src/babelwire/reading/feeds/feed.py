"""Reads news feeds (RSS, Atom): each entry is an input."""

from __future__ import annotations

import codecs
import json
import os
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from babelwire.errors import InputProblem, RejectInput
from babelwire.reading.feeds.entry import Entry
from babelwire.reading.guarded import guarded
from babelwire.reading.limits import too_large
from babelwire.reading.record import Record
from babelwire.settings import Reading

_ROOT = re.compile(r"<(?:[A-Za-z]\w{0,20}:)?(?P<name>rss|feed|rdf)(?=[\s>/])", re.IGNORECASE)
_OLD_FEED = re.compile(r"purl\.org/(?:rss/|net/rss1\.1)|netscape\.com/rdf|<(?:channel|item)\b", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s{0,99}>")
# named, because only the process that parses needs to import it
_PARSE = "babelwire.reading.feeds.parsing:parse_feed"
_CLEAR = "/:?@!$&'()*+,;="


def is_feed(head: bytes) -> bool:
    """Whether a stream that begins so is an RSS or Atom feed."""
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "latin-1"
    text = head.removeprefix(codecs.BOM_UTF8).decode(encoding, "ignore")
    found = _ROOT.match(text, _root(text))
    return found is not None and (found["name"].lower() != "rdf" or _OLD_FEED.search(text) is not None)


def entries(stream: BinaryIO, limits: Reading) -> Iterator[Record]:
    """The entries, each as a JSON object with the names of schema.org; at least one record.

    An entry is named after its id or link. The bytes of an entry that did not change are the same whenever it is read. An
    entry that only announces its article has a `link`; where its text visibly breaks off, also the problem `teaser_only`,
    which counts where nobody follows the link. The problem of the feed itself (`damaged_feed`, `empty`, `too_large`,
    `too_slow`, `too_much_memory`, `parser_crashed`) is the last record, without a name.

    Raises:
        OSError: the stream cannot be read.
    """
    size = stream.seek(0, os.SEEK_END)
    if size > limits.max_bytes:
        yield Record(problem=too_large(size, limits.max_bytes))
        return
    stream.seek(0)
    try:
        answer: tuple[list[Entry], bool] = guarded(limits).call(_PARSE, stream.read())
    except InputProblem as problem:
        yield Record(problem=problem)
        return
    found, is_whole = answer
    names: set[str] = set()
    seen: dict[str, int] = {}
    for entry in found:
        name = _unique(quote(entry.key, safe=_CLEAR), names, seen)
        content = json.dumps(entry.article, ensure_ascii=False, sort_keys=True).encode()
        yield Record(
            name=name, content=content, problem=_problem(entry), media_type="application/json", link=entry.announces
        )
    if not is_whole:
        yield Record(
            problem=RejectInput(
                "damaged_feed",
                f"The feed breaks off or is no feed; {len(found):,} whole entries were taken from it. Fetch it again.",
            )
        )
    elif not found:
        yield Record(problem=RejectInput("empty", "The feed has no entries. Nothing is to be done unless it should."))


def _root(text: str) -> int:
    """Where the first element begins, behind declarations and comments; the end where there is none."""
    at = 0
    while True:
        at = len(text) - len(text[at:].lstrip())
        if text.startswith("<?", at):
            end = text.find("?>", at) + 2
        elif text.startswith("<!--", at):
            end = text.find("-->", at) + 3
        elif text.startswith("<!", at):
            close, subset = text.find(">", at), text.find("[", at)
            inner = _SUBSET_END.search(text, subset) if 0 <= subset < close else None
            end = inner.end() if inner else close + 1
        else:
            return at
        if end <= at:
            return len(text)
        at = end


def _unique(name: str, names: set[str], seen: dict[str, int]) -> str:
    """The name, with `~2` and so on where the feed had it before."""
    unique = name
    while unique in names:
        seen[name] = seen.get(name, 1) + 1
        unique = f"{name}~{seen[name]}"
    names.add(unique)
    return unique


def _problem(entry: Entry) -> RejectInput | None:
    if not entry.text:
        return RejectInput(
            "teaser_only" if entry.announces else "no_text",
            "The entry has only a headline. Follow the feed to its pages (fetching.follow), or ask for a feed with text.",
        )
    if entry.is_cut:
        return RejectInput(
            "teaser_only",
            "The entry has only the beginning of its article. Follow the feed to its pages (fetching.follow), or ask for a "
            "feed with the full text.",
        )
    return None
