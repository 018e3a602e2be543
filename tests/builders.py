"""Builders of core types with known numbers, for tests."""

from dataclasses import replace

import numpy as np

from hipcv.core.assessment import Assessment, ExternalRep, Provenance, Rep, Trial
from hipcv.core.channels import Channel
from hipcv.core.clip_info import ClipInfo
from hipcv.core.frame_state import FrameState
from hipcv.core.issues import Finding
from hipcv.core.landmarks import LANDMARK_COUNT, Side
from hipcv.core.measure import Motion, RepSpan, Start
from hipcv.core.plateaus import Plateau
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span

CLIP = ClipInfo(
    name="seated.mp4",
    sha256="ab" * 32,
    width_px=1280,
    height_px=720,
    start_s=0.0,
    duration_s=3.0,
    frames=90,
    frames_declared=90,
    frames_corrupt=0,
    packets_damaged=0,
    frame_rate_hz=30.0,
    largest_gap_s=0.0333,
    variable_rate=False,
    codec="h264",
    display_matrix=(),
    mirrored_container=False,
    mirrored=False,
)
PROVENANCE = Provenance(
    hipcv="0.1.0", models={"full": "cd" * 32}, command="hipcv analyze seated.mp4", method=5
)
HIKE = Finding("pelvic_hike", value=6.2, limit=2.5, unit="deg", at_s=1.4, severity="flag")


def rep(rotation_deg=34.8, *, begins_s=0.8, half_deg=2.7, obliquity_deg=0.7, **changes):
    """One repetition that rises for 0.8 s, is held for 0.5 s and sinks for 0.7 s."""
    built = Rep(
        start_s=begins_s,
        plateau_s=Span.through(begins_s + 0.8, begins_s + 1.3),
        end_s=begins_s + 2.0,
        rotation_deg=rotation_deg,
        picture_deg=rotation_deg - 1.2,
        view_deg=12.0,
        from_vertical_deg=rotation_deg - 2.1,
        interval_deg=(rotation_deg - half_deg, rotation_deg + half_deg),
        pelvis_relative_deg=rotation_deg - obliquity_deg,
        clean_deg=rotation_deg,
        landmarks_deg=rotation_deg - 2.0,
        registered=True,
        by_outline=True,
        by_hand=False,
        witness_deg=rotation_deg + 0.3,
        peak_speed_deg_s=80.0,
        channels={"pelvic_obliquity_deg": obliquity_deg, "trunk_lean_deg": 0.4},
        findings=(),
        practice=False,
    )
    return replace(built, **changes)


def external_rep(rotation_deg=27.0, **changes):
    """One repetition of external rotation, held for 0.5 s."""
    built = ExternalRep(
        start_s=4.0,
        plateau_s=Span.through(4.8, 5.3),
        end_s=6.0,
        rotation_deg=rotation_deg,
        picture_deg=rotation_deg,
        interval_deg=(rotation_deg - 6.0, rotation_deg + 6.0),
        by_outline=True,
        practice=False,
    )
    return replace(built, **changes)


def assessment(side=Side.LEFT, rotation_deg=34.8, *, half_deg=2.7, **changes):
    """One measured side; its category by the interval of the result against 45°."""
    interval = (rotation_deg - half_deg, rotation_deg + half_deg)
    result_interval = (rotation_deg - 6.6, rotation_deg + 6.6)
    category = "close_to_target"
    if result_interval[1] <= 45:
        category = "clearly_low" if result_interval[1] < 20 else "below_target"
    elif result_interval[0] >= 45:
        category = "reaches_target"
    built = Assessment(
        side=side,
        rotation_deg=rotation_deg,
        picture_deg=rotation_deg - 1.2,
        view_deg=12.0,
        from_vertical_deg=rotation_deg - 2.1,
        interval_deg=interval,
        pelvis_relative_deg=rotation_deg - 0.7,
        clean_deg=rotation_deg,
        external_rotation_deg=None,
        start_tilt_deg=-2.1,
        result_deg=rotation_deg,
        result_interval_deg=result_interval,
        result_basis="rotation",
        category=category,
        quality=0.93,
        reps=(rep(rotation_deg, half_deg=half_deg),),
        issues=(),
        yaw_deg=2.0,
    )
    return replace(built, **changes)


