"""Native output is discarded, memory released; the program's own output stays."""

import os
import re
import subprocess
import sys
import threading

import pytest

from hipcv import native
from hipcv.native import STDERR, quiet_stderr
from tests.waiting import LIMIT_S


def test_native_output_is_discarded(capfd):
    with quiet_stderr():
        os.write(STDERR, b"native chatter")
    os.write(STDERR, b"heard")

    assert capfd.readouterr().err == "heard"


def test_the_last_of_several_threads_restores_stderr(capfd):
    both, first_left = threading.Barrier(2), threading.Event()

    def first():
        with quiet_stderr():
            both.wait(LIMIT_S)
        first_left.set()

    other = threading.Thread(target=first)
    other.start()
    with quiet_stderr():
        both.wait(LIMIT_S)
        first_left.wait(LIMIT_S)
        os.write(STDERR, b"native chatter")
    other.join()
    os.write(STDERR, b"heard")

    assert capfd.readouterr().err == "heard"


def test_no_file_is_left_open():
    free = lowest_free()
    with quiet_stderr(), quiet_stderr():
        pass

    assert lowest_free() == free


def lowest_free():
    """The descriptor that the next file would get."""
    descriptor = os.dup(STDERR)
    os.close(descriptor)
    return descriptor


SPEAKING = """
import sys
from hipcv.cli.terminal import detach_stderr
from hipcv.native import quiet_stderr
detach_stderr()
with quiet_stderr():
    print("ours", file=sys.stderr)
"""


def test_output_of_the_command_is_not_discarded():
    done = subprocess.run(
        [sys.executable, "-c", SPEAKING], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "ours\n")


PROBE = """
import ctypes, sys, threading
from hipcv import native
if "share" in sys.argv:
    native.use_single_arena()
libc = ctypes.CDLL(None)
all_at_once = threading.Barrier(4)
def take():
    all_at_once.wait()
    libc.malloc(ctypes.c_size_t(1000))
    all_at_once.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
native.release_memory()
libc.malloc_stats()
"""

has_glibc = pytest.mark.skipif(
    native.libc_function("malloc_stats") is None, reason="the C library here is not glibc"
)


def pools(*words):
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, *words], capture_output=True, text=True, check=True
    )
    return len(re.findall(r"^Arena", ran.stderr, flags=re.MULTILINE))


@has_glibc
def test_threads_share_one_arena():
    assert (pools("share"), pools() > 1) == (1, True)


def test_a_system_without_such_a_c_library_is_left_alone(monkeypatch):
    def none(_name):
        raise TypeError

    monkeypatch.setattr("ctypes.CDLL", none)
    native.use_single_arena()
    native.release_memory()
