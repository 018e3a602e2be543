"""Assessment of one side, and the trial of a whole clip."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np

from hipcv.core.answers import Answers
from hipcv.core.clip_info import ClipInfo
from hipcv.core.compensation import (
    RepView,
    findings,
    knee_extended_deg,
    pelvis_measured,
    plateau_values,
)
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion, RepSpan
from hipcv.core.person import Person
from hipcv.core.plateaus import Plateau
from hipcv.core.precision import stored_difference_deg
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import (
    EXTERNAL_ONLY,
    blame_damage,
    camera_height_ratio,
    damage_refusal,
    is_damaged,
    thigh_drop_ratio,
)
from hipcv.core.smoothing import speed
from hipcv.core.span import Span
from hipcv.core.uncertainty import (
    ErrorSources,
    half_width_deg,
    result_half_width_deg,
    side_half_width_deg,
)

Category = Literal["reaches_target", "close_to_target", "below_target", "clearly_low"]
MeasurementStatus = Literal["measured", "not_counted", "not_measured"]
ResultBasis = Literal["rotation", "pelvis_relative"]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rep(RepSpan):
    """Assessment of one repetition."""

    rotation_deg: float  # along the thigh
    picture_deg: float  # as the picture shows it, before the view correction
    view_deg: float | None  # thigh against the line of sight at the plateau; None: unknown
    from_vertical_deg: float  # tilt at the start and rotation
    interval_deg: Interval
    pelvis_relative_deg: float | None  # None: the pelvis was not measured
    clean_deg: float  # largest rotation before the first compensation began
    landmarks_deg: float  # by landmarks alone, for comparison
    registered: bool
    by_outline: bool  # from the tracked outline; else from masks or landmarks
    by_hand: bool  # from points set by hand
    witness_deg: float | None  # by masks of a few frames of the plateau; None: none were read
    peak_speed_deg_s: float
    channels: Mapping[str, float | None]  # at the plateau; None: not measured
    findings: tuple[Finding, ...]
    practice: bool  # the first of four or more: shown, not counted
    number: int = 0  # among all detected repetitions, 0 first; unchanged by corrections
    rejected: str | None = None  # reason for which it is not counted

    @property
    def invalid(self) -> bool:
        """True where a compensation was too large for the angle to be the hip's."""
        return any(finding.severity == "invalid" for finding in self.findings)

    @property
    def valid(self) -> bool:
        """True where the repetition counts: it was held and kept the rules of the test."""
        return self.held and not (self.practice or self.invalid or self.rejected is not None)

    def hip_lift_deg(self, protocol: MeasurementProtocol) -> float:
        """Return the tilt of the pelvis that is taken off the result; 0 where it is small."""
        if self.pelvis_relative_deg is None:
            return 0.0
        lift_deg = self.rotation_deg - self.pelvis_relative_deg
        return lift_deg if lift_deg >= protocol.obliquity_counts_deg else 0.0


@dataclass(frozen=True, slots=True)
class ExternalRep(RepSpan):
    """One repetition of external rotation: the foot swung inwards, from the same start."""

    rotation_deg: float  # along the thigh, positive
    picture_deg: float  # as the picture shows it, positive
    interval_deg: Interval
    by_outline: bool  # from the tracked outline; else from landmarks
    practice: bool  # the first of four or more: shown, not counted

    @property
    def valid(self) -> bool:
        """True where the repetition counts. The rules of the test are those of the other way."""
        return self.held and not self.practice


