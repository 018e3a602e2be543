"""Assessment: what we say about one side; Trial: about the whole clip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from hipcv.core.clip_info import ClipInfo
from hipcv.core.compensation import (
    RepView,
    findings,
    knee_extended_deg,
    obliquity_is_reliable,
    pelvis_measured,
    plateau_values,
)
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion, RepSpan
from hipcv.core.plateaus import Plateau
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import thigh_drop_ratio
from hipcv.core.smoothing import speed
from hipcv.core.span import Span
from hipcv.core.uncertainty import ErrorSources, half_width_deg, side_half_width_deg

Category = Literal["reaches_target", "at_target_within_error", "below_target"]
Status = Literal["measured", "not_measured"]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rep(RepSpan):
    """One repetition, assessed."""

    rotation_deg: float
    interval_deg: Interval
    pelvis_relative_deg: float | None  # None: the pelvis was not measured
    clean_deg: float  # largest rotation before the first compensation began
    landmarks_deg: float  # by landmarks alone, for comparison
    registered: bool
    peak_speed_deg_s: float
    channels: Mapping[
        str, float | None
    ]  # every compensation channel at the plateau; None: not measured
    findings: tuple[Finding, ...]
    practice: bool  # the first of four or more: shown, not counted
    number: int = 0  # among everything that was taken for a repetition; stays under corrections
    rejected: str | None = None  # why somebody does not count it

    @property
    def invalid(self) -> bool:
        """A compensation was so large that the number no longer speaks of the hip."""
        return any(finding.severity == "invalid" for finding in self.findings)

    @property
    def valid(self) -> bool:
        """Whether the repetition counts towards the side's number."""
        return not (self.practice or self.invalid or self.rejected is not None)


@dataclass(frozen=True, slots=True)
class Assessment:
    """One side. A side that cannot be measured has no rotation, and issues that say why."""

    side: Side
    rotation_deg: float | None  # mean of the valid repetitions
    interval_deg: Interval | None
    pelvis_relative_deg: float | None
    clean_deg: float | None
    external_rotation_deg: float | None
    start_tilt_deg: float | None
    category: Category | None
    quality: float  # 0..1
    reps: tuple[Rep, ...]
    issues: tuple[Issue, ...]  # of this side
    yaw_deg: float | None

    @property
    def status(self) -> Status:
        """`measured` exactly where there is a number."""
        return "not_measured" if self.rotation_deg is None else "measured"

    @property
    def findings(self) -> tuple[str, ...]:
        """Codes told of any repetition, most serious and earliest first, without repeats."""
        rank = {"invalid": 0, "flag": 1, "note": 2}
        told = sorted(
            (finding for rep in self.reps for finding in rep.findings),
            key=lambda finding: (rank[finding.severity], finding.at_s),
        )
        return tuple(dict.fromkeys(finding.code for finding in told))

    @property
    def best_deg(self) -> float | None:
        """Largest valid repetition; shown, never used for the category."""
        return max((rep.rotation_deg for rep in self.reps if rep.valid), default=None)


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a result was made, so that it can be made again."""

    hipcv: str
    models: Mapping[str, str]  # name → sha256
    command: str
    method: int  # raised only when numbers can change


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything we say about one clip."""

    clip: ClipInfo
    sides: Mapping[Side, Assessment]  # only sides that moved, or were asked for
    issues: tuple[Issue, ...]  # of the whole clip
    protocol: MeasurementProtocol
    provenance: Provenance
    timing: Mapping[str, float]  # seconds by stage, with total_s

    @property
    def status(self) -> Status:
        """`measured` where any side was."""
        measured = any(side.status == "measured" for side in self.sides.values())
        return "measured" if measured else "not_measured"

    @property
    def tested_side(self) -> Literal["left", "right", "both"] | None:
        """Which side's rotation was measured."""
        sides = [side for side, a in self.sides.items() if a.status == "measured"]
        if not sides:
            return None
        return "both" if len(sides) == len(Side) else sides[0].value

    @property
    def all_issues(self) -> tuple[Issue, ...]:
        """Of the clip and of every side; refusals first."""
        told = [*self.issues, *(i for a in self.sides.values() for i in a.issues)]
        return tuple(sorted(dict.fromkeys(told), key=lambda i: i.severity != "refuse"))


