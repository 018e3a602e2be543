"""Every rule of a good recording, broken one at a time on a stick patient."""

import numpy as np
import pytest

from hipcv.core.framing import RULES, FramingInput, check_framing, first_broken
from hipcv.core.landmarks import LANDMARK_COUNT, Landmark, Side
from hipcv.core.protocol import MeasurementProtocol
from tests.codes import FRAMING
from tests.tracks import SIZE_PX, put_shank, seated_xy

CENTRE = np.array(SIZE_PX) / 2


def observed(xy=None, **changes):
    fields = {
        "xy_px": seated_xy() if xy is None else xy,
        "size_px": SIZE_PX,
        "luminance": 0.5,
        "people": 1,
        "sides": tuple(Side),
    } | changes
    return FramingInput(**fields)


def first(view):
    """The most important thing to mend, or None."""
    check = first_broken(check_framing(view, MeasurementProtocol()))
    return None if check is None else check.code


def moved(by_px, xy=None):
    return (seated_xy() if xy is None else xy) + np.array(by_px, float)


def scaled(share):
    return CENTRE + share * (seated_xy() - CENTRE)


def rolled(degrees):
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return CENTRE + (seated_xy() - CENTRE) @ turn.T


def with_rows(rows, by_px):
    xy = seated_xy()
    xy[rows] += by_px
    return xy


def knees_carried(by_px):
    """Knees and what hangs from them, moved."""
    xy = with_rows([Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE], by_px)
    for side in Side:
        put_shank(xy[None], side, np.zeros(1))
    return xy


def on_the_lap():
    xy = seated_xy()
    xy[WRISTS] = [[665, 352], [615, 352]]
    return xy


SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
WRISTS = [Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST]


def test_good_framing_breaks_no_rule():
    assert first(observed()) is None


def test_checks_are_in_order_of_importance():
    assert tuple(check.rule for check in check_framing(observed(), MeasurementProtocol())) == RULES


@pytest.mark.parametrize(
    ("code", "view"),
    [
        ("nobody", observed(np.full((LANDMARK_COUNT, 2), np.nan))),
        ("feet_cut", observed(moved([0, 140]))),
        ("shoulders_cut", observed(moved([0, -195]))),
        ("move_right", observed(moved([480, 0]))),
        ("move_left", observed(moved([-480, 0]))),
        ("turn_left", observed(knees_carried([-60, 0]))),
        ("turn_right", observed(knees_carried([60, 0]))),
        ("camera_clockwise", observed(rolled(10))),
        ("camera_anticlockwise", observed(rolled(-10))),
        ("raise_camera", observed(knees_carried([0, -40]))),
        ("lower_camera", observed(knees_carried([0, 70]))),
        ("move_back", observed(moved([0, -70], scaled(1.65)))),
        ("come_closer", observed(scaled(0.45))),
        ("more_light", observed(luminance=0.05)),
        ("others", observed(people=2)),
        ("sit", observed(knees_carried([0, 130]) * np.array([1, 0.8]))),
        ("shoulders_cut", observed(with_rows(SHOULDERS, [0, 130]))),
        ("hands_under", observed(with_rows(WRISTS, [0, -120]))),
        ("hands_under", observed(on_the_lap())),
    ],
)
def test_a_broken_rule_has_the_code_of_its_correction(code, view):
    assert first(view) == code


def test_every_code_can_occur():
    assert len(FRAMING) == len(set(FRAMING)) == 17


def test_the_most_important_of_several_comes_first():
    assert first(observed(luminance=0.05, people=2)) == "more_light"


def test_rules_of_the_body_are_unknown_for_an_undetected_person():
    checks = check_framing(observed(np.full((LANDMARK_COUNT, 2), np.nan)), MeasurementProtocol())

    assert [check.rule for check in checks if check.good] == ["light", "alone"]


def test_an_untested_leg_needs_no_space_to_swing():
    near_edge = moved([410, 0])

    assert [first(observed(near_edge, sides=(side,))) for side in Side] == ["move_right", None]


def test_a_person_who_leans_has_not_tilted_the_camera():
    assert first(observed(with_rows(SHOULDERS, [30, 0]))) is None


def test_uncounted_people_break_no_rule():
    assert first(observed(people=-1)) is None
