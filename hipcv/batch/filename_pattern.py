"""Patient, visit and side, as the name of a clip tells them."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side

PATTERN: Final = r"^(?P<patient>[^_]+)_(?P<visit>[^_]+)_(?P<side>left|right|L|R)(?![A-Za-z])"
"""P012_2024-05-03_left.mp4: patient P012, visit 2024-05-03, left."""

GROUPS: Final = ("patient", "visit", "side")


@dataclass(frozen=True, slots=True)
class Named:
    """What a name tells; "" and None where it tells nothing."""

    patient: str = ""
    visit: str = ""
    side: Side | None = None


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready for use; capitals and small letters are alike.

    Raises:
        BadRequest: not a regular expression, or without a group that is known.
    """
    try:
        made = re.compile(pattern, re.IGNORECASE)
    except re.error as fault:
        raise BadRequest(f"pattern: not a regular expression ({fault}).") from fault
    unknown = [name for name in made.groupindex if name not in GROUPS]
    if unknown or not made.groupindex:
        what = f"no such group: {', '.join(unknown)}" if unknown else "no named group"
        raise BadRequest(
            f"pattern: {what}. Known: {', '.join(f'(?P<{name}>…)' for name in GROUPS)}."
        )
    return made


def read_name(name: str, pattern: re.Pattern[str]) -> Named:
    """What the name of a clip tells.

    Args:
        name: of the clip within the folder, with forward slashes. A pattern that holds a slash
            sees all of it, any other only the file's own name; neither sees the ending.
        pattern: from `compiled`; it may match anywhere.
    """
    path = PurePosixPath(name)
    seen = path.with_suffix("").as_posix() if "/" in pattern.pattern else path.stem
    match = pattern.search(seen)
    if match is None:
        return Named()
    told = {key: (value or "").strip() for key, value in match.groupdict().items()}
    return Named(told.get("patient", ""), told.get("visit", ""), _side(told.get("side", "")))


def _side(word: str) -> Side | None:
    return {"l": Side.LEFT, "r": Side.RIGHT}.get(word[:1].lower())
