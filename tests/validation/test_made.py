"""Clips made from rendered ones: a known point of the picture moves as the truth says."""

import numpy as np
import pytest

from validation.clip_files import Clip, read_clip, write_clip
from validation.coverings import exposed, hand_on_knee, mirror, skirt, towel
from validation.made import MADE, Made, make
from validation.retimed import beginning_in, dropping_held_pictures, holding_less, shown_again
from validation.truth import COMPENSATIONS, read
from validation.warps import CALF, bent_by_lens, resized, rolling, sag_px, sagging

CAMERA = {"position": [0, 0, 3], "R_world_to_cam": np.eye(3).tolist(),
          "fx": 400.0, "fy": 400.0, "cx": 160.0, "cy": 120.0}  # fmt: skip
STEP_S = 1 / 30
FLAT = {kind.truth: 0.0 for kind in COMPENSATIONS}
HIPS_AND_ELBOWS = {
    "left_hip": (0.1, 0.15, 0), "right_hip": (-0.1, 0.15, 0),
    "left_elbow": (0.2, 0.4, 0), "right_elbow": (-0.2, 0.4, 0),
}  # fmt: skip


def at_px(point):
    """The pixel of a world point before the camera; rounded as in a truth file."""
    x, y, z = np.array(point, dtype=float) - CAMERA["position"]
    return [160 + 400 * x / -z, 120 - 400 * y / -z]


def frame_of(number, turn_deg):
    """Truth of one picture: the left shank, of half a metre, turned from the vertical."""
    turn = np.radians(turn_deg)
    ankle = (0.1 + 0.5 * np.sin(turn), 0.1 - 0.5 * np.cos(turn), 0)
    joints = {"left_knee": (0.1, 0.1, 0), "left_ankle": ankle, "right_knee": (-0.1, 0.1, 0),
              "right_ankle": (-0.1, -0.4, 0), **HIPS_AND_ELBOWS}  # fmt: skip
    return {
        "t": number * STEP_S, "rep": 0, "leg": "L", "phase": turn_deg / 40, "hip_ir": turn_deg,
        "shank_frontal": turn_deg, **FLAT, "joints3d": joints,
        "joints2d": {name: at_px(point) for name, point in joints.items()},
    }  # fmt: skip


def picture_of(frame):
    """A picture with a bright spot on the ankle, dim enough to grow brighter."""
    x, y = frame["joints2d"]["left_ankle"]
    across, down = np.meshgrid(np.arange(320) + 0.5, np.arange(240) + 0.5)
    spot = np.exp(-((across - x) ** 2 + (down - y) ** 2) / 18)
    return np.repeat((20 + 180 * spot)[..., None], 3, axis=2).astype(np.uint8)


def spot_px(picture):
    """The place of the bright spot."""
    light = np.maximum(picture[..., 0].astype(float) - 60, 0)
    across, down = np.meshgrid(np.arange(picture.shape[1]) + 0.5, np.arange(len(picture)) + 0.5)
    return np.array([(light * across).sum(), (light * down).sum()]) / light.sum()


@pytest.fixture
def clip():
    """A leg that rests, turns to 40 degrees, stays there for a second and comes back."""
    turns = np.interp(np.arange(90), [20, 32, 62, 74], [0, 40, 40, 0])
    frames = [frame_of(number, float(turn)) for number, turn in enumerate(turns)]
    truth = {
        "name": "base", "valid_test": True, "kind": "ir", "leg": "L", "fps": 30, "frames": 90,
        "width": 320, "height": 240, "camera": CAMERA, "bones": {"shank": 0.5},
        "spec": {"subject": {"outfit": {}}, "camera": {}, "light": {}}, "per_frame": frames,
    }  # fmt: skip
    pictures = [picture_of(frame) for frame in frames]
    return Clip(pictures, [number * STEP_S for number in range(90)], truth)


def written(clip, folder):
    """The clip's truth as the page reads it."""
    return read(write_clip(clip, folder, "one", "any").with_suffix("").with_suffix(".truth.json"))


def ankles(clip):
    return np.array([clip.joint_px(index, "left_ankle") for index in range(len(clip.pictures))])


def spots(clip):
    return np.array([spot_px(picture) for picture in clip.pictures])


