"""Texts of the reports: name, explanation and remedy of each code. `summary` chooses from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hipcv import language, result_schema
from hipcv.core import issues
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_, Translated, _, ngettext


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


_FIELDS: Final = {"hold_s": MeasurementProtocol().guide_hold_s}
"""Fields of the texts here: the time for which the end position is to be held."""

SEAT: Final = N_(
    "Sit on a raised, firm seat that does not roll, with the whole thigh supported and the feet "
    "hanging free. Sit on both hands, palms under the edge of the sit bones, so that the hands "
    "feel the weight leave."
)
MOVEMENT: Final = N_(
    "Swing one foot out to the side as far as you can, hold it for {hold_s:g} seconds, and "
    "return: knee still and bent at a right angle, which the camera cannot see straighten, thigh "
    "down, without lifting the leg or shifting the weight off your hands."
)
MOVEMENT_INWARDS: Final = N_(
    "Then swing the same foot inwards, across the other leg, as far as you can, hold it for "
    "{hold_s:g} seconds, and return: knee still, thigh down."
)
CAMERA: Final = N_(
    "Place the camera at knee height, straight in front of the thighs, 2 m away or more, so that "
    "shoulders and feet stay in the picture."
)
ISSUES: Final = Translated[str, IssueWords](
    {
        # --- refusals
        "no_person": IssueWords(
            N_("Nobody found"),
            N_("No person was found in enough of the clip."),
            N_("Record one seated person from the front, from shoulders to feet, in good light."),
        ),
        "legs_out_of_frame": IssueWords(
            N_("Legs out of the picture"),
            N_("The knees or feet were not in the picture all the time."),
            N_(
                "Move the camera back or tilt it down until shoulders and feet stay in the "
                "picture, also when the foot swings out."
            ),
        ),
        "side_view": IssueWords(
            N_("Seen from the side"),
            N_("The patient was seen from the side or far from the front."),
            N_(
                "Place the camera straight in front of the thighs, at knee height, and record "
                "again."
            ),
        ),
        "not_seated": IssueWords(
            N_("Not seated"),
            N_("The patient was not seated with the thighs pointing at the camera."),
            N_(
                "Sit on a raised seat with the whole thigh supported and hips and knees at about "
                "90°."
            ),
        ),
        "posture_changed": IssueWords(
            N_("Posture changed"),
            N_(
                "The patient stood up, sat down or moved over during the clip, or the picture was "
                "zoomed."
            ),
            N_("Start the recording when seated and still, and stop it before getting up."),
        ),
        "both_legs_moved": IssueWords(
            N_("Both legs moved at once"),
            N_("Both legs turned at the same time, so neither was tested."),
            N_("Do the test with one leg at a time: let the other leg hang still."),
        ),
        "sideways_picture": IssueWords(
            N_("Picture lies on its side"),
            N_("The picture lies on its side or stands on its head."),
            N_("Turn the clip upright in a photo app and save it, or hold the camera upright."),
        ),
        "all_rejected": IssueWords(
            N_("Every repetition set aside"),
            N_("Every repetition of this leg was set aside by hand, so there is no number."),
            N_("Accept a repetition again, or record the test anew."),
        ),
        "no_movement": IssueWords(
            N_("No movement seen"),
            N_(
                "Neither shank turned far enough from its start position, beyond what could be an "
                "error, to count as a repetition."
            ),
            N_(
                "Sit still for a second, swing one foot slowly out to the side as far as you can, "
                "hold it for {hold_s:g} seconds, and return."
            ),
        ),
        "external_rotation": IssueWords(
            N_("Turned the other way"),
            N_(
                "The foot only moved inwards, across the midline: that is external rotation of the "
                "hip."
            ),
            N_(
                "Swing the foot out to the side, away from the other leg; the knee stays still and "
                "the thigh down. To measure both ways, do both in one clip and ask for it with "
                "--external."
            ),
        ),
        "scene_cut": IssueWords(
            N_("Picture jumps"),
            N_(
                "The picture jumps from one moment to the next: the clip was joined, cut or "
                "zoomed, or the camera was knocked. What comes after has another start."
            ),
            N_(
                "Cut the clip there and measure the parts apart; the later one also with "
                "--start-s and that time."
            ),
        ),
        "low_visibility": IssueWords(
            N_("Not seen well enough"),
            N_(
                "Knee or ankle, or the person from shoulders to feet, could not be seen well "
                "enough for long enough."
            ),
            N_(
                "Record in even light, in shorts or close trousers, with nothing in front of you; "
                "a face is better blurred afterwards, with --blur-face."
            ),
        ),
        "too_short": IssueWords(
            N_("Clip too short"),
            N_("The clip is too short to hold a still start, a rotation and a hold."),
            N_(
                "Record a second of sitting still, then swing out, hold for {hold_s:g} seconds, "
                "and return."
            ),
        ),
        "unstable_camera": IssueWords(
            N_("Camera moved too much"),
            N_(
                "The camera moved so much that a turn of the leg cannot be told from one of the "
                "camera."
            ),
            N_("Put the camera on a tripod, shelf or stack of books and record again."),
        ),
        "frames_damaged": IssueWords(
            N_("Pictures damaged"),
            N_("Some pictures of the clip are damaged or missing; nothing was read in them."),
            N_("Copy the clip again from the camera or phone, and wait for the copy to finish."),
        ),
        result_schema.DAMAGED: IssueWords(
            N_("Stored result damaged"),
            result_schema.DAMAGED_TEXT,
            result_schema.DAMAGED_REMEDY,
        ),
        "damaged": IssueWords(
            N_("Clip damaged"),
            N_(
                "Pictures of the clip are damaged or missing, and the test cannot be judged "
                "without them."
            ),
            N_("Copy the clip again from the camera, or record it again."),
        ),
        # --- warnings
        "view_oblique": IssueWords(
            N_("Camera not straight in front"),
            N_(
                "The camera looked at the thighs at an angle; the number was corrected for it and "
                "is less certain."
            ),
            N_("Place the camera straight in front of the thighs."),
        ),
        "several_people": IssueWords(
            N_("More than one person"),
            N_(
                "More than one person was in the picture; the one followed was chosen over the "
                "whole clip."
            ),
            N_("Check the drawn lines in the annotated video, and keep others out of the picture."),
        ),
        "person_changed": IssueWords(
            N_("Somebody else in the patient's place"),
            N_("For part of the clip only somebody else was seen; those moments were left out."),
            N_("Check the annotated video, and keep others out of the picture."),
        ),
        "low_frame_rate": IssueWords(
            N_("Few pictures a second"),
            N_("The clip has few pictures a second, so the hold is seen less often."),
            N_("Record with 30 pictures a second or more, in good light."),
        ),
        "variable_frame_rate": IssueWords(
            N_("Uneven frame rate"),
            N_(
                "The time between pictures varies. Each picture's own time was used, so the number "
                "holds."
            ),
            N_("Nothing needs to be done."),
        ),
        "gaps": IssueWords(
            N_("Gaps in the clip"),
            N_("Pictures are missing for a moment. Nothing was invented in the gap."),
            N_("Close other programs while recording, or copy the clip again."),
        ),
        "start_not_still": IssueWords(
            N_("Start not still"),
            N_("The leg was hardly still before it moved, so zero degrees is less certain."),
            N_("Let the leg hang still for a second before the first repetition."),
        ),
        "start_tilted": IssueWords(
            N_("Start position tilted"),
            N_(
                "The shank did not hang straight down at the start. Rotation is counted from where "
                "it was."
            ),
            N_("Let the leg hang relaxed before the start."),
        ),
        "camera_moved": IssueWords(
            N_("Camera moved a little"),
            N_("The background moved during the clip; its movement was subtracted."),
            N_("Put the camera on something firm."),
        ),
        "zoomed": IssueWords(
            N_("Picture zoomed"),
            N_(
                "The background grew or shrank during the clip: the picture was zoomed, or the "
                "camera came nearer or went away. The outline of the leg fits less well then, and "
                "the number is less certain."
            ),
            N_("Leave the zoom alone while recording, and put the camera on something firm."),
        ),
        "picture_changed": IssueWords(
            N_("Picture changed at once"),
            N_(
                "The background was another one from one moment to the next: clips were joined "
                "there, or something flashed or passed before the camera. If they were joined, "
                "what comes after has another start."
            ),
            N_("If the clip was joined, cut it there and measure the parts apart."),
        ),
        "few_reps": IssueWords(
            N_("Few repetitions"),
            N_("Fewer repetitions count than are wanted; the mean of three is steadier."),
            N_("Do three slow repetitions with a hold of {hold_s:g} seconds each."),
        ),
        "size_changed": IssueWords(
            N_("Size of the picture changed"),
            N_(
                "The picture changed its size within the clip, as in a call on a poor connection. "
                "The smaller pictures show less, so what was read in them is less certain."
            ),
            N_("Record with the camera's own program instead of a call, or copy the original."),
        ),
        "picture_frozen": IssueWords(
            N_("Picture froze"),
            N_(
                "The picture stood still for a moment, in a swing or in the hold: what happened "
                "meanwhile was not recorded."
            ),
            N_("Close other programs while recording, and record again."),
        ),
        "nobody_at_times": IssueWords(
            N_("Nobody at the beginning or end"),
            N_("At the beginning or end of the clip nobody was seen; that part was left out."),
            N_("Begin the recording when seated, and cut titles off."),
        ),
        issues.LEFT_UNREAD: IssueWords(
            N_("Not read to the end"),
            N_(
                "Nobody was in the picture for so long that the rest of the clip was not looked at."
            ),
            N_(
                "Cut the clip to the test, or allow a longer wait: --set nobody_max_s=SECONDS, or "
                "nobody_max_s under [limits] in hipcv.toml."
            ),
        ),
        "no_external": IssueWords(
            N_("No external rotation"),
            N_("External rotation was asked for as well, but none was held."),
            N_(
                "After swinging out, swing the foot inwards, across the other leg, as far as you "
                "can, hold it for {hold_s:g} seconds, and return."
            ),
        ),
        "inconsistent_reps": IssueWords(
            N_("Repetitions differ"),
            N_("The repetitions differ more than expected; the interval is wider for it."),
            N_(
                "Rest, then repeat: the same slow movement each time, as far as you can without "
                "pain."
            ),
        ),
        "mirrored_container": IssueWords(
            N_("Mirrored recording"),
            N_("The file says that its picture is mirrored. This was undone before measuring."),
            N_("Check that the side named here is the side that moved."),
        ),
        "loose_clothing": IssueWords(
            N_("Loose clothing"),
            N_(
                "The outline of the shank changed as loose clothing does, so the number is less "
                "certain."
            ),
            N_("Wear shorts or close trousers."),
        ),
        "low_light": IssueWords(
            N_("Dark picture"),
            N_("The picture is dark."),
            N_("Record in even light, with no window behind the patient."),
        ),
        "seat_low": IssueWords(
            N_("Seat low or camera high"),
            N_(
                "The knee lies far below the hip in the picture: the camera looks down, or the "
                "seat is low. From above, a bent knee reads too large."
            ),
            N_("Raise the seat until the thighs are level, and place the camera at knee height."),
        ),
        "camera_low": IssueWords(
            N_("Camera low"),
            N_(
                "The knee shows above the hip: the camera looks up at the thigh, and a bent knee "
                "then reads too large."
            ),
            N_("Place the camera level with the knees, never below the seat."),
        ),
        "other_leg": IssueWords(
            N_("The other leg moved"),
            N_("Another leg than the one asked for made the movement."),
            N_("Check which side was asked for, or let hipcv choose (--side auto)."),
        ),
        "outline_disputed": IssueWords(
            N_("Outline not followed surely"),
            N_(
                "In a repetition the outline of the shank was lost, or masks of the same pictures "
                "gave another angle: that repetition is read from masks of its hold alone, less "
                "closely."
            ),
            N_("Film in even light, against a plain background, with the whole shank in view."),
        ),
        "landmarks_only": IssueWords(
            N_("Measured less exactly"),
            N_(
                "The outline of the shank could not be followed, so the number rests on the knee "
                "and ankle points alone and its interval is wider."
            ),
            N_("Record in even light against a plain background, in shorts or close trousers."),
        ),
        "not_held": IssueWords(
            N_("No hold seen at the end position"),
            N_(
                "No hold was seen: the leg swung through its end position, or the pictures of the "
                "hold are missing. Such a repetition is shown and does not count: a swing goes "
                "further than the leg can be held."
            ),
            N_("Swing out slowly, hold the end position still for {hold_s:g} seconds, and return."),
        ),
        "compensated_throughout": IssueWords(
            N_("Compensated throughout"),
            N_(
                "Every repetition broke a rule of the test: the angle was not reached by the hip "
                "alone, so there is no number."
            ),
            N_("Repeat with less swing: stop where the hip, trunk or thigh begins to move along."),
        ),
        "pelvis_not_measured": IssueWords(
            N_("Pelvis not measured"),
            N_(
                "Whether the pelvis tilted could not be seen. That does not mean that it stayed "
                "level."
            ),
            N_("Wear a close shirt tucked in, with some pattern, and keep the lap uncovered."),
        ),
    },
    _FIELDS,
)

OTHER_LEG: Final = Translated[Side, IssueWords](
    {
        Side.LEFT: IssueWords(
            N_("The other leg moved"),
            N_(
                "The left leg did not move; the right one did: was the right meant, or is the clip "
                "mirrored?"
            ),
            N_(
                "Measure the clip again for the right leg, or as a mirrored one; otherwise record "
                "the left leg."
            ),
        ),
        Side.RIGHT: IssueWords(
            N_("The other leg moved"),
            N_(
                "The right leg did not move; the left one did: was the left meant, or is the clip "
                "mirrored?"
            ),
            N_(
                "Measure the clip again for the left leg, or as a mirrored one; otherwise record "
                "the right leg."
            ),
        ),
    }
)
"""Words of the refusal of a leg, this one, that rested while the other one did the test."""

FINDINGS: Final = Translated[str, FindingWords](
    {
        "pelvic_hike": FindingWords(
            N_("Hip lift"),
            N_("The pelvis on the tested side rose (pelvic hike)"),
            N_("The pelvis on the tested side dropped"),
            N_(
                "Keep your weight on both hands and both sit bones; stop where the hip begins to "
                "lift."
            ),
            N_("Keep both sit bones on the seat"),
        ),
        "trunk_lean": FindingWords(
            N_("Trunk lean"),
            N_("The trunk leaned away from the tested side"),
            N_("The trunk leaned towards the tested side"),
            N_("Sit tall, breastbone over the middle of the seat."),
            N_("Keep your trunk upright"),
        ),
        "weight_shift": FindingWords(
            N_("Weight shift"),
            N_("The upper body shifted away from the tested side"),
            N_("The upper body shifted towards the tested side"),
            N_("Keep equal weight on both hands."),
            N_("Keep weight on both hands"),
        ),
        "thigh_lift": FindingWords(
            N_("Thigh lift"),
            N_("The thigh rose off the seat at the knee"),
            N_("The knee sank"),
            N_("Let the thigh rest heavily on the seat; only the lower leg swings."),
            N_("Keep your thigh down on the seat"),
        ),
        "knee_drift": FindingWords(
            N_("Knee drift"),
            N_("The knee drifted outwards"),
            N_("The knee drifted inwards"),
            N_("Keep the knee pointing straight ahead, as if the thigh were strapped down."),
            N_("Keep your knee in place"),
        ),
        "knee_extension": FindingWords(
            N_("Knee extension"),
            N_("The knee seems to have straightened, a weak sign"),
            N_("The knee seems to have bent, a weak sign"),
            N_("Keep the knee bent at 90° while the foot swings out."),
            N_("Keep your knee bent"),
        ),
        "trunk_rotation": FindingWords(
            N_("Trunk rotation"),
            N_("The trunk turned away from the tested side"),
            N_("The trunk turned towards the tested side"),
            N_("Keep both shoulders facing the camera."),
            N_("Keep both shoulders facing the camera"),
        ),
        "hand_off_seat": FindingWords(
            N_("Hand off the seat"),
            N_("A hand left the seat"),
            N_("A hand left the seat"),
            N_("Stay sitting on both hands."),
            N_("Stay sitting on both hands"),
        ),
        "other_leg_moved": FindingWords(
            N_("Other leg moved"),
            N_("The resting leg turned as well"),
            N_("The resting leg turned as well, the other way"),
            N_("Let the other leg hang still."),
            N_("Let the other leg hang still"),
            row=N_("Other leg"),
        ),
        "overshoot": FindingWords(
            N_("Swung past"),
            N_("The leg swung past the angle that it then held, which is the one that counts"),
            N_("The leg swung past the angle that it then held, which is the one that counts"),
            N_("Swing out slowly, and stop where you can hold."),
            N_("Swing out slowly"),
        ),
        "no_hold": FindingWords(
            N_("No hold"),
            N_("The end position was hardly held"),
            N_("The end position was hardly held"),
            N_("Hold the end position for {hold_s:g} seconds."),
            N_("Hold the end position longer"),
        ),
    },
    _FIELDS,
)

SAFETY: Final = N_(
    "Do not do this test with a hip replacement or other hip surgery, a recent fracture, pain now, "
    "or when told not to rotate the hip, unless your clinician agrees. Use a seat that cannot "
    "roll, and have a helper if your balance is poor. Stop on pain, pinching or numbness."
)

DISCLAIMER: Final = N_(
    "hipcv estimates a movement angle from video for education, fitness and research. It is not a "
    "medical device; it does not diagnose, treat or predict injury; it has measurement error, see "
    "the interval. A physical therapist's evaluation is ideal, since many factors affect joint "
    "mobility."
)

IN_PICTURE: Final = N_("in the picture")
ALONG_THIGH: Final = N_("along the thigh")
FROM_VERTICAL: Final = N_("from the vertical")

ANGLES: Final = Translated(
    {
        "picture_deg": IN_PICTURE,
        "rotation_deg": ALONG_THIGH,
        "from_vertical_deg": FROM_VERTICAL,
    }
)
"""Words that follow the number of each angle of a side or repetition, by its field."""

_METHOD_ANGLE: Final = N_(
    "Seated active hip internal rotation: how far the shank turns outwards from its own still "
    "start position while the thigh stays put, read from the picture at the held end of each "
    "repetition. Foot away from the midline is positive on both sides."
)
_METHOD_THREE_ANGLES: Final = N_(
    "In the picture: the turn from the start as the camera saw it. Along the thigh: the same seen "
    "straight along it. From the vertical: that turn and the tilt at the start."
)
_METHOD_PELVIS: Final = N_(
    "Relative to the pelvis means the same angle less the tilt of the pelvis: a hip that lifts by "
    "1° adds 1° to what is seen. Beyond its own error, that is taken off the result."
)

METHOD: Final = (
    _METHOD_ANGLE,
    _METHOD_THREE_ANGLES,
    N_(
        "A pose model finds the patient. The outline of the shank in the still start is then "
        "followed through every picture, and its turn is corrected for the camera's angle to the "
        "thigh. A side's number is the mean of the repetitions that count: held, and by the rules "
        "of the test."
    ),
    N_(
        "Second reading: masks of a pose model, in a few pictures of each hold. Where they "
        "disagree with what was followed, the repetition is read from masks alone, and says so."
    ),
    _METHOD_PELVIS,
)

METHOD_BEFORE_OUTLINE: Final = (
    _METHOD_ANGLE,
    _METHOD_THREE_ANGLES,
    N_(
        "A pose model finds the patient, the start and the holds; there the outline of the shank "
        "is laid over its outline at the start, and the turn is corrected for the camera's angle "
        "to the thigh. A side's number is the mean of the repetitions that count: held, and by the "
        "rules of the test."
    ),
    _METHOD_PELVIS,
)
"""The same of results by methods that read the outline in the holds alone."""

LIMITS: Final = (
    N_(
        "Checked on rendered patients with exactly known angles, not yet in a study with people. "
        "The limits for compensations are engineering defaults; no published ones exist for this "
        "test."
    ),
    N_(
        "Equal weight on both hands and a bent knee are only asked for: no camera sees either. "
        "The shank stands in for the thigh bone, so turning within the knee is counted too. A knee "
        "that straightens, a low camera and loose clothes mislead the number, and are not always "
        "noticed."
    ),
    N_(
        "Sitting, lying prone and passive tests read differently (prone 5–8° more): compare only "
        "like with like."
    ),
)

CHART_KEY: Final = N_(
    "Blue: the angle along the thigh, dashed where it is not from the outline of the shank; grey: "
    "in the picture. At each hold a dark bar is its number, the diamond the second reading, the "
    "shade its error. Beneath: orange beyond its limit, ▸ where that began, hatched "
    "where not measured."
)

TYPICAL_NOTE: Final = N_(
    "{target:g}° from the start is the target; two in three healthy adults turn to "
    "{low:g}–{high:g}° from the vertical (means of studies: 28–38°)."
)

TYPICAL_BAND: Final = N_("two in three adults")
"""Label of the band of rotation that two in three healthy adults have."""

CATEGORIES: Final = Translated(
    {
        "reaches_target": N_("Reaches the target"),
        "close_to_target": N_("Close to the target"),
        "below_target": N_("Below the target"),
        "clearly_low": N_("Far below the target"),
    }
)
"""Texts of the categories for places that show the target's angle elsewhere."""

