"""One pass over a clip: how often it is decoded, and in how many frames models run."""

from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from hipcv import clip_reader, pipeline
from hipcv.core.closeup import Region
from hipcv.core.landmarks import Side
from hipcv.core.limits import ClipLimits
from hipcv.core.options import AnalysisOptions
from hipcv.core.pose import Pose
from hipcv.results.document import build_document
from tests.drawn_legs import LAG, RATE_HZ, DrawnClip, pose_of
from tests.tracks import clip_of, seated_xy, swings

REPS = swings(30, 26, rest_s=0.5, rise_s=0.4, hold_s=0.3)
REST = np.zeros(2 * RATE_HZ)
BYSTANDER_PX = 0.5 * seated_xy() + (-150, 100)


class Source:
    """Source of a drawn clip that counts how often it is decoded."""

    path = Path("drawn.mp4")
    share_read = 0.0
    state = None
    end_s = np.inf

    def __init__(self, clip):
        self.drawn = clip
        self.clip = clip_of(clip.track())
        self.decoded = 0

    def use_main_size(self):
        return False

    def __iter__(self):
        self.decoded += 1
        for row in range(len(self.drawn.tilts_deg)):
            frame = self.drawn.frame(row)
            if frame.time_s > self.end_s:
                return
            yield frame


class Models:
    """Pose models of a drawn clip, that count the frames they run on."""

    def __init__(self, clip, monkeypatch):
        self.clip = clip
        self.bystander = False
        self.nobody_by_lite = False
        self.looks = {"lite": [], "full": []}  # rows whose landmarks were estimated, by model
        for module in (clip_reader, pipeline):
            monkeypatch.setattr(module, "open_tracker", self.open_tracker)
            monkeypatch.setattr(module, "open_detector", self.open_detector)

    def open_tracker(self, name, people=1):
        return nullcontext(Tracker(self, name, people))

    def open_detector(self, _name, **_options):
        return nullcontext(Detector(self))

    def people_in(self, frame):
        patient = pose_of(self.clip.xy_px(frame.index, LAG), frame.time_s)
        other = pose_of(BYSTANDER_PX, frame.time_s)
        return (patient, other) if self.bystander else (patient,)


class Tracker:
    """Tracker of one person, the bystander if there is one, or of several."""

    def __init__(self, models, name, people):
        self.models, self.name, self.people = models, name, people

    def load(self):
        pass

    def estimate(self, frame):
        self.models.looks[self.name].append(frame.index)
        if self.models.nobody_by_lite and self.name == "lite":
            return ()
        people = self.models.people_in(frame)
        return people if self.people > 1 else people[-1:]


class Detector:
    """Detector of everyone in a picture, and of the mask of the person asked for."""

    def __init__(self, models):
        self.models = models

    def load(self):
        pass

    def estimate(self, frame):
        return self.models.people_in(frame)

    def estimate_with_mask(self, frame, near_px):
        if self.models.bystander and np.nanmean(near_px) < 400:
            return Pose.unseen(frame.time_s), None
        return self.models.clip.estimate_with_mask(frame, near_px)


@pytest.fixture
def drawn(monkeypatch):
    """Return a function that draws a clip and stands models in; it gives source and models."""
    return partial(draw, monkeypatch)


def draw(monkeypatch, tilts_deg):
    clip = DrawnClip(tilts_deg)
    return Source(clip), Models(clip, monkeypatch)


def analyze(source):
    options = AnalysisOptions()
    return pipeline.conclude(source, pipeline.read_clip(source, options), options)


def sources(analysis):
    sides = build_document(analysis.trial)["sides"]
    return [rep["angle_source"] for rep in sides["left"]["reps"]]


def rotations_deg(analysis):
    return [rep.rotation_deg for rep in analysis.trial.sides[Side.LEFT].reps]


# --- an ordinary clip


