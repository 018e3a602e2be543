"""Changes of when a clip's pictures are shown; every picture takes its truth along."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from hipcv.core.arrays import Floats, Ints
from hipcv.core.interfaces import Picture
from validation.clip_files import Clip

BLOCK_PX: Final = 16
UNCHANGED_LEVELS: Final = 6.0
"""Largest change of a block's mean, in levels, in a picture that counts as unchanged."""

FRESH_NOISE: Final = 2.0
"""Noise of pictures that are shown again, in levels."""


def dropping_held_pictures(clip: Clip) -> Clip:
    """Drop pictures in which nothing has changed, as recorders of screens and calls do."""
    means = [
        cv2.resize(p, None, fx=1 / BLOCK_PX, fy=1 / BLOCK_PX, interpolation=cv2.INTER_AREA)
        .astype(np.float32)
        for p in clip.pictures
    ]  # fmt: skip
    rows = [0]
    for index in range(1, len(means)):
        change = float(np.abs(means[index] - means[rows[-1]]).max())
        if change > UNCHANGED_LEVELS or index == len(means) - 1:
            rows.append(index)
    frames = clip.truth["per_frame"]
    truth = clip.truth | {"per_frame": [frames[i] for i in rows], "per_instant": frames}
    times_s = [clip.times_s[i] for i in rows]
    return replace(clip, pictures=[clip.pictures[i] for i in rows], times_s=times_s, truth=truth)


def holding_less(share: float, past_s: float, hold_s: float) -> Callable[[Clip], Clip]:
    """Return a change: the leg stays at its end for `past_s`, comes back and holds there.

    Args:
        share: of the rotation that is held.
        past_s: time at the end.
        hold_s: time of the hold.
    """

    def change(clip: Clip) -> Clip:
        turn = _turn(clip)
        step_s = clip.times_s[1] - clip.times_s[0]
        top = np.flatnonzero(turn > 0.97 * turn.max())
        back = int(top[-1]) + int(np.argmax(turn[top[-1] :] <= share * turn.max()))
        past = top[: max(1, round(past_s / step_s))]
        rows = [*range(int(top[0])), *past, *range(int(top[-1]) + 1, back)]
        rows += [back] * round(hold_s / step_s) + list(range(back, len(turn)))
        return shown_again(clip, rows)

    return change


def _turn(clip: Clip) -> Floats:
    """Return the (T,) rotation of the tested shank from the first picture."""
    curve = np.array([frame["shank_frontal"] for frame in clip.truth["per_frame"]])
    return np.asarray(curve - curve[0])


def beginning_in(part: str) -> Callable[[Clip], Clip]:
    """Return a change: the clip begins in mid-swing, then rests, then is shown whole.

    Args:
        part: `out`, `hold` or `back`: in which part of the first swing it begins.
    """

    def change(clip: Clip) -> Clip:
        turn = _turn(clip)
        far = np.flatnonzero(turn > 0.55 * turn.max())
        top = np.flatnonzero(turn > 0.98 * turn.max())
        first = {"out": int(far[0]), "hold": int(np.median(top)), "back": int(far[-1])}[part]
        again = shown_again(clip, [*range(first, len(turn)), *range(len(turn))])
        frames = again.truth["per_frame"]
        truth = again.truth | {"per_instant": frames[len(turn) - first :]}
        return replace(again, truth=truth)

    return change


def shown_again(clip: Clip, rows: Sequence[int] | Ints) -> Clip:
    """Show pictures in another order, evenly spaced, with fresh noise where one is repeated."""
    rng = np.random.default_rng(11)
    step_s = clip.times_s[1] - clip.times_s[0]
    times_s = [number * step_s for number in range(len(rows))]
    pictures = [
        _noisy(clip.pictures[row], rng) if row in rows[:at] else clip.pictures[row]
        for at, row in enumerate(rows)
    ]
    frames = clip.truth["per_frame"]
    shown = [frames[row] | {"t": t} for row, t in zip(rows, times_s, strict=True)]
    truth = clip.truth | {"per_frame": shown}
    return replace(clip, pictures=pictures, times_s=times_s, truth=truth)


def _noisy(picture: Picture, rng: np.random.Generator) -> Picture:
    noise = FRESH_NOISE * rng.standard_normal(picture.shape, dtype=np.float32)
    return np.clip(picture + noise + 0.5, 0, 255).astype(np.uint8)
