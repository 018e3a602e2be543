import numpy as np
import pytest

from hipcv.core.landmarks import Side
from hipcv.guide import layout
from hipcv.guide.layout import Layout
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

BOX = Box(40, 30, 100, 60)


def ground(shade=200):
    return np.full((120, 180, 3), shade, dtype=np.uint8)


def test_a_plate_is_dark_within():
    picture = ground()
    drawing.plate(picture, BOX, radius=12)

    assert picture[60, 90].max() < 80


def test_a_plate_changes_no_pixel_outside_its_box():
    picture = ground()
    drawing.plate(picture, BOX, radius=12)
    picture[BOX.y : BOX.y + BOX.height, BOX.x : BOX.x + BOX.width] = 200

    assert (picture == 200).all()


@pytest.mark.parametrize("corner", [(30, 40), (30, 139), (89, 40), (89, 139)])
def test_a_plate_has_round_corners(corner):
    picture = ground()
    drawing.plate(picture, BOX, radius=12)

    assert (picture[corner] == 200).all()


@pytest.mark.parametrize("box", [Box(-50, -50, 80, 80), Box(500, 10, 20, 20), Box(10, 10, 0, 0)])
def test_a_plate_may_reach_out_of_the_picture(box):
    picture = ground()
    drawing.plate(picture, box, radius=12)

    assert (picture[60:] == 200).all()


def test_an_arc_begins_at_the_top_and_goes_clockwise():
    picture = ground(0)
    drawing.arc(picture, np.array([90.0, 60.0]), (30, 40), turn_deg=(0, 90), colour=palette.WHITE)
    y, x = np.nonzero(picture[..., 0])

    assert (x.min() >= 89, y.max() <= 61) == (True, True)


@pytest.mark.parametrize("centre", [(np.nan, 60.0), (90.0, np.nan)])
def test_an_arc_about_nowhere_draws_nothing(centre):
    picture = ground()
    drawing.arc(picture, np.array(centre), (30, 40), turn_deg=(0, 90), colour=palette.WHITE)

    assert (picture == 200).all()


@pytest.mark.parametrize("width", [120, 400, 1500])
@pytest.mark.parametrize("lines", [1, 2, 3])
def test_fitted_words_are_no_wider_than_their_box(width, lines):
    block = layout.fitted("Tilt the camera down until both feet show", 60.0, width, lines)

    assert (block.width_px <= width, len(block.lines) <= lines) == (True, True)


def test_no_word_is_lost_when_lines_are_broken():
    text = "Swing your LEFT foot, as far as you can"

    assert " ".join(layout.wrapped(text, 60.0, 500.0)) == text


def test_a_sentence_is_broken_where_it_pauses():
    lines = layout.wrapped("Swing your LEFT foot, as far as you can", 60.0, 1000.0)

    assert lines == ("Swing your LEFT foot,", "as far as you can")


@pytest.mark.parametrize("size_px", [(1280, 720), (640, 480), (720, 1280), (1920, 1080)])
@pytest.mark.parametrize("side", [*Side, None])
def test_band_and_panel_do_not_overlap(size_px, side):
    layout = Layout(*size_px)

    assert layout.panel(side).y >= layout.band.y + layout.band.height
