"""List of what could not be measured in a clip, so that silence is never read as "none"."""

from collections.abc import Sequence
from typing import Final

from hipcv.core.assessment import Assessment, Rep
from hipcv.core.compensation import COMPENSATIONS
from hipcv.language import _
from hipcv.report import wording

_CHECKED: Final = tuple(dict.fromkeys(row.code for row in COMPENSATIONS if row.channel))
"""Compensations that a channel shows."""

_DISTINGUISHING: Final = {"trunk_rotation": "waist_shift_ratio"}
"""Channel that distinguishes a compensation from another one of the same channel."""


def list_unmeasured(assessment: Assessment) -> str:
    """Return one sentence on what was not measured in a side's repetitions; "" where all was."""
    reps = assessment.reps
    missing = [_missing(code, reps) for code in _CHECKED]
    if any(issue.code == "landmarks_only" for issue in assessment.issues):
        missing.append(_("the outline of the shank"))
    texts = [text for text in missing if text]
    if not reps or not texts:
        return ""
    return _("Not measured in this clip: {names}.").format(names=", ".join(texts))


def _missing(code: str, reps: Sequence[Rep]) -> str:
    absent = [number for number, rep in enumerate(reps, start=1) if not is_measured(code, rep)]
    if not absent:
        return ""
    name = wording.FINDINGS[code].name.lower()
    return name if len(absent) == len(reps) else f"{name} ({wording.name_repetitions(absent)})"


def is_measured(code: str, rep: Rep) -> bool:
    """Return True if a channel of this compensation has a value at the end position."""
    if any(finding.code == code for finding in rep.findings):
        return True
    if code == "pelvic_hike":
        return rep.pelvis_relative_deg is not None
    if code in _DISTINGUISHING:
        return rep.channels.get(_DISTINGUISHING[code]) is not None
    channels = [row.channel for row in COMPENSATIONS if row.code == code and row.channel]
    return any(rep.channels.get(channel) is not None for channel in channels)
