"""Native code is kept quiet, and what is ours is still heard."""

import os
import subprocess
import sys
import threading

from hipcv.hush import STDERR, hushed


def test_what_is_written_meanwhile_goes_nowhere(capfd):
    with hushed():
        os.write(STDERR, b"native chatter")
    os.write(STDERR, b"heard")

    assert capfd.readouterr().err == "heard"


def test_the_last_of_several_threads_gives_standard_error_back(capfd):
    both, first_left = threading.Barrier(2), threading.Event()

    def first():
        with hushed():
            both.wait(10)
        first_left.set()

    other = threading.Thread(target=first)
    other.start()
    with hushed():
        both.wait(10)
        first_left.wait(10)
        os.write(STDERR, b"native chatter")
    other.join()
    os.write(STDERR, b"heard")

    assert capfd.readouterr().err == "heard"


def test_no_file_is_left_open():
    free = lowest_free()
    with hushed(), hushed():
        pass

    assert lowest_free() == free


def lowest_free():
    """The descriptor that the next file would get."""
    descriptor = os.dup(STDERR)
    os.close(descriptor)
    return descriptor


SPEAKING = """
import sys
from hipcv.cli.screen import speak_apart
from hipcv.hush import hushed
speak_apart()
with hushed():
    print("ours", file=sys.stderr)
"""


def test_what_the_command_says_meanwhile_is_heard():
    said = subprocess.run(
        [sys.executable, "-c", SPEAKING], capture_output=True, text=True, check=False
    )

    assert (said.returncode, said.stderr) == (0, "ours\n")
