"""Where batches run: in worker processes of this machine, on a Dask cluster, or on Ray."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from babelwire.errors import BabelwireError, UsageError
from babelwire.runner_names import DASK, LOCAL, kind_of
from babelwire.workers import Workers, processes, workers

T = TypeVar("T")


@dataclass(frozen=True)
class Runner:
    """Runs batches.

    Attributes:
        tasks: takes Prefect tasks.
        at_once: how many batches it works on at a time.
        pool: the worker processes of this machine that tasks hand their batch to; None where a task does it itself.
        failures: what its futures raise when it cannot run a batch, and what that means, as a sentence.
    """

    tasks: TaskRunner[Any]
    at_once: int
    pool: Workers | None
    failures: Mapping[type[Exception], str] = field(default_factory=dict)

    def result(self, planned: Path, batch: PrefectFuture[T]) -> T:
        """Waits for a batch.

        Args:
            planned: the list of its inputs.

        Raises:
            BabelwireError: the runner cannot run it.
            Exception: whatever the task raised.
        """
        try:
            return batch.result()
        except tuple(self.failures) as error:
            why = next(sentence for kind, sentence in self.failures.items() if isinstance(error, kind))
            raise BabelwireError(
                f"{why} Finished batches are kept: run the same command again to go on. The inputs of the batch that "
                f"was waited for are listed in {planned}."
            ) from error


@contextmanager
def runner(name: str, jobs: int) -> Iterator[Runner]:
    """The runner called `name`: `local`, `dask://HOST:PORT` or `ray`. Its tasks can be given inside.

    Args:
        jobs: batches at a time; 0 is one for each core that the runner has.

    Raises:
        UsageError: there is no such runner, or its package is not installed.
        BabelwireError: nobody answers at its address.
    """
    kind, address = kind_of(name)
    if kind == LOCAL:
        with workers(processes(jobs)) as pool:
            threads: ThreadPoolTaskRunner[Any] = ThreadPoolTaskRunner(max_workers=pool.jobs)
            with threads:
                yield Runner(threads, pool.jobs, pool)
        return
    if kind == DASK:
        yield from _on_dask(address, jobs)
    else:
        yield from _on_ray(f"ray://{address}" if address else None, jobs)


def _on_dask(address: str, jobs: int) -> Iterator[Runner]:
    distributed, prefect_dask = _package("distributed", "dask"), _package("prefect_dask", "dask")
    try:
        with distributed.Client(f"tcp://{address}", timeout="10s", set_as_default=False) as client:
            cores = sum(client.nthreads().values())
    except (OSError, ValueError) as error:
        raise BabelwireError(
            f"No Dask scheduler answers at {address}. Start one with `dask scheduler`, and workers with "
            f"`dask worker {address}`."
        ) from error
    if not cores:
        raise BabelwireError(f"The Dask scheduler at {address} has no workers. Start some: dask worker {address}")
    failures = {
        distributed.scheduler.KilledWorker: f"One worker after the other came to an end over the same batch on the Dask "
        f"cluster at {address}, most often because memory ran out; a smaller `batch_size` needs less.",
        distributed.scheduler.NoWorkerError: f"The Dask cluster at {address} has no workers any more. Start some: "
        f"dask worker {address}.",
        distributed.client.FutureCancelledError: f"The Dask scheduler at {address} does not answer any more. Start it "
        "again, with its workers.",
    }
    with prefect_dask.DaskTaskRunner(address=f"tcp://{address}") as tasks:
        yield Runner(tasks, jobs or cores, None, failures)


def _on_ray(address: str | None, jobs: int) -> Iterator[Runner]:
    ray, prefect_ray = _package("ray", "ray"), _package("prefect_ray", "ray")
    with ExitStack() as running:
        try:
            tasks = running.enter_context(
                prefect_ray.RayTaskRunner(address=address, init_kwargs={"logging_level": "ERROR"})
            )
        except Exception as error:
            where = f"No Ray cluster answers at {address}" if address else "Ray does not start on this machine"
            raise BabelwireError(
                f"{where} ({' '.join(str(error).split())[:300]}). Look at its logs, or run this with --runner local."
            ) from error
        failures = {
            ray.exceptions.RayError: "Ray cannot run a batch, most often because memory ran out on its workers, where a "
            "smaller `batch_size` needs less, or because the cluster is gone; its logs say which."
        }
        yield Runner(tasks, jobs or int(ray.cluster_resources().get("CPU", 1)), None, failures)


def _package(name: str, extra: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(
            f"The runner {extra} needs the package {name.replace('_', '-')}. Install it: pip install 'babelwire[{extra}]'"
        ) from error
