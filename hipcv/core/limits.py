"""Declaration of the limits of a clip: bounds of time, memory and work, not of measurement.

They change no number, so they are no part of the protocol, which is saved with a result. A clip
beyond one of them is refused before it is decoded, or as soon as it is found to be.
"""

from dataclasses import dataclass
from typing import Final

from hipcv.core.protocol import Declaration, setting, settings
from hipcv.language import N_

TEST_DURATION: Final = N_("a guided test of both sides takes about two minutes")


@dataclass(frozen=True, slots=True)
class ClipLimits(Declaration):
    """Bounds of one clip, the same for every command, upload and worker."""

    # fmt: off
    duration_max_s: float = setting(600, unit="s", low=10, high=86_400,
        why="longest clip that is read", source=TEST_DURATION)
    frames_max: float = setting(150_000, unit="frames", low=100, high=900_000,
        why="most pictures that are read", source=N_("ten minutes at 240 Hz hold 144 000"))
    picture_max_mpx: float = setting(64, unit="megapixels", low=0.1, high=256,
        why="largest picture that is decoded", source=N_("8K video has 33 megapixels"))
    streams_max: float = setting(50, unit="streams", low=1, high=1000,
        why="most video, sound and text streams in one file",
        source=N_("a phone writes up to about ten"))
    nobody_max_s: float = setting(120, unit="s", low=5, high=86_400,
        why="after so long without a person the rest of a clip is not looked at",
        source=TEST_DURATION)
    memory_max_gb: float = setting(8, unit="GB", low=1, high=1024,
        why="most memory that the analysis of one clip may take, on Linux",
        source=N_("a clip of 1080p takes about half a gigabyte"))
    # fmt: on


DEFAULT_LIMITS: Final = ClipLimits()

LIMIT_NAMES: Final = frozenset(limit.name for limit in settings(ClipLimits))
