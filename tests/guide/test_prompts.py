from dataclasses import replace

import numpy as np
import pytest

from hipcv.core import framing
from hipcv.core.compensation import finding_codes
from hipcv.core.landmarks import Side
from hipcv.core.pose import Pose
from hipcv.core.view_model import CUES, NOTICES, FramingCheck, GuideView, RepPreview, Stage
from hipcv.guide import prompts
from tests.codes import FRAMING

HELD = RepPreview(36.2, held=True, practice=False, findings=())
SHORT = RepPreview(28.0, held=False, practice=False, findings=("pelvic_hike", "trunk_lean"))


def view_of(stage=Stage.TURNING, **changes):
    """Return a view of a test of both legs, the left one first, without a pose."""
    fields = {
        "sides": (Side.LEFT, Side.RIGHT),
        "side": Side.LEFT,
        "rep": 1,
        "advice": "pain",
    } | changes
    return GuideView(stage=stage, time_s=0.0, pose=Pose.unseen(0.0), **fields)


def done(*reps, side=Side.LEFT):
    """Return the fields of a view of a leg with these finished repetitions."""
    return {"reps_done": reps, "previews": {side: reps}}


def random_views(seed, count=400):
    """Yield views that change at random, and often not at all."""
    random = np.random.default_rng(seed)
    now = view_of(Stage.FRAMING)
    for _ in range(count):
        yield now
        match int(random.integers(10)):
            case 0:
                now = replace(now, stage=random.choice(list(Stage)), **done())
            case 1:
                now = replace(now, cue=random.choice([None, *CUES, *finding_codes()]))
            case 2:
                code = str(random.choice(["", *FRAMING]))
                now = replace(now, checks=(FramingCheck("in_view", not code, code),))
            case 3:
                now = replace(now, **done(*now.reps_done, HELD))
            case 4:
                now = replace(now, count=random.choice([None, 3, 2, 1]))
            case 5:
                now = replace(now, notice=random.choice(["", *NOTICES]))


def printed_lines(views):
    """Return every line that is printed for a sequence of views."""
    before, lines = None, []
    for now in views:
        lines += prompts.lines(before, now)
        before = now
    return lines


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (prompts.RULES, framing.RULES),
        (prompts.PROMPTS, FRAMING),
        ([*prompts.CUES, *{code for code, _ in prompts.LEG_CUES}], CUES),
        (prompts.NOTICES, NOTICES),
        (prompts.STAGES, tuple(Stage)),
        (prompts.KEYS, tuple(Stage)),
    ],
)
def test_every_code_has_words_and_no_words_are_without_a_code(words, codes):
    assert sorted(words) == sorted(codes)


@pytest.mark.parametrize("side", [*Side, None])
@pytest.mark.parametrize("code", [*CUES, *finding_codes()])
def test_every_cue_is_a_sentence_for_either_leg(code, side):
    assert "{" not in prompts.cue(view_of(cue=code, side=side))


def test_a_cue_names_the_persons_own_side():
    assert "RIGHT" in prompts.cue(view_of(cue="turn_out", side=Side.RIGHT))


def test_a_rule_that_cannot_be_checked_gives_no_prompt():
    unknown = FramingCheck("facing", good=False)
    checks = (unknown, FramingCheck("light", good=False, code="more_light"))

    assert prompts.prompt(view_of(Stage.FRAMING, checks=checks)) == "Turn on more light"


def test_good_framing_gives_no_correction():
    checks = (FramingCheck("light", good=True),)

    assert prompts.prompt(view_of(Stage.FRAMING, checks=checks)) == prompts.ALL_WELL


def test_practice_is_not_numbered():
    assert prompts.repetition(view_of(rep=0)) == "Practice"


def test_an_extra_repetition_does_not_raise_the_count():
    assert prompts.repetition(view_of(rep=4, reps=3)) == "3 of 3"


def test_an_unmeasured_angle_is_a_dash():
    assert prompts.live_angle(float("nan")) == "–"


