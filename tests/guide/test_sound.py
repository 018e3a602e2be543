"""Tones: which, how they are made, and silence where there is no way to play them."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.pose import Pose
from hipcv.core.view_model import GuideView, RepPreview, Stage
from hipcv.guide.sound import RATE_HZ, Speaker, Tone, samples, tone_between

REP = RepPreview(36.2, held=True, practice=True, findings=())

TURN_IN = {"cue": "turn_in", "external": True}


def view_of(stage=Stage.TURNING, **changes):
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
        (None, view_of(Stage.FRAMING), None),
        (view_of(Stage.STILL), view_of(Stage.COUNTDOWN, count=3), Tone.TICK),
        (view_of(Stage.COUNTDOWN, count=3), view_of(Stage.COUNTDOWN, count=2), Tone.TICK),
        (view_of(Stage.COUNTDOWN, count=2), view_of(Stage.COUNTDOWN, count=2), None),
        (view_of(Stage.COUNTDOWN, count=1), view_of(cue="hold_still"), None),
        (view_of(cue="hold_still"), view_of(cue="turn_out"), Tone.GO),
        (view_of(cue="turn_out"), view_of(cue="turn_out"), None),
        (view_of(cue="go_back", reps_done=(REP,)), view_of(cue="turn_out", reps_done=(REP,)), None),
        (view_of(reps_done=(REP,)), view_of(**TURN_IN, reps_done=(REP,)), Tone.GO),
        (view_of(), view_of(**TURN_IN, reps_done=(replace(REP, external=True),)), None),
        (view_of(hold_share=0.9), view_of(hold_share=1.0), Tone.HELD),
        (view_of(cue="hold"), view_of(cue="trunk_lean"), Tone.MEND),
        (view_of(cue="trunk_lean"), view_of(cue="trunk_lean"), None),
        (view_of(cue="hold"), view_of(cue="go_back"), None),
        (view_of(), view_of(Stage.CHANGEOVER), Tone.CHANGE),
        (view_of(), view_of(Stage.FINISHED), Tone.DONE),
    ],
)
def test_each_change_has_its_tone(before, now, tone):
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


def test_a_machine_without_sound_is_mute(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # as if it could not be imported

    assert Speaker().mute


def test_no_library_is_loaded_where_sound_is_off(monkeypatch):
    device = Device()
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    Speaker(enabled=False).play(Tone.GO)

    assert device.played == []


def test_no_tone_plays_nothing(monkeypatch):
    device = Device()
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    Speaker().play(None)

    assert device.played == []


def test_an_unchanged_view_has_no_tone():
    before = view_of(hold_share=0.2)

    assert tone_between(before, replace(before, hold_share=0.3)) is None
