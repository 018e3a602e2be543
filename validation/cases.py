"""Pairs of truth and answer: one case for each tested side and for each clip to refuse."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from validation.answers import Answer
from validation.truth import COMPENSATIONS, ClipTruth, Compensation, RepTruth

REFUSED_BY: Final[Mapping[str, frozenset[str]]] = {
    "side_view": frozenset({"side_view"}),
    "legs_cropped": frozenset({"legs_out_of_frame", "low_visibility"}),
    "standing": frozenset({"not_seated"}),
    "external_rotation": frozenset({"external_rotation"}),
    "posture_changed": frozenset({"posture_changed", "not_seated"}),
    "sideways_picture": frozenset({"sideways_picture"}),
    "no_movement": frozenset({"no_movement"}),
    "wrong_leg": frozenset({"no_movement"}),
    "both_legs": frozenset({"both_legs_moved"}),
    "no_hold": frozenset({"not_held"}),
}
"""Right refusal codes for each kind of clip."""

NOT_COUNTED: Final = frozenset({"no_hold"})
"""Kinds of clip that may get a number, with a warning, which neither counts nor is judged."""


@dataclass(frozen=True, slots=True)
class SideCase:
    """One tested side: truth and answer."""

    truth: ClipTruth
    side: str
    reps: tuple[RepTruth, ...]
    answer: Answer | None  # the side's part of the result; None if it has no number

    @property
    def shank_deg(self) -> float:
        """True rotation of the shank: the mean of its repetitions."""
        return float(np.mean([rep.shank_deg for rep in self.reps]))

    @property
    def hip_deg(self) -> float:
        """True rotation of the hip, relative to the pelvis."""
        return float(np.mean([rep.hip_deg for rep in self.reps]))

    @property
    def error_deg(self) -> float:
        """Measured minus true rotation; NaN if not measured."""
        return _number(self.answer, "rotation_deg") - self.shank_deg

    @property
    def pelvis_relative_error_deg(self) -> float:
        """Measured minus true rotation relative to the pelvis; NaN if not measured."""
        return _number(self.answer, "pelvis_relative_deg") - self.hip_deg

    @property
    def landmarks_error_deg(self) -> float:
        """Rotation by the landmarks alone minus true rotation; NaN if not measured."""
        rotation_deg = [
            _number(rep, "landmarks_deg") for rep in (self.answer or {}).get("reps", [])
        ]
        return float(np.mean(rotation_deg)) - self.shank_deg if rotation_deg else float("nan")

    @property
    def interval_deg(self) -> tuple[float, float]:
        """Measured interval; NaN if there is none."""
        low, high = (self.answer or {}).get("interval_deg") or (np.nan, np.nan)
        return float(low), float(high)

    @property
    def covered(self) -> bool:
        """True if the truth lies within the interval."""
        low, high = self.interval_deg
        return low <= self.shank_deg <= high

    @property
    def rep_intervals(self) -> list[tuple[RepTruth, float, float]]:
        """Every repetition with its own interval; none if their count is wrong."""
        reps = (self.answer or {}).get("reps", [])
        if len(reps) != len(self.reps):
            return []
        return [
            (truth, *rep["interval_deg"])
            for truth, rep in zip(self.reps, reps, strict=True)
            if rep.get("interval_deg")
        ]

    @property
    def knee_steady(self) -> bool:
        """True if the knee kept its flexion in every repetition."""
        return all(rep.knee_steady for rep in self.reps)

    @property
    def clean(self) -> bool:
        """True if no repetition was compensated."""
        return all(rep.clean for rep in self.reps)


@dataclass(frozen=True, slots=True)
class RefusalCase:
    """One clip that must not give an angle."""

    truth: ClipTruth
    codes: frozenset[str]  # of the refusals in the answer
    measured: bool

    @property
    def right(self) -> bool:
        """True if it was refused, and for the right reason."""
        return not self.measured and bool(self.codes & REFUSED_BY.get(self.truth.kind, self.codes))


@dataclass(frozen=True, slots=True)
class CompensationCase:
    """One compensation in one repetition."""

    case: SideCase
    amount_deg: float
    measured: float  # its largest channel at the plateau; NaN if not measured
    found: bool  # by a finding in the answer


def side_cases(truths: Sequence[ClipTruth], results: Sequence[Answer]) -> list[SideCase]:
    """Return every tested side of every clip that must give an angle."""
    return [
        SideCase(truth, side, reps, _measured(answer, side))
        for truth, answer in zip(truths, results, strict=True)
        if truth.measurable
        for side, reps in truth.sides.items()
    ]


def refusal_cases(truths: Sequence[ClipTruth], results: Sequence[Answer]) -> list[RefusalCase]:
    """Return every clip that must not give an angle."""
    return [
        RefusalCase(truth, _reasons(truth, answer), _gave_angle(truth, answer))
        for truth, answer in zip(truths, results, strict=True)
        if not truth.measurable
    ]


def compensation_cases(cases: Sequence[SideCase], kind: Compensation) -> list[CompensationCase]:
    """Return one compensation in every repetition of the measured sides with the right count."""
    return [in_rep for case in cases for in_rep in _by_rep(case, kind)]


def _by_rep(case: SideCase, kind: Compensation) -> Iterator[CompensationCase]:
    reps = [] if case.answer is None else case.answer["reps"]
    if len(reps) != len(case.reps):
        return
    for truth, rep in zip(case.reps, reps, strict=True):
        channels = rep.get("channels") or {}
        values = [channels[name] for name in kind.channels if channels.get(name) is not None]
        sizes = [kind.sign * value if kind.sign else abs(value) for value in values]
        yield CompensationCase(
            case=case,
            amount_deg=kind.amount_deg(truth.change_deg),
            measured=max(sizes, default=float("nan")),
            found=kind.code in {finding["code"] for finding in rep["findings"]},
        )


def sides_right(truth: ClipTruth, answer: Answer) -> bool:
    """Return True if exactly the tested sides were measured."""
    measured = {side for side in ("left", "right") if _measured(answer, side) is not None}
    return measured == set(truth.sides)


def absent_findings(case: SideCase) -> list[str]:
    """Return the findings that a side must not have: what is negligible, and a missing hold."""
    absent = [
        kind.code
        for kind in COMPENSATIONS
        if kind.has_finding and largest_amount_deg(case, kind) <= kind.negligible_deg
    ]
    return absent + ["no_hold"] * all(rep.held for rep in case.reps)


def false_alarms(cases: Sequence[SideCase]) -> list[tuple[SideCase, str]]:
    """Return the findings of measured sides that they must not have."""
    return [
        (case, code)
        for case in cases
        for code in absent_findings(case)
        if case.answer is not None and code in case.answer["findings"]
    ]


def largest_amount_deg(case: SideCase, kind: Compensation) -> float:
    """Return the largest amount of a compensation over the side's repetitions."""
    return max(kind.amount_deg(rep.change_deg) for rep in case.reps)


