"""By what means results are made on a machine, and how another machine's differ from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import hipcv
from hipcv.core.errors import HipcvError

_SAME: Final = "Install the same hipcv, Dask and pose models on every machine."


@dataclass(frozen=True, slots=True)
class Means:
    """What has to be alike on two machines, so that their results are the same."""

    hipcv: str  # version
    dask: str  # version of its `distributed`; "" where it is not installed
    method: int  # `pipeline.METHOD`
    models: Mapping[str, str]  # SHA-256 of every pose model that may be used, by name


def models_for(model: str, fallback: str) -> dict[str, str]:
    """SHA-256 of the model that is used, and of the one used where it fails, if that is here.

    Raises:
        ModelMissing: the model is not on this machine.
    """
    from hipcv.estimation import models

    here = [check.spec for check in models.verify_all() if check.condition == "good"]
    spare = {known.name: known.sha256 for known in here if known.name == fallback}
    return {model: models.find(model).sha256, **spare}


def means_here(model: str) -> Means:
    """By what means results are made here.

    Raises:
        ModelMissing: the model is not on this machine.
    """
    from hipcv import pipeline

    return Means(
        hipcv=hipcv.__version__,
        dask=_version_of("distributed"),
        method=pipeline.METHOD,
        models=models_for(model, pipeline.FALLBACK_MODEL),
    )


def objection(wanted: Means, model: str) -> str:
    """Why results made here would not be as wanted, to be told after this machine's name."""
    try:
        here = means_here(model)
    except HipcvError as fault:
        return str(fault)
    except (ImportError, OSError) as fault:
        return f"hipcv cannot be used there ({fault}). `hipcv doctor` says what to install."
    told = _differences(here, wanted)
    return f"it has {', '.join(told)}. {_SAME}" if told else ""


def hipcv_objection(wanted: Means) -> str:
    """The same for a machine that only hands on, and so needs no models."""
    told = _version_differences(Means(hipcv.__version__, wanted.dask, 0, {}), wanted)
    return f"it has {', '.join(told)}. {_SAME}" if told else ""


def _differences(here: Means, wanted: Means) -> list[str]:
    """In words, what is not alike."""
    told = _version_differences(here, wanted)
    if here.method != wanted.method:
        told.append(f"method {here.method} in place of {wanted.method}")
    for name in sorted({*here.models, *wanted.models}):
        if name not in here.models:
            told.append(f"no {name} pose model")
        elif here.models[name] != wanted.models.get(name):
            told.append(f"another {name} pose model")
    return told


def _version_differences(here: Means, wanted: Means) -> list[str]:
    pairs = (("hipcv", here.hipcv, wanted.hipcv), ("Dask", here.dask, wanted.dask))
    return [f"{what} {its} in place of {ours}" for what, its, ours in pairs if its != ours]


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
