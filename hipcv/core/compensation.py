"""Compensations: for each the channel it is read from, its limits, its noise and its check.

A check reads one repetition and returns a finding with value, limit and onset, or None. A channel
that was not measured gives no finding. For the limits see docs/protocol.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.channels import contradicts_flow
from hipcv.core.issues import Finding
from hipcv.core.measure import Motion, RepSpan
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span

LANDMARK_NOISE: Final = 1.6
"""Factor on the noise of a trunk channel that was read from landmarks instead of optical flow."""


class Limits(NamedTuple):
    """Range of a channel at the plateau that is no finding, as change from the start."""

    low: float  # signed; -inf where this direction is no compensation
    high: float


def _both_ways(size: float) -> Limits:
    return Limits(-size, size)


def _upwards(size: float) -> Limits:
    return Limits(-np.inf, size)


@dataclass(frozen=True, slots=True, eq=False)
class RepView:
    """One repetition of a motion, as the checks read it."""

    motion: Motion
    span: RepSpan
    _medians: dict[str, float] = field(default_factory=dict, init=False)  # by channel, a cache

    @property
    def protocol(self) -> MeasurementProtocol:
        """The limits."""
        return self.motion.protocol

    def value(self, name: str) -> float:
        """Return a channel's median over the plateau; NaN where under half of it was measured.

        The checks share it, and the live test runs them in every frame, so it is computed once.
        """
        if name not in self._medians:
            self._medians[name] = self._median(name)
        return self._medians[name]

    def _median(self, name: str) -> float:
        channel, counts = self.motion.channels.get(name), self.motion.counts
        if channel is None:
            return float("nan")
        inside = self.span.plateau_s.contains(self.motion.time_s)
        held = channel.value[inside]
        held = held if counts is None else np.repeat(held, counts[inside])
        measured = held[np.isfinite(held)]
        return float(np.median(measured)) if 2 * len(measured) >= len(held) > 0 else float("nan")

    def noise_factor(self, name: str) -> float:
        """Return 1, or more where landmarks had to stand in for optical flow."""
        channel = self.motion.channels.get(name)
        return 1.0 if channel is None or channel.source == "flow" else LANDMARK_NOISE

    def knee_channel(self, name: str) -> str:
        """Return the knee's channel by flow, or by the outline where flow lost the knee."""
        flow = f"{name}_ratio"
        return flow if np.isfinite(self.value(flow)) else f"{name}_outline_ratio"

    @property
    def knee_rise_ratio(self) -> float:
        """The knee's rise at the plateau, by flow or outline, whichever shows more; NaN unseen."""
        both = [self.value(f"knee_rise{by}_ratio") for by in ("", "_outline")]
        return max((rise for rise in both if np.isfinite(rise)), default=float("nan"))

    def knee_flow_is_consistent(self, name: str) -> bool:
        """Return False where the outline shows the knee and contradicts the flow's direction."""
        flow, outline = self.value(f"{name}_ratio"), self.value(f"{name}_outline_ratio")
        return not contradicts_flow(outline, flow, self.protocol)

    def onset_s(self, size: Floats, limit: float, noise: float) -> float:
        """Return when a channel that exceeds its limit at the plateau last left the noise.

        `size` (T,) is the channel, or its absolute value where both directions count. Beyond
        `limit` there is a finding; below `noise` no compensation has begun.
        """
        time_s = self.motion.time_s
        inside = Span(self.span.start_s, self.span.plateau_s.end_s).contains(time_s)
        beyond = np.flatnonzero(inside & (size > limit))
        quiet = np.flatnonzero(inside & ~(size > noise))
        before = quiet[quiet < beyond[0]]
        row = before[-1] + 1 if len(before) else np.flatnonzero(inside)[0]
        return float(time_s[row])


def _finding_beyond_limit(row: "Compensation", rep: RepView) -> Finding | None:
    value, limits = rep.value(row.channel), row.limits(rep)
    if not (value > limits.high or value < limits.low):
        return None
    limit = limits.high if value > limits.high else -limits.low
    over_time = rep.motion.channels[row.channel].value
    size = over_time if np.isneginf(limits.low) else np.abs(over_time)
    return Finding(
        code=row.code,
        value=value,
        limit=limit,
        unit=row.unit,
        at_s=rep.onset_s(size, limit, row.noise(rep, limit)),
        severity="invalid" if row.breaks_rule(rep, value) else "flag",
    )


