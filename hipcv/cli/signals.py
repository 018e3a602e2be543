"""Ctrl-C and a polite kill as a wish, which the work under way looks at when it can."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType


@contextmanager
def asked_by_signals(ask: Callable[[], None], told: str) -> Iterator[None]:
    """Let both signals ask for the end instead of breaking off.

    Args:
        ask: called at each signal, perhaps in the middle of other work.
        told: what to tell at the first one.
    """
    lines = [f"\nhipcv: {told}\n".encode()]

    def handle(_number: int, _frame: FrameType | None) -> None:
        ask()
        if lines:
            os.write(2, lines.pop())  # it may interrupt another write

    before: Mapping[signal.Signals, object] = {
        number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