@dataclass(frozen=True, slots=True)
class Assessment:
    """Assessment of one side. Without a rotation its issues, or its repetitions, give the reason.

    The result is the hip's own rotation, which headline, category, trend and comparison use; its
    interval is that of a measurement on another day. `interval_deg` is the error of this clip's
    reading.
    """

    side: Side
    rotation_deg: float | None = None  # along the thigh, mean of the valid repetitions
    picture_deg: float | None = None  # the same as the picture shows it, before the view correction
    view_deg: float | None = None  # thigh against the line of sight, mean; None: unknown
    from_vertical_deg: float | None = None  # tilt at the start and rotation
    interval_deg: Interval | None = None
    pelvis_relative_deg: float | None = None
    clean_deg: float | None = None
    external_rotation_deg: float | None = None  # positive, mean of those that count
    external_interval_deg: Interval | None = None
    external_reps: tuple[ExternalRep, ...] = ()
    start_tilt_deg: float | None = None
    result_deg: float | None = None  # mean of the repetitions that count, hip lift taken off
    result_interval_deg: Interval | None = None
    result_basis: ResultBasis | None = None
    provisional: bool = False  # fewer repetitions count than are wanted; no category
    category: Category | None = None
    quality: float = 0.0  # 0..1
    reps: tuple[Rep, ...] = ()
    issues: tuple[Issue, ...] = ()  # of this side
    yaw_deg: float | None = None
    is_minor: bool = False  # the typical range of adults does not apply

    @property
    def status(self) -> MeasurementStatus:
        """`measured` where there is a rotation, `not_counted` where no repetition counts."""
        if self.rotation_deg is not None:
            return "measured"
        refused = any(issue.severity == "refuse" for issue in self.issues)
        return "not_measured" if refused or not self.reps else "not_counted"

    @property
    def findings(self) -> tuple[str, ...]:
        """Codes of all repetitions, most serious and earliest first, each once."""
        rank = {"invalid": 0, "flag": 1, "note": 2}
        ordered = sorted(
            (finding for rep in self.reps for finding in rep.findings),
            key=lambda finding: (rank[finding.severity], finding.at_s),
        )
        return tuple(dict.fromkeys(finding.code for finding in ordered))

    @property
    def hip_lift_deg(self) -> float:
        """Hip lift that was taken off the result; 0 where none was."""
        if self.result_basis != "pelvis_relative" or self.rotation_deg is None:
            return 0.0
        return stored_difference_deg(self.rotation_deg, self.result_deg or 0.0)

    @property
    def arc_deg(self) -> float | None:
        """Total arc: the result and the external rotation; None unless both were measured."""
        if self.result_deg is None or self.external_rotation_deg is None:
            return None
        return self.result_deg + self.external_rotation_deg

    @property
    def arc_interval_deg(self) -> Interval | None:
        """95 % interval of the arc as this clip was read; both readings err on their own."""
        if self.arc_deg is None or self.interval_deg is None or self.external_interval_deg is None:
            return None
        (low, high), (external_low, external_high) = self.interval_deg, self.external_interval_deg
        half_deg = float(np.hypot(high - low, external_high - external_low)) / 2
        return self.arc_deg - half_deg, self.arc_deg + half_deg

    @property
    def best_deg(self) -> float | None:
        """Largest valid repetition; shown, never used for the category."""
        return max((rep.rotation_deg for rep in self.reps if rep.valid), default=None)


FIRST_WITH_OUTLINE: Final = 4
"""First method that tracks the outline in every frame."""


@dataclass(frozen=True, slots=True)
class Reassessed:
    """Version that assessed a stored result again, where it is another than the one that measured.

    Its fields are keys of `result.json`.
    """

    hipcv: str
    method: int
    settings_dropped: tuple[str, ...]  # of the stored protocol, which this version does not have
    settings_added: tuple[str, ...]  # at their defaults, since the stored protocol lacks them


@dataclass(frozen=True, slots=True)
class Provenance:
    """Versions, models and command that a result can be reproduced with."""

    hipcv: str
    models: Mapping[str, str]  # name → sha256
    command: str
    method: int  # raised only when numbers can change
    reassessed: Reassessed | None = None

    @property
    def tracks_outline(self) -> bool:
        """True if the method tracks the outline in every frame."""
        return self.method >= FIRST_WITH_OUTLINE


