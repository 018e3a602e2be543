"""Rotation of the shank at the plateau of one repetition."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from hipcv.core.arrays import Bools, Floats, Ints
from hipcv.core.camera_motion import camera_turn_deg, flow_began_before
from hipcv.core.closeup import START, Closeup
from hipcv.core.geometry import view_corrected_deg
from hipcv.core.kinematics import shank_rotation_deg
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.shank_track import ShankTrack
from hipcv.core.span import Span

TIME_TOLERANCE_S: Final = 1e-6

FRAMES_MIN: Final = 3
"""A plateau is the median of at least so many registered frames."""


@dataclass(frozen=True, slots=True, eq=False)
class Plateau:
    """Measurement at one repetition's plateau; NaN where nothing was measured."""

    rotation_deg: float  # view-corrected, from the start; internal positive
    picture_deg: float  # before the view correction
    landmarks_deg: float  # by knee and ankle landmarks alone, for comparison
    patch_gap_deg: float  # between the two shank patches; NaN unless both were registered
    residual_px: float  # of the registration
    registered: bool  # False: by landmarks alone
    by_outline: bool = False  # read from the tracked outline; else from masks or landmarks
    witness_deg: float = float("nan")  # by masks of a few frames, view-corrected; NaN: none
    view_deg: float = float("nan")  # thigh against the line of sight, here; NaN: unknown
    by_hand: bool = False  # read from points set by hand


@dataclass(frozen=True, slots=True)
class ViewAngles:
    """Angles that the view correction needs. NaN, unknown, counts as 0."""

    start_tilt_deg: float  # the shank against vertical, at the start
    thigh_deg: float  # test thigh against the line of sight, at the start
    end_thigh_deg: Floats | float | None = None  # (...) the same at the end; None: as at the start

    @property
    def held_thigh_deg(self) -> float:
        """Median of the thigh's angle at the end; NaN where it is unknown."""
        end_thigh = self.thigh_deg if self.end_thigh_deg is None else self.end_thigh_deg
        return float(np.median(end_thigh))

    def during(self, rows: Ints) -> "ViewAngles":
        """Return the angles of some rows' median, where the thigh's is known over time."""
        return replace(self, end_thigh_deg=float(np.median(np.asarray(self.end_thigh_deg)[rows])))

    def corrected_deg(self, picture_deg: Floats | float) -> Any:  # noqa: ANN401 - as the argument
        """Return rotations from the start, (...), with start and end corrected for the view."""
        end_thigh = self.thigh_deg if self.end_thigh_deg is None else self.end_thigh_deg
        start = view_corrected_deg(self.start_tilt_deg, np.nan_to_num(self.thigh_deg))
        end_tilt = self.start_tilt_deg + np.asarray(picture_deg)
        end = view_corrected_deg(end_tilt, np.nan_to_num(end_thigh))
        corrected = end - start
        return corrected if np.ndim(picture_deg) else float(corrected)


@dataclass(frozen=True, slots=True)
class OtherReadings:
    """Readings that a plateau needs in addition to the tracked outline."""

    landmarks_deg: float  # the rotation by landmarks
    roll_deg: float  # apparent rotation by the camera's roll since the start
    witness_off_deg: float  # angle by masks less that tracked in the same frames; NaN: no masks


def plateau_from_outline(
    shank: ShankTrack, rows: Ints, start_rows: Ints, *, view: ViewAngles, others: OtherReadings
) -> Plateau | None:
    """Measure a plateau by the tracked outline; None where it was tracked in under half of it.

    `rows` are those of the plateau, `start_rows` those of the still start; a row counts as often
    as it is given.
    """
    tracked = np.isfinite(shank.tilt_deg[rows]).any(axis=1) & ~shank.rejected[rows]
    if 2 * tracked.sum() < len(rows):
        return None
    patches = np.array(
        [_median(tilt[rows]) - _median(tilt[start_rows]) for tilt in shank.tilt_deg.T]
    )
    residual = _median(shank.residual[rows])
    plateau = _plateau_of_patches(patches, residual, view=view, others=others)
    return None if plateau is None else replace(plateau, by_outline=True)


