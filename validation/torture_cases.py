"""Cases of the torture run: public containers, and variants and damage of the sample clips."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.frame import PictureType

from validation.damage import KINDS
from validation.paths import SAMPLES, SHARED
from validation.variants import RATE_HZ, Variant, encode, matrix_variants, one_of_each

SHORT: Final = ("clean_left", "hip_lift_left", "portrait_right")
LONG_OR_REFUSED: Final = ("external_left", "standing", "both_legs")
DAMAGED: Final = 300
TEN_MINUTES_S: Final = 600
UNTOUCHED: Final = "untouched"
FAMILIES: Final = ("public", "matrix", "parts", "damage", "large")
MATRIX_DEG: Final = 1.0
DAMAGE_DEG: Final = 1.5
DAMAGE_WARNING: Final = "frames_damaged"

NOT_ENOUGH: Final = frozenset({"too_short", "no_movement", "no_person", "not_counted"})
"""Refusals of a clip of which only a part is left."""

CODINGS: Final[Mapping[str, Variant]] = {
    "H.264, one key frame": Variant(key_every=1000),
    "H.264 in Matroska": Variant("mkv"),
    "H.264 in MPEG-TS": Variant("ts"),
    "HEVC": Variant("mp4", "libx265"),
    "HEVC, one key frame": Variant("mkv", "libx265", key_every=1000),
    "VP8": Variant("webm", "libvpx"),
    "VP9, one key frame": Variant("webm", "libvpx-vp9", key_every=1000),
    "MPEG-4 in AVI": Variant("avi", "mpeg4"),
    "AV1": Variant("mkv", "libsvtav1"),
    "H.264, a key frame a second": Variant(),
    "Motion JPEG": Variant("mov", "mjpeg"),
}
"""Codings that are damaged."""


@dataclass(frozen=True, slots=True)
class Case:
    """One clip, and what may come of it."""

    family: str
    kind: str  # row of the family's table
    name: str
    make: Callable[[Path], Path]  # writes the clip into a folder, or names one that exists
    sample: str = ""  # whose result is right; "": nobody does the test
    limit_deg: float = MATRIX_DEG
    refusals: frozenset[str] = frozenset()  # that are true besides the sample's own
    may_be_unreadable: bool = False
    may_lack_sides: bool = False
    mirrored: bool = False
    meanwhile: Callable[[Path], None] | None = None  # runs while the clip is analysed

    @property
    def title(self) -> str:
        """Name of the case among all."""
        return f"{self.family}/{self.name}"


def all_cases() -> list[Case]:
    """Return every case, the untouched samples first."""
    return [*untouched(), *public_cases(), *matrix(), *parts(), *damaged(), *large()]


def public_cases() -> Iterator[Case]:
    """Yield public clips, on which nobody does the test: none may give an angle."""
    for folder, kind in (("torture", "odd and broken containers"), ("people", "other people")):
        for path in sorted((SHARED / folder).glob("*")):
            if path.suffix != ".md":
                yield Case(
                    "public", kind, path.name, partial(_existing, path), may_be_unreadable=True,
                    refusals=frozenset({"any"}),
                )  # fmt: skip


def untouched() -> Iterator[Case]:
    """Yield the samples as they are."""
    for name in (*SHORT, *LONG_OR_REFUSED):
        yield Case(UNTOUCHED, UNTOUCHED, name, partial(_existing, sample(name)), name)


def matrix() -> Iterator[Case]:
    """Yield variants: of the short samples all, of the others each value once."""
    for at, name in enumerate((*SHORT, *LONG_OR_REFUSED)):
        variants = matrix_variants(at)
        for variant in variants if name in SHORT else one_of_each(variants):
            make, mirrored = partial(_variant, name, variant), variant.mirror == "selfie"
            title = f"{name}-{variant.name}"
            yield Case("matrix", variant.container, title, make, name, mirrored=mirrored)


def parts() -> Iterator[Case]:
    """Yield clips that begin late, end early, grow, hold one frame, or have far key frames."""
    for name in SHORT:
        for first_s, last_s in ((0.3, 99.0), (1.5, 99.0), (0.0, 1.2), (0.0, 2.2)):
            cut = Variant(first_s=first_s, last_s=last_s)
            yield _part(f"{name}-{first_s}-{last_s}", "begins late or ends early", name, cut)
        for box in ("mp4", "webm", "avi"):
            codec = "libvpx" if box == "webm" else "libx264"
            one = Variant(box, codec, last_s=0.02)
            yield _part(f"{name}-one-frame-{box}", "one frame", name, one)
        long = Variant("mkv", key_every=1000)
        yield _part(f"{name}-long-gop", "one key frame", name, long)
        grown = _part(f"{name}-growing", "grows while it is read", name, Variant("mkv"))
        yield replace(grown, make=partial(_first_part, name), meanwhile=_append)


def large() -> Iterator[Case]:
    """Yield 4K and ten minutes."""
    for name in SHORT[:2]:
        big = Variant(size=3.0)
        yield Case("large", "4K", f"{name}-4k", partial(_variant, name, big), name)
    name = SHORT[0]
    yield Case("large", "ten minutes", f"{name}-600s", partial(_ten_minutes, name), name)


def damaged(count: int = DAMAGED) -> Iterator[Case]:
    """Yield damaged clips: codings, kinds of damage and samples in turn, each with its own seed."""
    codings, kinds = list(CODINGS), list(KINDS)
    made = 0
    for seed in range(10 * count):
        coding, kind = codings[seed % len(codings)], kinds[seed % len(kinds)]
        if not _can_be(coding, kind):
            continue
        name = SHORT[seed // len(kinds) % len(SHORT)] if made % 25 else "both_legs"
        make = partial(_damaged, name=name, coding=coding, kind=kind, seed=seed)
        yield Case(
            "damage", kind, f"{seed}-{name}-{coding}-{kind}", make, name, DAMAGE_DEG,
            frozenset({"damaged"}) | (NOT_ENOUGH if kind in SHORTENS else frozenset()),
            may_be_unreadable=True, may_lack_sides=True,
        )  # fmt: skip
        made += 1
        if made == count:
            return


SHORTENS: Final = frozenset({"cut off", "bytes inserted or left out", "block overwritten"})
"""Damage after which a container may end early."""


def sample(name: str) -> Path:
    """Return the file of a sample."""
    return SAMPLES / f"{name}.mp4"


def _can_be(coding: str, kind: str) -> bool:
    container, codec = CODINGS[coding].container, CODINGS[coding].codec
    if kind == "transport packets lost":
        return container == "ts"
    no_copy = container == "avi" or codec == "libsvtav1"  # of the coded picture
    return not (kind == "packets lost" and no_copy)


def _part(title: str, kind: str, name: str, variant: Variant) -> Case:
    refusals = NOT_ENOUGH | {"external_rotation", "damaged", "posture_changed"}
    make = partial(_variant, name, variant)
    return Case("parts", kind, title, make, name, refusals=refusals, may_be_unreadable=True)


def _existing(path: Path, _folder: Path) -> Path:
    return path


def _variant(name: str, variant: Variant, folder: Path) -> Path:
    return encode(sample(name), folder / f"{name}.{variant.container}", variant)


def _first_part(name: str, folder: Path) -> Path:
    """Write a clip of which the last third is still to come."""
    path = _variant(name, Variant("mkv"), folder)
    content = path.read_bytes()
    (folder / "rest").write_bytes(content[2 * len(content) // 3 :])
    path.write_bytes(content[: 2 * len(content) // 3])
    return path


def _append(path: Path) -> None:
    """Add the rest to a growing clip, in ten steps of a tenth of a second."""
    rest = (path.parent / "rest").read_bytes()
    with path.open("ab", buffering=0) as file:
        for at in range(0, len(rest), len(rest) // 10 + 1):
            time.sleep(0.1)
            file.write(rest[at : at + len(rest) // 10 + 1])


def _damaged(folder: Path, *, name: str, coding: str, kind: str, seed: int) -> Path:
    variant = CODINGS[coding]
    whole = encoded_once(name, variant, folder.parent / "whole")
    target = folder / f"damaged.{variant.container}"
    KINDS[kind](whole, target, np.random.default_rng(seed))
    return target


def encoded_once(name: str, variant: Variant, folder: Path) -> Path:
    """Return a variant that is made only once for all cases."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{variant.name}.{variant.container}"
    if not path.exists():
        part = path.with_name(f"part-{path.name}")
        encode(sample(name), part, variant).rename(path)
    return path


def _ten_minutes(name: str, folder: Path) -> Path:
    """Write the sample at half its size, after which its last picture stands to the end."""
    half, path = folder / "half.mp4", folder / f"{name}.mp4"
    encode(sample(name), half, Variant(size=0.5))
    with av.open(str(half)) as container:
        frames = list(container.decode(video=0))
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "g": "300"}
        stream = container.add_stream("libx264", rate=RATE_HZ, options=options)
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
        for number in range(TEN_MINUTES_S * RATE_HZ):
            frame = frames[min(number, len(frames) - 1)]
            frame.pts, frame.time_base = number, Fraction(1, RATE_HZ)
            frame.pict_type = PictureType.NONE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
