"""Things drawn into a clip's pictures, and changes of its light; the truth stays what it was."""

from collections.abc import Callable, Sequence
from typing import Final

import cv2
import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from validation.clip_files import Clip

MIRROR_SCALE: Final = 0.42
FRAME_COLOUR: Final = (70, 80, 90)
Colour = tuple[int, int, int]


def _by_index(change: Callable[[Clip, int], Picture]) -> Callable[[Clip], Clip]:
    """Return a change of a clip that changes every picture by its index."""
    return lambda clip: clip.with_pictures([change(clip, i) for i in range(len(clip.pictures))])


def _cloth(size: tuple[int, int], colour: Colour) -> Picture:
    """Return a weave with folds, the same in every picture."""
    y, x = np.indices(size)
    folds = 14 * np.sin(x / 23 + 2 * np.sin(y / 61)) + 5 * np.sin(x / 4) * np.sin(y / 4)
    return np.asarray(np.clip(np.array(colour) + folds[..., None], 0, 255), np.uint8)


def _laid(picture: Picture, outlines_px: Sequence[Floats], colour: Colour) -> Picture:
    """Lay cloth of a colour over polygons, each (N, 2)."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    for outline in outlines_px:
        cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    x, y, width, height = cv2.boundingRect(cv2.GaussianBlur(mask, (0, 0), 0.8))
    box = np.s_[y : y + height, x : x + width]
    share = cv2.GaussianBlur(mask, (0, 0), 0.8)[box][..., None] / 255.0
    laid = picture.copy()
    laid[box] = _cloth((height, width), colour) * share + picture[box] * (1.0 - share) + 0.5
    return laid


def _shank(clip: Clip, index: int, side: str) -> tuple[Floats, Floats]:
    return clip.joint_px(index, f"{side}_knee"), clip.joint_px(index, f"{side}_ankle")


def towel(colour: Colour, below: float) -> Callable[[Clip], Clip]:
    """Return a change: a towel on the lap hangs over both knees and does not move.

    Args:
        colour: BGR.
        below: how far it hangs below the knees, as share of the shank.
    """

    def change(clip: Clip, index: int) -> Picture:
        (left, ankle), (right, _) = (_shank(clip, 0, side) for side in ("left", "right"))
        length = float(np.linalg.norm(ankle - left))
        hem = max(left[1], right[1]) + below * length
        top = min(clip.joint_px(0, f"{side}_hip")[1] for side in ("left", "right")) - 0.1 * length
        edges = sorted((left[0], right[0]))
        out = [edges[0] - 0.3 * length, edges[1] + 0.3 * length]
        outline = np.array([[out[0] + 0.06 * length, top], [out[1] - 0.06 * length, top],
                            [out[1], hem], [out[0], hem]])  # fmt: skip
        return _laid(clip.pictures[index], [outline], colour)

    return _by_index(change)


def skirt(colour: Colour, below: float) -> Callable[[Clip], Clip]:
    """Return a change: a skirt spans both shanks down to a share `below` and is drawn along."""

    def change(clip: Clip, index: int) -> Picture:
        shanks = sorted((_shank(clip, index, side) for side in ("left", "right")),
                        key=lambda shank: shank[0][0])  # fmt: skip
        length = float(np.linalg.norm(shanks[0][1] - shanks[0][0]))
        hips = [clip.joint_px(index, f"{side}_hip") for side in ("left", "right")]
        top = min(hip[1] for hip in hips) - 0.05 * length
        sides, hem = [], []
        for sign, (knee, ankle) in zip((-1.0, 1.0), shanks, strict=True):
            out = np.array([sign * 0.17 * length, 0.0])
            sides.append(knee + out)
            hem.append(knee + below * (ankle - knee) + out)
        x = sorted(hip[0] for hip in hips)
        waist = np.array([[x[0] - 0.28 * length, top], [x[1] + 0.28 * length, top]])
        outline = np.array([waist[0], sides[0], hem[0], hem[1], sides[1], waist[1]])
        return _laid(clip.pictures[index], [outline], colour)

    return _by_index(change)


def hand_on_knee(reach: float) -> Callable[[Clip], Clip]:
    """Return a change: a hand lies on the tested knee and stays there.

    Args:
        reach: how far the fingers reach below the knee, as share of the shank.
    """

    def change(clip: Clip, index: int) -> Picture:
        knee, ankle = _shank(clip, 0, clip.leg)
        length = float(np.linalg.norm(ankle - knee))
        elbow = clip.joint_px(0, f"{clip.leg}_elbow")
        skin = _skin(clip, knee, ankle)
        return _laid(clip.pictures[index], _hand(knee, length, reach, elbow), skin)

    return _by_index(change)


def _skin(clip: Clip, knee: Floats, ankle: Floats) -> Colour:
    """Return the colour of the shank, a little darker."""
    x, y = np.round(knee + 0.45 * (ankle - knee)).astype(int)
    patch = clip.pictures[0][y - 4 : y + 5, x - 4 : x + 5].reshape(-1, 3)
    blue, green, red = (int(c) for c in 0.85 * np.median(patch, axis=0))
    return blue, green, red


def _hand(knee: Floats, length: float, reach: float, elbow: Floats) -> Sequence[Floats]:
    """Return the outlines of forearm, palm and four fingers."""
    palm = knee - [0.0, 0.06 * length]
    across = np.array([0.05 * length, 0.0])
    forearm = np.array([elbow - across, elbow + across, palm + across, palm - across])
    turn = np.linspace(0, 2 * np.pi, 40)
    round_palm = palm + length * np.stack([0.12 * np.cos(turn), 0.1 * np.sin(turn)], axis=1)
    fingers = []
    for offset in (-0.09, -0.03, 0.03, 0.09):
        middle = knee + length * np.array([offset, reach / 2 - 0.03])
        shape = np.stack([0.028 * np.cos(turn), (reach / 2 + 0.03) * np.sin(turn)], axis=1)
        fingers.append(middle + length * shape)
    return [forearm, round_palm, *fingers]


def mirror(side: str) -> Callable[[Clip], Clip]:
    """Return a change: a mirror on the wall at the `left` or `right` shows the patient, smaller."""

    def change(clip: Clip, index: int) -> Picture:
        picture = clip.pictures[index].copy()
        x0, y0, x1, y1 = _body_box(clip)
        turned = clip.pictures[index][y0:y1, x0:x1][:, ::-1]
        width, height = (round(MIRROR_SCALE * size) for size in (x1 - x0, y1 - y0))
        copied = cv2.resize(turned, (width, height), interpolation=cv2.INTER_AREA)
        left = max(12, x0 - width - 30) if side == "left" else min(
            picture.shape[1] - width - 12, x1 + 30)  # fmt: skip
        top = max(12, y0)
        cv2.rectangle(picture, (left - 8, top - 8), (left + width + 7, top + height + 7),
                      FRAME_COLOUR, -1)  # fmt: skip
        picture[top : top + height, left : left + width] = copied
        return picture

    return _by_index(change)


def _body_box(clip: Clip) -> tuple[int, int, int, int]:
    """Return the rectangle round the whole patient in all pictures: left, top, right, bottom."""
    points = np.array([list(frame["joints2d"].values()) for frame in clip.truth["per_frame"]])
    points = points.reshape(-1, 2)
    height, width = clip.pictures[0].shape[:2]
    margin = 0.12 * float(np.ptp(points[:, 1]))
    low = np.maximum(points.min(axis=0) - margin, 0).astype(int)
    high = np.minimum(points.max(axis=0) + margin, [width, height]).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def exposed(gains: Sequence[float], noise: float = 0.0) -> Callable[[Clip], Clip]:
    """Return a change: the light is multiplied by gains that are evenly spread over the clip."""

    def change(clip: Clip) -> Clip:
        rng = np.random.default_rng(7)
        at = np.linspace(0, 1, len(gains))
        gain = np.interp(np.linspace(0, 1, len(clip.pictures)), at, gains)
        return clip.with_pictures(
            [_lit(p, g, noise, rng) for p, g in zip(clip.pictures, gain, strict=True)]
        )

    return change


def _lit(picture: Picture, gain: float, noise: float, rng: np.random.Generator) -> Picture:
    light = picture.astype(np.float32) * np.float32(gain)
    if noise:
        light += noise * rng.standard_normal(light.shape, dtype=np.float32)
    return np.asarray(np.clip(light + 0.5, 0, 255), np.uint8)
