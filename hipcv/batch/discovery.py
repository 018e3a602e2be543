"""Finds the clips of a folder: by the ends of their names, or by their first bytes."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

CLIP_NAME: Final = re.compile(
    r"\.(mp4|m4v|mov|qt|avi|mkv|webm|mpe?g|m2v|m2?ts|wmv|asf|flv|f4v|3gp|3g2|ogv|mxf|vob|mjpe?g"
    r"|h?26[45]|hevc|dv)\Z",
    re.IGNORECASE,
)
"""Files named so are answered for, whatever they hold."""

OTHER_NAME: Final = re.compile(
    r"\.(m4[ab]|mka|mp3|wav|ogg|hei[cf]|avif|jpe?g|png|gif|json|toml|csv|txt|md|html|pdf|zip|npz)\Z",
    re.IGNORECASE,
)
"""Files named so are left alone, whatever they hold."""

_HEAD_BYTES: Final = 600
_NO_FILM: Final = re.compile(rb"heic|heix|mif1|msf1|avif|M4A |M4B |crx ")
_STARTS: Final = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG programme stream
    b"\x00\x00\x01\xb3",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
)

Kind = Literal["clip", "not_a_file", "unreadable"]


@dataclass(frozen=True, slots=True)
class Found:
    """Something in the folder that has to be answered for."""

    path: Path
    name: str  # within the folder, with forward slashes
    kind: Kind
    size_bytes: int = 0
    mtime_ns: int = 0
    text: str = ""  # why it cannot be a clip


def find(folder: Path, leave_out: Path) -> list[Found]:
    """Everything in a folder, and in the folders within, that is a clip or is named like one.

    Hidden files and folders, hipcv's own videos and `leave_out` (where results go) are passed over.
    Links are followed; a folder is entered once, however many links lead to it.

    Returns:
        In the order of the names, so that two runs give the same.
    """
    seen = {_identity(leave_out)}
    found: list[Found] = []
    folders, links = [folder], list[Path]()
    while folders or links:
        here = folders.pop() if folders else links.pop(0)
        if (identity := _identity(here)) in seen:
            continue
        seen.add(identity)
        for path in _listed(here):
            if path.is_dir():
                (links if path.is_symlink() else folders).append(path)
            if one := _examine(path, folder):
                found.append(one)
    return sorted(found, key=lambda one: one.name)


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a folder from all others; None where there is none."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _listed(folder: Path) -> Iterator[Path]:
    """What a folder holds, less what is hidden; nothing where it may not be read."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names that are no text pass, too
    except OSError:
        return
    own = "annotated.mp4" if "result.json" in names else None
    yield from (folder / name for name in names if not name.startswith(".") and name != own)


def _examine(path: Path, folder: Path) -> Found | None:
    """What a path is; None where nobody would take it for a clip."""
    name = path.relative_to(folder).as_posix()
    named_so = CLIP_NAME.search(path.name) is not None
    try:
        state = path.stat()
    except OSError as fault:
        told = f"{path.name}: cannot be opened ({fault.strerror}). Copy the clip here again."
        return Found(path, name, "unreadable", text=told) if named_so else None
    if stat.S_ISDIR(state.st_mode) and not os.access(path, os.R_OK | os.X_OK):
        told = f"{path.name}: the folder may not be read. Change its permissions."
        return Found(path, name, "unreadable", text=told)
    if not stat.S_ISREG(state.st_mode):
        told = f"{path.name}: named like a clip, but not a file."
        return Found(path, name, "not_a_file", text=told) if named_so else None
    if named_so or (not OTHER_NAME.search(path.name) and _holds_film(path)):
        return Found(path, name, "clip", state.st_size, state.st_mtime_ns)
    return None


def _holds_film(path: Path) -> bool:
    """Whether the first bytes are those of a film."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    if head[4:8] == b"ftyp":
        return not _NO_FILM.match(head, 8)
    return (
        head.startswith(_STARTS)
        or head[4:8] in (b"moov", b"mdat", b"wide")
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
        or (head[:4] == b"OggS" and b"theora" in head)
        or (head[:1] == head[188:189] == head[376:377] == b"\x47")  # MPEG transport stream
    )
