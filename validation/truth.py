"""Truth of a rendered clip: rotation and compensations at every end range.

Read from NAME.truth.json next to NAME.mp4. Everything is the change from the clip's still start;
a repetition's end range is the half second of a hold in which the running median of the shank's
rotation is largest, and without any hold the half second in which it is largest at all. Internal
rotation, tested side of the pelvis up, lean away from the tested side, knee up and knee outwards
are positive; a knee that straightens is negative.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from hipcv.core.arrays import Floats, Ints

WINDOW_S: Final = 0.5
WINDOW_MIN_SHARE: Final = 0.6
"""Shortest window at the clip's end, as share of `WINDOW_S`."""

HELD_RANGE_DEG: Final = 3.0
"""Largest range of the rotation in half a second that counts as held; tremor is a tenth of it."""

HELD_SHARE: Final = 0.6
"""Least share of the largest median that a hold has; less is the rest before or after a kick."""

STILL_PHASE: Final = 0.002
STILL_FRAMES: Final = 20
LEGS: Final = {"left": "L", "right": "R"}
KNEE_STEADY_DEG: Final = 6.0
"""Largest change of knee flexion of a steady knee."""

CHILD_AGE: Final = 0.3
"""Age of the renderer, 0 to 1, under which the build is a child's."""

LOOSE_M: Final = 0.02
"""Distance of cloth from the leg above which it counts as loose."""


@dataclass(frozen=True, slots=True)
class Compensation:
    """Representation of one finding in the truth, with its clear and negligible amounts."""

    code: str
    truth: str  # name in the truth file
    channels: tuple[str, ...]  # names in the result; the largest counts; empty: not measured
    sign: int  # of truth and channel if present; 0: either way
    clear_deg: float  # must be found from this amount on
    negligible_deg: float  # must not be found up to this amount
    has_finding: bool = True  # False: only its channel is reported

    def amount_deg(self, change_deg: Mapping[str, float]) -> float:
        """Return the true amount; negative in the other direction if only one counts."""
        change = change_deg[self.truth]
        return abs(change) if self.sign == 0 else self.sign * change


COMPENSATIONS: Final = (
    Compensation("pelvic_hike", "pelvis_obliquity", ("pelvic_obliquity_deg",), 1, 6.0, 1.5),
    Compensation("trunk_lean", "trunk_lean", ("trunk_lean_deg",), 0, 8.0, 2.5),
    Compensation(
        "thigh_lift", "thigh_elev", ("knee_rise_ratio", "knee_rise_outline_ratio"), 1, 8.0, 2.0
    ),
    Compensation(
        "knee_drift", "thigh_azim", ("knee_drift_ratio", "knee_drift_outline_ratio"), 0, 8.0, 2.0
    ),
    Compensation("trunk_rotation", "trunk_rotation", ("trunk_shift_ratio",), 0, 11.0, 3.0),
    Compensation(
        "knee_extension", "knee_flex", ("foot_reach_ratio",), -1, 12.0, 4.0, has_finding=False
    ),
)

NEARLY_CLEAN_DEG: Final = 0.6
"""Added to the negligible amounts of a clean side, for tremor and sway."""


@dataclass(frozen=True, slots=True)
class RepTruth:
    """Truth of one repetition at its end range, as change from the start."""

    shank_deg: float  # the shank's rotation: what the camera can see
    hip_deg: float  # the hip's rotation, relative to the pelvis
    change_deg: Mapping[str, float]  # by name in the truth file
    held: bool = True

    @property
    def knee_steady(self) -> bool:
        """True if the knee kept its flexion."""
        return abs(self.change_deg["knee_flex"]) <= KNEE_STEADY_DEG

    @property
    def clean(self) -> bool:
        """True if every compensation is negligible."""
        return all(
            abs(self.change_deg[kind.truth]) <= kind.negligible_deg + NEARLY_CLEAN_DEG
            for kind in COMPENSATIONS
        )


@dataclass(frozen=True, slots=True)
class Conditions:
    """Recording conditions that may affect the error."""

    yaw_deg: float  # camera, positive towards the patient's left
    pitch_deg: float  # camera, positive above
    clothes: str
    light: str
    lines: int  # the picture's shorter side in pixels
    frame_rate_hz: float
    person: str
    hand_held: bool


@dataclass(frozen=True, slots=True)
class ClipTruth:
    """Truth and conditions of one clip."""

    name: str
    group: str  # name of its folder
    clip: Path
    kind: str  # "ir", or the reason to refuse it
    duration_s: float
    asked_side: str  # the leg the clip is about
    sides: Mapping[str, tuple[RepTruth, ...]]  # only those that were tested
    tilt_deg: Mapping[str, Floats]  # (T,) of both legs in the picture, internal positive
    conditions: Conditions
    difficulty: str = ""  # of real recordings, for which the clip stands

    @property
    def measurable(self) -> bool:
        """True if the clip must give an angle."""
        return self.kind == "ir"


