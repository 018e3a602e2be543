"""Evidence to plain arrays and back, with a schema number: what an archive stores.

Keys are `track.NAME`, and `left.NAME` or `right.NAME` for a side's closeup, with
`left.motion.NAME` for what its regions did.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import numpy as np

from hipcv.core.closeup import Closeup, RegionMotion
from hipcv.core.errors import InvalidTrack
from hipcv.core.landmarks import Side
from hipcv.core.pose import PoseTrack

SCHEMA: Final = 1

Arrays = dict[str, np.ndarray[Any, Any]]


def to_arrays(track: PoseTrack, closeups: Mapping[Side, Closeup]) -> Arrays:
    """Everything a result was made from, flat."""
    arrays = {"schema": np.array(SCHEMA)} | _flat("track", track)
    for side, closeup in closeups.items():
        arrays |= _flat(side.value, closeup)
    return arrays


def from_arrays(
    arrays: Mapping[str, np.ndarray[Any, Any]],
) -> tuple[PoseTrack, dict[Side, Closeup]]:
    """The evidence again.

    Raises:
        InvalidTrack: an array is missing, of another schema, or does not fit.
    """
    if int(arrays.get("schema", np.array(-1))) != SCHEMA:
        raise InvalidTrack("stored by another version of hipcv. Analyse the clip again.")
    try:
        width, height = (int(v) for v in arrays["track.size_px"])
        track = PoseTrack(**(_of("track", arrays, PoseTrack) | {"size_px": (width, height)}))
        closeups = {side: _closeup(side, arrays) for side in Side if f"{side}.time_s" in arrays}
    except KeyError as missing:
        raise InvalidTrack(f"{missing.args[0]} is missing. Analyse the clip again.") from missing
    return track, closeups


def _closeup(side: Side, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Closeup:
    followed = f"{side}.motion.time_s" in arrays
    known = _of(side.value, arrays, Closeup, apart=("side", "motion"))
    apart = {
        "side": side,
        "motion": RegionMotion(**_of(f"{side}.motion", arrays, RegionMotion)) if followed else None,
        "shank_px": float(known["shank_px"]),
        "model": str(known["model"]),
    }
    return Closeup(**(known | apart))


def _flat(prefix: str, record: Any) -> Arrays:  # noqa: ANN401 - any record of arrays
    arrays: Arrays = {}
    for known in fields(record):
        value = getattr(record, known.name)
        if isinstance(value, RegionMotion):
            arrays |= _flat(f"{prefix}.{known.name}", value)
        elif value is not None:
            arrays[f"{prefix}.{known.name}"] = np.asarray(value)
    return arrays


def _of(
    prefix: str,
    arrays: Mapping[str, np.ndarray[Any, Any]],
    kind: type,
    *,
    apart: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Every field of a record but those set apart; a missing one is a KeyError with its name."""
    names = [known.name for known in fields(kind) if known.name not in apart]
    return {name: arrays[f"{prefix}.{name}"] for name in names}
