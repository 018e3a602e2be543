"""One pure function per compensation, and the tuple of them.

Each check reads one repetition and returns what it found, with value, limit, and the moment it
began, or None. A channel that was not measured finds nothing and is told as not measured
elsewhere. Limits: docs/protocol.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.channels import Channel
from hipcv.core.issues import Finding, FindingSeverity
from hipcv.core.kinematics import shift_by_lean_ratio
from hipcv.core.knee_extension import extension_deg
from hipcv.core.measure import Motion, RepSpan
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span

LANDMARK_NOISE: Final = 1.6
"""How much further a trunk channel must go where landmarks had to stand in for flow."""


@dataclass(frozen=True, slots=True, eq=False)
class RepView:
    """One repetition of a motion, as the checks see it."""

    motion: Motion
    span: RepSpan

    @property
    def protocol(self) -> MeasurementProtocol:
        """The limits."""
        return self.motion.protocol

    def value(self, name: str) -> float:
        """A channel at the plateau; NaN where less than half of it was measured."""
        channel = self.motion.channels.get(name)
        return float("nan") if channel is None else at_plateau(channel, self.motion, self.span)

    def coarse(self, name: str) -> float:
        """1, or more where landmarks had to stand in for flow."""
        channel = self.motion.channels.get(name)
        return 1.0 if channel is None or channel.source == "flow" else LANDMARK_NOISE

    def knee_channel(self, name: str) -> str:
        """The knee's channel by flow, or by the outline where flow lost the knee."""
        flow = f"{name}_ratio"
        return flow if np.isfinite(self.value(flow)) else f"{name}_outline_ratio"

    def knee_believed(self, name: str) -> bool:
        """Whether the outline, where it shows the knee at all, agrees with the flow's direction.

        Skin has little texture: on a bare knee the flow may settle on the swinging shank.
        """
        flow, outline = self.value(f"{name}_ratio"), self.value(f"{name}_outline_ratio")
        if not (np.isfinite(flow) and np.isfinite(outline)):
            return True
        return bool(outline * np.sign(flow) >= self.protocol.knee_witness_share * abs(flow))

    def onset_s(self, size: Floats, limit: float, noise: float) -> float:
        """When what is beyond its limit at the plateau left the noise to get there.

        Args:
            size: (T,) the channel, or its absolute value where either way counts.
            limit: beyond it, the finding is told.
            noise: below it, nothing has begun.
        """
        time_s = self.motion.time_s
        inside = Span(self.span.start_s, self.span.plateau_s.end_s).contains(time_s)
        beyond = np.flatnonzero(inside & (size > limit))
        calm = np.flatnonzero(inside & ~(size > noise))
        before = calm[calm < beyond[0]]
        at = before[-1] + 1 if len(before) else np.flatnonzero(inside)[0]
        return float(time_s[at])


Check = Callable[[RepView], Finding | None]


def at_plateau(channel: Channel, motion: Motion, span: RepSpan) -> float:
    """Median over the plateau; NaN where less than half of it was measured."""
    here = channel.value[span.plateau_s.contains(motion.time_s)]
    seen = here[np.isfinite(here)]
    return float(np.median(seen)) if 2 * len(seen) >= len(here) > 0 else float("nan")


def pelvic_hike(rep: RepView) -> Finding | None:
    """The tested side of the pelvis rose."""
    p, name = rep.protocol, "pelvic_obliquity_deg"
    if name in rep.motion.channels and rep.motion.channels[name].source == "landmarks":
        limit = p.hike_landmarks_deg
    else:
        limit = p.hike_confounded_deg if _confounds_hike(rep) else p.hike_deg
    return _told(rep, "pelvic_hike", name, limit=limit, noise=p.obliquity_noise_deg,
                 invalid=p.hike_invalid_deg)  # fmt: skip


def trunk_lean(rep: RepView) -> Finding | None:
    """The upper trunk tilted, either way."""
    p, name = rep.protocol, "trunk_lean_deg"
    noise = p.lean_measured_deg * rep.coarse(name)
    return _told(rep, "trunk_lean", name, limit=p.lean_deg, noise=noise,
                 invalid=p.lean_invalid_deg, either=True)  # fmt: skip


