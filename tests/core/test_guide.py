"""The guided test, led by stick patients."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from hipcv.core import guide
from hipcv.core.guide import Observation, SessionPlan, advance, begin
from hipcv.core.landmarks import LANDMARK_COUNT, LEGS, Landmark, Side
from hipcv.core.measure import measure
from hipcv.core.pose import Pose
from hipcv.core.presenter import present
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_tracker import ShankReading
from hipcv.core.view_model import Key, Stage
from hipcv.guide import prompts
from tests.tracks import SHANK_PX, SIZE_PX, put_shank, seated_xy, swings

RATE_HZ = 30.0
LEFT, RIGHT = (Side.LEFT,), (Side.RIGHT,)
BOTH = (Side.LEFT, Side.RIGHT)


class Actor:
    """A person at the camera who follows the test's script, picture by picture."""

    def __init__(self, plan):
        self.state = begin(plan)
        self.time_s = 0.0
        self.views = []

    def see(self, xy=None, key=None, **changes):
        xy = seated_xy() if xy is None else xy
        pose = Pose(self.time_s, xy, np.where(np.isfinite(xy).all(axis=-1), 1.0, 0.0))
        self.state = advance(self.state, replace(Observation(pose, SIZE_PX), **changes), key)
        self.views.append(present(self.state))
        self.time_s += 1 / RATE_HZ
        return self

    def sit(self, seconds, **changes):
        for _ in range(round(seconds * RATE_HZ)):
            self.see(**changes)
        return self

    def turn(self, side, *peaks_deg, landmark_share=None, **pace):
        """Swing a leg; with a share, landmarks follow only so much of what the outline does."""
        for rotation in swings(*peaks_deg, **pace):
            xy = seated_xy()
            put_shank(xy[None], side, np.array([(landmark_share or 1.0) * rotation]))
            shanks = {side: outline(side, rotation), side.other: outline(side.other, 0.0)}
            self.see(xy, shanks=shanks if landmark_share else {})
        return self

    def until(self, stage, longest_s=20.0, **changes):
        for _ in range(round(longest_s * RATE_HZ)):
            if self.state.stage is stage:
                return self
            self.see(**changes)
        raise AssertionError(f"{stage} was not reached, but {self.state.stage}")

    @property
    def stages(self):
        """Stages in the order they were gone through, each once where it did not change."""
        stages = [view.stage for view in self.views]
        return [b for a, b in zip([None, *stages], stages, strict=False) if a is not b]

    @property
    def cues(self):
        return {view.cue for view in self.views}


def outline(side, rotation_deg):
    """The tracked shank, whose outline hangs at 3 degrees where the landmarks hang at 0."""
    turn_deg = LEGS[side].internal_sign * (3.0 + rotation_deg)
    return ShankReading(np.full(2, turn_deg), np.array([640.0, 392.0]), 0.3)


RESTING = {side: outline(side, 0.0) for side in Side}


def ready(*, sides=LEFT, reps=3, external=False, **changes):
    """An actor at the beginning of the recording."""
    protocol = MeasurementProtocol(reps_wanted=reps, practice_from_reps=reps + 1)
    plan = SessionPlan(protocol, sides, confirmed=True, external=external)
    return Actor(plan).until(Stage.TURNING, **changes)


def moved(xy, by_px):
    return xy + np.array(by_px)


def standing():
    xy = seated_xy()
    for side in Side:
        put_shank(xy[None], side, np.zeros(1))
    for knee in (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE):
        xy[knee, 1] += 130
    for side in Side:
        put_shank(xy[None], side, np.zeros(1))
    return xy * np.array([1, 0.8])


# --- before the recording


def test_the_session_waits_for_the_safety_questions():
    actor = Actor(SessionPlan()).sit(3)

    assert actor.stages == [Stage.SAFETY]


