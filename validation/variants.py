"""Clips coded again: other codec, container, rate, size, turn, mirror, key frames."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np

from hipcv.core.interfaces import Picture
from validation.clip_files import stored_pictures
from validation.encoders import usual_priority

ONE: Final = 1 << 16  # of a display matrix
RATE_HZ: Final = 30
RATES_HZ: Final = (15, 24, 30, 60, 240)
TURNS_DEG: Final = (0, 90, 180, 270)

CODING: Final[Mapping[str, dict[str, str]]] = {
    "libx264": {"preset": "veryfast", "crf": "20"},
    "libx265": {"preset": "ultrafast", "crf": "22", "x265-params": "log-level=none"},
    "libvpx": {"crf": "8", "b": "6M", "deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"crf": "26", "b": "0", "deadline": "realtime", "cpu-used": "8"},
    "libsvtav1": {"preset": "12", "crf": "30", "svtav1-params": "enable-overlays=0"},
    "mpeg4": {"qmin": "2", "qmax": "4"},
    "mpeg2video": {"qmin": "2", "qmax": "4"},
    "mjpeg": {"qmin": "2", "qmax": "4"},
}
CODECS: Final[Mapping[str, Sequence[str]]] = {
    "mp4": ("libx264", "libx265", "mpeg4", "libsvtav1", "libvpx-vp9"),
    "mov": ("libx264", "libx265", "mjpeg"),
    "mkv": ("libx264", "libx265", "libvpx", "libvpx-vp9", "mpeg4", "mjpeg", "libsvtav1"),
    "webm": ("libvpx", "libvpx-vp9", "libsvtav1"),
    "avi": ("libx264", "mpeg4", "mjpeg"),
    "ts": ("libx264", "libx265", "mpeg2video"),
    "3gp": ("libx264", "mpeg4"),
    "flv": ("libx264",),
}
"""Codecs by container, as cameras and converters combine them."""

WITH_MATRIX: Final = frozenset({"mp4", "mov", "3gp"})
MPEG2_RATES_HZ: Final = frozenset({24, 30, 60})
BIT_RATE: Final = 6_000_000


@dataclass(frozen=True, slots=True)
class Variant:
    """Coding of a clip that displays alike."""

    container: str = "mp4"
    codec: str = "libx264"
    rate_hz: int = RATE_HZ
    turn_deg: int = 0  # counter-clockwise as displayed, by the container
    mirror: str = ""  # "tag": undone by the container; "selfie": declared by the user
    size: float = 1.0
    key_every: int = 30  # frames
    first_s: float = 0.0
    last_s: float = float("inf")

    @property
    def name(self) -> str:
        """Container and codec, and what else differs from the default."""
        others = [f for f in fields(self) if f.name not in {"container", "codec"}]
        given = [f"{getattr(self, f.name)}" for f in others if getattr(self, f.name) != f.default]
        return "-".join([self.container, self.codec.removeprefix("lib"), *given])


def encode(source: Path, target: Path, variant: Variant) -> Path:
    """Write a clip as another variant of itself."""
    options = CODING[variant.codec] | {"g": str(variant.key_every)}
    muxing = {"movflags": "+faststart"} if variant.container in WITH_MATRIX else {}
    with usual_priority(), av.open(str(target), "w", options=muxing) as container:
        stream: Any = None
        for number, displayed in enumerate(_resampled(stored_pictures(source), variant)):
            picture = _stored(displayed, variant)
            if stream is None:
                stream = container.add_stream(variant.codec, rate=variant.rate_hz, options=options)
                _set_up(stream, picture, variant)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame = frame.reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = number, Fraction(1, variant.rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target


def matrix_variants(sample: int) -> list[Variant]:
    """Return a variant for every codec in every container.

    Turns, mirrors and rates go round with different periods, so that over the samples every pair
    of values comes together.
    """
    pairs = [(box, codec) for box, codecs in CODECS.items() for codec in codecs]
    variants = []
    for row, (box, codec) in enumerate(pairs):
        tagged, at = box in WITH_MATRIX, row + 7 * sample
        rates = [r for r in RATES_HZ if codec != "mpeg2video" or r in MPEG2_RATES_HZ]
        variants.append(
            Variant(
                container=box,
                codec=codec,
                rate_hz=rates[at % len(rates)],
                turn_deg=TURNS_DEG[at % len(TURNS_DEG)] if tagged else 0,
                mirror=("", "selfie", "tag" if tagged else "")[at % 3],
            )
        )
    return variants


def one_of_each(variants: Iterable[Variant]) -> list[Variant]:
    """Return few of the variants in which every value of every field occurs that occurs in all."""
    rest = list(variants)
    open_values = set(itertools.chain.from_iterable(map(_values, rest)))
    chosen: list[Variant] = []
    while open_values:
        best = max(rest, key=lambda variant: len(open_values & _values(variant)))
        chosen.append(best)
        open_values -= _values(best)
    return chosen


def _values(variant: Variant) -> set[tuple[str, object]]:
    return {(field.name, getattr(variant, field.name)) for field in fields(variant)}


def _resampled(frames: Iterable[tuple[float, Picture]], variant: Variant) -> Iterator[Picture]:
    """Yield pictures at the variant's rate, each mixed of the two next to it in time."""
    number, before = 0, None
    for time_s, picture in frames:
        while (at_s := variant.first_s + number / variant.rate_hz) <= min(time_s, variant.last_s):
            if before is None or at_s == time_s:
                yield picture
            else:
                share = (at_s - before[0]) / (time_s - before[0])
                yield cv2.addWeighted(before[1], 1 - share, picture, share, 0)
            number += 1
        before = (time_s, picture)


def _stored(displayed: Picture, variant: Variant) -> Picture:
    """Return the picture that the variant's tags display as the given one."""
    if variant.size != 1:
        way = cv2.INTER_AREA if variant.size < 1 else cv2.INTER_CUBIC
        displayed = cv2.resize(displayed, None, fx=variant.size, fy=variant.size, interpolation=way)
    if variant.mirror == "selfie":
        displayed = displayed[:, ::-1]
    turned = np.rot90(displayed, -variant.turn_deg // 90)
    return turned[:, ::-1] if variant.mirror == "tag" else turned


def _set_up(stream: Any, picture: Picture, variant: Variant) -> None:  # noqa: ANN401 - PyAV's stream
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = "yuvj420p" if variant.codec == "mjpeg" else "yuv420p"
    stream.codec_context.time_base = Fraction(1, variant.rate_hz)
    if variant.codec in {"mpeg4", "mpeg2video", "mjpeg", "libvpx"}:
        stream.bit_rate = BIT_RATE
    if variant.container == "avi" and variant.codec == "libx264":
        stream.codec_context.max_b_frames = 0
    if variant.turn_deg or variant.mirror == "tag":
        (a, b), (c, d) = _matrix(variant)
        stream.set_display_matrix([a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, ONE << 14])


def _matrix(variant: Variant) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the 2×2 part of the display matrix: first the mirror, then the turn."""
    turns = {0: (1, 0), 90: (0, -1), 180: (-1, 0), 270: (0, 1)}
    a, b = turns[variant.turn_deg]
    sign = -1 if variant.mirror == "tag" else 1
    return (sign * a, sign * b), (-b, a)
