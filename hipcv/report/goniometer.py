"""Sentence on a goniometer reading by hand."""

from collections.abc import Mapping
from typing import Any, Final

from hipcv.core.errors import BadRequest
from hipcv.core.goniometer import GoniometerReading
from hipcv.core.landmarks import Side
from hipcv.language import N_, Translated
from hipcv.report import numbers

_READ: Final = Translated(
    {
        Side.LEFT: N_(
            "Goniometer on the left hip at {time}: {angle} by hand, {machine} by the machine in "
            "the picture."
        ),
        Side.RIGHT: N_(
            "Goniometer on the right hip at {time}: {angle} by hand, {machine} by the machine in "
            "the picture."
        ),
    }
)
_BY_HAND_ALONE: Final = Translated(
    {
        Side.LEFT: N_(
            "Goniometer on the left hip at {time}: {angle} by hand, not read by the machine."
        ),
        Side.RIGHT: N_(
            "Goniometer on the right hip at {time}: {angle} by hand, not read by the machine."
        ),
    }
)


def describe_reading(payload: Mapping[str, Any] | None) -> str:
    """Return one sentence on a stored reading; "" where the payload of a note is none."""
    try:
        reading = GoniometerReading.from_dict(payload or {})
    except BadRequest:
        return ""
    texts = _BY_HAND_ALONE if reading.machine_deg is None else _READ
    return texts[reading.side].format(
        time=numbers.frame_time(reading.time_s),
        angle=numbers.angle(reading.angle_deg),
        machine=numbers.angle(reading.machine_deg),
    )


def words_of_note(note: Mapping[str, Any]) -> str:
    """Return the words of a note: of a reading its sentence, then what was typed."""
    return "\n".join(filter(None, (describe_reading(note.get("payload")), str(note["text"]))))
