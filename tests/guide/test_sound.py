"""Tones: which, how they are made, and silence where there is no way to play them."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.pose import Pose
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide.sound import RATE_HZ, Speaker, Tone, samples, tone_between


def scene(stage=Stage.TURNING, **changes):
    return GuideView(stage, 0.0, Pose.unseen(0.0), sides=(), side=None, **changes)


class Device:
    """A sound library that remembers, or fails."""

    class PortAudioError(Exception):
        pass

    def __init__(self, *, fails=False):
        self.played, self.fails = [], fails

    def query_devices(self, kind):
        return {"name": "made up"}

    def play(self, wave, rate_hz):
        if self.fails:
            raise self.PortAudioError("unplugged")
        self.played.append(len(wave) / rate_hz)


@pytest.mark.parametrize(
    ("before", "now", "tone"),
    [
        (None, scene(Stage.FRAMING), None),
        (scene(Stage.STILL), scene(Stage.COUNTDOWN, count=3), Tone.TICK),
        (scene(Stage.COUNTDOWN, count=3), scene(Stage.COUNTDOWN, count=2), Tone.TICK),
        (scene(Stage.COUNTDOWN, count=2), scene(Stage.COUNTDOWN, count=2), None),
        (scene(Stage.COUNTDOWN, count=1), scene(Stage.TURNING), Tone.GO),
        (scene(hold_share=0.9), scene(hold_share=1.0), Tone.HELD),
        (scene(cue="hold"), scene(cue="trunk_lean"), Tone.MEND),
        (scene(cue="trunk_lean"), scene(cue="trunk_lean"), None),
        (scene(cue="hold"), scene(cue="go_back"), None),
        (scene(), scene(Stage.CHANGEOVER), Tone.CHANGE),
        (scene(), scene(Stage.FINISHED), Tone.DONE),
    ],
)
def test_a_tone_belongs_to_what_has_changed(before, now, tone):
    assert tone_between(before, now) is tone


@pytest.mark.parametrize("tone", Tone)
def test_a_tone_is_faded_at_both_ends_and_never_loud(tone):
    wave = samples(tone)

    assert (abs(wave[0]), np.abs(wave).max() <= 0.3) == (0, True)


@pytest.mark.parametrize("tone", Tone)
def test_a_tone_is_short(tone):
    assert len(samples(tone)) / RATE_HZ < 0.6


def test_a_tone_is_played(monkeypatch):
    device = Device()
    monkeypatch.setitem(sys.modules, "sounddevice", device)

    Speaker().play(Tone.GO)

    assert device.played == pytest.approx([0.3], abs=0.01)


def test_a_device_that_fails_makes_the_speaker_mute(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", Device(fails=True))
    speaker = Speaker()
    speaker.play(Tone.GO)

    assert speaker.mute


def test_a_machine_without_sound_is_silent(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # as if it could not be imported

    assert Speaker().mute


def test_nothing_is_loaded_where_no_sound_is_wanted(monkeypatch):
    device = Device()
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    Speaker(enabled=False).play(Tone.GO)

    assert device.played == []


def test_no_tone_plays_nothing(monkeypatch):
    device = Device()
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    Speaker().play(None)

    assert device.played == []


def test_the_scene_decides_alone():
    before = scene(hold_share=0.2)

    assert tone_between(before, replace(before, hold_share=0.3)) is None