VERDICTS: Final = Translated(
    {
        "more_than_most": N_("Reaches the {target} target, which is more than most adults do"),
        "reaches_target": N_("Reaches the {target} target"),
        "close_to_target": N_("Close to the {target} target, within what measuring may differ"),
        "below_target": N_("Below the {target} target, as most adults are"),
        "clearly_low": N_("Clearly less than most adults"),
        "below_target_alone": N_("Below the {target} target"),
    }
)
"""Answers to whether the target was reached; `verdict` chooses one."""

VERDICTS_OF_MINORS: Final = {
    "more_than_most": "reaches_target",
    "below_target": "below_target_alone",
    "clearly_low": "below_target_alone",
}
"""Verdict that stands for one that compares with adults, where the person is no adult."""

SIDES: Final = Translated({Side.LEFT: N_("left"), Side.RIGHT: N_("right")})

HIPS: Final = Translated({Side.LEFT: N_("Left hip"), Side.RIGHT: N_("Right hip")})

SEVERITY: Final = Translated(
    {
        "note": N_("noted"),
        "flag": N_("compensated"),
        "invalid": N_("too much to count"),
    }
)

BY_LANDMARKS: Final = N_("by landmarks")
"""Mark of an angle that was not read from the outline of the shank."""

PHASES: Final = Translated(
    {
        "before": "",
        "start": N_("start position"),
        "moving": N_("moving"),
        "plateau": N_("hold"),
        "rest": N_("rest"),
    }
)


