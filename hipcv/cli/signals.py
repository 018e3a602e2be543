"""Signals that end a command: SIGINT, SIGTERM and SIGHUP, all in the same way."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

from hipcv.core.errors import Interrupted
from hipcv.files import discard_unfinished
from hipcv.native import STDERR

END_WITHIN_S: Final = 0.8
"""Longest time from a signal to the end of the program."""


def end_on_signals(text: str) -> None:
    """Let SIGINT and SIGTERM end the program like Ctrl-C, and SIGHUP do what SIGTERM does.

    What is being written is then left out or left whole, as after an error. A signal that the
    program was started to ignore, as by `nohup`, stays ignored. Where work that nothing interrupts
    goes on for longer than `END_WITHIN_S`, the program ends without waiting for it.

    Args:
        text: printed on stderr at the first one.
    """
    print_once = _single_line(text)

    def end(_number: int, _frame: FrameType | None) -> None:
        print_once()
        _end_soon()
        raise KeyboardInterrupt

    _handle(signal.SIGINT, end)
    _handle(signal.SIGTERM, end)
    if sys.platform != "win32":
        _handle(signal.SIGHUP, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))


@contextmanager
def stop_on_signals(stop: Callable[[], None], text: str) -> Iterator[None]:
    """Turn SIGINT and SIGTERM into a stop request within the context.

    Args:
        stop: called at each signal, possibly while other code of this thread runs.
        text: printed on stderr at the first one.
    """
    print_once = _single_line(text)

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop()
        print_once()

    numbers = signal.SIGINT, signal.SIGTERM
    earlier = [signal.signal(number, handle) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, earlier, strict=True):
            signal.signal(number, handler)


def _end_soon() -> None:
    """End the program after a while, whatever it does; print no exception until then."""
    sys.unraisablehook = lambda _error: None  # interrupted where nothing can be raised
    timer = threading.Timer(END_WITHIN_S, _end)
    timer.daemon = True
    timer.start()


def _end() -> NoReturn:
    discard_unfinished()
    os._exit(Interrupted.exit_code)


def _single_line(text: str) -> Callable[[], None]:
    """Return a function that prints a line on stderr, once; a signal handler may call it."""
    lines = [f"\nhipcv: {text}\n".encode()]

    def print_once() -> None:
        if lines:
            os.write(_stderr(), lines.pop())  # buffered output may be in the middle of a write

    return print_once


def _stderr() -> int:
    """Return the descriptor of stderr, that of `detach_stderr` where libraries are silenced."""
    try:
        return sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        return STDERR


def _handle(number: signal.Signals, handler: Callable[[int, FrameType | None], object]) -> None:
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, handler)
