"""Words of the hand-out: short sentences that a reader of twelve understands."""

from dataclasses import dataclass
from typing import Final

from hipcv.language import N_, Translated


@dataclass(frozen=True, slots=True)
class AboutTest:
    """Paragraph on the test, with its heading."""

    title: str
    text: str


ABOUT: Final = Translated(
    {
        True: AboutTest(
            N_("What was measured"),
            N_(
                "You sat on your hands and let your feet hang. Then you swung one foot out to the "
                "side. The number says how far your lower leg turned. It shows how far your hip "
                "can turn in."
            ),
        ),
        False: AboutTest(
            N_("What the test measures"),
            N_(
                "You sit on your hands and let your feet hang. Then you swing one foot out to the "
                "side. The number says how far your lower leg turns. It shows how far your hip "
                "can turn in."
            ),
        ),
    }
)
"""By whether there is a number: without one the person may have done something else."""

MEANINGS: Final = Translated(
    {
        "more_than_most": N_("You reached the goal of {target}. Most adults do not turn that far."),
        "reaches_target": N_("You reached the goal of {target}."),
        "close_to_target": N_("You are close to the goal of {target}."),
        "below_target": N_("The goal is {target}. Most adults do not reach it."),
        "clearly_low": N_("The goal is {target}. Most adults turn a good bit further than you."),
        "below_target_alone": N_("The goal is {target}. You did not reach it this time."),
    }
)
"""Meaning of a number, by the answer of the verdict."""

NOT_ADULTS: Final = N_("You are under {age}, so we do not compare you with adults.")

PROVISIONAL: Final = N_(
    "This is a first number. To judge it by the goal of {target}, we need {reps:g} good tries."
)

CHANCE: Final = N_("On another day you may get a number from {low} to {high}.")

LIFT: Final = N_("Your hip came up a little. We took {lift} off the number for that.")

BROKEN: Final = Translated(
    {
        "pelvic_hike": N_("Your hip came up from the seat."),
        "weight_shift": N_("Your weight moved off one hand."),
        "hand_off_seat": N_("One hand came up from the seat."),
        "trunk_lean": N_("You leaned to the side."),
        "thigh_lift": N_("Your thigh came up from the seat."),
        "knee_drift": N_("Your knee moved to the side."),
        "no_hold": N_("You did not hold the foot still at the end."),
    }
)
"""Reasons for which repetitions do not count, by the code of the rule that was broken."""

REFUSED: Final = Translated(
    {
        "no_person": N_("We could not find you in the film."),
        "legs_out_of_frame": N_("Your knees or feet were not always in the picture."),
        "side_view": N_("The camera saw you from the side."),
        "not_seated": N_("You did not sit with your thighs to the camera."),
        "posture_changed": N_("You stood up, sat down or moved over in the film."),
        "both_legs_moved": N_("Both legs moved at the same time."),
        "sideways_picture": N_("The picture lies on its side."),
        "all_rejected": N_("Each of your tries was set aside by hand."),
        "no_movement": N_("The foot did not move far enough to be read."),
        "external_rotation": N_("The foot moved in, not out to the side."),
        "low_visibility": N_("Your leg could not be seen well enough."),
        "scene_cut": N_("The picture jumped in the film."),
        "too_short": N_("The film was too short."),
        "unstable_camera": N_("The camera moved too much."),
        "damaged": N_("The film has too many faults."),
    }
)
"""Reasons for which there is no number, by the code of the refusal."""

NOT_COUNTED: Final = N_("There is no number this time, since no try kept the rules of the test.")

NOT_MEASURED: Final = N_("There is no number this time.")

HOW_TO: Final = (
    N_("Sit on both hands on a firm, high seat. Let your feet hang free."),
    N_("Face the camera. Put it at the height of your knees, two big steps away."),
    N_("Swing one foot out to the side as far as you can, and hold it for {hold_s:g} seconds."),
    N_("Keep the knee still, the thigh down and your weight on both hands."),
)

WHEN: Final = (
    N_("Stop if it hurts, and see a doctor if the pain stays."),
    N_(
        "See a doctor soon if your hip hurts at night or at rest, if you have a fever, if you "
        "cannot stand on the leg, or if the leg gets weak or numb."
    ),
    N_("Go to a hospital at once if you lose control of your bladder or bowel."),
    N_("Under 16: see a doctor the same day if a hip, thigh or knee hurts, or if you limp."),
)

NOTE: Final = N_(
    "This page gives facts on one test. It does not say what is wrong, and it is not a medical "
    "device. Many things change how a hip moves. It is best to ask a physical therapist."
)
