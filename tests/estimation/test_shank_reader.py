"""Templates, tracking and checks by masks of a drawn patient."""

import weakref
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from hipcv.core.landmarks import LEGS, Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_tracker import DOUBTFUL_RESIDUAL, ShankTracker
from hipcv.estimation import shank_reader
from hipcv.estimation.shank_reader import (
    CHECK_FRAMES,
    CONTRADICTED_S,
    DOUBT_SPACING_S,
    LOST_S,
    PROVISIONAL_S,
    RECOVER_S,
    TEMPLATE_FRAMES,
    FrameLandmarks,
    ShankReader,
)
from tests.drawn_legs import RATE_HZ, DrawnClip, seated_with
from tests.tracks import SHANK_PX, swings

P = MeasurementProtocol()
SAMPLED_EVERY = 2
"""Landmarks are sampled in every second frame, as while a still moment is awaited."""

ONE_SWING = swings(30, rest_s=0.5, rise_s=0.5, hold_s=0.4)
TWO_SWINGS = swings(30, 25, rest_s=0.5, rise_s=0.4, hold_s=0.4)


def read(clip, *, on_add=None):
    """Return the reader after every frame of a clip."""
    reader = ShankReader(clip, P, model="drawn")
    for row in range(len(clip.tilts_deg)):
        add(reader, clip, row)
        if on_add is not None:
            on_add(reader, row)
    reader.finish()
    return reader


def add(reader, clip, row):
    frame = clip.frame(row)
    landmarks = FrameLandmarks(frame, partial(clip.begin_pose, row))
    if row % SAMPLED_EVERY == 0:
        landmarks.sample()
    reader.add(row, frame, landmarks)
    landmarks.has_passed = True


def tilts_of(clip, reader, side=Side.LEFT):
    """Return the tracked tilt in every frame."""
    return reader.shanks(clip.track())[side].mean_deg


@pytest.fixture(scope="module")
def swing():
    clip = DrawnClip(ONE_SWING)
    return clip, read(clip)


# --- templates


def test_every_frame_is_read_from_the_first_of_a_still_start_on(swing):
    clip, reader = swing

    assert tilts_of(clip, reader) == pytest.approx(clip.tilts_deg, abs=0.3)


def test_the_resting_leg_is_read_too(swing):
    clip, reader = swing

    assert tilts_of(clip, reader, Side.RIGHT) == pytest.approx(0, abs=0.2)


def test_a_template_is_made_of_few_frames_of_the_still_start(swing):
    clip, _ = swing
    still_rows = range(round(0.5 * RATE_HZ))

    at_start = [row for row in clip.masked_rows if row in still_rows]
    assert (len(at_start), len(set(at_start))) == (TEMPLATE_FRAMES, TEMPLATE_FRAMES)


@pytest.fixture(scope="module")
def clip_begun_in_motion():
    """A clip whose leg swings at first, then hangs still, then swings again."""
    swaying = 15 + 12 * np.sin(np.arange(round(1.3 * RATE_HZ)) / 5)
    settling = np.linspace(swaying[-1], 0, 12)
    clip = DrawnClip(np.concatenate([swaying, settling, ONE_SWING]))
    return clip, read(clip)


def test_a_leg_that_moves_at_first_is_read_from_the_first_frame_on(clip_begun_in_motion):
    """While frames wait, every other one may be dropped to save memory."""
    clip, reader = clip_begun_in_motion
    rows = np.flatnonzero(np.isfinite(tilts_of(clip, reader)))

    assert (rows[0], np.diff(rows).max() <= 2, rows[-1]) == (0, True, len(clip.tilts_deg) - 1)


def test_a_later_still_template_continues_the_angles_of_the_provisional_one(clip_begun_in_motion):
    clip, reader = clip_begun_in_motion
    off = tilts_of(clip, reader) - clip.tilts_deg

    assert np.nanmax(off) - np.nanmin(off) < 0.5


def test_a_provisional_template_is_of_a_single_frame(clip_begun_in_motion):
    clip, _ = clip_begun_in_motion

    assert clip.masked_rows[TEMPLATE_FRAMES] == PROVISIONAL_S * RATE_HZ


@pytest.fixture(scope="module")
def clip_of_another_leg():
    """A clip in which a wide leg is at rest, and a slim one elsewhere from one second on."""
    tilts = np.concatenate([np.zeros(RATE_HZ), swings(20, rest_s=1.6, rise_s=0.5, hold_s=0.3)])
    later = np.arange(len(tilts)) >= RATE_HZ
    shift = np.where(later[:, None], (70.0, 50.0), (0.0, 0.0))
    clip = DrawnClip(tilts, width=np.where(later, 0.55, 1.3), knee_shift_px=shift)
    return clip, read(clip)


