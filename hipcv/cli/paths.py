"""The result folder of each clip of one command."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hipcv.core.text import MAX_NAME_BYTES, file_name, normal_form

_NAME_MAX_BYTES: Final = MAX_NAME_BYTES - len("-1000")


def result_folders(clips: Sequence[Path], out: Path | None, default: Path) -> list[Path]:
    """Return one folder for each clip, no two the same.

    Args:
        clips: the clips of one command.
        out: `--out`; one clip is written into it, several into subfolders.
        default: parent of the folders if `out` is None.
    """
    if out is not None and len(clips) == 1:
        return [out]
    return [(out or default) / name for name in unique_names([clip.stem for clip in clips])]


def unique_names(stems: Sequence[str]) -> list[str]:
    """Return names of folders for stems, numbered where two would differ by case at most."""
    taken: set[str] = set()
    names = []
    for stem in stems:
        plain = file_name(stem, most_bytes=_NAME_MAX_BYTES) or "clip"
        name, number = plain, 2
        while normal_form(name) in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(normal_form(name))
        names.append(name)
    return names
