"""The number of real cores, which is how many clips can usefully be analyzed at once."""

import os
import sys
from pathlib import Path
from typing import Final

CPUS: Final = Path("/sys/devices/system/cpu")
QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")


def real_cores() -> int:
    """Return the cores this process may use; hardware threads that share a core count once.

    Linux lists which threads share a core, and the quota of a container. Macs with Apple silicon
    have one thread per core. Elsewhere two threads per core are assumed.
    """
    if sys.platform == "linux":
        return max(1, min(_linux_cores(os.sched_getaffinity(0)), _quota_cores()))
    count = os.cpu_count() or 1
    return count if sys.platform == "darwin" else max(1, count // 2)


def _linux_cores(threads: set[int]) -> int:
    siblings = set()
    for thread in threads:
        path = CPUS / f"cpu{thread}" / "topology" / "thread_siblings_list"
        try:
            siblings.add(path.read_text(encoding="ascii").strip())
        except OSError:
            return max(1, len(threads) // 2)
    return len(siblings)


def _quota_cores() -> int:
    """Return the whole cores of the container's quota; a large number where it has none."""
    try:
        quota, period = QUOTA.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return sys.maxsize
    return sys.maxsize if quota == "max" else int(quota) // int(period)