def assess(motion: Motion) -> Assessment:
    """What we say about one side.

    Its number is the mean of the valid repetitions. Where every repetition was invalid the mean of
    them all is given with that said and without a category: the angle was reached, but not by the
    hip alone.
    """
    refused = any(issue.severity == "refuse" for issue in motion.issues)
    reps = () if refused else _reps(motion)
    kept = [rep for rep in reps if rep.rejected is None]
    told = [rep for rep in kept if rep.valid] or [rep for rep in kept if not rep.practice]
    issues = (*motion.issues, *_rep_issues(motion, reps))
    if not told:
        return replace(_not_measured(motion, issues), reps=reps)
    rotation = float(np.mean([rep.rotation_deg for rep in told]))
    half = side_half_width_deg([_half_deg(rep) for rep in told], [rep.rotation_deg for rep in told])
    interval = (rotation - half, rotation + half)
    relative = [rep.pelvis_relative_deg for rep in told if rep.pelvis_relative_deg is not None]
    return Assessment(
        side=motion.side,
        rotation_deg=rotation,
        interval_deg=interval,
        pelvis_relative_deg=float(np.mean(relative)) if relative else None,
        clean_deg=max(rep.clean_deg for rep in told),
        external_rotation_deg=motion.external_deg,
        start_tilt_deg=motion.start.tilt_deg if motion.start else None,
        category=_category(told, interval, motion.protocol) if told[0].valid else None,
        quality=_quality(half, motion),
        reps=reps,
        issues=issues,
        yaw_deg=motion.yaw_deg,
    )


def _not_measured(motion: Motion, issues: tuple[Issue, ...]) -> Assessment:
    return Assessment(
        side=motion.side,
        rotation_deg=None,
        interval_deg=None,
        pelvis_relative_deg=None,
        clean_deg=None,
        external_rotation_deg=motion.external_deg,
        start_tilt_deg=motion.start.tilt_deg if motion.start else None,
        category=None,
        quality=0.0,
        reps=(),
        issues=issues,
        yaw_deg=None,
    )


def _reps(motion: Motion) -> tuple[Rep, ...]:
    """Repetitions whose plateau gave a number, in time order."""
    numbered = [n for n, p in enumerate(motion.plateaus) if np.isfinite(p.rotation_deg)]
    first_is_practice = len(numbered) >= motion.protocol.practice_from_reps
    return tuple(
        _rep(motion, number, practice=first_is_practice and place == 0)
        for place, number in enumerate(numbered)
    )


def _rep(motion: Motion, number: int, *, practice: bool) -> Rep:
    span, plateau = motion.reps[number], motion.plateaus[number]
    view = RepView(motion, span)
    found = findings(view)
    hike = view.value("pelvic_obliquity_deg") if pelvis_measured(view) else float("nan")
    half = half_width_deg(plateau, _strain(view, hike), motion.protocol)
    return Rep(
        start_s=span.start_s,
        plateau_s=span.plateau_s,
        end_s=span.end_s,
        rotation_deg=plateau.rotation_deg,
        interval_deg=(plateau.rotation_deg - half, plateau.rotation_deg + half),
        pelvis_relative_deg=_pelvis_relative(view, plateau.rotation_deg, hike),
        clean_deg=_clean(motion, number, found),
        landmarks_deg=plateau.landmarks_deg,
        registered=plateau.registered,
        peak_speed_deg_s=_peak_speed(motion, number),
        channels=plateau_values(view),
        findings=found,
        practice=practice,
        number=number,
        rejected=motion.overrides.rejected.get(number),
    )


def _strain(view: RepView, hike_deg: float) -> ErrorSources:
    motion = view.motion
    drop = thigh_drop_ratio(motion.start.xy_px) if motion.start else float("nan")
    return ErrorSources(
        thigh_deg=motion.thigh_deg,
        obliquity_deg=hike_deg,
        knee_rise_ratio=view.value(view.knee_channel("knee_rise")),
        extension_deg=knee_extended_deg(view),
        camera_low=drop < motion.protocol.level_thigh_ratio,
    )


