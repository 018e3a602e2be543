/** State of the clip page: the result, its curves, the leg shown, and the changes sent to the server. */

import { get, send } from "../shared/api.js";
import { isPending } from "../shared/clips.js";
import { askPin, openForm, requireInitials } from "../shared/dialog.js";
import { make } from "../shared/dom.js";
import { SIDES, legName } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { showError, showToast } from "../shared/toast.js";
import { Measurement } from "./measurement.js";

const CONFLICT = 409;
const LEG_CHOICES = [...SIDES.map((side) => [side, legName(side)]), ["auto", _("Whichever leg moves")]];

/** @typedef {{store: ClipStore, head: import("./playhead.js").Playhead, edit: import("./edit.js").Edit, viewport: import("./viewport.js").Viewport}} ClipPage */

/** Fires "change" when the result or the leg shown changes, and "stale" when another user changed it first. */
export class ClipStore extends Measurement {
  /** The reason that was typed for a correction that was not made. */
  #refused = "";

  /** @param {string} id of the clip */
  constructor(id) {
    super();
    this.id = id;
    /** @type {Set<string>} result and leg of every curve that was displayed */
    this.displayedCurves = new Set();
  }

  /** @returns {string[]} the legs whose curve was not displayed yet */
  get undisplayedSides() {
    return this.sides.filter((side) => !this.displayedCurves.has(`${this.analysis.id} ${side}`));
  }

  /**
   * Return a repetition as it was before corrections; undefined if there was none.
   * @param {number} number
   * @returns {any}
   */
  automaticRep(number) {
    return this.analysis?.automatic.sides[this.side]?.reps.find((rep) => rep.number === number);
  }

  async load() {
    await this.#update(await get(`/api/clips/${this.id}`));
  }

  /**
   * Show another leg.
   * @param {string} side
   */
  selectSide(side) {
    this.side = side;
    this.#show();
  }

