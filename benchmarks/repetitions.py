"""Cost of measurement and result by number of repetitions, as a ratio within one run.

    python benchmarks/repetitions.py

Clips of a drawn leg with 5, 50 and 200 repetitions are measured, assessed and written as a
document, and the state of every frame is read, each in alternation. The time for a repetition of
the longest clip, divided by that of 50, is the figure. Exit code 1 if it is above `LIMIT`.
"""

import statistics
import sys
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from hipcv.core.assessment import assess_sides
from hipcv.core.frame_state import frame_state_at
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.person import Person
from hipcv.core.phases import find_leg_phases
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import clip_issues
from tests.tracks import clip_of, seated_track, swings, with_tracked_shank

COUNTS: Final = (5, 50, 200)
ROUNDS: Final = 3
LIMIT: Final = 1.5
PROTOCOL: Final = MeasurementProtocol()


def seconds_of(repetitions: int) -> float:
    """Return the time for a clip of so many repetitions, from its track to the frames' states."""
    turn_deg = swings(*[35.0] * repetitions)
    track = with_tracked_shank(seated_track(turn_deg), Side.LEFT, turn_deg)
    began_s = time.perf_counter()
    legs = find_leg_phases(track, PROTOCOL)
    clip_issues(clip_of(track), track, PROTOCOL)
    motion = measure(track, None, Side.LEFT, PROTOCOL, phases=legs)
    sides = assess_sides({Side.LEFT: motion}, Person(), external_asked=False)
    for row in range(len(track.time_s)):
        frame_state_at(motion, sides[Side.LEFT], track, row)
    return time.perf_counter() - began_s


def main() -> int:
    """Print the times and the ratio; return the exit code."""
    seconds_of(COUNTS[0])  # loads what is loaded once
    runs = [[seconds_of(count) for count in COUNTS] for _ in range(ROUNDS)]
    each_ms = {
        count: 1000 * statistics.median(column) / count
        for count, column in zip(COUNTS, zip(*runs, strict=True), strict=True)
    }
    for count, cost_ms in each_ms.items():
        sys.stdout.write(f"{count:4} repetitions: {cost_ms:6.2f} ms each\n")
    ratio = each_ms[COUNTS[-1]] / each_ms[COUNTS[-2]]
    sys.stdout.write(f"ratio {ratio:.2f} (limit {LIMIT})\n")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