def read(path: Path) -> ClipTruth:
    """Read the truth of one clip from its NAME.truth.json.

    The repetitions are those of `per_instant` where the pictures in `per_frame` are not evenly
    spaced in time, or begin before the start.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    frames = document.get("per_instant", document["per_frame"])
    reps = {side: _reps(frames, leg, document["leg"]) for side, leg in LEGS.items()}
    return ClipTruth(
        name=document["name"],
        group=path.parent.name,
        difficulty=document.get("difficulty", document["spec"].get("difficulty", "")),
        clip=path.with_name(path.name.replace(".truth.json", ".mp4")),
        kind="ir" if document["valid_test"] else document["kind"],
        duration_s=document["frames"] / document["fps"],
        asked_side=next(side for side, leg in LEGS.items() if leg == document["leg"]),
        sides={side: of_side for side, of_side in reps.items() if of_side},
        tilt_deg=_projected_tilts_deg(document),
        conditions=_conditions(document),
    )


def _projected_tilts_deg(document: Mapping[str, Any]) -> dict[str, Floats]:
    """Return the true tilt of both shanks in every picture; none without a camera."""
    if "camera" not in document:
        return {}
    signs = {"left": 1.0, "right": -1.0}
    tilts = {}
    for side, sign in signs.items():
        knee, ankle = (_projected_px(document, f"{side}_{joint}") for joint in ("knee", "ankle"))
        across, down = (ankle - knee).T
        tilts[side] = sign * np.degrees(np.arctan2(across, down))
    return tilts


def _projected_px(document: Mapping[str, Any], joint: str) -> Floats:
    """Return a joint in every picture, (T, 2) pixels; a shaken camera has a centre in each.

    `k1` of the camera is the first radial coefficient of its lens, in OpenCV's sense.
    """
    camera, frames = document["camera"], document["per_frame"]
    world = np.array([frame["joints3d"][joint] for frame in frames]) - camera["position"]
    x, y, z = (world @ np.array(camera["R_world_to_cam"]).T).T
    centre = np.array(
        [[frame.get(axis, camera[axis]) for axis in ("cx", "cy")] for frame in frames]
    )
    straight = np.stack([x, -y], axis=1) / -z[:, None]
    bent = straight * (1.0 + camera.get("k1", 0.0) * (straight**2).sum(axis=1, keepdims=True))
    return np.asarray(centre + bent * [camera["fx"], camera["fy"]])


def _conditions(document: Mapping[str, Any]) -> Conditions:
    spec = document["spec"]
    outfit = spec["subject"].get("outfit", {})
    bottom = outfit.get("bottom", "shorts").replace("_", " ")
    loose = bottom == "trousers" and outfit.get("bottom_loose", 0.0) > LOOSE_M
    return Conditions(
        yaw_deg=float(spec["camera"].get("yaw", 0.0)),
        pitch_deg=float(spec["camera"].get("pitch", 0.0)),
        clothes="loose trousers" if loose else bottom,
        light=spec["light"].get("preset", "day"),
        lines=min(document["width"], document["height"]),
        frame_rate_hz=float(document["fps"]),
        person="child" if spec["subject"].get("age", 0.5) < CHILD_AGE else "adult",
        hand_held=bool(spec["camera"].get("shake_px")),
    )


def _reps(frames: list[dict[str, Any]], leg: str, only_leg: str) -> tuple[RepTruth, ...]:
    """Return every repetition of one leg; none if only the other leg was tested."""
    own = [frame for frame in frames if frame.get("leg", only_leg) == leg]
    if not own:
        return ()
    names = ("shank_frontal", "hip_ir", *(kind.truth for kind in COMPENSATIONS))
    curves = {name: np.array([frame[name] for frame in own]) for name in names}
    still = still_rows(np.array([frame["phase"] for frame in own]))
    change = {name: curve - np.median(curve[still]) for name, curve in curves.items()}
    time_s = np.array([frame["t"] for frame in own])
    number = np.array([frame["rep"] for frame in own])
    return tuple(_rep(change, np.flatnonzero(number == rep), time_s) for rep in np.unique(number))


def _rep(change: Mapping[str, Floats], rows: Ints, time_s: Floats) -> RepTruth:
    end = rows[end_range(change["shank_frontal"][rows], time_s[rows])]
    at = {name: float(np.median(curve[end])) for name, curve in change.items()}
    held = bool(np.ptp(change["shank_frontal"][end]) <= HELD_RANGE_DEG)
    shank_deg, hip_deg = at.pop("shank_frontal"), at.pop("hip_ir")
    return RepTruth(shank_deg, hip_deg, at, held)


def still_rows(phase: Floats) -> Ints:
    """Return the rows of the still start: the last ones before the motion begins.

    Args:
        phase: (T,) 0 at rest to 1 at the end range.
    """
    moving = np.flatnonzero(phase > STILL_PHASE)
    end = int(moving[0]) if len(moving) else len(phase)
    return np.arange(max(0, end - STILL_FRAMES), end) if end else np.arange(min(5, len(phase)))


def end_range(curve_deg: Floats, time_s: Floats) -> Ints:
    """Return the rows of the half second in which the median is largest, of those held if any is.

    Args:
        curve_deg: (T,) rotation of one repetition.
        time_s: (T,)
    """
    ends = np.searchsorted(time_s, time_s + WINDOW_S + 1e-9, side="right")
    windows = [
        np.arange(start, end)
        for start, end in enumerate(ends)
        if time_s[end - 1] - time_s[start] >= WINDOW_MIN_SHARE * WINDOW_S
    ]
    if not windows:
        return np.arange(len(time_s))
    top = max(float(np.median(curve_deg[rows])) for rows in windows)
    held = [
        rows
        for rows in windows
        if np.ptp(curve_deg[rows]) <= HELD_RANGE_DEG
        and np.median(curve_deg[rows]) >= HELD_SHARE * top
    ]
    return max(held or windows, key=lambda rows: float(np.median(curve_deg[rows])))
