"""Sees that every machine of a cluster would give the same results, before a clip goes there."""

from typing import Any

from hipcv.batch.means import Means, hipcv_objection, objection
from hipcv.core.errors import EnvironmentFault


def check(client: Any, means: Means, model: str, first_worker_s: float) -> None:  # noqa: ANN401
    """See that the results of every machine would be those of this one.

    Args:
        client: of Dask, connected.
        means: by which results have to be made.
        model: pose model of the batch.
        first_worker_s: how long to wait for a first worker.

    Raises:
        EnvironmentFault: they would not, or there is no worker; names the machine.
    """
    where = f"The scheduler {client.scheduler.address}"
    try:
        told = client.run_on_scheduler(hipcv_objection, means)
    except (ImportError, AttributeError, OSError, RuntimeError) as fault:
        told = fault
    _refuse(where, told)
    try:
        client.wait_for_workers(1, timeout=first_worker_s)
    except TimeoutError as fault:
        raise EnvironmentFault(
            f"{where} has no workers. Start some, and run the same command again."
        ) from fault
    for worker, told in client.run(objection, means, model, on_error="return").items():
        _refuse(f"The worker {worker}", told)


def _refuse(where: str, told: str | Exception) -> None:
    """Say why a machine cannot be used, if it cannot."""
    if isinstance(told, Exception):
        raise EnvironmentFault(
            f"{where}: hipcv cannot be used there ({told}). "
            "Install the same hipcv on every machine."
        ) from told
    if told:
        raise EnvironmentFault(f"{where}: {told}")
