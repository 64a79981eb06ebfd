"""Quality and speed of entity recognition, beside the same spaCy model alone: names found, names that survive translation."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import spacy

from babelwire.entities import Recognise
from babelwire.entities.recognition import find_entities
from babelwire.frames import make_frame, values
from babelwire.settings import Entities, Translation
from babelwire.translation import engine as engines
from babelwire.translation.glossary import load_glossary, translate_with
from translation import joined, read_names

CLASSES = {"PERSON": "PERSON", "ORG": "ORG", "GPE": "PLACE", "LOC": "PLACE", "FAC": "PLACE"}
GOLD = {"PER": "PERSON", "ORG": "ORG", "LOC": "PLACE"}
ARTICLES_FOR_MEMORY = 3_000
GLUED = re.compile(r" (?=['’](?:s|re|ve|ll|d|m)\b|n['’]t\b)")

Found = list[tuple[int, int, str]]


def main(arguments: list[str] | None = None) -> int:
    """Prints a line, or with --json an object, for ours and for the model alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, default=os.environ.get("BABELWIRE_EVAL"), help="the evaluation data")
    parser.add_argument("--model", default=Entities().model, help="an installed spaCy pipeline")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only every other document, to develop on one half")
    parser.add_argument("--errors", type=int, default=0, help="show so many errors of each class")
    parser.add_argument("--no-speed", action="store_true", help="measure quality alone")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.eval is None:
        print("Set BABELWIRE_EVAL or --eval to the folder of evaluation data.", file=sys.stderr)
        return 0
    folder = Path(chosen.eval) / "entities"
    settings = Entities(model=chosen.model)
    documents = read_documents(folder / "conllpp2020.txt")
    half = slice(None) if chosen.half is None else slice(chosen.half, None, 2)
    sentences = [pair for pair in read_names(folder / "kind_wn_dev.tsv") if pair[1]][half]
    translated = translate_once(folder / "kind_wn_dev.tsv", [text for text, _ in sentences])
    rows = []
    for name, find in (("babelwire", ours), ("model", alone)):
        row: dict[str, Any] = {"engine": f"{name} {settings.model}"}
        row |= measure_names(find, documents[half], settings, chosen.errors)
        row |= measure_survival(find, sentences, translated, settings, chosen.errors)
        rows.append(row)
    if not chosen.no_speed:
        rows[0] |= measure_speed([text for text, _ in documents], settings)
    for row in rows:
        print(json.dumps(row) if chosen.json else "  ".join(f"{key} {value}" for key, value in row.items()))
    return 0


def read_documents(file: Path) -> list[tuple[str, list[tuple[int, int, Counter[tuple[str, str]]]]]]:
    """Each document as running text, a sentence a line, and of each sentence its start, end and names with classes."""
    documents = []
    for part in file.read_text(encoding="utf-8").split("-DOCSTART-")[1:]:
        text, gold = "", []
        for block in part.split("\n\n")[1:]:
            tokens = [(line.split(" ")[0], line.rsplit(" ", 1)[1]) for line in block.splitlines() if line.strip()]
            names: Counter[tuple[str, str]] = Counter()
            words: list[str] = []
            before = "O"
            for token, label in [*tokens, ("", "O")]:
                if words and (label[2:] != before[2:] or label[:1] == "B"):
                    names[joined(words), GOLD[before[2:]]] += 1
                    words = []
                if label[2:] in GOLD:
                    words.append(token)
                before = label
            sentence = GLUED.sub("", joined([token for token, _ in tokens]))
            gold.append((len(text), len(text) + len(sentence), names))
            text += f"{sentence}\n"
        documents.append((text, gold))
    return documents


def ours(texts: Sequence[str], settings: Entities, italian: Sequence[str] = ()) -> list[Found]:
    """Start, end and type of every mention, from the stage as it runs in the pipeline."""
    columns: dict[str, Sequence[str]] = {"text_en": texts}
    if italian:
        columns |= {"text": italian, "language": ["it"] * len(texts)}
    frame = Recognise(settings)(make_frame(columns))
    return [
        sorted((s["start"], s["end"], e["type"]) for e in entities for s in e["spans"])
        for entities in values(frame, "entities")
    ]


def alone(texts: Sequence[str], settings: Entities, italian: Sequence[str] = ()) -> list[Found]:  # noqa: ARG001
    """Start, end and type of every mention, from the model as spaCy's own loop gives them."""
    pipeline = spacy.load(settings.model)
    return [[(e.start_char, e.end_char, e.label_) for e in pipeline(text).ents] for text in texts]


