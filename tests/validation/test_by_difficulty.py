"""Figures by difficulty, on small made-up answers."""

from pathlib import Path

import numpy as np
import pytest

from validation.by_difficulty import UNKNOWN, beyond_deg, by_difficulty, misses
from validation.cases import RefusalCase, SideCase, absent_findings, side_cases
from validation.made import MADE
from validation.page import Results, write
from validation.truth import COMPENSATIONS, ClipTruth, Conditions, RepTruth

CONDITIONS = Conditions(0.0, 0.0, "shorts", "day", 720, 30.0, "adult", hand_held=False)
FLAT = {kind.truth: 0.0 for kind in COMPENSATIONS}


def side(name, difficulty, read_deg, interval_deg=None, *, findings=(), group="made"):
    """A side of 40 degrees that was read as `read_deg`; None: refused."""
    rep = RepTruth(40.0, 40.0, FLAT)
    truth = ClipTruth(name, group, Path(f"{name}.mp4"), "ir", 3.0, "left", {"left": (rep,)}, {},
                      CONDITIONS, difficulty)  # fmt: skip
    answer = {
        "rotation_deg": read_deg, "interval_deg": interval_deg, "findings": list(findings),
        "reps": [{"rotation_deg": read_deg, "interval_deg": interval_deg,
                  "findings": [{"code": code} for code in findings], "channels": {}}],
    }  # fmt: skip
    return SideCase(truth, "left", (rep,), None if read_deg is None else answer)


SIDES = [
    side("a", "calf sags", 41.0, (39.0, 43.0)),
    side("b", "calf sags", 43.0, (41.5, 44.5), findings=["thigh_lift"]),
    side("c", "calf sags", None),
    side("d", "hand on the knee", 40.5, (38.5, 42.5)),
    side("e", "", 40.0, (39.0, 41.0), group="dev"),
]


def test_every_difficulty_has_its_own_figures():
    calf, hand = by_difficulty(SIDES)

    assert (calf.name, calf.sides, calf.refused, calf.inside) == ("calf sags", 3, 1, 1)
    assert calf.error.mean_absolute_deg == pytest.approx(2.0)
    assert calf.width_deg == pytest.approx(3.5)
    assert (calf.false_findings, calf.checks) == (1, 2 * 6)
    assert (hand.name, hand.inside, hand.false_findings) == ("hand on the knee", 1, 0)


def test_clips_of_a_group_without_names_stand_for_the_group():
    [knee] = by_difficulty([side("k", "", 40.0, (39.0, 41.0), group="knee")])

    assert knee.name == "knee extension"


def test_a_miss_is_listed_with_how_far_it_is_out_and_why():
    [(case, cause)] = misses(SIDES)

    assert (case.truth.name, cause) == ("b", UNKNOWN)
    assert beyond_deg(case) == pytest.approx(1.5)


def test_a_number_without_interval_misses():
    [(case, _)] = misses([side("n", "calf sags", 41.0)])

    assert np.isinf(beyond_deg(case))


def test_the_page_tells_groups_difficulties_and_misses():
    truths = [case.truth for case in SIDES]
    answers = [{"status": "measured", "cpu_s": 1.0, "sides": {"left": case.answer}}
               for case in SIDES]  # fmt: skip
    refusals: list[RefusalCase] = []
    page = write(Results("1", truths, answers, SIDES, refusals,
                         {kind.code: [] for kind in COMPENSATIONS}, [], []))  # fmt: skip
    lines = page.splitlines()

    assert "| made | 4 | rendered clips, warped, covered, re-timed or coded again |" in lines
    assert any(line.startswith("| calf sags | 3 | 1 | 2.00° | +2.0° |") for line in lines)
    assert any(line.startswith("| made/b | calf sags | 40.0° | +3.0° | 1.5° |") for line in lines)
    assert "difficulties, all" in page
    assert f"made, all {len(MADE)}" in page


def test_a_hold_that_was_held_must_not_be_missed():
    [figures] = by_difficulty([side("h", "overshoot", 40.0, (38.0, 42.0), findings=["no_hold"])])

    assert figures.false_findings == 1


def test_what_has_no_finding_is_not_checked():
    assert "knee_extension" not in absent_findings(SIDES[0])


def test_a_side_of_which_no_repetition_counts_is_judged_by_all_of_its_repetitions():
    truth = side("n", "", 41.0, (39.0, 43.0)).truth
    reps = [
        {"rotation_deg": deg, "interval_deg": [deg - 2, deg + 2], "pelvis_relative_deg": relative}
        for deg, relative in ((41.0, 30.0), (43.0, None))
    ]
    not_counted = {"rotation_deg": None, "interval_deg": None, "reps": reps}

    [case] = side_cases([truth], [{"sides": {"left": not_counted}}])

    assert (case.error_deg, case.pelvis_relative_error_deg) == (2.0, -10.0)
    assert case.answer["interval_deg"] == [40.0, 44.0]
