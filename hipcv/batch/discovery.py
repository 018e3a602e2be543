"""Discovery of the clips of a folder, by the suffix of a name or by a file's first bytes."""

import os
import re
import stat
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from hipcv.core.system_errors import reason_of
from hipcv.language import _
from hipcv.results.document import RESULT, VIDEO

CLIP_NAME: Final = re.compile(
    r"\.(mp4|m4v|mov|qt|avi|mkv|webm|mpe?g|m2v|m2?ts|wmv|asf|flv|f4v|3gp|3g2|ogv|mxf|vob|mjpe?g"
    r"|h?26[45]|hevc|dv)\Z",
    re.IGNORECASE,
)
"""Files named so are listed, whatever they contain."""

OTHER_NAME: Final = re.compile(
    r"\.(m4[ab]|mka|mp3|wav|ogg|hei[cf]|avif|jpe?g|png|gif|json|toml|csv|txt|md|html|pdf|zip|npz)\Z",
    re.IGNORECASE,
)
"""Files named so are ignored, whatever they contain."""

_HEAD_BYTES: Final = 600
_NO_VIDEO_BRAND: Final = re.compile(rb"heic|heix|mif1|msf1|avif|M4A |M4B |crx ")
_SIGNATURES: Final = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG programme stream
    b"\x00\x00\x01\xb3",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
)

WATCH_INTERVAL_S: Final = 2.0
"""Shortest time between two looks at a folder that is watched."""

WATCH_PAUSE: Final = 10
"""Time between two looks, at least, as a multiple of the time that a look takes."""

_PAUSE_EVERY: Final = 100  # files looked at, so that others go on meanwhile

CandidateKind = Literal["clip", "not_a_file", "unreadable"]


Version = tuple[str, int, int]
"""Kind, size and time of change of a file."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A path in the folder that is a clip, or is named like one."""

    path: Path
    name: str  # within the folder, with forward slashes
    kind: CandidateKind
    size_bytes: int = 0
    mtime_ns: int = 0
    text: str = ""  # why it cannot be a clip
    outside: bool = False  # a link leads to it, out of the folder that is searched


def iter_clips(folder: Path, excluded: Path) -> Iterator[Candidate]:
    """Yield everything in a folder and its subfolders that is a clip or is named like one.

    Hidden files and folders, hipcv's own videos and the folder `excluded` are skipped. Links are
    followed; a folder is entered once, however many links lead to it. Nothing is read ahead.

    Returns:
        In the order of their names, links to folders last, so that two runs give the same order.
    """
    visited, root = {_identity(excluded)}, folder.resolve()
    links = deque([folder])
    while links:
        levels = [_Level(links.popleft(), root, visited)]
        while levels:
            level = levels[-1]
            if (entry := next(level.entries, None)) is None:
                levels.pop()
                continue
            path = Path(entry.path)
            if candidate := _classify(path, folder):
                is_link = entry.is_symlink()
                outside = _is_outside(path, root) if is_link else level.outside
                yield replace(candidate, outside=outside)
            if _is_folder(entry) and entry.is_symlink():
                links.append(path)
            elif _is_folder(entry):
                levels.append(_Level(path, root, visited))


def watch_clips(folder: Path, excluded: Path) -> Iterator[Candidate | None]:
    """Yield the clips of a folder as they arrive, without end; None where there is none just now.

    A clip has arrived when its size and its time of change are as they were at the last look, some
    seconds before. One that changes later is yielded again.
    """
    before: dict[str, Version] = {}
    yielded: dict[str, Version] = {}
    while True:
        began_s, now = time.monotonic(), dict[str, Version]()
        for candidate in iter_clips(folder, excluded):
            version = now[candidate.name] = candidate.kind, candidate.size_bytes, candidate.mtime_ns
            if before.get(candidate.name) == version != yielded.get(candidate.name):
                yielded[candidate.name] = version
                yield candidate
            elif len(now) % _PAUSE_EVERY == 0:
                yield None
        before = now
        ended_s = time.monotonic()
        pause_s = max(WATCH_INTERVAL_S, WATCH_PAUSE * (ended_s - began_s))
        while time.monotonic() < ended_s + pause_s:
            yield None


class _Level:
    """A folder that is being listed."""

    def __init__(self, folder: Path, root: Path, visited: set[tuple[int, int] | None]) -> None:
        self.entries = _entries(folder, visited)
        self.outside = _is_outside(folder, root)


def _is_outside(path: Path, root: Path) -> bool:
    return not Path(os.path.realpath(path)).is_relative_to(root)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode; None where the path does not exist."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _entries(folder: Path, visited: set[tuple[int, int] | None]) -> "Iterator[os.DirEntry[str]]":
    """Yield the entries of a folder that are not hidden, once; none where it may not be read."""
    if (identity := _identity(folder)) in visited:
        return
    visited.add(identity)
    try:
        with os.scandir(folder) as scan:  # accepts names that are not text
            entries = {entry.name: entry for entry in scan}
    except OSError:
        return
    own_video = VIDEO if RESULT in entries else None
    for name in sorted(entries, key=lambda name: _order(entries[name])):
        if not name.startswith(".") and name != own_video:
            yield entries[name]


def _order(entry: "os.DirEntry[str]") -> str:
    """Return what sorts an entry of a folder as the paths of all files within are sorted."""
    return f"{entry.name}/" if _is_folder(entry) else entry.name


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _classify(path: Path, folder: Path) -> Candidate | None:
    name = path.relative_to(folder).as_posix()
    has_clip_name = CLIP_NAME.search(path.name) is not None
    try:
        state = path.stat()
    except OSError as error:
        text = _("{name}: cannot be opened ({strerror}). Copy the clip here again.").format(
            name=path.name, strerror=reason_of(error)
        )
        return Candidate(path, name, "unreadable", text=text) if has_clip_name else None
    if stat.S_ISDIR(state.st_mode) and not os.access(path, os.R_OK | os.X_OK):
        text = _("{name}: the folder may not be read. Change its permissions.").format(
            name=path.name
        )
        return Candidate(path, name, "unreadable", text=text)
    if not stat.S_ISREG(state.st_mode):
        text = _("{name}: named like a clip, but not a file.").format(name=path.name)
        return Candidate(path, name, "not_a_file", text=text) if has_clip_name else None
    if has_clip_name or (not OTHER_NAME.search(path.name) and _has_video_signature(path)):
        return Candidate(path, name, "clip", state.st_size, state.st_mtime_ns)
    return None


def _has_video_signature(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    if head[4:8] == b"ftyp":
        return not _NO_VIDEO_BRAND.match(head, 8)
    return (
        head.startswith(_SIGNATURES)
        or head[4:8] in (b"moov", b"mdat", b"wide")
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
        or (head[:4] == b"OggS" and b"theora" in head)
        or (head[:1] == head[188:189] == head[376:377] == b"\x47")  # MPEG transport stream
    )
