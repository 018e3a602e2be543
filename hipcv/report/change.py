"""What may be said of the change between two visits."""

from dataclasses import asdict
from typing import Any

from hipcv.core.agreement import Change
from hipcv.report import numbers


def as_told(change: Change) -> dict[str, Any]:
    """A change as plain data, with its sentence."""
    return {**asdict(change), "real": change.real, "text": tell_change(change)}


def tell_change(change: Change) -> str:
    """One sentence: real change, or within measurement error."""
    size, limit = numbers.angle(abs(change.difference_deg)), numbers.angle(change.mdc_deg)
    if change.real:
        way = "more" if change.difference_deg > 0 else "less"
        return (
            f"Real change: {size} {way} than before, beyond the {limit} that measuring may differ."
        )
    return f"Within measurement error: {size} apart, and only beyond {limit} is a change real."
