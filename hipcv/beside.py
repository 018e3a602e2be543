"""Work in a thread of its own, in order, beside the one that orders it."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

_ONE_CORE: Final = threading.Event()


def keep_to_one_core() -> None:
    """From now on this process works in one thread: it is one of as many as there are cores."""
    _ONE_CORE.set()


def keeps_to_one_core() -> bool:
    """Whether nothing shall be done beside anything else."""
    return _ONE_CORE.is_set()


class Beside:
    """Work done in order in a thread of its own, beside the one that orders it; a context manager.

    Args:
        lag: so much ordered work may wait; more is waited for, so that pictures do not pile up.
        idle: no thread: everything is done when it is ordered, so that a watcher sees it in order.
    """

    def __init__(self, *, lag: int, idle: bool = False) -> None:
        self._lag = lag
        idle = idle or keeps_to_one_core()
        self._thread = None if idle else ThreadPoolExecutor(1, thread_name_prefix="beside")
        self._undone: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            while self._undone and kind is None:
                self._undone.popleft().result()
        finally:
            if self._thread is not None:
                self._thread.shutdown(cancel_futures=True)

    def do(self, work: Callable[[], None]) -> None:
        """Order some work; what went wrong with earlier work is raised here."""
        if self._thread is None:
            work()
            return
        self._undone.append(self._thread.submit(work))
        while len(self._undone) > self._lag or (self._undone and self._undone[0].done()):
            self._undone.popleft().result()
