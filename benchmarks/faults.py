"""What accidents do to a backfill: killed again and again at random moments, and night after night on a growing lake.

    python benchmarks/faults.py kills --kills 200 --articles 1000
    python benchmarks/faults.py nights --nights 200 --articles 20

Both invent their articles. `kills` ends with status 1 if a lake differs from the undisturbed one or if more than two
batches of work were lost in a kill.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

_JOBS = 2
_MARK = "BABELWIRE_FAULTS"


def kills(articles: int, wanted: int, engine: str, batch: int, portion: int, seed: int, at: Path) -> dict[str, object]:
    """Kills backfills of the same archive at random moments until there were as many kills as wanted."""
    rng = random.Random(seed)
    archive = at / "archive"
    write_articles(archive, articles, random.Random(seed))
    config = at / "faults.yaml"
    config.write_text(
        f"{{batch_size: {batch}, jobs: {_JOBS}, translation: {{engine: '{engine}', memory: none}}, lake: {{portion: {portion}}}}}"
    )
    with one_server():
        began = time.monotonic()
        finish(archive, at / "undisturbed", config, at)
        span = time.monotonic() - began
        undisturbed = product(at / "undisturbed")
        lost, lakes, killed, moments = [], 0, 0, {"starting": 0, "working": 0, "publishing": 0}
        equal = True
        while killed < wanted:
            lake = at / f"lake{lakes}"
            lakes += 1
            # An archive is killed up to 25 times, early enough that some work is left each time.
            for _ in range(min(25, wanted - killed)):
                log = at / "begun.log"
                log.write_text("")
                if not killed_after(rng.uniform(0, 0.6 * span), archive, lake, config, at):
                    break
                killed += 1
                moments[moment(lake)] += 1
                lost.append(begun_in_vain(log, lake))
            finish(archive, lake, config, at)
            equal = equal and product(lake) == undisturbed and not list((lake / "_work").glob("*/"))
    return {
        "kills": killed,
        "lakes": lakes,
        "moments": moments,
        "articles": articles,
        "most_batches_lost_in_a_kill": max(lost, default=0),
        "batches_lost_in_all": sum(lost),
        "equal_to_the_undisturbed_lake": equal,
        "undisturbed_seconds": round(span, 1),
    }


def killed_after(seconds: float, archive: Path, lake: Path, config: Path, at: Path) -> bool:
    """Whether a backfill was killed after that time; not, if it came to its end before."""
    run = subprocess.Popen(
        command(archive, lake, config), env=environment(at), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        run.wait(seconds)
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait()
        wait_for_the_end_of_all(at)
        return True
    return False


def finish(archive: Path, lake: Path, config: Path, at: Path) -> None:
    subprocess.run(command(archive, lake, config), env=environment(at), check=True, capture_output=True)


def command(archive: Path, lake: Path, config: Path) -> list[str]:
    words = ["backfill", archive, "--lake", lake, "--config", config]
    return [sys.executable, __file__, "babelwire", *map(str, words)]


def environment(at: Path) -> dict[str, str]:
    return {**os.environ, _MARK: str(at), "XDG_CACHE_HOME": str(at / "cache")}


def babelwire(arguments: list[str]) -> None:
    """The command line, with a line in a log for each batch that is begun."""
    from babelwire.cli import main  # noqa: PLC0415
    from pipelines import ingest  # noqa: PLC0415

    ingest.run_batch = run_and_log
    sys.argv = ["babelwire", *arguments]
    main()


def run_and_log(planned, finished, recipe):  # type: ignore[no-untyped-def]
    from babelwire.batches import run_batch  # noqa: PLC0415

    with (Path(os.environ[_MARK]) / "begun.log").open("a") as log:
        log.write(f"{finished}\n")
    return run_batch(planned, finished, recipe)


def begun_in_vain(log: Path, lake: Path) -> int:
    """How many batches were begun by the run that was killed and have to be done again."""
    published = list(lake.glob("runs/*.parquet"))
    ids = set(pd.concat([pd.read_parquet(p, columns=["run_id"]) for p in published])["run_id"]) if published else set()
    batches = map(Path, log.read_text().splitlines())
    return sum(not b.exists() and b.parent.name not in ids and b.parent.exists() for b in batches)


def moment(lake: Path) -> str:
    if list(lake.glob("_work/*/publish")):
        return "publishing"
    return "working" if list(lake.glob("_work/*/inputs-*")) else "starting"


def product(lake: Path) -> dict[str, list[str]]:
    """The rows of the tables, without what names the run and its time, and the counts of the runs."""
    tables = {}
    for name in ("articles", "entities", "stories", "matches", "inputs"):
        table = pd.read_parquet(lake / name)
        table = table.drop(columns=["run_id", "ingested_at", "at", "processing_seconds"], errors="ignore")
        tables[name] = sorted(map(str, table.to_dict("records")))
    return tables


def wait_for_the_end_of_all(at: Path) -> None:
    """Waits until the processes of a run that was killed have ended, as they do by themselves."""
    deadline = time.monotonic() + 120
    while (left := processes_of(at)) and time.monotonic() < deadline:
        time.sleep(0.05)
    if left:
        raise SystemExit(f"Processes outlived the run that was killed: {left}.")


def processes_of(at: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{_MARK}={at}\0".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


@contextmanager
def one_server() -> Iterator[None]:
    """One Prefect server for all runs, so that the seconds of a run are its own."""
    from pipelines.embedded import prefect_ready  # noqa: PLC0415

    with prefect_ready() as wait_until_ready:
        wait_until_ready()
        yield


_WORDS = (  # noqa: SIM905 - the list would be sixty lines
    "council ferry library harbour mayor bridge school market river police storm budget vote union strike train museum "
    "concert doctor hospital farm wheat price court judge trial engineer road tunnel water power plant tax minister village "
    "coast fishing boat fire crew rescue mountain snow guide tourist hotel wine cellar bakery garden park"
).split()
_PEOPLE = ("Ottavia Brandolin", "Rupert Ashgrove", "Clara Winslade", "Edmund Fairweather", "Tobias Merrow")
_PLACES = ("Hollowmere", "Brascombe", "Tillingham", "Orlea", "Marston", "Eastwick", "Duncaster", "Penhallow")


def write_articles(folder: Path, count: int, rng: random.Random, first: int = 0) -> None:
    """Articles of some sixty words, three to an event, in the order of time."""
    for number in range(first, first + count):
        event = random.Random(f"{rng.random() if number % 3 == 0 else number // 3}")
        names = [
            f"{event.choice('bdfglmnprst')}{event.choice('aeiou')}{event.choice('lmnrst')}{event.choice('aeiou')}{n}"
            for n in range(6)
        ]
        words = event.sample(_WORDS, 12)
        person, place = event.choice(_PEOPLE), event.choice(_PLACES)
        day = f"{1 + number // 40 % 28} {('January', 'February', 'March', 'April')[number // 1120 % 4]} {2020 + number // 4480}"
        sentences = [
            f"The {a} and the {b} of {place} were closed after {c}, {person} said."
            for a, b, c in zip(words[::2], words[1::2], names, strict=True)
        ]
        rng.shuffle(sentences)
        file = folder / f"{number // 500:04}" / f"{number:06}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"{words[0].title()} and {words[1]} closed in {place}, report {number}\n\n{day}\n\n{' '.join(sentences)}\n",
            "utf-8",
        )


def nights(count: int, articles: int, at: Path) -> dict[str, object]:
    """Nightly runs on one lake, each with new articles: what grows."""
    inbox, lake = at / "inbox", at / "lake"
    config = at / "faults.yaml"
    config.write_text(f"{{jobs: {_JOBS}, translation: {{engine: none}}}}")
    rows = []
    for night in range(count):
        write_articles(inbox, articles, random.Random(night), first=night * articles)
        rows.append(one_night(inbox, lake, config, at))
    table = pd.DataFrame(rows)
    tenth = max(1, count // 10)
    return {
        "nights": count,
        "articles_a_night": articles,
        "first_tenth": table.head(tenth).mean().round(2).to_dict(),
        "last_tenth": table.tail(tenth).mean().round(2).to_dict(),
        "every_tenth_night": table.iloc[::tenth].round(2).to_dict("list"),
    }


def one_night(inbox: Path, lake: Path, config: Path, at: Path) -> dict[str, float]:
    before = os.times()
    began = time.monotonic()
    words = ["ingest", inbox, "--lake", lake, "--config", config]
    run = subprocess.Popen(
        [sys.executable, __file__, "babelwire", *map(str, words)],
        env=environment(at),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    most = {"memory_mb": 0.0, "open_files": 0.0, "prefect_database_mb": 0.0}
    while run.poll() is None:
        for name, value in watched(run.pid).items():
            most[name] = max(most[name], value)
        time.sleep(0.2)
    if run.returncode:
        raise SystemExit(f"A night ended with status {run.returncode}.")
    after = os.times()
    return {
        "seconds": time.monotonic() - began,
        "cpu_seconds": after.children_user + after.children_system - before.children_user - before.children_system,
        **most,
        "work_files": len([p for p in (lake / "_work").rglob("*") if not p.name.endswith((".lock", ".holder"))]),
        "processes_left": len(processes_of(at)),
        "lake_files": sum(1 for _ in lake.rglob("*.parquet")),
        "lake_mb": sum(p.stat().st_size for p in lake.rglob("*.parquet")) / 1e6,
    }


def watched(pid: int) -> dict[str, float]:
    """Memory and open files of the process that runs the flow, and the size of its Prefect database."""
    seen = {"memory_mb": 0.0, "open_files": 0.0, "prefect_database_mb": 0.0}
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pid}/status").read_text()
        seen["memory_mb"] = int(next(x for x in status.splitlines() if x.startswith("VmRSS")).split()[1]) / 1000
        seen["open_files"] = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        homes = Path(tempfile.gettempdir()).glob("babelwire-prefect-*/prefect.db*")
        seen["prefect_database_mb"] = sum(f.stat().st_size for f in homes) / 1e6
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", required=True)
    killing = what.add_parser("kills")
    killing.add_argument("--kills", type=int, default=200)
    killing.add_argument("--articles", type=int, default=1000)
    killing.add_argument("--batch", type=int, default=10)
    killing.add_argument("--portion", type=int, default=300)
    killing.add_argument("--engine", default="none", help="none or apertium")
    killing.add_argument("--seed", type=int, default=1)
    sleeping = what.add_parser("nights")
    sleeping.add_argument("--nights", type=int, default=200)
    sleeping.add_argument("--articles", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="babelwire-faults-") as folder:
        at = Path(folder)
        if asked.what == "kills":
            found = kills(asked.articles, asked.kills, asked.engine, asked.batch, asked.portion, asked.seed, at)
        else:
            found = nights(asked.nights, asked.articles, at)
    print(json.dumps(found, indent=1))
    if asked.what == "kills" and (
        not found["equal_to_the_undisturbed_lake"] or found["most_batches_lost_in_a_kill"] > _JOBS
    ):
        raise SystemExit(1)


if __name__ == "__main__":
    # A run that is killed is to die of that alone.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.argv[1:2] == ["babelwire"]:
        babelwire(sys.argv[2:])
    else:
        main()
