"""Which articles are put into one story: the whole way from text to stories on four sets, and near duplicates of edited articles.

python benchmarks/stories.py [--eval FOLDER] [--json]

TF-IDF, rensa and datasketch are measured beside it, where scikit-learn and datasketch are installed. All decisions are taken
with the default settings. Translations are kept in the temporary folder from one run to the next.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from babelwire.cleaning import Clean
from babelwire.entities import Recognise
from babelwire.frames import make_frame, records, values, with_columns
from babelwire.settings import Settings, Translation
from babelwire.stories import Fingerprint, find_pairs, group, score
from babelwire.stories.fingerprints import comparison_form, estimate_jaccard, signature
from babelwire.translation import Translate

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOW = Settings()

Scores = dict[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eval", default=os.environ.get("BABELWIRE_EVAL", ""), help="the folder of evaluation data")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = Path(options.eval, "stories")
    if not options.eval or not folder.is_dir():
        print("Set BABELWIRE_EVAL, or --eval, to the folder of the evaluation data.", file=sys.stderr)
        return 2
    ours: Scores = {}
    peer: Scores = {}
    for measure in (_meantime, _ecbplus, _italian_pairs, _semeval):
        for name, (found, other) in measure(folder).items():
            ours[name] = round(float(found), 3)
            if other is not None:
                peer[name] = round(float(other), 3)
    rows: list[dict[str, Any]] = [{"engine": "babelwire", **ours}, {"engine": "tf-idf", **peer}]
    rows[0] |= (near := dict(_near_duplicates(folder))).pop("babelwire")
    rows += [{"engine": engine, **found} for engine, found in near.items()]
    for row in rows:
        print(json.dumps(row) if options.json else "  ".join(f"{name} {value}" for name, value in row.items()))
    return 0


def _read(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").open(encoding="utf-8")]


def _articles(texts: Sequence[str], languages: Sequence[str]) -> pd.DataFrame:
    """The texts as the pipeline leaves them; without a date of their own they are of one moment."""
    memory = Path(tempfile.gettempdir(), "babelwire-benchmark-stories.db")
    frame = make_frame(
        {
            "article_id": [f"{i:05}-{hashlib.sha256(t.encode()).hexdigest()[:16]}" for i, t in enumerate(texts)],
            "text": texts,
            "language": languages,
            "languages": [[{"language": language, "share": 1.0}] for language in languages],
            "content_hash": [hashlib.sha256(text.encode()).hexdigest() for text in texts],
            "media_type": ["text/plain"] * len(texts),
        }
    )
    for stage in (
        Clean(latest=NOW),
        Translate(Translation(memory=f"sqlite:///{memory}")),
        Recognise(HOW.entities),
        Fingerprint(),
    ):
        frame = stage(frame)
    at, origin = values(frame, "published_at"), values(frame, "published_from")
    return with_columns(frame, published_at=[t or NOW for t in at], published_from=[o or "run" for o in origin])


def _stories(frame: pd.DataFrame) -> list[str]:
    assigned = group(frame, find_pairs(frame, None, HOW.stories), {})
    story = dict(zip(values(assigned, "article_id"), values(assigned, "story_id"), strict=True))
    return [story[article] for article in values(frame, "article_id")]


def _meantime(folder: Path) -> dict[str, tuple[float, float | None]]:
    rows = _read(folder, "meantime")
    found = _stories(_articles(["\n\n".join(r["sentences"]) for r in rows], [r["lang"] for r in rows]))
    across = [(i, j) for i, j in combinations(range(len(rows)), 2) if rows[i]["lang"] != rows[j]["lang"]]
    one = [found[i] == found[j] for i, j in across]
    gold = [rows[i]["story_id"] == rows[j]["story_id"] for i, j in across]
    return {"meantime_f1": (_f1(one, gold), None)}


def _ecbplus(folder: Path) -> dict[str, tuple[float, float | None]]:
    rows = _read(folder, "ecbplus")
    gold = [r["event"] for r in rows]
    found = _stories(_articles([r["text"] for r in rows], ["en"] * len(rows)))
    ours = _bcubed(found, gold)
    peer = _linked([r["text"] for r in rows], gold) if find_spec("sklearn") else (None, None, None)
    half = [int(r["topic"]) % 2 for r in rows]
    figures = dict(
        zip(("ecbplus_f1", "ecbplus_precision", "ecbplus_recall"), zip(ours, peer, strict=True), strict=True)
    )
    for k in (0, 1):
        chosen = [i for i, h in enumerate(half) if h == k]
        figures[f"ecbplus_f1_half_{k}"] = (_bcubed([found[i] for i in chosen], [gold[i] for i in chosen])[0], None)
    return figures


def _italian_pairs(folder: Path) -> dict[str, tuple[float, float | None]]:
    rows = [r for r in _read(folder, "italian_pairs") if r["label"] >= 2]
    same = [r["label"] == 3 for r in rows]
    return _decision("italian_pairs", rows, same, ["it"] * len(rows), ["it"] * len(rows))


def _semeval(folder: Path) -> dict[str, tuple[float, float | None]]:
    figures = {}
    for pair in (("en", "en"), ("de", "en")):
        rows = [r for r in _read(folder, "semeval") if (r["lang1"], r["lang2"]) == pair]
        same = [r["overall"] <= 2 for r in rows]
        name = f"semeval_{'_'.join(pair)}"
        figures |= _decision(name, rows, same, [pair[0]] * len(rows), [pair[1]] * len(rows))
    return figures


def _decision(
    name: str, rows: list[dict[str, Any]], same: list[bool], one: list[str], other: list[str]
) -> dict[str, tuple[float, float | None]]:
    """How well the score tells the pairs apart, and what the default threshold makes of it."""
    texts = [r["text1"] for r in rows] + [r["text2"] for r in rows]
    articles = records(_articles(texts, one + other))
    verdicts = [score(a, b, HOW.stories) for a, b in zip(articles[: len(rows)], articles[len(rows) :], strict=True)]
    peer = _auc(_tf_idf_pairs(texts), same) if find_spec("sklearn") else None
    accepted = [verdict.relation is not None for verdict in verdicts]
    return {
        f"{name}_auc": (_auc([verdict.score for verdict in verdicts], same), peer),
        f"{name}_precision": (_precision(accepted, same), None),
        f"{name}_recall": (_precision(same, accepted), None),
    }


def _near_duplicates(folder: Path) -> Iterator[tuple[str, Scores]]:
    """F1 on pairs of an article and its edited copy among articles on the same events."""
    texts = _unlike([r["text"] for r in _read(folder, "ecbplus") if len(r["text"].split()) > 80])
    luck = random.Random(7)
    copies = [EDITS[i % len(EDITS)](text, luck.choice(texts), luck) for i, text in enumerate(texts)]
    everything = texts + copies
    gold = {(i, i + len(texts)) for i in range(len(texts))}
    frame = _articles(everything, ["en"] * len(everything))
    place = {article: i for i, article in enumerate(values(frame, "article_id"))}
    found = {
        tuple(sorted((place[r["article_id"]], place[r["matched_to"]])))
        for r in records(find_pairs(frame, None, HOW.stories))
        if r["relation"] != "overlap"
    }
    yield "babelwire", _pairs_f1(found, gold)
    prints = np.array([signature(text) for text in everything], np.uint32)
    least = HOW.stories.near_duplicate
    close = {(i, j) for i, j in combinations(range(len(prints)), 2) if estimate_jaccard(prints[i], prints[j]) >= least}
    yield "rensa", _pairs_f1(close, gold)
    if find_spec("datasketch"):
        yield "datasketch", _pairs_f1(_datasketch(everything, least), gold)


def _unlike(texts: Sequence[str]) -> list[str]:
    """The texts that have less than a tenth of their shingles in common with each one before: no copies among them."""
    kept: list[tuple[str, set[tuple[str, ...]]]] = []
    for text in texts:
        words = comparison_form(text)
        shingles = set(zip(words, words[1:], words[2:], strict=False))
        if all(len(shingles & other) < 0.1 * min(len(shingles), len(other)) for _, other in kept):
            kept.append((text, shingles))
    return [text for text, _ in kept]


def _cut(text: str, _other: str, luck: random.Random) -> str:
    sentences = text.split(". ")
    return ". ".join(sentences[: max(2, int(len(sentences) * luck.uniform(0.4, 0.8)))])


def _reorder(text: str, _other: str, luck: random.Random) -> str:
    first, *rest = text.split(". ")
    luck.shuffle(rest)
    return ". ".join([first, *rest])


def _rename(text: str, _other: str, luck: random.Random) -> str:
    names = sorted({w for w in text.split()[1:] if w[:1].isupper() and w.isalpha()})
    new = {name: name[::-1].capitalize() for name in luck.sample(names, min(2, len(names)))}
    return " ".join(new.get(word, word) for word in text.split())


def _add(text: str, other: str, _luck: random.Random) -> str:
    return text + "\n\n" + ". ".join(other.split(". ")[:4])


def _renumber(text: str, _other: str, luck: random.Random) -> str:
    return "".join(str(luck.randrange(10)) if c.isdigit() and luck.random() < 0.5 else c for c in text)


EDITS: tuple[Callable[[str, str, random.Random], str], ...] = (_cut, _reorder, _rename, _add, _renumber)


def _datasketch(texts: Sequence[str], least: float) -> set[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415

    index = MinHashLSH(threshold=least, num_perm=128)
    found = set()
    for i, text in enumerate(texts):
        words = comparison_form(text)
        print_ = MinHash(num_perm=128)
        print_.update_batch([" ".join(words[k : k + 3]).encode() for k in range(max(1, len(words) - 2))])
        found |= {(j, i) for j in index.query(print_)}
        index.insert(i, print_)
    return found


def _tf_idf(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    return TfidfVectorizer(sublinear_tf=True).fit_transform(texts)


def _tf_idf_pairs(texts: Sequence[str]) -> list[float]:
    vectors = _tf_idf(texts)
    half = len(texts) // 2
    return list(np.asarray(vectors[:half].multiply(vectors[half:]).sum(axis=1)).ravel())


def _linked(texts: Sequence[str], gold: Sequence[str]) -> tuple[float, float, float]:
    """TF-IDF with average linkage at the threshold that is best on the file itself."""
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415

    apart = np.clip(1 - (vectors := _tf_idf(texts)).dot(vectors.T).toarray(), 0, None)
    return max(
        _bcubed(
            AgglomerativeClustering(None, metric="precomputed", linkage="average", distance_threshold=t).fit_predict(
                apart
            ),
            gold,
        )
        for t in np.arange(0.5, 0.95, 0.01)
    )


def _bcubed(found: Sequence[Any], gold: Sequence[Any]) -> tuple[float, float, float]:
    """F1, precision and recall."""
    ours = np.asarray(found)[:, None] == np.asarray(found)
    true = np.asarray(gold)[:, None] == np.asarray(gold)
    both = (ours & true).sum(axis=1)
    precision, recall = (both / ours.sum(axis=1)).mean(), (both / true.sum(axis=1)).mean()
    return 2 * precision * recall / (precision + recall), precision, recall


def _pairs_f1(found: set[Any], gold: set[Any]) -> Scores:
    hits = len(found & gold)
    return {
        "near_f1": round(2 * hits / (len(found) + len(gold)), 3),
        "near_precision": round(hits / max(len(found), 1), 3),
        "near_recall": round(hits / len(gold), 3),
    }


def _f1(found: Sequence[bool], gold: Sequence[bool]) -> float:
    return 2 * sum(a and b for a, b in zip(found, gold, strict=True)) / (sum(found) + sum(gold))


def _precision(found: Sequence[bool], gold: Sequence[bool]) -> float:
    return sum(a and b for a, b in zip(found, gold, strict=True)) / max(sum(found), 1)


def _auc(scores: Sequence[float], gold: Sequence[bool]) -> float:
    ranks, true = pd.Series(scores).rank().to_numpy(), np.asarray(gold)
    return float((ranks[true].sum() - true.sum() * (true.sum() + 1) / 2) / (true.sum() * (~true).sum()))


if __name__ == "__main__":
    sys.exit(main())
