"""Decodes a few frames ahead, in a thread of its own, while the last one is still looked at."""

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from hipcv.core.ports import Frame

AHEAD: Final = 4
"""So many frames wait at the most: enough to even out the work, few enough for 4K."""


def ahead(source: Iterable[Frame]) -> Generator[Frame]:
    """The frames of a source, in order; what ends it, ends this.

    Leaving early closes the source and ends the thread before it returns.
    """
    frames = iter(source)
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as reader:
        waiting = deque(reader.submit(next, frames, None) for _ in range(AHEAD))
        try:
            while (frame := waiting.popleft().result()) is not None:
                waiting.append(reader.submit(next, frames, None))
                yield frame
        finally:
            for undone in waiting:
                undone.cancel()
            if isinstance(frames, Generator):
                reader.submit(frames.close)
