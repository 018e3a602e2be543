"""Decoding of the next frames in a background thread."""

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Final

from hipcv import native
from hipcv.background import is_single_threaded
from hipcv.core.interfaces import Frame

MAX_WAITING: Final = 24
"""Most decoded frames that wait, enough to even out the work."""

FEW_BYTES: Final = 16 * 1024 * 1024
"""Memory of waiting frames: 5 frames of 720p, 2 of 1080p, 1 of 2160p."""

MANY_BYTES: Final = 2 * FEW_BYTES
"""The same where most frames are skipped and some take long to process."""

RELEASE_EVERY_BYTES: Final = 256 * 1024 * 1024
"""Free heap memory is returned to the system after so much of pictures; else it grows."""


def prefetch(source: Iterable[Frame], max_bytes: int = FEW_BYTES) -> Generator[Frame]:
    """Yield the frames of a source in order; an error of the source is raised here.

    Closing the generator early closes the source and ends the thread before it returns. Waiting
    frames take at most `max_bytes`, but one frame may always wait.
    """
    passed_bytes = 0
    with closing(_read(source, max_bytes)) as frames:
        for frame in frames:
            yield frame
            passed_bytes += frame.bgr.nbytes
            if passed_bytes > RELEASE_EVERY_BYTES:
                native.release_memory()
                passed_bytes = 0


def _read(source: Iterable[Frame], max_bytes: int) -> Generator[Frame]:
    if is_single_threaded():
        yield from source
        return
    frames = iter(source)
    with ThreadPoolExecutor(1, thread_name_prefix="prefetch") as reader:
        waiting = deque([reader.submit(next, frames, None)])
        try:
            while (frame := waiting.popleft().result()) is not None:
                room = max(1, min(MAX_WAITING, max_bytes // frame.bgr.nbytes))
                waiting += [reader.submit(next, frames, None) for _ in range(len(waiting), room)]
                yield frame
        finally:
            for undone in waiting:
                undone.cancel()
            if isinstance(frames, Generator):
                reader.submit(frames.close)
