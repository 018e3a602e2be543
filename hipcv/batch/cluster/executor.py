"""Runs jobs on a cluster of machines, by any Dask scheduler: one process a clip there, too."""

import json
import logging
import re
import time
import warnings
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final
from uuid import uuid4

from hipcv.batch.cluster.compatibility import check
from hipcv.batch.cluster.dispatcher import Broken, Desk, Killed, Return
from hipcv.batch.cluster.task import Bench, Dropped, Errand, Reply, carry_out
from hipcv.batch.executor import Event, Stop
from hipcv.batch.job import Command, Job, analyze_command
from hipcv.batch.means import Means, means_here
from hipcv.core.errors import BadRequest, EnvironmentFault

_CONNECT_S: Final = 10.0
_ADDRESS: Final = re.compile(r"[a-z]+://\S+|[\w.\-\[\]:]+:\d+")
_LOGS: Final = (
    "distributed",
    "distributed.client",
    "distributed.comm",
    "tornado",
    "tornado.application",
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """An `Executor` on the workers of a Dask scheduler."""

    client: Any  # dask.distributed.Client
    means: Means  # by which every worker has to make its results
    at_once: int | None = None  # clips with the scheduler at once; None: by the workers' threads
    command: Command = analyze_command
    glance_s: float = 0.1  # between two glances at what runs
    patience_s: float = 600.0  # how long to go on without any worker

    def run(self, jobs: Iterable[Job], stop: Stop) -> Generator[Event]:
        """Run jobs in their order; see `Executor`."""
        waiting = iter(jobs)
        line = _DaskLine(self.client)
        desk = Desk(line, self.means, self.command, self.at_once, self.patience_s)
        try:
            while True:
                yield from desk.withdraw() if stop.asked else desk.fill(waiting)
                if not desk.busy:
                    return
                time.sleep(self.glance_s)
                yield from desk.news()
                if stop.over:
                    yield from desk.put_back()
                    return
        except EnvironmentFault:
            yield from desk.put_back()
            raise
        finally:
            desk.close()
            line.close()


@contextmanager
def connected(
    scheduler: str,
    model: str,
    *,
    at_once: int | None = None,
    command: Command = analyze_command,
    first_worker_s: float = 30.0,
) -> Iterator[Cluster]:
    """The cluster behind a scheduler, once it is known that it would give the same results.

    Args:
        scheduler: address (`tcp://HOST:PORT`, `tls://HOST:PORT`) or a scheduler file.
        model: pose model of the batch.
        at_once: the most clips to have there at once.
        command: what a worker starts for a job.
        first_worker_s: how long to wait for a first worker.

    Raises:
        BadRequest: neither an address nor a scheduler file.
        EnvironmentFault: Dask is not installed, nothing answers, there is no worker, or one would
            give other results.
    """
    client = _client(scheduler)
    try:
        means = means_here(model)
        check(client, means, model, first_worker_s)
        yield Cluster(client, means, at_once, command)
    finally:
        with suppress(Exception):  # the scheduler may be gone
            client.close(timeout=_CONNECT_S)


@dataclass(slots=True)
class _DaskLine:
    """A `Line` by a Dask client."""

    client: Any
    futures: dict[str, Any] = field(default_factory=dict)
    news: SimpleQueue[str] = field(default_factory=SimpleQueue)
    topic: str = field(default_factory=lambda: f"hipcv-{uuid4().hex}")
    results: Any = None  # as_completed: fetches them while we do other things

    def __post_init__(self) -> None:
        from distributed import as_completed

        self.results = as_completed(loop=self.client.loop, with_results=True, raise_errors=False)
        self.client.subscribe_topic(self.topic, lambda event: self.news.put(event[1]))

    def send(self, errand: Errand) -> str:
        """Hand an errand over; one that carries its clip goes first, to be held briefly."""
        self._check()
        key = f"hipcv-{uuid4().hex}"  # tells nothing of the clip
        future = self.client.submit(
            _on_worker,
            errand,
            self.topic,
            key=key,
            pure=False,
            priority=int(errand.content is not None),
        )
        self.futures[key] = future
        self.results.add(future)
        return key

    def begun(self) -> list[str]:
        """Keys of errands whose analysis began since."""
        keys = []
        with suppress(Empty):
            while True:
                keys.append(self.news.get_nowait())
        return keys

    def returned(self) -> list[tuple[str, Return]]:
        """What came back since, by key."""
        self._check()
        batch = [
            (self.futures.pop(future.key, None), it)
            for future, it in self.results.next_batch(block=False)
        ]
        return [(future.key, _return(future, it)) for future, it in batch if future is not None]

    def drop(self, keys: Iterable[str]) -> None:
        """Wait for these no longer; their workers see it and end what runs."""
        futures = [self.futures.pop(key) for key in keys if key in self.futures]
        if futures and self.client.status == "running":
            with suppress(OSError, RuntimeError):
                self.client.cancel(futures)

    def threads(self) -> int:
        """How many errands the workers can do at once now."""
        self._check()
        try:
            return sum(self.client.nthreads().values())
        except (OSError, RuntimeError) as fault:
            raise _cut(self.client) from fault

    def close(self) -> None:
        """Listen no longer."""
        self.results.clear()
        with suppress(OSError, RuntimeError, ValueError):
            self.client.unsubscribe_topic(self.topic)

    def _check(self) -> None:
        if self.client.status != "running":
            raise _cut(self.client)


def _cut(client: Any) -> EnvironmentFault:  # noqa: ANN401 - Dask is loaded late
    return EnvironmentFault(
        f"The Dask scheduler at {client.scheduler.address} no longer answers. Results so far are "
        "kept; run the same command again when it does."
    )


def _return(future: Any, result: Any) -> Return:  # noqa: ANN401 - Dask is loaded late
    """What came of a task."""
    from distributed import KilledWorker

    if future.status == "finished":
        reply: Reply = result
        return reply
    if future.status in {"cancelled", "lost"}:
        return Dropped()
    fault = result[1] if isinstance(result, tuple) else result
    if isinstance(fault, KilledWorker):
        return Killed(fault.allowed_failures + 1)
    return Broken(
        f"it could not be analysed on the cluster ({type(fault).__name__}: {fault}). "
        "See the log of its workers, and run the same command again."
    )


def _on_worker(errand: Errand, topic: str) -> Reply:
    """One task, in a thread of a worker."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        alive = worker.status.name not in {"closing", "closed", "failed"}
        return alive and task is not None and task.state == "executing"

    def begun() -> None:
        worker.log_event(topic, key)

    return carry_out(errand, Bench(worker.address, Path(worker.local_directory), begun, wanted))


def _client(scheduler: str) -> Any:  # noqa: ANN401 - Dask is loaded late
    """A connection to the scheduler, and to nothing else."""
    where = _where(scheduler)
    try:
        import dask
        from distributed import Client, Security
        from distributed.versions import VersionMismatchWarning
    except ImportError as fault:
        raise EnvironmentFault(
            'Dask is not installed, which --scheduler needs. `pip install "hipcv[cluster]"` '
            "brings it."
        ) from fault
    for log in _LOGS:
        logging.getLogger(log).setLevel(logging.CRITICAL)  # what matters is told in our own words
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})  # clips sent along
    try:
        encrypted = Security().get_connection_args("client").get("ssl_context")
        if where.startswith("tls:") and encrypted is None:  # Dask would trip over it, and hang
            raise EnvironmentFault(
                f"{where}: no certificate for TLS is set on this machine. Name it in Dask's "
                "settings; docs/cluster.md shows how."
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # we compare what has to be
            return Client(
                where,
                name="hipcv",
                timeout=_CONNECT_S,
                set_as_default=False,
                direct_to_workers=False,
            )
    except (OSError, ImportError, RuntimeError, TypeError, ValueError) as fault:
        raise EnvironmentFault(
            f"{where}: no Dask scheduler answers there. See that it runs, that address and "
            "certificates are right, and that no firewall stands between."
        ) from fault


def _where(scheduler: str) -> str:
    """The scheduler's address."""
    path = Path(scheduler)
    if path.is_file():
        try:
            return str(json.loads(path.read_text(encoding="utf-8"))["address"])
        except (ValueError, KeyError, TypeError) as fault:
            raise BadRequest(f"{path}: not the file of a Dask scheduler.") from fault
    if not _ADDRESS.fullmatch(scheduler):
        raise BadRequest(
            f"--scheduler {scheduler}: neither an address such as tcp://10.0.0.5:8786 nor the "
            "file of a scheduler."
        )
    return scheduler
