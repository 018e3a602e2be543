import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.landmarks import Side
from hipcv.report.formats.table import angles
from tests.builders import motion


def rows(*motions):
    return list(csv.DictReader(io.StringIO(angles(motions))))


def test_the_table_stays_as_it_is(golden):
    text = angles([motion(rate_hz=10.0)])

    assert text == golden("angles.csv", text)


def test_every_frame_has_a_row_on_every_side():
    moved = motion()

    assert len(rows(moved, motion(Side.RIGHT))) == 2 * len(moved.time_s)


def test_left_comes_before_right():
    sides = [row["side"] for row in rows(motion(Side.RIGHT), motion(Side.LEFT))]

    assert sides == sorted(sides)


def test_what_was_not_measured_is_an_empty_cell():
    assert {row["trunk_shift_ratio"] for row in rows(motion())} == {""}


def test_a_frame_without_the_leg_is_marked():
    raw = motion().raw_deg.copy()
    raw[5] = np.nan

    row = rows(replace(motion(), raw_deg=raw))[5]

    assert (row["rotation_raw_deg"], row["seen"]) == ("", "0")


def test_the_angle_from_the_vertical_is_the_tilt_at_the_start_and_the_rotation():
    moved = motion()

    read = [float(row["from_vertical_deg"]) for row in rows(moved)]

    assert read == pytest.approx(moved.start.tilt_deg + moved.rotation_deg, abs=0.006)


def test_without_a_start_there_is_no_angle_from_the_vertical():
    assert {row["from_vertical_deg"] for row in rows(replace(motion(), start=None))} == {""}


def test_phases_follow_the_repetition():
    phases = list(dict.fromkeys(row["phase"] for row in rows(motion())))

    assert phases == ["before", "start", "rest", "moving", "plateau"]


def test_repetitions_count_from_one():
    assert {row["rep"] for row in rows(motion(peaks_deg=(30.0, 40.0)))} == {"", "1", "2"}


def test_without_a_movement_only_the_header_is_left():
    assert angles([]).count("\n") == 1


def test_a_channel_of_one_side_is_empty_on_the_other():
    bare = replace(motion(Side.RIGHT), channels={})

    assert rows(motion(), bare)[-1]["trunk_lean_deg"] == ""
