"""Tracking of a drawn shank by its outline."""

from functools import partial

import numpy as np
import pytest

from hipcv.core.landmarks import LEGS, Side
from hipcv.core.outline import Outline, Strip
from hipcv.core.shank_tracker import ShankTracker
from hipcv.estimation.silhouette import trace_edges
from tests import drawn_legs
from tests.tracks import swings

REST = drawn_legs.seated_with()
FAST_S = 0.4
FAST_DEG = 53.0


def at_tilt(tilt_deg, side=Side.LEFT):
    """Landmarks with one shank at an angle."""
    return drawn_legs.seated_with(**{f"{side.value}_deg": tilt_deg})


class Follower:
    """Tracker of one leg, with the number of frames whose landmarks were asked for."""

    def __init__(self, side=Side.LEFT):
        self.side = side
        self.tracker = ShankTracker(drawn_legs.template(REST, side))
        self.located = 0

    def read(self, time_s, bgr, landmarks_px=None):
        """Return the tilt that is read in a picture, internal positive; None where lost."""
        trace = partial(trace_edges, bgr, template=self.tracker.template)
        reading = self.tracker.track(time_s, trace, partial(self._locate, landmarks_px))
        return None if reading is None else LEGS[self.side].internal_sign * reading.mean_deg

    def _locate(self, landmarks_px):
        self.located += 1
        return None if landmarks_px is None else drawn_legs.strip_on(landmarks_px, self.side)


def read_swing(tilts_deg, *, side=Side.LEFT, rate_hz=30.0):
    """Return the tilts that are read, and the follower."""
    follower = Follower(side)
    pictures = (drawn_legs.picture(at_tilt(tilt, side)) for tilt in tilts_deg)
    read = [follower.read(row / rate_hz, bgr) for row, bgr in enumerate(pictures)]
    return np.array(read, dtype=float), follower


@pytest.fixture(scope="module")
def ordinary_swing():
    tilts = swings(45, rest_s=0.2, rise_s=0.8, hold_s=0.3)
    return tilts, *read_swing(tilts)


def test_every_frame_of_a_swing_is_read_within_three_tenths_of_a_degree(ordinary_swing):
    tilts, read, _ = ordinary_swing

    assert read == pytest.approx(tilts, abs=0.3)


@pytest.mark.parametrize("peak_deg", [30, -20])
@pytest.mark.parametrize("side", Side)
def test_either_shank_is_followed_inwards_and_outwards(side, peak_deg):
    tilts = swings(peak_deg, rest_s=0.1, rise_s=0.5, hold_s=0.1)

    read, _ = read_swing(tilts, side=side)

    assert read == pytest.approx(tilts, abs=0.3)


def test_a_leg_that_swings_for_hundreds_of_frames_is_read_as_at_first():
    tilts = 12 * np.sin(np.arange(400) / 6)

    read, _ = read_swing(tilts)

    assert read[-40:] == pytest.approx(tilts[-40:], abs=0.3)


def test_no_landmarks_are_asked_for_while_the_prediction_fits(ordinary_swing):
    assert ordinary_swing[2].located == 0


# --- fast swings


def fast_tilt_deg(time_s):
    """Tilt of a smooth swing that begins at 0.3 s and ends held."""
    share = np.clip((time_s - 0.3) / FAST_S, 0, 1)
    return FAST_DEG * (1 - np.cos(np.pi * share)) / 2


def read_fast_swing(rate_hz):
    """Return times and tilts read of a blurred fast swing, with landmarks that lag."""
    follower = Follower()
    times_s = np.arange(0, 1.1, 1 / rate_hz)
    read = [
        follower.read(
            time_s,
            drawn_legs.blurred_picture(lambda at_s: at_tilt(fast_tilt_deg(at_s)), time_s),
            at_tilt(drawn_legs.LAG * fast_tilt_deg(time_s)),
        )
        for time_s in times_s
    ]
    return times_s, np.array(read, dtype=float), follower


