"""Renderer specifications of the clips with known truth.

Groups, each with its most useful clips first: `refuse` (must not give an angle), `small`
(compensations of 2 to 11 degrees, and clean sway), `knee` (knee extension), `hard` (view, light,
clothes, picture), `difficulties` (what real recordings have, `difficulties.py`). One more,
`framing`, is not measured: it breaks the rules of the guided test (`framing.py`). The list is the
same on every run; random numbers come from fixed seeds.
"""

from collections.abc import Sequence
from typing import Final

from validation.subjects import LEGGINGS, LOOSE_TROUSERS, Spec, subject

FRAMES_A_SECOND: Final = 24
WEB: Final[Spec] = {"width": 1280, "height": 720, "vfov": 50.0}
PHONE: Final[Spec] = {"width": 720, "height": 1280, "hfov": 37.0}
MEDIUM_PICTURE: Final[Spec] = {"width": 960, "height": 540, "vfov": 50.0}
MEDIUM_PHONE: Final[Spec] = {"width": 540, "height": 960, "hfov": 37.0}
SMALL_PICTURE: Final[Spec] = {"width": 848, "height": 480, "vfov": 50.0}

Reps = float | Sequence[float]


def camera(frame: Spec = WEB, **changes: float) -> Spec:
    """Return a camera at knee height, straight ahead, far enough for the whole patient."""
    return {**frame, "dist": 2.6 if frame is PHONE else 2.2, "yaw": 0, "pitch": 2} | changes


def swing(leg: str, peak_deg: Reps, *extra: tuple[str, Reps], **pace: float) -> Spec:
    """Return a motion with one rotation for each peak and other channels in phase with it."""
    reps = len(peak_deg) if isinstance(peak_deg, Sequence) else 1
    quick = {"t_base": 0.65, "t_out": 0.5, "t_hold": 0.5, "t_back": 0.35, "t_gap": 0.05}
    compensations = [
        {"ch": channel, "amp": amount if isinstance(amount, float | int) else list(amount),
         "phase": "sync"}
        for channel, amount in extra
    ]  # fmt: skip
    peak = list(peak_deg) if isinstance(peak_deg, Sequence) else peak_deg
    return {"leg": leg, "peak": peak, "reps": reps, "comp": compensations, **quick, **pace}


def clip(name: str, who: str, view: Spec, motion: Spec, **more: object) -> Spec:
    """Return one clip; its seeds follow from its name, so that an added clip changes no other."""
    seed = sum(name.encode()) % 997
    clothes = more.pop("clothes", None)
    assert clothes is None or isinstance(clothes, dict)
    return {
        "name": name, "kind": "ir", "fps": FRAMES_A_SECOND, "seed": seed,
        "subject": subject(who, clothes), "subject_id": who, "camera": view,
        "motion": {"ir0": seed % 5 - 2, "seed": seed, **motion},
        "light": {"preset": "day"}, "room": {"seed": seed},
        "posture": {}, "post": {"noise": 3},
    } | more  # fmt: skip


def refuse() -> list[Spec]:
    """Return clips that must not give an angle; `kind` is the reason."""
    small = camera(SMALL_PICTURE)
    crossed = {"other_abd0": 16.0, "abd0": 5.0}
    rise = {"arms": "lap", "plantar0": 0.0, "other_ir0": -9.0}
    full_height = camera(SMALL_PICTURE, dist=2.9, target_y=0.85)
    return [
        clip("stands_up_man", "man", full_height,
             swing("L", 0, ir0=-9.0, t_out=0.9, t_hold=2.0), seconds=2.4,
             kind="posture_changed", posture={**rise, "rise": "up"}),
        clip("sits_down_woman", "woman", full_height,
             swing("R", 0, ir0=-9.0, t_out=0.9, t_hold=2.0), seconds=2.4,
             kind="posture_changed", posture={**rise, "rise": "down"}),
        clip("wrong_leg_L_asked_R_moves", "dark_woman", small,
             swing("L", 0, ("other_ir", 27)), kind="wrong_leg"),
        clip("both_legs_at_once_R30", "tall_man", small,
             swing("R", 30, ("other_ir", 28)), kind="both_legs"),
        clip("external_crossed_R25", "woman", small,
             swing("R", 25, ("knee_ext", 9), direction=-1), kind="external_rotation",
             posture=crossed),
        clip("external_crossed_L32", "man", small,
             swing("L", 32, ("knee_ext", 12), direction=-1), kind="external_rotation",
             posture=crossed),
        clip("side_view_yaw78_R35", "man", camera(SMALL_PICTURE, yaw=78),
             swing("R", 35), seconds=1.8, kind="side_view"),
        clip("oblique_view_yaw40_L35", "dark_woman", camera(SMALL_PICTURE, yaw=40),
             swing("L", 35), seconds=1.8, kind="side_view"),
        clip("feet_cropped_L35", "heavy_man", camera(SMALL_PICTURE, dist=1.9, target_y=1.12),
             swing("L", 35), seconds=1.8, kind="legs_cropped"),
        clip("sideways_picture_R35", "woman", camera(SMALL_PICTURE, dist=3.4, roll=90),
             swing("R", 35), seconds=1.8, kind="sideways_picture"),
        clip("nobody_moves", "old_woman", small, swing("L", 0), kind="no_movement"),
    ]  # fmt: skip