  /**
   * Send corrections of the leg shown, after asking for initials and a reason.
   * @param {Array<{kind: string, rep: number|null, after: Object}>} changes
   * @param {any} form options of `openForm`
   */
  async correct(changes, form) {
    const restoreFocus = rememberFocus();
    const unsent = [...changes];
    const run = async (answer) => {
      this.#refused = answer.why;
      while (unsent.length) {
        if (!(await this.#post("corrections", { side: this.side, ...unsent[0], ...answer }))) return false;
        unsent.shift();
      }
      this.#refused = "";
      return true;
    };
    const answer = await openForm({ ...form, why: this.#refused, run, running: _("Measuring again…") });
    if (!answer) return restoreFocus();
    showToast(_("Corrected and measured again. The automatic value stays beside it."));
    restoreFocus();
  }

  /**
   * Withdraw a correction.
   * @param {number} number
   */
  async withdraw(number) {
    const restoreFocus = rememberFocus();
    const run = (answer) => this.#post("withdraw", { number, ...answer });
    const answer = await openForm({ title: format(_("Withdraw correction {number}?"), { number }), text: _("It stays in the list, and counts no longer."), reason: "optional", action: _("Withdraw"), run, running: _("Measuring again…") });
    if (answer) showToast(format(_("Correction {number} was withdrawn."), { number }));
    restoreFocus();
  }

  async sign() {
    const restoreFocus = rememberFocus();
    const by = await requireInitials();
    if (by && (await this.#change("sign", { by }))) showToast(format(_("Signed off by {initials}."), { initials: by }));
    restoreFocus();
  }

  /** Take the sign-off back, after asking for initials. */
  async unsign() {
    const restoreFocus = rememberFocus();
    const answer = await openForm({ title: _("Take the sign-off back?"), text: _("The result is not signed off any more. Who signed, and who took it back, stays in the record."), reason: "optional", action: _("Take it back") });
    if (answer && (await this.#change("unsign", answer))) showToast(_("The sign-off was taken back."));
    restoreFocus();
  }

  /**
   * Make an earlier result the present one, after asking for initials.
   * @param {string} result its id
   * @param {string} when it was measured
   */
  async makeCurrent(result, when) {
    const title = format(_("Use the result of {moment} again?"), { moment: when });
    const text = _("It becomes the present result, with its corrections, and has to be signed anew. The one of now stays in the list.");
    const answer = await openForm({ title, text, reason: "optional", action: _("Use it again") });
    if (answer && (await this.#change("replace", { result, ...answer }))) showToast(_("The earlier result is the present one again."));
  }

  /** Analyse the clip again, after asking for the leg and what else is to be changed. */
  async reanalyze() {
    const { clip } = this.view;
    const side = make("select", { id: "again-side" }, ...LEG_CHOICES.map(([value, text]) => make("option", { value, text, selected: value === (clip.side ?? "auto") })));
    const mirrored = make("input", { type: "checkbox", id: "again-mirrored", checked: clip.mirrored });
    const external = make("input", { type: "checkbox", id: "again-external", checked: clip.external || clip.external_always, disabled: clip.external_always });
    const start = make("input", { type: "number", id: "again-start", min: 0, max: 3600, step: 0.1, value: clip.start_s });
    const answer = await openForm({
      title: _("Measure again?"),
      text: this.analysis?.signed_by
        ? format(_("The clip is measured anew, and the sign-off of {initials} no longer holds. What was corrected on this page stays in the record, and does not count for the new result."), { initials: this.analysis.signed_by })
        : _("The clip is measured anew. What was corrected on this page stays in the record, and does not count for the new result."),
      fields: [
        make("div", {}, make("label", { for: "again-side", text: _("Leg tested") }), side),
        make("div", {}, make("label", { for: "again-start", text: _("Seconds to leave out at the beginning") }), start),
        make("label", { class: "check" }, mirrored, _("Mirrored selfie recording")),
        make("label", { class: "check" }, external, _("External rotation too")),
      ],
      reason: "none",
      action: _("Measure again"),
    });
    if (!answer) return;
    const options = { side: side.value, mirrored: mirrored.checked, start_s: Number(start.value), ...(clip.external_always ? {} : { external: external.checked }) };
    await this.#send(`/api/clips/${this.id}/again`, { ...options, by: answer.by });
  }

  /** Analyse the clip with the options it has. */
  async measure() {
    const by = await requireInitials();
    if (by) await this.#send(`/api/clips/${this.id}/again`, { by });
  }

  /**
   * Assign the clip to a visit of a patient.
   * @param {string} patient pseudonym
   * @param {string} on date of the visit
   */
  async move(patient, on) {
    const by = await requireInitials();
    const before = this.view.analysis?.signed_by;
    if (!by || !(await this.#send(`/api/clips/${this.id}/move`, { patient, on, by }))) return;
    showToast(before ? format(_("Moved. The sign-off of {initials} was for another patient or day, and no longer holds."), { initials: before }) : _("The clip was moved. It can be undone under “Patient and visit”."));
  }

  /** Move the clip back to where it was before its last move. */
  async undoMove() {
    const by = await requireInitials();
    if (by && (await this.#send(`/api/clips/${this.id}/unmove`, { by }))) showToast(_("The clip was moved back."));
  }

  /**
   * Show other notes.
   * @param {"clip"|"visit"} name what they are on
   * @param {Object[]} notes
   */
  showNotes(name, notes) {
    this.view.notes[name] = notes;
    this.#show();
  }

  /**
   * Show a goniometer reading on its frame: fires "reading" with its numbers.
   * @param {any} note
   */
  showReading(note) {
    this.dispatchEvent(new CustomEvent("reading", { detail: note.payload }));
  }

  /**
   * Store the answers after the test, after asking for them.
   * @param {{fields: HTMLElement[], read: () => Object, before: Object}} form
   */
  async answer({ fields, read, before }) {
    const restoreFocus = rememberFocus();
    const run = async ({ by }) => {
      await this.#update(await send(`/api/clips/${this.id}/answers`, { ...read(), before, by }, "PUT"));
      return true;
    };
    const text = _("Noted for the person who was tested. Each may be left out.");
    if (await openForm({ title: _("Pain, and what stopped the movement"), text, fields, reason: "none", action: _("Save the answers"), run, running: _("Saving…") })) showToast(_("The answers were saved."));
    restoreFocus();
  }

  /** Send a change of the result, or show the error; resolves to true on success. */
  #change(action, body) {
    return this.#send(`/api/analyses/${this.analysis.id}/${action}`, { version: this.analysis.version, ...body });
  }

  /** Send a change of the result; resolves to true on success, and throws why it was refused. */
  #post(action, body) {
    return this.#sendOrThrow(`/api/analyses/${this.analysis.id}/${action}`, { version: this.analysis.version, ...body });
  }

  /** Send a change and show the new state, or the error; resolves to true on success. */
  async #send(path, body) {
    try {
      return await this.#sendOrThrow(path, body);
    } catch (error) {
      showError(error);
      return false;
    }
  }

  async #sendOrThrow(path, body) {
    try {
      await this.#update(await send(path, body));
      return true;
    } catch (error) {
      if (error.needsPin) {
        const pin = await askPin(error.message);
        return pin ? this.#sendOrThrow(path, { ...body, pin }) : false;
      }
      if (error.status !== CONFLICT) throw error;
      this.dispatchEvent(new CustomEvent("stale", { detail: error }));
      return false;
    }
  }

  async #update(view) {
    this.curves = view.analysis && !isPending(view.clip) ? await get(`/api/clips/${this.id}/curves`) : null;
    this.view = view;
    if (!this.sides.includes(this.side)) this.side = this.sides[0] ?? "left";
    this.#show();
  }

  #show() {
    if (this.analysis) this.displayedCurves.add(`${this.analysis.id} ${this.side}`);
    this.dispatchEvent(new Event("change"));
  }
}

/** Return a function that puts the keyboard focus back, or near, after the page was rendered again. */
function rememberFocus() {
  const element = document.activeElement;
  const label = element?.getAttribute("aria-label");
  const rep = element?.closest("[data-rep]")?.dataset.rep;
  const selectors = [
    element?.id && `#${CSS.escape(element.id)}`,
    element?.dataset.handle && `[data-handle="${element.dataset.handle}"]`,
    label && `[aria-label="${CSS.escape(label)}"]`,
    rep && `[data-rep="${rep}"] button`,
    '#edit-choice [aria-pressed="true"]',
    "#main",
  ].filter(Boolean);
  return () => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const visible = selectors.map((selector) => document.querySelector(selector)).find((candidate) => candidate?.getClientRects().length);
    visible?.focus({ preventScroll: true });
  };
}
