"""Stick patients with exactly known angles."""

from dataclasses import replace

import numpy as np

from hipcv.core.clip_info import ClipInfo
from hipcv.core.landmarks import LANDMARK_COUNT, LEGS, Landmark, Side
from hipcv.core.pose import PoseTrack
from hipcv.core.shank_track import PATCHES, ShankTrack

SHANK_PX = 160.0
SIZE_PX = (1280, 720)

_SEATED = {
    Landmark.NOSE: (640, 120),
    Landmark.LEFT_SHOULDER: (710, 200),
    Landmark.RIGHT_SHOULDER: (570, 200),
    Landmark.LEFT_WRIST: (705, 360),
    Landmark.RIGHT_WRIST: (575, 360),
    Landmark.LEFT_HIP: (675, 360),
    Landmark.RIGHT_HIP: (605, 360),
    Landmark.LEFT_KNEE: (690, 392),
    Landmark.RIGHT_KNEE: (590, 392),
}


def seated_xy():
    """(33, 2) seated, facing the camera, both shanks straight down."""
    xy = np.tile(np.array([640.0, 300.0]), (LANDMARK_COUNT, 1))
    for landmark, xy_px in _SEATED.items():
        xy[landmark] = xy_px
    for side in Side:
        put_shank(xy[None], side, np.zeros(1))
    return xy


def put_shank(xy, side, tilt_deg):
    """Hang a shank from its knee; tilt positive where the foot is away from the midline."""
    leg = LEGS[side]
    outwards = -leg.internal_sign  # of the picture's x axis
    angle = np.radians(np.asarray(tilt_deg, float))
    along = np.stack([outwards * np.sin(angle), np.cos(angle)], axis=-1)
    knee = xy[:, leg.knee]
    xy[:, leg.ankle] = knee + SHANK_PX * along
    xy[:, leg.heel] = knee + 1.05 * SHANK_PX * along
    xy[:, leg.toe] = knee + 1.3 * SHANK_PX * along


def track_of(xy, time_s, **changes):
    """A track of these landmarks, all clearly seen."""
    count = len(time_s)
    fields = {
        "visibility": np.where(np.isfinite(xy).all(axis=-1), 0.99, 0.0),
        "people": np.full(count, 1),
        "luminance": np.full(count, 0.5),
        "size_px": SIZE_PX,
    } | changes
    return PoseTrack(time_s=np.asarray(time_s, float), xy_px=xy, **fields)


def seated_track(rotation_deg, *, side=Side.LEFT, tilt_deg=0.0, other_deg=None, rate_hz=30.0):
    """A clip of one leg with these angles and start tilt; the other leg at rest or as given."""
    rotation = np.atleast_1d(np.asarray(rotation_deg, float))
    xy = np.tile(seated_xy(), (len(rotation), 1, 1))
    put_shank(xy, side, tilt_deg + rotation)
    if other_deg is not None:
        put_shank(xy, side.other, np.asarray(other_deg, float))
    return track_of(xy, np.arange(len(rotation)) / rate_hz)


def with_tracked_shank(track, side, tilt_deg, *, lost=(), knee_shift_px=(0.0, 0.0)):
    """The same track with one shank's outline followed at these tilts, but for the lost rows.

    The registered knee is off the landmark by a shift, as a landmark slides along the leg.
    """
    tilt = np.repeat(np.asarray(tilt_deg, float)[:, None], len(PATCHES), axis=1)
    knee = track.xy_px[:, LEGS[side].knee] + knee_shift_px
    residual = np.full(len(tilt), 0.3)
    for values in (tilt, knee, residual):
        values[list(lost)] = np.nan
    shank = ShankTrack(tilt, knee, residual, np.zeros(len(tilt), dtype=bool))
    return replace(track, shanks={**track.shanks, side: shank})


def swings(*peaks_deg, rest_s=0.8, rise_s=0.6, hold_s=0.6, rate_hz=30.0):
    """(T,) a smooth swing to each peak and back, resting before, between and after."""

    def frames(seconds):
        return round(seconds * rate_hz)

    ramp = (1 - np.cos(np.linspace(0, np.pi, frames(rise_s)))) / 2
    rest = np.zeros(frames(rest_s))
    parts = [rest]
    for peak in peaks_deg:
        parts += [peak * ramp, np.full(frames(hold_s), float(peak)), peak * ramp[::-1], rest]
    return np.concatenate(parts)


def clip_of(track, **changes):
    """The account of a sound clip with this track."""
    rate_hz = 1 / float(np.median(np.diff(track.time_s)))
    fields = {
        "name": "made.mp4",
        "sha256": "0" * 64,
        "width_px": track.size_px[0],
        "height_px": track.size_px[1],
        "start_s": 0.0,
        "duration_s": float(track.time_s[-1]) + 1 / rate_hz,
        "frames": len(track.time_s),
        "frames_declared": len(track.time_s),
        "frames_corrupt": 0,
        "packets_damaged": 0,
        "frame_rate_hz": rate_hz,
        "largest_gap_s": float(np.diff(track.time_s).max()),
        "variable_rate": False,
        "codec": "h264",
        "display_matrix": (),
        "mirrored_container": False,
        "mirrored": False,
    } | changes
    return ClipInfo(**fields)
