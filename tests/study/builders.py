"""Synthetic studies with known bias, error and reliability."""

import numpy as np

HEADER = "subject,side,session,trial,method,rater,angle_deg"


def rows(*, persons=20, bias=1.0, error=1.5, between=6.0, seed=1, sides=("left", "right")):
    """Rows of a table: hipcv and a reference that has no error read the same two trials."""
    rng = np.random.default_rng(seed)
    for person in range(persons):
        for side in sides:
            true = rng.normal(35, between)
            for trial in (1, 2):
                read = true + bias + rng.normal(0, error)
                yield f"{person + 1},{side},1,{trial},inclinometer,,{true:.6f}"
                yield f"{person + 1},{side},1,{trial},hipcv,,{read:.6f}"


def table(lines, header=HEADER):
    return "\n".join([header, *lines]) + "\n"
