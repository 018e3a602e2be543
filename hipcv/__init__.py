"""Measurement of seated active hip internal rotation from a camera.

The public names are imported when first used, so that `import hipcv` loads no video or pose
library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hipcv.version import __version__ as __version__

if TYPE_CHECKING:
    from hipcv.core.assessment import Assessment as Assessment
    from hipcv.core.assessment import Trial as Trial
    from hipcv.core.errors import HipcvError as HipcvError
    from hipcv.core.landmarks import Side as Side
    from hipcv.core.measure import Motion as Motion
    from hipcv.core.options import AnalysisOptions as AnalysisOptions
    from hipcv.core.pose import Pose as Pose
    from hipcv.core.pose import PoseTrack as PoseTrack
    from hipcv.core.protocol import MeasurementProtocol as MeasurementProtocol
    from hipcv.pipeline import Analysis as Analysis
    from hipcv.pipeline import analyze as analyze
    from hipcv.results.write import Output as Output
    from hipcv.results.write import write as write
    from hipcv.video.file import VideoFile as VideoFile

    Protocol, Request = MeasurementProtocol, AnalysisOptions

_MODULE_OF = {
    "Analysis": "hipcv.pipeline",
    "AnalysisOptions": "hipcv.core.options",
    "Assessment": "hipcv.core.assessment",
    "HipcvError": "hipcv.core.errors",
    "MeasurementProtocol": "hipcv.core.protocol",
    "Motion": "hipcv.core.measure",
    "Output": "hipcv.results.write",
    "Pose": "hipcv.core.pose",
    "PoseTrack": "hipcv.core.pose",
    "Protocol": "hipcv.core.protocol",
    "Request": "hipcv.core.options",
    "Side": "hipcv.core.landmarks",
    "Trial": "hipcv.core.assessment",
    "VideoFile": "hipcv.video.file",
    "analyze": "hipcv.pipeline",
    "write": "hipcv.results.write",
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