CHANGES = {
    "lens": bent_by_lens(-0.2),
    "rolling": rolling(0.03),
    "smaller": resized(160, 112),
    "again": holding_less(0.8, 0.1, 0.8),
    "dropped": dropping_held_pictures,
    "midway": beginning_in("out"),
    "darker": exposed((1.0, 0.7)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_ankle_is_where_the_truth_says(clip, change):
    changed = CHANGES[change](clip)

    assert np.abs(spots(changed) - ankles(changed)).max() < 1.0


@pytest.mark.parametrize("change", ["lens", "rolling", "smaller"])
def test_the_projected_truth_is_that_of_the_changed_picture(clip, tmp_path, change):
    changed = CHANGES[change](clip)
    knees = np.array([changed.joint_px(i, "left_knee") for i in range(len(changed.pictures))])
    across, down = (spots(changed) - knees).T
    seen_deg = np.degrees(np.arctan2(across, down))

    assert written(changed, tmp_path).tilt_deg["left"] == pytest.approx(seen_deg, abs=1.2)


def test_a_lens_moves_the_picture_noticeably(clip):
    moved = spots(bent_by_lens(-0.2)(clip)) - spots(clip)

    assert np.abs(moved).max() > 5


def test_a_sagging_calf_leaves_joints_and_truth(clip, tmp_path):
    sagged = sagging(15, CALF)(clip)

    assert spots(sagged) == pytest.approx(spots(clip), abs=0.5)
    assert written(sagged, tmp_path).sides["left"][0].shank_deg == pytest.approx(40)


@pytest.mark.parametrize("turn_deg", [0, 30])
def test_a_calf_sags_by_the_sine_of_the_tilt(turn_deg):
    turn = np.radians(turn_deg)
    knee = np.array([100.0, 40.0])
    ankle = knee + 120 * np.array([np.sin(turn), np.cos(turn)])
    moved = sag_px((240, 320), (knee, ankle), 10.0, CALF)

    assert np.linalg.norm(moved, axis=-1).max() == pytest.approx(10 * np.sin(turn), abs=0.1)
    assert (moved[..., 1] >= 0).all()


def test_what_sags_does_not_fold_over():
    knee, ankle = np.array([100.0, 40.0]), np.array([180.0, 130.0])
    moved = sag_px((240, 320), (knee, ankle), 20.0, CALF)
    y, x = np.indices((240, 320))
    source = np.stack([x, y], axis=-1) - moved

    assert (np.diff(source[..., 1], axis=0) > 0).all()
    assert (np.diff(source[..., 0], axis=1) > 0).all()


def test_what_is_held_less_far_is_the_truth(clip, tmp_path):
    truth = written(holding_less(0.7, 0.2, 1.0)(clip), tmp_path)

    assert truth.sides["left"][0].shank_deg == pytest.approx(28, abs=3.4)
    assert truth.sides["left"][0].shank_deg < 30


def test_a_clip_that_begins_in_mid_swing_has_the_truth_of_the_swing_after_its_rest(clip, tmp_path):
    changed = beginning_in("back")(clip)
    truth = written(changed, tmp_path)

    assert changed.truth["per_frame"][0]["shank_frontal"] > 20
    assert truth.sides["left"][0].shank_deg == pytest.approx(40)
    assert len(truth.tilt_deg["left"]) == len(changed.pictures)


def test_times_go_on_where_pictures_are_shown_again(clip):
    again = shown_again(clip, [0, 1, 1, 2])
    times_s = [frame["t"] for frame in again.truth["per_frame"]]

    assert again.times_s == pytest.approx([0, STEP_S, 2 * STEP_S, 3 * STEP_S])
    assert times_s == again.times_s


def test_dropped_pictures_leave_their_gap_in_time(clip, tmp_path):
    dropped = dropping_held_pictures(clip)
    truth = written(dropped, tmp_path)
    again = read_clip(tmp_path / "one.mp4")

    assert len(dropped.pictures) < 50
    assert np.diff(again.times_s).max() > 0.5
    assert again.times_s == pytest.approx(dropped.times_s, abs=0.001)
    assert truth.sides["left"][0].shank_deg == pytest.approx(40)


COVERINGS = {
    "towel": towel((90, 90, 90), 0.2), "skirt": skirt((90, 90, 90), 0.3),
    "hand": hand_on_knee(0.1), "mirror": mirror("left"),
}  # fmt: skip


@pytest.mark.parametrize("covering", COVERINGS)
def test_a_covering_changes_the_picture_and_not_the_ankle(clip, covering):
    covered = COVERINGS[covering](clip)

    assert covered.truth == clip.truth
    assert all((a != b).any() for a, b in zip(covered.pictures, clip.pictures, strict=True))
    x, y = (int(value) for value in covered.joint_px(45, "left_ankle"))
    assert covered.pictures[45][y, x, 0] == clip.pictures[45][y, x, 0]


def test_a_covered_knee_is_covered(clip):
    x, y = (int(value) for value in clip.joint_px(45, "left_knee"))

    for change in (towel((90, 90, 90), 0.2), skirt((90, 90, 90), 0.3)):
        assert change(clip).pictures[45][y, x, 0] > 60


def test_names_of_made_clips_are_unique():
    assert len({made.name for made in MADE}) == len(MADE)


def test_a_clip_is_made_once_and_names_its_difficulty(clip, tmp_path):
    write_clip(clip, tmp_path, "base", "")
    made = Made("darker", "poor light", "base", exposed((0.5, 0.5)))
    out = tmp_path / "out"

    assert make(made, [tmp_path], out)
    assert read(out / "darker.truth.json").difficulty == "poor light"
    assert make(Made("darker", "poor light", "absent", exposed((1.0, 1.0))), [tmp_path], out)


def test_a_clip_without_its_base_is_not_made(tmp_path):
    assert not make(Made("one", "any", "absent", exposed((1.0, 1.0))), [tmp_path], tmp_path)
