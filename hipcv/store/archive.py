"""Evidence files: tracks and closeups, from which a result is reassessed without the video."""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hipcv.core.closeup import Closeup
from hipcv.core.errors import InvalidTrack
from hipcv.core.evidence_codec import from_arrays, to_arrays
from hipcv.core.landmarks import Side
from hipcv.core.pose import PoseTrack
from hipcv.language import _

_DAMAGE: Final = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""Errors raised by damaged files; RuntimeError if a damaged flag reads as "encrypted"."""


def save_evidence(path: Path, track: PoseTrack, closeups: Mapping[Side, Closeup]) -> None:
    """Write the evidence of a result as one compressed `.npz`."""
    with path.open("wb") as file:
        np.savez_compressed(file, **to_arrays(track, closeups))  # type: ignore[arg-type]  # names


def load_evidence(path: Path) -> tuple[PoseTrack, dict[Side, Closeup]]:
    """Return the track and the closeups of an evidence file.

    Raises:
        InvalidTrack: the file is missing, damaged, or of another version.
    """
    try:
        return from_arrays(_arrays(path))
    except _DAMAGE as error:
        raise InvalidTrack(
            _("{name}: the stored evidence cannot be read. Analyse the clip again.").format(
                name=path.name
            )
        ) from error
    except InvalidTrack as error:
        raise InvalidTrack(f"{path.name}: {error}") from error


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return every stored array; check sums are verified first, since numpy parses any bytes."""
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
    if damaged is not None:
        raise zipfile.BadZipFile(damaged)
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)
