"""Values set by hand are the ones measured; without any the result is unchanged."""

import numpy as np
import pytest

from hipcv.core.assessment import assess
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.measure import measure
from hipcv.core.overrides import (
    UNUSED,
    Overrides,
    PlacedPoints,
    key_frames_missing,
    restrict_closeup,
)
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span
from tests.closeups import closeup_of
from tests.tracks import seated_track, with_tracked_shank

RATE_HZ = 30


def swing(*tops_deg):
    """Still, then one repetition for each top: up, held, down, rest; a second each."""
    parts = [np.zeros(RATE_HZ)]
    for top in tops_deg:
        rise = np.linspace(0, top, RATE_HZ)
        parts += [rise, np.full(RATE_HZ, float(top)), rise[::-1], np.zeros(RATE_HZ)]
    return np.concatenate(parts)


def measured(turn_deg, overrides=None):
    track = seated_track(turn_deg)
    return measure(
        track, None, Side.LEFT, MeasurementProtocol(), overrides=overrides or Overrides()
    )


def closeup_of_swing(top_deg):
    return closeup_of(seated_track(swing(top_deg)), Side.LEFT, rotation_deg=[top_deg])


def rotations(motion):
    return [plateau.rotation_deg for plateau in motion.plateaus]


def test_a_plateau_set_by_hand_is_measured():
    two_tops = np.concatenate([swing(30)[:-RATE_HZ], np.zeros(RATE_HZ)])
    two_tops[2 * RATE_HZ + 15 : 3 * RATE_HZ] = 20  # held lower in its second half

    motion = measured(two_tops, Overrides(plateau_s={0: Span.through(2.6, 2.9)}))

    assert rotations(motion) == [pytest.approx(20, abs=0.3)]


def test_a_start_set_by_hand_moves_the_zero_and_keeps_the_repetitions():
    tilted = swing(30)
    tilted[:15] = 5  # sat otherwise at first

    motion = measured(tilted, Overrides(start_s=Span.through(0.0, 0.4)))

    assert (len(motion.reps), rotations(motion)) == (1, [pytest.approx(25, abs=0.3)])


def test_a_span_set_by_hand_is_the_repetitions():
    motion = measured(swing(30), Overrides(span_s={0: Span.through(1.2, 3.5)}))

    assert (motion.reps[0].start_s, motion.reps[0].end_s) == (
        pytest.approx(1.2, abs=0.02),
        pytest.approx(3.5, abs=0.02),
    )


def test_a_span_never_cuts_its_own_plateau():
    held = measured(swing(30)).reps[0].plateau_s
    motion = measured(swing(30), Overrides(span_s={0: Span.through(2.5, 2.6)}))

    assert (motion.reps[0].start_s, motion.reps[0].end_s) == held.closed
    assert motion.phase_at(held.closed[1]) == ("plateau", 0)


def test_points_set_at_a_plateau_are_read_as_a_goniometer_is():
    track = seated_track(swing(30))
    knee = track.xy_px[75, LEGS[Side.LEFT].knee]
    along = 160 * np.array([np.sin(np.radians(40)), np.cos(np.radians(40))])
    overrides = Overrides(plateau={0: PlacedPoints(75, ankle_px=tuple(knee + along))})

    motion = measure(track, None, Side.LEFT, MeasurementProtocol(), overrides=overrides)

    assert rotations(motion) == [pytest.approx(40, abs=0.3)]


def test_points_set_at_a_plateau_are_read_from_the_start_that_was_tracked():
    """By its outline the shank hangs 5 degrees inwards; by landmarks it is upright."""
    track = with_tracked_shank(seated_track(swing(30)), Side.LEFT, swing(30) - 5)
    knee = track.xy_px[75, LEGS[Side.LEFT].knee]
    along = 160 * np.array([np.sin(np.radians(40)), np.cos(np.radians(40))])
    overrides = Overrides(plateau={0: PlacedPoints(75, ankle_px=tuple(knee + along))})
    protocol = MeasurementProtocol()

    assessed = assess(measure(track, None, Side.LEFT, protocol, overrides=overrides))

    [rep] = assessed.reps
    assert (rep.picture_deg, rep.by_hand) == (pytest.approx(45, abs=0.1), True)
    assert "landmarks_only" not in {issue.code for issue in assessed.issues}


def test_a_rejected_repetition_is_shown_and_not_counted():
    assessment = assess(measured(swing(30, 40), Overrides(rejected={0: "slipped"})))

    actual = [(rep.number, rep.valid, rep.rejected) for rep in assessment.reps]
    assert actual == [(0, False, "slipped"), (1, True, None)]
    assert assessment.rotation_deg == pytest.approx(40, abs=0.3)


def test_where_every_repetition_is_rejected_there_is_no_number_and_an_issue():
    assessment = assess(measured(swing(30), Overrides(rejected={0: "slipped"})))

    codes = [issue.code for issue in assessment.issues if issue.severity == "refuse"]
    assert (assessment.rotation_deg, len(assessment.reps), codes) == (None, 1, ["all_rejected"])


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        (Overrides(start_s=Span.through(90.0, 91.0)), "start"),
        (Overrides(plateau_s={0: Span.through(90.0, 91.0)}), "plateau of repetition 1"),
        (Overrides(rejected={4: "no"}), "repetition 5"),
    ],
)
def test_overrides_that_do_not_fit_the_clip_are_refused(overrides, named):
    with pytest.raises(BadRequest, match=named):
        measured(swing(30), overrides)


def test_key_frames_outside_of_a_set_span_are_left_out():
    closeup = closeup_of_swing(30)
    held_s = closeup.time_s[closeup.window == 0]
    middle = float(np.median(held_s))

    left = restrict_closeup(closeup, Overrides(plateau_s={0: Span.through(middle, held_s[-1])}))

    assert set(left.time_s[left.window == 0]) == {t for t in held_s if t >= middle}
    assert set(left.window) <= {-1, 0, UNUSED}


def test_a_plateau_set_elsewhere_lacks_key_frames():
    closeup = closeup_of_swing(30)

    elsewhere = Overrides(plateau_s={0: Span.through(0.0, 0.1)})

    assert key_frames_missing(closeup, elsewhere, [0])


@pytest.mark.parametrize("start_s", [None, Span.through(5.0, 5.5)])
def test_a_repetition_that_is_not_read_from_masks_lacks_no_key_frames(start_s):
    elsewhere = Overrides(start_s=start_s, plateau_s={0: Span.through(0.0, 0.1)})

    assert not key_frames_missing(closeup_of_swing(30), elsewhere, [])


def test_a_start_set_elsewhere_lacks_key_frames():
    elsewhere = Overrides(start_s=Span.through(5.0, 5.5))

    assert key_frames_missing(closeup_of_swing(30), elsewhere, [0])


def test_without_overrides_no_key_frames_are_missing():
    assert not key_frames_missing(closeup_of_swing(30), Overrides(), [0])
