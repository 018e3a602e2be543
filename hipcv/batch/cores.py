"""How many clips can be analysed at once with gain: as many as there are real cores."""

import os
import sys
from pathlib import Path
from typing import Final

CPUS: Final = Path("/sys/devices/system/cpu")
QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")


def real_cores() -> int:
    """Cores that this process may use; two threads of one core count once, for they gain little.

    Linux tells which threads share a core, and how much of the machine a container was given.
    Macs with Apple silicon have one thread a core. Elsewhere two threads a core are assumed.
    """
    if sys.platform == "linux":
        return max(1, min(_linux_cores(os.sched_getaffinity(0)), _quota_cores()))
    count = os.cpu_count() or 1
    return count if sys.platform == "darwin" else max(1, count // 2)


def _linux_cores(threads: set[int]) -> int:
    """The cores that these hardware threads belong to."""
    shared = set()
    for thread in threads:
        siblings = CPUS / f"cpu{thread}" / "topology" / "thread_siblings_list"
        try:
            shared.add(siblings.read_text(encoding="ascii").strip())
        except OSError:
            return max(1, len(threads) // 2)
    return len(shared)


def _quota_cores() -> int:
    """Whole cores that a container was given; a large number where it has no limit."""
    try:
        quota, period = QUOTA.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return sys.maxsize
    return sys.maxsize if quota == "max" else int(quota) // int(period)
