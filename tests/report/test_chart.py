import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from hipcv import language
from hipcv.core.landmarks import Side
from hipcv.report.charts import chart
from hipcv.report.charts.strip import strip_rows
from tests.builders import HIKE, assessment, motion, rep, trial


def words(drawn):
    """Texts of the chart; glyphs are paths, the words stand before them as comments."""
    return [word.strip() for word in re.findall(r"<!--(.*?)-->", drawn.svg, re.DOTALL)]


def test_the_words_of_the_chart_stay_as_they_are(one_side, motions, golden):
    text = "\n".join(words(chart.draw(one_side, motions))) + "\n"

    assert text == golden("chart_words.txt", text)


def test_the_same_result_gives_the_same_bytes(one_side, motions):
    assert chart.draw(one_side, motions) == chart.draw(one_side, motions)


def test_the_chart_is_a_png_and_an_svg(one_side, motions):
    drawn = chart.draw(one_side, motions)

    assert (drawn.png[:4], drawn.svg.count("</svg>")) == (b"\x89PNG", 1)


def test_two_sides_make_two_panels(both_sides):
    drawn = chart.draw(both_sides, {side: motion(side) for side in Side})

    titles = [text for text in words(drawn) if text.startswith(("Left hip", "Right hip"))]
    assert len(titles) == 2


def test_a_clip_without_movement_still_has_a_chart(not_measured):
    assert "No movement to draw" in words(chart.draw(not_measured, {}))


def test_a_curve_that_was_never_read_can_be_drawn():
    blank = motion()
    nothing = np.full(len(blank.time_s), np.nan)
    blank = replace(blank, raw_deg=nothing, rotation_deg=nothing, start=None, reps=(), plateaus=())

    assert chart.draw(trial(), {Side.LEFT: blank}).png


def test_a_bridged_gap_is_named():
    gap = motion()
    gap.bridged[40:44] = True

    assert "gap bridged" in words(chart.draw(trial(assessment()), {Side.LEFT: gap}))


def test_a_curve_by_landmarks_is_named():
    drawn = chart.draw(trial(assessment()), {Side.LEFT: motion(by_outline=None)})

    assert ("by landmarks" in words(drawn), "used" in words(drawn)) == (True, False)


def test_parts_of_a_curve_from_different_sources_are_joined():
    changing = motion()
    changing.by_outline[40:44] = False

    rows = chart.rows_of_source(changing, "landmarks")

    assert np.flatnonzero(rows).tolist() == [39, 40, 41, 42, 43, 44]


def test_a_frame_that_was_not_read_is_in_no_part_of_the_curve():
    gap = motion()
    gap.raw_deg[40:44] = np.nan

    parts = [chart.rows_of_source(gap, source) for source in ("outline", "landmarks", "bridged")]

    assert not np.any([part[40:44] for part in parts])


def test_a_second_reading_is_marked_only_where_there_is_one():
    with_mark, without = (
        chart.draw(trial(assessment(reps=(rep(witness_deg=deg),))), {Side.LEFT: motion()})
        for deg in (35.1, None)
    )

    assert ["second reading" in words(drawn) for drawn in (with_mark, without)] == [True, False]


def strip(**changes):
    rows = strip_rows(motion(), assessment(reps=(rep(**changes),)))
    return {row.title: row for row in rows}


def test_a_compensation_is_coloured_only_beyond_its_limit():
    row = strip(findings=(HIKE,))["Hip lift"]
    value = motion().channels["pelvic_obliquity_deg"].value

    assert np.array_equal(row.beyond, value > HIKE.limit)


def test_a_channel_without_a_finding_is_not_coloured():
    assert not strip()["Hip lift"].beyond.any()


def test_what_was_not_measured_is_called_so():
    assert strip()["Weight shift"].note == "not measured"


def test_a_row_that_is_partly_hatched_is_not_called_within_limits():
    some = motion()
    some.channels["trunk_lean_deg"].value[45:50] = np.nan

    rows = {row.title: row.note for row in strip_rows(some, assessment())}
    assert rows["Trunk lean"] == "partly measured"


def test_a_pelvis_that_was_not_measured_is_not_called_within_limits():
    assert strip(pelvis_relative_deg=None)["Hip lift"].note == "not measured"


def test_a_channel_that_is_missing_altogether_is_called_not_measured():
    rows = strip_rows(replace(motion(), channels={}), assessment())

    assert {row.note for row in rows} == {"not measured"}


def test_a_finding_that_no_channel_shows_gets_its_own_row():
    hold = replace(HIKE, code="no_hold", value=0.1, limit=0.2, unit="s")

    assert strip(findings=(hold,))["No hold"].beyond.any()


def test_every_text_of_a_chart_in_spanish_fits_in_its_picture(one_side, motions):
    with language.using("es"):
        svg = chart.draw(one_side, motions).svg

    left = [float(x) for x in re.findall(r"translate\((-?[\d.]+) [\d.]+\) scale", svg)]
    assert min(left) > 0
    assert "Desplazamiento del peso" in svg


@pytest.mark.parametrize("code", language.NAMES)
@pytest.mark.parametrize("held", [True, False])
def test_names_beside_a_compact_chart_do_not_overlap(code, held, monkeypatch):
    figures = []
    monkeypatch.setattr(chart, "encode", lambda figure, *_, **__: figures.append(figure) or b"")
    tested = trial(assessment(reps=(rep(held=held),)))
    with language.using(code):
        chart.draw_compact(tested, motion(), width_in=7, curve_in=1.3)

    axes = figures[0].axes[0]
    beside = [text for text in axes.texts if text.xy[0] == 1]
    boxes = [part.get_window_extent() for part in (*beside, axes.get_legend())]
    assert len(beside) == 2
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
