/** Unsaved adjustment on the curve: of the start position or of one repetition. */

import { _, format } from "../shared/language.js";
import { seconds } from "../shared/numbers.js";

const ZOOM_MARGIN_S = 0.6;

/** Fires "change" when the target or a handle changes. */
export class Edit extends EventTarget {
  /**
   * @param {import("./store.js").ClipStore} store
   * @param {(time_s: number) => number} rowAt returns the frame nearest to a time
   */
  constructor(store, rowAt) {
    super();
    this.store = store;
    this.rowAt = rowAt;
    /** @type {"start"|number} the start position, or the number of a repetition */
    this.target = 0;
    /** @type {boolean} true if the curve shows the target alone */
    this.zoomed = false;
    /** @type {Object<string, number>} frames of the handles that were moved, by name */
    this.moved = {};
  }

  /** @returns {any} the repetition being adjusted; null for the start position */
  get rep() {
    return this.store.reps.find((rep) => rep.number === this.target) ?? null;
  }

  /** @returns {Array<{name: string, label: string, row: number}>} the handles, in order of time */
  get handles() {
    const handle = (name, label, time_s) => ({ name, label, row: this.moved[name] ?? this.rowAt(time_s) });
    if (this.target === "start") {
      const span_s = this.store.curve?.start_span_s;
      return span_s ? [handle("still_from", _("Still from"), span_s[0]), handle("still_to", _("Still to"), span_s[1])] : [];
    }
    const { rep } = this;
    if (!rep) return [];
    return [
      handle("begin", _("Begins"), rep.start_s), handle("hold_from", _("Hold from"), rep.plateau_s[0]),
      handle("hold_to", _("Hold to"), rep.plateau_s[1]), handle("end", _("Ends"), rep.end_s),
    ];
  }

  /** @returns {number[]} the time shown by the curve, from and to */
  get window_s() {
    const first_s = this.store.times_s[0] ?? 0;
    const last_s = this.store.times_s.at(-1) ?? 1;
    const span_s = this.target === "start" ? this.store.curve?.start_span_s : this.rep && [this.rep.start_s, this.rep.end_s];
    if (!this.zoomed || !span_s) return [first_s, last_s];
    return [Math.max(first_s, span_s[0] - ZOOM_MARGIN_S), Math.min(last_s, span_s[1] + ZOOM_MARGIN_S)];
  }

  /** Switch between the target alone and the whole curve. */
  toggleZoom() {
    this.zoomed = !this.zoomed;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Adjust another target; unsaved changes are dropped.
   * @param {"start"|number} target
   */
  select(target) {
    this.target = target;
    this.reset();
  }

  /**
   * Move one handle, at most to its neighbours.
   * @param {string} name
   * @param {number} row
   */
  move(name, row) {
    const { handles } = this;
    const index = handles.findIndex((handle) => handle.name === name);
    if (index < 0) return;
    const low = handles[index - 1]?.row ?? 0;
    const high = handles[index + 1]?.row ?? this.store.times_s.length - 1;
    this.moved = { ...this.moved, [name]: Math.max(low, Math.min(high, Math.round(row))) };
    this.dispatchEvent(new Event("change"));
  }

  /** Drop unsaved changes. */
  reset() {
    this.moved = {};
    this.dispatchEvent(new Event("change"));
  }

  get hasChanges() {
    return Object.keys(this.moved).length > 0;
  }

  /** @returns {string} the unsaved changes as text */
  get summary() {
    const target = this.target === "start" ? _("Start position") : format(_("Rep {number}"), { number: this.target + 1 });
    const moved = this.handles.filter((handle) => handle.name in this.moved);
    return `${target}: ${moved.map(({ label, row }) => `${label.toLowerCase()} ${seconds(this.store.times_s[row], 2)}`).join(", ")}`;
  }

  /** @returns {Array<{kind: string, rep: number|null, after: Object}>} the unsaved changes as corrections */
  get corrections() {
    const time_s = Object.fromEntries(this.handles.map(({ name, row }) => [name, this.store.times_s[row]]));
    const rep = this.target === "start" ? null : this.target;
    return [
      { names: ["still_from", "still_to"], kind: "start", after: { span_s: [time_s.still_from, time_s.still_to] } },
      { names: ["begin", "end"], kind: "rep_span", after: { start_s: time_s.begin, end_s: time_s.end } },
      { names: ["hold_from", "hold_to"], kind: "plateau", after: { plateau_s: [time_s.hold_from, time_s.hold_to] } },
    ].filter(({ names }) => names.some((name) => name in this.moved)).map(({ kind, after }) => ({ kind, rep, after }));
  }
}
