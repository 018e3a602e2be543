"""Pictures of a clip together with their truth, read from and written to files."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture

TICK_S: Final = Fraction(1, 90_000)
CODING: Final[Mapping[str, str]] = {"preset": "veryfast", "crf": "19", "threads": "1"}

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Clip:
    """Pictures, the time of each, and the truth document with a frame for each."""

    pictures: list[Picture]  # (H, W, 3) BGR
    times_s: list[float]
    truth: Document
    coding: Mapping[str, str] = field(default_factory=lambda: dict(CODING))  # options of x264

    @property
    def leg(self) -> str:
        """Tested leg, `left` or `right`."""
        return "left" if self.truth["leg"] == "L" else "right"

    def joint_px(self, index: int, name: str) -> Floats:
        """Return the true (2,) place of a joint in one picture."""
        return np.array(self.truth["per_frame"][index]["joints2d"][name], dtype=np.float64)

    def with_pictures(self, pictures: list[Picture]) -> "Clip":
        """Return the clip with other pictures of the same moments."""
        return replace(self, pictures=pictures)


def read_clip(path: Path) -> Clip:
    """Read NAME.mp4 and NAME.truth.json."""
    truth = json.loads(path.with_suffix("").with_suffix(".truth.json").read_text(encoding="utf-8"))
    return Clip(*read_pictures(path), truth)


def read_pictures(path: Path) -> tuple[list[Picture], list[float]]:
    """Return every picture of a file as stored, BGR, and the time of each."""
    rows = list(stored_pictures(path))
    return [picture for _time_s, picture in rows], [time_s for time_s, _picture in rows]


def stored_pictures(path: Path) -> Iterator[tuple[float, Picture]]:
    """Yield time and picture of every frame of a file, as stored, BGR."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            yield float(frame.time or 0.0), picture


def write_clip(clip: Clip, folder: Path, name: str, difficulty: str) -> Path:
    """Write NAME.mp4 with the clip's own times, and NAME.truth.json in the same folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.mp4"
    encode(clip, path)
    height, width = clip.pictures[0].shape[:2]
    changed = {
        "name": name, "difficulty": difficulty, "made_from": clip.truth["name"],
        "frames": len(clip.pictures), "width": width, "height": height,
        "fps": (len(clip.times_s) - 1) / (clip.times_s[-1] - clip.times_s[0]),
    }  # fmt: skip
    text = json.dumps(clip.truth | changed, separators=(",", ":"))
    path.with_suffix(".truth.json").write_text(text, encoding="utf-8")
    return path


def encode(clip: Clip, path: Path) -> None:
    """Write the pictures of a clip, each at its own time."""
    height, width = clip.pictures[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options=dict(clip.coding))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = TICK_S
        if "b" in clip.coding:
            stream.bit_rate = int(clip.coding["b"])
        for picture, time_s in zip(clip.pictures, clip.times_s, strict=True):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame.pts, frame.time_base = round(time_s / TICK_S), TICK_S
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
