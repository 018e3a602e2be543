"""Every output names the same phase for the same frame."""

import csv
import io

import numpy as np
import pytest

from hipcv.core.assessment import assess
from hipcv.core.compensation import RepView
from hipcv.core.frame_state import frame_state_at
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.charts.strip import strip_rows
from hipcv.report.formats.table import angles
from tests.closeups import performance


@pytest.fixture(scope="module")
def clip():
    track, closeup = performance(35)
    motion = measure(track, closeup, Side.LEFT, MeasurementProtocol())
    motion.channels["trunk_lean_deg"].value[:] = 8.0
    motion.channels["waist_tilt_deg"].value[:] = np.arange(len(motion.time_s))
    return track, motion, assess(motion)


@pytest.fixture(scope="module")
def table_rows(clip):
    return list(csv.DictReader(io.StringIO(angles([clip[1]]))))


def test_table_and_annotated_video_name_the_same_phase_and_repetition(clip, table_rows):
    track, motion, assessment = clip
    states = [frame_state_at(motion, assessment, track, row) for row in range(len(track.time_s))]

    assert [(row["phase"], row["rep"]) for row in table_rows] == [
        (state.phase, "" if state.rep is None else str(state.rep + 1)) for state in states
    ]


def test_chart_strip_colours_the_frames_of_the_repetition(clip, table_rows):
    _, motion, assessment = clip
    (lean,) = [row for row in strip_rows(motion, assessment) if row.onsets_s and row.beyond.any()]

    assert lean.beyond.tolist() == [row["phase"] in {"moving", "plateau"} for row in table_rows]


def test_checks_read_the_frames_of_the_plateau(clip, table_rows):
    _, motion, _ = clip
    held = [number for number, row in enumerate(table_rows) if row["phase"] == "plateau"]

    assert RepView(motion, motion.reps[0]).value("waist_tilt_deg") == np.median(held)


def test_start_and_plateau_contain_their_last_frame(clip, table_rows):
    _, motion, _ = clip
    last_s = {
        phase: max(float(row["time_s"]) for row in table_rows if row["phase"] == phase)
        for phase in ("start", "plateau")
    }

    assert last_s["start"] == pytest.approx(motion.start.span_s.closed[1], abs=1e-4)
    assert last_s["plateau"] == pytest.approx(motion.reps[0].plateau_s.closed[1], abs=1e-4)
