"""Comparison of software environments: every machine of a cluster must give the same results."""

from typing import Any, Final

from hipcv.batch.environment import SoftwareEnvironment, current_environment
from hipcv.core.errors import EnvironmentFault, HipcvError
from hipcv.version import __version__

_REMEDY: Final = "Install the same hipcv, Dask and pose models on every machine."


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
    scheduler = f"The scheduler {client.scheduler.address}"
    try:
        problem = client.run_on_scheduler(scheduler_incompatibility, required)
    except (ImportError, AttributeError, OSError, RuntimeError) as error:
        problem = error
    _raise_if_incompatible(scheduler, problem)
    try:
        client.wait_for_workers(1, timeout=first_worker_timeout_s)
    except TimeoutError as error:
        raise EnvironmentFault(
            f"{scheduler} has no workers. Start some, and run the same command again."
        ) from error
    problems = client.run(incompatibility, required, model, on_error="return")
    for worker, problem in problems.items():
        _raise_if_incompatible(f"The worker {worker}", problem)


def incompatibility(required: SoftwareEnvironment, model: str) -> str:
    """Return why results made here would differ, to follow this machine's name; "" if not."""
    try:
        here = current_environment(model)
    except HipcvError as error:
        return str(error)
    except (ImportError, OSError) as error:
        return f"hipcv cannot be used there ({error}). `hipcv doctor` says what to install."
    differences = _version_differences(here, required)
    if here.method != required.method:
        differences.append(f"method {here.method} in place of {required.method}")
    for name in sorted({*here.models, *required.models}):
        if name not in here.models:
            differences.append(f"no {name} pose model")
        elif here.models[name] != required.models.get(name):
            differences.append(f"another {name} pose model")
    return _sentence(differences)


def scheduler_incompatibility(required: SoftwareEnvironment) -> str:
    """Return the same for the scheduler, which analyzes nothing and needs no models."""
    here = SoftwareEnvironment(__version__, required.dask, 0, {})
    return _sentence(_version_differences(here, required))


def _version_differences(here: SoftwareEnvironment, required: SoftwareEnvironment) -> list[str]:
    pairs = (("hipcv", here.hipcv, required.hipcv), ("Dask", here.dask, required.dask))
    return [f"{name} {theirs} in place of {ours}" for name, theirs, ours in pairs if theirs != ours]


def _sentence(differences: list[str]) -> str:
    return f"it has {', '.join(differences)}. {_REMEDY}" if differences else ""


def _raise_if_incompatible(machine: str, problem: str | Exception) -> None:
    if isinstance(problem, Exception):
        raise EnvironmentFault(
            f"{machine}: hipcv cannot be used there ({problem}). "
            "Install the same hipcv on every machine."
        ) from problem
    if problem:
        raise EnvironmentFault(f"{machine}: {problem}")
