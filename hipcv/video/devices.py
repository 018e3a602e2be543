"""List of the cameras of this machine."""

import sys
from dataclasses import dataclass
from typing import Final

from hipcv.core.errors import BadRequest, CameraUnavailable
from hipcv.core.text import normal_form
from hipcv.language import _

NUMBERED_BY_BACKEND: Final = 100
"""Lowest camera number that includes the backend of OpenCV: 700 is the first of DirectShow."""


@dataclass(frozen=True, slots=True)
class Device:
    """One camera."""

    number: int  # as `Camera` opens it
    name: str


def list_cameras() -> tuple[Device, ...]:
    """Return every camera, by number; one that several backends list is included once.

    Cameras of the system's own backend are numbered from 0. Another backend only adds cameras that
    the first does not list, such as a phone as a webcam in DirectShow.
    """
    from cv2_enumerate_cameras import enumerate_cameras

    devices: dict[str, Device] = {}
    names: set[str] = set()
    for backend in _backends():
        offset = 0 if backend == own_backend() else backend
        listed = [c for c in enumerate_cameras(backend) if (c.name or "") not in names]
        for camera in listed:
            number = camera.index + offset
            name = camera.name or _("camera {number}").format(number=number)
            devices.setdefault(f"{name} {camera.path or number}", Device(number, name))
        names.update(camera.name or "" for camera in listed)
    return tuple(sorted(devices.values(), key=lambda device: device.number))


def own_backend() -> int:
    """Return the OpenCV backend that numbers and opens cameras on this system."""
    import cv2

    backends = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
    return backends.get(sys.platform, cv2.CAP_V4L2)


def backend_of(number: int) -> int:
    """Return the backend that opens a camera number; CAP_ANY if the number includes it."""
    import cv2

    return own_backend() if number < NUMBERED_BY_BACKEND else cv2.CAP_ANY


def find_camera(query: str) -> Device:
    """Return the camera with a number, a name, or the only one with a part of a name.

    Raises:
        BadRequest: no camera matches, or several do.
        CameraUnavailable: this machine has none.
    """
    devices = list_cameras()
    if not devices:
        raise CameraUnavailable(
            _(
                "No camera was found. Plug one in, allow the terminal to use it, or name "
                "a recorded clip with --camera FILE."
            )
        )
    matches = _matches(query, devices)
    if len(matches) == 1:
        return matches[0]
    listed = "; ".join(f"{device.number} {device.name}" for device in devices)
    raise BadRequest(
        _("--camera {query}: no single camera is meant. There are: {listed}.").format(
            query=query, listed=listed
        )
    )


def _matches(query: str, devices: tuple[Device, ...]) -> list[Device]:
    if query.isdecimal():  # a camera number, else a position in the list
        numbered = [device for device in devices if device.number == int(query)]
        return numbered or list(devices[int(query) : int(query) + 1])
    word = normal_form(query)
    exact = [device for device in devices if normal_form(device.name) == word]
    return exact or [device for device in devices if word in normal_form(device.name)]


def _backends() -> list[int]:
    """Return the backends that OpenCV and the lister support here, the system's own first."""
    from cv2 import videoio_registry
    from cv2_enumerate_cameras import supported_backends

    usable = [b for b in supported_backends if videoio_registry.hasBackend(b)]
    return sorted(usable, key=lambda backend: backend != own_backend())
