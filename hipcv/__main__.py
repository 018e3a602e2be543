"""Entry point of the `hipcv` command, and of `python -m hipcv`.

Loading the program takes a moment, in which a signal ends it as later, but in English.
"""

import os
import signal
from types import FrameType
from typing import Final

INTERRUPTED: Final = 130
STDERR: Final = 2
SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")  # there is no SIGHUP on Windows


def main() -> None:
    """Run the command line and exit the process."""
    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    for number in numbers:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    from hipcv.cli.main import run

    try:
        run()
    finally:  # nothing is left to stop, and an exception would be printed as the program unloads
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)


def _end(_number: int, _frame: FrameType | None) -> None:
    os.write(STDERR, b"\nhipcv: stopped.\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
