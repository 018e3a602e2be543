"""Clips that must be refused, made from the sample clips by changing their pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from hipcv.core.interfaces import Picture
from validation.clip_files import CODING, Clip, encode, read_pictures
from validation.paths import SAMPLES

RATE_HZ: Final = 30.0
NOISE_LEVELS: Final = 2.0
BASES: Final = ("clean_left", "hip_lift_left", "portrait_right")
KNEE_Y: Final = {"clean_left": 352, "hip_lift_left": 346, "portrait_right": 626}
ANKLE_Y: Final = {"clean_left": 530, "hip_lift_left": 493, "portrait_right": 826}
MIDDLE_X: Final = {"clean_left": 639, "hip_lift_left": 638, "portrait_right": 359}
"""Pixel rows of knees and ankles, and column of the person's middle, by sample clip."""

Change = Callable[[list[Picture], str], list[Picture]]
"""Return other pictures for those of a sample clip, whose name is given."""

Damage = Callable[[Path], None]
"""Change a written file."""


@dataclass(frozen=True, slots=True)
class RefusedClip:
    """One clip that must be refused: what is done to which sample clip."""

    name: str
    base: str
    change: Change
    rate_hz: float = RATE_HZ
    damage: Damage | None = None

    def write(self, folder: Path) -> Path:
        """Write the clip and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.mp4"
        pictures = self.change(sample_pictures(self.base), Path(self.base).name)
        times_s = [number / self.rate_hz for number in range(len(pictures))]
        coding = CODING if self.damage is None else {**CODING, "g": "600", "bf": "0"}
        encode(Clip(pictures, times_s, {}, coding), path)
        if self.damage is not None:
            self.damage(path)
        return path


def sample_pictures(name: str) -> list[Picture]:
    """Return the pictures of a sample clip."""
    return read_pictures(SAMPLES / f"{name}.mp4")[0]


def each(change: Callable[[Picture, str], Picture]) -> Change:
    """Return a change of every picture alone."""
    return lambda pictures, name: [change(picture, name) for picture in pictures]


def resting(seconds: float) -> Change:
    """Return a change: the first half second again and again, with fresh noise."""
    return lambda pictures, _name: to_and_fro(pictures[:15], seconds)


def looped(seconds: float) -> Change:
    """Return a change: the whole clip to and fro."""
    return lambda pictures, _name: to_and_fro(pictures, seconds)


def to_and_fro(pictures: Sequence[Picture], seconds: float) -> list[Picture]:
    """Return pictures forwards and backwards for some time, with fresh noise."""
    rng = np.random.default_rng(5)
    there_and_back = [*pictures, *pictures[-2:0:-1]]
    count = round(seconds * RATE_HZ)
    return [noisy(picture, rng) for picture in islice(cycle(there_and_back), count)]


def noisy(picture: Picture, rng: np.random.Generator) -> Picture:
    """Return the picture with noise."""
    noise = NOISE_LEVELS * rng.standard_normal(picture.shape, dtype=np.float32)
    return np.clip(picture + noise + 0.5, 0, 255).astype(np.uint8)


def part(first: int, last: int) -> Change:
    """Return a change: some of the pictures, from the first to before the last."""
    return lambda pictures, _name: pictures[first:last]


def thinned(step: int) -> Change:
    """Return a change: one picture of every `step`."""
    return lambda pictures, _name: pictures[::step]


def reversed_() -> Change:
    """Return a change: the clip backwards."""
    return lambda pictures, _name: pictures[::-1]


def mirrored() -> Change:
    """Return a change: the mirror image."""
    return each(lambda picture, _name: picture[:, ::-1])


def turned(code: int) -> Change:
    """Return a change: the picture turned by a code of OpenCV."""
    return each(lambda picture, _name: np.asarray(cv2.rotate(picture, code), np.uint8))


def squeezed(share: float) -> Change:
    """Return a change: the picture is narrower, as a wrong aspect ratio shows it."""

    def change(picture: Picture, _name: str) -> Picture:
        height, width = picture.shape[:2]
        size = (2 * round(share * width / 2), height)
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

    return each(change)


def cropped(below_ankle_share: float) -> Change:
    """Return a change: nothing below the ankles is shown, or less by a share of the shank."""

    def change(picture: Picture, name: str) -> Picture:
        shank = ANKLE_Y[name] - KNEE_Y[name]
        bottom = round(ANKLE_Y[name] + below_ankle_share * shank)
        return picture[: 2 * (bottom // 2)]

    return each(change)


def twinned() -> Change:
    """Return a change: the person's left half is shown on the right side as well, mirrored."""

    def change(picture: Picture, name: str) -> Picture:
        middle = MIDDLE_X[name]
        half = picture[:, :middle] if name == "portrait_right" else picture[:, middle:][:, ::-1]
        return np.hstack([half, half[:, ::-1]])

    return each(change)


