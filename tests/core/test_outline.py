from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipcv.core.geometry import rotate
from hipcv.core.outline import (
    COLUMNS,
    KNEE_ROW,
    PITCH,
    REACH,
    REGISTERED_ROWS,
    ROWS,
    SLIDE_ROWS,
    Outline,
    SnapWindows,
    Strip,
    colour_change,
    find_slide,
    fit_line,
    mask_edges,
    register,
    register_patches,
    rows_of,
    shank_turn_deg,
    snap_edges,
    template_of,
)
from hipcv.core.shank_track import PATCHES

SHANK_PX = 180.0
MOVED_PX = np.array([30.0, -12.0])
KNEE_PX = np.array([640.0, 400.0])
FIRST, SECOND = PATCHES
NOISE = np.random.default_rng(3).normal(size=(ROWS, 2))
DOWN, RIGHT = np.array([0.0, 1.0]), np.array([1.0, 0.0])


@dataclass(frozen=True)
class Leg:
    """A shank with curved, tapering sides; all in shank lengths, from the knee down."""

    knee_px: np.ndarray
    turn_deg: float
    taper: float = 0.09
    bulge: float = 0.02

    def sides(self, along):
        calf = self.bulge * np.exp(-(((along - 0.3) / 0.2) ** 2))
        return -0.16 + self.taper * along - 0.4 * calf, 0.17 - 0.8 * self.taper * along + calf

    def outline_in(self, strip):
        """The outline that a strip shows of this leg, row by row."""
        edges = np.zeros((ROWS, 2))
        for side in range(2):
            column = np.full(ROWS, (COLUMNS - 1) / 2)
            for _ in range(15):
                at = np.stack([column, np.arange(ROWS), np.ones(ROWS)])
                from_knee = rotate((strip.matrix @ at).T - self.knee_px, -self.turn_deg) / SHANK_PX
                column = column + (self.sides(from_knee[:, 1])[side] - from_knee[:, 0]) / PITCH
            edges[:, side] = column
        return Outline(strip, edges)


def strip(knee_px=KNEE_PX, turn_deg=0.0):
    return Strip(knee_px, turn_deg, SHANK_PX)


START_LEG = Leg(KNEE_PX, turn_deg=4.0)
START = START_LEG.outline_in(strip(turn_deg=4.0))


def displaced_view(leg, *, off_deg=0.0, slid=0.0, aside=0.0):
    """Return the outline where landmarks are off in direction, along and across the leg."""
    along, across = rotate(np.stack([DOWN, RIGHT]), leg.turn_deg)
    knee = leg.knee_px + (along * slid + across * aside) * SHANK_PX
    return leg.outline_in(strip(knee, leg.turn_deg + off_deg))


def with_clutter(outline, rows, columns):
    edges = outline.edges.copy()
    edges[rows, 1] += columns
    return replace(outline, edges=edges)


swings = st.fixed_dictionaries(
    {
        "turn_deg": st.floats(-50, 50),
        "taper": st.floats(0.06, 0.14),
        "off_deg": st.floats(-10, 10),
        "slid": st.floats(-0.2, 0.2),
        "aside": st.floats(-0.06, 0.06),
    }
)


@given(swing=swings, clutter=st.integers(60, 180), stretch=st.sampled_from(PATCHES))
@settings(max_examples=40)
def test_the_turn_of_a_tapered_slid_and_cluttered_leg_is_recovered(swing, clutter, stretch):
    before = replace(START_LEG, taper=swing["taper"])
    now = replace(before, turn_deg=swing["turn_deg"], knee_px=KNEE_PX + MOVED_PX)
    off = {name: swing[name] for name in ("off_deg", "slid", "aside")}
    outline = with_clutter(displaced_view(now, **off), slice(clutter, clutter + 25), 6.0)

    registration = register(outline, before.outline_in(strip(turn_deg=4.0)), stretch)

    assert registration.turn_deg == pytest.approx(swing["turn_deg"], abs=0.1)


@given(slid=st.floats(-0.25, 0.25))
@settings(max_examples=30)
def test_the_slide_of_the_landmarks_along_the_leg_is_positive_towards_the_foot(slid):
    registration = register(displaced_view(START_LEG, slid=slid), START, FIRST)

    assert registration.slide_ratio == pytest.approx(slid, abs=1.5 * PITCH)


def test_the_knee_is_found_where_it_is_and_not_where_the_landmark_was():
    leg = replace(START_LEG, turn_deg=-30.0, knee_px=KNEE_PX + MOVED_PX)

    registration = register(displaced_view(leg, off_deg=5, slid=0.1, aside=0.03), START, FIRST)

    assert registration.knee_px == pytest.approx(leg.knee_px, abs=1.5 * PITCH * SHANK_PX)


def test_the_patches_are_registered_in_their_order():
    leg = displaced_view(replace(START_LEG, turn_deg=25.0), off_deg=3.0)

    turns = [registration.turn_deg for registration in register_patches(leg, START)]

    assert turns == [register(leg, START, stretch).turn_deg for stretch in PATCHES]


