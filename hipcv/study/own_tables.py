"""Tables that hipcv writes, as readings: `summary.csv` of a batch, and `reps.csv` of a result."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

HIPCV: Final = "hipcv"
"""Method of the readings that hipcv made."""

Cells = Mapping[str, str]
ClipNames = Callable[[str], tuple[str, str]]
"""Returns person and visit that the name of a clip holds, "" where it does not."""

_SUMMARY: Final = frozenset({"patient", "visit", "side", "rotation_deg"})
_REPS: Final = frozenset({"clip", "side", "movement", "rep", "counted", "rotation_deg"})
_VISIT_OF_RATER: Final = re.compile(r"(\d+)([A-Za-z])")
"""Visit that is a session and a rater: 1A."""


def no_names(clip: str) -> tuple[str, str]:
    """Return that the name of a clip says nothing."""
    del clip
    return "", ""


def converter(header: Sequence[str], clip_names: ClipNames) -> Callable[[Cells], Cells] | None:
    """Return what makes a row of readings of a row of hipcv; None for another table.

    The angle is the rotation of the shank, as a reference on the shank reads it: no hip lift is
    taken off. A repetition that does not count has none.
    """
    if set(header) >= _SUMMARY:
        return _of_summary
    if set(header) >= _REPS:
        return lambda cells: _of_rep(cells, clip_names)
    return None


def _of_summary(cells: Cells) -> Cells:
    return {
        "subject": cells["patient"],
        "side": cells["side"],
        "trial": "",
        "method": HIPCV,
        "angle_deg": cells["rotation_deg"],
        **_session_and_rater(cells["visit"]),
    }


def _of_rep(cells: Cells, clip_names: ClipNames) -> Cells:
    person, visit = clip_names(cells["clip"])
    counts = cells["counted"] == "1" and cells["movement"] == "internal"
    return {
        "subject": person,
        "side": cells["side"],
        "trial": cells["rep"],
        "method": HIPCV,
        "angle_deg": cells["rotation_deg"] if counts else "",
        **_session_and_rater(visit),
    }


def _session_and_rater(visit: str) -> Cells:
    """Return session and rater of a visit such as 1A; another visit is a session."""
    match = _VISIT_OF_RATER.fullmatch(visit)
    return {
        "session": match[1] if match else visit,
        "rater": match[2].upper() if match else "",
    }
