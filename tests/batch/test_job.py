from dataclasses import replace
from pathlib import Path

import pytest

from hipcv.batch.job import Job, Order, analyze_command, default_timeout_s, key_of
from hipcv.core.protocol import MeasurementProtocol

MODELS = {"full": "ab" * 32}
KEY = key_of("cd" * 32, Order(), MODELS, 1)


def job(order):
    return Job(
        "a.mp4", Path("/in/a.mp4"), "cd" * 32, "k", "clips/a", Path("/out/.work/0"), 60, order
    )


@pytest.mark.parametrize(
    "changed",
    [
        key_of("ef" * 32, Order(), MODELS, 1),
        key_of("cd" * 32, Order(protocol=replace(MeasurementProtocol(), target_deg=40)), MODELS, 1),
        key_of("cd" * 32, Order(mirrored=True), MODELS, 1),
        key_of("cd" * 32, Order(), {"full": "ef" * 32}, 1),
        key_of("cd" * 32, Order(), {**MODELS, "heavy": "ef" * 32}, 1),
        key_of("cd" * 32, Order(), MODELS, 2),
    ],
    ids=["content", "protocol", "mirrored", "model", "fallback", "method"],
)
def test_whatever_can_change_the_number_changes_the_key(changed):
    assert changed != KEY


def test_same_question_has_the_same_key():
    assert key_of("cd" * 32, Order(), MODELS, 1) == KEY


def test_analysis_is_told_everything_that_was_ordered():
    order = Order(
        protocol=replace(MeasurementProtocol(), target_deg=40.5),
        model="lite",
        mirrored=True,
        overlay=False,
        blur_face=True,
    )

    words = analyze_command(job(order))

    assert words[3:] == [
        *("analyze", "/in/a.mp4", "--json", "--quiet", "--out", "/out/.work/0/result"),
        *("--model", "lite", "--no-overlay", "--blur-face", "--mirrored"),
        *("--set", "target_deg=40.5"),
    ]


@pytest.mark.parametrize(("size_bytes", "limit_s"), [(0, 300), (10_000_000, 900), (10**12, 7200)])
def test_larger_clips_may_take_longer(size_bytes, limit_s):
    assert default_timeout_s(size_bytes) == pytest.approx(limit_s)
