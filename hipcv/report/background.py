"""Texts on what was tested: position and set-up, whom it is compared with, why it matters."""

from typing import Final

from hipcv.core.assessment import Assessment, Trial
from hipcv.core.person import ADULT_FROM_YEARS, Person
from hipcv.language import N_, _
from hipcv.report import numbers, wording

POSITION: Final = N_(
    "Position: seated on both hands, hips and knees bent to right angles, feet off the "
    "floor. Active: moved by the person alone. Filmed from the front by one camera."
)

WHY_IT_MATTERS: Final = (
    N_(
        "Little internal rotation of the hip has been linked with over-active muscles at the side "
        "of the hip (tensor fasciae latae and gluteals), which pull on the iliotibial band at the "
        "knee; with more demand on the low back; with the swings of golf and tennis; and with the "
        "depth of squats and deadlifts. Long sitting is a common background."
    ),
    N_(
        "These are links, not causes, and this angle alone has not predicted injury. With knee or "
        "back pain it is a reason to look at the mobility and strength of the hip as well."
    ),
)


def describe_position(trial: Trial) -> str:
    """Return position and set-up, with the camera's angle to each thigh where it was measured.

    Returns "" for a clip that was refused: it may show another position.
    """
    if trial.status == "not_measured":
        return ""
    return " ".join(filter(None, (_(POSITION), *map(_camera, trial.sides.values()))))


def describe_age_band(person: Person) -> str:
    """Return whom the result is compared with; "" of a minor, of whom the band's note says it."""
    if person.age_years is None:
        text = _("Age not given: compared with adults, from {age} years on.")
        return text.format(age=ADULT_FROM_YEARS)
    if person.is_minor:
        return ""
    return _("Age {age}: compared with adults.").format(age=person.age_years)


def angle_from_vertical(assessment: Assessment) -> str:
    """Return 32.7° from the vertical, of the result; "" where it or the start is not known."""
    if assessment.result_deg is None or assessment.start_tilt_deg is None:
        return ""
    angle = numbers.angle(assessment.result_deg + assessment.start_tilt_deg)
    return f"{angle} {_(wording.FROM_VERTICAL)}"


def _camera(assessment: Assessment) -> str:
    if assessment.view_deg is None:
        return ""
    text = _("{hip}: the camera looked {angle} past the line of the thigh.")
    return text.format(
        hip=wording.HIPS[assessment.side], angle=numbers.angle(abs(assessment.view_deg))
    )
