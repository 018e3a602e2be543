"""Definitions of start, end range and amount in clips with known truth."""

import json

import numpy as np
import pytest

from validation.truth import COMPENSATIONS, end_range, read, still_rows

TIME_S = np.arange(0, 4, 0.05)


def truth_file(folder, curve_deg, **changed):
    """A truth file of one left repetition."""
    flat = {kind.truth: 0.0 for kind in COMPENSATIONS}
    frames = [
        {"t": t, "rep": 0, "leg": "L", "phase": float(abs(d - curve_deg[0]) / 40),
         "shank_frontal": d, "hip_ir": d - 1, **flat, **changed}
        for t, d in zip(TIME_S, curve_deg, strict=True)
    ]  # fmt: skip
    document = {
        "name": "one", "valid_test": True, "kind": "ir", "leg": "L", "fps": 20,
        "frames": len(frames), "width": 1280, "height": 720, "per_frame": frames,
        "spec": {"subject": {"outfit": {}}, "camera": {}, "light": {}},
    }  # fmt: skip
    path = folder / "one.truth.json"
    path.write_text(json.dumps(document))
    return path


def held_curve(start_deg, end_deg):
    """Return a curve: still, up, held for a second, down."""
    return np.interp(TIME_S, [1, 1.5, 2.5, 3], [start_deg, end_deg, end_deg, start_deg])


def test_rotation_counts_from_the_still_start(tmp_path):
    clip = read(truth_file(tmp_path, held_curve(-5, 30)))

    assert clip.sides["left"][0].shank_deg == pytest.approx(35)


def test_only_the_tested_leg_has_truth(tmp_path):
    clip = read(truth_file(tmp_path, held_curve(0, 30)))

    assert set(clip.sides) == {"left"}


def test_a_spike_is_not_the_end_range():
    curve = held_curve(0, 30)
    curve[5] = 90

    assert TIME_S[end_range(curve, TIME_S)].min() > 1


def test_the_start_ends_before_anything_moves():
    assert still_rows(np.array([0, 0, 0, 0.01, 0.5])).tolist() == [0, 1, 2]


def test_a_lean_counts_either_way():
    lean = next(kind for kind in COMPENSATIONS if kind.code == "trunk_lean")

    assert lean.amount_deg({"trunk_lean": -9.0}) == 9.0


def test_a_dropped_hip_is_no_hike():
    hike = next(kind for kind in COMPENSATIONS if kind.code == "pelvic_hike")

    assert hike.amount_deg({"pelvis_obliquity": -9.0}) == -9.0
