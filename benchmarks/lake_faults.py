"""Kills processes that publish and compact, at random moments, and looks whether anything is lost or doubled.

    python benchmarks/lake_faults.py [--kills 200] [--seed 1]

Each time a lake with an unpublished run is copied, a process publishes the run and compacts the lake, and is ended with
SIGKILL. Then every file has to be readable, and after one run to the end the lake has to be the one that a process makes
which nobody kills, and `verify` has to find nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pandas as pd
import pyarrow as pa

from babelwire.article import TABLES
from babelwire.lake import LakeFolder
from babelwire.lake.index import read
from babelwire.lake.journal import recover
from babelwire.lake.keeping.compact import compact
from babelwire.lake.keeping.verify import verify
from babelwire.lake.lock import hold
from babelwire.lake.publishing.publish import publish
from babelwire.lake.publishing.work import Work
from babelwire.recipe import Recipe
from babelwire.settings import load_settings

PLAN = {"what": "the night that is killed"}
OWN_TIME = {"run_id", "ingested_at", "started_at", "finished_at", "at", "seconds"}
"""Columns in which two runs over the same inputs differ."""
ALLOWED = {"unfinished_run", "unfinished_publication", "leftover"}
PLACES = ("Orlea", "Brasco", "Montefalco", "Hollowmere", "Vadenza", "Sant'Ilario")
LATER = datetime.max.replace(tzinfo=UTC)


def article(place: str, day: int, edition: int) -> str:
    """An invented report; editions of one place and day are one story."""
    return (
        f"Council of {place} votes on the bridge over the Ardo\n\n{day} March 2025\n\n"
        f"The council of {place} voted on Tuesday to close the bridge over the Ardo for {day + 3} weeks, Mayor Livia "
        f"Fontebasso said. Engineers had found {day * 7} cracks in the northern pillar, and buses will go through the "
        f"valley until the repairs are paid. Shopkeepers of {place} asked for help with what they will lose.\n\n"
        f"The {edition}. edition adds that {edition * 11} people came to the meeting and that it ended at night.\n"
    )


def settings():
    return load_settings(overrides={"translation": {"engine": "none"}, "stories": {"encoder": "none"}})


def prepare(folder: Path) -> Path:
    """A lake with three nights in it and a fourth that is ready to be published."""
    from babelwire.batches import run_batch  # noqa: PLC0415
    from babelwire.planning import Plan  # noqa: PLC0415

    lake = LakeFolder.create(folder / "lake")
    inbox = folder / "inbox"
    inbox.mkdir()
    how = settings()
    for night in range(1, 5):
        for i, place in enumerate(PLACES):
            for edition in (1, 2):
                day = 3 + (night + i) % 4
                path = inbox / f"{night}-{i}-{edition}.txt"
                path.write_text(article(place, day, night * edition), "utf-8")
        work = Work.start(lake, PLAN if night == 4 else {"night": night})
        plan = Plan(lake, work, [str(inbox)], how)
        recipe = Recipe(how, work.started_at)
        for inputs in plan.portions(None):
            for planned, finished in work.batches(inputs, 10):
                run_batch(planned, finished, recipe)
        if night < 4:
            publish(lake, work, recipe, unchanged=plan.unchanged, fetched=plan.fetched)
    return lake.root


def work_on(root: Path, says: Callable[[str], object] = str) -> None:
    """Publishes what is ready and merges the files: the process that is killed."""
    says("publishing")
    lake = LakeFolder.create(root)
    with hold(lake.lock, what=f"the lake {root}", timeout_seconds=60):
        recover(lake)
        work = Work.start(lake, PLAN)
        if work.resumed:
            publish(lake, work, Recipe(settings(), work.started_at), unchanged=0)
        else:
            work.remove()
        says("compacting")
        list(compact(lake, file_size=128_000_000, until=LATER))
    says("done")


def work_for(root: Path, says: Connection) -> None:
    work_on(root, says.send)


def start(root: Path) -> tuple[ForkServerProcess, Connection]:
    """A process that works on a lake, and where it says how far it is."""
    context = multiprocessing.get_context("forkserver")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=work_for, args=(root, there))
    process.start()
    there.close()
    return process, here


def times(root: Path) -> dict[str, float]:
    """Seconds that a process takes over each of its two works."""
    process, says = start(root)
    reached = {says.recv(): time.perf_counter() for _ in range(3)}
    process.join()
    return {
        "publishing": reached["compacting"] - reached["publishing"],
        "compacting": reached["done"] - reached["compacting"],
    }


def kill_once(root: Path, doing: str, seconds: float) -> bool:
    """Ends a process so many seconds after it began to publish or compact. Returns whether it was still at work.

    Raises:
        RuntimeError: the process failed by itself.
    """
    process, says = start(root)
    while says.recv() != doing:
        pass
    time.sleep(seconds)
    process.kill()
    process.join()
    if process.exitcode not in {0, -signal.SIGKILL}:
        raise RuntimeError("The process failed by itself; what it wrote above says why.")
    return process.exitcode != 0


def content(root: Path) -> dict[str, list[dict[str, object]]]:
    """What has to be the same in every lake that the same inputs made."""
    lake = LakeFolder.open(root)
    found = {}
    for table in TABLES.values():
        rows = read(lake, table).sort_by([(k, "ascending") for k in table.key])
        found[table.name] = rows.select([c for c in rows.column_names if c not in OWN_TIME]).to_pylist()
        found[table.name].sort(key=repr)
    return found


def faults(root: Path, expected: dict[str, list[dict[str, object]]]) -> list[str]:
    """What is wrong after the kill, and after one more process went to the end."""
    wrong = []
    for name in TABLES:
        try:
            pd.read_parquet(root / name)
        except (pa.ArrowException, OSError) as error:
            wrong.append(f"torn: {error}")
    wrong += [f"after the kill: {f.says}" for f in verify(LakeFolder.open(root)) if f.code not in ALLOWED]
    work_on(root)
    wrong += [f"in the end: {f.says}" for f in verify(LakeFolder.open(root))]
    found = content(root)
    wrong += [
        f"{name}: {len(found[name])} rows, {len(expected[name])} expected, or other ones"
        for name in expected
        if found[name] != expected[name]
    ]
    return wrong


def state(root: Path) -> str:
    """How far the killed process had come."""
    work = [p for p in (root / "_work").iterdir() if p.is_dir()]
    if any((p / "publish" / "journal.json").exists() for p in work):
        return "moving files into place"
    if any(p.name == "compact" for p in work):
        return "with new files beside"
    return "staging files" if any((p / "publish").exists() for p in work) else "nothing beside"


def run(kills: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Kills so many processes.

    Returns:
        How many were killed in which state, and what went wrong.
    """
    multiprocessing.set_forkserver_preload([__name__])
    template = prepare(folder)
    whole = folder / "whole"
    shutil.copytree(template, whole)
    work_on(whole)
    shutil.copytree(template, folder / "timed")
    lasts = times(folder / "timed")
    expected = content(whole)
    assert not list(verify(LakeFolder.open(whole)))
    chance = random.Random(seed)
    states: Counter[str] = Counter()
    wrong: list[str] = []
    while states.total() < kills:
        root = folder / "lake-to-kill"
        shutil.copytree(template, root)
        doing = chance.choice(("publishing", "compacting"))
        if kill_once(root, doing, chance.uniform(0, lasts[doing])):
            where = f"{doing}, {state(root)}"
            states[where] += 1
            wrong += [f"killed {where}: {fault}" for fault in faults(root, expected)]
            if states.total() % 20 == 0:
                print(f"{states.total()} killed, {len(wrong)} faults", file=sys.stderr, flush=True)
        shutil.rmtree(root)
    return states, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="babelwire-faults-") as folder:
        states, wrong = run(asked.kills, asked.seed, Path(folder))
    print(f"{states.total()} processes killed: " + ", ".join(f"{n} {where}" for where, n in states.most_common()))
    print(*wrong, f"{len(wrong)} faults", sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    os.environ.setdefault("BABELWIRE_TRANSLATION__MEMORY", "none")
    main()
