"""The process of one clip: `hipcv analyze`, which ends when the batch that started it ends."""

import os
import runpy
import signal
import sys
import threading
from typing import Final

from hipcv.background import use_single_thread

_READ_BYTES: Final = 1024


def end_with_parent() -> None:
    """End this process and its children as soon as standard input is closed.

    The parent holds the other end of the pipe and never writes: the system closes it when the
    parent ends, however it ends.
    """
    threading.Thread(target=_watch_parent, daemon=True).start()


def main() -> None:
    """Run the `hipcv` command in this process."""
    end_with_parent()
    use_single_thread()
    runpy.run_module("hipcv", run_name="__main__", alter_sys=True)


def _watch_parent() -> None:
    while os.read(0, _READ_BYTES):
        pass
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