@dataclass(frozen=True, slots=True)
class Compensation:
    """One compensation as one channel shows it.

    A code may have several rows; the first of them that gives a finding counts.
    """

    code: str
    channel: str  # "" where no channel shows it
    unit: str  # of value, limits and finding
    limits: Callable[[RepView], Limits]  # that apply in one repetition
    noise: Callable[[RepView, float], float] = lambda _rep, limit: limit / 2
    invalid: str = ""  # setting of the size that invalidates; "" where none does
    invalidates: Callable[[RepView], bool] = lambda _rep: True  # False: whatever the size
    applies: Callable[[RepView], bool] = lambda _rep: True
    check: "Callable[[Compensation, RepView], Finding | None]" = _finding_beyond_limit

    @property
    def in_channel_unit(self) -> bool:
        """False where the finding is in another unit than the channel."""
        return bool(self.channel) and self.unit == channel_unit(self.channel)

    def breaks_rule(self, rep: RepView, value: float) -> bool:
        """Return True if a repetition with a finding of this size does not count."""
        if not self.invalid or abs(value) < getattr(rep.protocol, self.invalid):
            return False
        return self.invalidates(rep)


def channel_unit(channel: str) -> str:
    """Return the unit of a channel, which the end of its name tells."""
    return "deg" if channel.endswith("_deg") else "shank lengths"


def _turned(rep: RepView) -> bool:
    """Return True where the chest moved sideways because the trunk turned, not slid or leaned.

    The chest lies before the axis of the trunk. A turn moves it sideways, the waist by far less,
    and either shows it narrower or wider or moves it further than the shoulders; a slide moves all
    of them and changes no size.
    """
    p, shift = rep.protocol, abs(rep.value("trunk_shift_ratio"))
    resized = abs(rep.value("chest_growth_ratio")) > p.turn_growth_ratio
    alone = abs(rep.value("shoulder_shift_ratio")) < p.turn_shoulder_share * shift
    return bool(
        shift > p.turn_shift_ratio
        and abs(rep.value("waist_shift_ratio")) < p.turn_waist_share * shift
        and (resized or alone)
        and abs(rep.value("trunk_lean_deg")) <= p.lean_deg
    )


def _lean_noise_deg(rep: RepView) -> float:
    return rep.protocol.lean_measured_deg * rep.noise_factor("trunk_lean_deg")


def _leaned(rep: RepView) -> bool:
    return abs(rep.value("trunk_lean_deg")) > _lean_noise_deg(rep)


def obliquity_is_witnessed(rep: RepView) -> bool:
    """Return True unless the knee rose, and the lap alone shows a change of obliquity.

    A lifting thigh drags the lap along. A pelvis that tilts carries the upper trunk with it as
    well, to the side that sinks.
    """
    p, hike = rep.protocol, rep.value("pelvic_obliquity_deg")
    if not (rep.knee_rise_ratio > p.thigh_measured_ratio and abs(hike) > p.obliquity_noise_deg):
        return True
    shift = np.sign(hike) * rep.value("trunk_shift_ratio")
    return bool(shift > max(p.witness_shift_ratio, p.witness_shift_per_hike_ratio * abs(hike)))


def obliquity_is_consistent(rep: RepView) -> bool:
    """Return True unless a lifting thigh is likely to have changed how far the lap tilts.

    It is while the knee rises by more than the pelvis carries it, or the trunk goes along by less
    than with a pelvis that tilts so far. A hike is then certain, its amount is not.
    """
    p, hike = rep.protocol, abs(rep.value("pelvic_obliquity_deg"))
    if not (rep.knee_rise_ratio > p.thigh_measured_ratio and hike > p.obliquity_noise_deg):
        return True
    carried = p.thigh_measured_ratio + p.thigh_per_hike_ratio * hike
    shift = abs(rep.value("trunk_shift_ratio"))
    return bool(rep.knee_rise_ratio <= carried and shift >= p.shift_per_hike_ratio * hike)


def _lap_missed_hike(rep: RepView) -> bool:
    """Return True where the trunk went away and the knee rose, a hip lift, over a level lap."""
    p = rep.protocol
    return (
        rep.value("trunk_shift_ratio") > p.turn_shift_ratio
        and rep.knee_rise_ratio > p.thigh_measured_ratio
        and not rep.value("pelvic_obliquity_deg") >= p.obliquity_noise_deg
    )


def _waist_shows_hike(rep: RepView) -> bool:
    """Return True where the waist may stand in for the lap; a lean would tilt it as well."""
    return _lap_missed_hike(rep) and not _leaned(rep)


def _hike_or_zero_deg(rep: RepView) -> float:
    """Return the hike, or 0 where it is within the noise, or not believed."""
    by_waist = _waist_shows_hike(rep)
    hike = rep.value("waist_tilt_deg" if by_waist else "pelvic_obliquity_deg")
    believed = by_waist or obliquity_is_witnessed(rep)
    return hike if believed and hike > rep.protocol.obliquity_noise_deg else 0.0


