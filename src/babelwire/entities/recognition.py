"""Mentions of names in English texts, as a spaCy pipeline finds them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from babelwire.article import ENTITY_TYPES
from babelwire.errors import UsageError
from babelwire.settings import Entities

if TYPE_CHECKING:
    from spacy.language import Language

DEFAULT_MODEL = Entities().model
VECTORS = frozenset({"tok2vec", "transformer", "curated_transformer"})
OTHERS = [
    "attribute_ruler",
    "entity_linker",
    "lemmatizer",
    "morphologizer",
    "parser",
    "senter",
    "sentencizer",
    "span_ruler",
    "spancat",
    "tagger",
    "textcat",
    "textcat_multilabel",
]
PLAIN_MARKS = str.maketrans("’‘“”«»\u00a0", '\'\'"""" ')
CAPITALS = re.compile(r"\b[A-ZÀ-ÖØ-Þ]{2,60}\b")
NOT_CAPITALS = re.compile(r"\b[^\W\d_]{1,60}\b(?<=[a-zß-öø-ÿ])")
SMALL_WORDS = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "over", "the", "to", "with")
)
LONG_FOR_CAPITALS = 5
LONGEST_PIECE = 5_000
LONGEST_WORD = 100
LONGEST_TEXT = 1_000_000


@dataclass(frozen=True, order=True)
class Mention:
    """A name in a text: character offsets (`end` exclusive), the text between them, one of `article.ENTITY_TYPES`
    (empty where only the spelling is known), what found it,
    and what the Italian original says of it (`source.hints_of`)."""

    start: int
    end: int
    text: str
    type: str
    found_by: str = "model"
    hint: str = ""


def find_entities(texts: Iterable[str], settings: Entities | None = None) -> list[list[Mention]]:
    """The mentions in each text, in order of appearance.

    Each line is read on its own, so that no name runs over the end of a paragraph. A run of more than
    `LONGEST_WORD` characters without a space holds no name and is passed over: spaCy needs time in the square of it.
    Nor are names sought in a line without a capital, or after the first `LONGEST_TEXT` characters.

    Args:
        settings: the model, and how many pieces (of at most `LONGEST_PIECE` characters) it takes at a time.

    Raises:
        UsageError: the model is not installed or finds no entities.
    """
    settings = settings or Entities()
    texts = list(texts)
    mentions: list[list[Mention]] = [[] for _ in texts]
    if not any(text and not text.isspace() for text in texts):
        return mentions
    pipeline = _pipeline(settings.model)
    pieces = (
        (as_read(piece), (i, offset, piece))
        for i, text in enumerate(texts)
        for offset, piece in _pieces(text[:LONGEST_TEXT])
    )
    with pipeline.memory_zone():
        for doc, (i, offset, piece) in pipeline.pipe(pieces, as_tuples=True, batch_size=settings.batch_size):
            mentions[i].extend(
                Mention(offset + e.start_char, offset + e.end_char, piece[e.start_char : e.end_char], e.label_)
                for e in doc.ents
                if e.label_ in ENTITY_TYPES
            )
    return mentions


def as_read(line: str) -> str:
    """The line as the model reads it, as long as it is: words in capitals as ordinary names, straight quotation marks.

    Models of running text take "BENGALURU" for a company, find nobody in a headline in capitals, and make one name of
    what an agency puts between slashes.
    """
    line = line.translate(PLAIN_MARKS).replace(" / ", " , ").replace(" - ", " – ")
    words = CAPITALS.findall(line)
    shouted = len(words) > 2 and sum(map(len, words)) > 2 * sum(map(len, NOT_CAPITALS.findall(line)))
    return CAPITALS.sub(lambda word: _quietly(word[0], shouted=shouted), line) if words else line


def _quietly(word: str, *, shouted: bool) -> str:
    if shouted and word.casefold() in SMALL_WORDS:
        quiet = word.lower()
    elif len(word) >= LONG_FOR_CAPITALS - shouted:
        quiet = word.title()
    else:
        return word
    return quiet if len(quiet) == len(word) else word


def has_capitals(text: str) -> bool:
    """Whether a letter of the text is a capital, or of a script that has none."""
    return any(c.isalpha() and not c.islower() for c in text)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    for line in re.finditer(r"[^\r\n]+", text):
        if not has_capitals(line[0]):
            continue
        start, end = line.start(), line.start()
        for word in re.finditer(r"\S+", line[0]):
            first, last = line.start() + word.start(), line.start() + word.end()
            if last - start > LONGEST_PIECE or last - first > LONGEST_WORD:
                if end > start:
                    yield start, text[start:end]
                start = first
            end = last
            if last - first > LONGEST_WORD:
                start = end
        if end > start:
            yield start, text[start:end]


def model_version(settings: Entities) -> str:
    """The model and its version, without loading it; the name alone where no such package is installed."""
    meta = Path(settings.model) / "meta.json"
    try:
        if meta.is_file():
            return f"{settings.model} {json.loads(meta.read_text(encoding='utf-8')).get('version', '')}".strip()
        return f"{settings.model} {version(settings.model)}"
    except (PackageNotFoundError, ValueError, OSError):
        return settings.model


@lru_cache(maxsize=2)
def _pipeline(model: str) -> Language:
    # spaCy takes a second to import, and most commands do without it.
    import spacy  # noqa: PLC0415

    name = model if Path(model).exists() else model.replace("-", "_")
    try:
        pipeline = spacy.load(name, exclude=OTHERS)
    except (OSError, ImportError, ValueError) as error:
        raise UsageError(
            f"The spaCy model `{model}` cannot be loaded. Install it with `pip install {DEFAULT_MODEL}` or, for "
            f"one of spaCy's own, `python -m spacy download {model}`; or name another one as entities.model. "
            f"spaCy says: {' '.join(str(error).split())}"
        ) from error
    finders = [part for part in pipeline.pipe_names if _finds_entities(pipeline, part)]
    if not finders:
        raise UsageError(
            f"The spaCy model `{model}` finds no entities: none of its parts does ({', '.join(pipeline.pipe_names)}). "
            f"Name another one as entities.model, for example {DEFAULT_MODEL}."
        )
    for part in pipeline.pipe_names:
        if part not in finders and not _feeds(pipeline, part, finders):
            pipeline.remove_pipe(part)
    return pipeline


def _finds_entities(pipeline: Language, part: str) -> bool:
    # GLiNER's part does not declare what it writes.
    return "doc.ents" in pipeline.get_pipe_meta(part).assigns or "gliner" in pipeline.get_pipe_meta(part).factory


def _feeds(pipeline: Language, part: str, finders: list[str]) -> bool:
    """Whether a part makes vectors that a finder reads: the small English model's `ner` has its own."""
    if part in VECTORS:
        return part != "tok2vec" or bool(set(finders) & set(getattr(pipeline.get_pipe(part), "listener_map", {})))
    return False
