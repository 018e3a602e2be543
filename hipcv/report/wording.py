"""Texts of the reports: name, explanation and remedy of each code. `summary` chooses from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hipcv.core.protocol import MeasurementProtocol


@dataclass(frozen=True, slots=True)
class IssueWords:
    """Text of one issue of a clip."""

    title: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class FindingWords:
    """Text of one compensation."""

    name: str  # short enough for a label on a picture
    text: str  # the value follows as "by 6.2°"
    text_negative: str  # the same where the value is negative
    cue: str  # advice in the report
    live_cue: str  # instruction during a recording
    row: str = ""  # label of its row in a chart, where that is not the name

    @property
    def row_label(self) -> str:
        """Return the label of its channel's row in a chart."""
        return self.row or self.name


@dataclass(frozen=True, slots=True)
class Exercise:
    """Exercise as general advice, never a prescription."""

    title: str
    dose: str
    text: str


HOLD: Final = f"{MeasurementProtocol().guide_hold_s:g} seconds"
"""Time for which the end position is to be held, in every text."""

SEAT: Final = (
    "Sit on a raised, firm seat that does not roll, with the whole thigh supported and the feet "
    "hanging free. Sit on both hands, palms under the edge of the sit bones, so that the hands "
    "feel the weight leave."
)
MOVEMENT: Final = (
    f"Swing one foot out to the side as far as you can, hold it for {HOLD}, and return: knee still "
    "and bent at a right angle, which the camera cannot see straighten, thigh down, without "
    "lifting the leg or shifting the weight off your hands."
)
CAMERA: Final = (
    "Place the camera at knee height, straight in front of the thighs, 2 m away or more, so that "
    "shoulders and feet stay in the picture."
)
SET_UP: Final = f"{SEAT} {MOVEMENT} {CAMERA}"

