from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipcv.core.assessment import assess
from hipcv.core.closeup import RegionMotion
from hipcv.core.errors import InvalidTrack
from hipcv.core.evidence_codec import LARGEST, SCHEMA, from_arrays, to_arrays
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from tests.closeups import closeup_of, performance, unseen_rows
from tests.errors import raises_plain
from tests.tracks import seated_track, swings, with_tracked_shank


def _same(one, other):
    """Return whether two records of arrays are equal; NaN equals NaN."""
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        alike = _same(a, b) if isinstance(a, RegionMotion) else _equal(a, b)
        if not alike:
            return False
    return type(one) is type(other)


def _equal(a, b):
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    return type(a) is type(b) and a == b


@pytest.fixture(scope="module")
def evidence():
    track, closeup = performance(30, obliquity_deg=4.0)
    return unseen_rows(track, [5, 6]), closeup


def test_a_track_with_unseen_frames_comes_back_as_it_was(evidence):
    track, _ = evidence

    again, _ = from_arrays(to_arrays(track, {}))

    assert _same(track, again)


def test_a_closer_look_comes_back_as_it_was(evidence):
    track, closeup = evidence

    _, again = from_arrays(to_arrays(track, {Side.LEFT: closeup}))

    assert _same(closeup, again[Side.LEFT])


def test_a_closer_look_without_flow_comes_back_without():
    track = seated_track(swings(30))
    closeup = closeup_of(track, Side.LEFT, rotation_deg=(30,))

    _, again = from_arrays(to_arrays(track, {Side.LEFT: closeup}))

    assert again[Side.LEFT].motion is None


@pytest.mark.parametrize("sides", [(), (Side.LEFT,), tuple(Side)])
def test_exactly_the_tracked_shanks_are_restored(sides):
    track = seated_track(swings(30))
    for side in sides:
        track = with_tracked_shank(track, side, swings(30), lost=[3, 4])

    again, _ = from_arrays(to_arrays(track, {}))

    assert tuple(again.shanks) == sides
    assert all(_same(track.shanks[side], again.shanks[side]) for side in sides)


def test_evidence_of_the_first_schema_has_no_tracked_shanks(evidence):
    track, closeup = evidence
    stored = to_arrays(track, {Side.LEFT: closeup}) | {"schema": np.array(1)}
    first = {name: array for name, array in stored.items() if ".shank." not in name}

    again, closeups = from_arrays(first)

    assert (again.shanks, _same(closeup, closeups[Side.LEFT])) == ({}, True)


@pytest.mark.parametrize("sides", [(), (Side.LEFT,), (Side.RIGHT,), tuple(Side)])
def test_exactly_the_stored_sides_are_restored(sides):
    rest = np.zeros(len(swings(30)))
    track = seated_track(np.r_[swings(30), rest], other_deg=np.r_[rest, swings(25)])
    closeups = {side: closeup_of(track, side, rotation_deg=(30,)) for side in sides}

    assert tuple(from_arrays(to_arrays(track, closeups))[1]) == sides


@settings(max_examples=8)
@given(peak=st.floats(10, 60), hike=st.floats(-6, 12))
def test_a_result_can_be_made_again_from_the_stored_evidence(peak, hike):
    track, closeup = performance(peak, obliquity_deg=hike)
    kept_track, stored = from_arrays(to_arrays(track, {Side.LEFT: closeup}))

    before = assess(measure(track, closeup, Side.LEFT, MeasurementProtocol()))
    after = assess(measure(kept_track, stored[Side.LEFT], Side.LEFT, MeasurementProtocol()))

    assert after == before


@pytest.mark.parametrize("schema", [None, SCHEMA + 1])
def test_evidence_of_another_version_is_refused_with_what_to_do(evidence, schema):
    arrays = to_arrays(evidence[0], {})
    arrays.pop("schema")
    if schema is not None:
        arrays["schema"] = np.array(schema)

    with raises_plain(InvalidTrack, "another version"):
        from_arrays(arrays)


def _names():
    track, closeup = _tracked_performance()
    stored = to_arrays(track, {Side.LEFT: closeup})
    # without these a closeup, its flow, or a tracked shank counts as absent
    absent = {"left.time_s", "left.motion.time_s", "left.shank.tilt_deg"}
    return sorted(set(stored) - absent - {"schema", "left.side"})


def _tracked_performance():
    track, closeup = performance(30, obliquity_deg=4.0)
    return with_tracked_shank(track, Side.LEFT, swings(30)), closeup


@pytest.mark.parametrize("name", _names())
def test_a_missing_array_is_named_in_the_error(name):
    track, closeup = _tracked_performance()
    arrays = to_arrays(track, {Side.LEFT: closeup})
    del arrays[name]

    with pytest.raises(InvalidTrack, match=rf"^{name} is missing"):
        from_arrays(arrays)


def test_arrays_that_do_not_fit_together_are_refused(evidence):
    arrays = to_arrays(evidence[0], {})
    arrays["track.visibility"] = arrays["track.visibility"][1:]

    with pytest.raises(InvalidTrack, match="visibility"):
        from_arrays(arrays)


@pytest.mark.parametrize("value", [2 * LARGEST, -2 * LARGEST, np.iinfo(np.int64).min])
def test_a_value_that_no_clip_has_is_refused_whatever_its_sign(evidence, value):
    arrays = to_arrays(evidence[0], {})
    arrays["track.people"] = np.full_like(arrays["track.people"], value, dtype=np.int64)

    with raises_plain(InvalidTrack, "track.people: a value is too large"):
        from_arrays(arrays)
