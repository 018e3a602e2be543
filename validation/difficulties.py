"""Renderer specifications of difficulties that real recordings have, one or two to a clip.

Every specification names its `difficulty`, under which the page counts it. Amounts are degrees at
the end range, in phase with the rotation. The clips of a mixture hold small amounts of many things,
none of which a therapist would name.
"""

from typing import Final

from validation.specs import MEDIUM_PHONE, MEDIUM_PICTURE, PHONE, SMALL_PICTURE, camera, clip, swing
from validation.subjects import LEGGINGS, LOOSE_TROUSERS, Spec

PACE: Final = {"t_base": 0.7, "t_out": 0.6, "t_hold": 0.7, "t_back": 0.4, "t_gap": 0.1}
FOOT_TURNS: Final = {"foot_inv": 12.0, "plantar": 14.0, "foot_abd": 8.0}
"""Inversion, plantar flexion and outward turn of a foot that goes along with the rotation."""

FEET: Final = "foot turns, knee steady"
KNEE: Final = "knee extension"
LIFT: Final = "thigh lift"
BOTH_LIFTS: Final = "thigh lift with hip lift"
MIXTURE: Final = "lifelike mixture"


def difficulties() -> list[Spec]:
    """Return the clips, the most useful first."""
    lifts, knees, mixtures = _thigh_lifts(), _knee_or_foot(), _mixtures()
    drifts, overshoots = _drifts(), _overshoots()
    return [
        *_pitch_and_knee(), *lifts[:4], *knees[:6], *mixtures[:10], *drifts[:3], *overshoots[:2],
        *_tibia(), *_sagging(), *_views(), *_others_moving(), *lifts[4:], *knees[6:], *drifts[3:],
        *overshoots[2:], *mixtures[10:], *_dark(),
    ]  # fmt: skip


def _one(difficulty: str, name: str, who: str, *parts: Spec, **more: object) -> Spec:
    """Return one clip.

    Args:
        difficulty: under which the page counts it.
        name: of the clip.
        who: name of the patient.
        parts: camera and motion.
        more: further entries of the specification, and `clothes`.
    """
    view, motion = parts
    return clip(name, who, view, motion, difficulty=difficulty, **more)


def _view(**changes: float) -> Spec:
    return camera(MEDIUM_PICTURE, **changes)


def _turn(leg: str, peak_deg: float, **amounts: float) -> Spec:
    return swing(leg, peak_deg, *amounts.items(), **PACE)


def _bent(knee_deg: float, **more: float) -> Spec:
    return {"knee_flex0": knee_deg, **more}


def _pitch_and_knee() -> list[Spec]:
    """Return a camera above and below a knee that is not at a right angle."""
    kind = "camera height and knee bend"
    return [
        _one(kind, "pitch20_knee88_L36", "man", camera(pitch=20), _turn("L", 36),
             posture=_bent(88.0)),
        _one(kind, "pitch20_knee100_R40", "woman", camera(pitch=20), _turn("R", 40),
             posture=_bent(100.0)),
        _one(kind, "pitch15_knee80_R33", "tall_man", camera(pitch=15), _turn("R", 33),
             posture=_bent(80.0)),
        _one(kind, "pitchminus10_knee75_L38", "dark_woman", camera(pitch=-10), _turn("L", 38),
             posture=_bent(75.0)),
        _one(kind, "pitch10_knee105_L42", "man", camera(pitch=10), _turn("L", 42),
             posture=_bent(105.0)),
        _one(kind, "pitch10_knee90_R35", "woman", camera(pitch=10), _turn("R", 35),
             posture=_bent(90.0)),
        _one(kind, "pitch0_knee105_L34", "dark_woman", camera(pitch=0), _turn("L", 34),
             posture=_bent(105.0)),
    ]  # fmt: skip


