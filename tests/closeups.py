"""Closer looks with exactly known rotation, compensations and camera movement."""

from dataclasses import replace

import numpy as np

from hipcv.core.assessment import assess
from hipcv.core.closeup import START, Closeup, Region, RegionMotion
from hipcv.core.landmarks import LANDMARK_COUNT, Landmark, Side
from hipcv.core.measure import measure
from hipcv.core.phases import find_phases, key_frames
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_track import PATCHES
from tests.tracks import SHANK_PX, seated_track, swings

P = MeasurementProtocol()

_CENTRES = {
    Region.LAP: (640, 360),
    Region.WAIST: (640, 336),
    Region.UPPER_TRUNK: (640, 232),
    Region.KNEE: (690, 392),
    Region.OTHER_KNEE: (590, 392),
    Region.BACKGROUND: (200, 90),
}


def closeup_of(track, side, *, rotation_deg, patch_gap_deg=0.0, motion=None, bias_deg=1.5):
    """A closer look that reads, at each plateau of the track, the given rotation.

    `bias_deg` is what it reads of the still start; it is nobody's rotation. The first patch reads
    half the gap less, the second half the gap more.
    """
    keys = key_frames(find_phases(track, side, P), side, P)
    count, patches = len(keys.index), len(PATCHES)
    truth = np.append(np.asarray(rotation_deg, float), 0.0)[keys.window]  # START is the last
    gap = np.where(keys.window == START, 0.0, patch_gap_deg / 2)
    return Closeup(
        side=side,
        time_s=track.time_s[keys.index],
        window=keys.window,
        xy_px=track.xy_px[keys.index],
        visibility=track.visibility[keys.index],
        rotation_deg=bias_deg + np.stack([truth - gap, truth + gap], axis=-1),
        residual_px=np.full((count, patches), 0.4),
        slide_ratio=np.zeros((count, patches)),
        foot_ratio=np.full(count, 1.4),
        knee_px=np.repeat(_knee_px(keys, track, motion)[:, None], patches, axis=1),
        shank_px=SHANK_PX,
        motion=motion,
        model="full",
    )


def _knee_px(keys, track, motion):
    """(K, 2) where the outline puts the knee: where the flow of its region says, too."""
    knee = np.array(_CENTRES[Region.KNEE], float)
    if motion is None or not len(motion.time_s):
        return np.tile(knee, (len(keys.index), 1))
    at_s = track.time_s[keys.index]
    shift = motion.shift_px[:, Region.KNEE].T
    return knee + np.stack([np.interp(at_s, motion.time_s, axis) for axis in shift], axis=-1)


def regions(
    time_s,
    side,
    *,
    obliquity_deg=0.0,
    waist_deg=0.0,
    lean_deg=0.0,
    shift_ratio=0.0,
    turn_ratio=0.0,
    rise_ratio=0.0,
    drift_ratio=0.0,
):
    """Return regions moved by given amounts: numbers, or arrays with one value a time.

    A left leg is on the right of the picture: its side of the pelvis rises, and its trunk leans
    away, by a counter-clockwise turn; outwards is to the right, away from it to the left. A trunk
    that slides shifts chest and waist alike; one that turns narrows the chest, and shifts it more.
    """
    count = len(time_s)
    clockwise = -1.0 if side is Side.LEFT else 1.0
    turn, shift = np.zeros((count, len(Region))), np.zeros((count, len(Region), 2))
    turn[:, Region.LAP] = clockwise * np.asarray(obliquity_deg)
    turn[:, Region.WAIST] = clockwise * np.asarray(waist_deg)
    turn[:, Region.UPPER_TRUNK] = clockwise * np.asarray(lean_deg)
    slid, turned = np.asarray(shift_ratio), np.asarray(turn_ratio)
    shift[:, Region.UPPER_TRUNK, 0] = clockwise * SHANK_PX * (slid + turned)
    shift[:, Region.WAIST, 0] = clockwise * SHANK_PX * (slid + 0.36 * turned)
    shift[:, Region.KNEE, 0] = -clockwise * SHANK_PX * np.asarray(drift_ratio)
    shift[:, Region.KNEE, 1] = -SHANK_PX * np.asarray(rise_ratio)
    shape = (count, len(Region))
    scale = np.ones(shape)
    scale[:, Region.UPPER_TRUNK] -= np.abs(turned) / 2
    return RegionMotion(
        time_s=np.asarray(time_s, float),
        turn_deg=turn,
        shift_px=shift,
        centre_px=np.array([_CENTRES[region] for region in Region], float),
        points=np.full(shape, 60),
        kept=np.full(shape, 0.9),
        inliers=np.full(shape, 0.9),
        scale=scale,
    )


