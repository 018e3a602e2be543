"""Patient, visit and side, read from the name of a clip by a regular expression."""

import re
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side
from hipcv.language import _

PATTERN: Final = r"^(?P<patient>[^_]+)_(?P<visit>[^_]+)_(?P<side>left|right|L|R)(?![A-Za-z])"
"""P012_2024-05-03_left.mp4: patient P012, visit 2024-05-03, left."""

GROUPS: Final = ("patient", "visit", "side")


@dataclass(frozen=True, slots=True)
class NameFields:
    """The fields of a clip's name; "" and None where it does not hold them."""

    patient: str = ""
    visit: str = ""
    side: Side | None = None


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern; upper and lower case match alike.

    Raises:
        BadRequest: not a regular expression, without named groups, or with others than `GROUPS`.
    """
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise BadRequest(
            _("pattern: not a regular expression ({error}).").format(error=error)
        ) from error
    unknown = [name for name in compiled.groupindex if name not in GROUPS]
    if unknown or not compiled.groupindex:
        problem = (
            _("no such group: {unknown}").format(unknown=", ".join(unknown))
            if unknown
            else _("no named group")
        )
        raise BadRequest(
            _("pattern: {problem}. Known: {known}.").format(
                problem=problem, known=", ".join(f"(?P<{name}>…)" for name in GROUPS)
            )
        )
    return compiled


def parse_name(name: str, pattern: re.Pattern[str]) -> NameFields:
    """Return the fields of a clip's name within the folder, with forward slashes.

    It is matched without suffix, and without its folders unless the pattern contains a slash. The
    pattern, from `compile_pattern`, may match anywhere.
    """
    path = PurePosixPath(name)
    match = pattern.search(path.with_suffix("").as_posix() if "/" in pattern.pattern else path.stem)
    if match is None:
        return NameFields()
    groups = {key: (value or "").strip() for key, value in match.groupdict().items()}
    side = {"l": Side.LEFT, "r": Side.RIGHT}.get(groups.get("side", "")[:1].lower())
    visit = sys.intern(groups.get("visit", ""))  # many clips have the same
    return NameFields(groups.get("patient", ""), visit, side)
