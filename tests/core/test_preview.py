import numpy as np
import pytest

from hipcv.core.landmarks import Side
from hipcv.core.preview import measured_so_far
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.view_model import RepPreview
from tests.tracks import seated_track, swings, with_tracked_shank

P = MeasurementProtocol()
NOT_HELD = RepPreview(48.0, held=False, practice=False, findings=())


def _past_then_held(hold_s):
    """Swing past to 48 degrees, settle at 40, return."""
    swing = swings(48, hold_s=0.0)
    top = int(np.argmax(swing))
    settle = np.linspace(48, 40, 6)
    hold = np.full(round(30 * hold_s), 40.0)
    return np.concatenate([swing[:top], settle, hold, np.linspace(40, 0, 18), np.zeros(24)])


@pytest.mark.parametrize(("hold_s", "held"), [(1.8, True), (0.6, False)])
def test_a_repetition_that_swung_past_is_held_where_it_settled(hold_s, held):
    turn = _past_then_held(hold_s)
    track = with_tracked_shank(seated_track(turn), Side.LEFT, turn)

    preview, _ = measured_so_far(track, Side.LEFT, P, NOT_HELD, from_s=0.5)

    assert (preview.plateau_deg, preview.held) == (pytest.approx(40, abs=0.6), held)