def _thigh_lifts() -> list[Spec]:
    small = camera(SMALL_PICTURE)
    return [
        _one(LIFT, "thigh_lift11_R36", "man", camera(), _turn("R", 36, thigh_lift=11)),
        _one(BOTH_LIFTS, "thigh_lift8_hip_lift6_L34", "woman", camera(),
             _turn("L", 34, thigh_lift=8, hip_lift=6)),
        _one(LIFT, "thigh_lift5_L32", "dark_woman", camera(), _turn("L", 32, thigh_lift=5)),
        _one(BOTH_LIFTS, "thigh_lift4_hip_lift4_R38", "tall_man", camera(dist=2.5),
             _turn("R", 38, thigh_lift=4, hip_lift=4)),
        _one(LIFT, "thigh_lift8_high_camera_R28", "old_woman", _view(pitch=9),
             _turn("R", 28, thigh_lift=8)),
        _one(LIFT, "thigh_lift2_R37", "woman", small, _turn("R", 37, thigh_lift=2)),
        _one(LIFT, "thigh_lift11_trousers_L30", "heavy_man", small, _turn("L", 30, thigh_lift=11),
             clothes=LOOSE_TROUSERS),
        _one(BOTH_LIFTS, "thigh_lift10_hip_lift3_R35", "dark_woman", _view(),
             _turn("R", 35, thigh_lift=10, hip_lift=3)),
    ]  # fmt: skip


def _knee_or_foot() -> list[Spec]:
    """Return knees that extend, and feet that turn as if they did."""
    return [
        _one(FEET, "foot_turns_L35", "man", camera(), _turn("L", 35, **FOOT_TURNS)),
        _one(KNEE, "knee_ext15_L34", "man", camera(), _turn("L", 34, knee_ext=15)),
        _one(FEET, "foot_points_down_R30", "woman", camera(), _turn("R", 30, plantar=24)),
        _one(KNEE, "knee_ext18_foot_turns_R31", "woman", camera(),
             _turn("R", 31, knee_ext=18, **FOOT_TURNS)),
        _one(FEET, "foot_turns_up_R40", "tall_man", camera(PHONE, dist=3.0),
             _turn("R", 40, foot_inv=16, plantar=-12)),
        _one(KNEE, "knee_ext10_L38", "dark_woman", camera(), _turn("L", 38, knee_ext=10)),
        _one(KNEE, "knee_ext20_high_camera_R27", "tall_man", _view(pitch=8),
             _turn("R", 27, knee_ext=20)),
        _one(FEET, "foot_everts_L33", "dark_woman", _view(pitch=7),
             _turn("L", 33, foot_inv=-10, foot_abd=14)),
        _one(KNEE, "knee_ext12_low_camera_L25", "old_woman", _view(pitch=-7),
             _turn("L", 25, knee_ext=12)),
    ]  # fmt: skip


def _mixtures() -> list[Spec]:
    """Return clips with the small habits, views and knees that real people have."""
    return [
        _mixed("mixture_man_L37", "man", camera(yaw=5, pitch=6),
               _turn("L", 37, tib_rot=6, plantar=8, thigh_lift=1.5, lean=2, abd=-1.5),
               _bent(86.0)),
        _mixed("mixture_woman_R42", "woman", camera(yaw=-6, pitch=4),
               _turn("R", 42, foot_inv=10, plantar=12, hip_lift=1.2, lean=-1.5, knee_ext=3),
               _bent(94.0)),
        _mixed("mixture_dark_woman_L29", "dark_woman", camera(yaw=4, pitch=8),
               _turn("L", 29, tib_rot=8, foot_inv=8, abd=2, thigh_lift=1, trunk_rot=2),
               _bent(84.0)),
        _mixed("mixture_heavy_man_R24", "heavy_man", _view(yaw=-3, pitch=7, dist=2.4),
               _turn("R", 24, tib_rot=5, plantar=6, hip_lift=1.4, lean=2, knee_ext=2),
               _bent(82.0, calf_sag=0.006)),
        _mixed("mixture_tall_man_R45", "tall_man", _view(yaw=8, dist=2.6),
               _turn("R", 45, foot_inv=12, foot_abd=8, plantar=10, abd=-1.8, trunk_rot=2),
               _bent(96.0, calf_sag=0.005)),
        _mixed("mixture_old_woman_L22", "old_woman", _view(yaw=-8, pitch=5),
               _turn("L", 22, plantar=14, foot_inv=6, lean=2.2, thigh_lift=1.8, knee_ext=3),
               _bent(85.0, calf_sag=0.008)),
        _mixed("mixture_woman_L48", "woman", camera(MEDIUM_PHONE, dist=2.6, yaw=6, pitch=3),
               _turn("L", 48, tib_rot=8, plantar=8, hip_lift=1, lean=1.5, trunk_rot=2),
               _bent(90.0), LEGGINGS),
        _mixed("mixture_man_R33", "man", _view(pitch=9, yaw=-4),
               _turn("R", 33, tib_rot=6, foot_inv=8, abd=1.5, thigh_lift=1.2),
               _bent(92.0, calf_sag=0.01), LOOSE_TROUSERS),
        _mixed("mixture_dark_woman_R39", "dark_woman",
               camera(MEDIUM_PHONE, dist=2.6, pitch=-4, yaw=3),
               _turn("R", 39, foot_inv=10, plantar=-6, knee_ext=3, hip_lift=1.3, lean=1.5),
               _bent(80.0)),
        _mixed("mixture_child_R46", "child", _view(dist=1.9, pitch=8, yaw=5),
               _turn("R", 46, tib_rot=8, foot_inv=10, plantar=10, abd=-2, lean=2), _bent(86.0)),
        _mixed("mixture_tall_man_L36", "tall_man", camera(SMALL_PICTURE, pitch=4),
               _turn("L", 36, tib_rot=7, plantar=10, lean=2, thigh_lift=1.5), _bent(88.0)),
        _mixed("mixture_heavy_man_L27", "heavy_man",
               camera(SMALL_PICTURE, yaw=6, pitch=5, dist=2.3),
               _turn("L", 27, foot_inv=9, plantar=9, knee_ext=2.5, trunk_rot=2),
               _bent(84.0, calf_sag=0.007)),
    ]  # fmt: skip


