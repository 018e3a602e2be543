"""Software environment of a result: version, method and pose model hashes."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from hipcv.version import __version__


@dataclass(frozen=True, slots=True)
class SoftwareEnvironment:
    """The software that must be equal on two machines for equal results."""

    hipcv: str  # version
    dask: str  # version of `distributed`; "" where it is not installed
    method: int  # `pipeline.METHOD`
    models: Mapping[str, str]  # SHA-256 of every pose model that may be used, by name


def current_environment(model: str) -> SoftwareEnvironment:
    """Return the environment of this process; its pose models must be installed."""
    from hipcv import pipeline
    from hipcv.clip_reader import LOOK_MODEL

    try:
        dask = version("distributed")
    except PackageNotFoundError:
        dask = ""
    hashes = model_hashes(model, LOOK_MODEL)
    return SoftwareEnvironment(__version__, dask, pipeline.METHOD, hashes)


def model_hashes(model: str, look_model: str) -> dict[str, str]:
    """Return the SHA-256 of a pose model, and of that of the landmarks where it is installed.

    Raises:
        ModelMissing: the model is not on this machine.
    """
    from hipcv.estimation import models

    installed = [check.spec for check in models.verify_all() if check.condition == "good"]
    hashes = {file.name: file.sha256 for file in installed if file.name == look_model}
    return {model: models.find(model).sha256, **hashes}
