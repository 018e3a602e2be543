"""A single background thread that runs submitted work in order."""

import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Final, Self, TypeVar

T = TypeVar("T")

OPENCV_THREADS: Final = "OPENCV_FOR_THREADS_NUM"
"""Environment variable that OpenCV reads as it is imported."""

_SINGLE_THREADED: Final = threading.Event()


def use_single_thread() -> None:
    """Run all later background work, and OpenCV if it is imported later, in the calling thread.

    For a worker of a batch: there are as many of them as cores, and each is to use one.
    """
    _SINGLE_THREADED.set()
    os.environ[OPENCV_THREADS] = "1"


def is_single_threaded() -> bool:
    """Return True once `use_single_thread` was called."""
    return _SINGLE_THREADED.is_set()


class BackgroundWorker:
    """Runs submitted work in one background thread, in order; a context manager.

    Args:
        max_pending: `submit` blocks while more than this many calls wait, so that pictures do
            not pile up in memory.
        synchronous: run each call at once in the submitting thread instead.
    """

    def __init__(self, *, max_pending: int, synchronous: bool = False) -> None:
        self._max_pending = max_pending
        synchronous = synchronous or is_single_threaded()
        self._pool = None if synchronous else ThreadPoolExecutor(1, thread_name_prefix="background")
        self._pending: deque[Future[Any]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)

    def wait(self) -> None:
        """Return when all submitted work is done. An exception of it is raised here."""
        while self._pending:
            self._pending.popleft().result()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue a call and return its result to come. An exception of an earlier one is raised."""
        if self._pool is None:
            done: Future[T] = Future()
            done.set_result(work())
            return done
        future = self._pool.submit(copy_context().run, work)  # with the present language
        self._pending.append(future)
        while len(self._pending) > self._max_pending or (self._pending and self._pending[0].done()):
            self._pending.popleft().result()
        return future
