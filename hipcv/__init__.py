"""Measurement of seated active hip internal rotation from a camera.

The public names are imported when first used, so that `import hipcv` loads no video or pose
library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hipcv.version import __version__ as __version__

if TYPE_CHECKING:
    from hipcv.api import Tracking as Tracking
    from hipcv.api import analyze as analyze
    from hipcv.api import assess as assess
    from hipcv.api import load_result as load_result
    from hipcv.api import measure as measure
    from hipcv.api import open_video as open_video
    from hipcv.api import reassess as reassess
    from hipcv.api import to_frame as to_frame
    from hipcv.api import track as track
    from hipcv.core.answers import Answers as Answers
    from hipcv.core.assessment import Assessment as Assessment
    from hipcv.core.assessment import ExternalRep as ExternalRep
    from hipcv.core.assessment import Rep as Rep
    from hipcv.core.assessment import Trial as Trial
    from hipcv.core.errors import BadRequest as BadRequest
    from hipcv.core.errors import EnvironmentFault as EnvironmentFault
    from hipcv.core.errors import HipcvError as HipcvError
    from hipcv.core.errors import InvalidProtocol as InvalidProtocol
    from hipcv.core.errors import InvalidTrack as InvalidTrack
    from hipcv.core.errors import ModelMissing as ModelMissing
    from hipcv.core.errors import ResultExists as ResultExists
    from hipcv.core.errors import UnreadableVideo as UnreadableVideo
    from hipcv.core.issues import Finding as Finding
    from hipcv.core.issues import Issue as Issue
    from hipcv.core.landmarks import Side as Side
    from hipcv.core.measure import Motion as Motion
    from hipcv.core.options import AnalysisOptions as AnalysisOptions
    from hipcv.core.person import Person as Person
    from hipcv.core.pose import Pose as Pose
    from hipcv.core.pose import PoseTrack as PoseTrack
    from hipcv.core.protocol import MeasurementProtocol as MeasurementProtocol
    from hipcv.pipeline import Analysis as Analysis
    from hipcv.results.output import Output as Output
    from hipcv.results.output import Written as Written
    from hipcv.results.reassess import Reassessment as Reassessment
    from hipcv.results.reassess import StoredResult as StoredResult
    from hipcv.results.write import write as write
    from hipcv.video.file import VideoFile as VideoFile

    Protocol, Request = MeasurementProtocol, AnalysisOptions

_NAMES_OF = {
    "hipcv.api": (
        "Tracking",
        "analyze",
        "assess",
        "load_result",
        "measure",
        "open_video",
        "reassess",
        "to_frame",
        "track",
    ),
    "hipcv.core.answers": ("Answers",),
    "hipcv.core.assessment": (
        "Assessment",
        "ExternalRep",
        "Rep",
        "Trial",
    ),
    "hipcv.core.errors": (
        "BadRequest",
        "EnvironmentFault",
        "HipcvError",
        "InvalidProtocol",
        "InvalidTrack",
        "ModelMissing",
        "ResultExists",
        "UnreadableVideo",
    ),
    "hipcv.core.issues": (
        "Finding",
        "Issue",
    ),
    "hipcv.core.landmarks": ("Side",),
    "hipcv.core.measure": ("Motion",),
    "hipcv.core.options": ("AnalysisOptions",),
    "hipcv.core.person": ("Person",),
    "hipcv.core.pose": (
        "Pose",
        "PoseTrack",
    ),
    "hipcv.core.protocol": ("MeasurementProtocol",),
    "hipcv.pipeline": ("Analysis",),
    "hipcv.results.output": (
        "Output",
        "Written",
    ),
    "hipcv.results.reassess": (
        "Reassessment",
        "StoredResult",
    ),
    "hipcv.results.write": ("write",),
    "hipcv.video.file": ("VideoFile",),
}
"""Public names by the module that defines them."""

_MODULE_OF = {name: module for module, names in _NAMES_OF.items() for name in names} | {
    "Protocol": "hipcv.core.protocol",
    "Request": "hipcv.core.options",
}

__all__ = list(_MODULE_OF)

_ALIASES = {"Protocol": "MeasurementProtocol", "Request": "AnalysisOptions"}  # earlier names


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), _ALIASES.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
