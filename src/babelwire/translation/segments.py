"""Sentences: a text cut into segments to translate, and put together again around their translations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sentencex


@dataclass(frozen=True)
class Segments:
    """A text as `separators[0] texts[0] separators[1] texts[1] ... separators[-1]`."""

    texts: tuple[str, ...]
    separators: tuple[str, ...]

    def join(self, texts: Sequence[str]) -> str:
        """The text with these in place of `self.texts`, between the same separators.

        Raises:
            ValueError: they are not as many.
        """
        pairs = zip(texts, self.separators[1:], strict=True)
        return self.separators[0] + "".join(text + separator for text, separator in pairs)


def split(text: str, language: str) -> Segments:
    """The sentences of `text`; lines and paragraphs, and the white space around sentences, become separators.

    `split(text, language).join(split(text, language).texts) == text` for every text.
    """
    texts: list[str] = []
    separators = [""]
    for i, line in enumerate(text.split("\n")):
        separators[-1] += "\n" if i else ""
        for sentence in _sentences(line, language):
            core = sentence.strip()
            before, _, after = sentence.partition(core)
            separators[-1] += before
            if core:
                texts.append(core)
                separators.append(after)
    return Segments(tuple(texts), tuple(separators))


def _sentences(line: str, language: str) -> list[str]:
    sentences: list[str] = list(sentencex.segment(language, line)) if line.strip() else [line]
    return sentences if "".join(sentences) == line else [line]
