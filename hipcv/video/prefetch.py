"""Decodes a few frames ahead, in a thread of its own, while the last one is still looked at."""

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Final

from hipcv import native
from hipcv.background import is_single_threaded
from hipcv.core.interfaces import Frame

WAITING: Final = 24
"""So many frames wait at the most: enough to even out the work."""

FEW_BYTES: Final = 16 * 1024 * 1024
"""What waiting frames may take: 5 frames of 720 lines, 2 of 1080, 1 of 2160."""

MANY_BYTES: Final = 2 * FEW_BYTES
"""The same where most frames are passed over, and some take long."""


GIVE_BACK_BYTES: Final = 256 * 1024 * 1024
"""After so much of pictures, what they took goes back: else a long clip would hold ever more."""


def prefetch(source: Iterable[Frame], room_bytes: int = FEW_BYTES) -> Generator[Frame]:
    """The frames of a source, in order; what ends it, ends this.

    Leaving early closes the source and ends the thread before it returns.

    Args:
        source: where frames come from.
        room_bytes: so much may wait; one frame always does.
    """
    seen_bytes = 0
    with closing(_read(source, room_bytes)) as frames:
        for frame in frames:
            yield frame
            seen_bytes += frame.bgr.nbytes
            if seen_bytes > GIVE_BACK_BYTES:
                native.release_memory()
                seen_bytes = 0


def _read(source: Iterable[Frame], room_bytes: int) -> Generator[Frame]:
    if is_single_threaded():
        yield from source
        return
    frames = iter(source)
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as reader:
        waiting = deque([reader.submit(next, frames, None)])
        try:
            while (frame := waiting.popleft().result()) is not None:
                room = max(1, min(WAITING, room_bytes // frame.bgr.nbytes))
                waiting += [reader.submit(next, frames, None) for _ in range(len(waiting), room)]
                yield frame
        finally:
            for undone in waiting:
                undone.cancel()
            if isinstance(frames, Generator):
                reader.submit(frames.close)