@dataclass(frozen=True, slots=True)
class Trial:
    """Result of one clip."""

    clip: ClipInfo
    sides: Mapping[Side, Assessment]  # those that moved, or were asked for
    issues: tuple[Issue, ...]  # of the whole clip
    protocol: MeasurementProtocol
    provenance: Provenance
    timing: Mapping[str, float]  # seconds by stage, with total_s
    person: Person = field(default_factory=Person)
    answers: Answers = field(default_factory=Answers)  # given after the test
    external_asked: bool = False  # external rotation was asked for as well
    face_blurred: bool = False  # in the pictures of the result

    @property
    def status(self) -> MeasurementStatus:
        """`measured` where any side was, else `not_counted` where any side was that."""
        of_sides = {side.status for side in self.sides.values()}
        order: tuple[MeasurementStatus, ...] = ("measured", "not_counted")
        return next((status for status in order if status in of_sides), "not_measured")

    @property
    def tested_side(self) -> Literal["left", "right", "both"] | None:
        """Side whose rotation was measured."""
        sides = [side for side, a in self.sides.items() if a.status == "measured"]
        if not sides:
            return None
        return "both" if len(sides) == len(Side) else sides[0].value

    @property
    def all_issues(self) -> tuple[Issue, ...]:
        """Issues of the clip and of every side; refusals first."""
        issues = [*self.issues, *(i for a in self.sides.values() for i in a.issues)]
        return tuple(sorted(dict.fromkeys(issues), key=lambda i: i.severity != "refuse"))

    @property
    def refusals(self) -> tuple[Issue, ...]:
        """Issues of the clip and of every side for which a number is missing."""
        return tuple(issue for issue in self.all_issues if issue.severity == "refuse")


def assess(motion: Motion, person: Person | None = None) -> Assessment:
    """Assess one side; the age of the person decides what the result is compared with.

    Its numbers are means of the repetitions that count: held, and without a compensation that the
    test forbids. Where none counts there is no number of the side, and an issue says why: the angle
    was reached, but not by the hip alone, or only in passing.
    """
    refused = any(issue.severity == "refuse" for issue in motion.issues)
    reps = () if refused else _reps(motion)
    if reps and (unmoved := _unmoved(motion, reps)):
        return Assessment(side=motion.side, issues=(unmoved,))
    counted = [rep for rep in reps if rep.valid]
    base = Assessment(
        side=motion.side,
        is_minor=person is not None and person.is_minor,
        start_tilt_deg=motion.start_tilt_deg,
        reps=reps,
        issues=(*motion.issues, *_rep_issues(motion, reps)),
    )
    base = _with_external(base, _external_reps(motion))
    if not counted:
        return base
    rotations = [rep.rotation_deg for rep in counted]
    rotation = float(np.mean(rotations))
    halves = [(high - low) / 2 for low, high in (rep.interval_deg for rep in counted)]
    half = side_half_width_deg(halves, rotations)
    return replace(
        _with_result(base, counted, motion.protocol),
        rotation_deg=rotation,
        picture_deg=float(np.mean([rep.picture_deg for rep in counted])),
        view_deg=_mean_or_none([rep.view_deg for rep in counted]),
        from_vertical_deg=float(np.mean([rep.from_vertical_deg for rep in counted])),
        interval_deg=(rotation - half, rotation + half),
        pelvis_relative_deg=_mean_or_none([rep.pelvis_relative_deg for rep in counted]),
        clean_deg=max(rep.clean_deg for rep in counted),
        quality=_quality(half, motion),
        yaw_deg=motion.yaw_deg,
    )


def assess_sides(
    motions: Mapping[Side, Motion],
    person: Person,
    *,
    external_asked: bool,
    clip: ClipInfo | None = None,
) -> dict[Side, Assessment]:
    """Assess the sides of a clip; one that lacks external rotation if asked for has a warning.

    In a damaged clip, one without a number is refused for the damage; None: the clip is intact.
    """
    sides = {side: assess(motion, person) for side, motion in motions.items()}
    if clip is not None and is_damaged(clip):
        sides = {side: _blame_damage(assessment, clip) for side, assessment in sides.items()}
    for side, assessment in sides.items():
        if external_asked and assessment.reps and assessment.external_rotation_deg is None:
            issue = Issue("no_external", "warn", side)
            sides[side] = replace(assessment, issues=(*assessment.issues, issue))
    return sides


