"""Is a file a video that can be read? Asked in a process of its own, which may die of the answer.

`python -m hipcv.web.probe FILE` exits with 0, or tells on stdout in a sentence why not.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

from hipcv.core.errors import HipcvError, UnreadableVideo

TIMEOUT_S: Final = 60.0
CPU_S: Final = 40
MEMORY_BYTES: Final = 6 << 30
MODULE: Final = "hipcv.web.probe"
UNREADABLE: Final = UnreadableVideo.exit_code


def believe(path: Path, name: str, timeout_s: float = TIMEOUT_S) -> None:
    """Make sure that a file is a video from which pictures can be had.

    Args:
        path: the file as it was received.
        name: what its user calls it.
        timeout_s: how long it may take.

    Raises:
        UnreadableVideo: it is none.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", MODULE, str(path.absolute())],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
            cwd=path.parent,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableVideo(
            f"{name}: the file took too long to open. Re-save the clip as H.264 MP4."
        ) from None
    if done.returncode == 0:
        return
    told = done.stdout.decode("utf-8", "replace").strip() if done.returncode == UNREADABLE else ""
    raise UnreadableVideo(
        told.replace(path.name, name)
        or f"{name}: the file could not be opened safely. Re-save the clip as H.264 MP4."
    )


def main() -> None:
    """Read the first picture of the file."""
    _bound()
    from hipcv.video.file import VideoFile

    try:
        next(iter(VideoFile(Path(sys.argv[1]))))
    except HipcvError as told:
        sys.stdout.write(f"{told}\n")
        sys.exit(UNREADABLE)


def _bound() -> None:
    """Let a file that wants to hurt take no more than its share of the machine."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
