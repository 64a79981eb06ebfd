"""Quality and speed of the translation engines: BLEU and chrF beside peers, names that survive, words per second."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path

from babelwire.settings import Translation
from babelwire.translation import engine as engines
from babelwire.translation.engine import Engine, EngineError
from babelwire.translation.glossary import load_glossary, translate_with

LOCAL = ("firefox", "apertium")
PEERS = ("google", "microsoft", "bergamot-tiny", "bergamot-base-memory")


def main(arguments: list[str] | None = None) -> int:
    """Prints a line, or with --json an object, for each engine and peer. What is not there is skipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, default=os.environ.get("BABELWIRE_EVAL"), help="the evaluation data")
    parser.add_argument("--limit", type=int, default=997, help="at most so many sentences of each set")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.eval is None:
        print("Set BABELWIRE_EVAL or --eval to the folder of evaluation data.", file=sys.stderr)
        return 0
    try:
        import sacrebleu  # noqa: F401, PLC0415  (only this script needs it)
    except ImportError:
        print("BLEU and chrF need sacrebleu: pip install sacrebleu", file=sys.stderr)
        return 1
    folder = Path(chosen.eval)
    rows = measure_peers(folder / "translation", chosen.limit)
    for name in LOCAL:
        try:
            engine = engines.choose(Translation(engine=name))
        except EngineError as problem:
            print(f"{name} is skipped: {problem}", file=sys.stderr)
            continue
        if engine is not None:
            rows.append(measure(engine, folder, chosen.limit))
            engine.close()
    for row in rows:
        print(json.dumps(row) if chosen.json else "  ".join(f"{key} {value}" for key, value in row.items()))
    return 0


def measure_peers(folder: Path, limit: int) -> list[dict[str, object]]:
    """BLEU and chrF of the outputs in the folder, `flores-dev.<peer>.en`."""
    reference = folder / "flores-dev.en"
    files = {peer: folder / f"flores-dev.{peer}.en" for peer in PEERS}
    return [
        {"engine": peer} | _scores(_lines(file, limit), _lines(reference, limit))
        for peer, file in files.items()
        if reference.is_file() and file.is_file()
    ]


def measure(engine: Engine, folder: Path, limit: int) -> dict[str, object]:
    """BLEU, chrF, words per second (Italian, once the programs run) and the share of PER names that stand unchanged."""
    glossary = load_glossary("it", "en")
    engine.translate(["Prova."], "it", "en")
    row: dict[str, object] = {"engine": f"{engine.name} {engine.version}"}
    texts = folder / "translation" / "flores-dev.it"
    if texts.is_file():
        italian = _lines(texts, limit)
        started = time.perf_counter()
        answers = translate_with(engine, glossary, italian, "it", "en")
        seconds = time.perf_counter() - started
        english = ["" if answer is None else answer.text for answer in answers]
        row |= _scores(english, _lines(texts.with_name("flores-dev.en"), limit))
        row["words_per_second"] = round(sum(len(text.split()) for text in italian) / seconds)
    tagged = folder / "entities" / "kind_wn_dev.tsv"
    if tagged.is_file():
        sentences = [(text, names) for text, names in read_names(tagged) if names][:limit]
        answers = translate_with(engine, glossary, [text for text, _ in sentences], "it", "en")
        kept = [
            answer is not None and name in answer.text
            for (_, names), answer in zip(sentences, answers, strict=True)
            for name in names
        ]
        row["per_unchanged"] = round(sum(kept) / len(kept), 3)
    return row


def read_names(file: Path) -> list[tuple[str, list[str]]]:
    """Sentences and their PER names, from token TAB BIO label, a blank line between sentences."""
    sentences = []
    for block in file.read_text(encoding="utf-8").split("\n\n"):
        tokens = [line.split("\t") for line in block.splitlines() if "\t" in line]
        names: list[list[str]] = []
        for token, label in tokens:
            if label == "B-PER":
                names.append([token])
            elif label == "I-PER" and names:
                names[-1].append(token)
        sentences.append((joined([token for token, _ in tokens]), [joined(name) for name in names]))
    return sentences


def joined(tokens: list[str]) -> str:
    """Tokens as running text: no space before closing marks, nor after an elision or an opening bracket."""
    text = ""
    for token in tokens:
        glued = not text or re.fullmatch(r"[,.;:!?)\]»”’%]+", token) or re.search(r"(?:\w['’]|[(\[«“])$", text)
        text += token if glued else f" {token}"
    return text


def _scores(english: list[str], reference: list[str]) -> dict[str, object]:
    import sacrebleu  # noqa: PLC0415

    return {
        "bleu": round(sacrebleu.corpus_bleu(english, [reference]).score, 2),
        "chrf": round(sacrebleu.corpus_chrf(english, [reference]).score, 2),
    }


def _lines(file: Path, limit: int) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()[:limit]


if __name__ == "__main__":
    sys.exit(main())
