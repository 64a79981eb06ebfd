"""Writing and reading generated articles as a lake, beside plain pandas on the same rows in the same run."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from babelwire import Lake
from babelwire.article import ARTICLES
from babelwire.lake import LakeFolder
from babelwire.lake.journal import Journal
from babelwire.lake.publishing.edit import edit, rows_to_table

_FIRST = datetime(2016, 1, 1, tzinfo=UTC)
_YEARS = 10
_MONTH = ("2021-03", "2021-04")
_AT_ONCE = 10_000
_WORDS = 20_000
_SEED = 7
_NIGHT = 1_000
_COMPARED = ("cpu_seconds", "seconds", "peak_mib")


def main(arguments: list[str] | None = None) -> int:
    """Prints a line, or with --json an object, for each figure; each is taken in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=300, help="words of an article's text; its English has as many")
    parser.add_argument("--repeat", type=int, default=3, help="how often each is done; the quickest counts")
    parser.add_argument("--folder", type=Path, help="where to write; the temporary folder without it")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    figures: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        given = (Path(folder), chosen.articles, chosen.words)
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            pool.apply(generate, given)
            for name in WORK:
                rounds = [pool.apply(measure, (name, Path(folder))) for _ in range(chosen.repeat)]
                figures[name] = min(rounds, key=lambda row: row["cpu_seconds"])
                show({"what": name, **figures[name]}, as_json=chosen.json)
    for name, (one, other) in RATIOS.items():
        ratio = {kind: round(figures[one][kind] / max(1e-3, figures[other][kind]), 2) for kind in _COMPARED}
        show({"what": name, **ratio}, as_json=chosen.json)
    return 0


def show(row: dict[str, Any], *, as_json: bool) -> None:
    print(json.dumps(row) if as_json else "  ".join(f"{key} {value}" for key, value in row.items()), flush=True)


def generate(folder: Path, articles: int, words: int) -> None:
    """Writes articles of ten years, evenly spread and in order of time, into Arrow files of some thousands."""
    chance = random.Random(_SEED)
    letters = "aaeeeiioonnrrttllsscdmpuvgbfhzqàèéìòù"
    known = ["".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(_WORDS)]
    # Words are as unevenly common as those of a language.
    weights = list(accumulate(1 / rank for rank in range(1, _WORDS + 1)))

    def text() -> str:
        return " ".join(chance.choices(known, cum_weights=weights, k=words)).capitalize() + "."

    step = timedelta(days=365.25 * _YEARS) / articles
    for start in range(0, articles, _AT_ONCE):
        rows = [
            _article(chance, number, _FIRST + number * step, text(), text())
            for number in range(start, min(start + _AT_ONCE, articles))
        ]
        _save(rows, folder / f"rows-{start:08}.arrow")


def _article(chance: random.Random, number: int, when: datetime, text: str, english: str) -> dict[str, Any]:
    return {
        "article_id": f"{chance.getrandbits(128):032x}",
        "revision": 1,
        "content_hash": f"{chance.getrandbits(128):032x}",
        "uri": f"https://example.org/{when:%Y/%m/%d}/{number}",
        "source": f"Gazzetta {number % 40}",
        "headline": text[:60],
        "byline": [f"Anna {number % 300}"],
        "published_at": when,
        "published_from": "metadata",
        "language": "it",
        "language_confidence": 0.99,
        "languages": [{"language": "it", "share": 1.0}],
        "text": text,
        "removed": [],
        "headline_en": english[:60],
        "text_en": english,
        "translation_status": "translated",
        "translation_engine": "generated",
        "translation_checks": [],
        "word_count": len(text.split()),
        "story_id": f"st-{number // 3:016x}",
        "relation": "original",
        "run_id": "20260101T000000Z-0000",
        "ingested_at": when,
    }


def _save(rows: list[dict[str, Any]], path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, ARTICLES.schema) as written:
        written.write_table(rows_to_table(ARTICLES, rows).cast(ARTICLES.schema))


def _rows(folder: Path) -> pa.Table:
    parts = [pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in sorted(folder.glob("rows-*.arrow"))]
    return pa.concat_tables(parts)


def write_plain(folder: Path) -> Callable[[], object]:
    """One `to_parquet` per month, as an analyst writes it."""
    frame = _rows(folder).to_pandas(types_mapper=pd.ArrowDtype)

    def work() -> None:
        for month, rows in frame.groupby(frame["published_at"].dt.strftime("%Y-%m"), sort=False):
            inside = folder / "plain" / f"month={month}"
            inside.mkdir(parents=True)
            rows.to_parquet(inside / "part.parquet", compression="zstd", index=False)

    shutil.rmtree(folder / "plain", ignore_errors=True)
    return work


