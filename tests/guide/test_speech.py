"""Spoken prompts: which, when, and a session that no voice can stop."""

import sys
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from hipcv import language
from hipcv.core.landmarks import Side
from hipcv.core.view_model import FramingCheck, Stage
from hipcv.guide import prompts, speech, voice_process
from hipcv.guide.sound import Speaker, Tone
from hipcv.guide.speech import Announcements, Announcer, SystemVoice, spoken
from tests.core.test_guide import BOTH, ready
from tests.guide.test_sound import REP, view_of
from tests.waiting import LIMIT_S, wait_until

SPOKEN = {
    "en": [
        "Sit still, on both hands.",
        "Get ready: left leg.",
        "2",
        "1",
        "Swing your left foot out to the side, as far as you can.",
        "Hold it there.",
        "Good. Go back slowly.",
        "Repetition 1: swing your left foot out.",
        "Hold it there.",
        "Good. Go back slowly.",
        "Now the RIGHT leg. Let both legs hang, and sit still.",
        "Swing your right foot out to the side, as far as you can.",
        "Hold it there.",
        "Good. Go back slowly.",
        "Repetition 1: swing your right foot out.",
        "Hold it there.",
        "Good. Go back slowly.",
        "Done. You may move again.",
    ],
    "es": [
        "No se mueva; siéntese sobre ambas manos.",
        "Prepárese: pierna izquierda.",
        "2",
        "1",
        "Lleve el pie izquierdo hacia fuera, a un lado, tanto como pueda.",
        "Manténgalo ahí.",
        "Bien. Vuelva despacio.",
        "Repetición 1: lleve el pie izquierdo hacia fuera.",
        "Manténgalo ahí.",
        "Bien. Vuelva despacio.",
        "Ahora la pierna DERECHA. Deje colgar ambas piernas y no se mueva.",
        "Lleve el pie derecho hacia fuera, a un lado, tanto como pueda.",
        "Manténgalo ahí.",
        "Bien. Vuelva despacio.",
        "Repetición 1: lleve el pie derecho hacia fuera.",
        "Manténgalo ahí.",
        "Bien. Vuelva despacio.",
        "Listo. Ya puede moverse.",
    ],
}


@dataclass
class FakeVoice:
    """A voice that remembers what it was to say."""

    missing: bool = False
    texts: list = field(default_factory=list)

    def say(self, text):
        self.texts.append(text)

    def close(self):
        pass


class Tones(Speaker):
    """A speaker that remembers its tones."""

    def __init__(self):
        super().__init__(enabled=False)
        self.tones = []

    def play(self, tone):
        self.tones += [tone] if tone else []


@pytest.fixture(scope="module")
def session():
    """Views of a test of both legs, with one repetition each after one for practice."""
    actor = ready(sides=BOTH, reps=1).sit(1.2).turn(Side.LEFT, 40, 40, hold_s=2.5)
    actor.until(Stage.CHANGEOVER).until(Stage.TURNING).sit(1.2)
    return actor.turn(Side.RIGHT, 40, 40, hold_s=2.5).until(Stage.FINISHED).views


@pytest.mark.parametrize("code", language.NAMES)
def test_a_session_is_spoken_from_start_to_end_in_each_language(session, code):
    announcer = Announcer(Tones(), FakeVoice())
    with language.using(code):
        for view in session:
            announcer.announce(view)

    assert (announcer.voice.texts, announcer.speaker.tones) == (SPOKEN[code], [])


SPOKEN_INWARDS = {
    "en": [
        (
            "Now swing your right foot inwards, across the other leg, as far as you can; "
            "knee still, thigh down."
        ),
        "Hold it there.",
        "Good. Go back slowly.",
        "Repetition 2: swing your right foot inwards.",
        "Hold it there.",
        "Good. Go back slowly.",
        "Done. You may move again.",
    ],
    "es": [
        (
            "Ahora lleve el pie derecho hacia dentro, cruzando la otra pierna, tanto como pueda; "
            "rodilla quieta, muslo abajo."
        ),
        "Manténgalo ahí.",
        "Bien. Vuelva despacio.",
        "Repetición 2: lleve el pie derecho hacia dentro.",
        "Manténgalo ahí.",
        "Bien. Vuelva despacio.",
        "Listo. Ya puede moverse.",
    ],
}


@pytest.fixture(scope="module")
def session_both_ways():
    """Views of a test of the right leg, outwards and inwards, from its first turn on."""
    actor = ready(sides=(Side.RIGHT,), reps=2, external=True).sit(1.2)
    actor.turn(Side.RIGHT, 40, 40, 40, -24, -24, hold_s=2.5)
    return actor.until(Stage.FINISHED).views