def test_confirming_goes_on_to_the_framing():
    actor = Actor(SessionPlan()).see().see(key=Key.CONFIRM).see(key=Key.CONFIRM)
    assert [view.question for view in actor.views] == ["red_flags", "ask_first", "seat"]

    actor.see(key=Key.CONFIRM)

    assert actor.state.stage in (Stage.FRAMING, Stage.STILL)


@pytest.mark.parametrize(
    ("key", "sides"),
    [(Key.LEFT, LEFT), (Key.RIGHT, RIGHT), (Key.BOTH, BOTH), (Key.AUTO, ())],
)
def test_the_side_is_chosen_on_the_first_screen(key, sides):
    actor = Actor(SessionPlan(sides=LEFT, questions=("seat",))).see().see(key=key)
    actor.see(key=Key.CONFIRM)

    assert actor.state.plan.sides == sides


def test_no_side_is_chosen_while_questions_on_safety_are_asked():
    actor = Actor(SessionPlan(sides=LEFT)).see().see(key=Key.RIGHT)

    assert actor.state.plan.sides == LEFT


@pytest.mark.parametrize(("confirmed", "question"), [(0, "red_flags"), (1, "ask_first")])
def test_the_test_ends_with_advice_where_something_applies(confirmed, question):
    actor = Actor(SessionPlan())
    for _ in range(confirmed):
        actor.see(key=Key.CONFIRM)
    actor.see(key=Key.APPLIES).sit(2).see(key=Key.SKIP)
    assert (actor.views[-1].stage, actor.views[-1].advice) == (Stage.ADVICE, question)

    actor.see(key=Key.CONFIRM)

    assert actor.state.stage is Stage.FINISHED


def test_nothing_can_apply_to_the_seat():
    actor = Actor(SessionPlan(questions=("seat",))).see().see(key=Key.APPLIES)

    assert actor.state.stage is Stage.SAFETY


def test_pain_ends_the_recording_with_advice():
    actor = ready().turn(Side.LEFT, 30.0).see(key=Key.PAIN).sit(1)

    view = actor.views[-1]
    assert (view.stage, view.advice, view.recording) == (Stage.ADVICE, "pain", False)
    assert len(actor.state.previews[Side.LEFT]) == 1


def test_good_framing_leads_through_stillness_and_count_down_to_the_recording():
    assert ready().stages == [Stage.STILL, Stage.COUNTDOWN, Stage.TURNING]


def test_the_count_goes_three_two_one():
    counts = [view.count for view in ready().views if view.count]

    assert list(dict.fromkeys(counts)) == [3, 2, 1]


def test_stillness_takes_two_seconds():
    actor = ready()
    still = [view for view in actor.views if view.stage is Stage.STILL]

    assert len(still) / RATE_HZ == pytest.approx(2.0, abs=0.1)


def test_an_empty_picture_stays_in_framing():
    empty = np.full((LANDMARK_COUNT, 2), np.nan)
    actor = Actor(SessionPlan(confirmed=True)).sit(5, xy=empty)

    assert actor.stages == [Stage.FRAMING]


def test_a_restless_leg_holds_the_count_down_back():
    actor = Actor(SessionPlan(confirmed=True))
    for _ in range(4):
        actor.turn(Side.LEFT, 15, rest_s=0.1, hold_s=0.1)

    assert Stage.COUNTDOWN not in actor.stages


def test_movement_during_the_count_down_leads_back_to_stillness():
    actor = Actor(SessionPlan(confirmed=True)).until(Stage.COUNTDOWN)
    actor.turn(Side.LEFT, 20, rest_s=0.1)

    assert actor.stages == [Stage.STILL, Stage.COUNTDOWN, Stage.STILL]


def test_a_rule_broken_for_a_moment_changes_no_stage():
    actor = Actor(SessionPlan(confirmed=True)).until(Stage.STILL).sit(1)
    actor.sit(0.3, people=2).sit(1.5)

    assert Stage.FRAMING not in actor.stages