def write_lake(folder: Path) -> Callable[[], object]:
    """The same rows, checked, staged, committed by the journal and moved into place."""
    table = _rows(folder)
    shutil.rmtree(folder / "lake", ignore_errors=True)
    lake = LakeFolder.create(folder / "lake")

    def work() -> None:
        journal = Journal(lake, lake.work / "benchmark")
        edit(journal, lake, ARTICLES, put=table)
        journal.commit()

    return work


def write_night(folder: Path) -> Callable[[], object]:
    """A thousand new articles of the last month, staged for the lake and not committed."""
    return _stage_night(folder, LakeFolder.open(folder / "lake"))


def write_first_night(folder: Path) -> Callable[[], object]:
    """The same, for an empty lake."""
    shutil.rmtree(folder / "empty", ignore_errors=True)
    return _stage_night(folder, LakeFolder.create(folder / "empty"))


def _stage_night(folder: Path, lake: LakeFolder) -> Callable[[], object]:
    last = _rows(folder)[-_NIGHT:].combine_chunks()
    place = last.column_names.index("article_id")
    night = last.set_column(place, ARTICLES.schema.field(place), pc.utf8_reverse(last["article_id"]))
    shutil.rmtree(lake.work / "benchmark", ignore_errors=True)
    return lambda: edit(Journal(lake, lake.work / "benchmark"), lake, ARTICLES, put=night)


def read_plain(folder: Path) -> Callable[[], object]:
    """Everything, by `pandas.read_parquet`."""
    return lambda: pd.read_parquet(folder / "lake" / "articles", dtype_backend="pyarrow")


def read_lake(folder: Path) -> Callable[[], object]:
    """Everything, by `Lake.articles`."""
    return lambda: Lake(folder / "lake").articles()


def read_month_plain(folder: Path) -> Callable[[], object]:
    """A month, by `pandas.read_parquet` with a filter."""
    since, until = (pd.Timestamp(f"{month}-01", tz="UTC") for month in _MONTH)
    among = [("published_at", ">=", since), ("published_at", "<", until)]
    return lambda: pd.read_parquet(folder / "lake" / "articles", dtype_backend="pyarrow", filters=among)


def read_month(folder: Path) -> Callable[[], object]:
    """A month, by `Lake.articles`."""
    return lambda: Lake(folder / "lake").articles(since=_MONTH[0], until=_MONTH[1])


def search(folder: Path) -> Callable[[], object]:
    """A search for a rare word in everything."""
    return lambda: Lake(folder / "lake").articles(text=_rare_word(folder), columns=["headline"])


def condition(folder: Path) -> Callable[[], object]:
    """A condition in SQL that reads every text."""
    asked = f"text like '%{_rare_word(folder)}%' and word_count > 10"
    return lambda: Lake(folder / "lake").articles(where=asked, columns=["headline"])


def _rare_word(folder: Path) -> str:
    """Of the words of the first article the one that the next thousand have least often."""
    texts = pa.ipc.open_file(pa.memory_map(str(min(folder.glob("rows-*.arrow"))))).get_batch(0)["text"][:1000]
    counts = Counter(word for text in texts.to_pylist() for word in set(text.rstrip(".").split()))
    return min(texts[0].as_py().rstrip(".").split(), key=lambda word: (counts[word], -len(word)))


WORK = {
    "write plain": write_plain,
    "write lake": write_lake,
    "write night": write_night,
    "write first night": write_first_night,
    "read all plain": read_plain,
    "read all lake": read_lake,
    "read month plain": read_month_plain,
    "read month lake": read_month,
    "search": search,
    "condition": condition,
}
RATIOS = {
    "writing, lake / plain": ("write lake", "write plain"),
    "a night, lake / empty lake": ("write night", "write first night"),
    "reading all, lake / plain": ("read all lake", "read all plain"),
    "reading, all / month of the lake": ("read all lake", "read month lake"),
}


def measure(name: str, folder: Path) -> dict[str, Any]:
    """Seconds, processor seconds, and how much more memory was in use at the peak than before, in MiB."""
    work = WORK[name](folder)
    with _peak() as peak:
        before = resource.getrusage(resource.RUSAGE_SELF)
        started = time.perf_counter()
        found = work()
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rows = {} if found is None else {"rows": len(found)}  # type: ignore[arg-type]
    return {**rows, "seconds": round(seconds, 3), "cpu_seconds": round(used, 3), "peak_mib": peak[0]}


@contextmanager
def _peak() -> Iterator[list[int]]:
    """The most memory in use inside the block beyond that at its start, in MiB, looked at every hundredth of a second."""
    found, ended = [0], threading.Event()
    page = os.sysconf("SC_PAGE_SIZE")

    def resident() -> int:
        # Private memory only: what is mapped from a file is not held.
        total, shared = map(int, Path("/proc/self/statm").read_text().split()[1:3])
        return (total - shared) * page // 2**20

    start = resident()

    def watch() -> None:
        while not ended.wait(0.01):
            found[0] = max(found[0], resident() - start)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        ended.set()
        watcher.join()


if __name__ == "__main__":
    sys.exit(main())
