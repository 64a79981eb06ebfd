"""What becomes of articles while an engine misbehaves: each must end right, partial or pending, none wrong, none lost.

python benchmarks/translation_faults.py [--articles N] [--share 0.1] [--threads N] [--seed N] [--json]
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from babelwire import settings
from babelwire.errors import TryLater
from babelwire.frames import make_frame, records
from babelwire.translation import Engine, Translate, Translated

OUTCOMES = ("translated", "partial", "pending", "wrong", "lost")
FAULTS = (
    "too many requests",
    "server error",
    "hang",
    "error page",
    "half an answer",
    "fewer answers",
    "wrong language",
    "empty",
    "shuffled",
)

_ITALIAN = "Il sindaco ha aperto ieri mattina la scuola numero {n}, che accoglie molti bambini del quartiere."
_ENGLISH = "Yesterday morning the mayor opened school number {n}, which takes in many children of the district."
_FRENCH = "Hier matin, le maire a ouvert l'école numéro {n}, qui accueille beaucoup d'enfants du quartier."
_PAGE = "Error 500 (Server Error)!!1500.That’s an error.There was an error. Please try again later.That’s all we know."
_SENTENCES = 6


def _numbers(article: int) -> range:
    return range(10_000 + article * _SENTENCES, 10_000 + (article + 1) * _SENTENCES)


class Sound:
    """An engine that knows the sentences of this benchmark and translates them rightly."""

    name = "sound"
    version = "1"
    sends_text_away = True
    keeps_placeholders = False

    def can(self, source: str, target: str) -> bool:
        return (source, target) == ("it", "en")

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated | None]:  # noqa: ARG002
        return [Translated(_ENGLISH.format(n="".join(c for c in text if c.isdigit()))) for text in texts]

    def close(self) -> None:
        """Nothing is open."""


class Faulty(Sound):
    """The same, but a share of its calls goes wrong in one of the ways of `FAULTS`."""

    name = "faulty"

    def __init__(self, share: float, seed: int = 0) -> None:
        self._share = share
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self.faults: Counter[str] = Counter()

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated | None]:
        right = super().translate(texts, source, target)
        with self._lock:
            if self._random.random() >= self._share:
                return right
            fault = self._random.choice(FAULTS)
            self.faults[fault] += 1
            return self._answer(fault, texts, right)

    def _answer(self, fault: str, texts: Sequence[str], right: list[Translated | None]) -> list[Translated | None]:
        match fault:
            case "too many requests":
                raise TryLater("translator_busy", "The service refuses more requests for now.")
            case "server error" | "hang":
                raise TryLater("translator_down", "The service does not answer.")
            case "fewer answers":
                return right[: len(right) // 2]
            case "shuffled":
                return right[1:] + right[:1]
        spoils = self._random.sample(range(len(texts)), self._random.randint(1, len(texts)))
        return [Translated(_spoilt(fault, t)) if i in spoils else right[i] for i, t in enumerate(texts)]


def _spoilt(fault: str, text: str) -> str:
    number = "".join(c for c in text if c.isdigit())
    english = _ENGLISH.format(n=number)
    return {
        "error page": _PAGE,
        "half an answer": english[: len(english) // 2],
        "wrong language": _FRENCH.format(n=number),
        "empty": "",
    }[fault]


def outcomes(
    articles: int, engines: Sequence[Engine], *, threads: int = 1, together: int = 2, memory: str = "none"
) -> Counter[str]:
    """How many articles end as each of `OUTCOMES`.

    Args:
        together: articles in a batch.
        memory: `translation.memory` of the settings.
    """
    stage = Translate(settings.Translation(engine="none", memory=memory), *engines)
    batches = [range(start, min(start + together, articles)) for start in range(0, articles, together)]
    with ThreadPoolExecutor(threads) as pool:
        ended = [outcome for batch in pool.map(lambda b: list(_translate(stage, b)), batches) for outcome in batch]
    return Counter(ended) + Counter(lost=articles - len(ended))


def _translate(stage: Translate, batch: range) -> Iterator[str]:
    texts = ["\n\n".join(_ITALIAN.format(n=n) for n in list(_numbers(a))[1:]) for a in batch]
    heads = [_ITALIAN.format(n=_numbers(a)[0]) for a in batch]
    shares = [[{"language": "it", "share": 1.0}]] * len(batch)
    done = stage(make_frame({"language": ["it"] * len(batch), "languages": shares, "headline": heads, "text": texts}))
    for article, row in zip(batch, records(done), strict=False):
        got = None if row["text_en"] is None else [row["headline_en"], *row["text_en"].split("\n\n")]
        yield _outcome(article, row["translation_status"], got)


def _outcome(article: int, status: str, got: list[str] | None) -> str:
    italian = [_ITALIAN.format(n=n) for n in _numbers(article)]
    english = [_ENGLISH.format(n=n) for n in _numbers(article)]
    if status == "pending" and got is None:
        return status
    if status == "translated" and got == english:
        return status
    mixed = (
        got is not None
        and len(got) == len(english)
        and all(g in pair for g, *pair in zip(got, english, italian, strict=True))
    )
    return status if status == "partial" and mixed and got != english else "wrong"


def main() -> None:
    """Prints the counts, without a second engine and with a sound one after the faulty."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.1, help="share of the calls that go wrong")
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    found = []
    for name, rest in (("faulty alone", ()), ("faulty, then sound", (Sound(),))):
        faulty = Faulty(asked.share, asked.seed)
        began = time.perf_counter()
        counts = outcomes(asked.articles, (faulty, *rest), threads=asked.threads)
        found.append(
            {"engines": name, **{o: counts[o] for o in OUTCOMES}, "faults": dict(sorted(faulty.faults.items()))}
        )
        if not asked.json:
            shown = ", ".join(f"{counts[o]} {o}" for o in OUTCOMES)
            print(f"{name}: {shown}; {faulty.faults.total()} faulty calls, {time.perf_counter() - began:.1f} s")
    if asked.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