def _blame_damage(assessment: Assessment, clip: ClipInfo) -> Assessment:
    """Name the damage of the clip where the repetitions or issues of a side give another reason."""
    issues = blame_damage(assessment.issues, clip)
    if assessment.status == "not_counted":
        issues = (*issues, damage_refusal(clip, assessment.side))
    return replace(assessment, issues=issues)


def _mean_or_none(values: Sequence[float | None]) -> float | None:
    """Return the mean of the values that were measured; None where there are none."""
    measured = [value for value in values if value is not None]
    return float(np.mean(measured)) if measured else None


def _external_reps(motion: Motion) -> tuple[ExternalRep, ...]:
    """Assess the external repetitions with an angle, in time order."""
    done = [
        (span, plateau)
        for span, plateau in zip(motion.external_reps, motion.external_plateaus, strict=True)
        if np.isfinite(plateau.rotation_deg)
    ]
    has_practice = len(done) >= motion.protocol.practice_from_reps
    return tuple(
        _external_rep(motion, span, plateau, practice=has_practice and number == 0)
        for number, (span, plateau) in enumerate(done)
    )


def _external_rep(
    motion: Motion, span: RepSpan, plateau: Plateau, *, practice: bool
) -> ExternalRep:
    errors = _error_sources(RepView(motion, span), plateau, np.nan)
    half = half_width_deg(plateau, errors, motion.protocol)
    half = float(np.hypot(half, motion.protocol.interval_external_deg))
    rotation = -plateau.rotation_deg
    return ExternalRep(
        start_s=span.start_s,
        plateau_s=span.plateau_s,
        end_s=span.end_s,
        held=span.held,
        rotation_deg=rotation,
        picture_deg=-plateau.picture_deg,
        interval_deg=(rotation - half, rotation + half),
        by_outline=plateau.by_outline,
        practice=practice,
    )


def _with_external(assessment: Assessment, reps: tuple[ExternalRep, ...]) -> Assessment:
    """Return the assessment with the mean of the external repetitions that count.

    A side that is refused because it turned the other way alone tells that angle.
    """
    counted = [rep for rep in reps if rep.valid]
    if not counted:
        return replace(assessment, external_reps=reps)
    rotations = [rep.rotation_deg for rep in counted]
    mean = float(np.mean(rotations))
    halves = [(high - low) / 2 for low, high in (rep.interval_deg for rep in counted)]
    half = side_half_width_deg(halves, rotations)
    issues = tuple(
        replace(issue, value=mean, limit=None) if issue.code == EXTERNAL_ONLY else issue
        for issue in assessment.issues
    )
    return replace(
        assessment,
        external_reps=reps,
        external_rotation_deg=mean,
        external_interval_deg=(mean - half, mean + half),
        issues=issues,
    )


def _unmoved(motion: Motion, reps: Sequence[Rep]) -> Issue | None:
    """Return a refusal where no rotation is larger than its own error, and none was set by hand."""
    largest = max(reps, key=lambda rep: rep.rotation_deg)
    error_deg = largest.interval_deg[1] - largest.rotation_deg
    limit_deg = max(motion.protocol.movement_min_deg, error_deg)
    if largest.rotation_deg > limit_deg or motion.overrides.numbers:
        return None
    code = "posture_changed" if motion.posture_changed else "no_movement"
    return Issue(code, "refuse", motion.side, largest.rotation_deg, limit_deg, "deg")


def _reps(motion: Motion) -> tuple[Rep, ...]:
    """Assess the repetitions with an angle, in time order."""
    numbers = [n for n, p in enumerate(motion.plateaus) if np.isfinite(p.rotation_deg)]
    has_practice = len(numbers) >= motion.protocol.practice_from_reps
    return tuple(_rep(motion, n, practice=has_practice and n == numbers[0]) for n in numbers)


