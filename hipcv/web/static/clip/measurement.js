/** A result as the server sends it, with its curves and the leg shown. */

import { SIDES } from "../shared/labels.js";

/** Read access to a result; whoever sets its fields fires "change". */
export class Measurement extends EventTarget {
  constructor() {
    super();
    /** @type {any} `analysis`: the result with its corrections */
    this.view = null;
    /** @type {any} the values of every frame; null if nothing was measured */
    this.curves = null;
    /** @type {string} the leg shown */
    this.side = "left";
  }

  /** @returns {any} the analysis, or null */
  get analysis() {
    return this.view?.analysis ?? null;
  }

  /** @returns {any} the current result: corrected if there are corrections, else automatic */
  get document() {
    return this.analysis && (this.analysis.corrected ?? this.analysis.automatic);
  }

  /** @returns {string[]} the legs that have a curve */
  get sides() {
    return SIDES.filter((side) => this.curves?.sides?.[side]);
  }

  /** @returns {any} the curves of the leg shown; undefined if it has none */
  get curve() {
    return this.curves?.sides?.[this.side];
  }

  /** @returns {number[]} the time of each frame, s */
  get times_s() {
    return this.curves?.frames.time_s ?? [];
  }

  /** @returns {any[]} the current repetitions of the leg shown */
  get reps() {
    return this.document?.sides?.[this.side]?.reps ?? [];
  }
}