@pytest.mark.slow
def test_a_leg_that_was_lost_before_it_ever_turned_gets_a_new_template(clip_of_another_leg):
    clip, reader = clip_of_another_leg
    settled = slice(round((1 + LOST_S + P.still_s + 0.3) * RATE_HZ), None)

    assert tilts_of(clip, reader)[settled] == pytest.approx(clip.tilts_deg[settled], abs=0.5)


def test_nothing_is_left_of_what_was_read_by_the_old_template(clip_of_another_leg):
    clip, reader = clip_of_another_leg

    assert np.isnan(tilts_of(clip, reader)[:RATE_HZ]).all()


# --- a leg that is covered for a while


COVERED_ROWS = range(20, 32)


@pytest.fixture(scope="module")
def covered():
    """A clip whose leg is covered from rest to the middle of its swing."""
    clip = DrawnClip(ONE_SWING, covered=COVERED_ROWS)
    return clip, read(clip)


def test_a_covered_leg_is_read_in_no_frame(covered):
    clip, reader = covered

    assert np.isnan(tilts_of(clip, reader)[COVERED_ROWS]).all()


def test_an_uncovered_leg_is_read_on_from_the_same_zero(covered):
    clip, reader = covered
    later = slice(COVERED_ROWS.stop + 1, None)

    assert tilts_of(clip, reader)[later] == pytest.approx(clip.tilts_deg[later], abs=0.3)


def test_a_lost_leg_is_looked_for_by_few_masks(covered):
    clip, _ = covered
    tried = [row for row in clip.masked_rows if row in COVERED_ROWS]

    assert 0 < len(tried) <= np.log2(len(COVERED_ROWS) / RATE_HZ / RECOVER_S) + 1


def test_the_masks_that_found_a_leg_again_do_not_check_its_plateau(covered):
    """They agree with the track by making, since it goes on from them."""
    _, reader = covered
    checks = reader.outlines(Side.LEFT).closeup(lambda _time_s: 0).window == 0

    assert checks.sum() == CHECK_FRAMES


# --- readings that another edge may have given


def read_off_by(clip, monkeypatch, off_deg, *, residual):
    """Return the reader of a clip whose tracker is off in every frame of the hold."""
    track = ShankTracker.track

    def track_off(tracker, time_s, trace, locate):
        reading = track(tracker, time_s, trace, locate)
        if time_s < 1.0:
            return reading
        return replace(reading.shifted(off_deg), residual=residual)

    monkeypatch.setattr(ShankTracker, "track", track_off)
    return read(clip)


def test_a_mask_corrects_a_doubtful_reading_that_is_far_off(monkeypatch):
    clip = DrawnClip(ONE_SWING)
    reader = read_off_by(clip, monkeypatch, -8, residual=DOUBTFUL_RESIDUAL + 0.2)
    off = tilts_of(clip, reader)[RATE_HZ] - clip.tilts_deg[RATE_HZ]

    assert off == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize(
    ("off_deg", "residual"), [(-8, DOUBTFUL_RESIDUAL - 0.2), (-2, DOUBTFUL_RESIDUAL + 0.2)]
)
def test_a_reading_that_is_sure_or_near_stays(monkeypatch, off_deg, residual):
    clip = DrawnClip(ONE_SWING)
    reader = read_off_by(clip, monkeypatch, off_deg, residual=residual)
    off = tilts_of(clip, reader)[RATE_HZ] - clip.tilts_deg[RATE_HZ]

    assert abs(off) == pytest.approx(abs(off_deg), abs=0.5)


def test_doubtful_readings_are_checked_every_half_second_alone(monkeypatch):
    clip = DrawnClip(ONE_SWING)
    read_off_by(clip, monkeypatch, 0, residual=DOUBTFUL_RESIDUAL + 0.2)
    doubtful_s = len(clip.tilts_deg) / RATE_HZ - 1.0
    legs = 2

    checks = len(clip.masked_rows) - TEMPLATE_FRAMES - CHECK_FRAMES
    assert 0 < checks <= legs * np.ceil(doubtful_s / DOUBT_SPACING_S)


# --- masks that check the track


def test_a_repetition_costs_few_masks():
    clip = DrawnClip(TWO_SWINGS)
    read(clip)

    assert len(clip.masked_rows) <= TEMPLATE_FRAMES + 2 * CHECK_FRAMES


@pytest.mark.parametrize("hold_s", [0.1, 1.5, 4.0])
def test_a_long_hold_costs_no_more_masks_than_a_short_one(hold_s):
    clip = DrawnClip(swings(30, rest_s=0.5, rise_s=0.4, hold_s=hold_s))
    read(clip)

    assert 0 < len(clip.masked_rows) - TEMPLATE_FRAMES <= CHECK_FRAMES


