"""Words for a side of a stored document of which no repetition counts."""

from collections.abc import Mapping
from typing import Any, Final

from hipcv.core.side_result import NOT_HELD, REJECTED, not_counted_because
from hipcv.language import N_, Translated, _
from hipcv.report import wording

TITLE: Final = N_("not counted")

_REASONS: Final = Translated({NOT_HELD: N_("not held"), REJECTED: N_("set aside")})


def reason(side: Mapping[str, Any] | None) -> str:
    """Return why no repetition of a side counts: "hip lift, not held"; "" where any does."""
    return ", ".join(_name(code) for code in not_counted_because(side))


def describe(side: Mapping[str, Any] | None) -> str:
    """Return "not counted: hip lift"; "" unless the side is `not_counted`."""
    if not side or side.get("status") != "not_counted":
        return ""
    why = reason(side)
    return f"{_(TITLE)}: {why}" if why else _(TITLE)


def _name(code: str) -> str:
    if code in wording.FINDINGS:
        return wording.FINDINGS[code].name.lower()
    return _REASONS.get(code, code.replace("_", " "))