ISSUES: Final[dict[str, IssueWords]] = {
    # --- refusals
    "no_person": IssueWords(
        "Nobody found",
        "No person was found in enough of the clip.",
        "Record one seated person from the front, from shoulders to feet, in good light.",
    ),
    "legs_out_of_frame": IssueWords(
        "Legs out of the picture",
        "The knees or feet were not in the picture all the time.",
        "Move the camera back or tilt it down until shoulders and feet stay in the picture, "
        "also when the foot swings out.",
    ),
    "side_view": IssueWords(
        "Seen from the side",
        "The patient was seen from the side or far from the front.",
        "Place the camera straight in front of the thighs, at knee height, and record again.",
    ),
    "not_seated": IssueWords(
        "Not seated",
        "The patient was not seated with the thighs pointing at the camera.",
        "Sit on a raised seat with the whole thigh supported and hips and knees at about 90°.",
    ),
    "posture_changed": IssueWords(
        "Posture changed",
        "The patient stood up, sat down or moved over during the clip.",
        "Start the recording when seated and still, and stop it before getting up.",
    ),
    "both_legs_moved": IssueWords(
        "Both legs moved at once",
        "Both legs turned at the same time, so neither was tested.",
        "Do the test with one leg at a time: let the other leg hang still.",
    ),
    "sideways_picture": IssueWords(
        "Picture lies on its side",
        "The picture lies on its side or stands on its head.",
        "Turn the clip upright in a photo app and save it, or hold the camera upright.",
    ),
    "all_rejected": IssueWords(
        "Every repetition set aside",
        "Every repetition of this leg was set aside by hand, so there is no number.",
        "Accept a repetition again, or record the test anew.",
    ),
    "no_movement": IssueWords(
        "No movement seen",
        "Neither shank turned far enough from its start position, beyond what could be an error, "
        "to count as a repetition.",
        "Sit still for a second, swing one foot slowly out to the side as far as you can, hold it "
        f"for {HOLD}, and return.",
    ),
    "external_rotation": IssueWords(
        "Turned the other way",
        "The foot only moved inwards, across the midline: that is external rotation of the hip.",
        "Swing the foot out to the side, away from the other leg; the knee stays still and the "
        "thigh down.",
    ),
    "low_visibility": IssueWords(
        "Leg not seen well enough",
        "Knee or ankle could not be seen well enough for long enough.",
        "Record in even light, in shorts or close trousers, with nothing in front of the legs.",
    ),
    "too_short": IssueWords(
        "Clip too short",
        "The clip is too short to hold a still start, a rotation and a hold.",
        f"Record a second of sitting still, then swing out, hold for {HOLD}, and return.",
    ),
    "unstable_camera": IssueWords(
        "Camera moved too much",
        "The camera moved so much that a turn of the leg cannot be told from one of the camera.",
        "Put the camera on a tripod, shelf or stack of books and record again.",
    ),
    "frames_damaged": IssueWords(
        "Pictures damaged",
        "Some pictures of the clip are damaged or missing; nothing was read in them.",
        "Copy the clip again from the camera or phone, and wait for the copy to finish.",
    ),
    "damaged": IssueWords(
        "Clip damaged",
        "Too many pictures of the clip are damaged or missing.",
        "Copy the clip again from the camera, or record it again.",
    ),
    # --- warnings
    "view_oblique": IssueWords(
        "Camera not straight in front",
        "The camera looked at the thighs at an angle; the number was corrected for it and is "
        "less certain.",
        "Place the camera straight in front of the thighs.",
    ),
    "several_people": IssueWords(
        "More than one person",
        "More than one person was in the picture; the one followed was chosen over the whole clip.",
        "Check the drawn lines in the annotated video, and keep others out of the picture.",
    ),
    "person_changed": IssueWords(
        "Somebody else in the patient's place",
        "For part of the clip only somebody else was seen; those moments were left out.",
        "Check the annotated video, and keep others out of the picture.",
    ),
    "low_frame_rate": IssueWords(
        "Few pictures a second",
        "The clip has few pictures a second, so the hold is seen less often.",
        "Record with 30 pictures a second or more, in good light.",
    ),
    "variable_frame_rate": IssueWords(
        "Uneven frame rate",
        "The time between pictures varies. Each picture's own time was used, so the number holds.",
        "Nothing needs to be done.",
    ),
    "gaps": IssueWords(
        "Gaps in the clip",
        "Pictures are missing for a moment. Nothing was invented in the gap.",
        "Close other programs while recording, or copy the clip again.",
    ),
    "start_not_still": IssueWords(
        "Start not still",
        "The leg was hardly still before it moved, so zero degrees is less certain.",
        "Let the leg hang still for a second before the first repetition.",
    ),
    "start_tilted": IssueWords(
        "Start position tilted",
        "The shank did not hang straight down at the start. Rotation is counted from where it was.",
        "Let the leg hang relaxed before the start.",
    ),
    "camera_moved": IssueWords(
        "Camera moved a little",
        "The background moved during the clip; its movement was subtracted.",
        "Put the camera on something firm.",
    ),
    "few_reps": IssueWords(
        "Few repetitions",
        "Fewer repetitions count than are wanted; the mean of three is steadier.",
        f"Do three slow repetitions with a hold of {HOLD} each.",
    ),
    "inconsistent_reps": IssueWords(
        "Repetitions differ",
        "The repetitions differ more than expected; the interval is wider for it.",
        "Rest, then repeat: the same slow movement each time, as far as you can without pain.",
    ),
    "mirrored_container": IssueWords(
        "Mirrored recording",
        "The file says that its picture is mirrored. This was undone before measuring.",
        "Check that the side named here is the side that moved.",
    ),
    "loose_clothing": IssueWords(
        "Loose clothing",
        "The outline of the shank changed as loose clothing does, so the number is less certain.",
        "Wear shorts or close trousers.",
    ),
    "low_light": IssueWords(
        "Dark picture",
        "The picture is dark.",
        "Record in even light, with no window behind the patient.",
    ),
    "seat_low": IssueWords(
        "Seat low or camera high",
        "The knee lies far below the hip in the picture: the camera looks down, or the seat is "
        "low. From above, a bent knee reads too large.",
        "Raise the seat until the thighs are level, and place the camera at knee height.",
    ),
    "camera_low": IssueWords(
        "Camera low",
        "The knee shows above the hip: the camera looks up at the thigh, and a bent knee then "
        "reads too large.",
        "Place the camera level with the knees, never below the seat.",
    ),
    "other_leg": IssueWords(
        "The other leg moved",
        "Another leg than the one asked for made the movement.",
        "Check which side was asked for, or let hipcv choose (--side auto).",
    ),
    "outline_disputed": IssueWords(
        "Outline not followed surely",
        "In a repetition the outline of the shank was lost, or masks of the same pictures gave "
        "another angle: that repetition is read from masks of its hold alone, less closely.",
        "Film in even light, against a plain background, with the whole shank in view.",
    ),
    "landmarks_only": IssueWords(
        "Measured less exactly",
        "The outline of the shank could not be followed, so the number rests on the knee and "
        "ankle points alone and its interval is wider.",
        "Record in even light against a plain background, in shorts or close trousers.",
    ),
    "not_held": IssueWords(
        "End position not held",
        "The leg swung through its end position without a hold. Such a repetition is shown and "
        "does not count: a swing goes further than the leg can be held.",
        f"Swing out slowly, hold the end position still for {HOLD}, and return.",
    ),
    "compensated_throughout": IssueWords(
        "Compensated throughout",
        "Every repetition broke a rule of the test: the angle was not reached by the hip alone, so "
        "there is no number.",
        "Repeat with less swing: stop where the hip, trunk or thigh begins to move along.",
    ),
    "pelvis_not_measured": IssueWords(
        "Pelvis not measured",
        "Whether the pelvis tilted could not be seen. That does not mean that it stayed level.",
        "Wear a close shirt tucked in, with some pattern, and keep the lap uncovered.",
    ),
}