def _no_hold(row: Compensation, rep: RepView) -> Finding | None:
    """Return a note where the end range was passed through, not held."""
    value, limit = rep.span.hold_s, row.limits(rep).low
    if value >= limit:
        return None
    return Finding(row.code, value, limit, row.unit, rep.span.plateau_s.start_s, "note")


def _overshoot(row: Compensation, rep: RepView) -> Finding | None:
    """Return a note where the leg swung past the angle that it held."""
    motion, limit = rep.motion, row.limits(rep).high
    inside = rep.span.span_s.contains(motion.time_s) & np.isfinite(motion.rotation_deg)
    held = motion.rotation_deg[inside & rep.span.plateau_s.contains(motion.time_s)]
    if not (rep.span.held and len(held)):
        return None
    rows = np.flatnonzero(inside)
    peak = rows[motion.rotation_deg[rows].argmax()]
    value = float(motion.rotation_deg[peak] - np.median(held))
    if not value > limit:
        return None
    return Finding(row.code, value, limit, row.unit, float(motion.time_s[peak]), "note")


def _hike_limits(rep: RepView) -> Limits:
    """Return a higher limit for landmarks, which drift, and where other movements leak into it."""
    p, channel = rep.protocol, rep.motion.channels.get("pelvic_obliquity_deg")
    if channel is not None and channel.source == "landmarks":
        return _upwards(p.hike_landmarks_deg)
    confounded = rep.knee_rise_ratio > p.thigh_ratio or any(
        finding(rep, c) for c in ("knee_drift", "trunk_rotation")
    )
    return _upwards(p.hike_confounded_deg if confounded else p.hike_deg)


def _rise_limits(rep: RepView, limit: float) -> Limits:
    """Return the limit, or more where the pelvis carried the knee up."""
    p = rep.protocol
    carried = p.thigh_measured_ratio + p.thigh_per_hike_ratio * _hike_or_zero_deg(rep)
    return _upwards(max(limit, carried))


def _drift_carried_ratio(rep: RepView, *, inwards: bool) -> float:
    """Return the knee drift that a hike (inwards alone) and a lifted thigh explain."""
    p = rep.protocol
    carried = 0.5 * p.thigh_per_hike_ratio * _hike_or_zero_deg(rep) if inwards else 0.0
    if finding(rep, "thigh_lift") is not None:
        carried += p.drift_per_rise * rep.value(rep.knee_channel("knee_rise"))
    return carried


def _drift_limits(rep: RepView) -> Limits:
    """Return limits that allow more inwards, since the calf's swing leaks into the channel."""
    return Limits(
        low=-(rep.protocol.drift_in_ratio + _drift_carried_ratio(rep, inwards=True)),
        high=rep.protocol.drift_out_ratio + _drift_carried_ratio(rep, inwards=False),
    )


def _drift_outline_limits(rep: RepView) -> Limits:
    carried = _drift_carried_ratio(rep, inwards=rep.value("knee_drift_ratio") < 0)
    return _both_ways(rep.protocol.drift_outline_ratio + carried)


COMPENSATIONS: Final = (
    Compensation(
        "pelvic_hike", "pelvic_obliquity_deg", "deg", _hike_limits,
        noise=lambda rep, _limit: rep.protocol.obliquity_noise_deg,
        invalid="hike_invalid_deg",
        invalidates=obliquity_is_consistent,
        applies=obliquity_is_witnessed,
    ),
    Compensation(
        "pelvic_hike", "waist_tilt_deg", "deg",
        lambda rep: _upwards(rep.protocol.hike_confounded_deg),
        noise=lambda rep, _limit: rep.protocol.obliquity_noise_deg,
        applies=_waist_shows_hike,
    ),
    Compensation(
        "trunk_lean", "trunk_lean_deg", "deg",
        lambda rep: _both_ways(rep.protocol.lean_deg),
        noise=lambda rep, _limit: _lean_noise_deg(rep),
        invalid="lean_invalid_deg",
    ),
    Compensation(
        "weight_shift", "trunk_shift_ratio", "shank lengths",
        lambda rep: _both_ways(
            rep.protocol.shift_ratio * rep.noise_factor("trunk_shift_ratio")
        ),
        invalid="shift_invalid_ratio",
        applies=lambda rep: not _turned(rep),
    ),
    Compensation(
        "weight_shift", "shoulder_shift_ratio", "shank lengths",
        lambda rep: _both_ways(rep.protocol.shift_invalid_ratio),
        invalid="shift_invalid_ratio",
        applies=_turned,
    ),
    Compensation(
        "trunk_rotation", "trunk_shift_ratio", "shank lengths",
        lambda rep: _both_ways(rep.protocol.turn_shift_ratio),
        applies=_turned,
    ),
    Compensation(
        "thigh_lift", "knee_rise_ratio", "shank lengths",
        lambda rep: _rise_limits(rep, rep.protocol.thigh_ratio),
        invalid="thigh_invalid_ratio",
        applies=lambda rep: rep.knee_flow_is_consistent("knee_rise"),
    ),
    Compensation(
        "thigh_lift", "knee_rise_outline_ratio", "shank lengths",
        lambda rep: _rise_limits(rep, rep.protocol.thigh_outline_ratio),
        invalid="thigh_invalid_ratio",
    ),
    Compensation(
        "knee_drift", "knee_drift_ratio", "shank lengths", _drift_limits,
        invalid="drift_invalid_ratio",
        applies=lambda rep: rep.knee_flow_is_consistent("knee_drift"),
    ),
    Compensation(
        "knee_drift", "knee_drift_outline_ratio", "shank lengths", _drift_outline_limits,
        invalid="drift_invalid_ratio",
    ),
    Compensation(
        "other_leg_moved", "other_shank_deg", "deg",
        lambda rep: _both_ways(rep.protocol.other_leg_moved_deg),
    ),
    Compensation(
        "hand_off_seat", "wrist_rise_ratio", "shank lengths",
        lambda rep: _upwards(rep.protocol.hand_rise_ratio),
        invalid="hand_rise_ratio",
    ),
    Compensation(
        "overshoot", "", "deg",
        lambda rep: _upwards(rep.protocol.overshoot_deg),
        applies=lambda rep: rep.protocol.hold_band_deg > 0,
        check=_overshoot,
    ),
    Compensation(
        "no_hold", "", "s", lambda rep: Limits(rep.protocol.hold_min_s, np.inf), check=_no_hold
    ),
)  # fmt: skip


