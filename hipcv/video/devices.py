"""Which cameras this machine has."""

from dataclasses import dataclass

from hipcv.core.errors import BadRequest, CameraUnavailable


@dataclass(frozen=True, slots=True)
class Device:
    """One camera."""

    number: int  # as OpenCV opens it
    name: str


def cameras() -> tuple[Device, ...]:
    """Every camera, by number; one that several backends offer is listed once."""
    from cv2_enumerate_cameras import enumerate_cameras

    found: dict[str, Device] = {}
    for camera in enumerate_cameras():
        key = f"{camera.name} {camera.path or camera.index}"
        found.setdefault(key, Device(camera.index, camera.name or f"camera {camera.index}"))
    return tuple(sorted(found.values(), key=lambda device: device.number))


def choose(wanted: str) -> Device:
    """The camera that is meant by a number, or by a part of a name that only one has.

    Raises:
        BadRequest: there is none such, or several.
        CameraUnavailable: there is none at all.
    """
    there = cameras()
    if not there:
        raise CameraUnavailable(
            "No camera was found. Plug one in, allow the terminal to use it, or name a recorded "
            "clip with --camera FILE."
        )
    if wanted.isdecimal():
        chosen = [device for device in there if device.number == int(wanted)]
        if not chosen and int(wanted) < len(there):
            chosen = [there[int(wanted)]]
    else:
        chosen = [device for device in there if wanted.casefold() in device.name.casefold()]
    if len(chosen) == 1:
        return chosen[0]
    listed = "; ".join(f"{device.number} {device.name}" for device in there)
    raise BadRequest(f"--camera {wanted}: no single camera is meant. There are: {listed}.")