def small() -> list[Spec]:
    """Return clips of two repetitions with different amounts of one compensation."""
    return [
        clip("hip_lift_2_4_R", "man", camera(), swing("R", (32, 33), ("hip_lift", (2, 4)))),
        clip("lean_3_8_L", "woman", camera(pitch=4), swing("L", (36, 34), ("lean", (3, 8)))),
        clip("thigh_lift_3_8_R", "tall_man", camera(dist=2.5),
             swing("R", (38, 36), ("thigh_lift", (3, 8)))),
        clip("hip_lift_3_6_L", "dark_woman", camera(PHONE),
             swing("L", (28, 30), ("hip_lift", (3, 6)))),
        clip("sway_L", "old_woman", camera(), swing("L", (24, 26), sway=2.2),
             light={"preset": "ceiling"}),
        clip("abduction_3_8_L", "man", camera(yaw=3), swing("L", (30, 32), ("abd", (3, 8))),
             light={"preset": "warm"}),
        clip("adduction_3_8_R", "dark_woman", camera(),
             swing("R", (34, 33), ("abd", (-3, -8)))),
        clip("trunk_turn_6_11_R", "woman", camera(), swing("R", (31, 33), ("trunk_rot", (6, 11)))),
        clip("lean_5_0_R", "heavy_man", camera(dist=2.4), swing("R", (22, 24), ("lean", (5, 0)))),
        clip("sway_R", "man", camera(PHONE), swing("R", (41, 40), sway=2.2), clothes=LEGGINGS,
             light={"preset": "side"}),
        clip("thigh_lift_5_0_L", "old_woman", camera(),
             swing("L", (25, 24), ("thigh_lift", (5, 0)))),
        clip("abduction_5_adduction_5_R", "tall_man", camera(PHONE, dist=3.0),
             swing("R", (35, 36), ("abd", (5, -5)))),
        clip("sway_trousers_L", "woman", camera(), swing("L", (35, 36), sway=2.2),
             clothes=LOOSE_TROUSERS),
        clip("sway_child_R", "child", camera(dist=1.9), swing("R", (44, 42), sway=2.2)),
    ]  # fmt: skip


def knee() -> list[Spec]:
    """Return knee extensions at low, middle and high rotation, from five camera positions.

    Seen along the thigh, an extending knee changes little; seen from its side, the shank that comes
    forward is read as rotation. Hence the same movement from both sides.
    """
    low, high = camera(pitch=-8), camera(pitch=9)
    return [
        clip("knee_10_20_at_low_rotation_R", "man", camera(pitch=0),
             swing("R", (9, 13), ("knee_ext", (10, 20)))),
        clip("knee_18_at_low_rotation_yaw_plus8_R", "tall_man", camera(pitch=0, yaw=8),
             swing("R", 12, ("knee_ext", 18))),
        clip("knee_18_at_low_rotation_yaw_minus8_R", "tall_man", camera(pitch=0, yaw=-8),
             swing("R", 12, ("knee_ext", 18))),
        clip("knee_8_15_at_low_rotation_camera_low_L", "woman", low,
             swing("L", (14, 10), ("knee_ext", (8, 15)))),
        clip("knee_20_10_at_low_rotation_camera_high_L", "tall_man", high,
             swing("L", (12, 9), ("knee_ext", (20, 10)))),
        clip("knee_8_18_at_middle_rotation_L", "dark_woman", camera(pitch=0),
             swing("L", (26, 28), ("knee_ext", (8, 18)))),
        clip("knee_10_20_at_high_rotation_R", "woman", camera(PHONE, pitch=0),
             swing("R", (48, 46), ("knee_ext", (10, 20)))),
        clip("knee_0_at_low_rotation_R", "dark_woman", camera(pitch=0), swing("R", (13, 9))),
        clip("knee_0_at_low_rotation_camera_low_L", "heavy_man", low, swing("L", (10, 14))),
    ]  # fmt: skip


