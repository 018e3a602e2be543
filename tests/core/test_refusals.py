"""Every refusal is raised by three tracks at least, and by no valid one."""

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hipcv.core import quality
from hipcv.core.assessment import assess
from hipcv.core.issues import REFUSALS
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.measure import measure
from hipcv.core.overrides import Overrides
from hipcv.core.phases import find_leg_phases
from hipcv.core.protocol import MeasurementProtocol
from tests import codes
from tests.closeups import performance, seen_by_moving_camera, unseen_rows
from tests.tracks import (
    SHANK_PX,
    clip_of,
    put_shank,
    seated_track,
    swings,
    track_of,
)

P = MeasurementProtocol()
KNEES = [LEGS[side].knee for side in Side]


def refusals_of(track, **account):
    """Return the codes that refuse a clip with this track, as the pipeline finds them."""
    refused = _refusing(quality.clip_issues(clip_of(track, **account), track, P))
    if refused:
        return refused
    legs = find_leg_phases(track, P)
    sides = quality.tested_sides(legs)
    if not sides:
        return _refusing(quality.untested_issues(track, legs, P))
    motions = [measure(track, None, side, P, phases=legs) for side in sides]
    return _refusing(issue for motion in motions for issue in motion.issues)


def _refusing(issues):
    return sorted({issue.code for issue in issues if issue.severity == "refuse"})


def _good(**changes):
    return seated_track(swings(30), **changes)


def _hang(track):
    for side in Side:
        put_shank(track.xy_px, side, np.zeros(len(track.time_s)))
    return track


def _nobody(seconds):
    return track_of(np.full((round(30 * seconds), 33, 2), np.nan), np.arange(30 * seconds) / 30)


def _lowered(px):
    track = _good()
    track.xy_px[..., 1] += px
    return track


def _aside(share):
    track = _good()
    track.xy_px[:, KNEES, 0] += share * SHANK_PX
    return _hang(track)


def _standing(share):
    track = _good()
    track.xy_px[..., 1] -= 190
    track.xy_px[:, KNEES, 1] += share * SHANK_PX
    return _hang(track)


def _rising(rows):
    rise = np.concatenate([np.zeros(40), np.linspace(0, 1, rows), np.ones(30)])
    track = seated_track(15 * rise, tilt_deg=-15)
    track.xy_px[:, :25, 1] -= 120 * rise[:, None]
    for side in Side:
        put_shank(track.xy_px, side, -15 + 15 * rise)
    return track


def _turned(quarters):
    track = _good()
    for _ in range(quarters):
        x, y = track.xy_px[..., 0].copy(), track.xy_px[..., 1].copy()
        size = track.size_px[::-1]
        track = replace(track, xy_px=np.stack([size[0] - y, x], axis=-1), size_px=size)
    return track


def _blurred(visibility):
    track = _good()
    for side in Side:
        track.visibility[:, LEGS[side].ankle] = visibility
    return track


def _cut(**change):
    track = _good()
    later = track.time_s >= 1.4
    scale, shift = change.get("scale", 1.0), change.get("shift_px", 0.0)
    track.xy_px[later] = track.xy_px[later] * scale + shift
    return track


TRACKS: list[tuple[str, Callable]] = [
    *(("no_person", lambda s=s: _nobody(s)) for s in (1.5, 3.0)),
    ("no_person", lambda: unseen_rows(_good(), np.arange(36, 102))),
    *(("legs_out_of_frame", lambda px=px: _lowered(px)) for px in (125, 150, 200)),
    *(("side_view", lambda s=s: _aside(s)) for s in (0.5, 0.7, -0.9)),
    *(("not_seated", lambda s=s: _standing(s)) for s in (0.8, 0.9, 1.0)),
    *(("posture_changed", lambda r=r: _rising(r)) for r in (15, 20, 30)),
    *(("sideways_picture", lambda q=q: _turned(q)) for q in (1, 2, 3)),
    *(("both_legs_moved", lambda d=d: _good(other_deg=swings(d))) for d in (18, 25, 30)),
    *(("no_movement", lambda d=d: seated_track(swings(d))) for d in (0, 2, 4)),
    *(("external_rotation", lambda d=d: seated_track(swings(d))) for d in (-10, -20, -30)),
    ("low_visibility", lambda: unseen_rows(_good(), slice(None, None, 5))),
    ("low_visibility", lambda: unseen_rows(_good(), slice(60, 80))),
    ("low_visibility", lambda: _blurred(0.3)),
    ("too_short", lambda: seated_track(swings(30)[:33])),
    ("too_short", lambda: seated_track(swings(30, rate_hz=5), rate_hz=5)),
    ("too_short", lambda: seated_track(30 * np.sin(np.arange(90) / 4),
                                       other_deg=30 * np.sin(np.arange(90) / 4))),
    *(("scene_cut", lambda c=c: _cut(**c))
      for c in ({"scale": 1.3}, {"scale": 0.75}, {"shift_px": 0.7 * SHANK_PX})),
]  # fmt: skip
"""Tracks that are refused, each with the code."""

