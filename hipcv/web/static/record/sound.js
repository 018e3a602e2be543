/** Voice and tones of the guided test. The server chooses text and tone; only voices of this machine are used. */

import { LANGUAGE } from "../shared/language.js";

const SAYING_LIMIT_MS = 15_000; // after which a voice that has not finished is given up

/**
 * Return the voice of this machine for the language of the page. Other voices send the text away: they are never
 * used.
 * @returns {SpeechSynthesisVoice|null}
 */
function localVoice() {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  const local = voices.filter((voice) => voice.localService === true && voice.lang.toLowerCase().split(/[-_]/)[0] === LANGUAGE);
  return local.find((voice) => voice.default) ?? local[0] ?? null;
}

/** Says or plays what the server asks for. Fires "change" when there may be a voice now, or none any more. */
export class Announcer extends EventTarget {
  muted = false;
  #tones;
  #audio = null;
  #waiting = "";
  #said_ms = 0; // when the present text began; 0 while nothing is said
  #failed = false;

  /** @param {{notes: Object<string, number[][]>, loudness: number, fade_s: number}} tones */
  constructor(tones) {
    super();
    this.#tones = tones;
    globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => this.dispatchEvent(new Event("change")));
  }

  /** True if texts can be said. */
  get speaks() {
    return !this.#failed && localVoice() !== null;
  }

  /** Allow sound; called by a click, as browsers demand. */
  start() {
    this.#audio ??= globalThis.AudioContext ? new AudioContext() : null;
    void this.#audio?.resume();
  }

  /** Turn sound off or on. */
  toggle() {
    this.muted = !this.muted;
    if (this.muted) this.stop();
  }

  /** Say nothing more. */
  stop() {
    this.#waiting = "";
    globalThis.speechSynthesis?.cancel();
    this.#said_ms = 0;
  }

  /**
   * Say the text of a scene, after the one that is being said; a newer text replaces a waiting one. Without a
   * voice, play its tone.
   * @param {{say: string, tone: string}} scene
   */
  announce({ say, tone }) {
    if (this.muted) return;
    if (this.#said_ms && performance.now() - this.#said_ms > SAYING_LIMIT_MS) this.#giveUp();
    if (!this.speaks) this.#play(tone);
    else if (say) {
      this.#waiting = say;
      this.#sayNext();
    }
  }

  #sayNext() {
    const voice = localVoice();
    if (!voice || !this.#waiting || this.#said_ms) return;
    const utterance = new SpeechSynthesisUtterance(this.#waiting);
    this.#waiting = "";
    this.#said_ms = performance.now();
    utterance.voice = voice;
    utterance.lang = voice.lang;
    for (const end of ["end", "error"]) utterance.addEventListener(end, () => this.#onEnd(), { once: true });
    speechSynthesis.speak(utterance);
  }

  #onEnd() {
    this.#said_ms = 0;
    this.#sayNext();
  }

  #giveUp() {
    this.#failed = true;
    this.stop();
    this.dispatchEvent(new Event("change"));
  }

  /** Play the notes of a tone, each faded in and out. */
  #play(tone) {
    if (!this.#audio || !tone) return;
    let at_s = this.#audio.currentTime;
    for (const [hertz, length_s] of this.#tones.notes[tone]) {
      this.#playNote(hertz, at_s, length_s);
      at_s += length_s;
    }
  }

  #playNote(hertz, at_s, length_s) {
    const { loudness, fade_s } = this.#tones;
    const oscillator = new OscillatorNode(this.#audio, { frequency: hertz });
    const gain = new GainNode(this.#audio, { gain: 0 });
    gain.gain.setValueAtTime(0, at_s);
    gain.gain.linearRampToValueAtTime(loudness, at_s + fade_s);
    gain.gain.setValueAtTime(loudness, at_s + length_s - fade_s);
    gain.gain.linearRampToValueAtTime(0, at_s + length_s);
    oscillator.connect(gain).connect(this.#audio.destination);
    oscillator.start(at_s);
    oscillator.stop(at_s + length_s);
  }
}
