"""What is decided of two articles, and on what grounds. Each pair is judged by the two articles alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from babelwire.frames import make_frame
from babelwire.settings import Stories
from babelwire.stories.corpus import Bools, Corpus, Floats, Ints, sentence_cosines
from babelwire.stories.fingerprints import NUM_PERM

CONTAINED, CONTAINED_JACCARD, CONTAINED_WORDS = 0.8, 0.2, 30
SAME_TEXT = 0.8
NAMES_OF_EDITED_TEXT = 0.5

NAMES_SHARE, ENOUGH_NAMES = 0.5, 20
LEAST_WORDS, LEAST_NAMES = 0.1, 0.05
VECTORS_SHARE, VECTORS_SHARE_ACROSS = 0.1, 0.5
LEAST_COSINE, LEAST_TERMS_ACROSS = 0.4, 0.05
"""Of two texts without a common language: the least cosine of their sentence vectors, and of their terms."""
OTHER_DAYS = 0.9
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
    "vector",
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
    corpus = Corpus.of(make_frame(columns))
    if corpus.hashes[0] == corpus.hashes[1]:
        return Verdict("duplicate", "content_hash", 1.0, (), "The two texts are the same, letter by letter.")
    pair = corpus, np.ones(1, np.int64), corpus, np.zeros(1, np.int64)
    found = {name: values[0] for name, values in measure(*pair, settings).items()}
    hours, window = hours_apart(*pair)[0], settings.window_days * 24
    dated = bool(corpus.dated.all())
    bounds = {"overlap": settings.overlap, "words": None, "names": None, "days": None}
    if found["across"]:
        bounds |= {"terms": LEAST_TERMS_ACROSS, "vectors": LEAST_COSINE}
    else:
        bounds |= {"vectors": None, "other_words": LEAST_WORDS, "other_names": LEAST_NAMES}
    bounds |= {"jaccard": settings.near_duplicate, "contained": CONTAINED}
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
        what = (
            "What their openings mean agrees, and some of their terms" if found["across"] else "Words and names agree"
        )
        alike = f"{what} ({level})."
        return Verdict("overlap", "words_and_entities", float(found["overlap"]), tuple(parts), alike)
    if found["overlap"] >= settings.overlap:
        alone = "All they share is one word or one name."
        if found["across"]:
            alone = "They have no language in common, and too few names and numbers for their meaning to count."
        return Verdict(None, None, float(found["overlap"]), tuple(parts), alone)
    return Verdict(None, None, float(found["overlap"]), tuple(parts), f"Too little agrees ({level}).")


def measure(one: Corpus, rows: Ints, other: Corpus, others: Ints, settings: Stories) -> dict[str, Any]:
    """What the decision looks at, and the decision, for pairs of articles.

    The score is a mean of three cosines: of words, of names and numbers (half where both articles have
    twenty of them or more, and less the fewer there are), and of the sentence vectors. The vectors count a tenth, and
    half where the terms of the two are of different languages (`across`). It loses a tenth where both texts name days of
    the week and none in common, and up to half over the window. All shares are round numbers: around them the
    result on development data hardly changes, on neither half of it.

    Args:
        rows: of each pair the row in `one`.
        others: of each pair the row in `other`, a corpus in terms of `one` or `one` itself.
    """
    in_english = one.words.common(rows, other.words, others)
    as_written = one.own_words.common(rows, other.own_words, others)
    own = one.own_words.count(rows) * other.own_words.count(others) > 0
    own &= one.languages[rows] == other.languages[others]
    words, strongest_word = (np.where(own, *both) for both in zip(as_written, in_english, strict=True))
    names, strongest_name = one.names.common(rows, other.names, others)
    fewest_names = np.minimum(one.names.count(rows), other.names.count(others))
    names_share = NAMES_SHARE * np.minimum(fewest_names / ENOUGH_NAMES, 1.0)

    both_signed = one.signed[rows] & other.signed[others]
    same_place = (one.signatures[rows] == other.signatures[others]).sum(axis=1) / NUM_PERM
    jaccard = np.where(both_signed, same_place, np.nan)
    shorter = np.minimum(one.counts[rows], other.counts[others])
    total = one.counts[rows] + other.counts[others]
    contained = np.minimum(jaccard / (1 + jaccard) * total / np.maximum(shorter, 1), 1.0)

    windows_apart = hours_apart(one, rows, other, others) / (settings.window_days * 24)
    decay = 1 - DECAY_OVER_WINDOW * np.where(both_dated(one, rows, other, others), windows_apart, 0.0)
    one_days, other_days = one.days[rows], other.days[others]
    days = np.where((one_days > 0) & (other_days > 0), (one_days & other_days > 0).astype(np.float64), np.nan)
    terms = (1 - names_share) * words + names_share * names
    vectors, across = sentence_cosines(one, rows, other, others), _across(one, rows, other, others)
    across &= ~np.isnan(vectors)
    vectors_share = np.where(np.isnan(vectors), 0.0, np.where(across, VECTORS_SHARE_ACROSS, VECTORS_SHARE))
    overlap = (1 - vectors_share) * terms + vectors_share * np.maximum(np.nan_to_num(vectors), 0.0)
    overlap *= np.where(days == 0, OTHER_DAYS, 1.0) * decay

    cut = (contained >= CONTAINED) & (jaccard >= CONTAINED_JACCARD) & (shorter >= CONTAINED_WORDS)
    one_text = (jaccard >= SAME_TEXT) | (names >= NAMES_OF_EDITED_TEXT) | (fewest_names == 0)
    near = one_text & ((jaccard >= settings.near_duplicate) | cut)
    other_words, other_names = words - strongest_word, names - strongest_name
    several = (other_words >= LEAST_WORDS) & (other_names >= LEAST_NAMES)
    meant = (vectors >= LEAST_COSINE) & (terms >= LEAST_TERMS_ACROSS)
    return {
        "words": words,
        "names": names,
        "terms": terms,
        "vectors": vectors,
        "across": across,
        "days": days,
        "other_words": other_words,
        "other_names": other_names,
        "jaccard": jaccard,
        "contained": contained,
        "overlap": overlap,
        "near": near,
        "overlapping": ~near & np.where(across, meant, several) & (overlap >= settings.overlap),
    }


def needs_vectors(corpus: Corpus) -> Bools:
    """Which articles have terms in a language other than English alone, and a sentence vector.

    They have a candidate of every article whose terms are of another language, where the cosine of the two vectors is
    `LEAST_COSINE` at least.
    """
    return np.asarray(corpus.encoded & _untranslated(corpus, np.arange(len(corpus))))


def _untranslated(corpus: Corpus, rows: Ints) -> Bools:
    return np.asarray(~corpus.english[rows] & (corpus.own_words.count(rows) == 0))


def _across(one: Corpus, rows: Ints, other: Corpus, others: Ints) -> Bools:
    """Of which pairs the terms are of different languages."""
    alone, other_alone = _untranslated(one, rows), _untranslated(other, others)
    same = one.languages[rows] == other.languages[others]
    return np.asarray((alone | other_alone) & ~(alone & other_alone & same))


def both_dated(one: Corpus, rows: Ints, other: Corpus, others: Ints) -> Bools:
    """Of which pairs both dates are from the documents."""
    return np.asarray(one.dated[rows] & other.dated[others])


def hours_apart(one: Corpus, rows: Ints, other: Corpus, others: Ints) -> Floats:
    """The hours between the two articles of each pair."""
    return np.asarray(np.abs(one.times[rows] - other.times[others]) / HOUR)
