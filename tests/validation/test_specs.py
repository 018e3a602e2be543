"""Specifications of the rendered clips."""

from pathlib import Path

import numpy as np
import pytest

from validation.cases import REFUSED_BY
from validation.difficulties import MIXTURE
from validation.framing import hands_up, side_by_side
from validation.specs import GROUPS

FRAMING = Path(__file__).parents[2] / "sample_videos" / "framing"
JOINED = "two_people"
SPECS = [spec for group in GROUPS.values() for spec in group()]


def test_names_of_clips_are_unique():
    assert len({spec["name"] for spec in SPECS}) == len(SPECS)


def test_specifications_are_reproducible():
    assert [spec for group in GROUPS.values() for spec in group()] == SPECS


def test_every_kind_of_refusal_has_its_codes():
    measured = [spec for spec in SPECS if spec["kind"] != "framing"]

    assert {spec["kind"] for spec in measured} <= {"ir", *REFUSED_BY}


def test_framing_samples_are_the_specified_clips():
    alone = {spec["name"] for spec in (*GROUPS["framing"](), hands_up())}
    halves = {name for name in alone if name.startswith(JOINED)}

    assert {path.stem for path in FRAMING.glob("*.mp4")} == alone - halves | {JOINED}


def test_two_people_stand_left_and_right_in_one_picture():
    left, right = (np.full((2, 3, 3), shade, dtype=np.uint8) for shade in (10, 20))

    [joined] = side_by_side([left], [right])

    assert joined[0, :, 0].tolist() == [10, 10, 10, 20, 20, 20]


def test_every_difficulty_has_a_name():
    assert all(spec["difficulty"] for spec in GROUPS["difficulties"]())


def test_mixtures_hold_nothing_that_is_found():
    mixtures = [spec for spec in SPECS if spec.get("difficulty") == MIXTURE]
    found_from = {"hip_lift": 1.5, "thigh_lift": 2.0, "abd": 2.0, "lean": 2.5, "trunk_rot": 3.0,
                  "knee_ext": 4.0}  # fmt: skip
    amounts = [(c["ch"], abs(c["amp"])) for spec in mixtures for c in spec["motion"]["comp"]]

    assert len(mixtures) >= 10
    assert all(amount <= found_from.get(channel, 90.0) for channel, amount in amounts)


@pytest.mark.parametrize("path", sorted(FRAMING.glob("*.mp4")), ids=lambda path: path.stem)
def test_framing_sample_is_small(path):
    assert path.stat().st_size < 200_000


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["name"])
def test_every_repetition_has_its_amount(spec):
    motion = spec["motion"]
    listed = [c["amp"] for c in motion["comp"] if isinstance(c["amp"], list)]

    assert all(len(amounts) == motion["reps"] for amounts in listed)