@pytest.mark.parametrize("code", language.NAMES)
def test_the_way_inwards_is_spoken_in_each_language(session_both_ways, code):
    announcer = Announcer(Tones(), FakeVoice())
    with language.using(code):
        for view in session_both_ways:
            announcer.announce(view)

    assert announcer.voice.texts[-7:] == SPOKEN_INWARDS[code]


@pytest.mark.parametrize("voice", [None, FakeVoice(missing=True)])
def test_tones_are_played_where_there_is_no_voice(session, voice):
    announcer = Announcer(Tones(), voice)
    for view in session:
        announcer.announce(view)

    assert announcer.speaker.tones[:4] == [Tone.TICK] * 3 + [Tone.GO]


def test_a_muted_session_is_silent(session):
    announcer = Announcer(Tones(), FakeVoice(), muted=True)
    for view in session:
        announcer.announce(view)

    assert (announcer.voice.texts, announcer.speaker.tones) == ([], [])


@pytest.mark.parametrize(
    ("voice", "muted", "notice"),
    [
        (None, False, ""),
        (FakeVoice(), False, ""),
        (FakeVoice(missing=True), False, "no_sound"),
        (FakeVoice(), True, "muted"),
    ],
)
def test_a_missing_voice_is_reported(voice, muted, notice):
    announcer = Announcer(Speaker(enabled=False), voice, muted)

    assert (announcer.notice, announcer.notice in {"", *prompts.NOTICES}) == (notice, True)


def view_with(code):
    return view_of(Stage.FRAMING, checks=(FramingCheck("facing", good=False, code=code),))


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        (None, view_of(Stage.STILL), "Sit still, on both hands."),
        (None, view_of(Stage.FRAMING), ""),
        (view_of(Stage.FRAMING), view_with("turn_left"), "Turn a little to your left"),
        (view_with("turn_left"), view_with("turn_left"), ""),
        (view_of(cue="hold"), view_of(cue="pelvic_hike"), "Keep both sit bones on the seat."),
        (view_of(cue="turn_out"), view_of(cue="further"), ""),
        (view_of(cue="further"), view_of(cue="hold_longer"), "Next time, hold it longer."),
        (view_of(cue="hold"), view_of(cue="other_leg"), "Only one leg: let the other one hang."),
    ],
)  # fmt: skip
def test_each_change_has_its_words(before, now, text):
    assert spoken(before, now) == text


def test_the_start_tone_comes_with_the_word_to_swing():
    announcements = Announcements(view_of(cue="hold_still"))
    text, tone = announcements.after(view_of(cue="turn_out", rep=1, reps_done=()))

    assert ("swing" in text, tone) == (True, Tone.GO)


def test_the_number_of_a_repetition_is_never_past_the_last():
    done = view_of(cue="turn_out", rep=4, reps=3, reps_done=(REP,))

    assert spoken(view_of(cue="go_back"), done) == "Repetition 3: swing one foot out."


def test_a_text_is_not_said_again_at_once():
    announcements, leaning, resting = Announcements(), view_of(cue="trunk_lean"), view_of()
    texts = [
        announcements.after(replace(view, time_s=float(time_s)))[0]
        for time_s, view in enumerate([resting, leaning, resting, leaning, resting, leaning])
    ]

    assert texts[1::2] == ["Keep your trunk upright.", "", "Keep your trunk upright."]


# --- the voice's process

FAKE_PROCESS = """
import sys, time
print("ready", flush=True)
for line in sys.stdin:
    open({heard!r}, "a", encoding="utf-8").write(line)
    time.sleep({saying_s})
    print("ready", flush=True)
"""


def process_of(tmp_path, saying_s=0.0):
    """A voice whose process writes what it says to a file; the voice, and the file."""
    heard = tmp_path / "heard"
    heard.touch()
    script = FAKE_PROCESS.format(heard=str(heard), saying_s=saying_s)
    return SystemVoice([sys.executable, "-X", "utf8", "-c", script]), heard


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def test_a_text_is_said_by_the_process(tmp_path):
    voice, heard = process_of(tmp_path)
    voice.say("Repetición 1")

    wait_until(lambda: lines_of(heard) == ["Repetición 1"])
    voice.close()


def test_of_the_texts_that_wait_only_the_newest_is_said(tmp_path):
    voice, heard = process_of(tmp_path, saying_s=1.0)
    voice.say("first")
    wait_until(lambda: lines_of(heard) == ["first"])
    voice.say("second")
    voice.say("third")

    wait_until(lambda: len(lines_of(heard)) > 1)
    voice.close()
    assert lines_of(heard) == ["first", "third"]


