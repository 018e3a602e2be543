from dataclasses import replace

import cv2
import numpy as np
import pytest

from hipcv.core import framing
from hipcv.core.compensation import finding_codes
from hipcv.core.issues import Issue
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.pose import Pose
from hipcv.core.view_model import CUES, FramingCheck, GuideView, RepPreview, ShankAxis, Stage
from hipcv.guide import band, screen
from hipcv.guide.layout import Layout
from hipcv.report import palette
from tests.builders import HIKE, assessment, refused, rep, trial
from tests.codes import FRAMING
from tests.tracks import SIZE_PX, put_shank, seated_xy

SIZES = [(1280, 720), (640, 480), (720, 1280), (1920, 1080), (720, 720), (176, 144)]
TURNED_DEG = 30.0
CHECKS = tuple(FramingCheck(rule, good=rule != "height", code="raise_camera" * (rule == "height"))
               for rule in framing.RULES)  # fmt: skip
REPS = (
    RepPreview(36.0, held=True, practice=True, findings=()),
    RepPreview(38.0, held=True, practice=False, findings=("pelvic_hike",)),
    RepPreview(28.0, held=False, practice=False, findings=("pelvic_hike",)),
    RepPreview(28.0, held=False, practice=False, findings=()),
)
RESULTS = {
    "one side": trial(assessment(reps=(rep(findings=(HIKE,)),))),
    "both sides": trial(assessment(Side.LEFT, 12.0), assessment(Side.RIGHT, 48.2)),
    "one refused": trial(assessment(), refused(Side.RIGHT, Issue("no_movement", "refuse"))),
    "refused": trial(issues=[Issue("side_view", "refuse"), Issue("low_visibility", "refuse")]),
    "without a reason": trial(),
}


def ground(size_px=SIZE_PX, shade=127):
    return np.full((size_px[1], size_px[0], 3), shade, dtype=np.uint8)


def pose(side=Side.LEFT, rotation_deg=TURNED_DEG, size_px=SIZE_PX):
    """Return the stick patient with one shank turned, in a picture of some size."""
    xy = seated_xy()[None]
    put_shank(xy, side, np.array([rotation_deg]))
    xy = xy[0] * (np.array(size_px) / SIZE_PX)
    return Pose(0.0, xy, np.ones(len(xy)))


def axis_of(posed, side, size_px):
    """Return the shank of a pose, and where it hung."""
    leg, xy = LEGS[side or Side.LEFT], posed.xy_px
    hanging = pose(side or Side.LEFT, 0.0, size_px).xy_px
    return ShankAxis(
        xy[leg.knee], xy[leg.ankle], xy[leg.knee] + hanging[leg.ankle] - hanging[leg.knee]
    )


def view_of(stage=Stage.TURNING, side=Side.LEFT, size_px=SIZE_PX, **changes):
    """Return a view of one leg turned by 30 degrees, in the second of three repetitions."""
    fields = {
        "pose": pose(side, size_px=size_px),
        "sides": tuple(Side),
        "checks": CHECKS,
        "still_share": 0.4,
        "count": 3,
        "rotation_deg": TURNED_DEG,
        "peak_deg": 33.0,
        "hold_share": 0.5,
        "rep": 2,
        "reps_done": REPS[:2],
        "cue": "hold",
        "recording": stage in (Stage.TURNING, Stage.CHANGEOVER),
        "question": "red_flags" if stage is Stage.SAFETY else "",
        "advice": "pain" if stage is Stage.ADVICE else "",
    } | changes
    fields = {"axis": axis_of(fields["pose"], side, size_px)} | fields
    return GuideView(stage=stage, time_s=0.0, side=side, **fields)


def drawn(view):
    return screen.draw(ground(), view)


def inked(picture, colour, tolerance=3):
    """Return (H, W) True where a picture has this colour."""
    return (np.abs(picture.astype(int) - palette.bgr(colour)) <= tolerance).all(axis=-1)


def near(picture, point, colour):
    """Return True if a colour lies within 3 pixels of a point."""
    x, y = np.round(point).astype(int)
    return bool(inked(picture[y - 3 : y + 4, x - 3 : x + 4], colour, 40).any())


def without(picture, box):
    """Fill a box, and one pixel around it for softened edges, with grey; return the picture."""
    picture[box.y - 1 : box.y + box.height + 1, box.x - 1 : box.x + box.width + 1] = 127
    return picture


def part(picture, box):
    return picture[box.y : box.y + box.height, box.x : box.x + box.width]


@pytest.mark.parametrize("size_px", SIZES)
@pytest.mark.parametrize("stage", Stage)
def test_every_stage_is_drawn_on_every_size_of_picture(stage, size_px):
    picture = screen.draw(ground(size_px), view_of(stage, size_px=size_px))

    assert (picture.shape, picture.dtype) == ((size_px[1], size_px[0], 3), np.uint8)


