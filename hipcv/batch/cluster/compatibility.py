"""Comparison of software environments: every machine of a cluster must give the same results."""

from typing import Any, Final
from uuid import uuid4

from hipcv.batch.environment import SoftwareEnvironment, current_environment
from hipcv.core.errors import EnvironmentFault, HipcvError
from hipcv.language import N_, _
from hipcv.version import __version__

_REMEDY: Final = N_("Install the same hipcv, Dask and pose models on every machine.")


def check_cluster(
    client: Any,  # noqa: ANN401 - Dask is loaded late
    required: SoftwareEnvironment,
    model: str,
    first_worker_timeout_s: float,
) -> None:
    """Check that the scheduler and all workers have the required environment.

    Raises:
        EnvironmentFault: one has not, and the text names it; or there is no worker.
    """
    scheduler = _("The scheduler {address}").format(address=client.scheduler.address)
    try:
        problem = client.run_on_scheduler(scheduler_incompatibility, required)
    except (ImportError, AttributeError, OSError, RuntimeError) as error:
        problem = error
    _raise_if_incompatible(scheduler, problem)
    _wait_for_worker(client, scheduler, first_worker_timeout_s)
    problems = client.run(incompatibility, required, model, on_error="return")
    for worker, problem in problems.items():
        if not isinstance(problem, OSError):  # it left meanwhile; every task checks its worker
            _raise_if_incompatible(_("The worker {worker}").format(worker=worker), problem)


def _wait_for_worker(client: Any, scheduler: str, timeout_s: float) -> None:  # noqa: ANN401
    """Wait for a worker; a task that waits makes an adaptive cluster start one."""
    waiting = client.submit(int, key=f"hipcv-start-{uuid4().hex[:12]}", pure=False)
    try:
        client.wait_for_workers(1, timeout=timeout_s)
    except TimeoutError as error:
        raise EnvironmentFault(
            _("{scheduler} has no workers. Start some, and run the same command again.").format(
                scheduler=scheduler
            )
        ) from error
    finally:
        waiting.cancel()


def incompatibility(required: SoftwareEnvironment, model: str) -> str:
    """Return why results made here would differ, to follow this machine's name; "" if not."""
    try:
        here = current_environment(model)
    except HipcvError as error:
        return str(error)
    except (ImportError, OSError) as error:
        return _(
            "hipcv cannot be used there ({error}). `hipcv doctor` says what to install."
        ).format(error=error)
    differences = _version_differences(here, required)
    if here.method != required.method:
        differences.append(
            _("{name} {theirs} in place of {ours}").format(
                name=_("method"), theirs=here.method, ours=required.method
            )
        )
    for name in sorted({*here.models, *required.models}):
        if name not in here.models:
            differences.append(_("no {name} pose model").format(name=name))
        elif here.models[name] != required.models.get(name):
            differences.append(_("another {name} pose model").format(name=name))
    return _sentence(differences)


def scheduler_incompatibility(required: SoftwareEnvironment) -> str:
    """Return the same for the scheduler, which analyzes nothing and needs no models."""
    here = SoftwareEnvironment(__version__, required.dask, 0, {})
    return _sentence(_version_differences(here, required))


def _version_differences(here: SoftwareEnvironment, required: SoftwareEnvironment) -> list[str]:
    pairs = (("hipcv", here.hipcv, required.hipcv), ("Dask", here.dask, required.dask))
    return [
        _("{name} {theirs} in place of {ours}").format(name=name, theirs=theirs, ours=ours)
        for name, theirs, ours in pairs
        if theirs != ours
    ]


def _sentence(differences: list[str]) -> str:
    return (
        _("it has {differences}. {remedy}").format(
            differences=", ".join(differences), remedy=_(_REMEDY)
        )
        if differences
        else ""
    )


def _raise_if_incompatible(machine: str, problem: str | Exception) -> None:
    if isinstance(problem, Exception):
        raise EnvironmentFault(
            _(
                "{machine}: hipcv cannot be used there ({problem}). Install the same hipcv on "
                "every machine."
            ).format(machine=machine, problem=problem)
        ) from problem
    if problem:
        raise EnvironmentFault(f"{machine}: {problem}")