def _rep(motion: Motion, number: int, *, practice: bool) -> Rep:
    span, plateau = motion.reps[number], motion.plateaus[number]
    view = RepView(motion, span)
    rep_findings = findings(view)
    hike = view.value("pelvic_obliquity_deg") if pelvis_measured(view) else float("nan")
    half = half_width_deg(plateau, _error_sources(view, plateau, hike), motion.protocol)
    assert motion.start is not None  # a motion with repetitions has a start
    return Rep(
        start_s=span.start_s,
        plateau_s=span.plateau_s,
        end_s=span.end_s,
        held=span.held,
        rotation_deg=plateau.rotation_deg,
        picture_deg=plateau.picture_deg,
        view_deg=plateau.view_deg if np.isfinite(plateau.view_deg) else None,
        from_vertical_deg=motion.start.tilt_deg + plateau.rotation_deg,
        interval_deg=(plateau.rotation_deg - half, plateau.rotation_deg + half),
        pelvis_relative_deg=_pelvis_relative(view, plateau.rotation_deg, hike),
        clean_deg=_clean_deg(motion, number, rep_findings),
        landmarks_deg=plateau.landmarks_deg,
        registered=plateau.registered,
        by_outline=plateau.by_outline,
        by_hand=plateau.by_hand,
        witness_deg=plateau.witness_deg if np.isfinite(plateau.witness_deg) else None,
        peak_speed_deg_s=_peak_speed_deg_s(motion, number),
        channels=plateau_values(view),
        findings=rep_findings,
        practice=practice,
        number=number,
        rejected=motion.overrides.rejected.get(number),
    )


def _error_sources(view: RepView, plateau: Plateau, hike_deg: float) -> ErrorSources:
    motion = view.motion
    assert motion.start is not None  # a motion with repetitions has a start
    drop = thigh_drop_ratio(motion.start.xy_px)
    return ErrorSources(
        thigh_deg=float(np.fmax(abs(motion.thigh_deg), abs(plateau.view_deg))),
        obliquity_deg=hike_deg,
        knee_rise_ratio=view.value(view.knee_channel("knee_rise")),
        extension_deg=knee_extended_deg(view),
        camera_low=drop < motion.protocol.level_thigh_ratio,
        camera_height_ratio=camera_height_ratio(motion.start.xy_px),
        held=view.span.held,
    )


def _pelvis_relative(view: RepView, rotation_deg: float, hike_deg: float) -> float | None:
    """Return the rotation less the change of obliquity; None where that was not measured."""
    if not np.isfinite(hike_deg):
        return None
    if -view.protocol.obliquity_dip_deg <= hike_deg <= view.protocol.obliquity_noise_deg:
        return rotation_deg
    return rotation_deg - hike_deg


def _clean_deg(motion: Motion, number: int, rep_findings: Sequence[Finding]) -> float:
    """Return the largest rotation before the first compensation began."""
    rotation = motion.plateaus[number].rotation_deg
    began = [finding.at_s for finding in rep_findings if finding.severity != "note"]
    if not began:
        return rotation
    before = Span.through(motion.reps[number].start_s, min(began))
    reached = motion.rotation_deg[before.contains(motion.time_s)]
    reached = reached[np.isfinite(reached)]
    return float(min(rotation, max(0.0, reached.max()))) if len(reached) else 0.0


def _peak_speed_deg_s(motion: Motion, number: int) -> float:
    span = motion.reps[number]
    inside = Span.through(span.start_s, span.end_s).contains(motion.time_s)
    fastest = np.abs(speed(motion.rotation_deg, motion.time_s)[inside])
    return float(np.nanmax(fastest)) if np.isfinite(fastest).any() else float("nan")