def panned(shanks: float) -> Change:
    """Return a change: the camera turns steadily aside, by so many lengths of the shank in all."""

    def change(pictures: list[Picture], name: str) -> list[Picture]:
        whole_px = shanks * (ANKLE_Y[name] - KNEE_Y[name])
        last = len(pictures) - 1
        return [shifted(p, whole_px * row / last) for row, p in enumerate(pictures)]

    return change


def shifted(picture: Picture, right_px: float) -> Picture:
    """Return the picture moved to the right; its edge is repeated."""
    height, width = picture.shape[:2]
    moved = np.array([[1, 0, right_px], [0, 1, 0]], np.float32)
    return np.asarray(
        cv2.warpAffine(picture, moved, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def zoomed_from(row: int, share: float) -> Change:
    """Return a change: from a picture on, a share larger."""

    def change(pictures: list[Picture], _name: str) -> list[Picture]:
        height, width = pictures[0].shape[:2]
        larger = cv2.getRotationMatrix2D((width / 2, 0.6 * height), 0, 1 + share)
        zoomed = [
            np.asarray(cv2.warpAffine(p, larger, (width, height)), np.uint8) for p in pictures[row:]
        ]
        return pictures[:row] + zoomed

    return change


def joined_with(name: str) -> Change:
    """Return a change: another sample clip follows, in a picture of the same size."""

    def change(pictures: list[Picture], _name: str) -> list[Picture]:
        height, width = pictures[0].shape[:2]
        return pictures + [fitted(p, width, height) for p in sample_pictures(name)]

    return change


def fitted(picture: Picture, width: int, height: int) -> Picture:
    """Return the picture within a black one of a given size."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    whole = np.zeros((height, width, 3), np.uint8)
    whole[top : top + small.shape[0], left : left + small.shape[1]] = small
    return whole


def blank_from(first: int, last: int) -> Change:
    """Return a change: some pictures are black."""

    def change(pictures: list[Picture], _name: str) -> list[Picture]:
        black = [np.zeros_like(p) for p in pictures[first:last]]
        return pictures[:first] + black + pictures[last:]

    return change


def plain(level: int) -> Change:
    """Return a change: nothing but one brightness."""
    return each(lambda picture, _name: np.full_like(picture, level))


def smaller(share: float) -> Change:
    """Return a change: the whole picture smaller, within black."""

    def change(picture: Picture, _name: str) -> Picture:
        height, width = picture.shape[:2]
        inner = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        whole = np.zeros_like(picture)
        whole[: inner.shape[0], : inner.shape[1]] = inner
        offset = ((height - inner.shape[0]) // 2, (width - inner.shape[1]) // 2)
        return np.roll(whole, offset, (0, 1))

    return each(change)


def scratching(share: float) -> Damage:
    """Return a damage: 3,000 bytes at a share of the file are others."""

    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        first = round(share * len(content))
        noise = np.random.default_rng(9).integers(0, 256, 3000, dtype=np.uint8)
        content[first : first + 3000] = noise.tobytes()
        path.write_bytes(content)

    return damage


def unchanged() -> Change:
    """Return a change of nothing."""
    return lambda pictures, _name: pictures


def of_bases(kind: str, change: Change, **more: object) -> tuple[RefusedClip, ...]:
    """Return the same change of three sample clips."""
    clip = RefusedClip("", "", change)
    return tuple(
        replace(clip, name=f"{kind}_{base}", base=base, **more)  # type: ignore[arg-type]
        for base in BASES
    )