def weight_shift(rep: RepView) -> Finding | None:
    """The upper trunk moved sideways with a lean or a hike; a lean by itself never invalidates."""
    p, name = rep.protocol, "trunk_shift_ratio"
    if _turned(rep) or not (_tilted(rep) or _hiked(rep)):
        return None
    limit = p.shift_ratio * rep.coarse(name)
    invalid = np.inf if _tilted(rep) else p.shift_invalid_ratio
    return _told(rep, "weight_shift", name, limit=limit, noise=limit / 2, invalid=invalid,
                 either=True)  # fmt: skip


def trunk_rotation(rep: RepView) -> Finding | None:
    """The upper trunk moved sideways by more than its tilt explains, without a hike: it turned."""
    p, name = rep.protocol, "trunk_shift_ratio"
    if not _turned(rep):
        return None
    limit = p.turn_shift_ratio * rep.coarse(name)
    return _told(rep, "trunk_rotation", name, limit=limit, noise=limit / 2, either=True)


def thigh_lift(rep: RepView) -> Finding | None:
    """The knee rose by more than the pelvis explains."""
    p = rep.protocol
    carried = p.thigh_measured_ratio + p.thigh_per_hike_ratio * _hike_or_zero(rep)
    return _knee_told(rep, "thigh_lift", "knee_rise", by_flow=max(p.thigh_ratio, carried),
                      by_outline=max(p.thigh_outline_ratio, carried),
                      invalid=p.thigh_invalid_ratio)  # fmt: skip


def knee_drift(rep: RepView) -> Finding | None:
    """The knee moved sideways; inwards more is allowed, since the calf's swing leaks into it."""
    p = rep.protocol
    inwards = rep.value("knee_drift_ratio") < 0
    carried = 0.5 * p.thigh_per_hike_ratio * _hike_or_zero(rep) if inwards else 0.0
    if thigh_lift(rep) is not None:
        carried += p.drift_per_rise * rep.value(rep.knee_channel("knee_rise"))
    limit = p.drift_in_ratio if inwards else p.drift_out_ratio
    return _knee_told(rep, "knee_drift", "knee_drift", by_flow=limit + carried,
                      by_outline=p.drift_outline_ratio + carried,
                      invalid=p.drift_invalid_ratio, either=True)  # fmt: skip


def knee_extension(rep: RepView) -> Finding | None:
    """The foot tipped up as on a straightening knee: a weak sign, noted, never held against."""
    value, limit = knee_extended_deg(rep), rep.protocol.extension_deg
    if not value > limit:
        return None
    return Finding("knee_extension", value, limit, "deg", rep.span.plateau_s.start_s, "note")


def knee_extended_deg(rep: RepView) -> float:
    """How far the knee seems to have straightened; NaN while the thigh lifts, which tips it too."""
    if thigh_lift(rep) is not None:
        return float("nan")
    return extension_deg(rep.value("foot_reach_ratio"), rep.protocol)


def other_leg_moved(rep: RepView) -> Finding | None:
    """The resting shank turned along."""
    limit = rep.protocol.other_leg_moved_deg
    return _told(rep, "other_leg_moved", "other_shank_deg", limit=limit, noise=limit / 2,
                 either=True)  # fmt: skip


def hand_off_seat(rep: RepView) -> Finding | None:
    """A wrist rose from the seat."""
    limit = rep.protocol.hand_rise_ratio
    return _told(rep, "hand_off_seat", "wrist_rise_ratio", limit=limit, noise=limit / 2)


def no_hold(rep: RepView) -> Finding | None:
    """The end range was passed through, not held."""
    hold_s, limit = rep.span.hold_s, rep.protocol.hold_min_s
    if hold_s >= limit:
        return None
    return Finding("no_hold", hold_s, limit, "s", rep.span.plateau_s.start_s, "note")


CHECKS: Final[tuple[Check, ...]] = (
    pelvic_hike,
    trunk_lean,
    weight_shift,
    trunk_rotation,
    thigh_lift,
    knee_drift,
    knee_extension,
    other_leg_moved,
    hand_off_seat,
    no_hold,
)


def findings(rep: RepView) -> tuple[Finding, ...]:
    """Everything found in one repetition, in the order it began."""
    found = [finding for check in CHECKS if (finding := check(rep)) is not None]
    return tuple(sorted(found, key=lambda finding: finding.at_s))


