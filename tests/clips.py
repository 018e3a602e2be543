"""Clips with known truth for tests: turned, mirrored, uneven, trimmed, damaged.

A numbered picture carries its own frame number as eight black or white cells along its top edge,
most significant first: it can only be read where the picture is upright and not mirrored.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from validation.encoders import usual_priority

Picture = NDArray[np.uint8]
Matrix = tuple[tuple[int, int], tuple[int, int]]

AS_STORED: Final[Matrix] = ((1, 0), (0, 1))
MIRRORED: Final[Matrix] = ((-1, 0), (0, 1))
TURNED_90: Final[Matrix] = ((0, -1), (1, 0))  # shown a quarter turn counter-clockwise
TURNED_180: Final[Matrix] = ((-1, 0), (0, -1))
TURNED_270: Final[Matrix] = ((0, 1), (-1, 0))
UPSIDE_DOWN_MIRRORED: Final[Matrix] = ((1, 0), (0, -1))
TRANSPOSED: Final[Matrix] = ((0, 1), (1, 0))
ANTITRANSPOSED: Final[Matrix] = ((0, -1), (-1, 0))
TURNS: Final[dict[int, Matrix]] = {
    0: AS_STORED,
    90: TURNED_90,
    180: TURNED_180,
    270: TURNED_270,
}

BITS: Final = 8
TICK_S: Final = Fraction(1, 90_000)
ROUNDED: Final = Interpolation.BILINEAR | Interpolation.ACCURATE_RND
QUIET: Final = {"libx265": {"x265-params": "log-level=none"}}


def numbered_picture(number: int, *, width: int = 128, height: int = 96) -> Picture:
    """Return a grey picture that encodes `number` (0..255) along its top edge."""
    picture = np.full((height, width, 3), 128, np.uint8)
    edges = np.linspace(0, width, BITS + 1).round().astype(int)
    for bit in range(BITS):
        white = number >> (BITS - 1 - bit) & 1
        picture[: height // 4, edges[bit] : edges[bit + 1]] = 255 if white else 0
    return picture


def numbered_over(noise: Iterable[Picture]) -> list[Picture]:
    """Return numbered pictures over noise of 96 x 128, so that there are bytes to damage."""
    return [numbered_picture(n) // 4 * 3 + picture // 2 for n, picture in enumerate(noise)]


def number_in(bgr: Picture) -> int:
    """Return the number of a numbered picture; -1 if it cannot be read."""
    height, width = bgr.shape[:2]
    columns = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    cells = bgr[height // 8, columns].mean(axis=-1)
    if np.any((cells > 64) & (cells < 192)):
        return -1
    return int("".join("1" if cell > 128 else "0" for cell in cells), 2)


def numbered_pictures(last: int, **size: int) -> Iterator[Picture]:
    """Yield pictures with the numbers from 1 to `last`."""
    return (numbered_picture(number, **size) for number in range(1, last + 1))


def stored_for(picture: Picture, matrix: Matrix) -> Picture:
    """Return the stored picture that `matrix` displays as `picture`."""
    (a, b), (c, d) = matrix
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    stored_x, stored_y = a * x + b * y, c * x + d * y  # the inverse of a turn is its transpose
    stored = np.empty((width, height, 3) if a == 0 else picture.shape, np.uint8)
    stored[stored_y - stored_y.min(), stored_x - stored_x.min()] = picture
    return stored


def write_clip(
    path: Path,
    pictures: Iterable[Picture],
    times_s: Iterable[float] | None = None,
    *,
    codec: str = "libx264",
    matrix: Matrix | None = None,
    sample_aspect: Fraction | None = None,
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    muxing: dict[str, str] | None = None,
) -> Path:
    """Write pictures, as they are, at the given times (default: 30 a second)."""
    steady = (number / 30 for number in count()) if times_s is None else times_s
    with usual_priority(), av.open(str(path), "w", options=muxing or {}) as container:
        stream: Any = None
        for picture, time_s in zip(pictures, steady, strict=False):
            if stream is None:
                stream = container.add_stream(
                    codec, rate=30, options={**QUIET.get(codec, {}), **(options or {})}
                )
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = pixel_format
                if path.suffix not in {".gif", ".avi"}:
                    stream.codec_context.time_base = TICK_S
                if sample_aspect is not None:
                    stream.codec_context.sample_aspect_ratio = sample_aspect
                if matrix is not None:
                    stream.set_display_matrix(_nine(matrix))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame = frame.reformat(format=pixel_format, interpolation=ROUNDED)
            base = stream.codec_context.time_base or Fraction(1, 30)
            frame.pts, frame.time_base = round(time_s / base), base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """Write a file with a tenth of a second of silence and no picture."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=16_000)
        stream.layout = "mono"
        for start in range(0, 2048, 1024):
            frame = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = 16_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def remux(
    source: Path,
    target: Path,
    *,
    shift_s: float = 0.0,
    matrix: Matrix | None = None,
    tags: Mapping[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Copy the coded picture, unchanged, with all times moved, another display matrix, and tags.

    A negative shift in an MP4 hides what then lies before zero behind an edit list, as a phone
    does when a clip is trimmed; a positive one makes the first picture come late. The options are
    those of the container's writer.
    """
    with (
        av.open(str(source)) as reader,
        av.open(str(target), "w", options=options or {}) as writer,
    ):
        writer.metadata.update(tags or {})
        original = reader.streams.video[0]
        copy = writer.add_stream_from_template(original)
        if matrix is not None:
            copy.set_display_matrix(_nine(matrix))
        assert original.time_base is not None
        shift = round(Fraction(shift_s) / original.time_base)
        for packet in reader.demux(original):
            if packet.dts is None or packet.pts is None:
                continue
            packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
            packet.stream = copy
            writer.mux(packet)
    return target


def pictures_of(path: Path) -> tuple[list[float], list[Picture]]:
    """Return times and stored pictures of a clip without a display matrix."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        return (
            [float(frame.time) for frame in frames],
            [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in frames],
        )


def turned_twin(source: Path, target: Path, matrix: Matrix = TURNED_90) -> Path:
    """Write a clip that displays alike, stored turned or mirrored and tagged with `matrix`."""
    times_s, pictures = pictures_of(source)
    stored = (stored_for(picture, matrix) for picture in pictures)
    return write_clip(target, stored, times_s, matrix=matrix, options={"crf": "12"})


def mirrored_twin(source: Path, target: Path) -> Path:
    """Write a clip that displays alike, stored as a mirror image and tagged as one."""
    return turned_twin(source, target, MIRRORED)


def variable_rate_twin(source: Path, target: Path) -> Path:
    """Write the clip without two frames in seven, the others at their own times."""
    times_s, pictures = pictures_of(source)
    remaining = [n for n in range(len(pictures)) if n % 7 not in {3, 5}]
    return write_clip(
        target,
        [pictures[n] for n in remaining],
        [times_s[n] for n in remaining],
        options={"crf": "12"},
    )


def trimmed_twin(source: Path, target: Path, cut_s: float = 0.3) -> Path:
    """Write the clip with its beginning hidden by an edit list."""
    return remux(source, target, shift_s=-cut_s)


def cut_short(source: Path, target: Path, share: float) -> Path:
    """Write the first share of a file's bytes, as an interrupted copy leaves it."""
    content = source.read_bytes()
    target.write_bytes(content[: int(share * len(content))])
    return target


def scratched(source: Path, target: Path, *, bytes_flipped: int, seed: int = 0) -> Path:
    """Write a copy with some bytes of its middle part inverted."""
    content = bytearray(source.read_bytes())
    positions = np.random.default_rng(seed).integers(
        len(content) // 5, 4 * len(content) // 5, bytes_flipped
    )
    for position in positions:
        content[position] ^= 0xFF
    target.write_bytes(content)
    return target


def _nine(matrix: Matrix) -> list[int]:
    (a, b), (c, d) = matrix
    one = 1 << 16
    return [a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30]
