"""Sentences: a text cut into segments to translate, and put together again around their translations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sentencex

# sentencex takes four times as long for twice the text where it finds an end of sentence everywhere; here 0.05 s.
_LONGEST = 5000


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
    separators: list[str] = []
    gap: list[str] = []
    for i, line in enumerate(text.split("\n")):
        gap.append("\n" if i else "")
        for sentence in _sentences(line, language):
            core = sentence.strip()
            if not core:
                gap.append(sentence)
                continue
            before, _, after = sentence.partition(core)
            separators.append("".join([*gap, before]))
            texts.append(core)
            gap = [after]
    separators.append("".join(gap))
    return Segments(tuple(texts), tuple(separators))


def _sentences(line: str, language: str) -> list[str]:
    return [sentence for piece in _pieces(line) for sentence in _segment(piece, language)]


def _segment(piece: str, language: str) -> list[str]:
    sentences: list[str] = list(sentencex.segment(language, piece)) if piece.strip() else [piece]
    return sentences if "".join(sentences) == piece else [piece]


def _pieces(line: str) -> list[str]:
    pieces = []
    start = 0
    while len(line) - start > _LONGEST:
        end = line.rfind(" ", start, start + _LONGEST) + 1 or start + _LONGEST
        pieces.append(line[start:end])
        start = end
    return [*pieces, line[start:]]
