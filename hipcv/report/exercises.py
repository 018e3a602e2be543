"""The three exercises of the source: doses, drawings, when to stop, and for whom they are not."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from markupsafe import Markup

from hipcv.language import N_, translate

_DRAWINGS: Final = "templates/exercises"


@dataclass(frozen=True, slots=True)
class Exercise:
    """Exercise as general advice, never a prescription."""

    title: str
    dose: str
    text: str
    drawing: str  # name of its SVG file, without the suffix


EXERCISES: Final = (
    Exercise(
        N_("90/90 breathing with squeeze and heel dig"),
        N_("slowly, as often as comfortable"),
        N_(
            "Lie on your back. Bend hips and knees to a right angle, with the feet on a wall or a "
            "chair. Squeeze a cushion between the knees, press the heels down, and breathe out "
            "slowly and fully."
        ),
        "breathing",
    ),
    Exercise(
        N_("Kickstand to hip internal rotation"),
        N_("2–3 sets of 8 on each side"),
        N_(
            "Stand on one leg. Rest the toes of the other foot on the floor behind you, like the "
            "kickstand of a bike. Lean forward a little from the hip. Turn the pelvis slowly "
            "towards the leg you stand on, hold for 5 seconds, and turn back."
        ),
        "kickstand",
    ),
    Exercise(
        N_("Single-leg Romanian deadlift (RDL)"),
        N_("2–3 sets of 8 on each side"),
        N_(
            "Stand on one leg, with the knee a little bent, and hold on to a chair if you need to. "
            "Bend forward from the hip with a straight back while the other leg goes back. Then "
            "stand up again."
        ),
        "deadlift",
    ),
)

EXERCISES_NOTE: Final = N_(
    "General information, not a prescription. Move slowly and without pain; ask a physical "
    "therapist which exercises suit you."
)

STOP: Final = N_("Stop if an exercise hurts, pinches, or makes you feel numb or dizzy.")

NOT_FOR: Final = N_(
    "Ask a clinician first after surgery on a hip or knee, with a fracture or weak bones, when you "
    "are pregnant, have pain now, or were told not to turn the hip. Leave out the two standing "
    "exercises if your balance is poor."
)


def exercises() -> tuple[Exercise, ...]:
    """Return the exercises in the present language."""
    return translate(EXERCISES)


def drawing(exercise: str) -> Markup:
    """Return a drawing as an element of a page."""
    return Markup(read_drawing(exercise))  # noqa: S704 - a file of our own


@cache
def read_drawing(name: str) -> str:
    """Return the SVG file of a drawing, which holds no text."""
    file = resources.files("hipcv.report") / _DRAWINGS / f"{name}.svg"
    return file.read_text(encoding="utf-8").strip()
