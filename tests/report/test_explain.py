"""Storage of a trace, and its drawing."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from hipcv.core.closeup import START, UNUSED, Region
from hipcv.core.compensation import RepView
from hipcv.core.interfaces import Frame
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.measure import measure
from hipcv.core.outline import COLUMNS, KNEE_ROW, ROWS, Outline, Registration, Strip
from hipcv.core.phases import find_phases
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.trace import Cutout, RegionsFollowed, ShankRegistered, ShankSeen
from hipcv.report import palette
from hipcv.report.debug import curves, explain, flow
from hipcv.report.debug.collector import START_STRIPS, TraceCollector
from hipcv.report.debug.shank import (
    KeyFrame,
    draw_strips,
    map_strip,
    registered_strip,
    template_in_strip,
)
from hipcv.report.debug.tracking import draw_tracking
from hipcv.report.privacy import Heads
from tests.closeups import assessment_of, motion_of, performance, with_region
from tests.tracks import seated_track, seated_xy, swings, with_tracked_shank

P = MeasurementProtocol()
LEFT = Side.LEFT
STRAIGHT = Strip(np.array([690.0, 392.0]), 0.0, 160.0)
HOME_PX = np.stack([np.linspace(600, 700, 30), np.linspace(300, 400, 30)], axis=-1)
REGIONS = np.repeat(np.arange(len(Region)), 5)


def frame_at(row, shape=(720, 1280)):
    bgr = np.zeros((*shape, 3), dtype=np.uint8)
    bgr[::16] = 200  # something that a blur changes
    return Frame(row, row / 30, bgr)


def outline(strip=STRAIGHT):
    """A leg that tapers evenly from 60 to 30 columns."""
    half = np.linspace(30, 15, ROWS)
    middle = (COLUMNS - 1) / 2
    return Outline(strip, np.stack([middle - half, middle + half], axis=-1))


def cut_out(row, window, *, model="full", shape=(720, 1280)):
    """A key frame as it is cut out: its repetition is not known yet."""
    window = START if window == START else 0
    picture = np.full((ROWS, COLUMNS, 3), 90, dtype=np.uint8)
    cutout = Cutout(picture, outline().edges, outline())
    return ShankSeen(model, LEFT, window, frame_at(row, shape), cutout)


def followed(row, *, rows=slice(None), model="full", shape=(720, 1280)):
    arrows = np.stack([HOME_PX, HOME_PX + np.array([row, 0])], axis=1)
    return RegionsFollowed(model, LEFT, frame_at(row, shape), arrows[rows], REGIONS[rows])


def registered(row, window):
    same = Registration(0.0, 0.1, 0.0, STRAIGHT.knee_px)
    return ShankRegistered("full", LEFT, window, row / 30, outline(), outline(), (same, same))


def trace(collector, *, windows=(START, 0, 1, 2), keys=12, shape=(720, 1280)):
    """A trace with a picture of the flow in every frame: masks follow when a window has ended."""
    ends = {window: range(index * keys, (index + 1) * keys) for index, window in enumerate(windows)}
    for window, rows in ends.items():
        for row in rows:
            collector(followed(row, shape=shape))
        for row in rows:
            collector(cut_out(row, window, shape=shape))
    for window, rows in ends.items():
        for row in rows:
            collector(registered(row, window))
    return collector.steps("full", LEFT)


def test_three_strips_of_every_window_are_drawn():
    windows = trace(TraceCollector(), shape=(90, 160)).windows()

    assert {window: len(strips) for window, strips in windows.items()} == {
        START: 3, 0: 3, 1: 3, 2: 3,
    }  # fmt: skip


def test_the_strips_are_the_first_the_middle_and_the_last():
    windows = trace(TraceCollector()).windows()

    times = [time_s for time_s, _ in windows[0]]
    assert times == pytest.approx(np.array([12, 18, 23]) / 30)


def test_a_start_that_was_collected_anew_has_no_strips():
    collector = TraceCollector()
    for row in (0, 5):
        collector(cut_out(row, START))
    collector(registered(5, START))

    assert [time_s for time_s, _ in collector.steps("full", LEFT).windows()[START]] == [5 / 30]


def test_the_strips_of_a_start_do_not_grow_in_number():
    collector = TraceCollector()
    for row in range(100):
        collector(cut_out(row, START))

    assert len(collector.steps("full", LEFT).start_cutouts) == START_STRIPS


def test_a_start_without_an_outline_has_its_strips():
    collector = TraceCollector()
    collector(cut_out(0, START))

    assert len(collector.steps("full", LEFT).windows()[START]) == 1


def test_a_frame_outside_of_every_repetition_is_not_drawn():
    collector = TraceCollector()
    collector(cut_out(7, 0))
    collector(registered(7, UNUSED))

    assert collector.steps("full", LEFT).windows() == {}


def test_a_key_frame_has_the_picture_of_the_flow_nearest_to_it():
    steps = trace(TraceCollector())

    assert steps.flow[18 / 30].index == 16  # every eighth is stored: a quarter of a second


def test_a_large_picture_is_stored_scaled_down():
    steps = trace(TraceCollector(), windows=(START, 0), keys=2, shape=(2160, 3840))

    assert steps.flow[2 / 30].picture.shape == (720, 1280, 3)


def test_arrows_are_scaled_with_their_picture():
    steps = trace(TraceCollector(), windows=(START, 0), keys=2, shape=(1440, 2560))

    assert steps.flow[2 / 30].arrows_px[:, 0] == pytest.approx(HOME_PX / 2)


def test_a_lost_point_is_marked_at_its_start():
    collector = TraceCollector()
    for evidence in (followed(0), followed(9, rows=slice(3, None)), cut_out(9, 0)):
        collector(evidence)

    assert collector.steps("full", LEFT).flow[9 / 30].lost_px == pytest.approx(HOME_PX[:3])


def test_points_followed_from_a_new_start_are_not_lost():
    collector = TraceCollector()
    for evidence in (followed(0), followed(0, rows=slice(3, None))):
        collector(evidence)
    collector(followed(9, rows=slice(3, None)))
    collector(cut_out(9, 0))

    assert len(collector.steps("full", LEFT).flow[9 / 30].lost_px) == 0


def test_the_traces_of_two_models_are_not_mixed():
    collector = TraceCollector()
    collector(cut_out(0, START))
    collector(cut_out(0, START, model="heavy"))

    rows = [len(collector.steps(model, LEFT).start_cutouts) for model in ("full", "heavy")]
    assert rows == [1, 1]


def test_the_trace_of_a_side_that_was_not_registered_is_empty():
    assert TraceCollector().steps("full", LEFT).windows() == {}


def test_the_knee_of_one_strip_maps_to_the_knee_of_another():
    middle = (COLUMNS - 1) / 2
    lower = Strip(STRAIGHT.knee_px + np.array([0.0, 0.75 * 160]), 0.0, 160.0)

    assert map_strip(np.array([middle, KNEE_ROW]), STRAIGHT, lower) == pytest.approx(
        [middle, KNEE_ROW - 160]
    )


def test_the_starts_outline_lies_on_a_leg_that_has_not_turned():
    pictures = registered(0, START)

    laid = registered_strip(pictures, pictures.registrations[0])
    points = template_in_strip(pictures, laid, (0.0, 0.5))

    rows = points[:, 0, 1].round().astype(int)
    assert points[..., 0] == pytest.approx(outline().edges[rows])


def test_a_key_frame_without_a_start_is_still_drawn():
    key = KeyFrame(0.0, cut_out(0, START).cutout, None)

    figure = draw_strips([key], LEFT)

    assert "no start" in figure.axes[1].get_xlabel()


def test_a_channel_is_named_without_its_unit():
    assert curves.channel_name("knee_rise_outline_ratio") == "Knee rise outline"


@pytest.mark.parametrize(
    ("name", "move"),
    [
        ("pelvic_obliquity_deg", {"obliquity_deg": 8.0}),
        ("trunk_lean_deg", {"lean_deg": -9.0}),
        ("trunk_shift_ratio", {"shift_ratio": 0.09}),
        ("knee_rise_ratio", {"rise_ratio": 0.12}),
        ("knee_drift_ratio", {"drift_ratio": 0.12}),
        ("knee_drift_ratio", {"drift_ratio": -0.12}),
    ],
)
def test_the_limit_that_is_drawn_is_the_limit_of_the_finding(name, move):
    motion = motion_of(40.0, **move)
    findings = assessment_of(40.0, **move).reps[0].findings

    limits = curves.limits(name, RepView(motion, motion.reps[0]))
    assert {abs(limit) for limit, _ in limits} & {finding.limit for finding in findings}


def test_the_limit_that_is_drawn_by_landmarks_is_the_higher_one():
    motion = measure(seated_track(swings(40.0)), None, Side.LEFT, P)

    limits = curves.limits("pelvic_obliquity_deg", RepView(motion, motion.reps[0]))

    assert limits == [(P.hike_landmarks_deg, P.obliquity_noise_deg)]


def test_supporting_evidence_has_no_limit():
    motion = motion_of(40.0)

    assert curves.limits("waist_tilt_deg", RepView(motion, motion.reps[0])) == []


def test_every_channel_has_a_row():
    motion = motion_of(40.0)

    figure = curves.draw_channels(motion, None)

    assert len(figure.axes) == len(motion.channels)


def test_a_finding_is_written_on_its_channel():
    motion, side = motion_of(40.0, lean_deg=9.0), assessment_of(40.0, lean_deg=9.0)

    figure = curves.draw_channels(motion, side)

    lean = figure.axes[list(motion.channels).index("trunk_lean_deg")]
    assert [text.get_text() for text in lean.texts] == ["trunk_lean +9.0"]


def test_no_region_is_identified_by_its_colour_alone():
    assert len(set(flow.MARKERS.values())) == len(Region)


def test_regions_have_colours_that_colour_blind_eyes_distinguish():
    safe = {palette.ORANGE, palette.SKY, palette.GREEN, palette.VERMILLION, palette.BLUE,
            palette.YELLOW}  # fmt: skip

    assert {to_hex(colour) for colour in flow.COLOURS.values()} == safe


def test_a_region_with_too_few_points_has_its_gate_shut():
    frame = trace(TraceCollector(), windows=(START, 0), keys=2, shape=(90, 160)).flow[2 / 30]
    motion = with_region(performance(40.0)[1].motion, Region.LAP, points=3)

    figure = flow.draw_flow(frame, motion, P, frame.picture)

    (table,) = figure.axes[2].tables
    gates = [table[row, 7].get_text().get_text() for row in range(1, 1 + len(Region))]
    assert gates == ["SHUT", "open", "open", "open", "open", "open"]


TRACK = with_tracked_shank(performance(40.0)[0], LEFT, swings(40.0))


def explained_side():
    track, closeup = performance(40.0)
    motion = motion_of(40.0)
    phases = find_phases(track, LEFT, P)
    return explain.ExplainedSide(LEFT, phases, motion, assessment_of(40.0), closeup)


@pytest.fixture(scope="module")
def pictures():
    """Every picture of one drawn repetition."""
    collector = TraceCollector()
    trace(collector, windows=(START, 0), keys=3)
    return explain.pictures([explained_side()], collector, TRACK, P)


@pytest.mark.slow
def test_every_step_has_its_picture(pictures):
    assert [picture.name for picture in pictures] == [
        "tracking_left.png",
        "curve_left.png",
        "masks_left.png",
        "shank_left_start.png",
        "shank_left_rep1.png",
        "widths_left_rep1.png",
        "flow_left_rep1.png",
        "channels_left.png",
    ]


def test_the_resting_leg_that_was_tracked_is_drawn_too():
    track = with_tracked_shank(TRACK, Side.RIGHT, np.zeros(len(TRACK.time_s)))

    drawn = explain.pictures([], TraceCollector(), track, P)

    assert [picture.name for picture in drawn] == ["tracking_left.png", "tracking_right.png"]


def test_the_figure_of_the_track_names_what_was_lost():
    track = with_tracked_shank(TRACK, LEFT, swings(40.0), lost=range(40, 60))

    labels = draw_tracking(track, LEFT).axes[0].get_legend_handles_labels()[1]

    assert labels.count("lost") == 1


def test_masks_that_agree_with_the_outline_differ_by_nothing():
    _, closeup = performance(40.0)

    figure = curves.draw_masks(closeup, TRACK.shanks[LEFT], TRACK.time_s)

    off_deg = np.concatenate(
        [line.get_ydata() for line in figure.axes[0].lines if line.get_marker() != "None"]
    )
    assert off_deg == pytest.approx(0, abs=0.5)


def test_masks_are_drawn_without_an_outline_to_compare_them_with():
    _, closeup = performance(40.0)

    assert curves.draw_masks(closeup, None, TRACK.time_s).axes


def test_the_curve_names_where_it_is_from():
    side = explained_side()
    phases = find_phases(TRACK, LEFT, P)

    labels = [
        {line.get_label() for line in curves.draw_phases(p, None, None, P).axes[0].lines}
        for p in (side.phases, phases)
    ]

    assert ["by outline" in names for names in labels] == [False, True]


def test_pictures_are_png(pictures):
    assert {picture.png[:8] for picture in pictures} == {b"\x89PNG\r\n\x1a\n"}


def test_a_face_is_hidden_where_it_is_in_the_smaller_picture():
    frame = trace(TraceCollector(), windows=(START, 0), keys=2, shape=(1440, 2560)).flow[2 / 30]
    xy = 2 * seated_xy()
    xy[: LEGS[LEFT].shoulder] = np.array([1280, 240]) + 4 * np.arange(11)[:, None]

    hidden = flow.hide_face(frame, Heads(np.arange(90) / 30, np.tile(xy, (90, 1, 1))))

    rows, columns = np.nonzero((hidden != frame.picture).any(axis=-1))
    assert (rows.mean(), columns.mean()) == pytest.approx((125, 650), abs=15)


def test_a_face_stays_visible_without_landmarks_to_hide_it():
    frame = trace(TraceCollector(), windows=(START, 0), keys=2).flow[2 / 30]

    assert flow.hide_face(frame, None) is frame.picture


def test_a_side_that_was_not_tested_has_its_curve():
    side = explained_side()
    untested = explain.ExplainedSide(LEFT, side.phases, None, None, None)

    pictures = explain.pictures([untested], TraceCollector(), performance(40.0)[0], P)

    assert [picture.name for picture in pictures] == ["curve_left.png"]


def test_the_page_names_every_picture(pictures):
    page = explain.index(pictures, clip="a.mp4", refusals=[])

    assert all(f'src="{picture.name}"' in page for picture in pictures)


def test_the_page_asks_no_network(pictures):
    page = explain.index(pictures, clip="a.mp4", refusals=[])

    assert "//" not in page


def test_the_page_says_why_nothing_was_measured():
    page = explain.index([], clip="<a>.mp4", refusals=["Not seated."])

    assert ("Not seated." in page, "<a>.mp4" in page) == (True, False)


def test_only_pictures_of_steps_count_as_files_of_a_result(tmp_path):
    for name in ("curve_left.png", "keyframes_left.png", "index.html", "notes.txt", "mine.png"):
        (tmp_path / name).touch()

    assert {path.name for path in explain.list_files(tmp_path)} == {
        "curve_left.png",
        "keyframes_left.png",  # of an earlier version
        "index.html",
    }
