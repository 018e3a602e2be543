from dataclasses import replace

import numpy as np
import pytest

from hipcv import language
from hipcv.core.landmarks import Side
from hipcv.report import drawing, overlay, palette
from tests.builders import reading

NAN = float("nan")
UNSEEN = replace(
    reading(), rotation_deg=NAN, knee_px=np.full(2, NAN), shank_px=np.full(2, NAN),
    start_shank_px=np.full(2, NAN), hips_px=np.full((2, 2), NAN), shoulders_px=np.full((2, 2), NAN),
    phase="before", rep=None,
)  # fmt: skip
GREY = (127, 127, 127)


def ground(width=640, height=360, colour=GREY):
    return np.full((height, width, 3), colour, dtype=np.uint8)


def scaled(state, factor):
    names = ("knee_px", "shank_px", "start_shank_px", "hips_px", "shoulders_px")
    return replace(state, **{name: getattr(state, name) * factor for name in names})


def near(picture, point, colour):
    """Return whether a colour is drawn within 2 pixels of a point."""
    x, y = np.round(point).astype(int)
    patch = picture[y - 2 : y + 3, x - 2 : x + 3].astype(int)
    return bool((np.abs(patch - palette.bgr(colour)).max(axis=-1) < 40).any())


def test_the_frame_itself_is_left_alone():
    frame = ground()
    overlay.draw(frame, [reading()])

    assert (frame == 127).all()


def test_no_reading_draws_nothing():
    assert np.array_equal(overlay.draw(ground(), []), ground())


@pytest.mark.parametrize("side", Side)
def test_the_shank_is_drawn_where_it_is(side):
    state = reading(side)
    middle = (state.knee_px + state.shank_px) / 2

    assert near(overlay.draw(ground(), [state]), middle, palette.YELLOW)


def test_the_start_is_drawn_where_it_was():
    state = reading()
    picture = overlay.draw(ground(), [state])
    along = [
        state.knee_px + s * (state.start_shank_px - state.knee_px) for s in (0.7, 0.75, 0.8, 0.85)
    ]

    assert any(near(picture, point, palette.WHITE) for point in along)


def inked_rows_across(state):
    """Return the number of pixels that differ on a line across the shank, near its end."""
    picture = overlay.draw(ground(), [state])
    centre = state.knee_px + 0.9 * (state.shank_px - state.knee_px)
    along = (state.shank_px - state.knee_px) / np.linalg.norm(state.shank_px - state.knee_px)
    across = np.arange(-12, 13)[:, None] * [along[1], -along[0]]
    x, y = np.round(centre + across).astype(int).T
    return int((picture[y, x] != 127).any(axis=-1).sum())


@pytest.mark.parametrize("source", ["landmarks", "bridged"])
def test_a_shank_that_was_not_tracked_is_drawn_thinner(source):
    assert inked_rows_across(replace(reading(), source=source)) < inked_rows_across(reading())


def test_an_angle_by_landmarks_is_called_so():
    tracked, by_landmarks = (
        overlay.draw(ground(), [replace(reading(), source=source)])[:90]
        for source in ("outline", "landmarks")
    )

    assert not np.array_equal(tracked, by_landmarks)


@pytest.mark.parametrize("shade", [0, 127, 255])
def test_the_shank_stands_out_from_any_ground(shade):
    state = reading()
    picture = overlay.draw(ground(colour=(shade,) * 3), [state])
    across = np.array([state.shank_px[1] - state.knee_px[1], state.knee_px[0] - state.shank_px[0]])
    centre = state.knee_px + 0.8 * (state.shank_px - state.knee_px)
    steps = np.arange(-6, 7)[:, None] * across / np.hypot(*across)
    x, y = np.round(centre + steps).astype(int).T
    light = picture[y, x].max(axis=-1)

    assert int(light.max()) - int(light.min()) > 150


def test_at_the_start_no_angle_covers_the_leg():
    next_to_leg = overlay.draw(ground(), [reading(rotation_deg=0.3)])[200:290, 380:500]

    assert (next_to_leg == 127).all()


def test_a_frame_without_a_person_draws_no_lines_and_does_not_fail():
    below = overlay.draw(ground(), [UNSEEN])[150:]

    assert (below == 127).all()


@pytest.mark.parametrize("code", language.NAMES)
def test_every_word_stays_inside_its_panel(code):
    state = replace(reading(), source="landmarks", rep=1, phase="plateau")
    with language.using(code):
        changed = overlay.draw(ground(1280, 720), [state]) != ground(1280, 720)

    assert not changed[:140, -9:].any()


def test_a_compensation_is_named_once_it_has_begun():
    plain = overlay.draw(ground(), [reading()])
    state = overlay.draw(
        ground(), [replace(reading(), findings=("pelvic_hike",), finding_at_s=0.2)]
    )
    changed = np.abs(state.astype(int) - plain).max(axis=-1) > 0

    assert changed[90:130, 320:].any()


def test_a_compensation_stands_out_when_it_begins():
    late = replace(reading(), findings=("pelvic_hike",), finding_at_s=0.2)
    begun = replace(late, finding_at_s=late.time_s - 0.1)
    drawn = [overlay.draw(ground(), [state]) for state in (late, begun)]

    assert not np.array_equal(*drawn)


@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640), (1920, 1080), (176, 144)])
def test_every_size_of_picture_can_be_drawn_on(width, height):
    state = replace(
        scaled(reading(), width / 640), findings=("hand_off_seat", "trunk_rotation"),
        finding_at_s=0.2,
    )  # fmt: skip

    assert overlay.draw(ground(width, height), [state]).shape == (height, width, 3)


@pytest.mark.parametrize("centre", [(-50, -50), (700, 10), (320, 500), (5, 355)])
def test_a_label_stays_inside_the_picture(centre):
    box = drawing.label(ground(), "123.4°", np.array(centre, float), size=30, colour=palette.WHITE)
    ends = np.array([box.x, box.y, 640 - box.x - box.width, 360 - box.y - box.height])

    assert (ends >= 0).all()


def test_words_too_wide_for_their_box_become_smaller():
    assert (
        drawing.text_width("Hand off the seat", drawing.fitting("Hand off the seat", 40, 100))
        <= 105
    )


def test_left_and_right_have_their_own_corners():
    drawn = overlay.draw(ground(), [reading(side) for side in Side])[15:40]
    inked = [(corner != 127).any() for corner in (drawn[:, 20:180], drawn[:, -180:-20])]

    assert all(inked)
