"""Two measurements of the same leg: whether they differ by more than measuring does."""

from dataclasses import dataclass

from hipcv.core.protocol import Protocol
from hipcv.core.uncertainty import detectable_change_deg


@dataclass(frozen=True, slots=True)
class Change:
    """From an earlier measurement to a later one."""

    difference_deg: float  # later less earlier
    mdc_deg: float  # minimal detectable change, MDC95

    @property
    def real(self) -> bool:
        """Whether it is beyond what two measurements of an unchanged hip differ by."""
        return abs(self.difference_deg) > self.mdc_deg


def change(before_deg: float, after_deg: float, protocol: Protocol) -> Change:
    """The change between two visits, beside the minimal detectable one of the protocol."""
    return Change(after_deg - before_deg, detectable_change_deg(protocol))