def _pelvis_relative(view: RepView, rotation_deg: float, hike_deg: float) -> float | None:
    """Rotation less the change of obliquity, where that was measured and is believed."""
    if not np.isfinite(hike_deg):
        return None
    if -view.protocol.obliquity_dip_deg <= hike_deg <= view.protocol.obliquity_noise_deg:
        return rotation_deg
    return rotation_deg - hike_deg if obliquity_is_reliable(view) else None


def _clean(motion: Motion, number: int, found: Sequence[Finding]) -> float:
    """Largest rotation before the first compensation began."""
    rotation = motion.plateaus[number].rotation_deg
    began = [finding.at_s for finding in found if finding.severity != "note"]
    if not began:
        return rotation
    before = Span.through(motion.reps[number].start_s, min(began))
    reached = motion.rotation_deg[before.contains(motion.time_s)]
    reached = reached[np.isfinite(reached)]
    return float(min(rotation, max(0.0, reached.max()))) if len(reached) else 0.0


def _peak_speed(motion: Motion, number: int) -> float:
    span = motion.reps[number]
    inside = Span.through(span.start_s, span.end_s).contains(motion.time_s)
    fastest = np.abs(speed(motion.rotation_deg, motion.time_s)[inside])
    return float(np.nanmax(fastest)) if np.isfinite(fastest).any() else float("nan")


def _half_deg(rep: Rep) -> float:
    return (rep.interval_deg[1] - rep.interval_deg[0]) / 2


def _category(told: Sequence[Rep], interval: Interval, protocol: MeasurementProtocol) -> Category:
    """Against the target; on the pelvis-relative angle where the pelvis moved along."""
    moved = [
        rep.rotation_deg - rep.pelvis_relative_deg
        for rep in told
        if rep.pelvis_relative_deg is not None
    ]
    hike = float(np.mean(moved)) if moved else 0.0
    less = max(hike, 0.0) if hike >= protocol.obliquity_counts_deg else 0.0
    low, high = interval[0] - less, interval[1] - less
    if low >= protocol.target_deg:
        return "reaches_target"
    return "below_target" if high <= protocol.target_deg else "at_target_within_error"


def _quality(half_deg: float, motion: Motion) -> float:
    """1 for the narrowest interval on a leg seen throughout, less in proportion."""
    seen = float(np.isfinite(motion.raw_deg).mean())
    return round(min(1.0, motion.protocol.interval_base_deg / half_deg) * seen, 3)


def _rep_issues(motion: Motion, reps: Sequence[Rep]) -> tuple[Issue, ...]:
    """Warnings about the repetitions as a set."""
    p, side = motion.protocol, motion.side
    valid = [rep for rep in reps if rep.valid]
    issues = []
    if reps and all(rep.rejected is not None for rep in reps):
        return (Issue("all_rejected", "refuse", side),)
    if reps and len(valid) < p.reps_wanted:
        issues.append(Issue("few_reps", "warn", side, len(valid), p.reps_wanted, "reps"))
    if reps and not valid:
        issues.append(Issue("compensated_throughout", "warn", side))
    spread = float(np.ptp([rep.rotation_deg for rep in valid])) if valid else 0.0
    if spread > p.rep_spread_deg:
        issues.append(Issue("inconsistent_reps", "warn", side, spread, p.rep_spread_deg, "deg"))
    if any(_edges_strayed(plateau, p) for plateau in motion.plateaus):
        issues.append(Issue("loose_clothing", "warn", side))
    if any(not rep.registered for rep in reps):
        issues.append(Issue("landmarks_only", "warn", side))
    if any(rep.pelvis_relative_deg is None for rep in reps):
        issues.append(Issue("pelvis_not_measured", "warn", side))
    return tuple(issues)


def _edges_strayed(plateau: Plateau, protocol: MeasurementProtocol) -> bool:
    """The shank's edges did not move as one: cloth slid on it, or shade was taken for an edge."""
    return bool(
        plateau.patch_gap_deg > protocol.patch_gap_warn_deg
        or plateau.residual_px > protocol.residual_warn_px
    )