def _mixed(name: str, who: str, *parts: Spec) -> Spec:
    """Return a mixture of camera, motion, posture and, if given, clothes."""
    view, motion, posture, *clothes = parts
    return _one(MIXTURE, name, who, view, {**motion, "sway": 1.5},
                posture={"abd0": 3.0, **posture}, clothes=next(iter(clothes), None))  # fmt: skip


def _drifts() -> list[Spec]:
    kind = "knee drifts"
    return [
        _one(kind, "knee_in8_L38", "woman", _view(), _turn("L", 38, abd=-8)),
        _one(kind, "knee_out6_R33", "man", _view(), _turn("R", 33, abd=6)),
        _one(kind, "knee_in5_apart_R40", "tall_man", _view(dist=2.5), _turn("R", 40, abd=-5),
             posture={"abd0": 9.0}),
        _one(kind, "knee_in3_L31", "dark_woman", camera(SMALL_PICTURE), _turn("L", 31, abd=-3),
             posture={"abd0": 5.0}),
        _one(kind, "knee_in8_yaw8_L36", "man", _view(yaw=8), _turn("L", 36, abd=-8),
             posture={"abd0": 10.0}),
    ]  # fmt: skip


def _overshoots() -> list[Spec]:
    """Return legs that swing past and settle, and one that does not hold at all."""
    kind = "swings past, then holds"
    fast: Spec = {"t_out": 0.45, "t_hold": 1.3}
    kick: Spec = {"t_out": 0.4, "t_hold": 0.0, "t_back": 0.4, "t_gap": 0.6}
    return [
        _one(kind, "overshoot25_for_300ms_L36", "man", _view(),
             _turn("L", 36) | fast | {"overshoot": 0.25, "settle_s": 0.3}),
        _one(kind, "overshoot15_for_120ms_R41", "woman", _view(),
             _turn("R", 41) | fast | {"overshoot": 0.15, "settle_s": 0.12}),
        _one(kind, "overshoot30_for_200ms_R33", "tall_man", camera(SMALL_PICTURE, dist=2.5),
             _turn("R", 33) | fast | {"t_hold": 0.8, "overshoot": 0.3, "settle_s": 0.2}),
        _one("a kick without a hold", "kick_L35", "dark_woman", camera(SMALL_PICTURE),
             _turn("L", 35) | kick, kind="no_hold"),
    ]  # fmt: skip


def _tibia() -> list[Spec]:
    kind = "tibia and foot turn"
    return [
        _one(kind, "tibia15_R35", "man", _view(), _turn("R", 35, tib_rot=15, **FOOT_TURNS)),
        _one(kind, "tibia10_L41", "dark_woman", _view(),
             _turn("L", 41, tib_rot=10, foot_inv=8, plantar=10)),
        _one(kind, "tibia15_low_rotation_L18", "woman", camera(SMALL_PICTURE),
             _turn("L", 18, tib_rot=15, foot_inv=10, plantar=8)),
        _one(kind, "tibia12_leggings_L44", "tall_man", _view(dist=2.5),
             _turn("L", 44, tib_rot=12, **FOOT_TURNS), clothes=LEGGINGS),
    ]  # fmt: skip


