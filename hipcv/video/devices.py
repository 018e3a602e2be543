"""Which cameras this machine has."""

import sys
from dataclasses import dataclass
from typing import Final

from hipcv.core.errors import BadRequest, CameraUnavailable

NUMBERED_BY_BACKEND: Final = 100
"""From here on a number names a backend of OpenCV too: 700 is the first of DirectShow."""


@dataclass(frozen=True, slots=True)
class Device:
    """One camera."""

    number: int  # as `Camera` opens it
    name: str


def list_cameras() -> tuple[Device, ...]:
    """Every camera that can be opened, by number; one that several backends offer comes once.

    Those of the system's own backend are numbered from 0. Another backend only adds what the
    first does not know, such as a phone that plays a webcam in DirectShow.
    """
    from cv2_enumerate_cameras import enumerate_cameras

    found: dict[str, Device] = {}
    names: set[str] = set()
    for backend in _backends():
        offset = 0 if backend == own_backend() else backend
        there = [c for c in enumerate_cameras(backend) if (c.name or "") not in names]
        for camera in there:
            number = camera.index + offset
            name = camera.name or f"camera {number}"
            found.setdefault(f"{name} {camera.path or number}", Device(number, name))
        names.update(camera.name or "" for camera in there)
    return tuple(sorted(found.values(), key=lambda device: device.number))


def own_backend() -> int:
    """The part of OpenCV by which this system's cameras are numbered and opened."""
    import cv2

    backends = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
    return backends.get(sys.platform, cv2.CAP_V4L2)


def backend_of(number: int) -> int:
    """The backend that opens a camera of this number; CAP_ANY where the number says it."""
    import cv2

    return own_backend() if number < NUMBERED_BY_BACKEND else cv2.CAP_ANY


def find_camera(wanted: str) -> Device:
    """The camera that is meant by a number, by its name, or by a part of it that only one has.

    Raises:
        BadRequest: there is none such, or several.
        CameraUnavailable: there is none at all.
    """
    there = list_cameras()
    if not there:
        raise CameraUnavailable(
            "No camera was found. Plug one in, allow the terminal to use it, or name a recorded "
            "clip with --camera FILE."
        )
    chosen = _meant(wanted, there)
    if len(chosen) == 1:
        return chosen[0]
    listed = "; ".join(f"{device.number} {device.name}" for device in there)
    raise BadRequest(f"--camera {wanted}: no single camera is meant. There are: {listed}.")


def _meant(wanted: str, there: tuple[Device, ...]) -> list[Device]:
    if wanted.isdecimal():
        numbered = [device for device in there if device.number == int(wanted)]
        return numbered or list(there[int(wanted) : int(wanted) + 1])
    word = wanted.casefold()
    exactly = [device for device in there if device.name.casefold() == word]
    return exactly or [device for device in there if word in device.name.casefold()]


def _backends() -> list[int]:
    """Those that both OpenCV and the list of cameras know here, the system's own first."""
    from cv2 import videoio_registry
    from cv2_enumerate_cameras import supported_backends

    usable = [b for b in supported_backends if videoio_registry.hasBackend(b)]
    return sorted(usable, key=lambda backend: backend != own_backend())
