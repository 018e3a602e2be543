from dataclasses import asdict

import pytest

from hipcv.core.errors import InvalidProtocol
from hipcv.core.protocol import MeasurementProtocol, settings

EVERY = [pytest.param(setting, id=setting.name) for setting in settings()]

SPECIFIED = {
    "target_deg": 45,
    "typical_low_deg": 24,
    "typical_high_deg": 42,
    "much_lower_deg": 20,
    "side_difference_deg": 10,
    "practice_from_reps": 4,
    "reps_wanted": 3,
    "gap_fill_s": 0.2,
    "still_band_deg": 3,
    "movement_min_deg": 6,
    "plateau_share": 0.93,
    "plateau_speed_deg_s": 30,
    "standing_thigh_ratio": 0.85,
    "sloping_thigh_ratio": 0.5,
    "side_view_shift_ratio": 0.45,
    "side_view_shoulder_ratio": 0.5,
    "oblique_yaw_deg": 12,
    "hips_travel_ratio": 0.25,
    "hike_deg": 2.5,
    "hike_confounded_deg": 3.5,
    "hike_invalid_deg": 10,
    "lean_measured_deg": 2,
    "lean_deg": 5,
    "lean_invalid_deg": 15,
    "shift_ratio": 0.03,
    "shift_invalid_ratio": 0.12,
    "turn_shift_ratio": 0.04,
    "thigh_measured_ratio": 0.03,
    "thigh_ratio": 0.05,
    "thigh_invalid_ratio": 0.12,
    "drift_out_ratio": 0.05,
    "drift_in_ratio": 0.07,
    "drift_invalid_ratio": 0.35,
    "other_leg_moved_deg": 8,
    "lap_points_min": 12,
    "lap_kept_min": 0.4,
    "lap_inliers_min": 0.55,
    "lap_scale_low": 0.84,
    "lap_scale_high": 1.08,
    "interval_patch_gain": 1.2,
    "interval_view_gain": 0.06,
    "interval_obliquity_gain": 0.12,
    "interval_knee_gain": 0.06,
    "between_day_sem_deg": 3,
    "obliquity_counts_deg": 3,
}
"""Values of the specification; a change is a clinical decision, not an edit."""


@pytest.mark.parametrize("name", SPECIFIED)
def test_the_specified_value_is_the_default(name):
    assert getattr(MeasurementProtocol(), name) == SPECIFIED[name]


@pytest.mark.parametrize("setting", EVERY)
def test_every_setting_has_a_reason_and_a_source(setting):
    assert all([setting.why.strip(), setting.source.strip()])


@pytest.mark.parametrize("setting", EVERY)
def test_a_unit_in_a_settings_name_is_its_unit(setting):
    suffixes = {"_deg_s": "deg/s", "_deg": "deg", "_s": "s", "_hz": "Hz", "_reps": "reps"}
    unit = next(
        (unit for end, unit in suffixes.items() if setting.name.endswith(end)), setting.unit
    )

    assert setting.unit == unit


@pytest.mark.parametrize("setting", [k for k in settings() if "gain" not in k.name])
def test_every_setting_but_a_gain_has_a_unit(setting):
    assert setting.unit


@pytest.mark.parametrize("setting", EVERY)
def test_every_default_lies_in_its_range(setting):
    assert setting.low <= setting.default <= setting.high


@pytest.mark.parametrize("setting", EVERY)
@pytest.mark.parametrize("end", ["low", "high"])
def test_a_value_beyond_either_end_of_its_range_is_refused(setting, end):
    beyond = {"low": setting.low - 0.001, "high": setting.high + 0.001}[end]

    with pytest.raises(InvalidProtocol, match=setting.name):
        MeasurementProtocol.from_values({setting.name: beyond})


@pytest.mark.parametrize("value", ["45", None, True, float("nan"), [45]])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(InvalidProtocol, match="target_deg"):
        MeasurementProtocol.from_values({"target_deg": value})


def test_a_refused_value_is_reported_with_its_range_and_unit():
    with pytest.raises(InvalidProtocol, match=r"120.*10 to 90 deg"):
        MeasurementProtocol(target_deg=120)


def test_an_unknown_name_is_refused_with_where_to_look():
    with pytest.raises(InvalidProtocol, match=r"trunk_limit.*hipcv protocol"):
        MeasurementProtocol.from_values({"trunk_limit": 3})


def test_named_values_replace_defaults_and_nothing_else():
    changed = asdict(MeasurementProtocol.from_values({"target_deg": 40}))

    assert changed == asdict(MeasurementProtocol()) | {"target_deg": 40}


def test_the_stored_copy_of_a_protocol_makes_the_same_protocol():
    own = MeasurementProtocol.from_values({"hike_deg": 3.0, "gap_fill_s": 0.1})

    assert MeasurementProtocol.from_values(asdict(own)) == own