@pytest.mark.parametrize("stage", Stage)
def test_the_frame_itself_is_left_alone(stage):
    frame = ground()
    screen.draw(frame, view_of(stage))

    assert (frame == 127).all()


@pytest.mark.parametrize("stage", Stage)
def test_a_frame_that_is_only_a_view_of_another_can_be_drawn_on(stage):
    flipped = ground()[:, ::-1]

    assert np.array_equal(screen.draw(flipped, view_of(stage)), drawn(view_of(stage)))


@pytest.mark.parametrize("side", Side)
def test_a_leg_is_drawn_where_a_mirror_shows_it(side):
    view = view_of(side=side)
    x, y = view.pose.xy_px[LEGS[side].knee]

    assert near(drawn(view), (SIZE_PX[0] - 1 - x, y), palette.YELLOW)


@pytest.mark.parametrize("side", Side)
def test_the_shank_line_lies_on_the_mirrored_leg(side):
    view = view_of(side=side)
    leg = view.pose.xy_px[[LEGS[side].knee, LEGS[side].ankle]]
    x, y = leg[0] + 0.8 * (leg[1] - leg[0])

    assert near(drawn(view), (SIZE_PX[0] - 1 - x, y), palette.YELLOW)


@pytest.mark.parametrize("side", Side)
def test_the_panel_is_away_from_the_foot_that_swings(side):
    panel = Layout(*SIZE_PX).panel(side)
    swing_x = SIZE_PX[0] - 1 - pose(side).xy_px[LEGS[side].toe, 0]

    assert not panel.x <= swing_x <= panel.x + panel.width


@pytest.mark.parametrize("stage", [Stage.FRAMING, Stage.STILL, Stage.TURNING, Stage.CHANGEOVER])
def test_an_undetected_person_is_not_drawn(stage):
    view = view_of(stage, pose=Pose.unseen(0.0), rotation_deg=float("nan"), peak_deg=float("nan"))

    assert not inked(drawn(view), palette.SKY).any()


def test_no_leg_is_drawn_for_an_undetected_person():
    view = view_of(pose=Pose.unseen(0.0), rotation_deg=float("nan"))

    assert (drawn(view)[200:600, 400:800] == 127).all()


@pytest.mark.parametrize("changes", [{"side": None}, {"axis": None}])
def test_an_unknown_leg_is_drawn_without_an_angle(changes):
    picture = drawn(replace(view_of(), **changes))

    assert not inked(picture[200:600, 400:800], palette.YELLOW).any()


@pytest.mark.parametrize("side", [*Side, None])
@pytest.mark.parametrize("cue", [None, *CUES, *finding_codes()])
@pytest.mark.parametrize("size_px", SIZES[:3])
def test_every_cue_stays_within_the_band(cue, side, size_px):
    picture = ground(size_px)
    band.draw(picture, replace(view_of(cue=cue, size_px=size_px), side=side))

    assert (without(picture, Layout(*size_px).band) == 127).all()


@pytest.mark.parametrize("code", FRAMING)
@pytest.mark.parametrize("size_px", SIZES[:3])
def test_every_prompt_stays_within_the_band(code, size_px):
    picture = ground(size_px)
    view = view_of(
        Stage.FRAMING, size_px=size_px, checks=(FramingCheck("in_view", good=False, code=code),)
    )
    band.draw(picture, view)

    assert (without(picture, Layout(*size_px).band) == 127).all()


def test_words_of_the_cue_are_drawn_in_the_band():
    band = Layout(*SIZE_PX).band
    pictures = [part(drawn(view_of(cue=cue)), band) for cue in ("further", "other_leg")]

    assert not np.array_equal(*pictures)


