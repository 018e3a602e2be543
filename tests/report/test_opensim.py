from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.landmarks import LANDMARK_COUNT, Landmark, Side
from hipcv.report.formats.opensim import mot, trc
from hipcv.results.document import build_document
from tests.builders import assessment, motion, refused, rep, trial
from tests.tracks import SIZE_PX, seated_track, track_of


def table(text):
    """Header lines, column names and rows of a `.mot` file, as OpenSim splits it."""
    lines = text.splitlines()
    end = lines.index("endheader")
    rows = np.array([[float(cell) for cell in line.split("\t")] for line in lines[end + 2 :]])
    return lines[:end], lines[end + 1].split("\t"), rows


def markers(text):
    """Names and (T, 33, 3) of a `.trc` file, by OpenSim's rules; empty cells are NaN."""
    lines = text.splitlines()
    rows = [line.split("\t")[:-1] for line in lines[6:]]  # each ends with a tab
    values = [[float(cell or "nan") for cell in row] for row in rows]
    return [name for name in lines[3].split("\t") if name][2:], np.array(values)


def gone(track, row, landmark):
    xy = track.xy_px.copy()
    xy[row, landmark] = np.nan
    return track_of(xy, track.time_s)


def test_a_motion_file_says_that_it_is_in_degrees():
    assert "inDegrees=yes" in table(mot([motion()]))[0]


def test_a_motion_file_counts_its_rows_and_columns():
    header, columns, rows = table(mot([motion(), motion(Side.RIGHT)]))

    assert {f"nRows={len(rows)}", f"nColumns={len(columns)}"} <= set(header)


@pytest.mark.parametrize(
    ("sides", "columns"),
    [
        ([Side.LEFT], ["time", "hip_rotation_l"]),
        ([Side.RIGHT], ["time", "hip_rotation_r"]),
        ([Side.LEFT, Side.RIGHT], ["time", "hip_rotation_r", "hip_rotation_l"]),
    ],
)
def test_a_motion_file_has_a_column_for_each_measured_side(sides, columns):
    assert table(mot([motion(side) for side in sides]))[1] == columns


@pytest.mark.parametrize(
    ("side", "line"),
    [
        (assessment(), "hip_rotation_l: result 34.80 deg, mean of what counts."),
        (
            assessment(provisional=True, category=None),
            "hip_rotation_l: result 34.80 deg, mean of what counts, provisional.",
        ),
        (
            replace(refused(), reps=(rep(51.0, held=False),)),
            (
                "hip_rotation_l: no result, no repetition kept the rules of the test; "
                "no value of this curve stands for one."
            ),
        ),
    ],
)
def test_the_header_of_a_motion_file_says_what_the_result_is_or_that_there_is_none(side, line):
    document = build_document(trial(side))

    header, _, _ = table(mot([motion()], sides=document["sides"]))
    assert [text for text in header if text.startswith("hip_rotation")] == [line]


@pytest.mark.parametrize("side", Side)
def test_internal_rotation_is_positive_on_both_sides(side):
    assert table(mot([motion(side, (34.8,))]))[2][:, 1].max() == pytest.approx(34.8)


def test_a_motion_file_keeps_the_time_order_of_the_clip():
    curve = motion()

    assert table(mot([curve]))[2][:, 0] == pytest.approx(curve.time_s, abs=1e-6)


def test_what_was_not_measured_is_nan_in_a_motion_file():
    curve = motion(rotation_deg=np.full_like(motion().time_s, np.nan))

    assert np.isnan(table(mot([curve]))[2][:, 1]).all()


def test_a_clip_s_name_cannot_add_a_line_or_a_key():
    header = table(mot([motion()], "a=b\nnRows=3"))[0]

    assert header[0] == "a-b nRows-3"


def test_markers_are_planar():
    _, rows = markers(trc(seated_track([0, 20])))

    assert (rows[:, 4::3] == 0).all()


def test_a_marker_file_says_that_it_is_planar_and_in_pixels():
    lines = trc(seated_track([0, 20])).splitlines()

    assert ("planar" in lines[0], lines[2].split("\t")[4]) == (True, "px")


def test_markers_stand_upright_with_y_up():
    track = seated_track([0, 20])
    _, rows = markers(trc(track))
    ankle = 2 + 3 * Landmark.LEFT_ANKLE

    assert rows[0, ankle + 1] == pytest.approx(
        SIZE_PX[1] - track.xy_px[0, Landmark.LEFT_ANKLE, 1], abs=1e-3
    )


def test_every_landmark_has_its_name():
    names, _ = markers(trc(seated_track([0, 20])))

    assert names == [landmark.name for landmark in Landmark]


@pytest.mark.parametrize("landmark", [Landmark.NOSE, Landmark.RIGHT_TOE])
def test_a_missing_landmark_has_empty_cells(landmark):
    _, rows = markers(trc(gone(seated_track([0, 20, 40]), 1, landmark)))
    cells = slice(2 + 3 * landmark, 5 + 3 * landmark)

    assert np.isnan(rows[:, cells]).all(axis=1).tolist() == [False, True, False]


def test_every_row_has_a_cell_for_every_coordinate():
    lines = trc(gone(seated_track([0, 20]), 1, Landmark.RIGHT_TOE)).splitlines()

    assert {line.count("\t") for line in lines[6:]} == {2 + 3 * LANDMARK_COUNT}