FINDINGS: Final[dict[str, FindingWords]] = {
    "pelvic_hike": FindingWords(
        "Hip lift",
        "The pelvis on the tested side rose (pelvic hike)",
        "The pelvis on the tested side dropped",
        "Keep your weight on both hands and both sit bones; stop where the hip begins to lift.",
        "Keep both sit bones on the seat",
    ),
    "trunk_lean": FindingWords(
        "Trunk lean",
        "The trunk leaned away from the tested side",
        "The trunk leaned towards the tested side",
        "Sit tall, breastbone over the middle of the seat.",
        "Keep your trunk upright",
    ),
    "weight_shift": FindingWords(
        "Weight shift",
        "The upper body shifted away from the tested side",
        "The upper body shifted towards the tested side",
        "Keep equal weight on both hands.",
        "Keep weight on both hands",
    ),
    "thigh_lift": FindingWords(
        "Thigh lift",
        "The thigh rose off the seat at the knee",
        "The knee sank",
        "Let the thigh rest heavily on the seat; only the lower leg swings.",
        "Keep your thigh down on the seat",
    ),
    "knee_drift": FindingWords(
        "Knee drift",
        "The knee drifted outwards",
        "The knee drifted inwards",
        "Keep the knee pointing straight ahead, as if the thigh were strapped down.",
        "Keep your knee in place",
    ),
    "knee_extension": FindingWords(
        "Knee extension",
        "The knee seems to have straightened, a weak sign",
        "The knee seems to have bent, a weak sign",
        "Keep the knee bent at 90° while the foot swings out.",
        "Keep your knee bent",
    ),
    "trunk_rotation": FindingWords(
        "Trunk rotation",
        "The trunk turned or slid away from the tested side",
        "The trunk turned or slid towards the tested side",
        "Keep both shoulders facing the camera.",
        "Keep both shoulders facing the camera",
    ),
    "hand_off_seat": FindingWords(
        "Hand off the seat",
        "A hand left the seat",
        "A hand left the seat",
        "Stay sitting on both hands.",
        "Stay sitting on both hands",
    ),
    "other_leg_moved": FindingWords(
        "Other leg moved",
        "The resting leg turned as well",
        "The resting leg turned as well, the other way",
        "Let the other leg hang still.",
        "Let the other leg hang still",
        row="Other leg",
    ),
    "overshoot": FindingWords(
        "Swung past",
        "The leg swung past the angle that it then held, which is the one that counts",
        "The leg swung past the angle that it then held, which is the one that counts",
        "Swing out slowly, and stop where you can hold.",
        "Swing out slowly",
    ),
    "no_hold": FindingWords(
        "No hold",
        "The end position was hardly held",
        "The end position was hardly held",
        f"Hold the end position for {HOLD}.",
        "Hold the end position longer",
    ),
}