def _with_result(
    assessment: Assessment, counted: Sequence[Rep], protocol: MeasurementProtocol
) -> Assessment:
    """Return the assessment with the result of the repetitions that count."""
    lifts = [rep.hip_lift_deg(protocol) for rep in counted]
    results = [rep.rotation_deg - lift for rep, lift in zip(counted, lifts, strict=True)]
    result, half = float(np.mean(results)), result_half_width_deg(results, protocol)
    provisional = len(counted) < protocol.reps_wanted
    with_result = replace(
        assessment,
        result_deg=result,
        result_interval_deg=(result - half, result + half),
        result_basis="pelvis_relative" if any(lifts) else "rotation",
        provisional=provisional,
    )
    category = None if provisional else _category(with_result, protocol)
    return replace(with_result, category=category)


def _category(assessment: Assessment, protocol: MeasurementProtocol) -> Category:
    """Compare the interval of the result with the target, and with what most adults turn."""
    assert assessment.result_interval_deg is not None
    low_deg, high_deg = assessment.result_interval_deg
    if low_deg >= protocol.target_deg:
        return "reaches_target"
    if high_deg > protocol.target_deg:
        return "close_to_target"
    return "clearly_low" if is_clearly_low(assessment, protocol) else "below_target"


def is_clearly_low(assessment: Assessment, protocol: MeasurementProtocol) -> bool:
    """Return True where even the upper limit of the result is less than most adults turn.

    What adults turn is read from the vertical, as the studies measured it, and says nothing of a
    minor.
    """
    if assessment.result_interval_deg is None or assessment.is_minor:
        return False
    high_deg = assessment.result_interval_deg[1]
    from_vertical_deg = high_deg + (assessment.start_tilt_deg or 0.0)
    return from_vertical_deg < protocol.typical_low_deg or high_deg < protocol.much_lower_deg


def _quality(half_deg: float, motion: Motion) -> float:
    """Return 1 for the narrowest interval on a leg visible throughout, else less."""
    visible = float((np.isfinite(motion.raw_deg) & ~motion.bridged).mean())
    return round(min(1.0, motion.protocol.interval_base_deg / half_deg) * visible, 3)


def _rep_issues(motion: Motion, reps: Sequence[Rep]) -> tuple[Issue, ...]:
    """Return the issues of the repetitions as a set."""
    p, side = motion.protocol, motion.side
    valid = [rep for rep in reps if rep.valid]
    issues = []
    if reps and all(rep.rejected is not None for rep in reps):
        return (Issue("all_rejected", "refuse", side),)
    if reps and len(valid) < p.reps_wanted:
        issues.append(Issue("few_reps", "warn", side, len(valid), p.reps_wanted, "reps"))
    passed = sum(not rep.held for rep in reps)
    if passed:
        issues.append(Issue("not_held", "warn", side, passed, len(reps), "reps"))
    if reps and not valid and any(rep.invalid for rep in reps):
        issues.append(Issue("compensated_throughout", "warn", side))
    spread = float(np.ptp([rep.rotation_deg for rep in valid])) if valid else 0.0
    if spread > p.rep_spread_deg:
        issues.append(Issue("inconsistent_reps", "warn", side, spread, p.rep_spread_deg, "deg"))
    return (*issues, *_reading_issues(motion, reps))


def _reading_issues(motion: Motion, reps: Sequence[Rep]) -> Iterator[Issue]:
    """Yield what made the readings of the repetitions less certain."""
    side, is_tracked = motion.side, motion.by_outline is not None and motion.by_outline.any()
    if any(_edges_disagree(plateau, motion.protocol) for plateau in motion.plateaus):
        yield Issue("loose_clothing", "warn", side)
    if is_tracked and any(rep.registered and not rep.by_outline for rep in reps):
        yield Issue("outline_disputed", "warn", side)
    if any(not (rep.registered or rep.by_hand) for rep in reps):
        yield Issue("landmarks_only", "warn", side)
    if any(rep.pelvis_relative_deg is None for rep in reps):
        yield Issue("pelvis_not_measured", "warn", side)


def _edges_disagree(plateau: Plateau, protocol: MeasurementProtocol) -> bool:
    """Return True where the edges did not move as one: cloth slid, or shade was taken for edge."""
    return bool(
        plateau.patch_gap_deg > protocol.patch_gap_warn_deg
        or plateau.residual_px > protocol.residual_warn_px
    )