def test_a_rule_broken_for_longer_leads_back_to_the_framing():
    actor = Actor(SessionPlan(confirmed=True)).until(Stage.STILL).sit(1.5, people=2)

    assert actor.state.stage is Stage.FRAMING


def test_skipping_goes_on_despite_bad_framing():
    actor = Actor(SessionPlan(confirmed=True)).sit(1, people=2).see(key=Key.SKIP, people=2)
    actor.sit(4, people=2)

    assert actor.stages == [Stage.FRAMING, Stage.COUNTDOWN, Stage.TURNING]


# --- repetitions


def test_after_practice_and_three_repetitions_one_leg_is_finished():
    actor = ready().turn(Side.LEFT, 30, 35, 36, 34)

    assert actor.state.stage is Stage.FINISHED


def test_three_repetitions_do_not_finish_a_leg_that_practised_with_the_first():
    actor = ready().turn(Side.LEFT, 30, 35, 36)

    assert actor.state.stage is Stage.TURNING


def test_the_number_of_repetitions_is_the_plans():
    actor = ready(reps=1).turn(Side.LEFT, 30, 35)

    assert actor.state.stage is Stage.FINISHED


def test_the_practice_repetition_has_the_number_zero():
    actor = ready()

    assert actor.views[-1].rep == 0


def test_both_legs_are_led_through_a_change():
    actor = ready(sides=BOTH).turn(Side.LEFT, 30, 35, 36, 34)
    actor.until(Stage.TURNING).turn(Side.RIGHT, 30, 35, 36, 34)

    assert actor.stages[-4:] == [Stage.TURNING, Stage.CHANGEOVER, Stage.TURNING, Stage.FINISHED]


def test_both_legs_are_in_the_finished_ones():
    actor = ready(sides=BOTH).turn(Side.LEFT, 30, 35, 36, 34)
    actor.until(Stage.TURNING).turn(Side.RIGHT, 30, 35, 36, 34)

    assert actor.state.done == BOTH


def test_the_moving_leg_is_active_where_none_is_planned():
    actor = ready(sides=()).turn(Side.RIGHT, 30)

    assert actor.state.active is Side.RIGHT


def test_an_angle_is_shown_before_a_leg_is_active():
    actor = ready(sides=()).sit(0.2)

    assert actor.views[-1].rotation_deg == pytest.approx(0, abs=0.1)


def test_a_change_of_legs_without_a_prompt_is_followed():
    actor = ready(sides=()).turn(Side.LEFT, 30, 31, 32).turn(Side.RIGHT, 28, 27, 29)

    assert actor.stages[-3:] == [Stage.TURNING, Stage.CHANGEOVER, Stage.TURNING]


def test_repetitions_made_during_the_change_count():
    actor = ready(sides=()).turn(Side.LEFT, 30, 31, 32).turn(Side.RIGHT, 28, 27, 29)

    assert len(actor.state.leg.reps) == 3


def test_a_session_without_planned_legs_ends_when_the_other_leg_rests():
    actor = ready(sides=()).turn(Side.LEFT, 30, 35, 36, 34).sit(25)

    assert actor.state.stage is Stage.FINISHED


def test_a_leg_that_never_moves_is_left_after_the_idle_time():
    actor = ready(sides=BOTH).sit(46)

    assert actor.state.stage is Stage.CHANGEOVER


def test_a_long_hold_asks_for_the_way_back():
    actor = ready().turn(Side.LEFT, 40, hold_s=3)

    assert {"hold_still", "turn_out", "further", "hold", "go_back"} <= actor.cues


def test_the_dial_never_shows_more_than_the_peak():
    views = ready().turn(Side.LEFT, 40, hold_s=2).views

    assert not any(scene_now.rotation_deg > scene_now.peak_deg for scene_now in views)


