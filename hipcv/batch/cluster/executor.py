"""Execution of jobs on the workers of a Dask scheduler: one process per clip there, too."""

import logging
import re
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final, TypedDict
from uuid import uuid4

from hipcv.batch.cluster.compatibility import check_cluster
from hipcv.batch.cluster.dispatcher import Dispatcher, TaskError, TaskResult, WorkersDied
from hipcv.batch.cluster.starters import OpenStarter
from hipcv.batch.cluster.task import Cancelled, ClusterTask, Reply, WorkerContext, execute
from hipcv.batch.environment import SoftwareEnvironment, current_environment
from hipcv.batch.executor import Event, StopRequest, Waiting
from hipcv.batch.job import Job
from hipcv.batch.warm import WarmWorkers
from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.language import _
from hipcv.outside_json import parse

_CONNECT_S: Final = 10.0
_ADDRESS: Final = re.compile(r"[a-z]+://\S+|[\w.\-\[\]:]+:\d+")
_LOGS: Final = "distributed distributed.client distributed.comm tornado tornado.application"


@dataclass(frozen=True, slots=True)
class DaskExecutor:
    """An `Executor` on the workers of a Dask scheduler."""

    client: Any  # dask.distributed.Client
    environment: SoftwareEnvironment  # required of every worker
    max_jobs: int | None = None  # the most clips to submit at once; None: by the workers' threads
    open_starter: OpenStarter = WarmWorkers
    poll_interval_s: float = 0.1
    no_worker_timeout_s: float = 600.0
    needs_sha256: bool = True  # a worker has to know whether it has the same clip

    def run(
        self,
        jobs: Iterable[Job | None],
        stop: StopRequest,
        wait: Callable[[float], None] = time.sleep,
    ) -> Generator[Event]:
        """Run jobs in their order; see `Executor`."""
        waiting = Waiting(jobs)
        connection = _DaskConnection(self.client)
        dispatcher = Dispatcher(
            connection, self.environment, self.open_starter, self.max_jobs, self.no_worker_timeout_s
        )
        try:
            while True:
                yield from (
                    dispatcher.cancel_unstarted() if stop.requested else dispatcher.fill(waiting)
                )
                if not dispatcher.busy and (waiting.exhausted or stop.requested):
                    return
                wait(self.poll_interval_s)
                yield from dispatcher.poll()
                if stop.expired:
                    yield from dispatcher.requeue_all()
                    return
        except EnvironmentFault:
            yield from dispatcher.requeue_all()
            raise
        finally:
            dispatcher.close()
            connection.close()


@contextmanager
def connect(
    scheduler: str,
    model: str,
    *,
    max_jobs: int | None = None,
    open_starter: OpenStarter = WarmWorkers,
    first_worker_timeout_s: float = 30.0,
) -> Iterator[DaskExecutor]:
    """Connect to a scheduler, once all its machines are known to give the same results.

    `scheduler` is an address (`tcp://HOST:PORT`, `tls://HOST:PORT`) or a scheduler file; `max_jobs`
    the most clips to submit at once; `open_starter` is called on the workers.

    Raises:
        BadRequest: neither an address nor a scheduler file.
        EnvironmentFault: Dask is not installed, nothing answers, there is no worker, or one would
            give other results.
    """
    client = _client(scheduler)
    try:
        environment = current_environment(model)
        check_cluster(client, environment, model, first_worker_timeout_s)
        yield DaskExecutor(client, environment, max_jobs, open_starter)
    finally:
        with suppress(Exception):  # the scheduler may be gone
            client.close(timeout=_CONNECT_S)


def task_key(number: int) -> str:
    """Return a new name of the task of a job: it reveals the number and nothing about the clip.

    The rest is random, as a scheduler takes equal names for one task, also those of two batches.
    """
    return f"hipcv-{number:06}-{uuid4().hex[:12]}"


