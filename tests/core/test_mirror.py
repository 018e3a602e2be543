"""Left is the mirror of right, through everything that is measured and assessed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipcv.core.assessment import assess
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from tests.closeups import mirrored_closeup, mirrored_track, performance
from tests.tracks import SIZE_PX

P = MeasurementProtocol()


def _numbers(result):
    return [
        value
        for rep in result.reps
        for value in (
            rep.rotation_deg,
            *rep.interval_deg,
            rep.clean_deg,
            rep.start_s,
            *(f.value for f in rep.findings),
            *(f.at_s for f in rep.findings),
            *(-1 if v is None else v for v in rep.channels.values()),
            -1 if rep.pelvis_relative_deg is None else rep.pelvis_relative_deg,
        )
    ]


@settings(max_examples=12)
@given(
    peak=st.floats(15, 60),
    tilt=st.floats(-19, 19),
    degrees=st.tuples(st.floats(-8, 12), st.floats(-12, 12)),
    ratios=st.tuples(st.floats(-0.1, 0.2), st.floats(-0.1, 0.2), st.floats(-0.1, 0.2)),
)
def test_the_left_leg_in_a_mirror_is_assessed_as_a_right_leg(peak, tilt, degrees, ratios):
    track, closeup = performance(
        peak, 0.9 * peak, tilt_deg=tilt,
        obliquity_deg=degrees[0], waist_deg=degrees[0] / 2, lean_deg=degrees[1],
        shift_ratio=ratios[0], rise_ratio=ratios[1], drift_ratio=ratios[2],
    )  # fmt: skip

    left = assess(measure(track, closeup, Side.LEFT, P))
    right = assess(
        measure(mirrored_track(track), mirrored_closeup(closeup, SIZE_PX[0]), Side.RIGHT, P)
    )

    assert _numbers(right) == pytest.approx(_numbers(left), abs=1e-6, nan_ok=True)


def test_findings_are_the_same_in_a_mirror():
    track, closeup = performance(35, obliquity_deg=6.0, lean_deg=8.0, drift_ratio=-0.1)

    left = assess(measure(track, closeup, Side.LEFT, P))
    right = assess(
        measure(mirrored_track(track), mirrored_closeup(closeup, SIZE_PX[0]), Side.RIGHT, P)
    )

    assert right.findings == left.findings
