"""Assessment: what we say about one side; Trial: about the whole clip."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hipcv.core.clip import Clip
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.protocol import Protocol

Category = Literal["reaches_target", "at_target_within_error", "below_target"]
Status = Literal["measured", "not_measured"]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rep:
    """One repetition, assessed."""

    start_s: float
    plateau_s: tuple[float, float]
    end_s: float
    rotation_deg: float
    interval_deg: Interval
    pelvis_relative_deg: float | None  # None: the pelvis was not measured
    clean_deg: float  # largest rotation before the first compensation began
    landmarks_deg: float  # by landmarks alone, for comparison
    registered: bool
    hold_s: float
    peak_speed_deg_s: float
    channels: Mapping[
        str, float | None
    ]  # every compensation channel at the plateau; None: not measured
    findings: tuple[Finding, ...]
    practice: bool  # the first of four or more: shown, not counted

    @property
    def invalid(self) -> bool:
        """A compensation was so large that the number no longer speaks of the hip."""
        return any(finding.severity == "invalid" for finding in self.findings)

    @property
    def valid(self) -> bool:
        """Whether the repetition counts towards the side's number."""
        return not (self.practice or self.invalid)


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

    clip: Clip
    sides: Mapping[Side, Assessment]  # only sides that moved, or were asked for
    issues: tuple[Issue, ...]  # of the whole clip
    protocol: Protocol
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


JsonObject = dict[str, Any]
