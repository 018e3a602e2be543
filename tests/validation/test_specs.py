"""The clips to render: told apart by name, and every refusal known to the page."""

import pytest

from validation.cases import REFUSED_BY
from validation.specs import GROUPS

SPECS = [spec for group in GROUPS.values() for spec in group()]


def test_no_two_clips_share_a_name():
    assert len({spec["name"] for spec in SPECS}) == len(SPECS)


def test_the_same_clips_come_out_again():
    assert [spec for group in GROUPS.values() for spec in group()] == SPECS


def test_every_reason_to_refuse_has_its_code():
    assert {spec["kind"] for spec in SPECS} <= {"ir", *REFUSED_BY}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["name"])
def test_amounts_are_given_for_every_repetition(spec):
    motion = spec["motion"]
    listed = [c["amp"] for c in motion["comp"] if isinstance(c["amp"], list)]

    assert all(len(amounts) == motion["reps"] for amounts in listed)
