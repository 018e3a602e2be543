"""Comparison of a stored result with one that was made anew from the same clip."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hipcv.results.document import JsonObject

TOLERANCE: Final = 0.1
"""Largest difference of two numbers that count as the same, in their own unit. Another processor
rounds otherwise; engineering default, a fifth of the error of a rotation."""

LEFT_OUT: Final = frozenset(
    {"provenance", "timing", "text", "remedy", "name", "recorded_at", "recorded_at_source"}
)
"""Keys that are no part of the measurement; a copy of the clip may have another date."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of a document that is another one in the other document."""

    where: str  # such as `sides.left.reps[0].rotation_deg`
    stored: Any  # a JSON value
    now: Any

    @property
    def size(self) -> float:
        """Absolute difference of two numbers; infinite for other values."""
        if isinstance(self.stored, int | float) and isinstance(self.now, int | float):
            return abs(self.stored - self.now)
        return float("inf")


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Every difference between a stored result and the new one."""

    differences: tuple[Difference, ...]
    compared: int  # number of values

    @property
    def is_same(self) -> bool:
        """True if no number differs by more than `TOLERANCE`, and nothing else at all."""
        return not self.beyond_tolerance

    @property
    def beyond_tolerance(self) -> tuple[Difference, ...]:
        """Differences that are more than rounding."""
        return tuple(one for one in self.differences if one.size > TOLERANCE)

    @property
    def largest(self) -> float:
        """Largest difference of two numbers; 0 if all are equal."""
        return max((one.size for one in self.differences), default=0.0)


def differing_settings(stored: JsonObject, now: JsonObject) -> list[Difference]:
    """Return the settings that differ; None for one that a version does not have."""
    then, present = stored["provenance"]["protocol"], now["provenance"]["protocol"]
    pairs = [(name, then.get(name), present.get(name)) for name in sorted(then | present)]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def compare(stored: JsonObject, now: JsonObject) -> Reproduction:
    """Compare the measurement in two documents, in the keys that both have."""
    values = list(_pairs(stored, now, ""))
    differences = [Difference(*value) for value in values if value[1] != value[2]]
    return Reproduction(tuple(differences), len(values))


def _pairs(stored: Any, now: Any, where: str) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 - JSON
    """Yield the path and both values of every leaf; of a list of another length both lists."""
    if isinstance(stored, Mapping) and isinstance(now, Mapping):
        for name in stored.keys() & now.keys() - LEFT_OUT:
            yield from _pairs(stored[name], now[name], f"{where}.{name}".lstrip("."))
    elif isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        for number, (one, other) in enumerate(zip(stored, now, strict=True)):
            yield from _pairs(one, other, f"{where}[{number}]")
    else:
        yield where, stored, now
