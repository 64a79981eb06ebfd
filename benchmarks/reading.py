"""Quality and speed of reading web pages, beside plain trafilatura: body, headline, byline, date, pages a second, memory."""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

Gold = dict[str, Any]
_TOKEN = re.compile(r"\w+")
_SHINGLE = 4
_MINUTE, _QUARTER = timedelta(minutes=1), timedelta(minutes=15)
_NEWSROOM = re.compile(
    r"\b(?:team|staff|redaktion|redacción|newsroom|news|desk|agenc\w+|press)\b|\w\.\w|\d", re.IGNORECASE
)


@dataclass
class Read:
    """What a reader makes of a page; a page that it rejects is empty."""

    text: str = ""
    headline: str = ""
    byline: list[str] = field(default_factory=list)
    published_at: date | None = None
    code: str | None = None


def main(arguments: list[str] | None = None) -> int:
    """Prints a line, or with --json an object, for each reader; each runs in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, default=os.environ.get("BABELWIRE_EVAL"), help="the evaluation data")
    parser.add_argument("--half", type=int, choices=(0, 1), help="every other page only, from the first or the second")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    folder = Path(chosen.eval, "pages") if chosen.eval else None
    if folder is None or not folder.is_dir():
        print("Set BABELWIRE_EVAL or --eval to the folder of evaluation data.", file=sys.stderr)
        return 0
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for reader in READERS:
            row = pool.apply(measure, (reader, folder, chosen.half))
            print(json.dumps(row) if chosen.json else "  ".join(f"{key} {value}" for key, value in row.items()))
    return 0


def measure(reader: str, folder: Path, half: int | None = None) -> dict[str, object]:
    """The figures of one reader over all pages with gold.

    `body_f1` is token F1 over shingles of four tokens on `aeb`, precision and recall averaged over pages;
    `segment_f1` counts pieces of text that must and must not be there (`trafilatura`); `headline` is the share of
    exact ones, `byline` of the same set of names, `byline_people` of the same where agencies, desks and publishers are
    left out of the gold names, `date` of the same moment to a minute (the same day for a reader
    that gives days), all on `fundus`; `rejected` counts pages of articles that were taken for none.
    """
    package, make = READERS[reader]
    read = make()
    gold = pages(folder, half)
    read(b"<html><body><p>A page to load everything before the clock runs.</p></body></html>")
    raw = [gzip.decompress(Path(folder, f"{page}.gz").read_bytes()) for page in gold]
    before = _peak()
    started = time.perf_counter()
    found = dict(zip(gold, map(read, raw), strict=True))
    seconds = time.perf_counter() - started
    return {
        "engine": f"{reader} {version(package)}",
        **score(gold, found),
        "pages_per_second": round(len(raw) / seconds, 1),
        "peak_mib": round(_peak()),
        "grown_mib": round(_peak() - before),
    }


def pages(folder: Path, half: int | None = None) -> dict[str, Gold]:
    """The gold of each page that has one, by the page's path without `.gz`."""
    gold = json.loads((folder / "gold.json").read_text("utf-8"))
    kept = [page for page in sorted(gold) if gold[page] and (folder / f"{page}.gz").is_file()]
    return {page: gold[page] for page in (kept if half is None else kept[half::2])}


def score(gold: dict[str, Gold], found: dict[str, Read]) -> dict[str, object]:
    """The figures of one reader's pages; see `measure`."""
    overlaps = [overlap(gold[p]["text"], found[p].text) for p in gold if p.startswith("aeb/")]
    news = [(described(gold[p], found[p]), found[p]) for p in gold if p.startswith("fundus/")]
    told = [overlap(body(g), r.text) for g, r in news if body(g)]
    segments = [segment_counts(gold[p], found[p].text) for p in gold if p.startswith("trafilatura/")]
    kept, wanted, leaked = (sum(column) for column in zip(*segments, strict=True))
    headlines = [_plain(g["title"]) == _plain(r.headline) for g, r in news if g.get("title")]
    bylines = [same_people(g["authors"], r.byline) for g, r in news if "authors" in g]
    named = [same_people([*filter(_is_person, g["authors"])], r.byline) for g, r in news if "authors" in g]
    dates = [same_time(g["publishing_date"], r.published_at) for g, r in news if g.get("publishing_date")]
    return {
        "body_f1": round(f1(overlaps), 3),
        "fundus_body_f1": round(f1(told), 3),
        "segment_f1": round(2 * kept / (kept + leaked + wanted), 3),
        "segments": f"{kept}/{wanted}-{leaked}",
        "headline": _share(headlines),
        "byline": _share(bylines),
        "byline_people": _share(named),
        "date": _share(dates),
        "rejected": sum(each.code is not None for each in found.values()),
    }


