"""Strips of drawn legs with known edges."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from hipcv.core.outline import COLUMNS, REGISTERED_ROWS, ROWS, Strip, register, template_of
from hipcv.estimation.silhouette import contrast, cut_out, sole_px, trace_edges

SHANK_PX = 180.0
LANDMARK_OFF_PX = np.array([4.0, 11.0])
KNEE_PX = np.array([320.0, 120.0])
MIDDLE = (COLUMNS - 1) / 2
CALF = slice(120, 230)  # rows well between knee and ankle


def picture_of_leg(turn_deg, *, mask_blur_px=6):
    """Return a picture of a tapering leg below the knee, and its soft mask."""
    angle = np.radians(turn_deg)
    along, across = (
        np.array([-np.sin(angle), np.cos(angle)]),
        np.array([np.cos(angle), np.sin(angle)]),
    )
    corners = [
        KNEE_PX + SHANK_PX * (along * down + across * aside)
        for down, aside in ((-0.3, -0.22), (-0.3, 0.22), (1.3, 0.09), (1.3, -0.09))
    ]
    polygon = [np.rint(np.array(corners) * 2**4).astype(np.int32)]
    bgr = np.full((480, 640, 3), (150, 170, 160), np.uint8)
    cv2.fillPoly(bgr, polygon, (90, 110, 200), lineType=cv2.LINE_AA, shift=4)
    mask = np.zeros((480, 640), np.uint8)
    cv2.fillPoly(mask, polygon, 255, lineType=cv2.LINE_AA, shift=4)
    soft = cv2.blur(mask, (mask_blur_px, mask_blur_px)).astype(np.float32) / 255
    return bgr, soft


def cut(turn_deg, *, strip_deg=None, knee_px=KNEE_PX):
    bgr, mask = picture_of_leg(turn_deg)
    return cut_out(
        bgr, mask, Strip(knee_px, turn_deg if strip_deg is None else strip_deg, SHANK_PX)
    )


@pytest.mark.parametrize("turn_deg", [0, 35, -50])
def test_a_leg_in_its_own_strip_lies_in_the_middle(turn_deg):
    edges = cut(turn_deg).outline.edges

    assert edges[CALF].mean(axis=1) == pytest.approx(MIDDLE, abs=0.5)


def test_edges_follow_the_colour_where_the_mask_is_shifted():
    bgr, mask = picture_of_leg(0)
    shifted = np.roll(mask, 3, axis=1)

    edges = cut_out(bgr, shifted, Strip(KNEE_PX, 0.0, SHANK_PX)).outline.edges

    assert edges[CALF].mean(axis=1) == pytest.approx(MIDDLE, abs=0.5)


def test_the_picture_of_a_strip_has_a_row_for_every_row_of_the_outline():
    assert cut(20).picture.shape == (ROWS, COLUMNS, 3)


@pytest.mark.parametrize("turn_deg", [-48, -20, 31])
def test_a_drawn_leg_is_registered_from_landmarks_that_are_off(turn_deg):
    start = template_of([cut(0).outline], turn_deg=0.0)
    now = cut(turn_deg, strip_deg=turn_deg * 0.9, knee_px=KNEE_PX + LANDMARK_OFF_PX)

    assert register(now.outline, start, (0.125, 0.875)).turn_deg == pytest.approx(turn_deg, abs=0.2)


@pytest.mark.parametrize("turn_deg", [-48, -20, 31])
def test_a_leg_is_registered_from_the_template_instead_of_a_mask(turn_deg):
    start = template_of([cut(0).outline], turn_deg=0.0)
    bgr, _ = picture_of_leg(turn_deg)
    off = Strip(KNEE_PX + 2.0, turn_deg + 1.5, SHANK_PX)

    now = trace_edges(bgr, off, start)

    assert register(now, start, (0.125, 0.875)).turn_deg == pytest.approx(turn_deg, abs=0.3)


def test_a_traced_edge_lies_in_the_row_of_the_whole_strip():
    whole = cut(20).outline
    bgr, _ = picture_of_leg(20)

    traced = trace_edges(bgr, whole.strip, whole)

    assert traced.edges[REGISTERED_ROWS] == pytest.approx(
        whole.edges[REGISTERED_ROWS], abs=0.5, nan_ok=True
    )


def test_outside_of_the_registered_rows_nothing_is_traced():
    whole = cut(20).outline
    bgr, _ = picture_of_leg(20)

    edges = trace_edges(bgr, whole.strip, whole).edges

    assert np.isnan(edges[: REGISTERED_ROWS.start]).all()
    assert np.isnan(edges[REGISTERED_ROWS.stop :]).all()


def test_a_template_without_edges_traces_none():
    bgr, mask = picture_of_leg(0)
    empty = cut_out(bgr, mask * 0, Strip(KNEE_PX, 0.0, SHANK_PX)).outline

    assert np.isnan(trace_edges(bgr, empty.strip, empty).edges).all()


@pytest.mark.parametrize("turn_deg", [-48, 0, 31])
def test_a_leg_is_registered_in_a_picture_much_larger_than_its_strip(turn_deg):
    start = template_of([cut(0).outline], turn_deg=0.0)
    bgr, _ = picture_of_leg(turn_deg)
    large = cv2.resize(bgr, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    template = replace(start, strip=replace(start.strip, shank_px=3 * SHANK_PX))

    now = trace_edges(large, Strip(3 * KNEE_PX, turn_deg, 3 * SHANK_PX), template)

    assert register(now, template, (0.125, 0.875)).turn_deg == pytest.approx(turn_deg, abs=0.3)


def test_without_a_person_in_the_mask_there_are_no_edges():
    bgr, mask = picture_of_leg(0)

    assert np.isnan(cut_out(bgr, mask * 0, Strip(KNEE_PX, 0.0, SHANK_PX)).outline.edges).all()


def test_an_even_picture_has_no_contrast():
    assert contrast(np.full((ROWS, COLUMNS, 3), 90, np.uint8)).max() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("turn_deg", [0, 40])
def test_the_sole_is_where_the_leg_ends(turn_deg):
    _, mask = picture_of_leg(turn_deg)
    angle = np.radians(turn_deg)
    along = np.array([-np.sin(angle), np.cos(angle)])

    reach = (sole_px(mask, Strip(KNEE_PX, turn_deg, SHANK_PX)) - KNEE_PX) @ along

    assert reach.max() / SHANK_PX == pytest.approx(1.3, abs=0.02)


def test_the_sole_is_that_of_the_leg_and_not_of_an_object_next_to_it():
    _, mask = picture_of_leg(0)
    mask[200:420, 375:395] = 1

    assert sole_px(mask, Strip(KNEE_PX, 0.0, SHANK_PX))[:, 0].max() < 370


def test_a_leg_that_ends_above_the_ankle_has_no_sole():
    _, mask = picture_of_leg(0)
    mask[round(KNEE_PX[1] + 0.8 * SHANK_PX) :] = 0

    assert not len(sole_px(mask, Strip(KNEE_PX, 0.0, SHANK_PX)))
