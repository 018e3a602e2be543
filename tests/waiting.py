"""Waits of tests: they end on a condition, and a limit only catches a hang."""

import time

LIMIT_S = 120
"""Longest wait for anything a test starts; a busy machine is slow, not wrong."""

GRACE_S = 0.2
"""Time in which something that must not happen would happen on an idle machine."""


def wait_until(condition, limit_s=LIMIT_S):
    """Return once a condition is true.

    Raises:
        TimeoutError: it has not become true within the limit.
    """
    deadline_s = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"not true after {limit_s} s")
        time.sleep(0.01)


def read_until(stream, text):
    """Return the lines of a process's output up to the one that contains a text."""
    lines = []
    for line in stream:
        lines.append(line)
        if text in line:
            break
    return type(text)().join(lines)
