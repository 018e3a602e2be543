"""Changes of a clip's geometry, with the truth moved along where joints move."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from validation.clip_files import Clip, Document

HALF_WIDTH: Final = 0.13
"""Half the width of a shank, as share of its length."""

LENS_ZOOM: Final = 1.2
"""Enlargement with which a bent picture still fills its frame."""

Along = Sequence[tuple[float, float]]

CALF: Final[Along] = (
    (-0.15, 0.0), (0.08, 0.35), (0.33, 1.0), (0.6, 0.35), (0.9, 0.0),
)  # fmt: skip
"""Sag of a calf at shares of the shank from the knee, as share of the most."""

CLOTH: Final[Along] = (
    (-0.1, 0.0), (0.2, 0.5), (0.55, 1.0), (0.85, 0.75), (1.1, 0.0),
)  # fmt: skip
"""The same of a trouser leg."""


def sagging(most_mm: float, along: Along) -> Callable[[Clip], Clip]:
    """Return a change: what hangs on the tested shank sags by `most_mm` times the sine of its tilt.

    The joints stay where they are, and so does the truth.
    """

    def change(clip: Clip) -> Clip:
        most_px = most_mm / 1000 * _px_per_m(clip)
        return clip.with_pictures(
            [_sagged(clip, index, most_px, along) for index in range(len(clip.pictures))]
        )

    return change


def _px_per_m(clip: Clip) -> float:
    lengths = [
        np.linalg.norm(clip.joint_px(index, f"{clip.leg}_ankle")
                       - clip.joint_px(index, f"{clip.leg}_knee"))
        for index in range(5)
    ]  # fmt: skip
    return float(np.median(lengths)) / float(clip.truth["bones"]["shank"])


def _sagged(clip: Clip, index: int, most_px: float, along: Along) -> Picture:
    knee, ankle = (clip.joint_px(index, f"{clip.leg}_{joint}") for joint in ("knee", "ankle"))
    moved = sag_px(clip.pictures[index].shape[:2], (knee, ankle), most_px, along)
    return _moved(clip.pictures[index], moved)


def sag_px(
    shape: tuple[int, int],
    shank: tuple[Floats, Floats],
    most_px: float,
    along: Along,
) -> Floats:
    """Return how far the content of every pixel has sagged, (H, W, 2).

    Below the shank everything gives way within four times the sag, so that nothing folds over.
    """
    knee, ankle = shank
    length = float(np.linalg.norm(ankle - knee))
    axis = (ankle - knee) / length
    down = np.array([0.0, 1.0]) - axis * axis[1]  # across the shank; its length is the sine
    sine = float(np.linalg.norm(down))
    across = down / max(sine, 1e-9)
    half, most = HALF_WIDTH * length, most_px * sine
    y, x = np.indices(shape) + 0.5
    share = ((x - knee[0]) * axis[0] + (y - knee[1]) * axis[1]) / length
    under = (x - knee[0]) * across[0] + (y - knee[1]) * across[1]
    shares, amounts = np.transpose(along)
    weight = np.interp(share, shares, amounts, left=0.0, right=0.0)
    edges = [-2.5 * half, -half, half, half + 1.5 * most, 2.0 * half + 6.0 * most]
    weight = weight * np.interp(under, edges, [0.0, 0.25, 1.0, 1.0, 0.0])
    return np.asarray(most * weight[..., None] * across)


def _moved(picture: Picture, by_px: Floats) -> Picture:
    """Move the content of a picture; `by_px` (H, W, 2) is taken where it arrives."""
    y, x = np.indices(picture.shape[:2])
    here = np.stack([x, y], axis=-1)
    return _drawn_from((here - by_px).astype(np.float32), picture)


def bent_by_lens(k1: float) -> Callable[[Clip], Clip]:
    """Return a change: the lens bends the picture by the radial coefficient `k1`."""

    def change(clip: Clip) -> Clip:
        camera = clip.truth["camera"]
        source = _seen_through(clip.pictures[0].shape[:2], camera, k1)
        pictures = [_drawn_from(source, picture) for picture in clip.pictures]
        zoomed = {axis: camera[axis] * LENS_ZOOM for axis in ("fx", "fy")}
        truth = copy.deepcopy(clip.truth) | {"camera": camera | zoomed | {"k1": k1}}
        for joints in (frame["joints2d"] for frame in truth["per_frame"]):
            joints |= {name: bent_px(px, camera, k1).tolist() for name, px in joints.items()}
        return replace(clip, pictures=pictures, truth=truth)

    return change


def bent_px(straight_px: Sequence[float], camera: Mapping[str, float], k1: float) -> Floats:
    """Return the (2,) place of a point in the bent and enlarged picture."""
    centre, focal = (np.array([camera[a], camera[b]]) for a, b in (("cx", "cy"), ("fx", "fy")))
    straight = (np.asarray(straight_px) - centre) / focal
    return np.asarray(centre + LENS_ZOOM * focal * straight * (1.0 + k1 * (straight**2).sum()))


def _seen_through(
    shape: tuple[int, ...], camera: Mapping[str, float], k1: float
) -> npt.NDArray[np.float32]:
    """Return where every pixel of the bent picture is taken from, (H, W, 2)."""
    centre, focal = (np.array([camera[a], camera[b]]) for a, b in (("cx", "cy"), ("fx", "fy")))
    x, y = np.meshgrid(np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5)
    bent = (np.stack([x, y], axis=-1) - centre) / (LENS_ZOOM * focal)
    straight = bent.copy()
    for _ in range(20):  # fixed point of straight * (1 + k1 r^2) = bent
        straight = bent / (1.0 + k1 * (straight**2).sum(axis=-1, keepdims=True))
    return np.asarray(centre + focal * straight - 0.5, np.float32)


def _drawn_from(source: npt.NDArray[np.float32], picture: Picture) -> Picture:
    x, y = source[..., 0], source[..., 1]
    drawn = cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(drawn, np.uint8)


def rolling(readout_s: float) -> Callable[[Clip], Clip]:
    """Return a change: the last row of every picture is read `readout_s` after the first one."""

    def change(clip: Clip) -> Clip:
        share = readout_s / (clip.times_s[1] - clip.times_s[0])
        pictures = list(_rolled(clip.pictures, share))
        frames = [
            _later(frame, after, share, clip.pictures[0].shape[0])
            for frame, after in _pairs(clip.truth["per_frame"])
        ]
        truth = clip.truth | {"per_frame": frames, "per_instant": clip.truth["per_frame"]}
        return replace(clip, pictures=pictures, truth=truth)

    return change


def _pairs(frames: Sequence[Document]) -> list[tuple[Document, Document]]:
    return list(zip(frames, [*frames[1:], frames[-1]], strict=True))


def _rolled(pictures: Sequence[Picture], share: float) -> Iterator[Picture]:
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    rows = np.arange(pictures[0].shape[0])[:, None, None] / pictures[0].shape[0]
    grey = [cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) for picture in pictures]
    for index in range(len(pictures) - 1):
        step = flow.calc(grey[index], grey[index + 1], None)  # type: ignore[call-overload]
        yield _moved(pictures[index], share * rows * step)
    yield pictures[-1]


def _later(frame: Document, after: Document, share: float, height: int) -> Document:
    """Return a frame of truth with every joint at the moment in which its row is read."""
    parts = {name: share * px[1] / height for name, px in frame["joints2d"].items()}
    moved = {
        kind: {
            name: ((1 - parts[name]) * np.array(at) + parts[name] * np.array(after[kind][name]))
            .tolist()
            for name, at in frame[kind].items()
        }
        for kind in ("joints2d", "joints3d")
    }  # fmt: skip
    return frame | moved


def resized(width: int, height: int, **coding: str) -> Callable[[Clip], Clip]:
    """Return a change: pictures of another size, cut at the bottom and top where they must be."""

    def change(clip: Clip) -> Clip:
        scale = width / clip.pictures[0].shape[1]
        tall = round(scale * clip.pictures[0].shape[0])
        cut = (tall - height) // 2
        pictures = [
            np.asarray(cv2.resize(p, (width, tall), interpolation=cv2.INTER_AREA), np.uint8)
            for p in clip.pictures
        ]
        truth = _scaled(clip.truth, scale, cut)
        shown = [picture[cut : cut + height] for picture in pictures]
        return replace(clip, pictures=shown, truth=truth, coding=coding or clip.coding)

    return change


def _scaled(truth: Document, scale: float, cut: int) -> Document:
    camera = truth["camera"]
    scaled = {axis: camera[axis] * scale for axis in ("fx", "fy", "cx", "cy")}
    scaled["cy"] -= cut
    frames = [
        frame | {"joints2d": {n: [x * scale, y * scale - cut]
                              for n, (x, y) in frame["joints2d"].items()}}
        for frame in truth["per_frame"]
    ]  # fmt: skip
    return truth | {"camera": camera | scaled, "per_frame": frames}
