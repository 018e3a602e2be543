"""Validation of uploads: malicious or damaged files are opened in a limited subprocess.

`python -m hipcv.web.probe FILE LIMITS` exits with 0 and prints when the clip was recorded and how
long it is, as far as its container declares that, as JSON; or it prints one sentence on what is
wrong. LIMITS are the values of `ClipLimits` that differ from their defaults, as JSON.
"""

import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hipcv import language
from hipcv.core.errors import HipcvError, UnreadableVideo
from hipcv.core.limits import DEFAULT_LIMITS, ClipLimits
from hipcv.language import _
from hipcv.video.recording_time import is_plausible

TIMEOUT_S: Final = 60.0
CPU_S: Final = 40
MEMORY_BYTES: Final = 6 << 30
MODULE: Final = "hipcv.web.probe"
UNREADABLE: Final = UnreadableVideo.exit_code


@dataclass(frozen=True, slots=True)
class Declared:
    """Facts that the container of a clip declares; None where it does not, or they cannot be."""

    recorded_at: datetime | None = None
    duration_s: float | None = None


def validate_video(
    path: Path,
    name: str,
    timeout_s: float = TIMEOUT_S,
    *,
    limits: ClipLimits = DEFAULT_LIMITS,
) -> Declared:
    """Check that a picture can be decoded from a file, and that it is within the limits.

    Args:
        path: the file as it was received.
        name: the user's name of it, for error messages.
        timeout_s: limit of the subprocess.
        limits: what a clip may be at most.

    Returns:
        The facts that its container declares.

    Raises:
        UnreadableVideo: no picture can be decoded, or not within the limits of the subprocess, or
            the clip is beyond its own limits.
    """
    changed = json.dumps(limits.changed())
    try:
        completed = subprocess.run(  # noqa: S603 - fixed arguments
            [sys.executable, "-m", MODULE, str(path.absolute()), changed],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
            cwd=path.parent,
            env=os.environ | {language.VARIABLE: language.current(), "PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired:
        text = _("{name}: the file took too long to open. Re-save the clip as H.264 MP4.")
        raise UnreadableVideo(text.format(name=name)) from None
    if completed.returncode == 0:
        return _declared(completed.stdout)
    reason = ""
    if completed.returncode == UNREADABLE:
        reason = completed.stdout.decode("utf-8", "replace").strip().replace(path.name, name)
    unsafe = _("{name}: the file could not be opened safely. Re-save the clip as H.264 MP4.")
    raise UnreadableVideo(reason or unsafe.format(name=name))


def _declared(printed: bytes) -> Declared:
    """Return what the subprocess printed; without a time that has no zone, or a length of 0."""
    try:
        recorded, duration_s = json.loads(printed)
        at = datetime.fromisoformat(recorded) if recorded else None
        duration_s = float(duration_s)
    except (ValueError, TypeError):
        return Declared()
    if at is not None and not (at.tzinfo and is_plausible(at, now=datetime.now(UTC))):
        at = None
    return Declared(at, duration_s if 0 < duration_s < math.inf else None)


def main() -> None:
    """Decode the first picture of the file named on the command line, within its limits."""
    _limit_resources()
    from hipcv.video.file import VideoFile
    from hipcv.video.size_check import declared_duration_s

    try:
        limits = ClipLimits.from_values(json.loads(sys.argv[2]))
        video = VideoFile(Path(sys.argv[1]), limits=limits)
        frames = iter(video)
        next(frames)
    except HipcvError as error:
        sys.stdout.write(f"{error}\n")
        sys.exit(UNREADABLE)
    at = video.declared_time
    sys.stdout.write(json.dumps([at and at.isoformat(), declared_duration_s(video.path)]))


def _limit_resources() -> None:
    """Limit CPU time and memory of this process, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
