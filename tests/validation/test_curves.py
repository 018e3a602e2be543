"""Comparison of a curve with the projected truth, frame by frame."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from validation.answers import _curves
from validation.cases import SideCase
from validation.curves import CurveCase, curve_cases, witnesses
from validation.truth import ClipTruth, Conditions, RepTruth, _projected_tilts_deg

TRUE_DEG = np.concatenate([np.full(10, -4.0), np.linspace(-4, 30, 20), np.full(10, 30.0)])
CONDITIONS = Conditions(0.0, 0.0, "shorts", "day", 720, 30.0, "adult", hand_held=False)
REP = RepTruth(34.0, 34.0, {"knee_flex": 0.0})
TRUTH = ClipTruth(
    name="one",
    group="made",
    clip=Path("one.mp4"),
    kind="ir",
    duration_s=1.3,
    asked_side="left",
    sides={"left": (REP,)},
    tilt_deg={"left": TRUE_DEG},
    conditions=CONDITIONS,
)


def answer(raw_deg, *, source="outline"):
    """The answer of a clip whose left curve is given."""
    count = len(raw_deg)
    curve = {
        "frame": list(range(count)),
        "raw_deg": list(raw_deg),
        "source": [source] * count if isinstance(source, str) else source,
        "at_start": [row < 8 for row in range(count)],
    }
    return {"curves": {"left": curve}}


def case_of(raw_deg, **options) -> CurveCase:
    (case,) = curve_cases([TRUTH], [answer(raw_deg, **options)])
    return case


def test_a_curve_is_compared_from_its_own_still_start():
    assert case_of(TRUE_DEG + 4).error_deg == pytest.approx(0)


def test_the_error_is_that_of_every_frame():
    raw = TRUE_DEG + 4
    raw[20:30] += 0.6

    assert case_of(raw).rmse_deg == pytest.approx(0.3)


def test_a_bridged_frame_is_no_worst_frame():
    raw, source = TRUE_DEG + 4, ["outline"] * 40
    raw[20], source[20], raw[30] = 90, "bridged", raw[30] + 0.5

    assert case_of(raw, source=source).worst_deg == pytest.approx(0.5)


def test_a_frame_without_an_angle_has_no_error():
    raw = TRUE_DEG + 4
    raw[15:20] = np.nan

    assert np.flatnonzero(np.isnan(case_of(raw).error_deg)).tolist() == list(range(15, 20))


@pytest.mark.parametrize(
    ("truth", "result"),
    [
        (replace(TRUTH, kind="standing"), answer(TRUE_DEG)),
        (replace(TRUTH, tilt_deg={}), answer(TRUE_DEG)),
        (TRUTH, {"curves": {}}),
    ],
    ids=["to refuse", "no camera", "no table"],
)
def test_a_curve_without_truth_or_table_is_not_compared(truth, result):
    assert curve_cases([truth], [result]) == []


def test_a_table_of_angles_is_read_by_its_names(tmp_path):
    table = tmp_path / "angles.csv"
    table.write_text(
        "frame,time_s,side,rotation_raw_deg,phase,source\n"
        "0,0.0,left,0.01,start,outline\n"
        "1,0.1,left,,moving,\n"
    )

    curve = _curves(table)["left"]

    assert (curve["frame"], curve["at_start"], curve["source"]) == (
        [0, 1], [True, False], ["outline", ""],
    )  # fmt: skip
    assert curve["raw_deg"] == pytest.approx([0.01, np.nan], nan_ok=True)


def test_the_true_tilt_is_that_of_the_projected_joints():
    """A level camera at the origin looks along -z; the foot of the left leg hangs outwards."""
    joints = {"left_knee": [0.1, 0.0, -3.0], "left_ankle": [0.3, -0.2, -3.0],
              "right_knee": [-0.1, 0.0, -3.0], "right_ankle": [-0.1, -0.3, -3.0]}  # fmt: skip
    camera = {"fx": 900, "fy": 900, "cx": 640, "cy": 360, "position": [0, 0, 0],
              "R_world_to_cam": np.eye(3).tolist()}  # fmt: skip
    document = {"camera": camera, "per_frame": [{"joints3d": joints}]}

    tilts = {side: float(tilt[0]) for side, tilt in _projected_tilts_deg(document).items()}

    assert tilts == pytest.approx({"left": 45, "right": 0})


@pytest.mark.parametrize(("second", "difference"), [(34.9, 0.4), (None, np.nan)])
def test_the_second_reading_is_compared_with_the_rotation(second, difference):
    rep = {"rotation_deg": 34.5, "witness_deg": second, "angle_source": "outline"}
    (witness,) = witnesses([SideCase(TRUTH, "left", (REP,), {"reps": [rep]})])

    actual = (witness.difference_deg, witness.error_deg)
    assert actual == pytest.approx((difference, 0.5), nan_ok=True)


def test_a_wrong_count_of_repetitions_pairs_none():
    assert witnesses([SideCase(TRUTH, "left", (REP,), {"reps": []})]) == []