def _plateau_of_patches(
    patches_deg: Floats, residual_px: float, *, view: ViewAngles, others: OtherReadings
) -> Plateau | None:
    """Return the plateau that the rotations of both patches, (P,), give; None if all are NaN."""
    patches = patches_deg - others.roll_deg
    registered = np.isfinite(patches)
    if not registered.any():
        return None
    picture = float(np.mean(patches[registered]))
    return Plateau(
        rotation_deg=view.corrected_deg(picture),
        picture_deg=picture,
        landmarks_deg=others.landmarks_deg,
        patch_gap_deg=float(np.ptp(patches)) if registered.all() else float("nan"),
        residual_px=residual_px,
        registered=True,
        witness_deg=view.corrected_deg(picture + others.witness_off_deg),
        view_deg=view.held_thigh_deg,
    )


def plateau_from_closeup(closeup: Closeup, rep: int, view: ViewAngles) -> Plateau:
    """Measure a plateau by registration, or by landmarks of its key frames where that failed."""
    inside, start = closeup.window == rep, closeup.window == START
    roll = _camera_roll_deg(closeup, inside)
    landmarks = _landmarks_deg(closeup.xy_px, closeup.side, inside, start) - roll
    patches = np.array(
        [_median(column[inside]) - _median(column[start]) for column in closeup.rotation_deg.T]
    )
    others = OtherReadings(landmarks_deg=landmarks, roll_deg=roll, witness_off_deg=float("nan"))
    residual = _median(closeup.residual_px[inside].ravel())
    plateau = _plateau_of_patches(patches, residual, view=view, others=others)
    return plateau_from_landmarks(landmarks, view) if plateau is None else plateau


def plateau_from_landmarks(landmarks_deg: float, view: ViewAngles) -> Plateau:
    """Measure a plateau by landmarks alone, which underestimate the rotation."""
    return Plateau(
        rotation_deg=view.corrected_deg(landmarks_deg),
        picture_deg=landmarks_deg,
        landmarks_deg=landmarks_deg,
        patch_gap_deg=float("nan"),
        residual_px=float("nan"),
        registered=False,
        view_deg=view.held_thigh_deg,
    )


def _camera_roll_deg(closeup: Closeup, inside: Bools) -> float:
    if not inside.any():
        return 0.0
    at_s, start_s = closeup.time_s[inside], closeup.time_s[closeup.window == START]
    start = Span.through(start_s[0], start_s[-1]) if len(start_s) else Span.through(0.0, 0.0)
    return camera_roll_deg(closeup, Span.through(at_s[0], at_s[-1]), start)


def camera_roll_deg(closeup: Closeup | None, span: Span, start_span: Span) -> float:
    """Return the shank's apparent rotation by the camera's roll from one span to another."""
    if closeup is None or closeup.motion is None:
        return 0.0
    turn = camera_turn_deg(closeup.motion, span)
    if flow_began_before(closeup.motion, start_span):
        turn -= camera_turn_deg(closeup.motion, start_span)
    return LEGS[closeup.side].internal_sign * turn


def witness_off_deg(closeup: Closeup | None, shank: ShankTrack, time_s: Floats, rep: int) -> float:
    """Return the angle by masks less the tracked angle of the same frames, median of one plateau.

    Both from the start's key frames. NaN where no mask was registered in a tracked frame.
    """
    if closeup is None:
        return float("nan")
    start, held = (
        _off_deg(closeup, shank, time_s, rows)
        for rows in (closeup.window == START, closeup.window == rep)
    )
    start, held = start[np.isfinite(start)], held[np.isfinite(held)]
    return float(np.median(held) - np.median(start)) if len(held) and len(start) else float("nan")


def _off_deg(closeup: Closeup, shank: ShankTrack, time_s: Floats, rows: Bools) -> Floats:
    """Return the angle by masks less the tracked angle in some rows of a closeup."""
    at = np.searchsorted(time_s, closeup.time_s[rows] - TIME_TOLERANCE_S)
    tracked_deg = shank.mean_deg_of(np.minimum(at, len(time_s) - 1))
    return np.asarray(np.mean(closeup.rotation_deg[rows], axis=1) - tracked_deg)


def _landmarks_deg(xy_px: Floats, side: Side, inside: Bools, start: Bools) -> float:
    visible = np.isfinite(xy_px).all(axis=(1, 2))
    if not ((inside & visible).any() and (start & visible).any()):
        return float("nan")
    zero = np.median(xy_px[start & visible], axis=0)
    return float(np.median(shank_rotation_deg(xy_px[inside & visible], zero, side)))


def _median(value: Floats) -> float:
    """Return the median of the finite values; NaN where there are too few."""
    finite = value[np.isfinite(value)]
    return float(np.median(finite)) if len(finite) >= FRAMES_MIN else float("nan")
