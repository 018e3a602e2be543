"""Truth and answer side by side: one case for each tested side, one for each clip to refuse."""

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
    "both_legs": frozenset({"posture_changed"}),
}
"""Which refusal is right for each kind of clip."""


@dataclass(frozen=True, slots=True)
class SideCase:
    """One tested side: what was true and what was said."""

    truth: ClipTruth
    side: str
    reps: tuple[RepTruth, ...]
    answer: Answer | None  # the side's part of the result; None where no number was given

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
        """Said less true; NaN where nothing was said."""
        return _number(self.answer, "rotation_deg") - self.shank_deg

    @property
    def pelvis_relative_error_deg(self) -> float:
        """Said less true, relative to the pelvis; NaN where nothing was said."""
        return _number(self.answer, "pelvis_relative_deg") - self.hip_deg

    @property
    def landmarks_error_deg(self) -> float:
        """What the first look alone would have said, less true; NaN where nothing was said."""
        told = [_number(rep, "landmarks_deg") for rep in (self.answer or {}).get("reps", [])]
        return float(np.mean(told)) - self.shank_deg if told else float("nan")

    @property
    def interval_deg(self) -> tuple[float, float]:
        """The interval said; NaN where there is none."""
        low, high = (self.answer or {}).get("interval_deg") or (np.nan, np.nan)
        return float(low), float(high)

    @property
    def covered(self) -> bool:
        """Whether the truth lies within the interval."""
        low, high = self.interval_deg
        return low <= self.shank_deg <= high

    @property
    def rep_intervals(self) -> list[tuple[RepTruth, float, float]]:
        """Every repetition with its own interval; none where their count was told wrong."""
        told = (self.answer or {}).get("reps", [])
        if len(told) != len(self.reps):
            return []
        return [
            (rep, *said["interval_deg"])
            for rep, said in zip(self.reps, told, strict=True)
            if said.get("interval_deg")
        ]

    @property
    def knee_steady(self) -> bool:
        """Whether the knee kept its bend in every repetition."""
        return all(rep.knee_steady for rep in self.reps)

    @property
    def clean(self) -> bool:
        """Whether nothing was compensated in any repetition."""
        return all(rep.clean for rep in self.reps)


@dataclass(frozen=True, slots=True)
class RefusalCase:
    """One clip that must not give an angle."""

    truth: ClipTruth
    codes: frozenset[str]  # of the refusals told
    measured: bool

    @property
    def right(self) -> bool:
        """Whether it was refused, and for the right reason."""
        return not self.measured and bool(self.codes & REFUSED_BY.get(self.truth.kind, self.codes))


@dataclass(frozen=True, slots=True)
class CompensationCase:
    """One compensation in one repetition."""

    case: SideCase
    amount_deg: float
    measured: float  # its largest channel at the plateau, NaN where it was not measured
    found: bool


def side_cases(truths: Sequence[ClipTruth], given: Sequence[Answer]) -> list[SideCase]:
    """Every tested side of every clip that wants an angle."""
    return [
        SideCase(truth, side, reps, _measured(answer, side))
        for truth, answer in zip(truths, given, strict=True)
        if truth.measurable
        for side, reps in truth.sides.items()
    ]


def refusal_cases(truths: Sequence[ClipTruth], given: Sequence[Answer]) -> list[RefusalCase]:
    """Every clip that must not give an angle."""
    return [
        RefusalCase(truth, _refusals(answer), answer["status"] != "not_measured")
        for truth, answer in zip(truths, given, strict=True)
        if not truth.measurable
    ]


def compensation_cases(cases: Sequence[SideCase], which: Compensation) -> list[CompensationCase]:
    """One compensation in every repetition of every measured side with the right count of them."""
    return [found for case in cases for found in _by_rep(case, which)]


def _by_rep(case: SideCase, which: Compensation) -> Iterator[CompensationCase]:
    told = [] if case.answer is None else case.answer["reps"]
    if len(told) != len(case.reps):
        return
    for rep, said in zip(case.reps, told, strict=True):
        read = said.get("channels") or {}
        known = [read[name] for name in which.channels if read.get(name) is not None]
        sizes = [which.sign * value if which.sign else abs(value) for value in known]
        yield CompensationCase(
            case=case,
            amount_deg=which.amount_deg(rep.change_deg),
            measured=max(sizes, default=float("nan")),
            found=which.code in {finding["code"] for finding in said["findings"]},
        )


def sides_right(truth: ClipTruth, answer: Answer) -> bool:
    """Whether exactly the tested sides were measured."""
    said = {side for side in ("left", "right") if _measured(answer, side) is not None}
    return said == set(truth.sides)


def false_alarms(cases: Sequence[SideCase]) -> list[tuple[SideCase, Compensation]]:
    """Findings on sides that hold a negligible amount of what was found."""
    return [
        (case, which)
        for case in cases
        for which in COMPENSATIONS
        if case.answer is not None
        and most(case, which) <= which.negligible_deg
        and which.code in case.answer["findings"]
    ]


def most(case: SideCase, which: Compensation) -> float:
    """The largest amount of a compensation over the side's repetitions."""
    return max(which.amount_deg(rep.change_deg) for rep in case.reps)


def _measured(answer: Answer, side: str) -> Answer | None:
    told = (answer.get("sides") or {}).get(side)
    return told if told and told.get("rotation_deg") is not None else None


def _refusals(answer: Answer) -> frozenset[str]:
    issues = answer.get("issues", [])
    return frozenset(issue["code"] for issue in issues if issue.get("severity") == "refuse")


def _number(told: Answer | None, name: str) -> float:
    value = None if told is None else told.get(name)
    return float("nan") if value is None else float(value)
