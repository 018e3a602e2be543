import numpy as np
import pytest

from hipcv.core.span import Span


@pytest.mark.parametrize(
    ("time_s", "inside"), [(0.9, False), (1.0, True), (1.9, True), (2.0, False), (np.nan, False)]
)
def test_a_span_is_half_open(time_s, inside):
    assert Span(1.0, 2.0).contains(time_s) == inside
    assert Span(1.0, 2.0).contains(np.array([time_s])).tolist() == [inside]


def test_a_span_through_two_frames_contains_both_and_remembers_their_times():
    span = Span.through(0.4, 0.5005)

    assert span.contains(np.array([0.4, 0.5005])).all()
    assert (span.closed, span.duration_s) == ((0.4, 0.5005), 0.5005 - 0.4)
