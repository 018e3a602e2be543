"""What is told to the C library is heard."""

import re
import subprocess
import sys

import pytest

from hipcv import memory

PROBE = """
import ctypes, sys, threading
from hipcv import memory
if "share" in sys.argv:
    memory.share()
libc = ctypes.CDLL(None)
all_at_once = threading.Barrier(4)
def take():
    all_at_once.wait()
    libc.malloc(ctypes.c_size_t(1000))
    all_at_once.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
memory.give_back()
libc.malloc_stats()
"""

has_glibc = pytest.mark.skipif(
    memory._of_libc("malloc_stats") is None, reason="the C library here is not glibc"
)


def pools(*words):
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, *words], capture_output=True, text=True, check=True
    )
    return len(re.findall(r"^Arena", ran.stderr, flags=re.MULTILINE))


@has_glibc
def test_threads_share_one_pool():
    assert (pools("share"), pools() > 1) == (1, True)


def test_a_system_without_such_a_c_library_is_left_alone(monkeypatch):
    def none(_name):
        raise TypeError

    monkeypatch.setattr("ctypes.CDLL", none)
    memory.share()
    memory.give_back()
