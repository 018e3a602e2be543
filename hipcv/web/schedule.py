"""Order of the waiting clips: the shortest first, and none of them waits for ever.

As many clips as there are workers are analysed at once. Where all of these are long, one short clip
at a time is analysed in addition, so that it need not wait for a long one to end.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from hipcv.batch.cores import real_cores
from hipcv.store.models import Clip

SHORT_S: Final = 150.0
"""Longest clip that counts as short: a guided test of both sides takes about two minutes."""

BYTES_PER_S: Final = 1e6
"""Of a clip whose duration is unknown; a phone writes 1 to 2 MB a second in 1080p."""


def default_workers() -> int:
    """Return half the real cores: the analysis of a clip uses about two."""
    return max(1, real_cores() // 2)


def expected_s(clip: Clip) -> float:
    """Return the duration of a clip; where it is unknown, estimated from the size of the file."""
    return clip.size_bytes / BYTES_PER_S if clip.duration_s is None else clip.duration_s


def is_short(clip: Clip) -> bool:
    """Return True for a clip that is analysed in addition to long ones that take all workers."""
    return expected_s(clip) <= SHORT_S


@dataclass(slots=True)
class Schedule:
    """Chooses the next clip. A second of waiting counts as much as a second less of duration.

    Waiting counts from when a clip was first offered: at the next start of the app it begins anew.
    """

    workers: int
    clock: Callable[[], float] = time.monotonic
    _since_s: dict[str, float] = field(default_factory=dict)  # by the id of each waiting clip

    def has_room(self, running: Sequence[Clip]) -> bool:
        """Return True if one more clip may begin; where all workers are at long ones, a short one.

        Args:
            running: the clips that are being analysed.
        """
        all_long = len(running) == self.workers and not any(map(is_short, running))
        return all_long or len(running) < self.workers

    def next_clip(
        self,
        waiting: Sequence[Clip],
        running: Sequence[Clip],
        followed: Collection[str] = (),
    ) -> Clip | None:
        """Return the clip to be analysed next; None if none may begin now.

        Args:
            waiting: the clips to choose from.
            running: the clips that are being analysed.
            followed: ids of clips of which the recording has been read already.
        """
        self._note(waiting)
        if not self.has_room(running):
            return None
        full = len(running) == self.workers
        candidates = filter(is_short, waiting) if full else waiting
        return min(candidates, key=lambda clip: self._rank(clip, followed), default=None)

    def _rank(self, clip: Clip, followed: Collection[str]) -> float:
        left_s = 0.0 if clip.id in followed else expected_s(clip)
        return left_s + self._since_s[clip.id]

    def _note(self, waiting: Sequence[Clip]) -> None:
        now_s = self.clock()
        self._since_s = {clip.id: self._since_s.get(clip.id, now_s) for clip in waiting}
