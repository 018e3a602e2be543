"""Declaration of every number that a clinician or engineer could argue about.

From this one declaration come the range check, `hipcv.toml` and `--set`, the `hipcv protocol`
table, the docs page, and the copy stored with every result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from hipcv.core.errors import InvalidProtocol
from hipcv.language import N_, _

ENGINEERING = N_("engineering default, set on the validation clips")
PRIOR = N_("tool prior (mean 33, SD 9) consistent with Krause 2015")
RESTING_SHANKS = N_("public footage: resting shanks lie 4 to 19 deg inwards")
SOURCE_TEST = N_("the source's own target for this test")


@dataclass(frozen=True, slots=True)
class Setting:
    """Default, unit, range, reason and source of one protocol number."""

    name: str
    default: float
    unit: str
    low: float
    high: float
    why: str
    source: str

    @property
    def range_text(self) -> str:
        """The range with its unit, as "10 to 90 deg"."""
        text = _("{low:g} to {high:g} {unit}")
        return text.format(low=self.low, high=self.high, unit=_(self.unit)).rstrip()


def setting(
    default: float, *, unit: str, low: float, high: float, why: str, source: str = ENGINEERING
) -> Any:  # noqa: ANN401 - a dataclass field stands in for its value
    """Declare one protocol number; its unit, reason and source are in the catalogue."""
    return field(
        default=default,
        metadata={"unit": unit, "low": low, "high": high, "why": why, "source": source},
    )


@dataclass(frozen=True, slots=True)
class Declaration:
    """Numbers of which each field is declared with `setting`.

    Raises:
        InvalidProtocol: a value is not a number within its declared range.
    """

    def __post_init__(self) -> None:
        for s in settings(type(self)):
            value = getattr(self, s.name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                text = _("{name}: expected a number, got {value!r}.")
                raise InvalidProtocol(text.format(name=s.name, value=value))
            if not s.low <= value <= s.high:
                text = _("{name}: {value:g} is outside {limits}.")
                raise InvalidProtocol(text.format(name=s.name, value=value, limits=s.range_text))

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Return the declaration with the named values, and defaults for the others.

        Raises:
            InvalidProtocol: a name is unknown, or a value is refused.
        """
        names = {s.name for s in settings(cls)}
        for name in values:
            if name not in names:
                text = _("{name}: no such protocol setting. `hipcv protocol` lists them all.")
                raise InvalidProtocol(text.format(name=name))
        return cls(**values)

    def changed(self) -> dict[str, float]:
        """Return the numbers that differ from their defaults, by name."""
        return {
            s.name: v for s in settings(type(self)) if (v := getattr(self, s.name)) != s.default
        }


