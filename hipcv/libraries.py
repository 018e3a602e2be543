"""Versions of the libraries that hipcv was tested with, compared with those that are installed.

The one check of `hipcv doctor` and of every command that loads a pose library. It reads what
installers recorded and imports nothing, so that a version that must not run never does.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hipcv.core.errors import EnvironmentFault
from hipcv.language import N_, Translated, _

Version = tuple[int, ...]

MEDIAPIPE: Final = (0, 10, 31)

OPENCV: Final = "opencv-python"
OPENCV_BUILDS: Final = (
    OPENCV,
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)
"""Distributions that all install the same module, `cv2`, over one another."""

ACCEPTED: Final[dict[str, tuple[str, Callable[[Version], bool]]]] = {
    "mediapipe": ("==0.10.31", lambda version: version == MEDIAPIPE),
    "numpy": (">=2", lambda version: version >= (2,)),
    "av": (">=18,<19", lambda version: (18,) <= version < (19,)),
    OPENCV: (">=5,<6", lambda version: (5,) <= version < (6,)),
}
"""Versions by distribution, as in pyproject.toml."""

REASONS: Final = Translated(
    {
        "mediapipe": N_("others contact a server when they run, or were not tested"),
        "numpy": N_("the libraries that read the clip are built for it"),
        "av": N_("others read clips in another way"),
        OPENCV: N_("others draw and read pictures in another way"),
    }
)


@dataclass(frozen=True, slots=True)
class LibraryFault:
    """A library that must not be used as it is installed."""

    name: str  # of the distribution
    text: str  # one sentence
    remedy: str  # a command


def faults() -> list[LibraryFault]:
    """Return every fault of the installed versions; a library that is absent is none."""
    builds = {name: version for name in OPENCV_BUILDS if (version := installed_version(name))}
    found = [fault for name in ACCEPTED if name != OPENCV and (fault := _fault(name, name))]
    if len(set(builds.values())) > 1:
        return [*found, _several(builds)]
    return [*found, *[fault for name in builds if (fault := _fault(OPENCV, name))]]


def require() -> None:
    """Refuse to go on with a version of a library that must not be used.

    Raises:
        EnvironmentFault: with the library, its version and what to do.
    """
    for fault in faults():
        raise EnvironmentFault(f"{fault.text} {fault.remedy}")


def installed_version(name: str) -> str:
    """Return the version of an installed distribution; "" where it is absent or unknown."""
    from importlib import metadata  # slow, and every command imports this module

    try:
        return metadata.version(name) or ""
    except (metadata.PackageNotFoundError, KeyError, OSError, ValueError, TypeError):
        return ""


def opencv_build() -> str:
    """Return the distribution that OpenCV was installed as; the usual one where none is."""
    return next((name for name in OPENCV_BUILDS if installed_version(name)), OPENCV)


def _fault(declared: str, name: str) -> LibraryFault | None:
    """Return the fault of the version of `name`, which must be one of those of `declared`."""
    version = installed_version(name)
    wanted, accepts = ACCEPTED[declared]
    if not version or accepts(_parsed(version)):
        return None
    text = _("{name} {version} is installed, and hipcv needs {name}{wanted}: {reason}.")
    requirement = f'"{name}{wanted}"'
    return LibraryFault(
        name,
        text.format(name=name, version=version, wanted=wanted, reason=REASONS[declared]),
        _("Run: pip install {requirement}").format(requirement=requirement),
    )


def _several(builds: dict[str, str]) -> LibraryFault:
    listed = ", ".join(f"{name} {version}" for name, version in builds.items())
    text = _("Several builds of OpenCV are installed over one another: {listed}.")
    remedy = _("Run: pip uninstall {names}, then: pip install {requirement}")
    requirement = f'"{OPENCV}{ACCEPTED[OPENCV][0]}"'
    return LibraryFault(
        OPENCV,
        text.format(listed=listed),
        remedy.format(names=" ".join(builds), requirement=requirement),
    )


def _parsed(version: str) -> Version:
    """Return the numbers at the beginning of a version."""
    numbers = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in numbers[0].split(".")) if numbers else ()
