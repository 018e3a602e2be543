/** What the clip page knows: the result, its curves, which leg is shown, and what is being changed. */

import { get, send } from "../shared/api.js";
import { ask, askWho } from "../shared/dialog.js";
import { rememberFocus } from "../shared/focus.js";
import { tell, tellFault } from "../shared/toast.js";
import { sideName } from "../shared/labels.js";

const STALE = 409;

/** Fires "change" when the result or the leg shown is another, "stale" where somebody else was first. */
export class ClipStore extends EventTarget {
  /** @param {string} id of the clip */
  constructor(id) {
    super();
    this.id = id;
    /** @type {any} the answer of /api/clips/ID */
    this.view = null;
    /** @type {any} the answer of /api/clips/ID/curves; null where nothing was measured */
    this.curves = null;
    /** @type {string} the leg shown */
    this.side = "left";
  }

  /** @returns {any} the analysis, or null */
  get analysis() {
    return this.view?.analysis ?? null;
  }

  /** @returns {any} the result as it stands */
  get document() {
    return this.analysis ? (this.analysis.corrected ?? this.analysis.automatic) : null;
  }

  /** @returns {string[]} the legs that have a curve */
  get sides() {
    return ["left", "right"].filter((side) => this.curves?.sides?.[side]);
  }

  /** @returns {any[]} the repetitions of the leg shown, as they stand */
  get reps() {
    return this.document?.sides?.[this.side]?.reps ?? [];
  }

  /**
   * The same repetition as the machine found it.
   * @param {number} number
   * @returns {any} undefined where there is none
   */
  automaticRep(number) {
    return this.analysis?.automatic.sides[this.side]?.reps.find((rep) => rep.number === number);
  }

  /**
   * The automatic start of the leg shown, if a correction stands above it.
   * @returns {number[]|null}
   */
  get automaticStart_s() {
    const made = this.analysis?.corrections.filter((each) => each.kind === "start" && each.side === this.side) ?? [];
    return made[0]?.before?.span_s ?? null;
  }

  /** @returns {Promise<void>} */
  async load() {
    await this.#take(await get(`/api/clips/${this.id}`));
  }

  /**
   * Show another leg.
   * @param {string} side
   * @returns {void}
   */
  show(side) {
    this.side = side;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Correct things, after asking who and why.
   * @param {Array<{kind: string, side?: string, rep: number|null, after: Object}>} changes
   * @param {Object} question as `ask` takes it
   * @returns {Promise<boolean>} whether it was done
   */
  async correct(changes, question) {
    const back = rememberFocus();
    const told = await ask(question);
    if (!told) return false;
    for (const change of changes) {
      const done = await this.#post("corrections", { side: this.side, ...change, ...told });
      if (!done) return false;
    }
    tell("Corrected and measured again. The automatic value stays beside it.");
    back();
    return true;
  }

  /**
   * Let a correction hold no longer.
   * @param {number} number
   * @returns {Promise<void>}
   */
  async withdraw(number) {
    const back = rememberFocus();
    const told = await ask({ title: `Withdraw correction ${number}?`, text: "It stays in the list, and counts no longer.", why: "optional", action: "Withdraw" });
    if (told && (await this.#post("withdraw", { number, ...told }))) tell(`Correction ${number} was withdrawn.`);
    back();
  }

  /** @returns {Promise<void>} */
  async sign() {
    const back = rememberFocus();
    const by = await askWho();
    if (by && (await this.#post("sign", { by }))) tell(`Signed off by ${by}.`);
    back();
  }

  /**
   * Have the clip analysed anew.
   * @param {string|null} side left, right, auto, or null for as before
   * @returns {Promise<void>}
   */
  async again(side) {
    const words = side === null ? "the same leg" : side === "auto" ? "whichever leg moved" : `the ${sideName(side).toLowerCase()} leg`;
    const told = await ask({ title: "Measure again?", text: `The clip is measured anew, for ${words}. What was corrected on this page stays in the record, and does not count for the new result.`, why: "none", action: "Measure again" });
    if (!told) return;
    await this.#guarded(async () => this.#take(await send(`/api/clips/${this.id}/again`, { side, by: told.by })));
  }

  /**
   * Give the clip to a patient's visit.
   * @param {string} patient pseudonym
   * @param {string} on day
   * @returns {Promise<void>}
   */
  async move(patient, on) {
    const by = await askWho();
    if (by) await this.#guarded(async () => this.#take(await send(`/api/clips/${this.id}/move`, { patient, on, by })));
  }

  async #post(what, body) {
    const analysis = this.analysis;
    return this.#guarded(async () => {
      await this.#take(await send(`/api/analyses/${analysis.id}/${what}`, { version: analysis.version, ...body }));
    });
  }

  async #guarded(act) {
    try {
      await act();
      return true;
    } catch (fault) {
      if (fault.status === STALE) this.dispatchEvent(new CustomEvent("stale", { detail: fault }));
      else tellFault(fault);
      return false;
    }
  }

  async #take(view) {
    const measured = view.analysis && view.clip.state !== "waiting" && view.clip.state !== "analysing";
    this.curves = measured ? await get(`/api/clips/${this.id}/curves`) : null;
    this.view = view;
    if (!this.sides.includes(this.side)) this.side = this.sides[0] ?? "left";
    this.dispatchEvent(new Event("change"));
  }
}
