"""A virtual screen, and a person at it who presses keys and closes windows."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.waiting import LIMIT_S, wait_until

TITLE = "hipcv"


@contextlib.contextmanager
def virtual_screen():
    """The name of a screen of its own, such as ":3"."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed")
    if find_spec("Xlib") is None:
        pytest.skip("python-xlib is not installed")
    number = 100 + os.getpid() % 10_000  # workers at the same time need one each
    words = ["Xvfb", f":{number}", "-noreset", "-screen", "0", "1400x900x24"]
    server = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(f"/tmp/.X11-unix/X{number}"))
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def _answers(path):
    with socket.socket(socket.AF_UNIX) as there, contextlib.suppress(OSError):
        there.connect(path)
        return True
    return False


def press(screen, name):
    """Press a key in hipcv's window; nothing where there is none yet."""
    _asked_of_a_person(screen, "press", name)


def close(screen):
    """Close hipcv's window as its close button does; nothing where there is none."""
    _asked_of_a_person(screen, "close")


def _asked_of_a_person(*words):
    """In a process of its own: the library leaves sockets behind."""
    subprocess.run(
        [sys.executable, __file__, *words], check=False, stderr=subprocess.DEVNULL, timeout=LIMIT_S
    )


def _windows(window):
    """hipcv's windows among the children of one."""
    for child in window.query_tree().children:
        if child.get_wm_name() == TITLE:
            yield child
        yield from _windows(child)


def _press(there, name):
    from Xlib import XK, X
    from Xlib.ext import xtest

    for window in _windows(there.screen().root):
        window.set_input_focus(X.RevertToParent, X.CurrentTime)
        there.sync()
        code = there.keysym_to_keycode(XK.string_to_keysym(name))
        for kind in (X.KeyPress, X.KeyRelease):
            xtest.fake_input(there, kind, code)
    there.sync()


def _close(there):
    from Xlib.protocol import event

    data = (32, [there.intern_atom("WM_DELETE_WINDOW"), 0, 0, 0, 0])
    kind = there.intern_atom("WM_PROTOCOLS")
    for window in _windows(there.screen().root):
        window.send_event(event.ClientMessage(window=window, client_type=kind, data=data))
    there.sync()


if __name__ == "__main__":
    from Xlib import display

    screen, action, *named = sys.argv[1:]
    {"press": _press, "close": _close}[action](display.Display(screen), *named)