@dataclass(slots=True)
class _DaskConnection:
    """A `WorkerConnection` by a Dask client."""

    client: Any
    futures: dict[str, Any] = field(default_factory=dict)  # by key
    started_keys: SimpleQueue[str] = field(default_factory=SimpleQueue)
    topic: str = field(default_factory=lambda: f"hipcv-{uuid4().hex}")
    completed: Any = None  # as_completed: fetches results in the background

    def __post_init__(self) -> None:
        from distributed import as_completed

        self.completed = as_completed(loop=self.client.loop, with_results=True, raise_errors=False)
        self.client.subscribe_topic(self.topic, lambda event: self.started_keys.put(event[1]))

    def submit(self, task: ClusterTask) -> str:
        self._check()
        key = task_key(task.number)
        future = self.client.submit(
            _on_worker,
            task,
            self.topic,
            key=key,
            pure=False,
            priority=int(task.content is not None),  # a clip stays in memory only briefly
        )
        self.futures[key] = future
        self.completed.add(future)
        return key

    def started(self) -> list[str]:
        keys = []
        with suppress(Empty):
            while True:
                keys.append(self.started_keys.get_nowait())
        return keys

    def results(self) -> list[tuple[str, TaskResult]]:
        self._check()
        return [
            (future.key, _task_result(future, value))
            for future, value in self.completed.next_batch(block=False)
            if self.futures.pop(future.key, None) is not None
        ]

    def cancel(self, keys: Iterable[str]) -> None:
        futures = [self.futures.pop(key) for key in keys if key in self.futures]
        if futures and self.client.status == "running":
            with suppress(OSError, RuntimeError):
                self.client.cancel(futures)

    def threads(self) -> int:
        self._check()
        try:
            return sum(self.client.nthreads().values())
        except (OSError, RuntimeError) as error:
            raise _connection_lost(self.client) from error

    def close(self) -> None:
        self.completed.clear()
        with suppress(OSError, RuntimeError, ValueError):
            self.client.unsubscribe_topic(self.topic)

    def _check(self) -> None:
        if self.client.status != "running":
            raise _connection_lost(self.client)


def _connection_lost(client: Any) -> EnvironmentFault:  # noqa: ANN401 - Dask is loaded late
    return EnvironmentFault(
        _(
            "The Dask scheduler at {address} no longer answers. Results so far are kept; run the "
            "same command again when it does."
        ).format(address=client.scheduler.address)
    )


def _task_result(future: Any, value: Any) -> TaskResult:  # noqa: ANN401 - Dask is loaded late
    from distributed import KilledWorker

    if future.status == "finished":
        reply: Reply = value
        return reply
    if future.status in {"cancelled", "lost"}:
        return Cancelled()
    error = value[1] if isinstance(value, tuple) else value
    if isinstance(error, KilledWorker):
        return WorkersDied(error.allowed_failures + 1)
    return TaskError(
        _(
            "it could not be analysed on the cluster ({kind}: {error}). See the log of its "
            "workers, and run the same command again."
        ).format(kind=type(error).__name__, error=error)
    )


def _on_worker(task: ClusterTask, topic: str) -> Reply:
    """Execute one task in a thread of a worker."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def is_needed() -> bool:
        state = worker.state.tasks.get(key)
        alive = worker.status.name not in {"closing", "closed", "failed"}
        return alive and state is not None and state.state == "executing"

    def notify_start() -> None:
        worker.log_event(topic, key)

    context = WorkerContext(worker.address, Path(worker.local_directory), notify_start, is_needed)
    return execute(task, context)


def _client(scheduler: str) -> Any:  # noqa: ANN401 - Dask is loaded late
    """Return a client connected to the scheduler only, not to its workers."""
    address = _address(scheduler)
    try:
        import dask
        from distributed import Client, Security
        from distributed.versions import VersionMismatchWarning
    except ImportError as error:
        raise EnvironmentFault(
            _(
                'Dask is not installed, which --scheduler needs. `pip install "hipcv[cluster]"` '
                "brings it."
            )
        ) from error
    for log in _LOGS.split():
        logging.getLogger(log).setLevel(logging.CRITICAL)  # errors reach the user by our own texts
    # A task may carry its clip.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})
    try:
        ssl_context = Security().get_connection_args("client").get("ssl_context")
        if address.startswith("tls:") and ssl_context is None:  # Dask would hang
            raise EnvironmentFault(
                _(
                    "{address}: no certificate for TLS is set on this machine. Name it in Dask's "
                    "settings; docs/cluster.md shows how."
                ).format(address=address)
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # see compatibility.py
            return Client(
                address,
                name="hipcv",
                timeout=_CONNECT_S,
                set_as_default=False,
                direct_to_workers=False,
            )
    except (OSError, ImportError, RuntimeError, TypeError, ValueError) as error:
        raise EnvironmentFault(
            _(
                "{address}: no Dask scheduler answers there. See that it runs, that address and "
                "certificates are right, and that no firewall stands between."
            ).format(address=address)
        ) from error


class SchedulerFile(TypedDict):
    """Keys of a Dask scheduler's file that are used here; it has others."""

    address: str


def _address(scheduler: str) -> str:
    """Return the scheduler's address, from its file where that is given."""
    path = Path(scheduler)
    if path.is_file():
        try:
            content: SchedulerFile = parse(path.read_bytes(), SchedulerFile)
        except (OSError, ValueError) as error:
            raise BadRequest(
                _("{path}: not the file of a Dask scheduler.").format(path=path)
            ) from error
        return content["address"]
    if not _ADDRESS.fullmatch(scheduler):
        raise BadRequest(
            _(
                "--scheduler {scheduler}: neither an address such as tcp://10.0.0.5:8786 nor the "
                "file of a scheduler."
            ).format(scheduler=scheduler)
        )
    return scheduler
