"""Evidence on disk: tracks and closeups, so that a result is re-assessed without the video."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hipcv.core.closeup import Closeup
from hipcv.core.codec import from_arrays, to_arrays
from hipcv.core.errors import InvalidTrack
from hipcv.core.landmarks import Side
from hipcv.core.pose import PoseTrack


def save_evidence(path: Path, track: PoseTrack, closeups: Mapping[Side, Closeup]) -> None:
    """Write what a result was made from as one compressed `.npz`."""
    with path.open("wb") as file:
        np.savez_compressed(file, **to_arrays(track, closeups))  # type: ignore[arg-type]  # names


def load_evidence(path: Path) -> tuple[PoseTrack, dict[Side, Closeup]]:
    """Read it back.

    Raises:
        InvalidTrack: the file is missing, damaged, or of another version.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return from_arrays(dict(arrays))
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise InvalidTrack(
            f"{path.name}: the stored evidence cannot be read. Analyse the clip again."
        ) from error
