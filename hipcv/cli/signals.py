"""SIGINT and SIGTERM as stop requests, which running work checks at its own pace."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from hipcv.native import STDERR


@contextmanager
def stop_on_signals(stop: Callable[[], None], text: str) -> Iterator[None]:
    """Turn SIGINT and SIGTERM into a stop request within the context.

    Args:
        stop: called at each signal, possibly while other code of this thread runs.
        text: printed on stderr at the first one.
    """
    lines = [f"\nhipcv: {text}\n".encode()]

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop()
        if lines:
            os.write(STDERR, lines.pop())  # buffered output may be in the middle of a write

    numbers = signal.SIGINT, signal.SIGTERM
    earlier = [signal.signal(number, handle) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, earlier, strict=True):
            signal.signal(number, handler)