HARD: Final = {
    "low_camera_bent_knee_L35": "camera height and knee bend",
    "loose_trousers_R38": "loose trousers",
    "yaw_plus15_L40": "camera to the side",
    "yaw_minus15_L40": "camera to the side",
    "leggings_yaw_plus8_R42": "camera to the side",
    "off_centre_yaw_minus8_L37": "camera to the side",
    "high_rotation_R58": "very large or small rotation",
    "child_high_rotation_L54": "very large or small rotation",
    "low_rotation_L9": "very large or small rotation",
    "dim_L33": "poor light",
    "back_light_R36": "poor light",
    "picture_480_dim_R45": "poor light",
    "picture_480_L30": "480 lines",
    "hand_held_R34": "hand-held camera",
    "three_reps_R30": "three repetitions",
    "sixty_hertz_R35": "60 Hz",
}
"""The difficulty of every clip in `hard`."""


def hard() -> list[Spec]:
    """Return clips with one difficulty each and no compensation."""
    return [{**spec, "difficulty": HARD[spec["name"]]} for spec in _hard()]


def _hard() -> list[Spec]:
    dim: Spec = {"preset": "dim", "exposure": 0.7}
    small_picture = camera(SMALL_PICTURE)
    return [
        clip("low_camera_bent_knee_L35", "man", camera(pitch=-10), swing("L", 35),
             posture={"knee_flex0": 80.0}),
        clip("loose_trousers_R38", "heavy_man", camera(), swing("R", 38), clothes=LOOSE_TROUSERS),
        clip("yaw_plus15_L40", "woman", camera(yaw=15), swing("L", 40)),
        clip("yaw_minus15_L40", "woman", camera(yaw=-15), swing("L", 40)),
        clip("high_rotation_R58", "tall_man", camera(dist=2.5), swing("R", 58)),
        clip("dim_L33", "dark_woman", camera(), swing("L", 33), light=dim, post={"noise": 8}),
        clip("back_light_R36", "man", camera(), swing("R", 36), light={"preset": "back"}),
        clip("picture_480_L30", "heavy_man", small_picture, swing("L", 30)),
        clip("hand_held_R34", "woman", camera(PHONE, shake_px=5.0), swing("R", 34)),
        clip("leggings_yaw_plus8_R42", "dark_woman", camera(yaw=8), swing("R", 42),
             clothes=LEGGINGS),
        clip("off_centre_yaw_minus8_L37", "man", camera(yaw=-8, target_x=0.55), swing("L", 37)),
        clip("low_rotation_L9", "old_woman", camera(), swing("L", 9)),
        clip("child_high_rotation_L54", "child", camera(PHONE, dist=2.0), swing("L", 54)),
        clip("three_reps_R30", "old_woman", camera(), swing("R", (29, 31, 30))),
        clip("picture_480_dim_R45", "man", small_picture, swing("R", 45), light=dim,
             post={"noise": 7}),
        clip("sixty_hertz_R35", "heavy_man", camera(), swing("R", 35, t_base=0.6), fps=60),
    ]  # fmt: skip


def framing() -> list[Spec]:
    """Return clips that break the rules of framing."""
    from validation.framing import framing_clips  # imports this module

    return framing_clips()


def difficulties() -> list[Spec]:
    """Return clips with the difficulties that real recordings have."""
    from validation import difficulties as group  # imports this module

    return group.difficulties()


GROUPS: Final = {
    "refuse": refuse, "small": small, "knee": knee, "hard": hard, "framing": framing,
    "difficulties": difficulties,
}  # fmt: skip
