"""Every compensation channel over time, with its noise, its limits, and what was found in it."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipcv.core.assessment import Assessment
from hipcv.core.issues import Finding
from hipcv.core.measure import Motion
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import palette

NAMES: Final = {
    "pelvic_obliquity_deg": "Pelvic obliquity",
    "trunk_lean_deg": "Trunk lean",
    "trunk_shift_ratio": "Trunk shift",
    "knee_rise_ratio": "Knee rise",
    "knee_drift_ratio": "Knee drift",
    "other_shank_deg": "Other shank",
    "wrist_rise_ratio": "Wrist rise",
    "waist_tilt_deg": "Waist tilt",
    "knee_rise_outline_ratio": "Knee rise, outline",
    "knee_drift_outline_ratio": "Knee drift, outline",
    "foot_reach_ratio": "Foot's reach",
}
_LIMITS: Final[dict[str, tuple[str, ...]]] = {
    "pelvic_obliquity_deg": ("hike_deg", "hike_confounded_deg"),
    "trunk_lean_deg": ("lean_deg", "-lean_deg"),
    "trunk_shift_ratio": ("shift_ratio", "-shift_ratio", "turn_shift_ratio", "-turn_shift_ratio"),
    "knee_rise_ratio": ("thigh_ratio",),
    "knee_drift_ratio": ("drift_out_ratio", "-drift_in_ratio"),
    "other_shank_deg": ("other_leg_moved_deg", "-other_leg_moved_deg"),
    "wrist_rise_ratio": ("hand_rise_ratio",),
    "knee_rise_outline_ratio": ("thigh_outline_ratio",),
    "knee_drift_outline_ratio": ("drift_outline_ratio", "-drift_outline_ratio"),
}
"""Settings that a channel is held against at rest; with a minus, against their negative."""
_NOISE: Final = {
    "pelvic_obliquity_deg": "obliquity_noise_deg",
    "trunk_lean_deg": "lean_measured_deg",
}
"""Settings below which nothing has begun; for other channels that is half of the limit."""
_FINDINGS: Final = {
    "pelvic_obliquity_deg": ("pelvic_hike",),
    "trunk_lean_deg": ("trunk_lean",),
    "trunk_shift_ratio": ("weight_shift", "trunk_rotation"),
    "knee_rise_ratio": ("thigh_lift",),
    "knee_drift_ratio": ("knee_drift",),
    "other_shank_deg": ("other_leg_moved",),
    "wrist_rise_ratio": ("hand_off_seat",),
    "knee_rise_outline_ratio": ("thigh_lift",),
    "knee_drift_outline_ratio": ("knee_drift",),
    "foot_reach_ratio": ("knee_extension",),
}


def limits(name: str, protocol: MeasurementProtocol) -> tuple[float, ...]:
    """The limits of one channel in its own unit, signed; none where it is only a witness."""
    return tuple(
        (-1 if setting.startswith("-") else 1) * getattr(protocol, setting.removeprefix("-"))
        for setting in _LIMITS.get(name, ())
    )


def noise(name: str, protocol: MeasurementProtocol) -> float:
    """Below it nothing has begun; NaN where a channel is only a witness."""
    if name in _NOISE:
        return float(getattr(protocol, _NOISE[name]))
    return min((abs(limit) for limit in limits(name, protocol)), default=np.nan) / 2


def draw_channels(motion: Motion, assessment: Assessment | None) -> Figure:
    """One row a channel; the plateaus, where it is judged, are shaded."""
    figure = Figure(figsize=(12, 1.45 * max(len(motion.channels), 1) + 0.9), layout="constrained")
    rows = figure.subplots(max(len(motion.channels), 1), 1, sharex=True, squeeze=False)[:, 0]
    told = [finding for rep in assessment.reps for finding in rep.findings] if assessment else []
    for axes, name in zip(rows, motion.channels, strict=False):
        _channel(axes, name, motion)
        for finding in told:
            if finding.code in _FINDINGS.get(name, ()):
                _found(axes, finding, motion, 100 if name.endswith("_ratio") else 1)
    _legend(rows[0])
    rows[-1].set_xlabel("time (s)")
    return figure


def _channel(axes: Axes, name: str, motion: Motion) -> None:
    unit, times = ("°", 1) if name.endswith("_deg") else ("% of shank", 100)
    channel = motion.channels[name]
    axes.set_title(
        f"{NAMES.get(name, name)} ({unit}), by {channel.source}", loc="left", fontsize=9, pad=2
    )
    for rep in motion.reps:
        axes.axvspan(*rep.plateau_s, color=palette.SKY, alpha=0.3, linewidth=0)
    unseen = ~np.isfinite(channel.value)
    axes.fill_between(
        motion.time_s, 0, 1, where=unseen.tolist(), transform=axes.get_xaxis_transform(),
        facecolor="none", hatch="////", edgecolor=palette.PALE, linewidth=0,
    )  # fmt: skip
    for limit in limits(name, motion.protocol):
        axes.axhline(times * limit, color=palette.VERMILLION, linewidth=1, linestyle="--")
    floor = times * noise(name, motion.protocol)
    if np.isfinite(floor):
        axes.axhspan(-floor, floor, color=palette.MUTED, alpha=0.13, linewidth=0)
    axes.axhline(0, color=palette.MUTED, linewidth=0.6)
    axes.plot(motion.time_s, times * channel.value, color=palette.BLUE, linewidth=1.5)


def _found(axes: Axes, finding: Finding, motion: Motion, times: float) -> None:
    """When a finding began, and the limit it was held against."""
    axes.axvline(finding.at_s, color=palette.INK, linewidth=1.2)
    axes.annotate(
        f"{finding.code} {times * finding.value:+.1f}", (finding.at_s, 1), (4, -2), va="top",
        xycoords=axes.get_xaxis_transform(), textcoords="offset points", fontsize=8,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "linewidth": 0.5},
    )  # fmt: skip
    for rep in motion.reps:
        if rep.span_s.contains(finding.at_s):
            limit = times * np.copysign(finding.limit, finding.value)
            axes.plot(rep.plateau_s, (limit, limit), color=palette.VERMILLION, linewidth=3)


def _legend(axes: Axes) -> None:
    """What the marks mean, beside the first row."""
    for ink in (
        {"color": palette.BLUE, "label": "channel"},
        {"color": palette.VERMILLION, "linestyle": "--", "label": "limit"},
        {"color": palette.VERMILLION, "linewidth": 3, "label": "limit that applied"},
        {"color": palette.INK, "label": "finding began"},
        {"color": palette.MUTED, "alpha": 0.25, "linewidth": 7, "label": "noise"},
        {"color": palette.SKY, "alpha": 0.4, "linewidth": 7, "label": "plateau"},
    ):
        axes.plot([], [], **ink)
    axes.fill_between(
        [], [], facecolor="none", hatch="////", edgecolor=palette.MUTED, label="not measured"
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1.2), frameon=False)
