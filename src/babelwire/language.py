"""Which language a text is in: the detect stage and `detect_language`, on langdetect."""

from __future__ import annotations

import re
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from langdetect.detector import Detector
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from babelwire import settings
from babelwire.frames import each_row

UNKNOWN = "und"
Floats = npt.NDArray[np.float64]

_BCP47 = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S{1,64}@\S{1,255}|\d+")

# With fewer letters langdetect guesses (Italian word pairs 81 % right, sentences 99 %), and what is likely beforehand
# tips the scales: most short texts here are Italian or English. The other 53 languages share the remaining 40 %.
_SHORT_LETTERS = 60
_LIKELY = {"it": 0.3, "en": 0.3}
# Below this the language which the document claims wins, if langdetect has it among its guesses (it drops those
# under 0.1): a wrong claim never beats a clear text.
_UNSURE = 0.9

# A shorter paragraph counts with the main language, and so does one of which langdetect is unsure.
_PARAGRAPH_LETTERS = 40
_PARAGRAPH_CHARACTERS = 400
_MOST_PARAGRAPHS = 60

_lock = threading.Lock()
_factories: list[DetectorFactory] = []


class Detect:
    """Writes language, language_confidence and languages.

    The main language is the one with the largest share of the letters, by paragraph. Its confidence is the
    detector's on the whole sample, or its share where the sample as a whole looks like another language.
    """

    name = "detect"

    def __init__(self, how: settings.Language) -> None:
        self._how = how

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with the columns added; reads headline, text and declared_language."""
        return each_row(
            frame,
            self.name,
            reads=["headline", "text", "declared_language"],
            writes={"language": None, "language_confidence": None, "languages": None},
            work=self._detect,
        )

    def _detect(self, *, headline: str | None, text: str | None, declared_language: str | None) -> dict[str, Any]:
        whole = "\n\n".join(part for part in (headline, text) if part)
        language, confidence = _detect_sample(whole, self._how, declared_language)
        if language == UNKNOWN:
            shares = {UNKNOWN: 1.0}
        else:
            shares = _shares(whole, language)
            main = next(iter(shares))
            if main != language:
                language, confidence = main, shares[main]
        return {
            "language": language,
            "language_confidence": confidence,
            "languages": [{"language": tag, "share": share} for tag, share in shares.items()],
        }


def detect_language(
    text: str, how: settings.Language | None = None, *, declared: str | None = None
) -> tuple[str, float]:
    """The BCP 47 tag of the language of `text` and the confidence (0 to 1), the same for the same text always.

    `und` and 0.0 where the text has fewer letters than `how.minimum_letters`, or none of a known language.

    Args:
        how: the settings; the defaults where it is None.
        declared: the tag that the document claims; it counts only where the text leaves a doubt.
    """
    return _detect_sample(text, how or settings.Language(), declared)


def _detect_sample(text: str, how: settings.Language, declared: str | None) -> tuple[str, float]:
    sample = _NOISE.sub(" ", text[: how.sample_characters])
    letters = _letters(sample)
    if letters < how.minimum_letters:
        return UNKNOWN, 0.0
    guesses = _guesses(sample, short=letters < _SHORT_LETTERS)
    if not guesses:
        return UNKNOWN, 0.0
    best = max(guesses, key=lambda tag: (guesses[tag], tag))
    claimed = (declared or "").replace("_", "-").split("-")[0].lower()
    if guesses[best] < _UNSURE:
        best = next((tag for tag in guesses if claimed and tag.split("-")[0] == claimed), best)
    return best, guesses[best]


def _shares(text: str, main: str) -> dict[str, float]:
    letters: Counter[str] = Counter()
    for i, paragraph in enumerate(text.split("\n\n")):
        count = _letters(paragraph)
        language = main
        if count >= _PARAGRAPH_LETTERS and i < _MOST_PARAGRAPHS:
            guesses = _guesses(_NOISE.sub(" ", paragraph[:_PARAGRAPH_CHARACTERS]), short=False)
            language = next((tag for tag, probability in guesses.items() if probability >= _UNSURE), main)
        letters[language] += count
    largest_first = sorted(((tag, n) for tag, n in letters.items() if n), key=lambda item: (-item[1], item[0]))
    return {tag: round(n / letters.total(), 4) for tag, n in largest_first}


def _guesses(text: str, *, short: bool) -> dict[str, float]:
    factory = _factory()
    detector = _Detector(factory)
    if short:
        rest = (1 - sum(_LIKELY.values())) / (len(factory.langlist) - len(_LIKELY))
        detector.set_prior_map({tag: _LIKELY.get(tag, rest) for tag in factory.langlist})
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return {}
    return {_BCP47.get(guess.lang, guess.lang): round(min(float(guess.prob), 1.0), 4) for guess in found}


class _Detector(Detector):  # type: ignore[misc]  # langdetect has no types
    """langdetect's own, with the loops over its 55 languages as operations on arrays: the same numbers to the last bit."""

    def _init_probability(self) -> Floats:
        return np.array(super()._init_probability())

    def _update_lang_prob(self, prob: Floats, word: str, alpha: float) -> bool:
        row = self.word_lang_prob_map[word]
        if isinstance(row, list):
            row = self.word_lang_prob_map[word] = np.array(row)
        prob *= alpha / self.BASE_FREQ + row
        return True

    def _normalize_prob(self, prob: Floats) -> float:
        # Python's sum, since numpy's adds in another order.
        prob /= sum(prob.tolist())
        return float(prob.max())


def _factory() -> DetectorFactory:
    """Our own factory: langdetect's shared one is filled while other threads already read it.

    The seed makes every detection start from the same random numbers; the profiles are read in a fixed order, since
    the sums depend on it.
    """
    with _lock:
        if not _factories:
            factory = DetectorFactory()
            factory.set_seed(0)
            profiles = sorted(p for p in Path(PROFILES_DIRECTORY).iterdir() if not p.name.startswith("."))
            factory.load_json_profile([p.read_text(encoding="utf-8") for p in profiles])
            _factories.append(factory)
        return _factories[0]


def _letters(text: str) -> int:
    return sum(c.isalpha() for c in text)