EARLIER_CODES: Final = ("knee_extension",)
"""Findings that stored results may hold and that are given no more: a camera in front cannot tell
an extending knee from a foot that turns at the ankle."""


def finding_codes() -> tuple[str, ...]:
    """Return the code of every compensation, each once, with those of earlier methods."""
    return tuple(dict.fromkeys((*(row.code for row in COMPENSATIONS), *EARLIER_CODES)))


def invalid_settings() -> dict[str, str]:
    """Return the setting of the size from which each compensation invalidates, by its code."""
    return {row.code: row.invalid for row in COMPENSATIONS if row.invalid}


def shown_channels() -> dict[str, str]:
    """Return the channels that charts and pages show, with the code of each, in order.

    The other channels are supporting evidence, and stand only in the table.
    """
    codes: dict[str, str] = {}  # by channel
    for row in COMPENSATIONS:
        if row.in_channel_unit and row.code not in codes.values():
            codes.setdefault(row.channel, row.code)
    return codes


def finding(rep: RepView, code: str) -> Finding | None:
    """Return the finding of one code in a repetition."""
    rows = (row for row in COMPENSATIONS if row.code == code and row.applies(rep))
    return next(filter(None, (row.check(row, rep) for row in rows)), None)


def findings(rep: RepView) -> tuple[Finding, ...]:
    """Return all findings of one repetition in the order of their onset."""
    checked = (finding(rep, code) for code in finding_codes())
    return tuple(sorted(filter(None, checked), key=lambda result: result.at_s))


def knee_extended_deg(rep: RepView) -> float:
    """Return the knee extension that the foot would show; NaN while the thigh lifts, or unseen.

    From the front, an extending shank grows towards the camera as fast as it is foreshortened, so
    neither its length nor its width shows it. But the foot, which pointed at the camera, tips up
    and reaches less far below the knee: by about 0.7 % of the shank's length for each degree. A
    foot pulled up at the ankle, or turned, does the same, so this widens the interval and is no
    finding.
    """
    if finding(rep, "thigh_lift") is not None:
        return float("nan")
    p, reach = rep.protocol, rep.value("foot_reach_ratio")
    return (p.foot_steady_ratio - reach) / p.foot_per_degree_ratio


def pelvis_measured(rep: RepView) -> bool:
    """Return True where flow followed the pelvis and no other channel contradicts it."""
    channel = rep.motion.channels.get("pelvic_obliquity_deg")
    if channel is None or channel.source != "flow":
        return False
    tracked = np.isfinite(rep.value("pelvic_obliquity_deg"))
    agrees = obliquity_is_witnessed(rep) and obliquity_is_consistent(rep)
    return bool(tracked and agrees and not _lap_missed_hike(rep))


def plateau_values(rep: RepView) -> Mapping[str, float | None]:
    """Return every channel at the plateau; None where it was not measured."""
    values = {name: rep.value(name) for name in rep.motion.channels}
    if not obliquity_is_witnessed(rep):
        values["pelvic_obliquity_deg"] = float("nan")
    return {name: value if np.isfinite(value) else None for name, value in values.items()}