def _sagging() -> list[Spec]:
    """Return calves and cloth that hang from the shank, by metres times the sine of its tilt."""
    calf, cloth = "calf sags", "trouser hangs"
    return [
        _one(calf, "calf_sags8_L33", "heavy_man", _view(dist=2.4), _turn("L", 33),
             posture={"calf_sag": 0.008}),
        _one(calf, "calf_sags15_R30", "old_woman", _view(), _turn("R", 30),
             posture={"calf_sag": 0.015}),
        _one(calf, "calf_sags8_high_rotation_R50", "woman", _view(), _turn("R", 50),
             posture={"calf_sag": 0.008}),
        _one(cloth, "trouser_hangs25_R35", "man", _view(), _turn("R", 35),
             posture={"calf_sag": 0.025}, clothes=LOOSE_TROUSERS),
        _one(cloth, "trouser_hangs45_L33", "woman", _view(), _turn("L", 33),
             posture={"calf_sag": 0.045}, clothes=LOOSE_TROUSERS),
    ]  # fmt: skip


def _views() -> list[Spec]:
    side, tilted, chair = "camera to the side", "camera tilted", "low chair, thigh down"
    down: Spec = {"thigh_up": -20.0, "knee_flex0": 70.0, "overhang": 0.28}
    return [
        _one(side, "yaw_plus15_dark_R38", "dark_woman", _view(yaw=15), _turn("R", 38)),
        _one(side, "yaw_minus15_abducted_R36", "man", _view(yaw=-15), _turn("R", 36),
             posture={"abd0": 8.0}),
        _one(tilted, "roll8_L39", "woman", _view(roll=8), _turn("L", 39)),
        _one(tilted, "roll_minus8_phone_R34", "tall_man", camera(MEDIUM_PHONE, dist=3.0, roll=-8),
             _turn("R", 34)),
        _one(chair, "thigh20_down_L35", "man", _view(), _turn("L", 35), posture=down),
        _one(chair, "thigh20_down_high_camera_R32", "woman", _view(pitch=8), _turn("R", 32),
             posture=down),
    ]  # fmt: skip


def _others_moving() -> list[Spec]:
    """Return another leg that swings, and arms that move with talking."""
    leg, arms = "other leg swings", "talks with the arms"
    small, talking = camera(SMALL_PICTURE), {"arms": "talk"}
    return [
        _one(leg, "pendulum5_L37", "woman", _view(), _turn("L", 37) | {"other_osc": 5.0}),
        _one(leg, "pendulum4_knee6_R32", "man", small,
             _turn("R", 32) | {"other_osc": 4.0, "other_kosc": 6.0}),
        _one(arms, "talks_L40", "tall_man", _view(dist=2.5), _turn("L", 40) | {"arm_wave": 0.12},
             posture=talking),
        _one(arms, "talks_small_picture_R34", "dark_woman", small,
             _turn("R", 34) | {"arm_wave": 0.18}, posture=talking),
    ]  # fmt: skip


def _dark() -> list[Spec]:
    """Return dark legs before a dark wall, floor and table, in little light."""
    kind, black = "dark on dark", (0.025, 0.025, 0.03)
    room: Spec = {"seed": 31, "wall_col": black, "floor": "floor_lino", "floor_col": black,
                  "table_col": black, "sheet": False, "posters": 0}  # fmt: skip
    trousers: Spec = {"bottom": "trousers", "bottom_loose": 0.012,
                      "bottom_col": [0.012, 0.012, 0.014], "feet": "shoes",
                      "shoe_col": [0.015, 0.015, 0.015]}  # fmt: skip
    return [
        _one(kind, "dark_on_dark_trousers_L36", "man", _view(), _turn("L", 36), clothes=trousers,
             room=room, light={"preset": "dim"}),
        _one(kind, "dark_on_dark_skin_R34", "dark_woman", _view(), _turn("R", 34), room=room,
             light={"preset": "dim", "exposure": 0.8}),
    ]  # fmt: skip
