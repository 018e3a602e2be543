"""Conversion of evidence to plain arrays with a schema number, and back, for an archive.

Keys are `track.NAME`, `left.NAME` or `right.NAME` for a side's closeup, `left.motion.NAME` for the
motion of its regions, and `left.shank.NAME` for its tracked shank. Schema 1 had no tracked shanks.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import numpy as np

from hipcv.core.arrays import Bools, Floats, Ints
from hipcv.core.closeup import Closeup, RegionMotion
from hipcv.core.errors import InvalidTrack
from hipcv.core.landmarks import Side
from hipcv.core.pose import PoseTrack
from hipcv.core.shank_track import ShankTrack
from hipcv.language import _

SCHEMA: Final = 2
READABLE: Final = (1, SCHEMA)

LARGEST: Final = 1e9
"""Largest magnitude of any value in evidence: no pixel, second or degree comes near it."""

DTYPE_KINDS: Final[Mapping[object, str]] = {
    Floats: "f",
    Ints: "iu",
    Bools: "b",
    float: "f",
    str: "U",
}
"""NumPy's kinds of the arrays that a field of each type is stored as."""

Arrays = dict[str, np.ndarray[Any, Any]]


def to_arrays(track: PoseTrack, closeups: Mapping[Side, Closeup]) -> Arrays:
    """Return the evidence of a result as one flat mapping of arrays."""
    arrays = {"schema": np.array(SCHEMA)} | _flat("track", track)
    for side, shank in track.shanks.items():
        arrays |= _flat(f"{side}.shank", shank)
    for side, closeup in closeups.items():
        arrays |= _flat(side.value, closeup)
    return arrays


def from_arrays(
    arrays: Mapping[str, np.ndarray[Any, Any]],
) -> tuple[PoseTrack, dict[Side, Closeup]]:
    """Return the track and closeups of a flat mapping of arrays.

    Raises:
        InvalidTrack: an array is missing, of another schema, or does not fit.
    """
    schema = arrays.get("schema", np.array(-1))
    if schema.shape != () or schema.dtype.kind not in "iu" or schema.item() not in READABLE:
        raise InvalidTrack(_("stored by another version of hipcv. Analyse the clip again."))
    try:
        width, height = _size_px(arrays["track.size_px"])
        shanks = {
            side: ShankTrack(**_fields(f"{side}.shank", arrays, ShankTrack))
            for side in Side
            if f"{side}.shank.tilt_deg" in arrays
        }
        stored = _fields("track", arrays, PoseTrack, exclude=("size_px", "shanks"))
        track = PoseTrack(**(stored | {"size_px": (width, height), "shanks": shanks}))
        closeups = {side: _closeup(side, arrays) for side in Side if f"{side}.time_s" in arrays}
    except KeyError as missing:
        raise InvalidTrack(
            _("{name} is missing. Analyse the clip again.").format(name=missing.args[0])
        ) from missing
    return track, closeups


def _closeup(side: Side, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Closeup:
    has_motion = f"{side}.motion.time_s" in arrays
    stored = _fields(side.value, arrays, Closeup, exclude=("side", "motion"))
    converted = {
        "side": side,
        "motion": RegionMotion(**_fields(f"{side}.motion", arrays, RegionMotion))
        if has_motion
        else None,
        "shank_px": float(stored["shank_px"]),
        "model": str(stored["model"]),
    }
    return Closeup(**(stored | converted))


def _flat(prefix: str, record: Any) -> Arrays:  # noqa: ANN401 - any record of arrays
    arrays: Arrays = {}
    for column in fields(record):
        value = getattr(record, column.name)
        if isinstance(value, RegionMotion):
            arrays |= _flat(f"{prefix}.{column.name}", value)
        elif value is not None and not isinstance(value, Mapping):
            arrays[f"{prefix}.{column.name}"] = np.asarray(value)
    return arrays


def _fields(
    prefix: str,
    arrays: Mapping[str, np.ndarray[Any, Any]],
    kind: type,
    *,
    exclude: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return every field of a record but the excluded ones; raises KeyError with a missing key."""
    columns = [column for column in fields(kind) if column.name not in exclude]
    return {
        column.name: _checked(f"{prefix}.{column.name}", arrays, column.type) for column in columns
    }


def _checked(
    key: str, arrays: Mapping[str, np.ndarray[Any, Any]], kind: object
) -> np.ndarray[Any, Any]:
    """Return an array that has the values of its field's type; raises KeyError where it lacks."""
    array = arrays[key]
    if array.dtype.kind not in DTYPE_KINDS.get(kind, "fiub"):
        raise InvalidTrack(
            _("{key}: values of another type. Analyse the clip again.").format(key=key)
        )
    if isinstance(kind, type) and array.shape != ():
        raise InvalidTrack(
            _("{key}: holds more than one value. Analyse the clip again.").format(key=key)
        )
    if array.dtype.kind in "fiu" and np.any((array > LARGEST) | (array < -LARGEST)):
        raise InvalidTrack(
            _("{key}: a value is too large. Analyse the clip again.").format(key=key)
        )
    return array


def _size_px(size: np.ndarray[Any, Any]) -> tuple[int, int]:
    if (
        size.shape != (2,)
        or size.dtype.kind not in "iu"
        or not np.all((size > 0) & (size < LARGEST))
    ):
        raise InvalidTrack(_("track.size_px: no width and height. Analyse the clip again."))
    return int(size[0]), int(size[1])
