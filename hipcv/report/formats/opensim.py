"""Curves and landmarks in the text formats of OpenSim, in the time order of the clip.

The angle is the shank's rotation from the person's own start position, not a joint angle of a
fitted model. The landmarks are planar and in pixels: one camera gives neither depth nor scale.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.landmarks import LANDMARK_COUNT, Landmark, Side
from hipcv.core.measure import Motion
from hipcv.core.pose import PoseTrack
from hipcv.core.side_result import result_of

_COORDINATES: Final = {Side.RIGHT: "hip_rotation_r", Side.LEFT: "hip_rotation_l"}
"""In the order of OpenSim's models; internal rotation is positive on both sides there too."""


def mot(
    motions: Iterable[Motion], name: str = "hipcv", sides: Mapping[str, Any] | None = None
) -> str:
    """Return hip rotation over time as a `.mot` file: degrees, internal positive, `nan` unmeasured.

    The columns are `time` in seconds since the clip's first frame, and `hip_rotation_r`,
    `hip_rotation_l` where they were measured.

    Args:
        motions: of one clip.
        name: of that clip.
        sides: of its result document. The header says what the result of each column is, or that
            there is none, since the largest value of a curve is not the result.
    """
    by_side = {motion.side: motion for motion in motions}
    columns = {label: by_side[side] for side, label in _COORDINATES.items() if side in by_side}
    time_s = next(iter(columns.values())).time_s if columns else np.empty(0)
    values = [time_s, *(motion.rotation_deg for motion in columns.values())]
    lines = [
        _word(name),
        "version=1",
        f"nRows={len(time_s)}",
        f"nColumns={len(values)}",
        "inDegrees=yes",
        "Turn of the shank along the thigh, from the person's own start; one camera in front;",
        "internal rotation positive; not an ISB hip joint angle. Estimated from video by hipcv.",
        *(_result_line(label, sides.get(columns[label].side.value)) for label in columns if sides),
        "endheader",
        "\t".join(["time", *columns]),
        *("\t".join(_row(row)) for row in zip(*values, strict=True)),
    ]
    return "\n".join(lines) + "\n"


def _result_line(label: str, side: Mapping[str, Any] | None) -> str:
    result = result_of(side)
    if result is None:
        counted = (side or {}).get("status") != "not_counted"
        why = "not measured" if counted else "no repetition kept the rules of the test"
        return f"{label}: no result, {why}; no value of this curve stands for one."
    provisional = ", provisional" if result.provisional else ""
    lift = ", hip lift taken off" if result.basis == "pelvis_relative" else ""
    return f"{label}: result {result.result_deg:.2f} deg, mean of what counts{provisional}{lift}."


def trc(track: PoseTrack, name: str = "hipcv") -> str:
    """Return all landmarks over time as a `.trc` file: planar, in pixels, x right, y up, Z = 0.

    The units are `px`, which no program takes for a length, and the first line says that the data
    are planar. A missing landmark has empty cells.
    """
    rate_hz = frame_rate_hz(track)
    count = len(track.time_s)
    head = [
        ["PathFileType", "4", "(X/Y/Z)", f"{_word(name)}.trc", _PLANAR],
        list(_KEYS),
        [rate_hz, rate_hz, str(count), str(LANDMARK_COUNT), "px", rate_hz, "1", str(count)],
        ["Frame#", "Time", *(cell for landmark in Landmark for cell in (landmark.name, "", ""))],
        ["", "", *(f"{axis}{n}" for n in range(1, LANDMARK_COUNT + 1) for axis in "XYZ"), ""],
        [],
    ]
    lines = ["\t".join(cells) for cells in (*head, *_marker_rows(track))]
    return "\n".join(lines) + "\n"


def upright_px(track: PoseTrack) -> Floats:
    """Return landmarks (T, 33, 2) in pixels, x right and y up from the picture's lower edge."""
    height_px = track.size_px[1]
    return np.stack([track.xy_px[..., 0], height_px - track.xy_px[..., 1]], axis=-1)


def frame_rate_hz(track: PoseTrack) -> str:
    """Return the median rate as text; each row's own time is exact where the rate varies."""
    gaps_s = np.diff(track.time_s)
    return f"{1 / float(np.median(gaps_s)):.2f}" if len(gaps_s) else "0.00"


_PLANAR: Final = "planar: one camera, Z = 0 throughout; X right, Y up, in pixels of the picture"

_KEYS: Final = (
    "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate",
    "OrigDataStartFrame", "OrigNumFrames",
)  # fmt: skip


def _marker_rows(track: PoseTrack) -> Iterator[list[str]]:
    """Return rows ending in a tab, as OpenSim's do: it would not count an empty last cell."""
    for frame, (time_s, points) in enumerate(zip(track.time_s, upright_px(track), strict=True), 1):
        cells = [cell for point in points for cell in _point(point)]
        yield [str(frame), f"{time_s:.6f}", *cells, ""]


def _point(xy_px: Floats) -> tuple[str, str, str]:
    if not np.isfinite(xy_px).all():
        return "", "", ""
    return f"{xy_px[0]:.3f}", f"{xy_px[1]:.3f}", "0.000"


def _row(values: Sequence[float]) -> Iterator[str]:
    yield f"{values[0]:.6f}"
    for value in values[1:]:
        yield f"{value + 0.0:.4f}" if np.isfinite(value) else "nan"


def _word(name: str) -> str:
    """Return the name without characters that would end its line, its cell, or a key."""
    return " ".join(name.replace("=", "-").split()) or "hipcv"