@pytest.mark.parametrize("slid", [-0.13, 0.0, 0.13])
def test_rows_beyond_those_registered_do_not_matter(slid):
    leg = displaced_view(replace(START_LEG, turn_deg=25.0), slid=slid)
    edges = np.full((ROWS, 2), np.nan)
    edges[REGISTERED_ROWS] = leg.edges[REGISTERED_ROWS]

    turns = [r.turn_deg for r in register_patches(replace(leg, edges=edges), START)]

    assert turns == pytest.approx([25.0, 25.0], abs=0.05)


@pytest.mark.parametrize("stretch", PATCHES)
def test_the_registered_rows_leave_room_for_the_slide(stretch):
    rows = rows_of(stretch)

    assert REGISTERED_ROWS.start <= rows.start - SLIDE_ROWS
    assert REGISTERED_ROWS.stop >= rows.stop + SLIDE_ROWS


def test_a_leg_that_does_not_taper_is_not_slid():
    pipe = Leg(KNEE_PX, turn_deg=0.0, taper=0.0, bulge=0.0)

    registration = register(
        displaced_view(replace(pipe, turn_deg=20.0)), pipe.outline_in(strip()), FIRST
    )

    assert registration.slide_ratio == 0


def test_noise_of_the_edges_is_the_residual():
    noisy = replace(START, edges=START.edges + 0.8 * NOISE)

    assert register(noisy, START, SECOND).residual == pytest.approx(0.8, abs=0.15)


@pytest.mark.parametrize(
    ("what", "outline"),
    [
        ("no edges", replace(START, edges=np.full((ROWS, 2), np.nan))),
        ("one edge", replace(START, edges=np.where([True, False], START.edges, np.nan))),
        ("landmarks further off than they err", displaced_view(START_LEG, off_deg=28)),
        ("slid off the leg", displaced_view(START_LEG, slid=0.6)),
        ("edges all over", replace(START, edges=START.edges + NOISE * 8)),
    ],
)
def test_what_cannot_be_registered_is_not_guessed(what, outline):
    assert np.isnan(register(outline, START, FIRST).turn_deg)


def test_a_short_gap_in_the_edges_does_not_hurt():
    edges = displaced_view(replace(START_LEG, turn_deg=25.0)).edges
    edges[100:102] = np.nan
    outline = Outline(strip(turn_deg=25.0), edges)

    assert register(outline, START, FIRST).turn_deg == pytest.approx(25.0, abs=0.05)


def test_a_long_gap_is_left_open_when_edges_are_laid_anew():
    edges = displaced_view(replace(START_LEG, turn_deg=25.0), off_deg=3.0).edges
    edges[90:160, 0] = 20.0
    edges[92:158, 0] = np.nan
    outline = Outline(strip(turn_deg=28.0), edges)

    assert register(outline, START, FIRST).turn_deg == pytest.approx(25.0, abs=0.1)


# --- the start


def test_the_start_is_the_median_of_its_outlines():
    spoilt = replace(START, edges=START.edges + 30)
    missing = replace(START, edges=np.full((ROWS, 2), np.nan))

    template = template_of([START, missing, spoilt, START], turn_deg=4.0)

    assert template.edges == pytest.approx(START.edges)


def test_a_row_without_any_edge_at_the_start_stays_unknown():
    edges = START.edges.copy()
    edges[50] = np.nan

    assert np.isnan(template_of([replace(START, edges=edges)], turn_deg=4.0).edges[50]).all()


def test_without_outlines_there_is_no_start():
    assert template_of([], turn_deg=0.0) is None


# --- lines and slides


def test_a_line_is_fitted_through_the_majority():
    moved = np.tile(0.02 * (np.arange(160) - 79.5)[:, None] + 3.0, (1, 2))
    moved[:60, 1] = 40.0

    line = fit_line(moved)

    assert (line.slope, line.shift) == (pytest.approx(0.02), pytest.approx(3.0))


def test_few_edges_make_no_line():
    moved = np.full((160, 2), np.nan)
    moved[:39, 0] = 1.0

    assert np.isnan(fit_line(moved).slope)


@pytest.mark.parametrize("rows", [-17, 0, 23])
def test_the_slide_is_where_the_widths_agree(rows):
    width = 60 - 0.2 * np.arange(ROWS) + 8 * np.sin(np.arange(ROWS) / 30)

    assert find_slide(np.roll(width, -rows), width, rows_of(FIRST)) == rows


def test_profiles_that_share_too_little_have_no_slide():
    width = np.linspace(60, 30, ROWS)
    short = np.where(np.arange(ROWS) < 110, width, np.nan)

    assert np.isnan(find_slide(short, width, rows_of(FIRST)))


# --- edges in one strip


def soft_bar(left, right, *, height=ROWS):
    """A mask whose edges cross one half exactly at the given columns."""
    columns = np.arange(COLUMNS)
    rise = np.clip((columns - left) / 4 + 0.5, 0, 1) * np.clip((right - columns) / 4 + 0.5, 0, 1)
    return np.tile(rise, (height, 1)).astype(np.float32)


