"""A guided test in the browser whose scenes are given: no model, and no time that must pass."""

import json
from functools import cache

from hipcv import language
from hipcv.core.guide import SessionPlan
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.view_model import Key, Stage
from hipcv.guide.speech import Announcements
from hipcv.web import live
from tests.core.test_guide import Actor

ONE_REP = MeasurementProtocol(reps_wanted=1, practice_from_reps=2)
MOVING = {
    *("time_s", "recorded_s", "landmarks"),
    *("rotation_deg", "peak_deg", "still_share", "hold_share"),
}
"""Entries of an answer that change from picture to picture."""

EVERY = 8
"""Of scenes that differ in these entries alone, one of so many is given to the page."""

VOICES = """
window.spoken = [];
const voices = VOICES.map(([name, lang, localService]) => ({ name, lang, localService }));
class Utterance extends EventTarget {
  constructor(text) { super(); this.text = text; }
}
window.SpeechSynthesisUtterance = Utterance;
const synthesis = Object.assign(new EventTarget(), {
  getVoices: () => voices,
  cancel: () => {},
  speak(utterance) {
    window.spoken.push([utterance.text, utterance.voice?.name ?? "", utterance.lang]);
    setTimeout(() => utterance.dispatchEvent(new Event("end")), 0);
  },
});
Object.defineProperty(window, "speechSynthesis", { value: synthesis });
window.tones = [];
const Oscillator = window.OscillatorNode;
window.OscillatorNode = class extends Oscillator {
  constructor(context, options) { super(context, options); window.tones.push(options.frequency); }
};
"""
"""Script of a page: voices of our own, which remember what they say, and tones that are noted."""


def with_voices(page, *voices):
    """Give a page these voices: name, language, and whether they are on the machine."""
    page.add_init_script(VOICES.replace("VOICES", json.dumps(voices), 1))


@cache
def scenes(code, *, external=False):
    """Return the scenes of a test of the left leg with one repetition each way, in a language."""
    actor = Actor(SessionPlan(ONE_REP, (Side.LEFT,), questions=("seat",), external=external))
    answers, announcements = [], Announcements()
    see = actor.see

    def watch(*args, **changes):
        before = actor.views[-1] if actor.views else None
        see(*args, **changes)
        text, tone = announcements.after(actor.views[-1])
        sound = {"session": "0" * 32, "say": text, "tone": tone.name if tone else ""}
        answers.append(sound | live._answer(before, actor.views[-1], actor.state))
        return actor

    actor.see = watch
    with language.using(code):
        actor.see().see(key=Key.CONFIRM).until(Stage.TURNING).sit(1.2)
        actor.turn(Side.LEFT, 40, 40, hold_s=2.5)
        if external:
            actor.sit(1.0).turn(Side.LEFT, -30, hold_s=2.5)
        actor.until(Stage.FINISHED)
    return list(_thinned(answers))


def _thinned(answers):
    """Yield the answers that say or change something, and some of the others."""
    before, skipped = None, 0
    for answer in answers:
        still = {name: value for name, value in answer.items() if name not in MOVING}
        says = answer["say"] or answer["tone"] or answer["words"]["lines"]
        if says or still != before or skipped == EVERY - 1:
            yield answer
            before, skipped = still, 0
        else:
            skipped += 1


def lead(page, all_scenes, *, recording=True):
    """Answer each picture of a page with the next scene; return a list of the keys it sends."""
    remaining, keys = iter(all_scenes), []

    def connect(socket):
        def receive(message):
            if isinstance(message, str):
                keys.append(json.loads(message))
            elif scene := next(remaining, None):
                socket.send(json.dumps(scene if recording else scene | {"recording": False}))

        socket.on_message(receive)

    page.route_web_socket("**/api/live*", connect)
    return keys


def begin(page):
    """Answer the questions, turn the camera on and begin."""
    page.check("#safe")
    page.click("#turn-on")
    page.locator("#begin:enabled").click()
