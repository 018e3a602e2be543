"""Side effect of an encoder, undone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def usual_priority() -> Iterator[None]:
    """Give the calling thread its scheduling back after encoding.

    SVT-AV1, used by root, raises the thread that calls it to the highest real-time priority. It
    keeps that, and every other process waits for whatever it does later.
    """
    if not hasattr(os, "sched_getscheduler"):  # not on macOS and Windows
        yield
        return
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)
