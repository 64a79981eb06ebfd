"""What is decided of two articles, and on what grounds. Each pair is judged by the two articles alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from babelwire.frames import make_frame
from babelwire.settings import Stories
from babelwire.stories.corpus import Bools, Corpus, Floats, Ints

CONTAINED, CONTAINED_JACCARD, CONTAINED_WORDS = 0.8, 0.2, 30
SAME_TEXT = 0.8
NAMES_OF_EDITED_TEXT = 0.5

NAMES_SHARE, ENOUGH_NAMES = 0.5, 12
LEAST_WORDS, LEAST_NAMES = 0.1, 0.05
DECAY_OVER_WINDOW = 0.5

HOUR = 3_600_000_000

_READS = (
    "article_id",
    "published_at",
    "published_from",
    "language",
    "content_hash",
    "word_count",
    "signature",
    "terms",
)


@dataclass(frozen=True)
class Part:
    """A figure of a decision and the least that it must be, None where there is no such bound."""

    name: str
    value: float
    least: float | None = None


@dataclass(frozen=True)
class Verdict:
    """Why two articles are, or are not, about one event.

    Attributes:
        relation: duplicate, near_duplicate or overlap; None where they are no pair.
        method: what decided, as in `matches`; None where they are no pair.
        score: 0 to 1, of any two articles; that of the pair where they are one.
        parts: the figures that were looked at.
        reason: the same in a sentence.
    """

    relation: str | None
    method: str | None
    score: float
    parts: tuple[Part, ...]
    reason: str


def score(one: Mapping[str, Any], other: Mapping[str, Any], settings: Stories) -> Verdict:
    """What `find_pairs` decides of two articles, and on what grounds.

    Args:
        one: an article with the columns that `find_pairs` reads; `article_id` tells it from the other.
        other: another one.
        settings: the thresholds.
    """
    columns = {name: [row.get(name) for row in (one, other)] for name in _READS}
    articles = make_frame(columns).sort_values(["published_at", "article_id"], ignore_index=True)
    corpus = Corpus.of(articles)
    if corpus.hashes[0] == corpus.hashes[1]:
        return Verdict("duplicate", "content_hash", 1.0, (), "The two texts are the same, letter by letter.")
    found = {name: values[0] for name, values in measure(corpus, 1, np.zeros(1, np.int64), settings).items()}
    hours, window = hours_apart(corpus, 1, np.zeros(1, np.int64))[0], settings.window_days * 24
    dated = bool(corpus.dated.all())
    bounds = {"overlap": settings.overlap, "words": None, "names": None, "other_words": LEAST_WORDS}
    bounds |= {"other_names": LEAST_NAMES, "jaccard": settings.near_duplicate, "contained": CONTAINED}
    parts = [Part(name, float(found[name]), least) for name, least in bounds.items() if not np.isnan(found[name])]
    parts += [Part("hours_apart", float(hours))] if dated else []
    if dated and hours > window:
        too_far = f"They lie {hours:.0f} hours apart, more than the window of {window:.0f}."
        return Verdict(None, None, float(found["overlap"]), tuple(parts), too_far)
    if found["near"]:
        share = float(max(found["jaccard"], found["contained"]))
        same = f"One text is an edited copy of the other: {share:.0%} of the shorter one is in both."
        return Verdict("near_duplicate", "minhash", share, tuple(parts), same)
    level = f"score {found['overlap']:.2f}, at least {settings.overlap:.2f} is needed"
    if found["overlapping"]:
        alike = f"Words, names and numbers agree ({level})."
        return Verdict("overlap", "words_and_entities", float(found["overlap"]), tuple(parts), alike)
    if found["overlap"] >= settings.overlap:
        return Verdict(None, None, float(found["overlap"]), tuple(parts), "All they share is one word or one name.")
    return Verdict(None, None, float(found["overlap"]), tuple(parts), f"Too little agrees ({level}).")


def measure(corpus: Corpus, row: int, others: Ints, settings: Stories) -> dict[str, Any]:
    """What the decision looks at, and the decision, for `row` with each of `others`."""
    in_english, as_written = corpus.words.common(row, others), corpus.own_words.common(row, others)
    own = corpus.own_words.count(row) * corpus.own_words.count(others) > 0
    own &= corpus.languages[row] == corpus.languages[others]
    words, strongest_word = (np.where(own, *both) for both in zip(as_written, in_english, strict=True))
    names, strongest_name = corpus.names.common(row, others)
    fewest_names = np.minimum(corpus.names.count(row), corpus.names.count(others))
    names_share = NAMES_SHARE * np.minimum(fewest_names / ENOUGH_NAMES, 1.0)

    both_signed = corpus.signed[row] & corpus.signed[others]
    jaccard = np.where(both_signed, (corpus.signatures[others] == corpus.signatures[row]).mean(axis=1), np.nan)
    shorter = np.minimum(corpus.counts[others], corpus.counts[row])
    total = corpus.counts[others] + corpus.counts[row]
    contained = np.minimum(jaccard / (1 + jaccard) * total / np.maximum(shorter, 1), 1.0)

    windows_apart = hours_apart(corpus, row, others) / (settings.window_days * 24)
    decay = 1 - DECAY_OVER_WINDOW * np.where(both_dated(corpus, row, others), windows_apart, 0.0)
    overlap = ((1 - names_share) * words + names_share * names) * decay

    cut = (contained >= CONTAINED) & (jaccard >= CONTAINED_JACCARD) & (shorter >= CONTAINED_WORDS)
    one_text = (jaccard >= SAME_TEXT) | (names >= NAMES_OF_EDITED_TEXT) | (fewest_names == 0)
    near = one_text & ((jaccard >= settings.near_duplicate) | cut)
    other_words, other_names = words - strongest_word, names - strongest_name
    several = (other_words >= LEAST_WORDS) & (other_names >= LEAST_NAMES)
    return {
        "words": words,
        "names": names,
        "vectors": np.full(len(others), np.nan),
        "other_words": other_words,
        "other_names": other_names,
        "jaccard": jaccard,
        "contained": contained,
        "overlap": overlap,
        "near": near,
        "overlapping": ~near & several & (overlap >= settings.overlap),
    }


def both_dated(corpus: Corpus, one: Ints | int, other: Ints) -> Bools:
    return np.asarray(corpus.dated[one] & corpus.dated[other])


def hours_apart(corpus: Corpus, one: Ints | int, other: Ints) -> Floats:
    return np.asarray(np.abs(corpus.times[other] - corpus.times[one]) / HOUR)
