"""Numbers that the pages state are those of this version."""

import importlib
import re

import pytest

from hipcv.core.limits import ClipLimits
from hipcv.core.protocol import MeasurementProtocol
from tests.doc_commands import ROOT

PROTOCOL = MeasurementProtocol()

CONNECTIONS = "hipcv.web.connections:MAX_WAITING"
SENT_MAX = "hipcv.batch.cluster.dispatcher:SENT_CLIP_MAX_BYTES"
TIME_OF_CLIP = "300 s and 60 s for each MB, 2 h at most"

STATED = [
    ("README.md", "hip lift of 3° or more", "obliquity_counts_deg", 3),
    ("README.md", "beyond 10° of hip lift", "hike_invalid_deg", 10),
    ("README.md", "0.12 shank lengths of weight shift or thigh lift", "shift_invalid_ratio", 0.12),
    ("README.md", "0.12 shank lengths of weight shift or thigh lift", "thigh_invalid_ratio", 0.12),
    ("README.md", "Fewer than three are *provisional*", "reps_wanted", 3),
    ("docs/camera.md", "A turn of more than 12 degrees", "oblique_yaw_deg", 12),
    ("docs/conventions.md", "45°, the aim of the test", "target_deg", 45),
    ("docs/conventions.md", "24 to 42°", "typical_low_deg", 24),
    ("docs/conventions.md", "24 to 42°", "typical_high_deg", 42),
    ("docs/conventions.md", "| hip lift | 10° of pelvic obliquity", "hike_invalid_deg", 10),
    ("docs/conventions.md", "| weight shift | 0.12 shank lengths", "shift_invalid_ratio", 0.12),
    ("docs/conventions.md", "| thigh lift | 0.12 shank lengths", "thigh_invalid_ratio", 0.12),
    ("docs/conventions.md", "| hand off the seat | 0.25 shank lengths", "hand_rise_ratio", 0.25),
    ("docs/conventions.md", "| trunk lean | 15°", "lean_invalid_deg", 15),
    ("docs/conventions.md", "| knee drift | 0.35 shank lengths", "drift_invalid_ratio", 0.35),
    ("docs/conventions.md", "the first of four or more", "practice_from_reps", 4),
    ("docs/conventions.md", "a standard error of 3.0°", "between_day_sem_deg", 3.0),
    ("docs/conventions.md", "a prior of 2.5° between repetitions", "rep_spread_prior_deg", 2.5),
    ("docs/measurement.md", "`nobody_max_s` (two minutes)", "limits.nobody_max_s", 120),
    ("docs/recording.md", "2 s have passed", "guide_still_s", 2),
    ("docs/recording.md", "3, 2, 1, with tones", "guide_countdown_s", 3),
    ("docs/recording.md", "out, hold for 2 s, back", "guide_hold_s", 2),
    ("docs/recording.md", "Under 24 pictures a second", "frame_rate_low_hz", 23.9),
    ("docs/batch.md", "A clip of more than ten minutes", "limits.duration_max_s", 600),
    ("docs/batch.md", "of more than 150 000 pictures", "limits.frames_max", 150_000),
    ("docs/batch.md", "more than 64 megapixels", "limits.picture_max_mpx", 64),
    ("docs/batch.md", "may take 8 GB of memory", "limits.memory_max_gb", 8),
    ("docs/batch.md", TIME_OF_CLIP, "hipcv.batch.job:TIMEOUT_BASE_S", 300),
    ("docs/batch.md", TIME_OF_CLIP, "hipcv.batch.job:TIMEOUT_MAX_S", 7200),
    ("docs/batch.md", "serves up to 25 clips", "hipcv.batch.server:ORDERS_PER_PROCESS", 25),
    ("docs/batch.md", "has grown by 1 GB", "hipcv.batch.server:GROWTH_MAX_MB", 1000),
    ("docs/batch.md", "at least two seconds apart", "hipcv.batch.discovery:WATCH_INTERVAL_S", 2),
    ("docs/recording.md", "A loss shorter than 0.3 s", "hipcv.core.live:LOST_S", 0.3),
    ("docs/recording.md", "20 s at most, five minutes", "hipcv.guide.session:FIRST_PICTURE_S", 20),
    ("docs/recording.md", "20 s at most, five minutes", "hipcv.cli.record:READING_S", 300),
    ("docs/recording.md", "nine conditions with tick or cross", "hipcv.guide.prompts:RULES", 9),
    ("docs/recording.md", "three that are only asked for", "hipcv.guide.prompts:ASKED", 3),
    ("docs/review.md", "After 15 minutes without", "hipcv.web.sessions:LOCK_AFTER_MIN", 15),
    ("docs/review.md", "works once and for two minutes", "hipcv.web.sessions:OPENED_KEY_S", 120),
    ("docs/review.md", "within ten minutes", "hipcv.web.sessions:PRINTED_KEY_S", 600),
    ("docs/review.md", "after five minutes without use", "hipcv.web.pins:ASK_AFTER_S", 300),
    ("docs/review.md", "After three of one address", "hipcv.web.passwords:FREE_ATTEMPTS", 3),
    ("docs/review.md", "up to 30 seconds", "hipcv.web.passwords:LONGEST_DELAY_S", 30),
    ("docs/review.md", "for more than a minute", "hipcv.web.passwords:LONGEST_WAIT_S", 60),
    ("docs/review.md", "within 10 seconds", "hipcv.web.connections:HEAD_S", 10),
    ("docs/review.md", "At most 64 connections", CONNECTIONS + "_PER_ADDRESS", 64),
    ("docs/review.md", "256 in all", CONNECTIONS, 256),
    ("docs/review.md", "It works for ten minutes", "hipcv.web.phone.link:VALID_S", 600),
    ("docs/review.md", "90 seconds after the last sign", "hipcv.web.phone.link:UNATTENDED_S", 90),
    ("docs/review.md", "At most 20 clips come by one code", "hipcv.web.phone.link:MAX_CLIPS", 20),
    ("docs/review.md", "up to two and a half minutes", "hipcv.web.schedule:SHORT_S", 150),
    ("docs/review.md", "up to 2000 characters", "hipcv.store.notes:NOTE_LENGTH", 2000),
    ("docs/review.md", "up to 50 on each", "hipcv.store.notes:MAX_NOTES", 50),
    ("docs/review.md", "more than nine earlier results", "hipcv.store.results:MAX_EARLIER", 9),
    ("docs/cluster.md", "up to 256 MB", SENT_MAX, 256 << 20),
]  # fmt: skip
"""Page, words that hold a number, where that number stands, and its value.

The place is a setting of the protocol, one of the limits of a clip, or a constant of a module; of
a table, its length is stated.
"""


def value_at(place):
    module, colon, name = place.partition(":")
    if colon:
        constant = getattr(importlib.import_module(module), name)
        return constant if isinstance(constant, int | float) else len(constant)
    settings = ClipLimits() if place.startswith("limits.") else PROTOCOL
    return getattr(settings, place.removeprefix("limits."))


@pytest.mark.parametrize(("page", "words", "place", "value"), STATED)
def test_number_of_a_page_is_the_one_in_the_code(page, words, place, value):
    pytest.importorskip("sqlalchemy", reason='the desk needs `pip install "hipcv[app]"`')

    assert value_at(place) == value
    assert words in (ROOT / page).read_text(encoding="utf-8")


def test_count_of_packages_and_models_is_that_of_the_list_of_licences():
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    listed = text.partition("licences.py begin")[2].partition("licences.py end")[0]
    names = re.findall(r"^\| ([\w.-]+) \|", listed, re.MULTILINE)
    models = [name for name in names if name.endswith(".task")]
    packages = len(names) - len(models) - len({"package", "model"} & set(names))

    stated = f"{packages} packages, {len(models)} models"
    assert stated in (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
