"""Measurement of what a session has observed so far, by the functions of the analysis.

So the plateau of a live repetition is chosen, read and view-corrected as that of the result.
"""

from dataclasses import replace

import numpy as np

from hipcv.core.landmarks import Side
from hipcv.core.measure import read_plateau
from hipcv.core.phases import Curve, find_phases, start_before
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span
from hipcv.core.view_model import RepPreview


def start_tilt_deg(track: PoseTrack, side: Side, protocol: MeasurementProtocol) -> float:
    """Return the tilt at the last still start, by the outline, of a leg that has begun to turn.

    NaN where there is none, or the outline was not tracked in it.
    """
    curve = Curve.of(track, side, protocol)
    tilt = curve.smoothed_deg
    finite = tilt[np.isfinite(tilt)]
    if not len(finite):
        return float("nan")
    resting = np.flatnonzero(tilt <= finite[-1] - protocol.still_band_deg)
    rows = start_before(curve, int(resting[-1]) + 1, protocol) if len(resting) else resting
    tracked = rows[curve.by_outline[rows]]
    return float(np.median(tilt[tracked])) if 2 * len(tracked) > len(rows) else float("nan")


def measured_so_far(
    track: PoseTrack,
    side: Side,
    protocol: MeasurementProtocol,
    preview: RepPreview,
    *,
    from_s: float,
) -> tuple[RepPreview, float]:
    """Measure the repetition that has just ended.

    Args:
        track: everything observed since the recording began.
        side: the leg.
        protocol: the limits.
        preview: the repetition, without its plateau.
        from_s: when it began.

    Returns:
        The preview with its plateau, if the analysis finds one; and the tilt that defines 0
        degrees by the outline, NaN where landmarks define it.
    """
    phases = find_phases(track, side, protocol)
    if preview.external:
        phases = replace(phases, internal=phases.external)
    if not phases.internal:
        return preview, float("nan")
    rep = phases.internal[-1]
    rows = rep.plateau
    if track.time_s[rows[-1]] < from_s:
        return preview, float("nan")
    plateau = read_plateau(track, phases, len(phases.internal) - 1, side=side, protocol=protocol)
    hold_s = float(track.time_s[rows[-1]] - track.time_s[rows[0]])
    measured = replace(
        preview,
        broken=preview.broken if rep.held else (*preview.broken, "no_hold"),
        held=preview.held or (rep.held and hold_s >= protocol.guide_hold_s / 2),
        plateau_deg=-plateau.rotation_deg if preview.external else plateau.rotation_deg,
        plateau_s=Span.through(track.time_s[rows[0]], track.time_s[rows[-1]]),
        source="outline" if plateau.by_outline else "landmarks",
    )
    return measured, phases.zero_deg if plateau.by_outline else float("nan")