def test_a_short_hold_asks_for_a_longer_one():
    actor = ready().turn(Side.LEFT, 40, hold_s=0.1, rest_s=1)

    assert "hold_longer" in actor.cues


def test_rotation_inwards_gives_the_cue_other_way():
    actor = ready().turn(Side.LEFT, -20)

    assert "other_way" in actor.cues


def test_movement_of_the_other_leg_gives_its_cue():
    actor = ready().turn(Side.RIGHT, 30)

    assert "other_leg" in actor.cues


def test_the_wrong_leg_is_not_counted():
    actor = ready().turn(Side.RIGHT, 30, 30, 30, 30, 30)

    assert actor.state.leg.reps == ()


def test_leaving_the_picture_gives_its_cue():
    actor = ready().sit(1, xy=np.full((LANDMARK_COUNT, 2), np.nan))

    assert "stay_in_view" in actor.cues


def test_a_foot_that_leaves_the_picture_gives_its_cue():
    actor = ready().sit(1, xy=moved(seated_xy(), (0, 260)))

    assert "feet_in_view" in actor.cues


def test_a_compensation_is_named_when_it_shows():
    actor = ready()
    for rotation in swings(40, hold_s=1.5):
        xy = seated_xy()
        put_shank(xy[None], Side.LEFT, np.array([rotation]))
        shoulders = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
        xy[shoulders, 0] -= rotation
        actor.see(xy)

    assert {"trunk_lean", "weight_shift"} & actor.cues


def test_the_zero_is_where_the_leg_hung_before_the_recording():
    actor = Actor(SessionPlan(sides=LEFT, confirmed=True))
    hanging = seated_xy()
    put_shank(hanging[None], Side.LEFT, np.array([-12.0]))
    actor.sit(7, xy=hanging)

    assert actor.views[-1].rotation_deg == pytest.approx(0, abs=1e-9)


# --- the tracked outline


def previews(actor, side=Side.LEFT):
    return guide.end_recording(actor.state).previews.get(side, ())


