"""Sentences that compare a result with what adults turn in studies, as age and sex allow.

In the seated studies women turn further than men, and the angle falls with age. None of them gives
limits for an age or a sex that a single result could be judged by, so none is stated.
"""

from collections.abc import Mapping
from typing import Any, Final

from hipcv.core.person import ADULT_FROM_YEARS, Person
from hipcv.language import N_, _
from hipcv.report import wording

NOT_FOR_MINORS: Final = N_(
    "{target:g}° from the start is the target; there is no comparison with adults under {age} "
    "years, since children usually turn further."
)

OF_AGE: Final = N_("In studies, older people tend to turn less far.")
OF_SEX: Final = N_("In studies, women tend to turn further than men.")
OF_BOTH: Final = N_("In studies, women tend to turn further than men, and older people less far.")


def describe_typical(protocol: Mapping[str, Any], person: Person) -> str:
    """Return what target and typical band are; under 16 that there is no band.

    Args:
        protocol: settings by name, with `target_deg`, `typical_low_deg` and `typical_high_deg`.
        person: age and sex, each perhaps unknown.
    """
    target = protocol["target_deg"]
    if person.is_minor:
        return _(NOT_FOR_MINORS).format(target=target, age=ADULT_FROM_YEARS)
    low, high = protocol["typical_low_deg"], protocol["typical_high_deg"]
    note = _(wording.TYPICAL_NOTE).format(target=target, low=low, high=high)
    return f"{note} {_spread(person)}".rstrip()


def _spread(person: Person) -> str:
    """Return how studies differ by what is known of the person; "" where nothing is."""
    if person.sex is None:
        return "" if person.age_years is None else _(OF_AGE)
    return _(OF_SEX) if person.age_years is None else _(OF_BOTH)