@dataclass(frozen=True, slots=True)
class MeasurementProtocol(Declaration):
    """Limits of one measurement, stored with every result."""

    # fmt: off
    # --- what the rotation is read against
    target_deg: float = setting(45, unit="deg", low=10, high=90,
        why="target of the test", source=SOURCE_TEST)
    typical_low_deg: float = setting(24, unit="deg", low=0, high=90,
        why="lower end of what two in three healthy adults show, from the vertical", source=PRIOR)
    typical_high_deg: float = setting(42, unit="deg", low=0, high=90,
        why="upper end of it", source=PRIOR)
    much_lower_deg: float = setting(20, unit="deg", low=0, high=45,
        why="a result whose upper limit is below it is clearly low")
    side_difference_deg: float = setting(10, unit="deg", low=2, high=40,
        why="difference between sides worth noting", source="usual screening cut; Ellenbecker 2007")

    # --- start, repetitions, plateaus
    gap_fill_s: float = setting(0.2, unit="s", low=0, high=1,
        why="longest gap in a landmark that is bridged")
    median_window_s: float = setting(0.15, unit="s", low=0.03, high=1,
        why="running median that calms the shank's angle")
    still_s: float = setting(0.4, unit="s", low=0.2, high=3,
        why="shortest still time that defines the start position")
    still_band_deg: float = setting(3, unit="deg", low=0.5, high=10,
        why="how far a still shank may stray from its own median")
    begins_moving_deg: float = setting(6, unit="deg", low=2, high=180,
        why="a clip whose first picture is so far from its first still time begins in motion: that "
        "may be a held end range, and a later rest is looked for")
    begins_askew_deg: float = setting(20, unit="deg", low=5, high=180,
        why="a first still time so far from a hanging shank may be a held end range",
        source=RESTING_SHANKS)
    start_longest_s: float = setting(2, unit="s", low=0.4, high=10,
        why="longest part of the still time that is used")
    movement_min_deg: float = setting(6, unit="deg", low=2, high=20,
        why="rotation below which nothing counts as a repetition")
    rep_share: float = setting(0.4, unit="share", low=0.1, high=0.9,
        why="share of the largest rotation above which a repetition is under way")
    rep_floor_deg: float = setting(5, unit="deg", low=1, high=20,
        why="rotation above which a repetition may be under way")
    rep_min_s: float = setting(0.2, unit="s", low=0.05, high=2,
        why="shortest time above it that makes a repetition")
    plateau_share: float = setting(0.93, unit="share", low=0.7, high=1,
        why="share of a repetition's end range that its plateau is read from if nothing was held")
    plateau_speed_deg_s: float = setting(30, unit="deg/s", low=5, high=120,
        why="speed above which the shank swings")
    hold_band_deg: float = setting(1.5, unit="deg", low=0, high=10,
        why="how far a held shank may stray from the middle of its range; 0: nothing is asked of "
        "a plateau but to be near the end range, as in methods before 5")
    hold_speed_deg_s: float = setting(8, unit="deg/s", low=1, high=60,
        why="speed from which the shank is not held",
        source="docs/measurement.md: a pause of the swing, not a slow swing")
    hold_min_s: float = setting(0.2, unit="s", low=0, high=5,
        why="shortest time that is a hold")
    hold_long_s: float = setting(0.5, unit="s", low=0.1, high=5,
        why="a hold this long is the repetition's angle, whatever was held longer lower down")
    hold_share: float = setting(0.7, unit="share", low=0.3, high=1,
        why="share of the highest held angle below which a hold was a pause on the way")
    overshoot_deg: float = setting(3, unit="deg", low=1, high=30,
        why="how far a leg may swing past the angle it then holds before it is noted")
    picture_longest_s: float = setting(2, unit="s", low=0, high=20,
        why="longest time that one picture stands for where a recorder dropped the unchanged "
        "ones; 0: all pictures count alike, as in methods before 5")
    external_min_deg: float = setting(8, unit="deg", low=3, high=30,
        why="external rotation that counts as done on purpose")
    other_leg_moved_deg: float = setting(8, unit="deg", low=3, high=45,
        why="rotation of the resting leg that is worth telling")
    practice_from_reps: float = setting(4, unit="reps", low=2, high=20,
        why="from this many repetitions the first is practice")
    reps_wanted: float = setting(3, unit="reps", low=1, high=20,
        why="valid repetitions a side should have", source="Hogg 2018; VALD seated protocol")
    rep_spread_deg: float = setting(6, unit="deg", low=1, high=30,
        why="range between repetitions beyond which they disagree")
    start_key_frames: float = setting(6, unit="frames", low=3, high=60,
        why="frames of the start that get a closer look")
    plateau_key_frames: float = setting(8, unit="frames", low=3, high=60,
        why="frames of each plateau that get a closer look")

    # --- can this clip be measured
    duration_min_s: float = setting(1.2, unit="s", low=0.5, high=30,
        why="a shorter clip holds no start, rotation and hold")
    frames_min: float = setting(20, unit="frames", low=5, high=600,
        why="fewer frames cannot show start and plateau")
    frame_rate_low_hz: float = setting(23.9, unit="Hz", low=5, high=120,
        why="a slower clip is warned about; 23.976 is not")
    gap_warn_s: float = setting(0.25, unit="s", low=0.05, high=5,
        why="a longer gap between frames is warned about")
    damaged_share: float = setting(0.2, unit="share", low=0, high=1,
        why="share of damaged frames that refuses a clip")
    seen_share: float = setting(0.9, unit="share", low=0.2, high=1,
        why="share of frames the patient must be found in")
    visibility_min: float = setting(0.5, unit="share", low=0, high=1,
        why="visibility a leg's landmarks must have")
    edge_margin_share: float = setting(0.01, unit="share", low=0, high=0.2,
        why="share of the picture the feet must keep clear of")
    standing_thigh_ratio: float = setting(0.85, unit="shank lengths", low=0.3, high=1.5,
        why="knee this far below the hip: not seated with the thigh towards the camera",
        source="rendered clips and public footage: seated to 0.70, standing from 0.94")
    sloping_thigh_ratio: float = setting(0.5, unit="shank lengths", low=0.1, high=1.5,
        why="knee this far below the hip: seat too low or camera too high, warned about")
    level_thigh_ratio: float = setting(0.08, unit="shank lengths", low=-0.5, high=1,
        why="knee less far below the hip landmark, which lies on the lap: the camera is too "
        "low, and a bent knee then inflates")
    side_view_shift_ratio: float = setting(0.45, unit="shank lengths", low=0.1, high=1,
        why="sideways offset of the knees from the hips that means a side view")
    side_view_shoulder_ratio: float = setting(0.5, unit="trunk lengths", low=0.1, high=1,
        why="shoulders narrower than this: side view")
    view_foreshortening: float = setting(1.25, unit="times", low=0.8, high=2,
        why="in the picture the hip, further away, lies nearer to the knee than the thigh's "
        "direction alone would have it, by this factor",
        source="perspective: a camera 2 m from the knee, a thigh of 0.42 m and 0.97 shank "
        "lengths")
    knee_noise_ratio: float = setting(0.03, unit="shank lengths", low=0, high=1,
        why="sideways movement of a knee that is not taken for one of the thigh; twice as much "
        "where only the shank's outline shows it",
        source="rendered clips of steady knees: to 0.03 by flow, to 0.055 by outline")
    oblique_yaw_deg: float = setting(12, unit="deg", low=3, high=45,
        why="estimated camera yaw that is warned about")
    hips_travel_ratio: float = setting(0.25, unit="shank lengths", low=0.05, high=1,
        why="the hips moved this far: the patient stood up, sat down or moved over")
    thigh_change_ratio: float = setting(0.3, unit="shank lengths", low=0.05, high=1,
        why="change of the knee's height under the hip that means the posture changed")
    steady_hips_ratio: float = setting(0.12, unit="shank lengths", low=0, high=1,
        why="hips that moved less while both legs turned alike: nobody stood up or sat down",
        source="rendered clips: hips of a seated person move by up to 0.07 in a swing")
    posture_turn_deg: float = setting(20, unit="deg", low=5, high=180,
        why="standing up or sitting down turns both shanks by less",
        source=RESTING_SHANKS)
    cut_size_share: float = setting(0.15, unit="share", low=0.05, high=10,
        why="change of the person's size from one picture to the next that is a cut or a zoom")
    cut_jump_ratio: float = setting(0.5, unit="shank lengths", low=0.1, high=10,
        why="jump of the hips from one picture to the next that is a cut")
    start_tilt_warn_deg: float = setting(20, unit="deg", low=5, high=60,
        why="resting tilt of the shank that is warned about",
        source=RESTING_SHANKS)
    camera_moved_ratio: float = setting(0.03, unit="shank lengths", low=0.005, high=0.5,
        why="movement of the background that is warned about")
    unstable_camera_ratio: float = setting(0.3, unit="shank lengths", low=0.05, high=2,
        why="movement of the background that refuses a clip")
    zoom_share: float = setting(0.03, unit="share", low=0.005, high=1,
        why="change of the background's size that is warned about as a zoom")
    background_lost_share: float = setting(0.5, unit="share", low=0.1, high=1,
        why="share of the background that goes at once where the picture is another one")
    low_light_luminance: float = setting(0.15, unit="share of white", low=0, high=1,
        why="a darker picture is warned about")
    other_person_share: float = setting(0.05, unit="share", low=0.01, high=1,
        why="share of frames that show somebody, but not the patient, that is worth telling")
    several_people_share: float = setting(0.2, unit="share", low=0.01, high=1,
        why="share of frames with more than one person that is worth telling")

    # --- compensations: measured threshold (above noise) and what it takes to tell the patient
    hike_deg: float = setting(2.5, unit="deg", low=1, high=20,
        why="rise of the tested side of the pelvis")
    hike_confounded_deg: float = setting(3.5, unit="deg", low=1, high=20,
        why="the same while the thigh lifts or drifts or the trunk turns, which leak into it")
    hike_invalid_deg: float = setting(10, unit="deg", low=3, high=40,
        why="rise of the pelvis that invalidates a repetition",
        source="precedent: an industry screen flags 10 deg of pelvis rotation")
    hike_landmarks_deg: float = setting(6.5, unit="deg", low=2, high=30,
        why="the same by hip landmarks, which drift by 1 to 5 deg")
    lean_measured_deg: float = setting(2, unit="deg", low=0.5, high=20,
        why="trunk lean above measurement noise")
    lean_deg: float = setting(5, unit="deg", low=1, high=30,
        why="trunk lean worth telling")
    lean_invalid_deg: float = setting(15, unit="deg", low=5, high=60,
        why="trunk lean that invalidates a repetition")
    shift_ratio: float = setting(0.03, unit="shank lengths", low=0.005, high=0.5,
        why="weight shift worth telling")
    shift_invalid_ratio: float = setting(0.12, unit="shank lengths", low=0.03, high=1,
        why="weight shift that invalidates")
    turn_shift_ratio: float = setting(0.04, unit="shank lengths", low=0.01, high=0.5,
        why="sideways shift of the chest of a trunk that turns, worth telling")
    turn_waist_share: float = setting(0.6, unit="share", low=0, high=1,
        why="a waist that goes along by more than this share of the chest's shift slid with it",
        source="rendered clips: 0.17 to 0.36 in turns, 0.95 in slides, 0.65 to 0.8 in hip lifts")
    turn_shoulder_share: float = setting(0.75, unit="share", low=0, high=1,
        why="shoulders that go along by less than this share of the chest's shift turned about it",
        source="rendered clips: 0.36 to 0.69 in turns, 0.9 or more otherwise")
    turn_growth_ratio: float = setting(0.02, unit="share", low=0, high=0.5,
        why="how much narrower or wider a chest looks that turned; one that slid looks the same",
        source="rendered clips: 3.5 to 4 % in two turns of 14 to 16 deg, at most 1.3 % otherwise")
    thigh_measured_ratio: float = setting(0.03, unit="shank lengths", low=0.005, high=0.5,
        why="knee rise above measurement noise")
    thigh_ratio: float = setting(0.05, unit="shank lengths", low=0.01, high=0.5,
        why="thigh lift worth telling")
    thigh_per_hike_ratio: float = setting(0.008, unit="shank lengths per deg", low=0, high=0.05,
        why="knee rise that a pelvic hike explains by itself")
    thigh_outline_ratio: float = setting(0.08, unit="shank lengths", low=0.01, high=0.5,
        why="thigh lift worth telling, where only the shank's outline shows the knee")
    drift_outline_ratio: float = setting(0.08, unit="shank lengths", low=0.01, high=0.5,
        why="knee drift worth telling, where only the shank's outline shows the knee")
    thigh_invalid_ratio: float = setting(0.12, unit="shank lengths", low=0.05, high=1,
        why="thigh lift that invalidates")
    drift_out_ratio: float = setting(0.05, unit="shank lengths", low=0.01, high=0.5,
        why="knee drift outwards worth telling")
    drift_in_ratio: float = setting(0.07, unit="shank lengths", low=0.01, high=0.5,
        why="knee drift inwards worth telling")
    drift_per_rise: float = setting(0.5, unit="share", low=0, high=2,
        why="knee drift that a lifted thigh explains by itself, by how far the knee rose")
    drift_invalid_ratio: float = setting(0.35, unit="shank lengths", low=0.05, high=1,
        why="knee drift that invalidates")
    knee_witness_share: float = setting(0.25, unit="share", low=0, high=1,
        why="share of the knee's motion by flow that the shank's outline must show as well")
    foot_steady_ratio: float = setting(0.02, unit="shank lengths", low=-0.1, high=0.1,
        why="how much further a swung foot reaches below a steady knee")
    foot_per_degree_ratio: float = setting(0.007,
        unit="shank lengths per deg", low=0.001, high=0.05,
        why="how much less far the foot reaches for each degree of knee extension")
    extension_deg: float = setting(9, unit="deg", low=3, high=60,
        why="knee extension, as the foot would show it, from which it widens the interval: a foot "
        "that turns at the ankle shows the same, so it is no finding")
    extension_unseen_deg: float = setting(4, unit="deg", low=0, high=30,
        why="knee extension that stays possible where the foot shows none")
    extension_view_deg: float = setting(5, unit="deg", low=0, high=30,
        why="angle between thigh and line of sight that an aligned thigh may have nevertheless")
    hand_rise_ratio: float = setting(0.25, unit="shank lengths", low=0.05, high=2,
        why="rise of a wrist that leaves the seat")

    region_inliers_min: float = setting(0.6, unit="share", low=0, high=1,
        why="share of a region's points that must move as one")
    lap_points_min: float = setting(12, unit="points", low=4, high=200,
        why="points of the lap that must still be followed")
    lap_kept_min: float = setting(0.4, unit="share", low=0, high=1,
        why="share of the lap's points that must survive")
    lap_inliers_min: float = setting(0.55, unit="share", low=0, high=1,
        why="share of them that must move as one")
    lap_scale_low: float = setting(0.84, unit="share", low=0.5, high=1,
        why="a lap that shrinks more was lost")
    lap_scale_high: float = setting(1.08, unit="share", low=1, high=2,
        why="a lap that grows more was lost")
    knee_kept_min: float = setting(0.5, unit="share", low=0, high=1,
        why="share of the knee's points that must survive")
    knee_turn_max_deg: float = setting(10, unit="deg", low=2, high=60,
        why="a knee region that turned further went with the swinging shank")
    knee_scale_off_max: float = setting(0.1, unit="share", low=0.01, high=1,
        why="a knee that grew or shrank more was lost")
    obliquity_noise_deg: float = setting(1.5, unit="deg", low=0, high=10,
        why="a smaller change of obliquity is not subtracted")
    obliquity_dip_deg: float = setting(3.0, unit="deg", low=0, high=20,
        why="the tested side must sink by so much before it is believed: the swinging leg "
        "drags the lap down by up to 3 deg")
    witness_shift_ratio: float = setting(0.015, unit="shank lengths", low=0, high=0.5,
        why="sideways shift of the upper trunk that a tilting pelvis must show while the knee "
        "rises")
    witness_shift_per_hike_ratio: float = setting(0.003,
        unit="shank lengths per deg", low=0, high=0.05,
        why="the same for each degree of tilt, below which there is no hike")
    shift_per_hike_ratio: float = setting(0.005,
        unit="shank lengths per deg", low=0, high=0.05,
        why="the same, below which the amount of a hike is uncertain and not subtracted",
        source="clips with truth: 0.7 to 0.9 % of a shank for each degree")

    # --- the guided recording: what is asked of a person, and of place and camera beforehand
    guide_still_s: float = setting(2, unit="s", low=0.4, high=10,
        why="how long to sit still before the count-down")
    guide_countdown_s: float = setting(3, unit="s", low=1, high=10,
        why="count-down from good and still to the recording")
    guide_hold_s: float = setting(2, unit="s", low=0.2, high=10,
        why="how long the end range is asked to be held")
    guide_idle_s: float = setting(45, unit="s", low=5, high=600,
        why="a leg that has not turned for so long is left")
    guide_still_ratio: float = setting(0.08, unit="shank lengths", low=0.01, high=0.5,
        why="how far the hips of one who sits still may stray")
    guide_margin_share: float = setting(0.02, unit="share", low=0, high=0.2,
        why="share of the picture that shoulders, feet and the way of the swinging foot must "
        "keep clear of")
    guide_roll_deg: float = setting(6, unit="deg", low=1, high=45,
        why="lean of the whole person that means a tilted camera")
    guide_near_share: float = setting(0.9, unit="share", low=0.5, high=1,
        why="shoulders to feet fill more of the picture's height: too near")
    guide_far_share: float = setting(0.26, unit="share", low=0.1, high=0.8,
        why="shoulders to feet fill less of the picture's height: too far")
    guide_trunk_ratio: float = setting(0.4, unit="shank lengths", low=0, high=1.5,
        why="shoulders nearer to the hips are made up by the model: they are out of the picture")
    guide_standing_ratio: float = setting(0.92, unit="shank lengths", low=0.3, high=1.5,
        why="knee this far below the hip: standing, not seated before a high camera")
    guide_low_camera_ratio: float = setting(-0.86, unit="lengths", low=-2, high=0,
        why="knee's drop in shank lengths less the shoulders' width in trunk lengths, which "
        "both tell of a camera that looks up: lower than this, it is too low")
    guide_wrist_ratio: float = setting(0.14, unit="shank lengths", low=-1, high=1,
        why="wrists outwards of and below the hips by less are not down at the seat")

    # --- uncertainty
    interval_base_deg: float = setting(1.32, unit="deg", low=0.1, high=10,
        why="half width of the 95 % interval of a registered plateau on a frontal view")
    interval_patch_gain: float = setting(1.2, unit="", low=0, high=5,
        why="interval per degree between the two shank patches")
    interval_residual_free: float = setting(0.8, unit="patch columns", low=0, high=5,
        why="spread of the shank's edges about the fit that sharp pictures of a bare leg show")
    interval_residual_gain: float = setting(7, unit="deg per patch column", low=0, high=30,
        why="interval per spread beyond that",
        source="clips with truth, blurred by 3 px and smeared by 15 px in every frame")
    interval_witness_gain: float = setting(1, unit="", low=0, high=5,
        why="interval per degree between the tracked outline and masks of the same frames")
    interval_view_gain: float = setting(0.06, unit="", low=0, high=1,
        why="interval per degree of thigh to line of sight")
    interval_obliquity_gain: float = setting(0.12, unit="", low=0, high=1,
        why="interval per degree of pelvic obliquity")
    interval_knee_gain: float = setting(0.06, unit="deg per % of shank length", low=0, high=1,
        why="interval per knee rise")
    patch_gap_warn_deg: float = setting(0.8, unit="deg", low=0.1, high=10,
        why="disagreement of the two shank patches to warn about")
    residual_warn_px: float = setting(1.5, unit="patch columns", low=0.2, high=10,
        why="spread of the shank's edges about the fit to warn about: cloth moves on the leg")
    interval_extension_gain: float = setting(1.0, unit="", low=0, high=5,
        why="interval per degree of knee extension and sine of thigh to line of sight")
    interval_low_camera_deg: float = setting(1.5, unit="deg", low=0, high=10,
        why="what a camera that looks up adds to the interval")
    camera_height_usual_ratio: float = setting(-0.63, unit="lengths", low=-2, high=1,
        why="knee's drop in shank lengths less the shoulders' width in trunk lengths, which both "
        "tell of the camera's height, for a camera level with the knee",
        source="mean of the rendered clips; their spread is 0.06")
    camera_height_free_ratio: float = setting(0.06, unit="lengths", low=0, high=2,
        why="difference from that which persons show before a camera at the right height")
    interval_height_gain: float = setting(20, unit="deg per length", low=0, high=100,
        why="interval per difference beyond that: a camera above or below the knee sees a knee "
        "that is not at 90 deg turned too far",
        source="projection: 0.28 deg for each degree of pitch at a knee of 100 deg, and 0.015 for "
        "each degree of pitch")
    interval_by_hand_deg: float = setting(2.5, unit="deg", low=0.1, high=10,
        why="half width of the interval where the axis of the shank was drawn by hand")
    interval_external_deg: float = setting(5, unit="deg", low=0, high=20,
        why="what external rotation adds to the interval: it has no second reading by masks, and "
        "the shank crosses the other",
        source="stills of a person against axes drawn by hand: 2.5 deg off on average")
    interval_passed_share: float = setting(0.2, unit="share of the rotation", low=0, high=1,
        why="what an end range that was passed through, not held, adds to the interval: a free "
        "swing goes further than the leg can be held")
    witness_limit_deg: float = setting(3, unit="deg", low=0.5, high=20,
        why="disagreement of masks with the tracked outline beyond which a repetition is read "
        "from masks alone")
    interval_landmarks_deg: float = setting(10, unit="deg", low=0.5, high=20,
        why="half width of the interval where only landmarks were read, which follow the swing "
        "by a share of it")
    rep_spread_prior_deg: float = setting(2.5, unit="deg", low=0.1, high=20,
        why="standard deviation between the repetitions of one person, before any was seen: one "
        "repetition has an unknown spread, not none",
        source="tool prior; it counts as much as four repetitions")
    between_day_sem_deg: float = setting(3.0, unit="deg", low=0.5, high=10,
        why="standard error of a measurement between days, until a study with people exists",
        source="tool prior; Krause 2015 inclinometer SEM 1.95")
    obliquity_counts_deg: float = setting(3, unit="deg", low=1, high=20,
        why="obliquity from which the category rests on the pelvis-relative angle")
    # fmt: on


def settings(declaration: type[Declaration] = MeasurementProtocol) -> tuple[Setting, ...]:
    """Return all numbers of a declaration, in their order."""
    return tuple(
        Setting(f.name, float(f.default), **f.metadata)  # type: ignore[arg-type]  # has a default
        for f in fields(declaration)
    )
