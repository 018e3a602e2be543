"""Motion that swings past its end and settles."""

import numpy as np
import pytest

from validation.overshoot import overshooting

MOTION = {"t_base": 1.0, "t_out": 0.5, "t_hold": 1.0, "t_back": 0.5, "t_gap": 0.2, "reps": 2}
PAST = {"overshoot": 0.25, "settle_s": 0.3}


def ease(share):
    return np.clip(share, 0, 1)


def plain(time_s, motion):
    """Return a profile of straight lines: out, hold, back, out, hold, back."""
    number = int(time_s - motion["t_base"] >= 2.2)
    into = time_s - motion["t_base"] - 2.2 * number
    return float(np.interp(into, [0, 0.5, 1.5, 2.0], [0, 1, 1, 0])), number


profile = overshooting(plain, ease)


@pytest.mark.parametrize("start_s", [1.0, 3.2])
def test_a_repetition_goes_past_its_end_and_comes_back(start_s):
    into = [0.49999, 0.5, 0.65, 0.8, 1.2, 1.75]
    shares = [profile(start_s + s, MOTION | PAST)[0] for s in into]

    assert shares == pytest.approx([1.25, 1.25, 1.125, 1.0, 1.0, 0.5], abs=1e-3)


def test_other_motions_are_as_before():
    times = np.linspace(0, 5.5, 100)

    assert [profile(t, MOTION) for t in times] == [plain(t, MOTION) for t in times]
