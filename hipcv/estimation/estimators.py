"""Factory of pose estimators: opens the one that a model of `models.toml` is declared with.

A new estimator is a module of this package with two context managers, `Tracker(path, people=...)`
(a `PoseEstimator` that follows people through a clip) and `Detector(path, people=..., masks=...)`
(a `MaskEstimator` of single pictures), and a `[[model]]` entry whose `estimator` names the module.
"""

from contextlib import AbstractContextManager
from importlib import import_module
from types import ModuleType
from typing import cast

from hipcv import libraries
from hipcv.core.interfaces import MaskEstimator, PoseEstimator
from hipcv.estimation import models


def open_tracker(model: str, *, people: int = 1) -> AbstractContextManager[PoseEstimator]:
    """Return an estimator of up to `people` people in the frames of a clip, in time order."""
    tracker = _module(model).Tracker(models.find(model).path, people=people)
    return cast("AbstractContextManager[PoseEstimator]", tracker)


def open_detector(
    model: str, *, people: int = 1, masks: bool = True
) -> AbstractContextManager[MaskEstimator]:
    """Return an estimator of up to `people` people in single pictures, with masks if asked for."""
    detector = _module(model).Detector(models.find(model).path, people=people, masks=masks)
    return cast("AbstractContextManager[MaskEstimator]", detector)


def _module(model: str) -> ModuleType:
    libraries.require()
    return import_module(f"hipcv.estimation.{models.spec(model).estimator}")