def pelvis_measured(rep: RepView) -> bool:
    """Whether the pelvis was followed, and no other channel contradicts a level reading.

    A trunk that moves away while the knee rises is a hip lift, whatever the lap says.
    """
    p = rep.protocol
    channel = rep.motion.channels.get("pelvic_obliquity_deg")
    hike = rep.value("pelvic_obliquity_deg")
    if channel is None or channel.source != "flow" or not np.isfinite(hike):
        return False
    unseen_lift = (
        rep.value("trunk_shift_ratio") > p.turn_shift_ratio
        and rep.value(rep.knee_channel("knee_rise")) > p.thigh_measured_ratio
        and hike < p.obliquity_noise_deg
    )
    return not unseen_lift


def obliquity_believed(rep: RepView) -> bool:
    """Whether the lap's tilt may be subtracted from the rotation.

    While the thigh lifts it drags the lap along, so a second witness must agree: the waist's own
    tilt, or the trunk's shift away from the tested side.
    """
    p = rep.protocol
    hike = rep.value("pelvic_obliquity_deg")
    carried = p.thigh_measured_ratio + p.thigh_per_hike_ratio * abs(hike)
    if not rep.value(rep.knee_channel("knee_rise")) > carried:
        return True
    waist = rep.value("waist_tilt_deg")
    shift = rep.value("trunk_shift_ratio")
    return bool(waist > p.witness_share * hike or shift > p.shift_ratio)


def _confounds_hike(rep: RepView) -> bool:
    return any(check(rep) is not None for check in (_thigh_alone, knee_drift, trunk_rotation))


def _thigh_alone(rep: RepView) -> Finding | None:
    p = rep.protocol
    return _told(rep, "thigh_lift", rep.knee_channel("knee_rise"), limit=p.thigh_ratio,
                 noise=p.thigh_measured_ratio)  # fmt: skip


def _turned(rep: RepView) -> bool:
    """The trunk slid sideways by more than a tilt about the hips carries it, without a hike."""
    if _hiked(rep) or abs(rep.value("trunk_lean_deg")) > rep.protocol.lean_deg:
        return False
    name = "trunk_shift_ratio"
    start = rep.motion.start
    carried = shift_by_lean_ratio(start.xy_px, rep.value("trunk_lean_deg")) if start else 0.0
    own = rep.value(name) - (carried if _tilted(rep) else 0.0)
    return bool(abs(own) > rep.protocol.turn_shift_ratio * rep.coarse(name))


def _tilted(rep: RepView) -> bool:
    limit = rep.protocol.lean_measured_deg * rep.coarse("trunk_lean_deg")
    return abs(rep.value("trunk_lean_deg")) > limit


def _hiked(rep: RepView) -> bool:
    return rep.value("pelvic_obliquity_deg") > rep.protocol.obliquity_counts_deg


def _hike_or_zero(rep: RepView) -> float:
    hike = rep.value("pelvic_obliquity_deg")
    return max(hike, 0.0) if hike > rep.protocol.obliquity_noise_deg else 0.0


def _told(  # noqa: PLR0913 - one limit, told whole
    rep: RepView,
    code: str,
    name: str,
    *,
    limit: float,
    noise: float,
    invalid: float = np.inf,
    either: bool = False,
) -> Finding | None:
    """The finding, where the channel at the plateau is beyond its limit."""
    value = rep.value(name)
    size = abs(value) if either else value
    if not size > limit:
        return None
    severity: FindingSeverity = "invalid" if size >= invalid else "flag"
    unit = "deg" if name.endswith("_deg") else "shank lengths"
    over_time = rep.motion.channels[name].value
    began_s = rep.onset_s(np.abs(over_time) if either else over_time, limit, noise)
    return Finding(code, value, limit, unit, began_s, severity)


def _knee_told(  # noqa: PLR0913 - two limits, told whole
    rep: RepView,
    code: str,
    name: str,
    *,
    by_flow: float,
    by_outline: float,
    invalid: float,
    either: bool = False,
) -> Finding | None:
    """By flow, where the outline does not contradict it; else by the coarser outline."""
    told = None
    if rep.knee_believed(name):
        told = _told(rep, code, f"{name}_ratio", limit=by_flow, noise=by_flow / 2,
                     invalid=invalid, either=either)  # fmt: skip
    return told or _told(rep, code, f"{name}_outline_ratio", limit=by_outline,
                         noise=by_outline / 2, invalid=invalid, either=either)  # fmt: skip


def plateau_values(rep: RepView) -> Mapping[str, float | None]:
    """Every channel at the plateau; None where it was not measured."""
    values: Floats = np.array([rep.value(name) for name in rep.motion.channels])
    return {
        name: float(value) if np.isfinite(value) else None
        for name, value in zip(rep.motion.channels, values, strict=True)
    }
