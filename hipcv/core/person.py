"""Age and sex of the person who was tested, both optional.

They change no angle. The age decides whether the result may be compared with adults, and both
choose what a report says about the spread between studies. A date of birth is not held: the age at
the test is all that a result needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self, get_args

from hipcv.core.errors import BadRequest
from hipcv.language import _

Sex = Literal["female", "male"]

SEXES: Final[tuple[Sex, ...]] = get_args(Sex)
AGE_MAX_YEARS: Final = 120

ADULT_FROM_YEARS: Final = 16
"""Age from which the typical band of adults applies; children turn the hip further inwards."""


@dataclass(frozen=True, slots=True)
class Person:
    """Age and sex at the time of the test.

    Raises:
        BadRequest: the age is no whole number from 0 to 120, or the sex is not one of `SEXES`.
    """

    age_years: int | None = None  # None: not given
    sex: Sex | None = None  # None: not given

    def __post_init__(self) -> None:
        age = self.age_years
        if age is not None and (type(age) is not int or not 0 <= age <= AGE_MAX_YEARS):
            text = _("Age {age}: expected a whole number of years from 0 to {limit}.")
            raise BadRequest(text.format(age=repr(age), limit=AGE_MAX_YEARS))
        if self.sex is not None and self.sex not in SEXES:
            text = _("Sex {sex}: expected {choices}, or nothing.")
            raise BadRequest(text.format(sex=repr(self.sex), choices=" / ".join(SEXES)))

    @property
    def is_empty(self) -> bool:
        """True where neither age nor sex was given."""
        return self.age_years is None and self.sex is None

    @property
    def is_minor(self) -> bool:
        """True where the age is known to be below `ADULT_FROM_YEARS`."""
        return self.age_years is not None and self.age_years < ADULT_FROM_YEARS

    def override(self, other: "Person") -> Self:
        """Return this person with what the other one gives in its place."""
        given = {name: value for name, value in other.to_dict().items() if value is not None}
        return replace(self, **given)

    def to_dict(self) -> dict[str, Any]:
        """Return the person as JSON values."""
        return {"age_years": self.age_years, "sex": self.sex}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Self:
        """Return the person that `to_dict` rendered; None, or an absent value, is not given.

        Raises:
            BadRequest: a value is not valid.
        """
        values = values or {}
        return cls(age_years=values.get("age_years"), sex=values.get("sex"))