def refused(side=Side.LEFT, *issues):
    """One side without a number."""
    return Assessment(
        side=side,
        rotation_deg=None,
        interval_deg=None,
        pelvis_relative_deg=None,
        clean_deg=None,
        external_rotation_deg=None,
        start_tilt_deg=None,
        category=None,
        quality=0.0,
        reps=(),
        issues=issues,
        yaw_deg=None,
    )


def trial(*sides, issues=(), protocol=None, **changes):
    """A clip with the given sides assessed."""
    built = Trial(
        clip=CLIP,
        sides={side.side: side for side in sides},
        issues=tuple(issues),
        protocol=protocol or MeasurementProtocol(),
        provenance=PROVENANCE,
        timing={"total_s": 2.1},
    )
    return replace(built, **changes)


def motion(side=Side.LEFT, peaks_deg=(34.8,), *, rate_hz=30.0, **changes):
    """A side that lies still, and turns to each peak: 0.8 s up, 0.5 s held, 0.7 s down."""
    spans = [
        RepSpan(start, Span.through(start + 0.8, start + 1.3), start + 2.0)
        for start in (0.8 + 2.2 * n for n in range(len(peaks_deg)))
    ]
    end_s = (spans[-1].end_s if spans else 2.0) + 0.2
    time_s = np.arange(round(end_s * rate_hz)) / rate_hz
    rotation = np.zeros_like(time_s)
    for span, peak in zip(spans, peaks_deg, strict=True):
        knots = [span.start_s, *span.plateau_s.closed, span.end_s]
        rotation += np.interp(time_s, knots, [0, peak, peak, 0])
    return replace(
        _motion(side, time_s, rotation, spans=tuple(spans), peaks_deg=peaks_deg), **changes
    )


def _motion(side, time_s, rotation_deg, *, spans, peaks_deg):
    wobble = 0.8 * np.sin(40 * time_s)
    share = rotation_deg / max((*peaks_deg, 1))
    return Motion(
        side=side,
        time_s=time_s,
        raw_deg=rotation_deg * 0.94 + wobble,
        rotation_deg=rotation_deg,
        bridged=np.zeros(len(time_s), dtype=bool),
        channels={
            "pelvic_obliquity_deg": Channel(6.2 * share, "flow"),
            "trunk_lean_deg": Channel(0.4 * share, "flow"),
            "trunk_shift_ratio": Channel(np.full(len(time_s), np.nan), "flow"),
            "knee_rise_ratio": Channel(0.01 * share, "flow"),
            "knee_drift_ratio": Channel(-0.02 * share, "flow"),
            "other_shank_deg": Channel(0.5 * share, "landmarks"),
            "wrist_rise_ratio": Channel(0.02 * share, "landmarks"),
        },
        start=Start(
            Span.through(0.1, 0.7), np.zeros((LANDMARK_COUNT, 2)), tilt_deg=-2.1, shank_px=160.0
        ),
        reps=spans,
        plateaus=tuple(
            Plateau(
                peak,
                peak,
                peak - 2,
                0.2,
                0.4,
                registered=True,
                by_outline=True,
                witness_deg=peak + 0.3,
            )
            for peak in peaks_deg
        ),
        yaw_deg=2.0,
        thigh_deg=3.0,
        issues=(),
        protocol=MeasurementProtocol(),
        by_outline=np.ones(len(time_s), dtype=bool),
    )


def reading(side=Side.LEFT, rotation_deg=34.8, **changes):
    """A patient in the middle of a 640×360 picture, one shank turned by `rotation_deg`."""
    sign = 1 if side is Side.LEFT else -1
    knee = np.array([320.0 + 35 * sign, 190.0])
    turn = np.radians(rotation_deg)
    built = FrameState(
        side=side,
        time_s=1.8,
        rotation_deg=rotation_deg,
        target_deg=45.0,
        phase="plateau",
        rep=0,
        knee_px=knee,
        shank_px=knee + 110 * np.array([sign * np.sin(turn), np.cos(turn)]),
        start_shank_px=knee + np.array([0.0, 110.0]),
        hips_px=np.array([[352.0, 180.0], [288.0, 180.0]]),
        shoulders_px=np.array([[368.0, 85.0], [272.0, 85.0]]),
        findings=(),
        finding_at_s=float("nan"),
    )
    return replace(built, **changes)