@pytest.mark.parametrize(("time_s", "text"), [(0.0, "0:00"), (67.9, "1:07"), (-1.0, "0:00")])
def test_the_length_of_the_recording_is_minutes_and_seconds(time_s, text):
    assert prompts.clock(time_s) == text


def test_only_the_first_of_two_legs_is_called_first():
    text = [prompts.first_leg(view_of(sides=sides)) for sides in ((Side.LEFT,), tuple(Side))]

    assert text == ["LEFT leg", "LEFT leg first"]


@pytest.mark.parametrize("seed", range(8))
def test_no_line_is_printed_twice_in_a_row(seed):
    lines = printed_lines(random_views(seed))

    assert all(line != above for line, above in zip(lines[1:], lines, strict=False))


@pytest.mark.parametrize("stage", Stage)
def test_an_unchanged_view_prints_nothing(stage):
    now = view_of(stage, cue="hold", **done(HELD))

    assert prompts.lines(now, replace(now, time_s=0.03, rotation_deg=31.0)) == []


@pytest.mark.parametrize("stage", Stage)
def test_a_new_stage_is_printed(stage):
    before = view_of(Stage.SAFETY if stage is not Stage.SAFETY else Stage.FRAMING)

    assert prompts.lines(before, view_of(stage))[0] == f"{prompts.STAGES[stage]}."


def test_each_figure_of_the_countdown_is_printed():
    figures = [view_of(Stage.COUNTDOWN, count=count) for count in (3, 3, 2, 1)]

    assert [line[-1] for line in printed_lines(figures)[-3:]] == ["3", "2", "1"]


def test_a_repetition_is_printed_with_its_compensations():
    lines = prompts.lines(view_of(cue="turn_out"), view_of(cue="turn_out", **done(SHORT)))

    assert lines == [
        "LEFT leg, repetition 1 of 3: about 28°, not held. Noticed: hip lift, trunk lean."
    ]


def test_a_practice_repetition_does_not_count():
    practice = replace(HELD, practice=True)
    before = view_of(cue="turn_out", **done(practice))

    lines = prompts.lines(before, replace(before, **done(practice, HELD)))

    assert lines == ["LEFT leg, repetition 1 of 3: about 36°, held."]


def test_external_repetitions_are_printed_with_their_own_numbers():
    inwards = replace(HELD, external=True)
    before = view_of(cue="go_back", **done(HELD, HELD))
    begun = replace(before, cue="turn_in", external=True, **done(HELD, HELD, HELD))
    after = replace(begun, **done(HELD, HELD, HELD, inwards))

    assert prompts.lines(before, begun) == [
        "LEFT leg, repetition 3 of 3: about 36°, held.",
        f"Now swing your LEFT foot inwards. {prompts.TURN_IN_MORE}.",
    ]
    assert prompts.lines(begun, after) == [
        "LEFT leg, foot inwards, repetition 1 of 3: about 36°, held."
    ]


def test_the_other_legs_repetitions_are_not_printed_again():
    before = view_of(cue="turn_out", **done(HELD))

    now = replace(before, side=Side.RIGHT, reps_done=())

    assert all("repetition" not in line for line in prompts.lines(before, now))


def test_the_set_up_tells_of_the_inward_swing_where_it_is_asked_for():
    lines = [
        prompts.lines(None, view_of(Stage.FRAMING, with_external=asked))[0]
        for asked in (False, True)
    ]

    assert ["inwards, across the other leg" in line for line in lines] == [False, True]


def test_a_compensation_is_named_with_its_cue():
    lines = prompts.lines(view_of(cue="further"), view_of(cue="weight_shift"))

    assert lines == ["Weight shift: Keep weight on both hands"]


def test_the_set_up_is_printed_once_at_the_beginning():
    lines = printed_lines([view_of(Stage.FRAMING), view_of(Stage.STILL), view_of(Stage.FRAMING)])

    assert sum("2 m away" in line for line in lines) == 1