@given(left=st.floats(20, 55), right=st.floats(70, 110))
def test_edges_of_a_mask_are_found_between_the_pixels(left, right):
    assert mask_edges(soft_bar(left, right))[7] == pytest.approx([left, right], abs=1e-3)


def test_of_two_legs_the_one_in_the_middle_is_taken():
    mask = np.maximum(soft_bar(40, 60), soft_bar(75, 100))

    assert mask_edges(mask)[0] == pytest.approx([40, 60])


def test_a_leg_that_runs_out_of_the_strip_has_no_edge_there():
    mask = soft_bar(-5, 80)

    assert np.isnan(mask_edges(mask)[0]).tolist() == [True, False]


def test_no_leg_near_the_middle_no_edges():
    middle = COLUMNS // 2

    assert np.isnan(mask_edges(soft_bar(middle + REACH + 5, middle + REACH + 25))).all()


def ridge(column, *, width=2.0):
    x = (np.arange(COLUMNS) - column) / width
    return np.tile(np.exp(-0.5 * x**2), (ROWS, 1)).astype(np.float32)


def snapped_to(contrast, edges):
    """Return edges moved to the strongest change of colour about them."""
    return snap_edges(contrast, SnapWindows.about(edges, COLUMNS))


@given(st.floats(50, 56))
def test_an_edge_snaps_to_the_change_of_colour_close_by(column):
    snapped = snapped_to(ridge(column), np.full((ROWS, 2), 53.0))

    assert snapped[0, 0] == pytest.approx(column, abs=0.5)


def test_an_edge_is_not_drawn_to_a_stronger_change_far_away():
    contrast = ridge(53.0) + 3 * ridge(75.0)

    assert snapped_to(contrast, np.full((ROWS, 2), 53.0))[0, 0] == pytest.approx(53, abs=0.5)


@pytest.mark.parametrize(
    ("contrast", "edge"), [(ridge(53.0), np.nan), (np.zeros((ROWS, COLUMNS), np.float32), 53.0)]
)
def test_where_nothing_can_be_snapped_there_is_no_edge(contrast, edge):
    assert np.isnan(snapped_to(contrast, np.full((ROWS, 2), edge))).all()


# --- strips


def test_the_matrix_of_a_strip_takes_its_knee_row_to_the_knee():
    middle = np.array([(COLUMNS - 1) / 2, KNEE_ROW, 1.0])

    assert strip(turn_deg=33.0).matrix @ middle == pytest.approx(KNEE_PX)


def test_rows_run_towards_the_ankle():
    ankle = np.array([(COLUMNS - 1) / 2, KNEE_ROW + 1 / PITCH, 1.0])

    assert strip(turn_deg=90.0).matrix @ ankle == pytest.approx(KNEE_PX - SHANK_PX * RIGHT)


def test_a_shank_that_hangs_to_nine_o_clock_has_turned_by_ninety_degrees():
    assert shank_turn_deg(KNEE_PX, KNEE_PX - SHANK_PX * RIGHT) == pytest.approx(90)


def test_rows_of_a_stretch_begin_and_end_at_its_shares_of_the_shank():
    rows = rows_of((0.25, 0.75))

    assert [rows.start, rows.stop] == pytest.approx(
        KNEE_ROW + np.array([0.25, 0.75]) / PITCH, abs=1
    )


# --- colour of the leg

SKIN_BGR = (90.0, 120.0, 190.0)


def coloured(bgr):
    """Return an outline whose every row has a colour."""
    return Outline(strip(), np.zeros((ROWS, 2)), np.tile(np.asarray(bgr, float), (ROWS, 1)))


def test_an_unchanged_leg_has_no_change_of_colour():
    assert colour_change(coloured(SKIN_BGR), coloured(SKIN_BGR)) == pytest.approx(0)


@pytest.mark.parametrize("gain", [0.7, 1.6])
def test_a_change_of_light_is_no_change_of_colour(gain):
    lit = coloured(np.array(SKIN_BGR) * gain)

    assert colour_change(lit, coloured(SKIN_BGR)) < 0.03


def test_another_colour_of_the_same_brightness_is_a_change():
    assert colour_change(coloured(SKIN_BGR[::-1]), coloured(SKIN_BGR)) > 0.3


@pytest.mark.parametrize("gain", [0.3, 2.5])
def test_another_brightness_altogether_is_something_else_in_front(gain):
    assert colour_change(coloured(np.array(SKIN_BGR) * gain), coloured(SKIN_BGR)) == np.inf


@pytest.mark.parametrize("bgr", [None, np.full((ROWS, 3), np.nan)])
def test_an_unread_colour_has_an_unknown_change(bgr):
    unread = Outline(strip(), np.zeros((ROWS, 2)), bgr)

    assert np.isnan(colour_change(unread, coloured(SKIN_BGR)))


def test_a_plain_area_has_no_edges():
    guess = np.tile([40.0, 80.0], (ROWS, 1))

    assert np.isnan(snapped_to(np.full((ROWS, COLUMNS), 0.01, np.float32), guess)).all()