def test_a_voice_that_hangs_is_ended_and_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(speech, "SAYING_LIMIT_S", 0.0)
    voice, heard = process_of(tmp_path, saying_s=10 * LIMIT_S)
    voice.say("hangs")
    wait_until(lambda: lines_of(heard) == ["hangs"])

    assert voice.missing
    voice.say("nobody hears this")
    voice.close()
    wait_until(lambda: "voice" not in {thread.name for thread in threading.enumerate()})


def test_a_voice_that_hangs_does_not_hold_up_the_session(tmp_path):
    voice, _ = process_of(tmp_path, saying_s=10 * LIMIT_S)
    began_s = time.monotonic()
    for number in range(1000):
        voice.say(f"text {number}")
    voice.close()

    assert time.monotonic() - began_s < LIMIT_S


@pytest.mark.parametrize(
    "command",
    [["a program that is not there"], [sys.executable, "-c", ""], [sys.executable, "-c", "1 / 0"]],
)
def test_a_process_that_ends_or_never_begins_is_a_missing_voice(command):
    voice = SystemVoice(command)

    wait_until(lambda: voice.missing)
    voice.say("nobody hears this")
    voice.close()


def test_nothing_that_was_said_is_left_behind(tmp_path):
    script = (
        "import tempfile, time; tempfile.mkstemp(suffix='.wav'); print('ready'); time.sleep(999)"
    )
    voice = SystemVoice([sys.executable, "-u", "-c", script])
    folder = Path(voice._folder.name)
    wait_until(lambda: list(folder.glob("*.wav")))
    voice.close()

    assert not folder.exists()


def test_a_closed_voice_says_nothing(tmp_path):
    voice, heard = process_of(tmp_path)
    voice.close()
    voice.say("too late")

    assert lines_of(heard) == []


VOICES = [
    ("caribbean", "en-029"),
    ("britain", "en-gb"),
    ("mb/us1", "en-us"),
    ("america", "en-us"),
    ("monica", "es_ES"),
    ("mb/mx", "es-mx"),
    ("estonian", "et"),
]


@pytest.mark.parametrize(("code", "name"), [("en", "america"), ("es", "monica"), ("fr", None)])
def test_the_voice_is_one_of_the_language(code, name):
    assert voice_process.best_voice(VOICES, code) == name


def test_another_region_of_the_language_is_better_than_no_voice():
    assert voice_process.best_voice([("caribbean", "en-029")], "en") == "caribbean"


LISTED = """\
Alex                en_US    # Most people recognize me by my voice.
Eddy (Spanish (Spain)) es_ES    # ¡Hola! Me llamo Eddy.
"""


@pytest.mark.parametrize(("code", "voice"), [("en", "Alex"), ("es", "Eddy (Spanish (Spain))")])
def test_macos_speaks_by_its_own_command(monkeypatch, code, voice):
    commands = []

    def run(command, **_options):
        commands.append(command)
        return SimpleNamespace(stdout=LISTED)

    monkeypatch.setattr(voice_process.subprocess, "run", run)
    voice_process._macos_voice(code)("-5")

    assert commands[-1] == ["say", "-v", voice, "-r", "185", "--", "-5"]


class Library:
    """In place of pyttsx3: engines that note what they are to say."""

    def __init__(self):
        self.engines = []

    def init(self):
        calls = []
        voices = [SimpleNamespace(id="a", languages=[b"es-es\x00"])]
        engine = SimpleNamespace(
            getProperty=lambda _name: voices,
            setProperty=lambda name, value: calls.append((name, value)),
            say=lambda text: calls.append(("say", text)),
            runAndWait=lambda: calls.append(("run", "")),
        )
        self.engines.append(calls)
        return engine


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_each_text_is_said_by_a_new_engine_of_the_library(monkeypatch, platform):
    library = Library()
    monkeypatch.setitem(sys.modules, "pyttsx3", library)
    monkeypatch.setattr(voice_process.sys, "platform", platform)
    monkeypatch.setattr(voice_process.shutil, "which", lambda _name: "/usr/bin/aplay")
    say = voice_process._pyttsx3_voice("es")
    say("uno")
    say("dos")

    assert [calls[-2:] for calls in library.engines[1:]] == [
        [("say", "uno"), ("run", "")],
        [("say", "dos"), ("run", "")],
    ]
    assert all(("voice", "a") in calls for calls in library.engines[1:])


def test_linux_without_a_player_has_no_voice(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyttsx3", Library())
    monkeypatch.setattr(voice_process.sys, "platform", "linux")
    monkeypatch.setattr(voice_process.shutil, "which", lambda _name: None)

    assert voice_process._pyttsx3_voice("es") is None