def test_the_dial_shows_the_angle_of_the_outline():
    actor = ready(shanks=RESTING).turn(Side.LEFT, 40, landmark_share=0.8, hold_s=1.5)
    held = [view for view in actor.views if view.cue == "hold"]

    middle = held[len(held) // 2]
    assert (middle.rotation_deg, middle.angle_source) == (pytest.approx(40, abs=1), "outline")


def test_the_dial_says_that_an_angle_is_by_landmarks():
    actor = ready().turn(Side.LEFT, 40, hold_s=1.5)

    assert {view.angle_source for view in actor.views[-60:]} == {"landmarks"}


@pytest.mark.parametrize("landmark_share", [0.8, None])
def test_a_live_plateau_is_that_of_the_analysis_of_the_same_observations(landmark_share):
    shanks = RESTING if landmark_share else {}
    actor = ready(shanks=shanks).turn(Side.LEFT, 40, 30, landmark_share=landmark_share)

    motion = measure(
        guide._observed_track(actor.state, None), None, Side.LEFT, MeasurementProtocol()
    )

    assert [rep.plateau_deg for rep in previews(actor)] == pytest.approx(
        [plateau.rotation_deg for plateau in motion.plateaus], abs=0.2
    )


def test_an_outline_that_is_tracked_late_is_used_from_the_next_rest_on():
    actor = ready().turn(Side.LEFT, 40).sit(1, shanks=RESTING)
    actor.turn(Side.LEFT, 30, landmark_share=0.8)

    assert [rep.source for rep in previews(actor)] == ["landmarks", "outline"]


def test_a_live_plateau_has_its_time_and_source():
    rep = previews(ready(shanks=RESTING).turn(Side.LEFT, 40, landmark_share=0.8))[0]

    assert (rep.plateau_s.duration_s, rep.source) == (pytest.approx(0.7, abs=0.15), "outline")


def test_zero_is_the_last_still_start_before_the_first_repetition():
    actor = ready(shanks=RESTING)
    for rotation in swings(30, rest_s=1.5, hold_s=1.5):
        actor.see(shanks={Side.LEFT: outline(Side.LEFT, 2 + rotation)})
    held = [view.rotation_deg for view in actor.views if view.cue == "hold"]

    assert held[len(held) // 2] == pytest.approx(30, abs=0.8)


def test_a_repetition_under_way_at_the_end_is_a_preview():
    actor = ready(shanks=RESTING)
    for rotation in swings(40, hold_s=1.5)[:-40]:
        actor.see(shanks={Side.LEFT: outline(Side.LEFT, rotation)})

    assert previews(actor)[0].plateau_deg == pytest.approx(40, abs=1)


def test_previews_of_both_legs_stay_until_the_end():
    actor = ready(sides=BOTH).turn(Side.LEFT, 30, 35, 36, 34)
    actor.until(Stage.TURNING).turn(Side.RIGHT, 30, 35, 36, 34)

    assert {side: len(reps) for side, reps in actor.state.previews.items()} == {
        Side.LEFT: 4,
        Side.RIGHT: 4,
    }


def test_the_observations_of_a_recording_are_bounded(monkeypatch):
    monkeypatch.setattr(guide, "MAX_OBSERVED", 90)
    actor = ready(sides=()).sit(5)

    assert len(actor.state.observed) == 90


# --- keys during the recording


def test_stopping_finishes_at_once():
    assert ready().see(key=Key.STOP).state.stage is Stage.FINISHED


def test_skipping_a_leg_goes_on_to_the_other():
    actor = ready(sides=BOTH).see(key=Key.SKIP)

    assert (actor.state.stage, actor.state.active) == (Stage.CHANGEOVER, Side.RIGHT)


def test_redoing_begins_another_recording():
    actor = ready().turn(Side.LEFT, 30).see(key=Key.REDO)

    assert (actor.state.take, actor.state.recording) == (2, False)


def test_redoing_the_second_leg_keeps_the_first():
    actor = ready(sides=BOTH).turn(Side.LEFT, 30, 35, 36, 34).until(Stage.TURNING)
    actor.turn(Side.RIGHT, 30).see(key=Key.REDO).until(Stage.TURNING)

    assert (actor.state.active, actor.state.done) == (Side.RIGHT, LEFT)


def test_redoing_forgets_the_repetitions_of_that_leg():
    actor = ready().turn(Side.LEFT, 30).see(key=Key.REDO).until(Stage.TURNING)

    assert actor.state.leg.reps == ()


# --- as a whole


def test_the_same_observations_give_the_same_session():
    def stages():
        return [s.stage for s in ready(sides=BOTH).turn(Side.LEFT, 30, 35, 36, 34).sit(3).views]

    assert stages() == stages()


def test_a_session_stores_a_bounded_past():
    actor = ready(sides=()).sit(30)

    window_s = actor.state.plan.protocol.guide_still_s + guide.FRAMING_WINDOW_S
    assert len(actor.state.recent) <= window_s * RATE_HZ + 2


def test_a_low_frame_rate_gives_a_notice():
    actor = Actor(SessionPlan(confirmed=True)).see(rate_hz=15.0)

    assert actor.views[-1].notice == "low_frame_rate"


# --- repetitions that do not count


def turn_with_lift(actor, side, *peaks_deg):
    """Swing a leg whose outline shows its knee rising by 0.2 shank lengths."""
    for rotation in swings(*peaks_deg):
        xy = seated_xy()
        put_shank(xy[None], side, np.array([float(rotation)]))
        shank = outline(side, rotation)
        lift_px = 0.2 * SHANK_PX * min(1.0, rotation / 30)
        shank = replace(shank, knee_px=shank.knee_px - (0.0, lift_px))
        actor.see(xy, shanks={side: shank, side.other: outline(side.other, 0.0)})
    return actor


def test_a_lifted_thigh_is_named_while_it_lifts():
    actor = turn_with_lift(ready(shanks=RESTING), Side.LEFT, 30)

    assert "thigh_lift" in actor.cues


def test_a_repetition_that_broke_a_rule_is_asked_for_again():
    actor = ready(reps=1, shanks=RESTING).turn(Side.LEFT, 30, landmark_share=1.0)
    turn_with_lift(actor, Side.LEFT, 32)
    asked_again = actor.state.stage, actor.views[-1].reps

    actor.turn(Side.LEFT, 31, landmark_share=1.0)

    assert (asked_again, actor.state.stage) == ((Stage.TURNING, 2), Stage.FINISHED)


def test_no_more_than_two_repetitions_are_asked_for_again():
    actor = turn_with_lift(ready(reps=1, shanks=RESTING), Side.LEFT, 30, 31, 32, 33)

    assert actor.state.stage is Stage.FINISHED


def test_every_repetition_of_both_legs_is_printed_once():
    actor = ready(sides=BOTH, reps=2).turn(Side.LEFT, 30, 35, 36)
    actor.until(Stage.TURNING).turn(Side.RIGHT, 30, 35, 36).until(Stage.FINISHED)
    views = [None, *actor.views]
    lines = [line for pair in pairwise(views) for line in prompts.lines(*pair)]

    asked = ["practice", "repetition 1 of 2", "repetition 2 of 2"]
    named = [line.partition(": ")[0] for line in lines if "held" in line and "about" in line]
    assert named == [f"{leg} leg, {text}" for leg in ("LEFT", "RIGHT") for text in asked]


# --- external rotation


def ways_of(reps):
    return ["external" if rep.external else "internal" for rep in reps]


def test_each_leg_turns_out_and_then_as_often_in_where_external_rotation_is_asked():
    actor = ready(sides=BOTH, reps=2, external=True).turn(Side.LEFT, 30, 35, 36, -20, -25)
    actor.until(Stage.TURNING).turn(Side.RIGHT, 30, 35, 36, -20, -25)

    assert (actor.state.stage, actor.state.done) == (Stage.FINISHED, BOTH)
    in_order = ["internal"] * 3 + ["external"] * 2
    assert {side: ways_of(actor.state.previews[side]) for side in BOTH} == {
        Side.LEFT: in_order, Side.RIGHT: in_order,
    }  # fmt: skip


def test_the_inward_swing_is_shown_from_the_last_internal_repetition_until_the_foot_goes_in():
    actor = ready(reps=1, external=True).turn(Side.LEFT, 30, 35).sit(0.5).turn(Side.LEFT, -25)
    shown = [
        (view.before_external, view.rotation_deg > 10) for view in actor.views if view.external
    ]

    assert shown[0] == (True, False)
    assert (True, True) not in shown
    assert shown[-1] == (False, False)
    assert not any(view.before_external for view in actor.views if not view.external)


def test_without_external_rotation_a_leg_ends_after_its_internal_repetitions():
    actor = ready(reps=1).turn(Side.LEFT, 30, 35)

    assert actor.state.stage is Stage.FINISHED
    assert not any(view.external or view.cue == "turn_in" for view in actor.views)


def test_external_repetitions_are_counted_from_one_and_none_is_for_practice():
    actor = ready(reps=2, external=True).turn(Side.LEFT, 30, 35, 36)
    first = actor.views[-1]
    actor.turn(Side.LEFT, -20)

    assert (first.external, first.cue, first.rep, first.reps) == (True, "turn_in", 1, 2)
    assert actor.views[-1].rep == 2
    assert not actor.views[-1].reps_done[-1].practice


@pytest.mark.parametrize("landmark_share", [0.8, None])
def test_an_external_repetition_reads_positive_and_as_the_analysis_does(landmark_share):
    shanks = RESTING if landmark_share else {}
    actor = ready(reps=1, external=True, shanks=shanks)
    actor.turn(Side.LEFT, 30, 35, -24, hold_s=1.5, landmark_share=landmark_share)
    held = [view.rotation_deg for view in actor.views if view.external and view.cue == "hold"]
    motion = measure(
        guide._observed_track(actor.state, None), None, Side.LEFT, MeasurementProtocol()
    )

    rep = previews(actor)[-1]
    assert (rep.external, rep.held, rep.broken) == (True, True, ())
    assert rep.plateau_deg == pytest.approx(-motion.external_plateaus[0].rotation_deg, abs=0.2)
    assert held[len(held) // 2] == pytest.approx(rep.plateau_deg, abs=1)


def test_the_cues_of_an_external_repetition_lead_in_and_back():
    actor = ready(reps=1, external=True).turn(Side.LEFT, 30, 35)
    before = len(actor.views)
    actor.turn(Side.LEFT, -24, hold_s=3)

    cues = [view.cue for view in actor.views[before:] if view.stage is Stage.TURNING]
    assert list(dict.fromkeys(cues)) == ["turn_in", "further", "hold", "go_back"]


def test_the_way_back_of_the_last_turn_outwards_is_not_the_wrong_way():
    actor = ready(reps=1, external=True).turn(Side.LEFT, 50, 50, rise_s=1.5)

    assert actor.views[-1].cue == "turn_in"
    assert "other_way_in" not in actor.cues


def test_swinging_outwards_again_gives_the_cue_to_go_in():
    actor = ready(reps=1, external=True).turn(Side.LEFT, 30, 35, 30)

    assert "other_way_in" in actor.cues
    assert ways_of(actor.state.leg.reps) == ["internal", "internal"]


def test_the_other_leg_swung_inwards_gives_its_cue():
    actor = ready(reps=1, external=True).turn(Side.LEFT, 30, 35).turn(Side.RIGHT, -24)

    assert "other_leg" in actor.cues
    assert actor.state.active is Side.LEFT


def test_external_rotation_names_no_compensation():
    actor = ready(reps=1, external=True).turn(Side.LEFT, 30, 35)
    for rotation in swings(-24, hold_s=1.5):
        xy = seated_xy()
        put_shank(xy[None], Side.LEFT, np.array([rotation]))
        xy[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 0] += 2 * rotation
        actor.see(xy)

    assert previews(actor)[-1].findings == ()


def test_an_external_repetition_that_was_not_held_is_asked_for_again():
    actor = ready(reps=1, external=True).turn(Side.LEFT, 30, 35)
    actor.turn(Side.LEFT, -24, hold_s=0.0, rise_s=0.4)

    assert (actor.state.stage, actor.views[-1].reps) == (Stage.TURNING, 2)


def test_skipping_the_external_repetitions_goes_on_to_the_other_leg():
    actor = ready(sides=BOTH, reps=1, external=True).turn(Side.LEFT, 30, 35).see(key=Key.SKIP)

    assert (actor.state.stage, actor.state.active) == (Stage.CHANGEOVER, Side.RIGHT)
    assert not actor.views[-1].external


def test_external_repetitions_that_do_not_come_end_after_the_idle_time():
    actor = ready(reps=1, external=True).turn(Side.LEFT, 30, 35).sit(46)

    assert actor.state.stage is Stage.FINISHED


def test_a_leg_that_was_not_planned_turns_in_as_well_before_the_other_one():
    actor = ready(sides=(), reps=1, external=True).turn(Side.RIGHT, 30, 35, -24)

    assert (actor.state.stage, actor.state.active) == (Stage.CHANGEOVER, Side.LEFT)


def test_a_leg_done_again_begins_with_internal_rotation():
    actor = ready(reps=1, external=True).turn(Side.LEFT, 30, 35).see(key=Key.REDO)

    assert not actor.until(Stage.TURNING).views[-1].external