def overlap(gold: str, found: str) -> tuple[int, int, int]:
    """Shingles that both texts have, that the gold text has, and that the found text has."""
    one, other = _shingles(gold), _shingles(found)
    return sum((one & other).values()), sum(one.values()), sum(other.values())


def f1(overlaps: list[tuple[int, int, int]]) -> float:
    """F1 of mean precision and mean recall; a page without any text has no precision."""
    precisions = [both / found for both, _, found in overlaps if found]
    recalls = [both / gold for both, gold, _ in overlaps if gold]
    if not precisions or not recalls:
        return 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def segment_counts(gold: Gold, text: str) -> tuple[int, int, int]:
    """Wanted pieces that are there, wanted pieces, unwanted pieces that are there."""
    text = " ".join(text.split())
    wanted = [" ".join(each.split()) in text for each in gold.get("with", [])]
    unwanted = [" ".join(each.split()) in text for each in gold.get("without", [])]
    return sum(wanted), len(wanted), sum(unwanted)


def described(gold: Gold, read: Read) -> Gold:
    """Of the descriptions of several pages of one site, the one that shares most with what was read."""

    def shared(each: Gold) -> tuple[int, int]:
        title = sum((Counter(_tokens(each.get("title"))) & Counter(_tokens(read.headline))).values())
        return overlap(body(each), read.text)[0], title

    versions: list[Gold] = list(gold["gold"].values())
    return max(versions, key=shared)


def body(gold: Gold) -> str:
    """The text of a `fundus` article with its crossheads."""
    sections = (gold.get("body") or {}).get("sections", [])
    return "\n".join(" ".join([*section["headline"], *section["paragraphs"]]) for section in sections)


def same_people(gold: list[str], found: list[str]) -> bool:
    return sorted(map(_plain, gold)) == sorted(map(_plain, found))


def _is_person(name: str) -> bool:
    """Whether a gold name has two words or more, and none of a newsroom."""
    return len(name.split()) > 1 and not _NEWSROOM.search(name)


def same_time(gold: str, found: date | None) -> bool:
    """Whether two times are the same to a minute; gold without a zone may be meant in any, gold without a time is a day."""
    moment = datetime.fromisoformat(gold)
    if not isinstance(found, datetime):
        return found == moment.date()
    if moment.tzinfo:
        return abs(found - moment) < _MINUTE
    if moment.time() == datetime.min.time():
        return found.date() == moment.date()
    apart = abs(found - moment.replace(tzinfo=UTC))
    return apart <= timedelta(hours=14) and min(apart % _QUARTER, -apart % _QUARTER) < _MINUTE


def _babelwire() -> Callable[[bytes], Read]:
    from babelwire.cleaning.clean import Clean  # noqa: PLC0415  (the memory of each process is measured)
    from babelwire.errors import RejectInput  # noqa: PLC0415
    from babelwire.frames import make_frame, values  # noqa: PLC0415
    from babelwire.reading.document import document  # noqa: PLC0415

    clean = Clean()

    def read(raw: bytes) -> Read:
        try:
            found = document(raw)
        except RejectInput as problem:
            return Read(code=problem.reason_code)
        frame = clean(make_frame({column: [value] for column, value in found.items()}))
        row = {column: values(frame, column)[0] for column in frame.columns}
        if row["disposition"]:
            return Read(code=row["reason_code"])
        return Read(row["text"] or "", row["headline"] or "", row["byline"], row["published_at"])

    return read


def _trafilatura(*, favor_precision: bool) -> Callable[[bytes], Read]:
    import logging  # noqa: PLC0415

    import trafilatura  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

    def read(raw: bytes) -> Read:
        found = trafilatura.bare_extraction(
            raw, favor_precision=favor_precision, include_comments=False, include_tables=False, with_metadata=True
        )
        if found is None:
            return Read(code="nothing")
        byline = [name for name in (found.author or "").split("; ") if name]
        return Read(found.text or "", found.title or "", byline, found.date and date.fromisoformat(found.date))

    return read


READERS: dict[str, tuple[str, Callable[[], Callable[[bytes], Read]]]] = {
    "babelwire": ("babelwire", _babelwire),
    "trafilatura": ("trafilatura", partial(_trafilatura, favor_precision=False)),
    "trafilatura-precision": ("trafilatura", partial(_trafilatura, favor_precision=True)),
}
"""The package of each reader, and what makes it."""


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _tokens(text)
    places = range(max(1, len(tokens) - _SHINGLE + 1)) if tokens else ()
    return Counter(tuple(tokens[at : at + _SHINGLE]) for at in places)


def _tokens(text: str | None) -> list[str]:
    return _TOKEN.findall(text or "")


def _plain(text: str) -> str:
    return " ".join(_tokens(text.casefold()))


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 3) if hits else 0.0


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