def _measured(answer: Answer, side: str) -> Answer | None:
    """Return the side's numbers; where no repetition counts, means over all of them."""
    result = (answer.get("sides") or {}).get(side)
    if not result or result.get("rotation_deg") is not None:
        return result
    reps = result.get("reps") or []
    return _mean_of_reps(result, reps) if reps else None


def _mean_of_reps(result: Answer, reps: Sequence[Answer]) -> Answer:
    rotation = float(np.mean([rep["rotation_deg"] for rep in reps]))
    half = float(np.mean([np.ptp(rep["interval_deg"]) / 2 for rep in reps]))
    relative = [rep["pelvis_relative_deg"] for rep in reps]
    measured = [value for value in relative if value is not None]
    return {
        **result,
        "rotation_deg": rotation,
        "interval_deg": [rotation - half, rotation + half],
        "pelvis_relative_deg": float(np.mean(measured)) if measured else None,
    }


def _reasons(truth: ClipTruth, answer: Answer) -> frozenset[str]:
    issues = answer.get("issues", [])
    if truth.kind in NOT_COUNTED:
        return frozenset(issue["code"] for issue in issues) & REFUSED_BY[truth.kind]
    return frozenset(issue["code"] for issue in issues if issue.get("severity") == "refuse")


def _gave_angle(truth: ClipTruth, answer: Answer) -> bool:
    if truth.kind not in NOT_COUNTED:
        return bool(answer["status"] != "not_measured")
    sides = (answer.get("sides") or {}).values()
    return any(side and side.get("category") for side in sides)


def _number(result: Answer | None, name: str) -> float:
    value = None if result is None else result.get(name)
    return float("nan") if value is None else float(value)