def measure_names(find: Any, documents: Sequence[Any], settings: Entities, errors: int) -> dict[str, object]:
    """Precision, recall and F1 over the names of each sentence as strings with a class."""
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    wrong: dict[str, Counter[str]] = {"missed": Counter(), "invented": Counter(), "type": Counter()}
    for (text, gold), found in zip(documents, find([text for text, _ in documents], settings), strict=True):
        for start, end, names in gold:
            here = Counter((text[a:b], CLASSES[t]) for a, b, t in found if start <= a < end and t in CLASSES)
            for (_, kind), count in (here & names).items():
                right[kind] += count
            for (_, kind), count in here.items():
                said[kind] += count
            for (_, kind), count in names.items():
                true[kind] += count
            _count_errors(wrong, here - names, names - here)
    for kind, examples in wrong.items() if errors else ():
        print(f"{kind}: {examples.total()}", *examples.most_common(errors), sep="\n  ", file=sys.stderr)
    by_class = {f"f1_{kind.lower()}": _f1(right[kind], said[kind], true[kind]) for kind in sorted(true)}
    return {
        "f1": _f1(right.total(), said.total(), true.total()),
        "precision": round(right.total() / said.total(), 3),
        "recall": round(right.total() / true.total(), 3),
    } | by_class


def measure_survival(
    find: Any, sentences: Sequence[Any], translated: Sequence[str], settings: Entities, errors: int
) -> dict[str, object]:
    """The share of the PER names of Italian sentences that are found as PERSON in the translation, each by itself."""
    kept: list[bool] = []
    missed: Counter[str] = Counter()
    persons = others = 0
    found = find(translated, settings, [text for text, _ in sentences])
    for (_, names), english, mentions in zip(sentences, translated, found, strict=True):
        people = Counter(english[a:b] for a, b, type_ in mentions if type_ == "PERSON")
        persons += people.total()
        others += (people - Counter(names)).total()
        for name in names:
            kept.append(people[name] > 0)
            people[name] -= 1
            if not kept[-1]:
                as_found = [(english[a:b], t) for a, b, t in mentions if set(english[a:b].split()) & set(name.split())]
                missed[f"{name} | {as_found} | {english[:160]}"] += 1
    if errors:
        print("not found as PERSON:", *missed.most_common(errors), sep="\n  ", file=sys.stderr)
    return {"person_found": round(sum(kept) / len(kept), 3), "person_precision": round(1 - others / persons, 3)}


def translate_once(file: Path, texts: Sequence[str]) -> list[str]:
    """The sentences in English by Apertium, kept in the temporary folder for the next time."""
    digest = hashlib.sha256("\n".join(texts).encode() + file.name.encode()).hexdigest()[:16]
    kept = Path(tempfile.gettempdir()) / f"babelwire-{file.stem}-{digest}.json"
    if kept.is_file():
        return list(json.loads(kept.read_text("utf-8")))
    engine = engines.choose(Translation(engine="apertium"))
    assert engine is not None
    answers = translate_with(engine, load_glossary("it", "en"), texts, "it", "en")
    engine.close()
    english = [text if answer is None else answer.text for text, answer in zip(texts, answers, strict=True)]
    kept.write_text(json.dumps(english), "utf-8")
    return english


def measure_speed(texts: Sequence[str], settings: Entities) -> dict[str, object]:
    """Words per second in one process, recognition and the whole stage, as multiples of the plain loop `nlp(text)`;
    and by how many MB the process grew from the first third of many articles to the last."""
    pipeline = spacy.load(settings.model)
    find_entities(texts[:2], settings)
    words = sum(len(text.split()) for text in texts)
    plain = min(_seconds(lambda: [pipeline(text) for text in texts]) for _ in range(3))
    found = min(_seconds(lambda: find_entities(texts, settings)) for _ in range(3))
    stage = min(_seconds(lambda: ours(texts, settings)) for _ in range(3))
    sizes = [_resident() for batch in _batches(texts) if ours(batch, settings)]
    return {
        "words_per_second": round(words / stage),
        "of_plain_loop": round(plain / stage, 2),
        "recognition_of_plain_loop": round(plain / found, 2),
        "grown_mb": round(sizes[-1] - sizes[len(sizes) // 3], 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Articles with words that no other has, so that a vocabulary that grows is seen to grow."""
    for first in range(0, ARTICLES_FOR_MEMORY, 100):
        yield [f"{texts[n % len(texts)][:700]} Zor{n:x}bania Q{n}" for n in range(first, first + 100)]


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _f1(right: int, said: int, true: int) -> float:
    return round(2 * right / (said + true), 3) if said + true else 0.0


def _count_errors(wrong: dict[str, Counter[str]], said: Counter[Any], true: Counter[Any]) -> None:
    types = dict(said)
    for (name, kind), count in true.items():
        if name in types:
            wrong["type"][f"{name}: {kind}, not {types[name]}"] += count
        else:
            beside = [f"{n} {k}" for n, k in said if set(n.split()) & set(name.split())]
            wrong["missed"][f"{name} {kind} {beside or ''}"] += count
    for (name, kind), count in said.items():
        if all(name != other for other, _ in true):
            wrong["invented"][f"{name} {kind}"] += count


if __name__ == "__main__":
    sys.exit(main())
