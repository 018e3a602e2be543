from dataclasses import replace

import pytest

from hipcv.core.errors import InvalidTrack
from hipcv.core.shank_track import PATCHES
from tests.closeups import performance


@pytest.fixture(scope="module")
def closeup():
    return performance(30)[1]


@pytest.mark.parametrize(
    "name",
    ["window", "xy_px", "visibility", "rotation_deg", "residual_px", "slide_ratio", "knee_px"],
)
def test_an_array_that_does_not_fit_the_key_frames_is_refused_by_name(closeup, name):
    with pytest.raises(InvalidTrack, match=name):
        replace(closeup, **{name: getattr(closeup, name)[1:]})


def test_both_patches_lie_on_the_shank():
    assert all(0 < low < high < 1 for low, high in PATCHES)
