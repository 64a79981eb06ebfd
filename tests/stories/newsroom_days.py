"""Thirty days of invented news: stories of several articles that share names, twins, edited and exact copies."""

from __future__ import annotations

import random
from typing import Any

from stories.events import article

_SYLLABLES = [a + b for a in "bdfglmnprstv" for b in "aeiou"]


def thirty_days(articles: int, seed: int = 5) -> list[dict[str, Any]]:
    """So many articles, in no order."""
    luck = random.Random(seed)
    words = [_word(luck, 3) for _ in range(1500)]
    places = [_word(luck, 3).capitalize() for _ in range(25)]
    made: list[dict[str, Any]] = []
    story = 0
    while len(made) < articles:
        story += 1
        names = [*luck.sample(places, 3), *(_word(luck, 4).capitalize() for _ in range(5))]
        plot, opens = luck.sample(words, 40), luck.randrange(30 * 24)
        for _ in range(luck.choice([1, 1, 1, 2, 3, 5, 9])):
            at = opens + luck.randrange(60)
            origin = luck.choice(["metadata"] * 20 + ["text", "text", "file", "run"])
            if made and luck.random() < 0.12:
                text = luck.choice(made[-3:])["text"]
                text = text if luck.random() < 0.3 else text.replace(" the ", " a ", 2) + " " + luck.choice(words)
            else:
                text = _told(luck, names, plot, words)
            made.append(article(f"{story:04}-{len(made):05}", text, hours=at, published_from=origin))
    luck.shuffle(made)
    return made[:articles]


def _told(luck: random.Random, names: list[str], plot: list[str], words: list[str]) -> str:
    sentences = []
    for _ in range(8):
        some = [*luck.sample(plot, 6), *luck.sample(words, 2), luck.choice(names), luck.choice(names)]
        sentences.append("Then " + " the ".join(luck.sample(some, len(some))) + ".")
    return " ".join(sentences)


def _word(luck: random.Random, syllables: int) -> str:
    return "".join(luck.choices(_SYLLABLES, k=syllables))
