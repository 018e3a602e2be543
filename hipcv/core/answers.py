"""Answers of the person to the questions after the test, and the codes of the questions before it.

The words of each code are in `report.answers`.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from hipcv.core.errors import BadRequest
from hipcv.core.text import LINE_BREAKS, refuse_unsafe
from hipcv.language import _

LIMITERS: Final = ("stretch", "block", "pinch_or_pain", "weakness", "cramp")
"""Reasons for which the movement may have stopped at its end, by code."""

MOST_PAIN: Final = 10
"""Upper end of the pain scale, whose lower end 0 is no pain."""

REGIONS: Final = ("groin", "side", "buttock", "thigh", "knee", "back", "elsewhere")
"""Regions of pain to choose from, by code."""

LONGEST_REGION: Final = 200
"""Longest text on the region of pain, in characters."""

RED_FLAGS: Final = (
    "young_with_pain",  # under 16 with hip, thigh or knee pain, or a limp
    "night_or_rest_pain",
    "fever",
    "cannot_bear_weight",
    "numbness_or_weakness",
    "bladder_or_bowel",
)
"""Signs with which the test is not done: a clinician comes first."""

SAME_DAY: Final = ("young_with_pain",)
"""Red flags that are to be assessed on the same day."""

ASK_FIRST: Final = (
    "replacement_or_surgery",
    "knee_ligament",
    "fracture",
    "osteoporosis",
    "pregnancy",
    "sore_wrists_or_skin",
    "advised_against_rotation",
    "pain_now",
)
"""Conditions with which a clinician is asked first."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to the questions after the test; each may be left out.

    Raises:
        BadRequest: an answer is none of those that can be given.
    """

    pain: int | None = None  # 0..10, the worst during the test
    pain_where: str = ""  # one of REGIONS, or the person's own words
    limiter: str | None = None  # one of LIMITERS

    def __post_init__(self) -> None:
        if self.pain is not None and not _is_pain(self.pain):
            text = _("Pain is a whole number from 0 to {most}, not {pain}.")
            raise BadRequest(text.format(most=MOST_PAIN, pain=self.pain))
        if not isinstance(self.pain_where, str) or len(self.pain_where) > LONGEST_REGION:
            text = _("Where it hurt is a text of at most {count} characters.")
            raise BadRequest(text.format(count=LONGEST_REGION))
        refuse_unsafe(_("where it hurt"), self.pain_where, LINE_BREAKS)
        if self.limiter is not None and self.limiter not in LIMITERS:
            text = _("What stopped the movement is one of {choices}, not {limiter}.")
            raise BadRequest(text.format(choices=", ".join(LIMITERS), limiter=self.limiter))

    def __bool__(self) -> bool:
        """Return True where anything was answered."""
        return self != Answers()

    @property
    def hurt(self) -> bool:
        """True where the test hurt, or pain stopped the movement."""
        return bool(self.pain) or self.limiter == "pinch_or_pain"

    def to_dict(self) -> dict[str, Any]:
        """Return the answers as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the answers of JSON values, in which each may be missing.

        Raises:
            BadRequest: an answer is none of those that can be given, or an unknown one is there.
        """
        unknown = set(values) - set(cls.__dataclass_fields__)
        if unknown:
            text = _("Unknown answers: {names}.")
            raise BadRequest(text.format(names=", ".join(sorted(unknown))))
        return cls(**values)

    @classmethod
    def from_stored(cls, values: Mapping[str, Any]) -> Self:
        """Return the answers of a stored result; those of a later version are left out."""
        answers = cls()
        for name in cls.__dataclass_fields__:
            with suppress(BadRequest):
                answers = replace(answers, **{name: values.get(name, getattr(answers, name))})
        return answers


def _is_pain(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_PAIN