EXERCISES: Final = (
    Exercise(
        "90/90 breathing with squeeze and heel dig",
        "slowly, as often as comfortable",
        "Lie on your back with hips and knees at 90° and the feet on a wall or chair. Squeeze a "
        "cushion between the knees, dig the heels down gently, and breathe out fully each time.",
    ),
    Exercise(
        "Kickstand to hip internal rotation",
        "2–3 sets of 8 on each side",
        "Stand on one leg with the toes of the other foot behind you as a kickstand. Lean forward "
        "a little from the hip, turn the pelvis slowly towards the standing leg, hold for 5 "
        "seconds, and return.",
    ),
    Exercise(
        "Single-leg Romanian deadlift (RDL)",
        "2–3 sets of 8 on each side",
        "Stand on one leg, knee soft, holding on to something if needed. Bend forward from the hip "
        "with a straight back while the free leg goes back, and stand up again.",
    ),
)

EXERCISES_NOTE: Final = (
    "General information, not a prescription. Move slowly and without pain; ask a physical "
    "therapist which exercises suit you."
)

SAFETY: Final = (
    "Do not do this test with a hip replacement or other hip surgery, a recent fracture, pain now, "
    "or when told not to rotate the hip, unless your clinician agrees. Use a seat that cannot "
    "roll, and have a helper if your balance is poor. Stop on pain, pinching or numbness."
)

DISCLAIMER: Final = (
    "hipcv estimates a movement angle from video for education, fitness and research. It is not a "
    "medical device; it does not diagnose, treat or predict injury; it has measurement error, see "
    "the interval. A physical therapist's evaluation is ideal, since many factors affect joint "
    "mobility."
)

IN_PICTURE: Final = "in the picture"
ALONG_THIGH: Final = "along the thigh"
FROM_VERTICAL: Final = "from the vertical"

ANGLES: Final = {
    "picture_deg": IN_PICTURE,
    "rotation_deg": ALONG_THIGH,
    "from_vertical_deg": FROM_VERTICAL,
}
"""Words that follow the number of each angle of a side or repetition, by its field."""

_METHOD_ANGLE: Final = (
    "Seated active hip internal rotation: how far the shank turns outwards from its own still "
    "start position while the thigh stays put, read from the picture at the held end of each "
    "repetition. Foot away from the midline is positive on both sides."
)
_METHOD_THREE_ANGLES: Final = (
    f"{IN_PICTURE.capitalize()}: the turn from the start as the camera saw it. "
    f"{ALONG_THIGH.capitalize()}: the same seen straight along it. "
    f"{FROM_VERTICAL.capitalize()}: that turn and the tilt at the start."
)
_METHOD_MEAN: Final = (
    "A side's number is the mean of the repetitions that count: held, and by the rules of the test."
)
_METHOD_PELVIS: Final = (
    "Relative to the pelvis means the same angle less the tilt of the pelvis: a hip that lifts by "
    "1° adds 1° to what is seen. Beyond its own error, that is taken off the result."
)

