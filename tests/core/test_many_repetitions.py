"""Work over the whole clip does not grow with the number of repetitions: the cost is linear."""

from collections import Counter

import pytest

from hipcv.core import phases
from hipcv.core.assessment import assess_sides
from hipcv.core.frame_state import frame_state_at
from hipcv.core.landmarks import Side
from hipcv.core.measure import RepSpan, measure
from hipcv.core.person import Person
from hipcv.core.phases import find_leg_phases
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import side_issues
from tests.tracks import seated_track, swings, with_tracked_shank

PROTOCOL = MeasurementProtocol()


@pytest.fixture
def calls(monkeypatch):
    """Counts of the computations over a whole clip, and of the spans of repetitions."""
    counts = Counter()

    def count(owner, name):
        original = getattr(owner, name)
        function = original.fget if isinstance(original, property) else original

        def counted(*arguments):
            counts[name] += 1
            return function(*arguments)

        is_property = isinstance(original, property)
        monkeypatch.setattr(owner, name, property(counted) if is_property else counted)

    for owner, name in (
        (PoseTrack, "visible"),
        (phases, "frames_shown"),
        (RepSpan, "span_s"),
    ):
        count(owner, name)
    return counts


def assessed(repetitions):
    """Measure and assess a clip of so many repetitions; return the state of its frames."""
    turn_deg = swings(*[35.0] * repetitions)
    track = with_tracked_shank(seated_track(turn_deg), Side.LEFT, turn_deg)
    legs = find_leg_phases(track, PROTOCOL)
    side_issues(track, legs, Side.LEFT, PROTOCOL)
    motion = measure(track, None, Side.LEFT, PROTOCOL, phases=legs)
    assert len(motion.reps) == repetitions
    sides = assess_sides({Side.LEFT: motion}, Person(), external_asked=False)
    rows = range(0, len(turn_deg), 10)
    return [frame_state_at(motion, sides[Side.LEFT], track, row) for row in rows]


def calls_of(repetitions, calls):
    calls.clear()
    assessed(repetitions)
    return dict(calls)


@pytest.mark.parametrize("name", ["visible", "frames_shown"])
def test_whole_clip_is_read_no_more_often_for_many_repetitions(calls, name):
    few, many = (calls_of(repetitions, calls)[name] for repetitions in (4, 16))

    assert many == few


def test_spans_are_looked_up_once_for_each_repetition(calls):
    few, many = (calls_of(repetitions, calls)["span_s"] for repetitions in (4, 16))

    assert many <= 4 * few


def test_phase_is_that_of_the_first_repetition_that_spans_the_time():
    states = assessed(6)
    numbers = [state.rep for state in states if state.rep is not None]

    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(6))