def test_words_are_not_mirrored():
    band = Layout(*SIZE_PX).band
    white = inked(part(drawn(view_of(cue="hold_still")), band), palette.WHITE)

    assert white[:, : band.width // 2].sum() > 20 * white[:, band.width // 2 :].sum()


@pytest.mark.parametrize(("cue", "warns"), [("pelvic_hike", True), ("further", False)])
def test_only_a_compensation_has_a_warning_band(cue, warns):
    band = part(drawn(view_of(cue=cue)), Layout(*SIZE_PX).band)

    assert (inked(band, palette.VERMILLION).mean() > 0.5) == warns


@pytest.mark.parametrize("cue", ["further", "go_back"])
def test_an_arrow_of_external_rotation_points_as_that_of_the_other_leg(cue):
    band = Layout(*SIZE_PX).band
    inwards = part(drawn(view_of(cue=cue, external=True)), band)
    outwards = part(drawn(view_of(cue=cue, side=Side.RIGHT)), band)

    assert (inwards == outwards).all()


def test_external_rotation_has_no_target():
    panel = Layout(*SIZE_PX).panel(Side.LEFT)
    targets = [
        part(drawn(view_of(external=True, reps_done=(), target_deg=target)), panel)
        for target in (35.0, 45.0)
    ]

    assert (targets[0] == targets[1]).all()


@pytest.mark.parametrize(
    ("name", "values"),
    [("rotation_deg", (5.0, 20.0, 40.0, 60.0)), ("hold_share", (0.0, 0.3, 0.6, 0.9))],
)
def test_dial_and_ring_fill_as_angle_and_hold_grow(name, values):
    panel = Layout(*SIZE_PX).panel(Side.LEFT)
    filled = [
        inked(part(drawn(replace(view_of(cue="further"), **{name: value})), panel), palette.YELLOW)
        for value in values
    ]

    assert (np.diff([pixels.sum() for pixels in filled]) > 0).all()


@pytest.mark.parametrize("rotation_deg", [-40.0, 0.0, 200.0, float("nan")])
def test_an_angle_off_the_scale_does_not_leave_the_panel(rotation_deg):
    still = view_of(rotation_deg=0.0, pose=Pose.unseen(0.0))
    panel = Layout(*SIZE_PX).panel(Side.LEFT)
    pictures = [without(drawn(replace(still, rotation_deg=r)), panel) for r in (20.0, rotation_deg)]

    assert np.array_equal(*pictures)


def test_each_kind_of_repetition_has_its_own_sign():
    panel = Layout(*SIZE_PX).panel(Side.LEFT)
    pictures = [part(drawn(view_of(reps_done=(done,))), panel).tobytes() for done in REPS]

    assert len(set(pictures)) == len(REPS)


def test_more_repetitions_than_planned_can_be_drawn():
    assert drawn(view_of(reps_done=REPS * 3, rep=9)).shape == ground().shape


def test_the_silhouette_is_drawn_only_while_framing():
    middle = [
        drawn(view_of(stage, pose=Pose.unseen(0.0), still_share=0.0))[480:560, 560:720]
        for stage in (Stage.FRAMING, Stage.TURNING)
    ]

    assert [(pixels != 127).any() for pixels in middle] == [True, False]


def test_good_broken_and_unknown_rules_look_different():
    checks = [tuple(FramingCheck("light", good=good, code=code) for _ in "1")
              for good, code in ((True, ""), (False, "more_light"), (False, ""))]  # fmt: skip
    pictures = {drawn(view_of(Stage.FRAMING, checks=check)).tobytes() for check in checks}

    assert len(pictures) == 3


@pytest.mark.parametrize("sides", [(), (Side.LEFT,), (Side.RIGHT,), tuple(Side)])
def test_exactly_one_choice_of_legs_is_filled(sides):
    white = inked(drawn(view_of(Stage.SAFETY, question="seat", sides=sides)), palette.WHITE)
    button = cv2.morphologyEx(white.astype(np.uint8), cv2.MORPH_OPEN, np.ones((12, 40), np.uint8))
    columns = np.flatnonzero(button.any(axis=0))

    assert 0.15 < (columns[-1] - columns[0]) / SIZE_PX[0] < 0.25


def test_the_arrow_to_the_next_leg_points_to_its_side_in_the_mirror():
    picture = drawn(view_of(Stage.CHANGEOVER, side=Side.RIGHT))
    without(picture, Layout(*SIZE_PX).panel(Side.RIGHT))  # the moving figure
    below = np.argwhere(inked(picture[200:], palette.YELLOW))

    assert below[:, 1].mean() > SIZE_PX[0] / 2


@pytest.mark.parametrize("size_px", SIZES)
@pytest.mark.parametrize("name", RESULTS)
def test_every_result_is_drawn_on_every_size(name, size_px):
    picture = screen.result(size_px, RESULTS[name])

    assert picture.shape == (size_px[1], size_px[0], 3)


def test_a_result_is_drawn_before_its_report_is_written():
    first = next(iter(RESULTS.values()))

    assert not np.array_equal(
        screen.result(SIZE_PX, first, written=False), screen.result(SIZE_PX, first)
    )


@pytest.mark.parametrize("frame", [None, ground()])
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0, 1.7, float("nan")])
def test_progress_is_drawn_with_and_without_a_picture(frame, share):
    picture = screen.analysing(frame, "following the patient", share, SIZE_PX)

    assert picture.shape == ground().shape


def test_the_bar_grows_with_the_share_that_is_done():
    filled = [
        inked(screen.analysing(None, "looking", share, SIZE_PX), palette.YELLOW).sum()
        for share in (0.1, 0.5, 1.0)
    ]

    assert (np.diff(filled) > 0).all()
