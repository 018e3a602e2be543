/** What is being adjusted on the curve: the start position or one repetition, not saved yet. */

import { seconds } from "../shared/numbers.js";

const AROUND_S = 0.6;

/** Fires "change" when something else is adjusted, or adjusted otherwise. */
export class Edit extends EventTarget {
  /**
   * @param {import("./store.js").ClipStore} store
   * @param {(time_s: number) => number} rowAt the frame nearest to a time
   */
  constructor(store, rowAt) {
    super();
    this.store = store;
    this.rowAt = rowAt;
    /** @type {"start"|number} the start position, or the number of a repetition */
    this.target = 0;
    /** @type {boolean} whether the curve shows what is adjusted alone */
    this.zoomed = false;
    /** @type {Object<string, number>} frames that were moved, by handle */
    this.moved = {};
  }

  /** @returns {any} the repetition that is adjusted; null for the start */
  get rep() {
    return this.target === "start" ? null : (this.store.reps.find((rep) => rep.number === this.target) ?? null);
  }

  /** @returns {Array<{name: string, words: string, row: number}>} what can be moved, in order of time */
  get handles() {
    const here = (name, words, time_s) => ({ name, words, row: this.moved[name] ?? this.rowAt(time_s) });
    if (this.target === "start") {
      const span_s = this.store.curves?.sides?.[this.store.side]?.start_span_s;
      return span_s ? [here("still_from", "Still from", span_s[0]), here("still_to", "Still to", span_s[1])] : [];
    }
    const rep = this.rep;
    if (!rep) return [];
    return [
      here("begin", "Begin", rep.start_s), here("hold_from", "Hold from", rep.plateau_s[0]),
      here("hold_to", "Hold to", rep.plateau_s[1]), here("end", "End", rep.end_s),
    ];
  }

  /** @returns {[number, number]} the stretch of time that the curve shows */
  get window_s() {
    const times_s = this.store.curves?.frames.time_s ?? [0, 1];
    const still_s = this.store.curves?.sides?.[this.store.side]?.start_span_s;
    const span_s = this.target === "start" ? still_s : this.rep && [this.rep.start_s, this.rep.end_s];
    if (!this.zoomed || !span_s) return [times_s[0], times_s.at(-1)];
    return [Math.max(times_s[0], span_s[0] - AROUND_S), Math.min(times_s.at(-1), span_s[1] + AROUND_S)];
  }

  /** @returns {void} */
  zoom() {
    this.zoomed = !this.zoomed;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Adjust something else; what was not saved is let go.
   * @param {"start"|number} target
   * @returns {void}
   */
  choose(target) {
    this.target = target;
    this.reset();
  }

  /**
   * Move one handle, never past its neighbours.
   * @param {string} name
   * @param {number} row
   * @returns {void}
   */
  move(name, row) {
    const handles = this.handles;
    const place = handles.findIndex((handle) => handle.name === name);
    if (place < 0) return;
    const low = place > 0 ? handles[place - 1].row : 0;
    const high = place < handles.length - 1 ? handles[place + 1].row : this.store.curves.frames.time_s.length - 1;
    this.moved = { ...this.moved, [name]: Math.max(low, Math.min(high, Math.round(row))) };
    this.dispatchEvent(new Event("change"));
  }

  /** @returns {void} */
  reset() {
    this.moved = {};
    this.dispatchEvent(new Event("change"));
  }

  /** @returns {boolean} whether there is something to save */
  get pending() {
    return Object.keys(this.moved).length > 0;
  }

  /** @returns {string} what would be saved, in words */
  get words() {
    const times_s = this.store.curves.frames.time_s;
    const what = this.target === "start" ? "Start position" : `Rep ${this.target + 1}`;
    const moved = this.handles.filter((handle) => handle.name in this.moved);
    return `${what}: ${moved.map((handle) => `${handle.words.toLowerCase()} ${seconds(times_s[handle.row], 2)}`).join(", ")}`;
  }

  /** @returns {Array<{kind: string, rep: number|null, after: Object}>} the corrections that would be sent */
  get changes() {
    const times_s = this.store.curves.frames.time_s;
    const at = Object.fromEntries(this.handles.map((handle) => [handle.name, times_s[handle.row]]));
    const has = (...names) => names.some((name) => name in this.moved);
    const rep = this.target === "start" ? null : this.target;
    const told = [];
    if (has("still_from", "still_to")) told.push({ kind: "start", rep, after: { span_s: [at.still_from, at.still_to] } });
    if (has("begin", "end")) told.push({ kind: "rep_span", rep, after: { start_s: at.begin, end_s: at.end } });
    if (has("hold_from", "hold_to")) told.push({ kind: "plateau", rep, after: { plateau_s: [at.hold_from, at.hold_to] } });
    return told;
  }
}