@pytest.fixture(scope="module")
def ordinary():
    """Source, models and analysis of a clip of one person."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        source, models = draw(monkeypatch, REPS)
        return source, models, analyze(source)


def test_an_ordinary_clip_is_decoded_once(ordinary):
    assert ordinary[0].decoded == 1


def test_every_frame_has_the_angle_of_the_outline(ordinary):
    motion = ordinary[2].motions[Side.LEFT]

    assert {motion.source_at(row) for row in range(len(REPS))} == {"outline"}
    assert motion.raw_deg == pytest.approx(REPS, abs=0.4)


def test_every_repetition_has_a_second_reading_by_masks(ordinary):
    reps = ordinary[2].trial.sides[Side.LEFT].reps

    assert [rep.witness_deg - rep.rotation_deg for rep in reps] == pytest.approx([0, 0], abs=0.3)


def test_at_rest_landmarks_are_estimated_in_every_sixth_frame_at_most(drawn):
    source, models = drawn(REST)
    pipeline.read_clip(source, AnalysisOptions())
    settled = [row for row in models.looks["lite"] if row > RATE_HZ]

    assert min(np.diff(settled)) >= 6


def test_while_a_shank_moves_landmarks_are_estimated_in_every_fourth_frame_at_most(ordinary):
    settled = [row for row in ordinary[1].looks["lite"] if row > 0.6 * RATE_HZ]

    assert min(np.diff(settled)) >= 4


def test_frames_between_those_with_landmarks_are_interpolated(ordinary):
    track = ordinary[2].track

    assert (len(track.time_s), np.isfinite(track.xy_px).all()) == (len(REPS), True)


def test_regions_are_followed_from_the_still_start_to_the_end(ordinary):
    motion = ordinary[2].closeups[Side.LEFT].motion

    assert motion.time_s[-1] - motion.time_s[0] > 0.8 * len(REPS) / RATE_HZ
    assert motion.shift_px[-1, Region.LAP] == pytest.approx([0, 0], abs=0.1)


def test_among_several_people_the_patient_is_read(drawn):
    source, models = drawn(REPS)
    models.bystander = True

    analysis = analyze(source)

    assert rotations_deg(analysis) == pytest.approx([30, 26], abs=0.6)
    assert (sources(analysis), source.decoded) == (["outline"] * 2, 3)


def test_where_the_light_model_finds_nobody_the_model_of_the_masks_is_tried(drawn):
    source, models = drawn(REPS)
    models.nobody_by_lite = True

    assert (sources(analyze(source)), source.decoded) == (["outline"] * 2, 2)


# --- repetitions in which masks contradict the outline


@pytest.fixture(scope="module")
def disputed():
    """Source and analysis of a clip whose second repetition is disputed."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(pipeline, "disputed_reps", lambda *_: [1])
        source, _ = draw(monkeypatch, REPS)
        return source, analyze(source)


def test_a_disputed_repetition_alone_is_read_from_masks(disputed):
    assert sources(disputed[1]) == ["outline", "masks"]


def test_a_disputed_repetition_is_measured_all_the_same(disputed):
    assert rotations_deg(disputed[1]) == pytest.approx([30, 26], abs=0.6)


def test_a_dispute_is_an_issue(disputed):
    assert "outline_disputed" in {issue.code for issue in disputed[1].trial.all_issues}


def test_a_dispute_costs_a_second_decoding(disputed):
    assert disputed[0].decoded == 2


def test_nothing_is_read_in_damaged_frames(monkeypatch):
    """Frames of the first hold are damaged: the second repetition alone is measured."""
    source, models = draw(monkeypatch, REPS)
    clip = source.drawn
    held = np.flatnonzero(clip.tilts_deg > 28)
    source.clip = replace(source.clip, frames_corrupt=len(held))
    drawn = clip.frame
    monkeypatch.setattr(clip, "frame", lambda row: replace(drawn(row), corrupt=row in held))

    assert rotations_deg(analyze(source)) == [pytest.approx(26, abs=1)]
    assert not set(held) & set(models.looks["lite"])


@pytest.mark.parametrize("blip", [False, True])
def test_clip_without_a_person_is_given_up_at_the_same_frame_every_time(drawn, monkeypatch, blip):
    source, models = drawn(np.zeros(40 * RATE_HZ))
    people = models.people_in
    blips = {9 * RATE_HZ} if blip else ()
    monkeypatch.setattr(models, "people_in", lambda f: people(f) if f.index in blips else ())
    options = AnalysisOptions(model="lite", limits=ClipLimits(nobody_max_s=10))
    reading = pipeline.read_clip(source, options)

    assert source.end_s == reading.evidence.track.time_s[-1] == pytest.approx(10, abs=1.5 / RATE_HZ)


def test_models_run_in_a_bounded_part_of_a_clip_without_a_person(drawn, monkeypatch):
    source, models = drawn(np.zeros(40 * RATE_HZ))
    monkeypatch.setattr(models, "people_in", lambda _: ())
    options = AnalysisOptions(limits=ClipLimits(nobody_max_s=10))
    pipeline.read_clip(source, options)

    assert max(models.looks["lite"] + models.looks["full"]) < 12 * RATE_HZ


def test_empty_seat_after_the_test_ends_the_reading(drawn, monkeypatch):
    source, models = drawn(np.concatenate([REPS, np.zeros(30 * RATE_HZ)]))
    people = models.people_in
    monkeypatch.setattr(models, "people_in", lambda f: people(f) if f.index < len(REPS) else ())
    options = AnalysisOptions(limits=ClipLimits(nobody_max_s=10))
    pipeline.read_clip(source, options)

    assert source.end_s == pytest.approx(len(REPS) / RATE_HZ + 10, abs=0.5)
