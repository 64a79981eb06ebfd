"""Quality and speed of the translation engines: BLEU and chrF beside peers, names that survive, words per second."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from babelwire.settings import Translation
from babelwire.translation import engine as engines
from babelwire.translation.apertium_modes import installed
from babelwire.translation.checks import failed_checks
from babelwire.translation.engine import Engine, EngineError
from babelwire.translation.glossary import load_glossary, translate_with

LOCAL = ("firefox", "apertium")
WARM_UP = [
    "Il sindaco di Trieste ha inaugurato ieri la biblioteca, dopo tre anni di lavori.",
    "«Non ce lo aspettavamo», dice Anna Bellucci, che dal 2011 dirige il Brufolino di Zorbania.",
    "Quando la nave è arrivata, il porto era chiuso e i pompieri lavoravano ancora alla sublimazione.",
]
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
    """BLEU, chrF, speed in words per second (Italian) and the share of PER names that stand unchanged."""
    glossary = load_glossary("it", "en")
    row: dict[str, object] = {"engine": f"{engine.name} {engine.version}"}
    texts = folder / "translation" / "flores-dev.it"
    if texts.is_file():
        italian = _lines(texts, limit)
        answers = translate_with(engine, glossary, italian, "it", "en")
        english = ["" if answer is None else answer.text for answer in answers]
        row |= _scores(english, _lines(texts.with_name("flores-dev.en"), limit))
        row |= measure_speed(engine.name, italian)
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


def measure_speed(name: str, italian: list[str]) -> dict[str, object]:
    """Words per second with names, glossary and checks, in one process and in two, once everything is loaded.

    Beside Apertium stands what its programs do when they are piped by hand, each pivot once over all sentences, and
    our speed in one process as a share of that.
    """
    words = sum(len(text.split()) for text in italian)
    one, two = (_seconds(name, [italian[n::count] for n in range(count)]) for count in (1, 2))
    row: dict[str, object] = {"words_per_second": round(words / one), "in_two_processes": round(words / two)}
    pivots = [pivot for pivot in ("spa", "cat") if installed(pivot)] if name == "apertium" else []
    if pivots:
        by_hand = sum(_seconds_by_hand(pivot, italian) for pivot in pivots)
        row |= {"by_hand": round(words / by_hand), "of_by_hand": round(by_hand / one, 2)}
    return row


def _seconds(name: str, shares: Sequence[list[str]]) -> float:
    """Wall time from the moment all processes are warm until the last has translated its share."""
    context = get_context("spawn")
    warm, done = context.Barrier(len(shares) + 1), context.Barrier(len(shares) + 1)
    processes = [context.Process(target=_work, args=(name, share, warm, done), daemon=True) for share in shares]
    for process in processes:
        process.start()
    try:
        warm.wait(120)
        started = time.perf_counter()
        done.wait(600)
        seconds = time.perf_counter() - started
    finally:
        for process in processes:
            process.join(10)
    return seconds


def _work(name: str, italian: list[str], warm: Barrier, done: Barrier) -> None:
    engine, glossary = engines.choose(Translation(engine=name)), load_glossary("it", "en")
    assert engine is not None
    for texts in (WARM_UP, italian):
        for text, answer in zip(texts, translate_with(engine, glossary, texts, "it", "en"), strict=True):
            failed_checks(text, answer)
        (warm if texts is WARM_UP else done).wait(600)
    engine.close()


def _seconds_by_hand(pivot: str, italian: list[str]) -> float:
    piped = ["sh", "-c", 'apertium -u "$1" | apertium -u "$2"', "sh", f"ita-{pivot}", f"{pivot}-eng"]
    started = time.perf_counter()
    subprocess.run(piped, input="\n".join(italian).encode(), capture_output=True, check=True)
    return time.perf_counter() - started


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
