import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from hipcv.batch.job import Job, analyze_command, default_timeout_s, order_line, result_key
from hipcv.core.landmarks import Side
from hipcv.core.limits import ClipLimits
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol

MODELS = {"full": "ab" * 32}
CHANGED = AnalysisOptions(
    protocol=replace(MeasurementProtocol(), target_deg=40.5),
    model="lite",
    mirrored=True,
    overlay=False,
    blur_face=True,
)
KEY = result_key("cd" * 32, AnalysisOptions(), MODELS, 1)


def test_limit_of_a_clip_is_no_part_of_the_key():
    longer = AnalysisOptions(limits=ClipLimits(duration_max_s=1200))

    assert result_key("cd" * 32, longer, MODELS, 1) == KEY


def job(options):
    return Job(
        "a.mp4", Path("/in/a.mp4"), "cd" * 32, "k", "clips/a", Path("/out/.work/0"), 60, options
    )


@pytest.mark.parametrize(
    "changed",
    [
        result_key("ef" * 32, AnalysisOptions(), MODELS, 1),
        result_key(
            "cd" * 32,
            AnalysisOptions(protocol=MeasurementProtocol(target_deg=40)),
            MODELS,
            1,
        ),
        result_key("cd" * 32, AnalysisOptions(mirrored=True), MODELS, 1),
        result_key("cd" * 32, AnalysisOptions(side=Side.LEFT), MODELS, 1),
        result_key("cd" * 32, AnalysisOptions(start_s=0.5), MODELS, 1),
        result_key("cd" * 32, AnalysisOptions(person=Person(12)), MODELS, 1),
        result_key("cd" * 32, AnalysisOptions(external=True), MODELS, 1),
        result_key("cd" * 32, AnalysisOptions(), {"full": "ef" * 32}, 1),
        result_key("cd" * 32, AnalysisOptions(), {**MODELS, "heavy": "ef" * 32}, 1),
        result_key("cd" * 32, AnalysisOptions(), MODELS, 2),
    ],
    ids=[
        "content",
        "protocol",
        "mirrored",
        "side",
        "start",
        "age",
        "external",
        "model",
        "fallback",
        "method",
    ],
)
def test_everything_that_can_change_the_number_changes_the_key(changed):
    assert changed != KEY


@pytest.mark.parametrize("options", [AnalysisOptions(), CHANGED])
def test_options_added_later_leave_the_key_as_in_earlier_manifests(options):
    """The results of a manifest are found again by their keys after an upgrade."""
    order = {
        "mirrored": options.mirrored,
        "model": options.model,
        "protocol": asdict(options.protocol),
        "overlay": options.overlay,
        "blur_face": options.blur_face,
    }
    parts = {"clip": "cd" * 32, "order": order, "models": MODELS, "method": 1}
    key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    assert result_key("cd" * 32, options, MODELS, 1) == key


def test_order_holds_the_paths_and_every_option():
    order = json.loads(order_line(job(CHANGED)))

    assert (order["clip"], order["folder"]) == ("/in/a.mp4", "/out/.work/0/result")
    assert AnalysisOptions.from_dict(order["options"]) == CHANGED


def test_command_line_that_every_user_can_list_names_no_file():
    assert [word for word in analyze_command(job(CHANGED)) if "a.mp4" in word] == []


@pytest.mark.parametrize(("size_bytes", "limit_s"), [(0, 300), (10_000_000, 900), (10**12, 7200)])
def test_time_limit_grows_with_file_size(size_bytes, limit_s):
    assert default_timeout_s(size_bytes) == pytest.approx(limit_s)
