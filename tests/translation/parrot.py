"""An engine for tests: it answers with the sentence in capitals, or as it is told."""

from collections.abc import Callable, Sequence

from babelwire.translation import Translated


class Parrot:
    name = "parrot"
    version = "1"
    sends_text_away = False
    keeps_placeholders = True

    def __init__(self, answer: Callable[[str], str | None] = str.upper) -> None:
        self.answer = answer
        self.heard: list[list[str]] = []

    def can(self, source: str, target: str) -> bool:
        return (source, target) == ("it", "en")

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated | None]:
        self.heard.append(list(texts))
        answers = [self.answer(text) for text in texts]
        return [None if answer is None else Translated(answer) for answer in answers]

    def close(self) -> None: ...
