from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.plateaus import Plateau
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.uncertainty import (
    ErrorSources,
    detectable_change_deg,
    half_width_deg,
    side_half_width_deg,
)

P = MeasurementProtocol(
    interval_base_deg=1.8,
    interval_patch_gain=1.2,
    interval_residual_free=0.8,
    interval_residual_gain=5.0,
    interval_witness_gain=1.0,
    interval_view_gain=0.06,
    interval_obliquity_gain=0.12,
    interval_knee_gain=0.06,
    interval_extension_gain=1.3,
    extension_unseen_deg=0.0,
    extension_view_deg=0.0,
    interval_low_camera_deg=1.5,
    interval_landmarks_deg=5.5,
    interval_height_gain=20.0,
    camera_height_free_ratio=0.06,
    interval_by_hand_deg=2.5,
)
NAN = float("nan")


def _half(
    *,
    protocol=P,
    gap=0.0,
    residual=0.4,
    witness_off=NAN,
    registered=True,
    by_hand=False,
    **strained,
):
    plateau = Plateau(
        30.0,
        30.0,
        28.0,
        patch_gap_deg=gap,
        residual_px=residual,
        registered=registered,
        witness_deg=30.0 + witness_off,
        by_hand=by_hand,
    )
    sources = {
        "thigh": 0.0,
        "obliquity": 0.0,
        "rise": 0.0,
        "extension": 0.0,
        "low": False,
        "height": P.camera_height_usual_ratio,
    } | strained
    strain = ErrorSources(
        thigh_deg=sources["thigh"],
        obliquity_deg=sources["obliquity"],
        knee_rise_ratio=sources["rise"],
        extension_deg=sources["extension"],
        camera_low=sources["low"],
        camera_height_ratio=sources["height"],
    )
    return half_width_deg(plateau, strain, protocol)


def test_a_frontal_uncompensated_registered_plateau_has_the_base_width():
    assert _half() == pytest.approx(1.8)


@pytest.mark.parametrize(
    ("sources", "term"),
    [
        ({"gap": 1.5}, 1.2 * 1.5),
        ({"residual": 1.2}, 5.0 * 0.4),
        ({"witness_off": -1.3}, 1.3),
        ({"witness_off": 2.0}, 2.0),
        ({"thigh": -20.0}, 0.06 * 20),
        ({"obliquity": 9.0}, 0.12 * 9),
        ({"rise": 0.2}, 0.06 * 20),
        ({"low": True}, 1.5),
        ({"height": P.camera_height_usual_ratio + 0.26}, 20 * 0.2),
        ({"height": P.camera_height_usual_ratio - 0.16}, 20 * 0.1),
    ],
)
def test_each_cause_of_error_adds_its_own_term_in_squares(sources, term):
    assert _half(**sources) == pytest.approx(np.hypot(1.8, term))


def test_an_extending_knee_adds_as_far_as_the_thigh_points_beside_the_line_of_sight():
    half = _half(extension=20.0, thigh=30.0)

    assert half == pytest.approx(np.sqrt(1.8**2 + (0.06 * 30) ** 2 + (1.3 * 20 * 0.5) ** 2))


def test_an_extending_knee_adds_on_an_aligned_thigh_too():
    """The alignment is known to some degrees only."""
    unsure = replace(P, extension_view_deg=30.0)

    assert _half(extension=20.0, protocol=unsure) == pytest.approx(np.hypot(1.8, 1.3 * 20 * 0.5))


@pytest.mark.parametrize("extension", [NAN, 0.0, 8.0])
def test_a_knee_that_shows_no_extension_may_have_extended_a_little(extension):
    unseen = replace(P, extension_unseen_deg=6.0, extension_view_deg=30.0)

    assert _half(extension=extension, protocol=unseen) == pytest.approx(np.hypot(1.8, 6.0 * 0.5))


def test_an_extension_within_its_noise_adds_nothing():
    assert _half(extension=8.0, thigh=30.0) == pytest.approx(_half(thigh=30.0))


def test_all_terms_add_in_squares():
    together = _half(gap=1.5, thigh=20, obliquity=9, rise=0.2)

    assert together == pytest.approx(np.sqrt(1.8**2 + 1.8**2 + 1.2**2 + 1.08**2 + 1.2**2))


@pytest.mark.parametrize("rise", [0.03, -0.2])
def test_a_knee_that_hardly_rose_or_sank_adds_nothing(rise):
    assert _half(rise=rise) == pytest.approx(1.8)


def test_a_single_patch_costs_half_the_base_again():
    assert _half(gap=NAN) == pytest.approx(np.hypot(1.8, 0.9))


def test_landmarks_alone_have_their_own_wide_base():
    assert _half(gap=NAN, registered=False) == pytest.approx(5.5)


def test_an_axis_drawn_by_hand_has_a_base_of_its_own():
    assert _half(gap=NAN, registered=False, by_hand=True) == pytest.approx(2.5)


@pytest.mark.parametrize("off_ratio", [-0.06, 0.05])
def test_a_camera_at_about_the_height_of_the_knee_adds_nothing(off_ratio):
    assert _half(height=P.camera_height_usual_ratio + off_ratio) == pytest.approx(1.8)


@pytest.mark.parametrize("residual", [0.0, 0.8])
def test_edges_that_fit_as_in_sharp_pictures_add_nothing(residual):
    assert _half(residual=residual) == pytest.approx(1.8)


@pytest.mark.parametrize(
    "unknown", ["residual", "witness_off", "thigh", "obliquity", "rise", "extension", "height"]
)
def test_what_was_not_measured_leaves_a_finite_width(unknown):
    assert _half(**{unknown: NAN}) == pytest.approx(1.8)


@given(
    gap=st.floats(0, 10), thigh=st.floats(-60, 60), obliquity=st.floats(-20, 20),
    rise=st.floats(-1, 1),
)  # fmt: skip
def test_nothing_ever_makes_the_interval_narrower(gap, thigh, obliquity, rise):
    assert _half(gap=gap, thigh=thigh, obliquity=obliquity, rise=rise) >= 1.8 - 1e-9


def test_one_repetition_gives_the_side_its_own_width():
    assert side_half_width_deg([2.0], [30.0]) == pytest.approx(2.0)


def test_repeating_the_same_number_does_not_shrink_the_method_error():
    assert side_half_width_deg([2.0] * 5, [30.0] * 5) == pytest.approx(2.0)


def test_spread_between_repetitions_widens_the_interval():
    """SEM 2 / 1.96; s = 3, n = 3: 1.96 sqrt((2 / 1.96)^2 + 9 / 3)."""
    assert side_half_width_deg([2.0] * 3, [27.0, 30.0, 33.0]) == pytest.approx(
        1.96 * np.sqrt((2 / 1.96) ** 2 + 3)
    )


def test_a_change_between_days_must_exceed_eight_degrees():
    assert detectable_change_deg(P) == pytest.approx(8.3, abs=0.05)