DAMAGED = ({"frames_corrupt": 30}, {"packets_damaged": 30}, {"frames_corrupt": 80})
SWAYS = (0.35, 0.5, 1.0)
PEAKS = ((30,), (30, 35), (20, 25, 30))
"""Of the refusals that rest on the file, on the background, and on corrections by hand."""


@pytest.mark.parametrize(("code", "make"), TRACKS)
def test_a_track_is_refused_for_its_one_reason(code, make):
    assert refusals_of(make()) == [code]


@pytest.mark.parametrize("account", DAMAGED, ids=str)
def test_a_damaged_clip_is_refused_as_damaged(account):
    assert refusals_of(_good(), **account) == ["damaged"]


@pytest.mark.parametrize("share", SWAYS)
def test_a_camera_that_moves_far_is_refused_as_unstable(share):
    track, closeup = performance(30)
    shift = np.zeros((len(closeup.motion.time_s), 2))
    shift[30:, 0] = share * SHANK_PX
    moved = seen_by_moving_camera(closeup.motion, turn_deg=0.0, shift_px=shift)

    issues = measure(track, replace(closeup, motion=moved), Side.LEFT, P).issues

    assert _refusing(issues) == ["unstable_camera"]


@pytest.mark.parametrize("peaks_deg", PEAKS, ids=str)
def test_a_side_without_an_accepted_repetition_is_refused(peaks_deg):
    track, closeup = performance(*peaks_deg)
    overrides = Overrides(rejected=dict.fromkeys(range(len(peaks_deg)), "not the test"))

    motion = measure(track, closeup, Side.LEFT, P, overrides=overrides)

    assert _refusing(assess(motion).issues) == ["all_rejected"]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("peaks_deg", [(10,), (25, 30, 35), (55,)], ids=str)
@pytest.mark.parametrize("tilt_deg", [-15, 0])
def test_a_valid_track_is_not_refused(side, peaks_deg, tilt_deg):
    assert refusals_of(seated_track(swings(*peaks_deg), side=side, tilt_deg=tilt_deg)) == []


def test_every_refusal_is_raised_here_by_three_inputs():
    raised = [code for code, _ in TRACKS]
    raised += ["damaged"] * len(DAMAGED) + ["unstable_camera"] * len(SWAYS)
    raised += ["all_rejected"] * len(PEAKS)

    assert {code: raised.count(code) >= 3 for code in REFUSALS} == dict.fromkeys(REFUSALS, True)


def _codes_in(source):
    """Yield the codes of the calls in a module that may refuse, by their first argument."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        first, name = node.args[0], getattr(node.func, "id", "")
        warns = any(word.arg == "warn" for word in node.keywords)
        severity = [arg.value for arg in node.args[1:2] if isinstance(arg, ast.Constant)]
        refuses = (name == "Issue" and severity == ["refuse"]) or (
            name in {"issue_above", "issue_below"} and not warns
        )
        if refuses and isinstance(first, ast.Constant):
            yield first.value


def test_every_refusal_written_in_the_core_is_named_in_its_list():
    sources = sorted(Path(quality.__file__).parent.glob("*.py"))
    written = {code for path in sources for code in _codes_in(path.read_text(encoding="utf-8"))}

    assert len(written) > 8
    assert written <= set(REFUSALS)


def test_the_refusals_are_those_of_the_contract():
    assert set(REFUSALS) == set(codes.REFUSALS)