@pytest.mark.parametrize("rate_hz", [15, 24, 30])
def test_the_hold_after_a_fast_blurred_swing_is_read_within_a_degree(rate_hz):
    times_s, read, _ = read_fast_swing(rate_hz)

    held = times_s > 0.3 + FAST_S + drawn_legs.EXPOSURE_S
    assert read[held] == pytest.approx(FAST_DEG, abs=1.0)


def test_a_step_too_large_to_predict_is_found_by_other_guesses():
    _, _, follower = read_fast_swing(15)

    assert follower.located > 0


# --- lost and found again


COVER_ROWS = range(4, 10)
UNCOVERED_DEG = 25.0


@pytest.fixture(scope="module")
def covered_leg():
    """Tilts read of a leg that is covered at rest and uncovered at another angle."""
    follower, read = Follower(), []
    for row in range(14):
        xy = at_tilt(UNCOVERED_DEG if row >= COVER_ROWS.stop else 0.0)
        bgr = drawn_legs.picture(xy)
        hidden = row in COVER_ROWS
        bgr = drawn_legs.covered(bgr, xy, Side.LEFT) if hidden else bgr
        lagging = at_tilt(drawn_legs.LAG * UNCOVERED_DEG)
        read.append(follower.read(row / 30, bgr, None if hidden else lagging))
    return read, follower


def test_a_covered_leg_is_lost_in_every_frame(covered_leg):
    read, _ = covered_leg

    assert [row for row, tilt in enumerate(read) if tilt is None] == list(COVER_ROWS)


def test_an_uncovered_leg_is_found_at_its_new_angle(covered_leg):
    read, _ = covered_leg

    assert read[COVER_ROWS.stop :] == pytest.approx([UNCOVERED_DEG] * 4, abs=0.3)


def test_landmarks_are_asked_for_where_the_leg_is_lost_and_no_longer_than_that(covered_leg):
    _, follower = covered_leg

    assert len(COVER_ROWS) <= follower.located <= len(COVER_ROWS) + 2


def test_a_picture_without_any_edge_loses_the_leg():
    blank = np.full((720, 1280, 3), 120, np.uint8)

    assert Follower().read(0.0, blank) is None


# --- agreement of the patches


def bent(template, turned_deg):
    """Edges of the template whose lower half points elsewhere by an angle."""
    half = len(template.edges) // 2
    edges = template.edges.copy()
    edges[half:] += np.tan(np.radians(turned_deg)) * np.arange(len(edges) - half)[:, None]
    return edges


def read_bent(turned_deg):
    """Return the reading of a leg that is bent in its middle, and how often it was located."""
    template = drawn_legs.template(REST, Side.LEFT)
    edges, located = bent(template, turned_deg), []

    def trace(strip: Strip) -> Outline:
        return Outline(strip, edges)

    return ShankTracker(template).track(0.0, trace, lambda: located.append(1)), len(located)


def test_patches_that_disagree_widely_are_no_reading():
    assert read_bent(24)[0] is None


def test_patches_that_disagree_a_little_are_compared_with_other_guesses():
    assert read_bent(6)[1] == 1


def test_patches_that_agree_are_read_without_other_guesses():
    assert read_bent(0)[1] == 0


# --- speed


@pytest.mark.parametrize("rate_hz", [15, 30, 60])
def test_the_speed_is_that_of_the_leg_at_any_frame_rate(rate_hz):
    _, follower = read_swing(np.arange(0, 12, 60 / rate_hz), rate_hz=rate_hz)

    speed_deg_s = LEGS[Side.LEFT].internal_sign * follower.tracker.speed_deg_s
    assert speed_deg_s == pytest.approx(60, abs=6)


def test_a_leg_that_was_lost_for_long_is_expected_at_rest():
    follower = Follower()
    for row, tilt in enumerate([0, 3, 6]):
        follower.read(row / 30, drawn_legs.picture(at_tilt(tilt)))

    assert follower.read(1.0, drawn_legs.picture(at_tilt(6))) == pytest.approx(6, abs=0.3)
