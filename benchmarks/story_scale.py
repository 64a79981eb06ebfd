"""How grouping grows: seconds, memory and quality on generated news with known stories.

python benchmarks/story_scale.py [--sizes N,N,N,N] [--night N] [--million [N]] [--peer N] [--json]

Every size is measured in a process of its own. The news is drawn as fingerprints, as the fingerprint stage writes them: names,
numbers and words with Zipf's frequencies, of which the frequent weigh little; desks whose stories share names; twin stories
(one kind, some common names, another place); edited and exact copies.

What costs time is how many articles share names. Of the real English news at hand (`semeval` of the evaluation data) the
median of an article's 24 heaviest names stands in 0.5 % of the articles, the 99th percentile in 22 %; two articles have 0.39
of these names in common, 0.25 of those that weigh a tenth or more, and 0.5 % of all pairs agree enough to be judged,
those about one event included. The generator is set to these figures; `shared` and `judged` in the output are its own.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from babelwire.article import FRAME
from babelwire.frames import from_arrow
from babelwire.settings import Stories
from babelwire.stories import Corpus, compare, find_copies, group

HOW = Stories()
START = int(datetime(2025, 1, 6, tzinfo=UTC).timestamp() * 1_000_000)
DAY = 86_400_000_000
SIGNATURE = 128
STRETCH = 25_000
PER_DAY, MILLION_PER_DAY = 1_250, 2_500
LIGHT = ("article_id", "published_at", "published_from", "content_hash", "word_count")

DESKS, DESK_NAMES, DESK_WORDS = 12, 1_500, 900
STORY_NAMES = {"own": 3, "desk": 6, "any": 6}
STORY_WORDS = {"desk": 40, "any": 40}
OTHER = {"names": 12, "words": 55}
TWINS, EDITED, COPIED = 0.1, 0.15, 0.03

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Luck = np.random.Generator


@dataclass(frozen=True)
class Vocabulary:
    """Invented terms, the most frequent first: how likely each is (summed up), and what it weighs."""

    spelled: pa.Array
    likely: Floats
    weight: Floats

    @classmethod
    def of(cls, size: int, flat: float, *, names: bool) -> Vocabulary:
        syllables = np.array([a + b for a in "bdfglmnprstvz" for b in "aeiou"], object)
        ranks = np.arange(size)
        one, two, three, four = (syllables[ranks // 65**place % 65] for place in range(4))
        spelled = one + two + three + four
        if names:
            spelled = np.where(ranks % 9 == 8, "#" + ranks.astype(str).astype(object), "n:" + spelled)
        likely = np.cumsum(1 / (ranks + flat))
        return cls(pa.array(spelled), likely / likely[-1], 2.8 + 0.8 * (np.log1p(ranks) / math.log(size)) ** 1.5)

    def draw(self, luck: Luck, *shape: int) -> Ints:
        return np.searchsorted(self.likely, luck.random(shape)).astype(np.int64)


NAMES, WORDS = Vocabulary.of(400_000, 4.0, names=True), Vocabulary.of(40_000, 30.0, names=False)


def news(day: int, articles: int, part: int = 0) -> tuple[pd.DataFrame, Ints]:
    """The articles of the stories that open on a day, with the columns that matching reads, and the story of each."""
    luck = np.random.default_rng([7, day, part])
    sizes = _sizes(luck, articles)
    story = np.repeat(np.arange(len(sizes)), sizes)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])[story]
    desk = luck.integers(DESKS, size=len(sizes))
    names, words = _plots(luck, desk)
    here = len(story)
    kept = np.where(luck.random((here, names.shape[1])) < 0.75, names[story], -1)
    some = OTHER["names"] // 2
    aside = [_of_desk(luck, desk[story], DESK_NAMES, some), NAMES.draw(luck, here, some)]
    named = np.concatenate([kept, *aside], axis=1)
    kept = np.where(luck.random((here, words.shape[1])) < 0.6, words[story], -1)
    worded = np.concatenate([kept, WORDS.draw(luck, here, OTHER["words"])], axis=1)
    weights = [luck.lognormal(0, 0.45, terms.shape) for terms in (named, worded)]
    weights[0][:, : names.shape[1]] *= luck.lognormal(0.3, 0.6, names.shape)[story]
    weights[1][:, : words.shape[1]] *= luck.lognormal(0.3, 0.5, words.shape)[story]
    signatures = luck.integers(0, 2**32, (here, SIGNATURE), dtype=np.uint32)
    chance = luck.random(here)
    follows = first != np.arange(here)
    again = np.flatnonzero(follows & (chance < EDITED + COPIED))
    copied = np.flatnonzero(follows & (chance < COPIED))
    for columns in (named, worded, *weights):
        columns[again] = columns[first[again]]
    same = luck.random((len(again), SIGNATURE)) < luck.uniform(0.55, 0.95, len(again))[:, None]
    signatures[again] = np.where(same, signatures[first[again]], signatures[again])
    signatures[copied] = signatures[first[copied]]
    text = np.arange(here)
    text[copied] = first[copied]
    at = (
        START
        + day * DAY
        + luck.integers(0, DAY, len(sizes))[story]
        + (luck.exponential(0.4, here).clip(0, 3) * DAY).astype(int)
    )
    columns = {
        "article_id": pa.array([f"{day:05}{part:02}{i:08}" for i in range(here)]),
        "published_at": pa.array(at, FRAME["published_at"]),
        "published_from": pa.array(np.full(here, "metadata")),
        "language": pa.array(np.full(here, "en")),
        "content_hash": pa.array([f"{day}:{part}:{i}" for i in text.tolist()]),
        "word_count": pa.array(luck.integers(150, 700, len(sizes))[story], FRAME["word_count"]),
        "signature": _lists(signatures, FRAME["signature"]),
        "terms": _terms((NAMES, named, weights[0]), (WORDS, worded, weights[1])),
    }
    order = luck.permutation(here)
    return from_arrow(pa.table(columns).take(order)), (story + (day * 100 + part) * 10_000_000)[order]


def _sizes(luck: Luck, articles: int) -> Ints:
    """Articles of each story: most are alone, some have dozens."""
    drawn = np.where(luck.random(articles) < 0.6, 1, 1 + luck.geometric(0.25, articles))
    drawn = np.where(luck.random(articles) < 0.005, luck.integers(20, 80, articles), drawn)
    return drawn[: max(1, int(np.searchsorted(np.cumsum(drawn), articles)))]


def _of_desk(luck: Luck, desk: Ints, terms: int, count: int) -> Ints:
    """Terms that one desk writes and others hardly do."""
    ranks = (terms ** luck.random((len(desk), count))).astype(np.int64)
    return ranks * DESKS + desk[:, None]


def _plots(luck: Luck, desk: Ints) -> tuple[Ints, Ints]:
    """The names and the words of each story; a twin has the words of the story before it and some of its names."""
    stories = len(desk)
    own = luck.integers(20_000, len(NAMES.likely), (stories, STORY_NAMES["own"]))
    shared = _of_desk(luck, desk, DESK_NAMES, STORY_NAMES["desk"])
    names = np.concatenate([own, shared, NAMES.draw(luck, stories, STORY_NAMES["any"])], axis=1)
    words = [_of_desk(luck, desk, DESK_WORDS, STORY_WORDS["desk"]), WORDS.draw(luck, stories, STORY_WORDS["any"])]
    plot = np.concatenate(words, axis=1)
    twin = 1 + np.flatnonzero(luck.random(stories - 1) < TWINS)
    plot[twin] = np.where(luck.random((len(twin), plot.shape[1])) < 0.7, plot[twin - 1], plot[twin])
    names[twin, -4:] = names[twin - 1, -4:]
    return names, plot


def _terms(*kinds: tuple[Vocabulary, Ints, Floats]) -> pa.Array:
    """The terms of each article, each once."""
    spelled = pa.concat_arrays([vocabulary.spelled for vocabulary, _, _ in kinds])
    rows, terms, weights = [], [], []
    before = 0
    for vocabulary, drawn, factors in kinds:
        row, place = np.nonzero(drawn >= 0)
        term = drawn[row, place]
        _, once = np.unique(row * len(spelled) + term, return_index=True)
        rows.append(row[once])
        terms.append(term[once] + before)
        weights.append(vocabulary.weight[term[once]] * factors[row, place][once])
        before += len(vocabulary.spelled)
    row, term, weight = (np.concatenate(part) for part in (rows, terms, weights))
    order = np.argsort(row, kind="stable")
    starts = np.searchsorted(row[order], np.arange(len(kinds[0][1]) + 1)).astype(np.int32)
    values = [spelled.take(pa.array(term[order])), pa.array(weight[order].astype(np.float32))]
    return pa.ListArray.from_arrays(pa.array(starts), pa.StructArray.from_arrays(values, ["term", "weight"]))


def _lists(matrix: npt.NDArray[Any], kind: pa.DataType) -> pa.Array:
    starts = pa.array(np.arange(0, matrix.size + 1, matrix.shape[1], dtype=np.int32))
    return pa.ListArray.from_arrays(starts, pa.array(matrix.reshape(-1), kind.value_type))


class Run:
    """Articles that come in stretches and are each compared with what is in the window; only the work is timed."""

    def __init__(self) -> None:
        self._window: list[Corpus] = []
        self._light: list[pa.Table] = []
        self._pairs: list[pd.DataFrame] = []
        self._stories: list[Ints] = []
        self._known: list[Bools] = []
        self.wall = self.cpu = 0.0

    def take(self, frame: pd.DataFrame, stories: Ints, *, known: bool = False) -> None:
        """A stretch more; `known` ones are in the lake, and only compared with."""
        wall, cpu = time.perf_counter(), time.process_time()
        corpus = Corpus.of(frame)
        opens = corpus.times.min() - round(HOW.window_days * DAY)
        self._window = [earlier for earlier in self._window if earlier.times.max() >= opens]
        if not known:
            self._pairs += [compare(corpus, earlier, HOW) for earlier in (None, *self._window)]
        self._window.append(corpus)
        self._count(wall, cpu)
        self._light.append(pa.Table.from_pandas(frame[list(LIGHT)], preserve_index=False))
        self._stories.append(stories)
        self._known.append(np.full(len(frame), known))

    def finish(self) -> dict[str, Any]:
        """The stories that were found, held against those that were told."""
        self._window.clear()
        light, told = from_arrow(pa.concat_tables(self._light)), np.concatenate(self._stories)
        wall, cpu = time.perf_counter(), time.process_time()
        pairs = pd.concat([find_copies(light, None), *self._pairs], ignore_index=True)
        assigned = group(light, pairs, {})
        self._count(wall, cpu)
        story = light[["article_id"]].merge(assigned[["article_id", "story_id"]], on="article_id")["story_id"]
        known = np.concatenate(self._known)
        return {
            "seconds": round(self.wall, 1),
            "cpu_seconds": round(self.cpu, 1),
            "pairs": len(pairs),
            **_quality(pd.DataFrame({"told": told, "found": story.to_numpy(object), "known": known})),
        }

    def _count(self, wall: float, cpu: float) -> None:
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu


def _quality(rows: pd.DataFrame) -> dict[str, float]:
    """Of the pairs of articles, one of which at least is not known: precision and recall."""
    both, found, told = (_together(rows, by) for by in (["told", "found"], ["found"], ["told"]))
    return {"precision": round(both / max(1, found), 3), "recall": round(both / max(1, told), 3)}


def _together(rows: pd.DataFrame, by: list[str]) -> int:
    every, known = (some.groupby(by).size() for some in (rows, rows[rows["known"]]))
    return int((every * (every - 1) // 2).sum() - (known * (known - 1) // 2).sum())


def _in_a_row(articles: int, days: int) -> dict[str, Any]:
    """All the days in one run, stretch by stretch."""
    run = Run()
    for frame, stories in _stretches(articles, days):
        run.take(frame, stories)
    return run.finish()


def _night(articles: int, days: int) -> dict[str, Any]:
    """So many articles of one day, against as many of the days before."""
    run, last = Run(), days - 1
    ahead: list[tuple[pd.DataFrame, Ints]] = []
    for day in range(last):
        frame, stories = news(day, articles // last)
        tonight = frame["published_at"].astype("int64").to_numpy() >= START + last * DAY
        ahead.append((frame[tonight], stories[tonight]))
        run.take(frame[~tonight].reset_index(drop=True), stories[~tonight], known=True)
    run.take(pd.concat([frame for frame, _ in ahead], ignore_index=True), np.concatenate([of for _, of in ahead]))
    for part in range(parts := max(1, articles // STRETCH)):
        run.take(*news(last, articles // parts, part))
    return run.finish()


def _stretches(articles: int, days: int) -> Iterator[tuple[pd.DataFrame, Ints]]:
    held: list[tuple[pd.DataFrame, Ints]] = []
    for day in range(days):
        held.append(news(day, articles // days))
        if sum(len(frame) for frame, _ in held) >= STRETCH or day == days - 1:
            yield from _pieces(*(pd.concat([f for f, _ in held]), np.concatenate([s for _, s in held])))
            held = []


def _pieces(frame: pd.DataFrame, stories: Ints) -> Iterator[tuple[pd.DataFrame, Ints]]:
    count = max(1, round(len(frame) / STRETCH))
    for rows in np.array_split(np.argsort(frame["published_at"].to_numpy(), kind="stable"), count):
        yield frame.iloc[rows].reset_index(drop=True), stories[rows]


def _scikit_learn(articles: int, days: int) -> dict[str, Any]:
    """TF-IDF, neighbours within a radius and what they connect, at the best of some radii."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415

    parts = list(_stretches(articles, days))
    told = np.concatenate([stories for _, stories in parts])
    texts = [[term["term"] for term in row] for frame, _ in parts for row in pa.array(frame["terms"].array).to_pylist()]
    wall, cpu = time.perf_counter(), time.process_time()
    vectors = TfidfVectorizer(analyzer=lambda terms: terms).fit_transform(texts)
    near = (
        NearestNeighbors(metric="cosine", algorithm="brute")
        .fit(vectors)
        .radius_neighbors_graph(radius=0.8, mode="distance")
    )
    spent = {"seconds": round(time.perf_counter() - wall, 1), "cpu_seconds": round(time.process_time() - cpu, 1)}
    figures = []
    for radius in (0.4, 0.5, 0.6, 0.7, 0.8):
        kept = near.copy()
        kept.data = kept.data <= radius
        kept.eliminate_zeros()
        found = pd.DataFrame({"told": told, "found": connected_components(kept, directed=False)[1], "known": False})
        quality = _quality(found)
        figures.append((2 / (1 / quality["precision"] + 1 / quality["recall"]), quality))
    return {**spent, "pairs": int(near.nnz) // 2, **max(figures, key=lambda figure: figure[0])[1]}


RUNS = {
    "more days": _in_a_row,
    "more a day": _in_a_row,
    "million": _in_a_row,
    "night": _night,
    "scikit-learn": _scikit_learn,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", default="20000,40000,80000,160000", help="articles of the runs whose growth is measured"
    )
    parser.add_argument("--night", type=int, default=100_000, help="articles of one night, and of the window before it")
    parser.add_argument(
        "--million", type=int, nargs="?", const=1_000_000, default=0, help="so many in one run of 2,500 a day"
    )
    parser.add_argument("--peer", type=int, default=10_000, help="articles that scikit-learn groups too")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        what, articles, days = options.run[0], int(options.run[1]), int(options.run[2])
        found = RUNS[what](articles, days)
        peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        print(json.dumps({"what": what, "articles": articles, "days": days, **found, "peak_mb": peak}))
        return 0
    for row in _figures(options):
        print(json.dumps(row) if options.json else "  ".join(f"{k} {v}" for k, v in row.items()), flush=True)
    return 0


def _figures(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    sizes = [int(size) for size in options.sizes.split(",") if size]
    for what, days in (("more days", [size // PER_DAY for size in sizes]), ("more a day", [20] * len(sizes))):
        found = []
        for size, of_size in zip(sizes, days, strict=True):
            found.append(_apart(what, size, of_size))
            yield found[-1]
        if len(found) > 1:
            grown = np.polyfit(*(np.log([row[key] for row in found]) for key in ("articles", "cpu_seconds")), 1)
            yield {"what": what, "exponent": round(float(grown[0]), 2)}
    if options.night:
        yield _apart("night", options.night, 7)
    if options.million:
        yield _apart("million", options.million, options.million // MILLION_PER_DAY)
    if options.peer and find_spec("sklearn"):
        yield _apart("more days", options.peer, 4)
        yield _apart("scikit-learn", options.peer, 4)


def _apart(what: str, articles: int, days: int) -> dict[str, Any]:
    """The figures of one run, which is a process of its own."""
    command = [sys.executable, __file__, "--run", what, str(articles), str(days)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


if __name__ == "__main__":
    sys.exit(main())
