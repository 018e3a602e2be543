"""Clips that each break one rule of framing, and some that keep them all.

The guided test checks position, camera and light before it records. Each clip shows a person at
rest for a second, so that every prompt can be tested on a picture that causes it; none can be
analyzed. The renderer has neither raised arms nor a second person: those are added here.

    python -m validation.framing RENDERER OUT
"""

import argparse
import math
import os
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from validation.specs import FRAMES_A_SECOND, PHONE, SMALL_PICTURE, camera, clip, swing
from validation.subjects import Spec

Picture = npt.NDArray[np.uint8]

LENGTH_S: Final = 1.25

HALF_PICTURE: Final[Spec] = {**SMALL_PICTURE, "width": SMALL_PICTURE["width"] // 2}
"""Two of these side by side give a whole picture."""

SEATED: Final = swing("L", 0)
STANDING: Final = swing("L", 0, t_base=0.0, t_out=0.01, t_hold=LENGTH_S)
"""Standing before the second picture."""

RAISED_DEG: Final = 150.0
"""Turn of the hanging arms of `hands_up` about the shoulders."""

ARM: Final = ("uarm", "farm1", "farm2", "hand")


def still(name: str, who: str, view: Spec, motion: Spec = SEATED, **more: object) -> Spec:
    """Return a clip of a person at rest for a second."""
    return clip(name, who, view, motion, kind="framing", seconds=LENGTH_S, **more)


def at_edge(shift_m: float, dist_m: float) -> Spec:
    """Return a camera straight ahead of the person that is turned aside.

    Args:
        shift_m: of the middle of the picture, to the person's left.
        dist_m: from the lens to that middle.
    """
    aside_deg = -math.degrees(math.asin(shift_m / dist_m))
    return camera(SMALL_PICTURE, dist=dist_m, yaw=aside_deg, target_x=shift_m)


def framing_clips() -> list[Spec]:
    """Return the clips that the renderer can make alone, each named by its fault.

    Left and right are the patient's own, but for `too_left` and `too_right`, which are those of the
    picture: at its left edge, the right foot leaves it. The two halves of `two_people` are separate
    clips.
    """
    return [
        still("good_frame", "man", camera(SMALL_PICTURE)),
        still("good_frame_beside", "dark_woman", camera(SMALL_PICTURE),
              posture={"arms": "beside"}),
        still("good_frame_phone", "old_woman", camera(PHONE)),
        still("too_near", "woman", camera(SMALL_PICTURE, dist=1.205, target_y=0.537)),
        still("feet_cropped", "heavy_man", camera(SMALL_PICTURE, dist=1.9, target_y=1.12)),
        still("shoulders_cropped", "tall_man",
              camera(SMALL_PICTURE, dist=2.0, pitch=12, target_y=0.30)),
        still("too_left", "dark_woman", at_edge(1.6, 2.9)),
        still("too_right", "man", at_edge(-1.6, 2.9)),
        still("turned_left", "woman", camera(SMALL_PICTURE, yaw=25)),
        still("turned_right", "tall_man", camera(SMALL_PICTURE, yaw=-25)),
        still("rolled", "old_woman", camera(SMALL_PICTURE, roll=10)),
        still("rolled_other_way", "man", camera(SMALL_PICTURE, roll=-10)),
        still("camera_low", "heavy_man", camera(SMALL_PICTURE, pitch=-15)),
        still("camera_high", "woman", camera(SMALL_PICTURE, pitch=24)),
        still("camera_very_high", "woman", camera(SMALL_PICTURE, dist=2.0, pitch=33)),
        still("too_far", "dark_woman", camera(SMALL_PICTURE, dist=4.8)),
        still("dark", "man", camera(SMALL_PICTURE),
              light={"preset": "dim", "exposure": 0.12}, post={"noise": 6}),
        still("standing", "woman", camera(SMALL_PICTURE, dist=2.9, target_y=0.85),
              STANDING, posture={"arms": "lap", "plantar0": 0.0, "rise": "up"}),
        still("hands_on_lap", "old_woman", camera(SMALL_PICTURE), posture={"arms": "lap"}),
        still("nobody", "man", camera(SMALL_PICTURE, target_x=-4.0, shake_px=0.5),
              room={"seed": 5, "wall_x": 8.0, "table_x": -4.0}),
        still("two_people_left", "man", camera(HALF_PICTURE, dist=2.4)),
        still("two_people_right", "woman", camera(HALF_PICTURE, dist=2.6)),
    ]  # fmt: skip


def hands_up() -> Spec:
    """Return the clip with raised arms, to be rendered with a `raising_poser`."""
    return still("hands_up", "heavy_man", camera(SMALL_PICTURE), posture={"arms": "beside"})


def raising_poser(poser: type) -> type:
    """Return the renderer's `Poser` with both arms turned up sideways about the shoulders."""

    class RaisingPoser(poser):
        """Poser of a patient with raised hands."""

        def pose(self, state: dict[str, Any], leg: str) -> object:
            """Return the renderer's pose with other arms; the truth of the legs is unchanged."""
            _, bones, truth = super().pose(state, leg)
            for side, sign in (("L", 1.0), ("R", -1.0)):
                shoulder = np.append(self.S.J[f"shoulder.{side}"], 1.0)
                at = (bones[f"uarm.{side}"] @ shoulder)[:3]
                raise_arm = _about(at, sign * RAISED_DEG)
                moved = [b for b in bones if b.startswith((*ARM, "finger")) and b.endswith(side)]
                bones |= {bone: raise_arm @ bones[bone] for bone in moved}
            return np.stack([bones[bone] for bone in self.S.bones]), bones, truth

    return RaisingPoser


def _about(centre_m: npt.NDArray[np.float64], angle_deg: float) -> npt.NDArray[np.float64]:
    """Return the (4, 4) turn in the frontal plane about a point, anticlockwise as displayed."""
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    turn = np.eye(4)
    turn[:2, :2] = (cos, -sin), (sin, cos)
    turn[:3, 3] = centre_m - turn[:3, :3] @ centre_m
    return turn


def side_by_side(left: list[Picture], right: list[Picture]) -> list[Picture]:
    """Join two clips in one picture, as long as the shorter."""
    return [np.hstack(pair) for pair in zip(left, right, strict=False)]


def pictures(path: Path) -> list[Picture]:
    """Return every picture of a rendered clip, RGB."""
    source = cv2.VideoCapture(str(path))
    rgb = []
    while (read := source.read())[0]:
        rgb.append(np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), dtype=np.uint8))
    return rgb


def render(generate: ModuleType, specs: list[Spec], out: Path) -> None:
    """Render the clips that do not exist yet."""
    from validation.render import with_camera_target

    assets = generate.Assets(os.environ.get("IHR_MH_DATA"))
    for spec in specs:
        if not (out / f"{spec['name']}.mp4").exists():
            generate.run(with_camera_target(spec), assets, str(out))


def main() -> None:
    """Render the group, with raised arms and a second person."""
    from validation.render import load_renderer

    parser = argparse.ArgumentParser(description="Render clips that break the rules of framing.")
    parser.add_argument("renderer", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    generate, out = load_renderer(arguments.renderer), arguments.out
    render(generate, framing_clips(), out)
    generate.Poser = raising_poser(generate.Poser)
    render(generate, [hands_up()], out)
    joined = side_by_side(*(pictures(out / f"two_people_{half}.mp4") for half in ("left", "right")))
    height, width = joined[0].shape[:2]
    generate.encode(str(out / "two_people.mp4"), joined, FRAMES_A_SECOND, width, height, 23)


if __name__ == "__main__":
    main()