def seen_by_moving_camera(motion, *, turn_deg, shift_px, about_px=(640, 360)):
    """The same regions, after the whole picture has turned about a point and shifted."""
    angle = np.radians(np.broadcast_to(turn_deg, motion.time_s.shape))
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    arm = motion.centre_px + motion.shift_px - about_px
    x, y = arm[..., 0], arm[..., 1]
    carried = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1) + about_px
    moved = carried + np.reshape(shift_px, (-1, 1, 2)) - motion.centre_px
    return replace(motion, turn_deg=motion.turn_deg + np.degrees(angle)[:, None], shift_px=moved)


def with_region(motion, region, **columns):
    """The same, with some columns of one region replaced."""
    changed = {}
    for name, value in columns.items():
        changed[name] = getattr(motion, name).copy()
        changed[name][:, region] = value
    return replace(motion, **changed)


def performance(*peaks_deg, side=Side.LEFT, tilt_deg=0.0, track=None, **moves):
    """A track and its closer look: each peak in turn, with compensations that grow along with it.

    A move is one amount for every repetition, or a tuple with one for each.
    """
    if track is None:
        track = seated_track(swings(*peaks_deg), side=side, tilt_deg=tilt_deg)
    amounts = {
        name: move if isinstance(move, tuple) else (move,) * len(peaks_deg)
        for name, move in moves.items()
    }
    curves = {name: swings(*amount)[::2] for name, amount in amounts.items()}
    if "shift_ratio" in amounts:
        track = with_shifted_shoulders(track, side, swings(*amounts["shift_ratio"]))
    motion = regions(track.time_s[::2], side, **curves)
    return track, closeup_of(track, side, rotation_deg=peaks_deg, motion=motion)


def with_shifted_shoulders(track, side, shift_ratio):
    """The same track with the shoulders moved away from a side, (T,), in shank lengths."""
    away = -1.0 if side is Side.LEFT else 1.0
    xy = track.xy_px.copy()
    shoulders = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
    xy[:, shoulders, 0] += away * SHANK_PX * np.asarray(shift_ratio)[:, None]
    return replace(track, xy_px=xy)


def motion_of(*peaks_deg, side=Side.LEFT, protocol=P, **options):
    """Return the motion that is measured in a performance."""
    track, closeup = performance(*peaks_deg, side=side, **options)
    return measure(track, closeup, side, protocol)


def assessment_of(*peaks_deg, **options):
    """Return the assessment of a performance."""
    return assess(motion_of(*peaks_deg, **options))


def mirrored_track(track):
    """The same patient in a mirror: left is right."""
    swap = [_opposite(landmark) for landmark in Landmark]
    xy = track.xy_px[:, swap].copy()
    xy[..., 0] = track.size_px[0] - xy[..., 0]
    return PoseTrack(
        time_s=track.time_s,
        xy_px=xy,
        visibility=track.visibility[:, swap],
        people=track.people,
        luminance=track.luminance,
        size_px=track.size_px,
    )


def mirrored_closeup(closeup, width_px):
    """The same closer look in a mirror."""
    keys = mirrored_track(
        PoseTrack(
            time_s=closeup.time_s,
            xy_px=closeup.xy_px,
            visibility=closeup.visibility,
            people=np.ones(len(closeup.time_s), dtype=int),
            luminance=np.ones(len(closeup.time_s)),
            size_px=(width_px, 720),
        )
    )
    return replace(
        closeup,
        side=closeup.side.other,
        xy_px=keys.xy_px,
        visibility=keys.visibility,
        knee_px=[width_px, 0] + closeup.knee_px * [-1, 1],
        motion=_mirrored_regions(closeup.motion, width_px),
    )


def _mirrored_regions(motion, width_px):
    return replace(
        motion,
        turn_deg=-motion.turn_deg,
        shift_px=motion.shift_px * [-1, 1],
        centre_px=[width_px, 0] + motion.centre_px * [-1, 1],
    )


def _opposite(landmark):
    left, right = ("LEFT", "RIGHT") if "LEFT" in landmark.name else ("RIGHT", "LEFT")
    return Landmark[landmark.name.replace(left, right)]


def unseen_rows(track, rows):
    """The same track, with nobody found in these rows."""
    xy, visibility = track.xy_px.copy(), track.visibility.copy()
    xy[rows], visibility[rows] = np.nan, 0.0
    assert xy.shape[1] == LANDMARK_COUNT
    return replace(track, xy_px=xy, visibility=visibility)
