"""Record of a guided session, `session.json` beside the recording: what was displayed live."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hipcv.core.answers import Answers
from hipcv.core.landmarks import Side
from hipcv.core.view_model import RepPreview
from hipcv.files import write_atomic
from hipcv.version import __version__

SCHEMA: Final = "hipcv.session/1"
FILE: Final = "session.json"

Previews = Mapping[Side, Sequence[RepPreview]]


def build_document(previews: Previews, *, recording: str, began_s: float) -> dict[str, Any]:
    """Return the record as JSON values.

    Args:
        previews: the repetitions of each leg, in order.
        recording: name of the recording's file.
        began_s: camera time of the recording's first picture; times count from it.
    """
    sides = {
        side.value: {"reps": [_rep(rep, began_s) for rep in previews[side]]}
        if side in previews
        else None
        for side in Side
    }
    return {"schema": SCHEMA, "hipcv": __version__, "recording": recording, "sides": sides}


def render(previews: Previews, *, recording: str, began_s: float) -> str:
    """Return the record as the text of the file; the arguments are those of `build_document`."""
    document = build_document(previews, recording=recording, began_s=began_s)
    return _dumps(document)


def write(recording: Path, previews: Previews, began_s: float) -> Path:
    """Write the record beside a recording, and return its path."""
    text = render(previews, recording=recording.name, began_s=began_s)
    return write_atomic(recording.with_name(FILE), text)


def add_answers(recording: Path, answers: Answers) -> None:
    """Add the answers after the test to the record beside a recording, where there is one."""
    path = recording.with_name(FILE)
    if not (answers and path.is_file()):
        return
    document = json.loads(path.read_text(encoding="utf-8")) | {"answers": answers.to_dict()}
    write_atomic(path, _dumps(document))


def _dumps(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _rep(rep: RepPreview, began_s: float) -> dict[str, Any]:
    plateau_s = rep.plateau_s and [round(time_s - began_s, 3) for time_s in rep.plateau_s.closed]
    return {
        "live_peak_deg": _rounded(rep.peak_deg),
        "live_plateau_deg": _rounded(rep.plateau_deg),
        "plateau_s": plateau_s,
        "angle_source": rep.source,
        "held": rep.held,
        "practice": rep.practice,
        "findings": list(rep.findings),
        **({"external": True} if rep.external else {}),
    }


def _rounded(angle_deg: float) -> float | None:
    return round(angle_deg, 2) if math.isfinite(angle_deg) else None