def words_of(issue: Issue) -> IssueWords:
    """Return the words of an issue: of its code, and where the other leg moved, of that."""
    if issue.side is not None and issue.unit == issues.OTHER_LEG:
        return OTHER_LEG[issue.side]
    return ISSUES[issue.code]


def set_up_steps(*, external: bool = False) -> list[str]:
    """Return how to sit, how to move and where to put the camera, each in its own text.

    With `external`, the movement of external rotation follows that of internal rotation.
    """
    movements = (MOVEMENT, MOVEMENT_INWARDS) if external else (MOVEMENT,)
    return [_(text).format(**_FIELDS) for text in (SEAT, *movements, CAMERA)]


def set_up(*, external: bool = False) -> str:
    """Return how to sit, how to move and where to put the camera."""
    return " ".join(set_up_steps(external=external))


def limits() -> tuple[str, ...]:
    """Return the paragraphs on validity and limits."""
    return language.translate(LIMITS)


def join_numbers(numbers: Sequence[int]) -> str:
    """Return 1, 2 and 3."""
    return language.join([str(number) for number in numbers])


def name_repetitions(numbers: Sequence[int]) -> str:
    """Return repetition 2, or repetitions 1, 2 and 3."""
    text = ngettext("repetition {numbers}", "repetitions {numbers}", len(numbers))
    return text.format(numbers=join_numbers(numbers))