def test_the_masks_of_a_repetition_are_of_its_end_range():
    clip = DrawnClip(TWO_SWINGS)
    read(clip)
    checked = clip.tilts_deg[clip.masked_rows[TEMPLATE_FRAMES:]]

    assert min(checked[:CHECK_FRAMES].min() - 30, checked[CHECK_FRAMES:].min() - 25) > -3.1


def test_the_masks_read_the_angle_that_was_tracked(swing):
    clip, reader = swing
    closeup = reader.outlines(Side.LEFT).closeup(lambda _time_s: 0)
    true_deg = clip.tilts_deg[clip.masked_rows]

    assert closeup.rotation_deg.mean(axis=1) == pytest.approx(true_deg, abs=0.3)


def test_a_repetition_that_the_end_of_the_clip_cuts_off_is_checked_as_well():
    clip = DrawnClip(swings(30, rest_s=0.5, rise_s=0.4, hold_s=0.4)[:-30])
    read(clip)

    assert len(clip.masked_rows) > TEMPLATE_FRAMES


# --- landmarks that contradict


@pytest.mark.parametrize(
    "changed", [{"knee_shift_px": (0.6 * SHANK_PX, 0.0)}, {"left_deg": -50.0}], ids=str
)
def test_a_reading_that_the_landmarks_contradict_is_dropped(swing, changed):
    _, reader = swing
    track = swing[0].track()
    elsewhere = track.xy_px.copy()
    rows = range(2, 2 + round(CONTRADICTED_S * RATE_HZ) + 2)
    elsewhere[rows] = seated_with(**changed)

    tilts = reader.shanks(replace(track, xy_px=elsewhere))[Side.LEFT].mean_deg

    assert np.flatnonzero(np.isnan(tilts)).tolist() == list(rows)


def test_landmarks_that_err_for_a_moment_contradict_nothing(swing):
    clip, reader = swing
    track = clip.track()
    elsewhere = track.xy_px.copy()
    elsewhere[5:10] = seated_with(left_deg=-50)

    tilts = reader.shanks(replace(track, xy_px=elsewhere))[Side.LEFT].mean_deg

    assert np.isfinite(tilts).all()


def test_landmarks_that_slid_along_the_shank_contradict_nothing(swing):
    clip, reader = swing
    track = clip.track()
    slid = track.xy_px.copy()
    slid[:, LEGS[Side.LEFT].knee, 1] += 0.3 * SHANK_PX
    tilts = reader.shanks(replace(track, xy_px=slid))[Side.LEFT].mean_deg

    assert np.isfinite(tilts[: round(0.5 * RATE_HZ)]).all()


def test_without_a_person_nothing_is_read(swing):
    clip, reader = swing
    track = clip.track()
    nobody = replace(track, xy_px=np.full_like(track.xy_px, np.nan))

    assert np.isnan(reader.shanks(nobody)[Side.LEFT].mean_deg).all()


# --- landmarks are asked for in time order


@pytest.mark.parametrize("name", ["swing", "clip_begun_in_motion"])
def test_landmarks_are_estimated_in_time_order_and_once(name, request):
    clip, _ = request.getfixturevalue(name)

    assert clip.posed_rows == sorted(set(clip.posed_rows))


def test_landmarks_of_a_frame_that_has_passed_are_not_estimated():
    clip = DrawnClip(np.zeros(1))
    landmarks = FrameLandmarks(clip.frame(0), partial(clip.begin_pose, 0), has_passed=True)

    assert (np.isnan(landmarks.get().xy_px).all(), clip.posed_rows) == (True, [])


# --- memory


def test_waiting_pictures_stay_within_their_memory(monkeypatch):
    limit = 10
    clip = DrawnClip(15 + 12 * np.sin(np.arange(20) / 3))
    monkeypatch.setattr(shank_reader, "WAITING_BYTES", limit * clip.frame(0).bgr.nbytes)
    pictures, alive = [], []
    draw = clip.frame

    def remembered(row):
        frame = draw(row)
        pictures.append(weakref.ref(frame.bgr))
        return frame

    monkeypatch.setattr(clip, "frame", remembered)
    read(clip, on_add=lambda *_: alive.append(sum(ref() is not None for ref in pictures)))

    assert max(alive) <= limit + 1


def test_no_picture_waits_once_both_legs_have_a_still_template(swing):
    clip = DrawnClip(np.zeros(20))
    reader = ShankReader(clip, P, model="drawn")
    for row in range(19):
        add(reader, clip, row)
    frame = clip.frame(19)
    picture = weakref.ref(frame.bgr)
    reader.add(19, frame, FrameLandmarks(frame, partial(clip.begin_pose, 19), has_passed=True))
    del frame

    assert picture() is None
