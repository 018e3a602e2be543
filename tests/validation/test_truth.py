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


def test_an_overshoot_is_not_the_end_range(tmp_path):
    curve = np.interp(TIME_S, [1, 1.5, 1.8, 2.8, 3.3], [0, 44, 36, 36, 0])

    [rep] = read(truth_file(tmp_path, curve)).sides["left"]

    assert (rep.shank_deg, rep.held) == (pytest.approx(36), True)


def test_a_kick_is_not_held(tmp_path):
    curve = np.interp(TIME_S, [1, 1.4, 1.8], [0, 40, 0])

    assert not read(truth_file(tmp_path, curve)).sides["left"][0].held


def test_a_kick_without_a_hold_counts_at_its_top():
    curve = np.interp(TIME_S, [1, 1.4, 1.8], [0, 40, 0])

    assert TIME_S[end_range(curve, TIME_S)].mean() == pytest.approx(1.4, abs=0.2)


def test_the_start_ends_before_anything_moves():
    assert still_rows(np.array([0, 0, 0, 0.01, 0.5])).tolist() == [0, 1, 2]


def test_repetitions_are_read_from_the_instants_where_pictures_are_missing(tmp_path):
    path = truth_file(tmp_path, held_curve(0, 30))
    document = json.loads(path.read_text())
    document |= {"per_instant": document["per_frame"], "per_frame": document["per_frame"][::9]}
    path.write_text(json.dumps(document))

    assert read(path).sides["left"][0].shank_deg == pytest.approx(30)


def test_a_lens_bends_the_true_tilt(tmp_path):
    path = truth_file(tmp_path, held_curve(0, 30))
    document = json.loads(path.read_text())
    camera = {"position": [0, 0, 0], "R_world_to_cam": np.eye(3).tolist(),
              "fx": 800, "fy": 800, "cx": 640, "cy": 360}  # fmt: skip
    joints = {f"{side}_{joint}": [0.5, down, -1.0] for side in ("left", "right")
              for joint, down in (("knee", 0.0), ("ankle", -0.5))}  # fmt: skip
    frames = [frame | {"joints3d": joints} for frame in document["per_frame"]]
    path.write_text(json.dumps(document | {"camera": camera, "per_frame": frames}))
    straight = read(path).tilt_deg["left"][0]
    bent = document | {"camera": camera | {"k1": -0.2}, "per_frame": frames}
    path.write_text(json.dumps(bent))

    assert straight == pytest.approx(0)
    assert read(path).tilt_deg["left"][0] == pytest.approx(np.degrees(np.arctan(-0.025 / 0.45)))


def test_a_lean_counts_either_way():
    lean = next(kind for kind in COMPENSATIONS if kind.code == "trunk_lean")

    assert lean.amount_deg({"trunk_lean": -9.0}) == 9.0


def test_a_dropped_hip_is_no_hike():
    hike = next(kind for kind in COMPENSATIONS if kind.code == "pelvic_hike")

    assert hike.amount_deg({"pelvis_obliquity": -9.0}) == -9.0
