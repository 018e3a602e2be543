"""Motion of a leg that swings past its end and settles, which the renderer does not have."""

from collections.abc import Callable, Mapping
from typing import Any, Final

Profile = Callable[[float, Mapping[str, Any]], tuple[float, int]]

PACE: Final = {"t_base": 0.8, "t_out": 0.9, "t_hold": 0.6, "t_back": 0.9, "t_gap": 0.4}
"""The renderer's defaults of a repetition, in seconds."""


def overshooting(profile: Profile, ease: Callable[[float], Any]) -> Profile:
    """Return the renderer's profile, extended by the motion settings `overshoot` and `settle_s`.

    A repetition goes out to `1 + overshoot`, comes back to 1 within `settle_s` at the beginning of
    its hold, and is as before from there on.
    """

    def extended(time_s: float, motion: Mapping[str, Any]) -> tuple[float, int]:
        share, number = profile(time_s, motion)
        past = motion.get("overshoot", 0.0)
        if not past:
            return share, number
        out, hold, back, gap = (
            motion.get(name, PACE[name]) for name in ("t_out", "t_hold", "t_back", "t_gap")
        )
        into = time_s - motion.get("t_base", PACE["t_base"]) - number * (out + hold + back + gap)
        if into < out:
            return share * (1.0 + past), number
        left = 1.0 - float(ease((into - out) / motion["settle_s"]))
        return (1.0 + past * left if into < out + hold else share), number

    return extended