METHOD: Final = (
    _METHOD_ANGLE,
    _METHOD_THREE_ANGLES,
    (
        "A pose model finds the patient. The outline of the shank in the still start is then "
        "followed through every picture, and its turn is corrected for the camera's angle to the "
        f"thigh. {_METHOD_MEAN}"
    ),
    (
        "Second reading: masks of a pose model, in a few pictures of each hold. Where they "
        "disagree with what was followed, the repetition is read from masks alone, and says so."
    ),
    _METHOD_PELVIS,
)

METHOD_BEFORE_OUTLINE: Final = (
    _METHOD_ANGLE,
    _METHOD_THREE_ANGLES,
    (
        "A pose model finds the patient, the start and the holds; there the outline of the shank "
        "is laid over its outline at the start, and the turn is corrected for the camera's angle "
        f"to the thigh. {_METHOD_MEAN}"
    ),
    _METHOD_PELVIS,
)
"""The same of results by methods that read the outline in the holds alone."""

LIMITS: Final = (
    (
        "Checked on rendered patients with exactly known angles, not yet in a study with people. "
        "The limits for compensations are engineering defaults; no published ones exist for this "
        "test."
    ),
    (
        "Equal weight on both hands and a bent knee are only asked for: no camera sees either. "
        "The shank stands in for the thigh bone, so turning within the knee is counted too. A knee "
        "that straightens, a low camera and loose clothes mislead the number, and are not always "
        "noticed."
    ),
    (
        "Sitting, lying prone and passive tests read differently (prone 5–8° more): compare only "
        "like with like."
    ),
)

CHART_KEY: Final = (
    f"Blue: the angle {ALONG_THIGH}, dashed where it is not from the outline of the shank; grey: "
    f"{IN_PICTURE}. At each hold a dark bar is its number, the diamond the second reading, the "
    "shade its error. Beneath: orange beyond its limit, ▸ where that began, hatched "
    "where not measured."
)

TYPICAL_NOTE: Final = (
    "{target:g}° from the start is the target; two in three healthy adults turn to "
    "{low:g}–{high:g}° from the vertical (means of studies: 28–38°)."
)

TYPICAL_BAND: Final = "two in three adults"
"""Label of the band of rotation that two in three healthy adults have."""

CATEGORIES: Final = {
    "reaches_target": "Reaches the {target} target",
    "close_to_target": "Close to the {target} target",
    "below_target": "Below the {target} target",
    "clearly_low": "Far below the {target} target",
}

VERDICTS: Final = {
    "more_than_most": "Reaches the {target} target, which is more than most adults do",
    "reaches_target": "Reaches the {target} target",
    "close_to_target": "Close to the {target} target, within what measuring may differ",
    "below_target": "Below the {target} target, as most adults are",
    "clearly_low": "Clearly less than most adults",
}
"""Answers to whether the target was reached; `verdict` chooses one."""


def join_words(words: Sequence[str]) -> str:
    """Return hip lift, thigh lift and knee drift."""
    if len(words) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def name_repetitions(rep_numbers: Sequence[int]) -> str:
    """Return repetition 2, or repetitions 1, 2 and 3."""
    noun = "repetition" if len(rep_numbers) == 1 else "repetitions"
    return f"{noun} {join_words([str(number) for number in rep_numbers])}"


def categories_without_target() -> dict[str, str]:
    """Return the categories' texts for places that show the target's angle elsewhere."""
    return {code: text.replace("{target} ", "") for code, text in CATEGORIES.items()}


SEVERITY: Final = {
    "note": "noted",
    "flag": "compensated",
    "invalid": "too much to count",
}

BY_LANDMARKS: Final = "by landmarks"
"""Mark of an angle that was not read from the outline of the shank."""

PHASES: Final = {
    "before": "",
    "start": "start position",
    "moving": "moving",
    "plateau": "hold",
    "rest": "rest",
}
